"""Branches that change nothing, found by what conditions mean."""

from __future__ import annotations

import pytest
from tests.linting.linted import ANNUAL, LOCAL, REFERENTIEL, Scheme

FACTS = """
projet.a: {type: boolean, label: Un}
projet.b: {type: boolean, label: Deux}
projet.c: {type: boolean, label: Trois}
projet.nombre: {type: integer, min: 0, max: 10, label: Un nombre}
projet.jour: {type: date, label: Un jour}
projet.genre: {type: choice, of: {petit: Petit, grand: Grand}, label: Un genre}
"""
CRITERION = "essai: {{label: Essai, requires: {}}}"


def essai(scheme: Scheme, requires: str, more: str = "") -> list[tuple[str, str]]:
    """What is found in a criterion that admissibility asks for."""
    scheme.add(REFERENTIEL, "facts", FACTS)
    scheme.add(REFERENTIEL, "criteria", f"{CRITERION.format(requires)}\n{more}")
    scheme.add(REFERENTIEL, "admissibility", "- essai")
    return scheme.marked(REFERENTIEL)


@pytest.mark.parametrize(
    "requires",
    [
        "[projet.a, projet.b]",
        "{any: [projet.a, projet.b]}",
        "{any: [{all: [projet.a, projet.b]}, {all: [projet.a, projet.c]}]}",
        "{at_least: 2, of: [projet.a, projet.b, projet.c]}",
        "{fact: projet.nombre, from: 1, to: 9}",
        "{any: [{fact: projet.nombre, from: 8}, {all: [projet.a, {fact: projet.nombre, from: 5}]}]}",
        "{not: {fact: projet.genre, is: petit}}",
        "{every: groupe, requires: {fact: groupe.effectif, from: 8}}",
    ],
)
def test_a_condition_whose_every_part_counts_is_fine(requires: str, scheme: Scheme) -> None:
    assert essai(scheme, requires) == []


@pytest.mark.parametrize(
    ("requires", "found"),
    [
        ("[projet.a, projet.a]", ["projet.a"]),
        ("{any: [projet.a, projet.b, projet.a]}", ["projet.a"]),
        ("{any: [projet.a, {all: [projet.a, projet.b]}]}", ["{all: [projet.a, projet.b]}"]),
        ("{all: [{any: [projet.a, projet.b]}, projet.a]}", ["{any: [projet.a, projet.b]}"]),
        ("{any: [{fact: projet.nombre, from: 3}, {fact: projet.nombre, from: 5}]}", ["{fact: projet.nombre, from: 5}"]),
        ("{all: [{not: {fact: projet.genre, is: petit}}, {fact: projet.genre, is: grand}]}", 1),
        ("{at_least: 2, of: [projet.a, projet.b, projet.a]}", ["projet.a"]),
        ("{not: {all: [projet.a, projet.a]}}", ["projet.a"]),
        ("{some: groupe, requires: {all: [charte.signee, charte.signee]}}", ["charte.signee"]),
        ("[autre, projet.a]", ["projet.a"]),
        ("[projet.a, projet.b, {any: [projet.a, projet.c]}, projet.b]", ["{any: [projet.a, projet.c]}", "projet.b"]),
    ],
)
def test_an_operand_that_the_others_imply(requires: str, found: list[str] | int, scheme: Scheme) -> None:
    more = "autre: {label: Autre, requires: [projet.a, projet.b]}" if "autre" in requires else ""
    ran = essai(scheme, requires, more)
    assert {code for code, _ in ran} == {"CLAS-N201"}
    assert [part for _, part in ran] == found or len(ran) == found


@pytest.mark.parametrize(
    ("requires", "found"),
    [
        ("{fact: projet.nombre, from: 0}", "{fact: projet.nombre, from: 0}"),
        ("{fact: projet.nombre, above: 10}", "{fact: projet.nombre, above: 10}"),
        ("{fact: projet.nombre, to: 10}", "{fact: projet.nombre, to: 10}"),
        ("{fact: projet.genre, one_of: [petit, grand]}", "{fact: projet.genre, one_of: [petit, grand]}"),
        ("{all: [projet.a, {fact: projet.nombre, below: 0}]}", "{fact: projet.nombre, below: 0}"),
        ("{not: {any: [projet.a, {fact: projet.nombre, from: 0}]}}", "{fact: projet.nombre, from: 0}"),
        ("[{fact: projet.nombre, from: 8}, {fact: projet.nombre, to: 5}]", "[{fact: projet.nombre, from: 8}, {fact"),
        ("{any: [{fact: projet.nombre, from: 3}, {fact: projet.nombre, to: 5}]}", "{any: [{fact: projet.nombre, from"),
        ("{fact: groupe.depenses, from: 0 EUR}", ""),
    ],
)
def test_a_condition_that_no_dossier_changes(requires: str, found: str, scheme: Scheme) -> None:
    if "groupe." in requires:
        requires = f"{{every: groupe, requires: {requires}}}"
        found = "{fact: groupe.depenses, from: 0 EUR}"
    ((code, part),) = essai(scheme, requires)
    assert code == "CLAS-N202"
    assert part.startswith(found)


def test_what_is_wrong_is_said_where_it_stands_not_where_it_is_named(scheme: Scheme) -> None:
    ran = essai(scheme, "[projet.a, autre]", "autre: {label: Autre, requires: {fact: projet.nombre, to: 10}}")
    assert ran == [("CLAS-N202", "{fact: projet.nombre, to: 10}")]


@pytest.mark.parametrize(
    ("requires", "found"),
    [
        ("{fact: projet.nombre, from: 0, to: 8}", "0"),
        ("{fact: projet.nombre, from: 3, to: 10}", "10"),
        ("{fact: projet.nombre, above: 3, below: 11}", "11"),
        ("{all: [projet.a, {fact: projet.nombre, from: 0, to: 8}]}", "0"),
    ],
)
def test_a_bound_that_holds_nothing_back(requires: str, found: str, scheme: Scheme) -> None:
    assert essai(scheme, requires) == [("CLAS-N204", found)]


@pytest.mark.parametrize(
    ("requires", "found"),
    [
        ("{fact: projet.nombre, from: seuil}", []),
        ("[projet.a, {fact: projet.nombre, from: seuil}, autre]", []),
        ("[autre, projet.a, autre]", [("CLAS-N201", "autre")]),
        ("{any: [autre, projet.a, projet.a]}", [("CLAS-N201", "projet.a")]),
        (
            "{any: [autre, {all: [projet.a, {fact: projet.nombre, to: 10}]}]}",
            [("CLAS-N202", "{fact: projet.nombre, to: 10}")],
        ),
    ],
)
def test_what_a_later_layer_settles_is_not_judged(requires: str, found: list[tuple[str, str]], scheme: Scheme) -> None:
    """Whatever the figure, an operand that stands twice does so."""
    scheme.add(REFERENTIEL, "parameters", "seuil: {type: integer, open_to: annual, label: Seuil}")
    scheme.add(ANNUAL, "set", "seuil: 0")
    autre = "autre: {label: Autre, requires: {any: [projet.b, {fact: projet.nombre, above: seuil}]}}"
    scheme.add(REFERENTIEL, "grants", "don: {label: Don, funder: caisse, amount: 1 EUR, requires: autre}")
    assert essai(scheme, requires, autre) == found


CASES = """
don:
  label: Don
  funder: caisse
  amount:
    first_match:
      - {when: projet.a, then: 1 EUR}
      - {when: %s, then: 2 EUR}
      - {when: projet.c, then: 3 EUR}
    otherwise: 0 EUR
"""


@pytest.mark.parametrize(
    ("when", "found"),
    [
        ("projet.b", []),
        ("{not: projet.a}", [("CLAS-N203", "projet.c")]),
        ("projet.a", [("CLAS-N203", "projet.a")]),
        ("{all: [projet.a, projet.b]}", [("CLAS-N203", "{all: [projet.a, projet.b]}")]),
        (
            "{fact: projet.nombre, from: 0}",
            [("CLAS-N202", "{fact: projet.nombre, from: 0}"), ("CLAS-N203", "projet.c")],
        ),
    ],
)
def test_a_case_that_is_never_reached(when: str, found: list[tuple[str, str]], scheme: Scheme) -> None:
    scheme.add(REFERENTIEL, "facts", FACTS)
    scheme.add(REFERENTIEL, "grants", CASES % when)
    assert scheme.marked(REFERENTIEL) == found


def test_a_case_that_is_never_reached_in_an_amount_that_is_compared(scheme: Scheme) -> None:
    scheme.add(REFERENTIEL, "facts", FACTS)
    cases = "[{when: projet.a, then: 1 EUR}, {when: projet.a, then: 2 EUR}]"
    compared = f"{{amount: {{first_match: {cases}, otherwise: 0 EUR}}, from: 1 EUR}}"
    scheme.add(REFERENTIEL, "criteria", f"essai: {{label: Essai, requires: {{any: [projet.b, {compared}]}}}}")
    scheme.add(REFERENTIEL, "admissibility", "- essai")
    assert scheme.marked(REFERENTIEL) == [("CLAS-N203", "projet.a")]


EXTENSION = "  extensions:\n    - {last_day: 2001-11-15, when: charte.signee}\n    - {last_day: %s, when: %s}\n"


@pytest.mark.parametrize(
    ("day", "when", "found"),
    [
        ("2001-11-30", "charte.signee", 1),
        ("2001-11-30", "projet.a", 0),
        ("2001-11-10", "charte.signee", 1),
        ("2001-11-10", "{all: [charte.signee, projet.a]}", 1),
    ],
)
def test_an_extension_that_another_one_covers(day: str, when: str, found: int, scheme: Scheme) -> None:
    scheme.add(REFERENTIEL, "facts", FACTS)
    scheme.change(
        LOCAL,
        "    last_day: 2001-10-30\n",
        "    last_day: 2001-10-30\n  " + (EXTENSION % (day, when)).replace("\n ", "\n   "),
    )
    assert [code for code, _ in scheme.marked(LOCAL)] == ["CLAS-N205"] * found


def test_an_extension_that_is_no_later_than_a_day_left_out(scheme: Scheme) -> None:
    scheme.change(
        LOCAL,
        "    last_day: 2001-10-30\n",
        "    before: 2001-10-31\n    extensions:\n      - {last_day: 2001-10-30, when: charte.signee}\n",
    )
    assert scheme.marked(LOCAL) == [("CLAS-N205", "{last_day: 2001-10-30, when: charte.signee}")]


READINGS = """
lecture:
  for_each: groupe
  label: Lecture
  readings:
    stricte: {label: Stricte, requires: [projet.b, projet.a]}
    large: {label: Large, requires: %s}
"""


@pytest.mark.parametrize(
    ("requires", "found"),
    [
        ("{any: [projet.b, projet.a]}", []),
        ("[projet.a, projet.b]", [("CLAS-N206", "large")]),
        ("{not: {any: [{not: projet.a}, {not: projet.b}]}}", [("CLAS-N206", "large")]),
    ],
)
def test_two_readings_that_mean_the_same(requires: str, found: list[tuple[str, str]], scheme: Scheme) -> None:
    scheme.add(REFERENTIEL, "facts", FACTS)
    scheme.add(REFERENTIEL, "criteria", READINGS % requires)
    scheme.change(REFERENTIEL, "requires: [charte.signee, taille]", "requires: [charte.signee, taille, lecture]")
    assert [(code, part.split(":")[0]) for code, part in scheme.marked(REFERENTIEL)] == found


def test_two_rules_that_say_word_for_word_the_same(scheme: Scheme) -> None:
    scheme.add(
        LOCAL,
        "criteria",
        "ariege_taille:\n  for_each: groupe\n  label: Huit enfants\n  requires: {fact: groupe.effectif, from: 8}",
    )
    scheme.add(LOCAL, "admissibility", "- ariege_taille")
    assert scheme.marked() == [("CLAS-N112", "ariege_taille")]
    assert scheme.marked(REFERENTIEL) == []


def test_two_grants_that_differ_by_name_only(scheme: Scheme) -> None:
    body = "label: {}, funder: caisse, amount: 10 EUR, requires: charte.signee"
    scheme.add(REFERENTIEL, "grants", "\n".join(f"{name}: {{{body.format(name)}}}" for name in ("don", "legs")))
    assert scheme.marked(REFERENTIEL) == [("CLAS-N112", "legs")]
