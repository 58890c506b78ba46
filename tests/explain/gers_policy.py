"""The Gers 2024-2025 policy built from the model's classes, independently of the files under ``policies/``.

Nothing is read: what the evaluator makes of it depends on no reader. Lines are those of no file.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import count
from types import MappingProxyType
from typing import Any

from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.dates import Period
from clas_policy.model.fact import Entity, Fact, Option, Origin, Type
from clas_policy.model.policy import (
    AdmissibilityItem,
    Criterion,
    Deadline,
    Effect,
    Grant,
    LayerRef,
    Level,
    Named,
    Orientation,
    Parameter,
    Policy,
    Published,
    Weight,
)
from clas_policy.source import Span

REFERENTIEL, ANNUAL, LOCAL = "national/referentiel-2019", "national/2024-2025", "departements/32/2024-2025"
GROUP = "collectif"

_lines = count(10)


def _at(layer: str) -> Span:
    line = next(_lines)
    return Span(f"policies/{layer}.yaml", line, 3, line, 20)


def _origin(layer: str, source: str = "note-32, §3") -> Origin:
    return Origin(layer, source, None, _at(layer))


def _facts() -> dict[str, Fact]:
    def fact(name: str, type_: Type, label: str, **more: Any) -> Fact:
        entity = GROUP if name.startswith(f"{GROUP}.") else None
        return Fact(name, type_, label, _origin(REFERENTIEL), entity, **more)

    def options(**labels: str) -> tuple[Option, ...]:
        return tuple(Option(value, label) for value, label in labels.items())

    booleans = (
        "depot.pluriannualite",
        "porteur.renouvellement",
        "bilan.financier_afas",
        "bilan.questionnaire_sphinx",
        "axes.enfants",
        "axes.parents",
        "axes.ecole",
        "axes.territoire",
        "charte.respectee",
        "projet.hors_temps_scolaire",
        "projet.besoins_identifies",
        "description.enfants",
        "description.parents",
        "description.ecole",
        "description.ressources",
        "partenariat.etablissements_scolaires",
        "partenariat.reaap",
        "formation.participation",
        "collectif.rural",
        "collectif.bonus_enfants.projet_structure",
        "collectif.bonus_enfants.materiel",
        "collectif.bonus_enfants.intervenants",
        "collectif.bonus_enfants.sorties",
        "collectif.bonus_enfants.accord",
        "collectif.bonus_parents.projet_specifique",
        "collectif.bonus_parents.intervenants",
        "collectif.bonus_parents.actions_specifiques",
        "collectif.bonus_parents.public_cible",
        "collectif.bonus_parents.accord",
    )
    made = [
        fact("depot.date", Type.DATE, "Date de dépôt", question="À quelle date le dossier a-t-il été déposé ?"),
        fact(
            "depot.plateforme",
            Type.CHOICE,
            "Moyen de dépôt",
            options=options(elan="Plateforme Elan", papier="Papier", courriel="Courriel"),
        ),
        fact("porteur.nom", Type.TEXT, "Nom du porteur"),
        *(fact(name, Type.BOOLEAN, f"Oui ou non : {name}") for name in booleans),
        fact(
            "partenariat.autres_dispositifs", Type.CHOICES, "Dispositifs", options=options(pre="A", pedt="B", pel="C")
        ),
        fact("collectif.effectif", Type.INTEGER, "Nombre d'enfants inscrits", minimum=0, maximum=500),
        fact(
            "collectif.niveaux",
            Type.CHOICES,
            "Niveaux accueillis",
            min_items=1,
            options=options(maternelle="Maternelle", elementaire="Élémentaire", college="Collège", lycee="Lycée"),
        ),
        fact("collectif.depenses", Type.MONEY, "Dépenses prévues"),
        fact("collectif.intervenants", Type.INTEGER, "Nombre d'intervenants", minimum=0),
        fact("collectif.socle.enfants", Type.INTEGER, "Socle pour les enfants", minimum=0, maximum=5),
        fact("collectif.socle.parents", Type.INTEGER, "Socle pour les parents", minimum=0, maximum=5),
    ]
    return {one.name: one for one in made}


def _parameters() -> dict[str, Parameter]:
    figures: tuple[tuple[str, Type, int, str], ...] = (
        ("taux_ps", Type.RATE, 325_000, ANNUAL),
        ("prix_plafond", Type.MONEY, 848_700, ANNUAL),
        ("montant_bonus_enfants", Type.MONEY, 32_900, ANNUAL),
        ("montant_bonus_parents", Type.MONEY, 32_900, ANNUAL),
        ("effectif_min", Type.INTEGER, 8, REFERENTIEL),
        ("effectif_max", Type.INTEGER, 12, REFERENTIEL),
        ("effectif_min_rural", Type.INTEGER, 5, REFERENTIEL),
    )
    return {
        name: Parameter(name, type_, f"Le chiffre {name}", value, _origin(REFERENTIEL), _origin(layer))
        for name, type_, value, layer in figures
    }


def _true(*names: str, layer: str = REFERENTIEL) -> tuple[c.Condition, ...]:
    return tuple(c.FactIsTrue(name, _at(layer)) for name in names)


def _group_size() -> c.Condition:
    at = _at(REFERENTIEL)

    def between(lower: str) -> c.Condition:
        bounds: c.Bounds[c.Operand] = c.Bounds(c.ParameterValue(lower, at), c.ParameterValue("effectif_max", at))
        return c.Within("collectif.effectif", bounds, at)

    in_the_country = c.All((*_true("collectif.rural"), between("effectif_min_rural")), at)
    return c.AnyOf((between("effectif_min"), in_the_country), at)


def _parents_readings() -> c.Condition:
    first, *others = (
        f"collectif.bonus_parents.{row}"
        for row in ("projet_specifique", "intervenants", "actions_specifiques", "public_cible")
    )
    by_symmetry = c.All((*_true(first), c.AnyOf(_true(*others), _at(REFERENTIEL))), _at(REFERENTIEL))
    return c.OpenReadings(
        (
            c.Reading("par_symetrie", "La première ligne, et une autre", by_symmetry, _at(REFERENTIEL)),
            c.Reading("au_moins_un", "Une des quatre lignes", c.AnyOf(_true(first, *others)), _at(REFERENTIEL)),
        ),
        _at(REFERENTIEL),
    )


def _criteria() -> dict[str, Criterion]:
    children = "collectif.bonus_enfants."
    rows = c.AnyOf(_true(f"{children}materiel", f"{children}intervenants", f"{children}sorties"), _at(REFERENTIEL))
    axes = c.All(_true("axes.enfants", "axes.parents", "axes.ecole", "axes.territoire"), _at(REFERENTIEL))
    made: tuple[tuple[str, str | None, c.Condition], ...] = (
        ("quatre_axes", None, axes),
        ("taille_collectif", GROUP, _group_size()),
        ("public", GROUP, c.Only("collectif.niveaux", ("elementaire", "college", "lycee"), _at(REFERENTIEL))),
        ("hors_temps_scolaire", None, _true("projet.hors_temps_scolaire")[0]),
        ("charte", None, _true("charte.respectee")[0]),
        ("criteres_bonus_enfants", GROUP, c.All((*_true(f"{children}projet_structure"), rows), _at(REFERENTIEL))),
        ("criteres_bonus_parents", GROUP, _parents_readings()),
    )
    found = {
        name: Criterion(name, f"Critère {name}", entity, requires, _origin(REFERENTIEL))
        for name, entity, requires in made
    }
    for name, fact in (
        ("gers_bilan_financier", "bilan.financier_afas"),
        ("gers_questionnaire_sphinx", "bilan.questionnaire_sphinx"),
    ):
        (requires,) = _true(fact, layer=LOCAL)
        (renewal,) = _true("porteur.renouvellement", layer=LOCAL)
        found[name] = Criterion(name, f"Critère {name}", None, requires, _origin(LOCAL, "note-32, §2"), renewal)
    return found


def _grants() -> dict[str, Grant]:
    def criteria(*names: str) -> tuple[c.Condition, ...]:
        return tuple(c.CriterionMet(name, _at(REFERENTIEL)) for name in names)

    base = ("quatre_axes", "public", "hors_temps_scolaire", "charte", "taille_collectif")
    share = a.Share(
        c.ParameterValue("taux_ps", _at(REFERENTIEL)),
        c.FactValue("collectif.depenses", _at(REFERENTIEL)),
        c.ParameterValue("prix_plafond", _at(REFERENTIEL)),
        _at(REFERENTIEL),
    )
    found = {
        "ps": Grant(
            "ps",
            "Prestation de service Clas",
            GROUP,
            "caf",
            share,
            _origin(REFERENTIEL),
            c.All(criteria(*base)),
            because=base,
        )
    }
    for whom in ("enfants", "parents"):
        name, criterion = f"bonus_{whom}", f"criteres_bonus_{whom}"
        requires = c.All((c.GrantEntitled("ps", _at(REFERENTIEL)), *criteria(criterion)), _at(REFERENTIEL))
        found[name] = Grant(
            name,
            f"Bonus « {whom} »",
            GROUP,
            "caf",
            c.ParameterValue(f"montant_{name}", _at(REFERENTIEL)),
            _origin(REFERENTIEL),
            requires,
            accord=f"collectif.{name}.accord",
            because=("ps", criterion),
        )
    return found


def _orientations() -> dict[str, Orientation]:
    aid = a.Add((a.GrantAmount("ps"), a.IfGranted("bonus_enfants"), a.IfGranted("bonus_parents")), _at(REFERENTIEL))
    covered = c.AmountWithin(aid, c.Bounds(upper=c.FactValue("collectif.depenses")), _at(REFERENTIEL))
    two = c.Within("collectif.intervenants", c.Bounds(c.Literal(2)), _at(REFERENTIEL))
    partners = c.AnyOf(
        tuple(c.Includes("partenariat.autres_dispositifs", value, _at(LOCAL)) for value in ("pre", "pedt", "pel")),
        _at(LOCAL),
    )
    described = c.All(_true(*(f"description.{what}" for what in ("enfants", "parents", "ecole", "ressources"))))
    advisory = Weight.ADVISORY
    made: tuple[tuple[str, str | None, c.Condition | None, Weight, str], ...] = (
        ("au_dela_du_socle", GROUP, None, advisory, REFERENTIEL),
        ("deux_intervenants", GROUP, two, advisory, REFERENTIEL),
        ("formation", None, _true("formation.participation")[0], advisory, REFERENTIEL),
        ("aide_superieure_aux_depenses", GROUP, covered, advisory, REFERENTIEL),
        ("gers_partenariat_ecoles", None, _true("partenariat.etablissements_scolaires")[0], Weight.MANDATORY, LOCAL),
        ("gers_elan", None, c.OneOf("depot.plateforme", ("elan",), _at(LOCAL)), advisory, LOCAL),
        ("gers_pluriannualite", None, _true("depot.pluriannualite")[0], advisory, LOCAL),
        ("gers_description", None, described, advisory, LOCAL),
        ("gers_besoins", None, _true("projet.besoins_identifies")[0], advisory, LOCAL),
        ("gers_reaap", None, _true("partenariat.reaap")[0], advisory, LOCAL),
        ("gers_dispositifs", None, partners, advisory, LOCAL),
    )
    return {
        name: Orientation(name, f"Orientation {name}", entity, requires, weight, _origin(layer))
        for name, entity, requires, weight, layer in made
    }


def _deadline() -> Deadline:
    last_day = c.Literal(date(2024, 10, 30), _at(LOCAL))
    return Deadline(
        "gers_depot",
        "Dépôt de la demande sur Elan",
        None,
        "depot.date",
        _origin(LOCAL, "note-32, §2"),
        Effect.INADMISSIBLE,
        last_day=last_day,
        condition=c.Within("depot.date", c.Bounds(upper=last_day), last_day.at),
    )


@cache
def gers_policy() -> Policy:
    """The composed policy of the Gers for 2024-2025."""
    criteria, grants, deadline = _criteria(), _grants(), _deadline()
    layers = tuple(
        LayerRef(layer, 1, "in_force", str(number) * 64, "clas-policy 0.1.0", layer, None, f"policies/{layer}.yaml")
        for number, layer in enumerate((REFERENTIEL, ANNUAL, LOCAL))
    )
    order = (
        *(("criterion", name) for name in criteria),
        ("deadline", deadline.name),
        *(("grant", name) for name in grants),
    )
    return Policy(
        LOCAL,
        "Note de cadrage du Gers",
        "national",
        Level.LOCAL,
        Period(2024, 2025),
        "32",
        "in_force",
        True,
        layers,
        MappingProxyType({"note-32": Named("note-32", "Note de cadrage", _origin(REFERENTIEL))}),
        MappingProxyType({"caf": Named("caf", "Caisse d'allocations familiales", _origin(REFERENTIEL))}),
        MappingProxyType({GROUP: Entity(GROUP, "collectifs", "Collectif d'enfants", _origin(REFERENTIEL))}),
        MappingProxyType(_facts()),
        MappingProxyType(_parameters()),
        MappingProxyType(criteria),
        MappingProxyType({deadline.name: deadline}),
        (
            *(
                AdmissibilityItem(name, False, None, Effect.INADMISSIBLE, _origin(LOCAL))
                for name in ("gers_bilan_financier", "gers_questionnaire_sphinx")
            ),
            AdmissibilityItem(deadline.name, True, None, deadline.late, deadline.origin),
        ),
        MappingProxyType(grants),
        MappingProxyType(_orientations()),
        (Published("ps", 275_828, 1, _origin(ANNUAL)),),
        MappingProxyType({}),
        order,
    )
