"""Every figure of a report is the one that the evaluator gives, dossier by dossier; every table adds up."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.batch.report_cases import counted, evaluated, gers, gers_dossiers, gers_plan
from tests.generation import dossiers, policies

from clas_policy.batch.report import data, data_reading
from clas_policy.batch.report.figures import BETWEEN, NONE, UNKNOWN, Amounts, Breakdown, Report, Rows
from clas_policy.batch.report.layout import Applicants, Layout, Split, default_layout, value_labels
from clas_policy.explain import Evaluation
from clas_policy.explain.findings import awaited
from clas_policy.model import condition as c
from clas_policy.model.decision import GrantResult
from clas_policy.model.dossier import Dossier
from clas_policy.model.fact import Fact, Type, Value
from clas_policy.model.policy import Grant, Policy


@st.composite
def populations(draw: st.DrawFn) -> tuple[Policy, list[Dossier]]:
    """A random policy, and some dossiers that it is for, each with an id of its own.

    No text in them is empty: in tables, an empty cell is no answer.
    """
    policy = draw(policies())
    found = draw(st.lists(dossiers(policy), min_size=1, max_size=6))
    return policy, [
        replace(
            dossier,
            id=f"d{number}",
            facts=answered(dossier.facts),
            members={
                entity: tuple(replace(member, facts=answered(member.facts)) for member in members)
                for entity, members in dossier.members.items()
            },
        )
        for number, dossier in enumerate(found)
    ]


def answered(facts: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in facts.items() if value != ""}


def widest(policy: Policy) -> Layout:
    """A plan that tells everything apart, yes and no included, and takes any text for the name of who applies."""
    plan = default_layout(policy)

    def wider(entity: str | None) -> tuple[Split, ...]:
        return tuple(
            Split(fact.name, fact.label, value_labels(fact))
            for fact in policy.facts.values()
            if fact.entity == entity and fact.type in (Type.BOOLEAN, Type.CHOICE, Type.CHOICES)
        )

    texts = [fact.name for fact in policy.facts.values() if fact.entity is None and fact.type is Type.TEXT]
    return replace(
        plan,
        dossiers=replace(plan.dossiers, splits=wider(None)),
        entities={entity: replace(rows, splits=wider(entity)) for entity, rows in plan.entities.items()},
        applicants=Applicants(texts[0], "demandeur", "demandeurs") if texts else None,
    )


def added(results: Iterable[GrantResult]) -> Amounts:
    """What some results add up to, as a report has it."""
    due = eligible = undetermined = unbounded = 0
    for result in results:
        if result.status == "due":
            due += result.at_least
        elif result.status == "eligible":
            eligible += result.at_least
        elif result.status == "undetermined":
            undetermined += result.at_most or 0
            unbounded += result.at_most is None
    return Amounts(due, eligible, undetermined, unbounded)


def bounded(amounts: Amounts) -> tuple[int, int, int]:
    return amounts.due, amounts.eligible, amounts.undetermined


def facts_of(evaluation: Evaluation, entity: str | None) -> Iterator[tuple[dict[str, Value], list[GrantResult]]]:
    """The rows of a scope: their facts, and the grants that count for them (a dossier's: all of them)."""
    if entity is None:
        yield dict(evaluation.dossier.facts), list(evaluation.grants)
        return
    for member in evaluation.dossier.members.get(entity, ()):
        own = [result for result in evaluation.grants if result.member == (entity, member.id)]
        yield dict(member.facts), own


def key_of(fact: Fact, value: Value | None) -> str:
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, frozenset):
        return BETWEEN.join(option.value for option in fact.options if option.value in value) or NONE
    return str(value)


def check_rows(report: Report, rows: Rows, policy: Policy, found: Sequence[Evaluation]) -> None:
    facts = [row for evaluation in found for row in facts_of(evaluation, rows.entity)]
    assert rows.count == len(facts)
    assert bounded(rows.amounts) == bounded(added(result for _, grants in facts for result in grants))
    for sum_ in rows.sums:
        values = [row[sum_.fact] for row, _ in facts if sum_.fact in row]
        assert (sum_.total, sum_.known) == (sum(v for v in values if isinstance(v, int)), len(values))
    for answers in rows.answers:
        told = Counter(row.get(answers.fact) for row, _ in facts)
        assert (answers.yes, answers.no, answers.unknown) == (told[True], told[False], told[None])
    for breakdown in rows.breakdowns:
        check_breakdown(breakdown, rows, policy.facts[breakdown.fact], facts)
    if rows.entity is not None:
        lists = [evaluation.dossier.members.get(rows.entity) for evaluation in found]
        assert (rows.without_list, rows.empty) == (lists.count(None), lists.count(()))


def check_breakdown(
    breakdown: Breakdown, rows: Rows, fact: Fact, facts: Sequence[tuple[dict[str, Value], list[GrantResult]]]
) -> None:
    """Each line is what its rows add up to, and the lines add up to the whole."""
    for line in breakdown.lines:
        own = [(row, grants) for row, grants in facts if key_of(fact, row.get(fact.name)) == line.key]
        assert line.rows == len(own)
        assert bounded(line.amounts) == bounded(added(result for _, grants in own for result in grants))
    for line in breakdown.each:
        own = [(row, grants) for row, grants in facts if line.key in key_of(fact, row.get(fact.name)).split(BETWEEN)]
        assert line.rows == len(own)
        assert bounded(line.amounts) == bounded(added(result for _, grants in own for result in grants))
    assert sum(line.rows for line in breakdown.lines) == rows.count
    for index, sum_ in enumerate(rows.sums):
        assert sum(line.sums[index] for line in breakdown.lines) == sum_.total
    for part in range(4):
        assert sum(line.amounts[part] for line in breakdown.lines) == rows.amounts[part]
    assert len({line.key for line in breakdown.lines}) == len(breakdown.lines)
    if fact.type is not Type.CHOICES:
        assert {line.key for line in breakdown.lines} >= set(value_labels(fact))
    else:
        assert {line.key for line in breakdown.each} == set(value_labels(fact))


def check_totals(report: Report, found: Sequence[Evaluation]) -> None:
    outcomes = Counter(evaluation.outcome for evaluation in found)
    assert report.outcomes == (outcomes["admissible"], outcomes["incomplete"], outcomes["inadmissible"])
    assert report.amounts.due == sum(evaluation.totals.due for evaluation in found)
    assert report.amounts.eligible == sum(evaluation.totals.eligible for evaluation in found)
    most = [evaluation.totals.undetermined_at_most for evaluation in found]
    assert bool(report.amounts.unbounded) == (None in most)
    assert report.amounts.unbounded == sum(len(evaluation.unlimited) for evaluation in found)
    assert report.dossiers.amounts.unbounded == most.count(None)
    if None not in most:
        assert report.amounts.undetermined == sum(value or 0 for value in most)
    for funder in report.funders:
        totals = [evaluation.by_funder[funder.funder] for evaluation in found]
        assert funder.amounts.due == sum(total.due for total in totals)
        assert funder.amounts.eligible == sum(total.eligible for total in totals)
        assert bool(funder.amounts.unbounded) == any(total.undetermined_at_most is None for total in totals)
        if not funder.amounts.unbounded:
            assert funder.amounts.undetermined == sum(total.undetermined_at_most or 0 for total in totals)
    for part in range(4):
        assert sum(funder.amounts[part] for funder in report.funders) == report.amounts[part]
        assert sum(grant.amounts[part] for grant in report.grants) == report.amounts[part]


def check_grants(report: Report, policy: Policy, found: Sequence[Evaluation]) -> None:
    results = [result for evaluation in found for result in evaluation.grants]
    for grant in report.grants:
        own = Counter(result.status for result in results if result.grant.name == grant.grant)
        told = {"due": grant.due, "eligible": grant.eligible, "undetermined": grant.undetermined}
        assert {**told, "refused": grant.refused} == {state: own[state] for state in (*told, "refused")}  # type: ignore[index]
        causes = [
            causes_of(policy, policy.grants[grant.grant], evaluation, result)
            for evaluation in found
            for result in evaluation.grants
            if result.grant.name == grant.grant and result.status == "refused"
        ]
        expected = Counter(cause for one in causes for cause in one)
        others = sum(not one for one in causes)
        assert {(reason.kind, reason.name): reason.refused for reason in grant.reasons} == {
            **expected,
            **({("other", ""): others} if others else {}),
        }
        for reason in grant.reasons:
            if reason.alone is not None:
                assert reason.alone == sum(one == {(reason.kind, reason.name)} for one in causes)
    assert sum(grant.eligible for grant in report.grants) == sum(len(awaited(evaluation)) for evaluation in found)


def conjuncts(condition: c.Condition | None) -> list[c.Condition]:
    if isinstance(condition, c.All):
        return [part for item in condition.items for part in conjuncts(item)]
    return [] if condition is None else [condition]


def causes_of(policy: Policy, grant: Grant, evaluation: Evaluation, result: GrantResult) -> set[tuple[str, str]]:
    """The conditions with a name that refuse one grant to one row, by the evaluator's statuses."""

    def truth(name: str) -> bool | None:
        truths = dict(evaluation.truth(name))
        return truths[result.member] if result.member in truths else truths.get(None)

    found = {("dossier", "")} if evaluation.outcome == "inadmissible" else set()
    for item in policy.admissibility:
        if item.entity is not None and item.entity == grant.entity and truth(item.name) is False:
            found.add(("condition", item.name))
    for condition in conjuncts(grant.requires):
        match condition:
            case c.CriterionMet(criterion=name) | c.DeadlineMet(deadline=name) | c.FactIsTrue(fact=name):
                if truth(name) is False:
                    found.add(("condition", name))
            case c.GrantEntitled(grant=name):
                own = [one.status for one in evaluation.grants if one.grant.name == name]
                of = {one.member: one.status for one in evaluation.grants if one.grant.name == name}
                if own and of.get(result.member, of.get(None)) == "refused":
                    found.add(("grant", name))
            case _:
                pass
    if grant.accord is not None and truth(grant.accord) is False:
        found.add(("accord", grant.accord))
    return found


def check_gaps(report: Report, policy: Policy, found: Sequence[Evaluation]) -> None:
    waiting: Counter[str] = Counter()
    causes: Counter[tuple[str, str]] = Counter()
    for evaluation in found:
        by_fact: dict[str, set[str]] = {}
        for missing in evaluation.missing:
            by_fact.setdefault(missing.fact or missing.list or "", set()).update(missing.could_change)
        waiting.update(by_fact.keys())
        causes.update((name, cause) for name, ones in by_fact.items() for cause in ones)
    told = {question.name: question for question in report.unanswered}
    assert {name: question.blocking for name, question in told.items() if question.blocking} == dict(waiting)
    assert {
        (name, blocked.name): blocked.dossiers for name, question in told.items() for blocked in question.blocks
    } == dict(causes)
    accords = {grant.accord for grant in policy.grants.values()}
    for fact in policy.facts.values():
        lacking = [sum(fact.name not in row for row, _ in facts_of(evaluation, fact.entity)) for evaluation in found]
        if fact.name in told:
            assert (told[fact.name].rows, told[fact.name].dossiers) == (sum(lacking), sum(map(bool, lacking)))
        else:
            assert not any(lacking) or fact.name in accords
    for orientation in report.orientations:
        if policy.orientations[orientation.orientation].requires is not None:
            truths = Counter(truth for evaluation in found for _, truth in evaluation.truth(orientation.orientation))
            assert (orientation.met, orientation.not_met, orientation.unknown) == (
                truths[True],
                truths[False],
                truths[None],
            )


def check_admissibility(report: Report, policy: Policy, found: Sequence[Evaluation]) -> None:
    for item in report.admissibility:
        rows = [
            {other.name: truth for other in policy.admissibility if other.entity == item.entity
             for member, truth in evaluation.truth(other.name) if member == of}
            for evaluation in found
            for of, _ in evaluation.truth(item.name)
        ]  # fmt: skip
        unmet = [row for row in rows if row[item.name] is False]
        assert item.unmet == len(unmet)
        assert item.alone == sum(list(row.values()).count(False) == 1 for row in unmet)
        assert item.unknown == sum(row[item.name] is None for row in rows)


def check_applicants(report: Report) -> None:
    if report.applicants is None:
        return
    lines = report.applicants.lines
    assert sum(line.outcomes.dossiers for line in lines) == report.outcomes.dossiers
    for part in range(4):
        assert sum(line.amounts[part] for line in lines) == report.dossiers.amounts[part]
    for index, rows in enumerate(report.entities):
        assert sum(line.members[index] for line in lines) == rows.count
        for place, sum_ in enumerate(rows.sums):
            assert sum(line.sums[index][place] for line in lines) == sum_.total
    assert len({line.name for line in lines}) == len(lines)


def check(policy: Policy, given: Sequence[Dossier], layout: Layout) -> None:
    report = counted(policy, given, layout)
    found = evaluated(policy, given)
    check_totals(report, found)
    for rows in (report.dossiers, *report.entities):
        check_rows(report, rows, policy, found)
    check_grants(report, policy, found)
    check_gaps(report, policy, found)
    check_admissibility(report, policy, found)
    check_applicants(report)
    again = data_reading.from_json(json.loads(json.dumps(data.to_json(report))))
    assert data.to_json(again) == data.to_json(report)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(populations())
def test_every_figure_is_the_evaluators_whatever_the_policy(population: tuple[Policy, list[Dossier]]) -> None:
    policy, found = population
    check(policy, found, widest(policy))


@pytest.mark.slow
@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(populations())
def test_every_figure_is_the_evaluators_in_a_long_run(population: tuple[Policy, list[Dossier]]) -> None:
    policy, found = population
    check(policy, found, widest(policy))


def test_every_figure_of_the_shipped_plan_is_the_evaluators() -> None:
    policy = gers()
    check(policy, gers_dossiers(policy), gers_plan(policy))


def test_the_default_plan_counts_all_that_the_policy_asks() -> None:
    policy = gers()
    check(policy, gers_dossiers(policy, 40), default_layout(policy))


def test_two_members_at_the_ceiling_are_not_rounded_together() -> None:
    policy = gers()
    (first, *_rest) = [dossier for dossier in gers_dossiers(policy) if len(dossier.members["collectif"]) > 1]
    report = counted(policy, [first], gers_plan(policy))
    assert report.amounts.due == sum(
        result.at_least
        for evaluation in evaluated(policy, [first])
        for result in evaluation.grants
        if result.status == "due"
    )
