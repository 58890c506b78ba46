"""Policies that only have facts, written by hand: what the reader of dossiers, the schema and the template look at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from clas_policy.model.dates import Period
from clas_policy.model.fact import Derivation, Entity, Fact, Option, Origin, Type
from clas_policy.model.policy import Level, Policy

ORIGIN = Origin("departements/32/2024-2025", "note-32, §3")


def options(**labels: str) -> tuple[Option, ...]:
    return tuple(Option(value, label) for value, label in labels.items())


def fact(name: str, kind: Type = Type.BOOLEAN, **more: Any) -> Fact:
    label = more.pop("label", f"Libellé de {name}")
    return Fact(name, kind, label, ORIGIN, **more)


def policy(facts: Iterable[Fact], entities: Iterable[Entity] = ()) -> Policy:
    return Policy(
        id="departements/32/2024-2025",
        title="Clas du Gers 2024-2025",
        root="national",
        level=Level.LOCAL,
        period=Period(2024, 2025),
        department="32",
        status="in_force",
        complete=True,
        layers=(),
        documents={},
        funders={},
        entities={entity.id: entity for entity in entities},
        facts={one.name: one for one in facts},
        parameters={},
        criteria={},
        deadlines={},
        admissibility=(),
        grants={},
        orientations={},
        published=(),
        texts={},
        order=(),
    )


COLLECTIF = Entity("collectif", "collectifs", "Collectif d'enfants", ORIGIN)


def small() -> Policy:
    """One fact of each type for the dossier, some for an entity, one that is derived."""
    return policy(
        [
            fact("porteur.nom", Type.TEXT, label="Nom du porteur"),
            fact("porteur.renouvellement"),
            fact("depot.date", Type.DATE, label="Date de dépôt", question="Quel jour le dossier a-t-il été déposé ?"),
            fact(
                "depot.plateforme",
                Type.CHOICE,
                options=options(elan="Elan", papier="Papier", courriel="Courriel"),
            ),
            fact("projet.taux", Type.RATE, label="Part des familles présentes"),
            fact("projet.budget", Type.MONEY),
            fact("projet.solde", Type.MONEY, minimum=-100_000, maximum=100_000),
            fact(
                "partenariat.autres_dispositifs",
                Type.CHOICES,
                options=options(pre="Programme de réussite éducative", pedt="Projet éducatif territorial", pel="PEL"),
            ),
            fact("collectif.effectif", Type.INTEGER, entity="collectif", minimum=0, maximum=500),
            fact(
                "collectif.rural",
                entity="collectif",
                derivation=Derivation("gers/commune_rurale", ("collectif.commune",), ORIGIN),
            ),
            fact("collectif.commune", Type.TEXT, entity="collectif"),
            fact(
                "collectif.niveaux",
                Type.CHOICES,
                entity="collectif",
                min_items=1,
                options=options(maternelle="Maternelle", elementaire="Du CP au CM2", college="Collège", lycee="Lycée"),
            ),
            fact("collectif.depenses", Type.MONEY, entity="collectif"),
            fact("collectif.bonus_parents.accord", entity="collectif"),
        ],
        [COLLECTIF],
    )


def whole() -> Policy:
    """The facts of the national référentiel."""
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
    )
    of_a_group = (
        "rural",
        "bonus_enfants.projet_structure",
        "bonus_enfants.materiel",
        "bonus_enfants.intervenants",
        "bonus_enfants.sorties",
        "bonus_enfants.accord",
        "bonus_parents.projet_specifique",
        "bonus_parents.intervenants",
        "bonus_parents.actions_specifiques",
        "bonus_parents.public_cible",
        "bonus_parents.accord",
    )
    return policy(
        [
            fact("depot.date", Type.DATE),
            fact("depot.plateforme", Type.CHOICE, options=options(elan="Elan", papier="Papier", courriel="Courriel")),
            fact("porteur.nom", Type.TEXT),
            *(fact(name) for name in booleans),
            fact(
                "partenariat.autres_dispositifs",
                Type.CHOICES,
                options=options(pre="PRE", pedt="PEDT", pel="PEL"),
            ),
            fact("collectif.effectif", Type.INTEGER, entity="collectif", minimum=0, maximum=500),
            fact(
                "collectif.niveaux",
                Type.CHOICES,
                entity="collectif",
                min_items=1,
                options=options(maternelle="Maternelle", elementaire="Du CP au CM2", college="Collège", lycee="Lycée"),
            ),
            fact("collectif.depenses", Type.MONEY, entity="collectif"),
            fact("collectif.intervenants", Type.INTEGER, entity="collectif", minimum=0),
            fact("collectif.socle.enfants", Type.INTEGER, entity="collectif", minimum=0, maximum=5),
            fact("collectif.socle.parents", Type.INTEGER, entity="collectif", minimum=0, maximum=5),
            *(fact(f"collectif.{name}", entity="collectif") for name in of_a_group),
        ],
        [COLLECTIF],
    )
