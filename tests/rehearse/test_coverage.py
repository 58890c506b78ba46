"""What the cases of a policy have shown of it: every point, seen or not, and none that nothing could show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.explain.small import GROUP, criterion, dossier, fact, grant, item, orientation, parameter, small_policy
from tests.generation import dossiers, policies
from tests.policy_texts import policy_of, shipped

from clas_policy.explain import Evaluator
from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.dossier import Dossier
from clas_policy.model.fact import Type
from clas_policy.model.policy import Policy
from clas_policy.rehearse.coverage import Kind, Points, Ratio, Report, cover
from clas_policy.rehearse.coverage.point import together
from clas_policy.rehearse.coverage.watch import NOTHING, Status
from clas_policy.source import Span

RURAL, SIZE = c.FactIsTrue("base.rural"), "base.taille"


def at(line: int, column: int = 5) -> Span:
    return Span("politique.yaml", line, column, line, column + 4)


def within(name: str, low: Any = None, high: Any = None, line: int = 20) -> c.Within:
    lower = None if low is None else c.Literal(low, at(line, 20))
    upper = None if high is None else c.Literal(high, at(line, 30))
    return c.Within(name, c.Bounds(lower, upper), at(line))


def rule(requires: c.Condition, **more: Any) -> Policy:
    facts = [
        fact("base.rural"),
        fact(SIZE, Type.INTEGER, minimum=0, maximum=12),
        fact("base.argent", Type.MONEY),
        fact("base.plafond", Type.MONEY),
        fact("base.jour", Type.DATE),
        fact("groupe.rural"),
        fact("groupe.taille", Type.INTEGER, minimum=0),
    ]
    return small_policy(facts=facts, criteria=[criterion("regle", requires)], **more)


def shown(policy: Policy, given: Iterable[Dossier]) -> Report:
    evaluator = Evaluator(policy)
    return cover([policy], [evaluator.evaluate(one) for one in given])


def missing(policy: Policy, *given: Dossier, kind: Kind | None = None) -> list[str]:
    return [str(point.message) for point in shown(policy, given).uncovered if kind in {None, point.kind}]


def answers(**values: Any) -> Dossier:
    return dossier({f"base.{name}": value for name, value in values.items()})


def test_a_condition_is_to_be_seen_true_false_and_unknown() -> None:
    policy = rule(RURAL)

    assert missing(policy, kind=Kind.BRANCH) == [
        "`base.rural`: never true",
        "`base.rural`: never false",
        "`base.rural`: never unknown",
    ]
    assert missing(policy, answers(rural=True), answers(), kind=Kind.BRANCH) == ["`base.rural`: never false"]
    assert missing(policy, answers(rural=True), answers(rural=False), answers(), kind=Kind.BRANCH) == []


def test_every_condition_counts_at_any_depth_and_members_one_by_one() -> None:
    inner = c.All((c.FactIsTrue("groupe.rural", at(31)), c.Not(c.FactIsTrue("groupe.rural", at(33)), at(32))), at(30))
    policy = rule(c.Some(GROUP, inner, at(29)))

    seen = shown(policy, [dossier({}, [{"groupe.rural": True}, {"groupe.rural": False}])])

    lines = {point.at.line for point in seen.points if point.kind is Kind.BRANCH}
    assert lines == {29, 30, 31, 32, 33}
    assert not {point.sight.template for point in seen.uncovered if point.at.line in {31, 32, 33}} - {"unknown"}


def test_what_no_dossier_can_show_is_not_asked() -> None:
    always = c.AnyOf((RURAL, c.Not(RURAL)))

    assert "one at least of these conditions (2): never false" not in missing(rule(always))
    assert "one at least of these conditions (2): never true" in missing(rule(always))


@pytest.mark.parametrize(
    ("requires", "expected"),
    [
        (within(SIZE, 8), ["`7` (just below `8`)", "exactly `8`", "`9` (just above `8`)"]),
        (within(SIZE, 0), ["exactly `0`", "`1` (just above `0`)"]),
        (within(SIZE, None, 12), ["`11` (just below `12`)", "exactly `12`"]),
        (
            within("base.argent", 848_700),
            ["`8486.99 EUR` (just below `8487 EUR`)", "exactly `8487 EUR`", "`8487.01 EUR` (just above `8487 EUR`)"],
        ),
        (
            within("base.jour", None, date(2024, 10, 30)),
            [
                "`2024-10-29` (just below `2024-10-30`)",
                "exactly `2024-10-30`",
                "`2024-10-31` (just above `2024-10-30`)",
            ],
        ),
        (
            c.Count(GROUP, c.FactIsTrue("groupe.rural"), c.Bounds(c.Literal(0, at(41)))),
            ["exactly `0`", "`1` (just above `0`)"],
        ),
        (
            c.Sum("groupe.taille", GROUP, c.Bounds(c.Literal(20, at(41)))),
            ["`19` (just below `20`)", "exactly `20`", "`21` (just above `20`)"],
        ),
        (
            c.Within("base.argent", c.Bounds(upper=c.FactValue("base.plafond", at(41)))),
            ["just below `base.plafond`", "equal to `base.plafond`", "just above `base.plafond`"],
        ),
    ],
)
def test_a_bound_is_to_be_seen_from_both_sides_within_what_a_dossier_may_say(
    requires: c.Condition, expected: list[str]
) -> None:
    boundaries = [point for point in shown(rule(requires), []).uncovered if point.kind is Kind.BOUNDARY]

    assert sorted(str(point.sight) for point in boundaries) == sorted(expected)


def test_a_boundary_is_covered_only_at_its_very_unit() -> None:
    policy = rule(within(SIZE, 8))

    assert missing(policy, answers(taille=10), answers(taille=6), answers(taille=8), kind=Kind.BOUNDARY) == [
        "`base.taille, from: 8`: never `7` (just below `8`)",
        "`base.taille, from: 8`: never `9` (just above `8`)",
    ]


def test_a_sum_and_a_count_are_measured_where_they_are_known() -> None:
    policy = rule(c.Sum("groupe.taille", GROUP, c.Bounds(c.Literal(20, at(41)))))
    sizes: list[list[Mapping[str, Any]]] = [
        [{"groupe.taille": 12}, {"groupe.taille": 7}],
        [{"groupe.taille": 20}, {}],
    ]

    found = missing(policy, *(dossier({}, groups) for groups in sizes), kind=Kind.BOUNDARY)

    assert [said.partition("never ")[2] for said in found] == ["exactly `20`", "`21` (just above `20`)"]


def test_the_figure_of_a_boundary_is_told_where_it_is_written_too() -> None:
    named = c.Within(SIZE, c.Bounds(c.ParameterValue("minimum", at(20))), at(20, 1))
    policy = rule(named, parameters=[parameter("minimum", Type.INTEGER, 8)])

    report = shown(policy, [answers(taille=8)])

    (line,) = (line for number, line in report.lines("politique.yaml").items() if number == 3)
    assert sorted(str(point.sight) for point in line.missing) == [
        "`7` (just below `minimum`)",
        "`9` (just above `minimum`)",
    ]
    assert [str(point.sight) for point in line.covered] == ["`8` (exactly `minimum`)"]


def paying(amount: a.Amount, **more: Any) -> Policy:
    return rule(RURAL, grants=[grant("aide", amount, **more)])


def test_a_ceiling_counts_where_the_grant_is_paid() -> None:
    share = a.Share(c.Literal(325_000), c.FactValue("base.argent"), c.Literal(848_700, at(44)), at(43))
    policy = paying(share, requires=RURAL)
    cents = (848_699, 848_700, 848_701)

    refused = [answers(rural=False, argent=value) for value in cents]
    paid = [answers(rural=True, argent=value) for value in cents]

    assert len(missing(policy, *refused, kind=Kind.BOUNDARY)) == 3
    assert missing(policy, *paid, kind=Kind.BOUNDARY) == []


def test_a_cap_is_met_at_the_nearest_cent() -> None:
    share = a.Share(c.Literal(325_000), c.FactValue("base.argent"), None, at(43))
    policy = paying(share, at_most=c.Literal(10_000, at(45)))

    found = missing(policy, *(answers(argent=value) for value in (30_766, 30_769, 30_772)), kind=Kind.BOUNDARY)

    assert found == []


def test_each_case_and_the_otherwise_are_to_be_taken() -> None:
    cases = (
        a.Case(within(SIZE, None, 4, 50), c.Literal(100), at(51)),
        a.Case(within(SIZE, None, 8, 52), c.FactValue("base.argent"), at(53)),
    )
    policy = paying(a.FirstMatch(cases, c.Literal(300, at(54)), at(49)))

    assert missing(policy, kind=Kind.CASE) == [
        "`first_match`: never decided by its case 1",
        "`first_match`: never decided by its case 2",
        "`first_match`: never decided by its `otherwise`",
    ]
    assert missing(policy, answers(taille=3), answers(), kind=Kind.CASE) == [
        "`first_match`: never decided by its case 2",
        "`first_match`: never decided by its `otherwise`",
    ]


def test_the_least_of_amounts_is_to_be_each_in_turn_and_only_where_it_can_be() -> None:
    items = (c.FactValue("base.argent", at(51)), c.Literal(5_000, at(52)), c.Literal(9_000, at(53)))
    policy = paying(a.Smallest(items, at(50)))

    assert missing(policy, answers(argent=100), answers(argent=5_000), kind=Kind.CASE) == [
        "`smallest_of`: never decided by `50 EUR`"
    ]


def statuses(policy: Policy) -> list[str]:
    return sorted(str(point.sight) for point in Points(Evaluator(policy)).all if point.kind is Kind.GRANT)


def test_a_grant_is_asked_in_the_statuses_that_it_can_have() -> None:
    assert statuses(paying(c.Literal(100))) == ["due"]
    assert statuses(paying(c.FactValue("base.argent"))) == ["due", "undetermined"]
    assert statuses(paying(c.Literal(100), requires=RURAL)) == ["due", "refused", "undetermined"]
    assert statuses(paying(c.Literal(100), accord="base.rural")) == ["due", "eligible", "refused"]


def test_without_the_local_conditions_nothing_is_granted_nor_admissible() -> None:
    texts = shipped()
    national = policy_of({name: text for name, text in texts.items() if name.startswith("national/")})
    points = Points(Evaluator(national)).all

    assert {str(point.sight) for point in points if point.kind is Kind.GRANT} == {"refused", "undetermined"}
    assert {str(point.sight) for point in points if point.kind is Kind.OUTCOME} == {"incomplete"}


def test_admissibility_outcomes_and_readings_have_their_points() -> None:
    readings = (c.Reading("une", "Une", RURAL, at(60)), c.Reading("autre", "Autre", within(SIZE, 8), at(61)))
    policy = rule(c.OpenReadings(readings, at(59)), admissibility=(item("regle"),))

    both = missing(policy, answers(rural=True, taille=9), answers(rural=False, taille=1))
    assert "the readings `une` and `autre`: never told apart" in both
    assert "admissibility, `regle`: never unknown" in both
    assert "the outcome of `essai/1`: never incomplete" in both
    apart = missing(policy, answers(rural=True, taille=7))
    assert "the readings `une` and `autre`: never told apart" not in apart


def test_readings_that_always_say_the_same_are_not_to_be_told_apart() -> None:
    twice = c.Not(c.Not(RURAL))
    readings = (c.Reading("une", "Une", RURAL, at(60)), c.Reading("autre", "Autre", twice, at(61)))

    assert missing(rule(c.OpenReadings(readings, at(59))), kind=Kind.READING) == []


def test_policies_that_share_layers_share_their_points() -> None:
    texts = shipped()
    national = policy_of({name: text for name, text in texts.items() if name.startswith("national/")})
    local = policy_of(texts)
    apart = len(Points(Evaluator(national)).all) + len(Points(Evaluator(local)).all)

    both = cover([national, local], [Evaluator(local).evaluate(Dossier("d", "2024-2025", "32", {}, {}))])

    shared = set(Points(Evaluator(national)).all) & set(Points(Evaluator(local)).all)
    assert len(shared) > 100
    assert both.ratio.total == apart - len(shared)
    assert shared & both.covered


def test_ratios_are_rounded_down_so_that_a_hundred_means_all() -> None:
    assert Ratio(9_999, 10_000).percent == 99.9
    assert Ratio(7, 7).percent == 100
    assert Ratio(0, 0).percent == 100


def test_what_is_missing_of_one_thing_is_said_at_once() -> None:
    ((said, points),) = together(
        point for point in shown(rule(RURAL), [answers()]).uncovered if point.kind is Kind.BRANCH
    )

    assert str(said) == "`base.rural`: never true, never false"
    assert len(points) == 2


def test_each_line_of_the_shipped_policies_has_its_own_points_where_authors_look_for_them() -> None:
    policy = policy_of(shipped())
    points = Points(Evaluator(policy)).all
    texts = {f"{name}.yaml": text.splitlines() for name, text in shipped().items()}

    assert all(number == 1 for number in Counter(points).values())
    for point in points:
        line = texts[point.at.file][point.at.line - 1]
        written = line[point.at.column - 1 :]
        if point.kind in {Kind.GRANT, Kind.ADMISSIBILITY}:
            assert written.startswith(point.rule.name), point
        elif point.kind is Kind.BOUNDARY:
            assert written[:1].isalnum(), point
        elif point.kind is Kind.BRANCH and point.detail[0] == "FactIsTrue":
            assert written.startswith(str(point.subject).strip("`")), point


@st.composite
def situations(draw: st.DrawFn) -> tuple[Policy, list[Dossier]]:
    policy = draw(policies())
    return policy, [draw(dossiers(policy)) for _ in range(3)]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(situations())
def test_nothing_is_seen_that_was_held_to_be_impossible(situation: tuple[Policy, list[Dossier]]) -> None:
    policy, given_dossiers = situation
    points = Points(Evaluator(policy))
    for one in given_dossiers:
        evaluation = points.evaluator.evaluate(one)
        for watch in points.watches:
            for row, _ in evaluation.rows(watch.entity):
                sight = watch.see(evaluation.d, row)
                # What only nothing times an unknown figure could show is not asked of drafts, nor what rests on
                # granted amounts where the local conditions are not known.
                unasked = not policy.complete or (policy.status == "draft" and isinstance(watch.goal, Status))
                assert unasked or sight == NOTHING or sight in watch.points


def test_orientations_have_their_branches_too() -> None:
    policy = rule(RURAL, orientations=[orientation("avis", c.FactIsTrue("base.rural", at(70)))])

    assert {point.at.line for point in Points(Evaluator(policy)).all if point.rule.section == "orientations"} == {70}
