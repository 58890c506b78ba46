"""What is told of two composed policies: figures, days, items, names, words and sources."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tests.policy_texts import policy_of

from clas_policy.compare import Change, Comparison, Group, Section, compare
from clas_policy.compare.changes import (
    Cited,
    Day,
    DayMark,
    Figure,
    ItemAdded,
    ItemRemoved,
    Renamed,
    Reviewed,
    Term,
    Wording,
)
from clas_policy.model.fact import Type
from clas_policy.model.policy import Policy

FOLDER = Path(__file__).parent / "policies" / "avant"
LAYERS = ("national/referentiel-2000", "national/2001-2002", "departements/09/2001-2002")
REFERENTIEL, ANNUAL, LOCAL = LAYERS


def texts() -> dict[str, str]:
    return {name: (FOLDER / f"{name}.yaml").read_text(encoding="utf-8") for name in LAYERS}


def policy(*edits: tuple[str, str, str]) -> Policy:
    """The policy of the layers, each edit made in one of them."""
    found = texts()
    for layer, old, new in edits:
        assert found[layer].count(old) >= 1, old
        found[layer] = found[layer].replace(old, new, 1)
    return policy_of(found)


def changes(*edits: tuple[str, str, str]) -> tuple[Change, ...]:
    return compare(policy(), policy(*edits)).changes


def only(*edits: tuple[str, str, str]) -> Change:
    (change,) = changes(*edits)
    return change


def test_a_figure_has_both_values_their_places_and_who_reads_it() -> None:
    change = only((ANNUAL, "plafond: 8487 EUR", "plafond: 8610 EUR"))
    assert (change.section, change.name, change.group) == (Section.PARAMETERS, "plafond", Group.FIGURES)
    assert change.what == Figure(Type.MONEY, 848_700, 861_000)
    assert isinstance(change.what, Figure)
    assert (change.what.difference, change.what.tenths) == (12_300, 14)
    assert change.old is not None
    assert change.new is not None
    assert (change.old.place, change.new.source) == (f"{ANNUAL}:9", "circulaire, §2")
    assert (change.read_by, change.reaches) == (("aide",), ("prime",))


@pytest.mark.parametrize(
    ("old", "new", "tenths"),
    [
        (0, 5000, None),
        (5000, 0, -1000),
        (10_000, 10_005, 1),
        (10_000, 10_004, 0),
        (10_000, 9_995, -1),
        (3, 4, 333),
        (6, 5, -167),
        (-100, -50, 500),
        (None, 5, None),
        (5, None, None),
    ],
)
def test_a_percentage_is_rounded_half_away_from_zero_and_never_divides_by_zero(
    old: int | None, new: int | None, tenths: int | None
) -> None:
    assert Figure(Type.MONEY, old, new).tenths == tenths


def test_a_figure_to_confirm_has_no_value() -> None:
    found = changes((ANNUAL, "taux: 30 %", "taux: to_confirm"), (ANNUAL, "status: in_force", "status: draft"))
    assert [(change.key, change.what) for change in found] == [
        ("status", Term("in_force", "draft")),
        ("value", Figure(Type.RATE, 300_000, None)),
    ]


def test_bounds_of_two_types_are_told_each_in_its_own_unit() -> None:
    bounded = "  groupe.frais:\n    type: integer\n    max: 30\n    label: Frais\nparameters:\n"
    old = policy((REFERENTIEL, "parameters:\n", bounded))
    new = policy((REFERENTIEL, "parameters:\n", bounded.replace("integer", "money").replace("30", "500 EUR")))
    assert [(change.key, change.what) for change in compare(old, new).changes] == [
        ("type", Term("integer", "money")),
        ("max", Term("30", "500 EUR")),
    ]


def test_a_printed_figure_to_confirm_is_not_gone() -> None:
    found = changes(
        (ANNUAL, "at_most: 2546.10 EUR", "at_most: to_confirm"), (ANNUAL, "status: in_force", "status: draft")
    )
    assert [change.what for change in found] == [Term("in_force", "draft"), Figure(Type.MONEY, 254_610, None)]


def test_a_day_is_so_many_days_later() -> None:
    change = only((ANNUAL, "jour_limite: 2001-10-30", "jour_limite: 2001-11-02"))
    assert change.what == Day(DayMark(date(2001, 10, 30)), DayMark(date(2001, 11, 2)))
    assert isinstance(change.what, Day)
    assert (change.what.days, change.group) == (3, Group.DATES)
    assert (change.read_by, change.reaches) == (("ariege_depot",), ("admissibility",))


def test_the_day_of_a_deadline_says_which_name_gave_it() -> None:
    change = only((LOCAL, "last_day: jour_limite", "last_day: 2001-10-30"))
    assert change.what == Day(DayMark(date(2001, 10, 30), "jour_limite"), DayMark(date(2001, 10, 30)))


def test_an_item_that_only_one_policy_has() -> None:
    gone = (
        REFERENTIEL,
        "orientations:\n  suivi:",
        "orientations:\n  autre:\n    label: Autre\n    weight: priority\n  suivi:",
    )
    change = only(gone)
    assert (change.what, change.name, change.old) == (ItemAdded(), "autre", None)
    back = compare(policy(gone), policy()).changes
    assert [(one.what, one.name, one.new) for one in back] == [(ItemRemoved(), "autre", None)]


def test_a_name_that_changed_everywhere_is_one_change() -> None:
    found = {name: text.replace("ancien_nom", "nouveau_nom") for name, text in texts().items()}
    (change,) = compare(policy(), policy_of(found)).changes
    assert (change.section, change.what) == (Section.CRITERIA, Renamed("ancien_nom", "nouveau_nom"))


@pytest.mark.parametrize(
    ("old", "new", "section"),
    [
        ("forfait", "forfait_annuel", Section.PARAMETERS),
        ("charte.signee", "charte.acceptee", Section.FACTS),
        ("caisse:", "caf:", Section.FUNDERS),
        ("taille", "effectif_admis", Section.CRITERIA),
        ("prime:", "prime_de_rentree:", Section.GRANTS),
        ("ariege_depot", "ariege_remise", Section.DEADLINES),
        ("suivi:", "suivi_recherche:", Section.ORIENTATIONS),
        ("presentation:", "avant_propos:", Section.TEXTS),
        ("annexe:", "annexe-1:", Section.DOCUMENTS),
    ],
)
def test_any_kind_of_item_can_be_renamed(old: str, new: str, section: Section) -> None:
    bare, other = old.removesuffix(":"), new.removesuffix(":")
    found = texts()
    for name, text in found.items():
        changed = text.replace(f"  {old}\n", f"  {new}\n") if old.endswith(":") else text.replace(old, new)
        found[name] = changed.replace(f"funder: {bare}\n", f"funder: {other}\n")
    compared = compare(policy(), policy_of(found))
    assert [(change.section, change.what) for change in compared.changes] == [(section, Renamed(bare, other))]


def test_sources_follow_a_renamed_document_however_they_go_on() -> None:
    spaced = {name: text.replace("source: note, §1", "source: note §1") for name, text in texts().items()}
    found = {name: re.sub(r"\bnote\b(?=:\n| §1|, )", "note-9", text) for name, text in spaced.items()}
    compared = compare(policy_of(spaced), policy_of(found)).changes
    assert [(change.section, change.what) for change in compared] == [(Section.DOCUMENTS, Renamed("note", "note-9"))]


def test_the_facts_of_a_renamed_entity_follow_it() -> None:
    found = {name: re.sub(r"\bgroupe\b", "equipe", text) for name, text in texts().items()}
    before = compare(policy(), policy_of(found)).changes
    renamed = [change for change in before if isinstance(change.what, Renamed)]
    assert [(change.section, change.what) for change in renamed] == [(Section.ENTITIES, Renamed("groupe", "equipe"))]
    assert [change for change in before if not isinstance(change.what, Renamed | Wording)] == []


def test_another_label_is_another_item_where_the_name_is_another_too() -> None:
    found = changes(
        (REFERENTIEL, "  suivi:\n    label: Un suivi est recherché", "  suivi_2:\n    label: Un suivi est demandé")
    )
    assert {type(change.what) for change in found} == {ItemAdded, ItemRemoved}


def test_two_items_that_say_the_same_are_not_taken_for_a_third() -> None:
    """Which of the two the old one became, nobody knows."""
    twice = "  un:\n    label: Le même\n    weight: advisory\n  deux:\n    label: Le même\n    weight: advisory\n"
    once = "  zero:\n    label: Le même\n    weight: advisory\n"
    old = policy((REFERENTIEL, "orientations:\n", f"orientations:\n{once}"))
    new = policy((REFERENTIEL, "orientations:\n", f"orientations:\n{twice}"))
    found = compare(old, new).changes
    assert sorted((change.name, type(change.what).__name__) for change in found) == [
        ("deux", "ItemAdded"),
        ("un", "ItemAdded"),
        ("zero", "ItemRemoved"),
    ]


def test_a_label_is_words_and_no_rule() -> None:
    compared = compare(policy(), policy((REFERENTIEL, "label: Prix plafond", "label: Prix maximal")))
    (change,) = compared.changes
    assert (change.key, change.what, change.group) == ("label", Wording("Prix plafond", "Prix maximal"), Group.TEXTS)
    assert compared.rules == ()


def test_another_source_is_told_once_for_all_that_have_it() -> None:
    (change,) = changes((ANNUAL, "source: circulaire, §2", "source: circulaire, §3"))
    assert isinstance(change.what, Cited)
    assert (change.what.old, change.what.new) == ("circulaire, §2", "circulaire, §3")
    assert {"taux", "plafond", "forfait", "jour_limite", "aide"} == set(change.what.names)
    assert change.is_wording


def test_a_day_of_review_is_told_once_for_all_that_have_it() -> None:
    found = changes((ANNUAL, "source: circulaire, §2", "source: circulaire, §2\nchecked_on: 2001-06-01"))
    (change,) = found
    assert isinstance(change.what, Reviewed)
    assert (change.what.old, change.what.new) == (None, date(2001, 6, 1))


def test_order_comments_and_places_are_no_change() -> None:
    found = texts()
    found[ANNUAL] = found[ANNUAL].replace(
        "  taux: 30 %\n  plafond: 8487 EUR\n", "  # le plafond d'abord\n\n  plafond: 8487.00 EUR\n  taux: 30.0 %\n"
    )
    found[REFERENTIEL] = found[REFERENTIEL].replace(
        "[charte.signee, projet.valide, projet.suivi]", "{all: [projet.suivi, charte.signee, [projet.valide]]}"
    )
    assert compare(policy(), policy_of(found)).changes == ()


def test_a_chosen_reading_is_told_and_not_what_it_leaves_out() -> None:
    choose = "choose:\n  lectures: {reading: large, because: Parce que, source: 'circulaire, §5'}\n"
    found = changes((ANNUAL, "published:", f"{choose}published:"))
    assert [(change.key, change.what) for change in found if not change.is_wording] == [
        ("reading", Term(None, "large"))
    ]
    assert found[0].new is not None
    assert found[0].new.source == "circulaire, §5"


def test_a_change_inside_one_of_two_readings() -> None:
    change = only(
        (REFERENTIEL, "        requires: [projet.valide, projet.suivi]\n", "        requires: [projet.valide]\n")
    )
    assert change.key == "readings.stricte"


def test_the_effect_of_a_deadline_is_told_of_the_deadline_alone() -> None:
    change = only((LOCAL, "late: not_examined", "late: next_year"))
    assert (change.section, change.what) == (Section.DEADLINES, Term("not_examined", "next_year"))


def test_the_last_layer_alone() -> None:
    new = policy((ANNUAL, "plafond: 8487 EUR", "plafond: 8610 EUR"), (LOCAL, "late: not_examined", "late: next_year"))
    compared = compare(policy(), new)
    assert [change.name for change in compared.changes] == ["plafond", "ariege_depot"]
    assert [change.name for change in compared.of_last_layer().changes] == ["ariege_depot"]


def test_versions_and_statuses_are_told_layer_by_layer() -> None:
    old, new = policy(), policy()
    layers = (*new.layers[:1], replace(new.layers[1], version=2, effective_from=date(2002, 1, 1)), *new.layers[2:])
    (change,) = compare(old, replace(new, layers=layers)).changes
    assert (change.name, change.key, change.what) == (ANNUAL, "version", Term("1", "2 (2002-01-01)"))


def test_what_is_told_comes_in_the_order_of_the_groups() -> None:
    after = {name: (FOLDER.parent / "apres" / f"{name}.yaml").read_text(encoding="utf-8") for name in LAYERS}
    compared: Comparison = compare(policy(), policy_of(after))
    groups = [list(Group).index(change.group) for change in compared.changes]
    assert groups == sorted(groups)
    assert set(groups) == set(range(len(Group)))
