"""Names that nobody uses, and names that are taken for one another."""

from __future__ import annotations

import pytest
from tests.linting.linted import ANNUAL, LOCAL, REFERENTIEL, Scheme

from clas_policy.linting.twins import are_near


def test_the_scheme_has_nothing_doubtful(scheme: Scheme) -> None:
    assert scheme.findings() == []


@pytest.mark.parametrize(
    ("section", "lines", "code", "marked"),
    [
        ("parameters", "seuil: {type: integer, value: 3, label: Seuil}", "CLAS-N101", "seuil"),
        ("criteria", "essai: {label: Essai, requires: charte.signee}", "CLAS-N101", "essai"),
        ("funders", "mairie: {label: Mairie}", "CLAS-N101", "mairie"),
        ("entities", "atelier: {list: ateliers, label: Atelier}", "CLAS-N101", "atelier"),
        ("documents", "annexe: {title: Annexe}", "CLAS-N103", "annexe"),
    ],
)
def test_a_name_that_nobody_uses(section: str, lines: str, code: str, marked: str, scheme: Scheme) -> None:
    scheme.add(REFERENTIEL, section, lines)
    assert scheme.marked() == [(code, marked)]
    assert scheme.marked(LOCAL) == []


def test_what_another_layer_uses_is_used(scheme: Scheme) -> None:
    scheme.add(REFERENTIEL, "parameters", "seuil: {type: integer, value: 3, label: Seuil}")
    scheme.add(REFERENTIEL, "criteria", "essai: {label: Essai, requires: charte.signee}")
    scheme.add(REFERENTIEL, "documents", "annexe: {title: Annexe}")
    scheme.change(LOCAL, "source: note, §2", "source: annexe, §2")
    scheme.add(
        LOCAL,
        "criteria",
        "ariege_taille: {for_each: groupe, label: Assez, requires: {fact: groupe.effectif, above: seuil}}",
    )
    scheme.add(LOCAL, "admissibility", "- ariege_taille\n- essai")
    assert scheme.findings() == []


def test_what_a_layer_might_use_that_does_not_compose_is_not_called_unused(scheme: Scheme) -> None:
    scheme.add(REFERENTIEL, "parameters", "seuil: {type: integer, value: 3, label: Seuil}")
    scheme.change(LOCAL, "requires: charte.signee", "requires: charte.singee")
    assert scheme.marked(REFERENTIEL) == []


def test_the_errors_of_a_layer_that_does_not_compose_are_told_once(scheme: Scheme) -> None:
    scheme.change(ANNUAL, "taux: 30 %", "taux: 30")
    report = scheme.report()
    assert len(report.errors) == 1
    assert report.findings == ()


def test_a_fact_of_a_local_layer_is_read(scheme: Scheme) -> None:
    """The référentiel's are the common vocabulary; a text is for people."""
    scheme.add(REFERENTIEL, "facts", "projet.un: {type: boolean, label: Un}")
    scheme.add(
        LOCAL,
        "facts",
        "ariege.deux: {type: boolean, label: Deux}\nariege.nom: {type: text, label: Nom}\n"
        "groupe.ariege_trois: {type: boolean, label: Trois}",
    )
    scheme.change(LOCAL, "requires: charte.signee", "requires: {every: groupe, requires: groupe.ariege_trois}")
    assert scheme.marked() == [("CLAS-N102", "ariege.deux")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("prix_plafond", "prix_plafonds"),
        ("prix_plafond", "prix_pla_fond"),
        ("prix_plafond", "prix_plafont"),
        ("prix_plafond", "prix_palfond"),
        ("prix_plafond", "prix_plafnd"),
        ("aide", "aides"),
        ("total", "tota1"),
        ("bonus", "b0nus"),
        ("projet.enfant", "projet.enfants"),
        ("jeux_libres", "jeu_libre"),
    ],
)
def test_names_that_are_taken_for_one_another(one: str, other: str) -> None:
    assert are_near(one, other)
    assert are_near(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("prix_plafond", "prix_plafond"),
        ("prix_plafond", "prix_plancher"),
        ("effectif_min", "effectif_max"),
        ("lecture_a", "lecture_b"),
        ("tranche_1", "tranche_2"),
        ("annee_2024", "annee_2025"),
        ("pre", "pel"),
        ("part_un", "part_une_fois"),
        ("critere_x", "critere"),
    ],
)
def test_names_that_are_told_apart(one: str, other: str) -> None:
    assert not are_near(one, other)
    assert not are_near(other, one)


def test_both_places_of_two_near_names_are_told(scheme: Scheme) -> None:
    scheme.add(
        LOCAL,
        "facts",
        "groupe.ariege_atelier: {type: boolean, label: Un}\ngroupe.ariege_ateliers: {type: boolean, label: Deux}",
    )
    scheme.change(
        LOCAL,
        "requires: charte.signee",
        "requires: {every: groupe, requires: [groupe.ariege_atelier, groupe.ariege_ateliers]}",
    )
    (problem,) = scheme.report().findings
    assert problem.code == "CLAS-N110"
    assert problem.span is not None
    (related,) = problem.related
    assert (related.span.file, related.span.line) == (problem.span.file, problem.span.line - 1)


def test_a_name_near_one_of_a_parent(scheme: Scheme) -> None:
    scheme.add(
        REFERENTIEL,
        "criteria",
        "ariege_tailles: {for_each: groupe, label: Une, requires: {fact: groupe.effectif, from: 9}}",
    )
    scheme.change(REFERENTIEL, "requires: [charte.signee, taille]", "requires: [charte.signee, ariege_tailles]")
    scheme.add(
        LOCAL, "orientations", "ariege_taille: {for_each: groupe, label: Deux, requires: taille, weight: advisory}"
    )
    assert scheme.marked(LOCAL) == [("CLAS-N110", "ariege_taille")]


def test_two_things_with_one_label(scheme: Scheme) -> None:
    """In one section; that a criterion has the label of its fact is usual."""
    scheme.add(REFERENTIEL, "facts", "projet.un: {type: boolean, label: « date  de dépôt du dossier »}")
    assert scheme.findings() == []
    scheme.change(REFERENTIEL, "« date  de dépôt du dossier »", "'date  de dépôt du dossier '")
    assert scheme.marked() == [("CLAS-N111", "depot.date")]


def test_values_and_readings_that_people_cannot_tell_apart(scheme: Scheme) -> None:
    scheme.add(
        REFERENTIEL,
        "facts",
        "projet.genre: {type: choice, of: {petit: Taille, moyen: Milieu, grand: taille}, label: Genre}",
    )
    assert scheme.marked() == [("CLAS-N111", "grand")]
    scheme.change(REFERENTIEL, "grand: taille", "petits: Grand")
    assert scheme.marked() == [("CLAS-N110", "petits")]
