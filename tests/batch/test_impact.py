"""Two policies on the same dossiers: totals are the evaluator's, nothing comes of nothing, and signs can be swapped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.batch.test_population import SMALL
from tests.generation import policies
from tests.policy_texts import policy_of, shipped

from clas_policy.batch.impact import breaking_down
from clas_policy.batch.impact.bins import bins
from clas_policy.batch.impact.classing import Interval
from clas_policy.batch.impact.difference import Kind
from clas_policy.batch.impact.meeting import Meeting
from clas_policy.batch.impact.result import Breakdown, Effects, Impact, Money
from clas_policy.batch.impact.tally import Tally
from clas_policy.batch.population.assumptions import Assumptions
from clas_policy.batch.population.defaults import defaults
from clas_policy.batch.population.population import Population
from clas_policy.explain import Evaluator
from clas_policy.model.dossier import Dossier, Member
from clas_policy.model.policy import Policy


def forgetful(policy: Policy) -> Assumptions:
    """Assumptions by which much is unknown, now and then a whole list."""
    assumed = defaults(policy)
    facts = {name: replace(fact, unanswered=150_000) for name, fact in assumed.facts.items()}
    lists = {name: replace(listed, absent=100_000) for name, listed in assumed.lists.items()}
    return replace(assumed, facts=facts, lists=lists)


def population(policy: Policy, count: int, seed: int) -> list[Dossier]:
    return list(Population(policy, forgetful(policy), seed).dossiers(count))


def impact(before: Policy, after: Policy, dossiers: Iterable[Dossier]) -> Impact:
    meeting, tally = Meeting(before, after), Tally()
    tally.expect(meeting)
    for dossier in dossiers:
        tally.add(dossier, meeting.compare(dossier, dossier), meeting)
    return tally.impact()


def with_value(policy: Policy, **values: Any) -> Policy:
    parameters = {name: replace(one, value=values.get(name, one.value)) for name, one in policy.parameters.items()}
    return replace(policy, parameters=parameters)


def money_of(policy: Policy, dossiers: Iterable[Dossier]) -> Mapping[str, Money]:
    """The totals of the evaluator, funder by funder."""
    evaluator = Evaluator(policy)
    found: dict[str, Money] = {}
    for dossier in dossiers:
        for funder, totals in evaluator.evaluate(dossier).by_funder.items():
            undetermined = totals.undetermined_at_most
            one = Money(totals.due, totals.eligible, undetermined or 0, undetermined is None)
            if undetermined is None:  # the others of this dossier count, of which there is a bound
                one = replace(one, undetermined=_bounded(evaluator, dossier, funder))
            found[funder] = found.get(funder, Money()) + one
    return found


def _bounded(evaluator: Evaluator, dossier: Dossier, funder: str) -> int:
    results = evaluator.evaluate(dossier).grants
    return sum(one.at_most or 0 for one in results if one.status == "undetermined" and one.grant.funder == funder)


PAIRS = st.tuples(policies(), policies(), st.integers(0, 1000))


@given(PAIRS)
@settings(max_examples=12, deadline=None)
def test_the_totals_of_both_sides_are_those_of_the_evaluator(pair: tuple[Policy, Policy, int]) -> None:
    before, after, seed = pair
    dossiers = population(before, 6, seed)
    found = impact(before, after, dossiers)
    for side, policy in enumerate((before, after)):
        expected = money_of(policy, dossiers)
        assert {name: money[side] for name, money in found.funders.items() if name in expected} == expected


@given(PAIRS)
@settings(max_examples=12, deadline=None)
def test_what_is_gained_and_lost_adds_up_to_the_difference(pair: tuple[Policy, Policy, int]) -> None:
    before, after, seed = pair
    dossiers = population(before, 6, seed)
    found = impact(before, after, dossiers)
    money = found.money
    assert found.dossiers.units == len(dossiers)
    assert (found.dossiers.before, found.dossiers.after) == (money[0].settled, money[1].settled)
    for effects in (found.dossiers, *found.members.values()):
        assert effects.gained + effects.lost + effects.opened == effects.difference
        assert effects.gained >= 0 >= effects.lost
    assert sum(one.amount for one in found.bins) == found.dossiers.gained + found.dossiers.lost
    assert sum(one.count for one in found.bins) == found.dossiers.gain + found.dossiers.loss
    assert len(found.changed) == found.dossiers.changed
    assert sum(found.outcomes.values()) == len(dossiers)


@given(PAIRS)
@settings(max_examples=12, deadline=None)
def test_every_breakdown_adds_up_to_the_whole(pair: tuple[Policy, Policy, int]) -> None:
    before, after, seed = pair
    found = impact(before, after, population(before, 6, seed))
    for breakdown in found.breakdowns:
        if not breakdown.by.overlaps:
            entity = breakdown.by.entity
            whole = found.dossiers if entity is None else found.members[entity]
            assert added(breakdown) == whole
            assert 0 <= breakdown.spread <= 1.000001


def added(breakdown: Breakdown) -> Effects:
    names = Effects.__match_args__
    return Effects(*(sum(getattr(row.effects, name) for row in breakdown.rows) for name in names))


@given(policies(), st.integers(0, 1000))
@settings(max_examples=12, deadline=None)
def test_a_policy_and_itself_change_nothing(policy: Policy, seed: int) -> None:
    found = impact(policy, policy, population(policy, 6, seed))
    assert found.changes_nothing
    assert found.dossiers.same == found.dossiers.units
    assert all(before == after for before, after in found.funders.values())
    assert all(one == other for one, other in found.outcomes)
    assert all(one == other for statuses in found.statuses.values() for one, other in statuses)
    assert (found.bins, found.changed, found.rules) == ((), (), {})


@given(PAIRS)
@settings(max_examples=12, deadline=None)
def test_before_and_after_exchanged_exchange_the_signs(pair: tuple[Policy, Policy, int]) -> None:
    before, after, seed = pair
    dossiers = population(before, 6, seed)
    there, back = impact(before, after, dossiers), impact(after, before, dossiers)
    assert there.funders == {name: (other, one) for name, (one, other) in back.funders.items()}
    assert turned(there.dossiers) == back.dossiers
    assert {name: turned(effects) for name, effects in there.members.items()} == back.members
    assert there.outcomes == {(other, one): count for (one, other), count in back.outcomes.items()}
    mirrored = [
        replace(one, low=_negative(one.high), high=_negative(one.low), amount=-one.amount)
        for one in reversed(back.bins)
    ]
    assert list(there.bins) == mirrored
    assert [(one.dossier, -one.difference) for one in there.changed] == [
        (one.dossier, one.difference) for one in back.changed
    ]
    classes = {one.by.name: {row.of: turned(row.effects) for row in one.rows} for one in there.breakdowns}
    assert classes == {one.by.name: {row.of: row.effects for row in one.rows} for one in back.breakdowns}


def _negative(cents: int | None) -> int | None:
    return None if cents is None else -cents


def turned(effects: Effects) -> Effects:
    return replace(
        effects,
        before=effects.after,
        after=effects.before,
        gain=effects.loss,
        gained=-effects.lost,
        loss=effects.gain,
        lost=-effects.gained,
        opened=-effects.opened,
    )


# What becomes of one dossier


def dossier(**facts: Any) -> Dossier:
    """A dossier with one group; what is said of the group stands under ``groupe``."""
    given = {"base.ouvert": False, "base.non": False, "base.date": _day("2024-10-01")}
    known = {"groupe.nombre": 9, "groupe.somme": 2000_00, "groupe.oui": True}
    group = {name: value for name, value in {**known, **facts.pop("groupe", {})}.items() if value is not None}
    return Dossier("d", "2024-2025", "98", {**given, **facts}, {"groupe": (Member("g", group),), "lieu": ()})


def _day(text: str) -> Any:
    from datetime import date

    return date.fromisoformat(text)


def kind(after: Policy, one: Dossier, before: Policy = SMALL) -> tuple[Kind, int]:
    found = Meeting(before, after).compare(one, one)
    return found.unit.kind, found.unit.after - found.unit.before


def without_grants(policy: Policy) -> Policy:
    return replace(policy, grants={}, order=tuple(step for step in policy.order if step[0] != "grant"))


HIGHER = with_value(SMALL, plafond=1200_00)


def test_more_money_is_a_gain_and_less_a_loss() -> None:
    assert kind(HIGHER, dossier()) == (Kind.GAIN, 100_00)
    assert kind(SMALL, dossier(), HIGHER) == (Kind.LOSS, -100_00)


def test_a_ceiling_that_is_not_reached_changes_nothing() -> None:
    assert kind(HIGHER, dossier(groupe={"groupe.somme": 900_00})) == (Kind.SAME, 0)


def test_a_group_that_is_no_longer_large_enough_loses_all() -> None:
    assert kind(with_value(SMALL, seuil=10), dossier()) == (Kind.LOSS, -500_00)


def test_what_is_undetermined_can_only_be_bounded() -> None:
    unknown = dossier(groupe={"groupe.nombre": None})
    assert kind(HIGHER, unknown) == (Kind.OPEN, 0)
    assert kind(SMALL, unknown) == (Kind.SAME, 0), "as undetermined as before"


def test_the_same_amount_by_another_status_is_told_apart() -> None:
    grants = {name: replace(grant, accord=None) for name, grant in SMALL.grants.items()}
    due_at_once = replace(SMALL, grants=grants)
    awaiting = dossier(groupe={"groupe.oui": None})
    assert kind(due_at_once, awaiting) == (Kind.STATUS, 0)
    found = impact(SMALL, due_at_once, [awaiting])
    assert found.statuses["aide"] == {("eligible", "due"): 1}
    assert [one.kind for one in found.changed] == [Kind.STATUS]


def test_an_outcome_that_changes_alone_is_told() -> None:
    without = without_grants(SMALL)
    late = dossier(**{"base.date": _day("2024-12-01")})
    found = impact(without, replace(without, admissibility=()), [late])
    assert found.outcomes == {("inadmissible", "admissible"): 1}
    assert found.changed[0].kind is Kind.STATUS


def test_a_grant_that_is_new_is_gained_by_those_who_get_it() -> None:
    found = impact(without_grants(SMALL), SMALL, [dossier(), dossier(groupe={"groupe.nombre": 3})])
    assert found.dossiers.gain == 1
    assert found.dossiers.same == 1, "refused now, and there was nothing before"
    assert found.statuses["aide"] == {("absent", "due"): 1, ("absent", "refused"): 1}


def test_rules_that_change_alone_are_counted() -> None:
    found = impact(SMALL, with_value(SMALL, seuil=10), [dossier(), dossier(groupe={"groupe.nombre": 11})])
    assert found.rules == {"taille": {(True, False): 1}}


def test_members_win_and_lose_apart_from_their_dossier() -> None:
    one = dossier()
    both = (Member("a", {**one.members["groupe"][0].facts}), Member("b", {"groupe.nombre": 9, "groupe.somme": 1000_00}))
    found = impact(with_value(HIGHER, seuil=9), HIGHER, [replace(one, members={**one.members, "groupe": both})])
    assert found.dossiers.same == 1
    found = impact(SMALL, HIGHER, [replace(one, members={**one.members, "groupe": both})])
    assert (found.members["groupe"].gain, found.members["groupe"].units) == (1, 2)
    assert found.dossiers.gain == 1
    assert found.members["lieu"] == Effects()


# Classes and bins


def test_a_fact_is_broken_down_where_either_policy_compares_it() -> None:
    found = impact(SMALL, with_value(SMALL, seuil=5), [dossier(groupe={"groupe.nombre": n}) for n in (3, 6, 9, 14)])
    rows = next(one for one in found.breakdowns if one.by.name == "groupe.nombre").rows
    assert [row.of for row in rows] == [Interval(0, 4), Interval(5, 7), Interval(8, 12), Interval(13, None)]
    assert [row.effects.gain for row in rows] == [0, 1, 0, 0]


def test_yes_comes_before_no_and_what_is_not_known_last() -> None:
    answers = [{"groupe.oui": None}, {"groupe.oui": False}, {"groupe.oui": True}]
    found = impact(SMALL, SMALL, [dossier(groupe=answer) for answer in answers])
    rows = next(one for one in found.breakdowns if one.by.name == "groupe.oui").rows
    assert [row.of for row in rows] == [True, False, None]


def test_departments_and_the_sizes_of_lists_break_down_too() -> None:
    other = replace(dossier(), department="97", members={"groupe": ()})
    found = impact(SMALL, HIGHER, [dossier(), other])
    rows = {one.by.name: [(row.of, row.effects.gain) for row in one.rows] for one in found.breakdowns}
    assert rows["departement"] == [("97", 0), ("98", 1)]
    assert rows["groupes"] == [(Interval(0, 0), 0), (Interval(1, 1), 1)]
    assert rows["lieux"] == [(Interval(0, 0), 1), (None, 0)]


@pytest.mark.parametrize("seed", [1, 2])
def test_too_many_numbers_are_put_into_intervals_at_once(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    dossiers = population(SMALL, 30, seed)
    found = impact(SMALL, HIGHER, dossiers)
    monkeypatch.setattr(breaking_down, "_FINEST", 2)
    assert impact(SMALL, HIGHER, dossiers) == found


def test_policies_that_cut_elsewhere_cut_for_all() -> None:
    """One after the other, a policy of one department and one of another: no number is in two classes."""
    tally, sizes = Tally(), (3, 6, 9, 14)
    for before in (SMALL, with_value(SMALL, seuil=5)):
        meeting = Meeting(replace(before, id=f"{before.id}/{before.parameters['seuil'].value}"), HIGHER)
        tally.expect(meeting)
        for size in sizes:
            one = dossier(groupe={"groupe.nombre": size})
            tally.add(one, meeting.compare(one, one), meeting)
    rows = next(one for one in tally.impact().breakdowns if one.by.name == "groupe.nombre").rows
    assert [row.of for row in rows] == [Interval(0, 4), Interval(5, 7), Interval(8, 12), Interval(13, None)]
    assert [row.effects.units for row in rows] == [2, 2, 2, 2]


def test_the_fact_that_explains_most_spreads_most() -> None:
    groups = [{"groupe.somme": cents, "groupe.oui": bool(cents % 3)} for cents in range(800_00, 1500_00, 70_01)]
    found = impact(SMALL, HIGHER, [dossier(groupe=group) for group in groups])
    spread = {one.by.name: one.spread for one in found.breakdowns}
    assert spread["groupe.somme"] > 0.5 > spread["groupe.oui"]
    assert spread["base.ouvert"] == 0


CHANGES = st.dictionaries(st.integers(-500_000, 500_000).filter(bool), st.integers(1, 50), max_size=40)


@given(CHANGES)
def test_every_change_lies_in_exactly_one_class(changes: dict[int, int]) -> None:
    found = bins(changes)
    counted: Counter[int] = Counter()
    for change, count in changes.items():
        (one,) = [
            number
            for number, bin_ in enumerate(found)
            if (
                (change > 0 and bin_.low is not None and bin_.low >= 0 and _in(change, bin_.low, bin_.high))
                or (
                    change < 0
                    and bin_.high is not None
                    and bin_.high <= 0
                    and _in(-change, -bin_.high, _minus(bin_.low))
                )
            )
        ]
        counted[one] += count
    assert [counted[number] for number in range(len(found))] == [one.count for one in found]
    assert len(found) <= 18


def _in(size: int, low: int, high: int | None) -> bool:
    return low < size and (high is None or size <= high)


def _minus(cents: int | None) -> int | None:
    return None if cents is None else -cents


def test_the_ends_of_classes_are_round() -> None:
    found = bins({39_97: 30, 79_94: 10, -12: 1})
    assert [(one.low, one.high) for one in found] == [(-20_00, 0)] + [(n * 20_00, (n + 1) * 20_00) for n in range(4)]
    assert [(one.low, one.high) for one in bins({39_97: 30, 79_94: 10})] == [
        (n * 10_00, (n + 1) * 10_00) for n in range(8)
    ]


def test_a_rare_great_change_does_not_flatten_the_others() -> None:
    found = bins({**dict.fromkeys(range(1, 100), 10), 1_000_000: 1})
    assert found[-1].low == 8 * 20
    assert (found[-1].high, found[-1].count) == (None, 1)


# Another way to the same totals


def test_the_totals_are_those_of_the_policys_sql() -> None:
    """A database adds up what the queries of either policy find; nothing of the evaluator is in it."""
    pytest.importorskip("duckdb")
    from clas_policy.batch.sql import Dialect, compile_policy
    from clas_policy.batch.writing.deciding import BySql
    from clas_policy.batch.writing.shelf import Shelf
    from clas_policy.batch.writing.store import Store

    policy = policy_of(shipped())
    higher = with_value(policy, prix_plafond=9000_00, effectif_max=11)
    dossiers = population(policy, 400, 3)
    found = impact(policy, higher, dossiers)
    for side, one in enumerate((policy, higher)):
        with Store() as store:
            shelf: Shelf = store.shelf(one)
            decider = BySql({output.name: output.sql for output in compile_policy(one, Dialect.DUCKDB).outputs})
            decider.decide(shelf, range(len(dossiers)), dossiers)
            decider.finish(shelf)
            sums = "sum(due), sum(eligible), sum(undetermined_at_most), count(*) - count(undetermined_at_most)"
            (row,) = store.rows(f'SELECT {sums} FROM {shelf.found_schema}."dossiers"')
        due, eligible, undetermined, unbounded = row
        money = found.money[side]
        assert (due * 100, eligible * 100) == (money.due, money.eligible)
        assert unbounded == money.unbounded > 0
        assert undetermined * 100 <= money.undetermined, "of dossiers that have a bound"
