"""Every point of a policy, and which of them evaluations show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from clas_policy.explain import Evaluation, Evaluator
from clas_policy.explain.slots import STATUS, Row
from clas_policy.model.policy import Policy
from clas_policy.rehearse.coverage import words
from clas_policy.rehearse.coverage.amounts import AmountWalk
from clas_policy.rehearse.coverage.conditions import ConditionWalk
from clas_policy.rehearse.coverage.point import Kind, Point, Rule
from clas_policy.rehearse.coverage.reach import Reach
from clas_policy.rehearse.coverage.watch import Apart, Item, Outcomes, Sight, Status, Watch, apart, is_paid
from clas_policy.source import Span


class Points:
    """What the cases of a policy are to show, and the watches that see it."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.watches: tuple[Watch, ...] = tuple(_watches(evaluator))
        self.all: tuple[Point, ...] = tuple(
            dict.fromkeys(point for watch in self.watches for point in watch.points.values())
        )

    @property
    def policy(self) -> Policy:
        return self.evaluator.policy

    def observe(self, evaluations: Iterable[Evaluation]) -> frozenset[Point]:
        """The points that evaluations under this policy show."""
        left = [(watch, dict(watch.points)) for watch in self.watches]
        found: list[Point] = []
        for evaluation in evaluations:
            rows = {entity: [row for row, _ in evaluation.rows(entity)] for entity in (None, *self.policy.entities)}
            d = evaluation.d
            spent = False
            for watch, points in left:
                see = watch.see
                for row in rows[watch.entity]:
                    point = points.pop(see(d, row), None)
                    if point is not None:
                        found.append(point)
                        spent = spent or not points
            if spent:
                left = [(watch, points) for watch, points in left if points]
        return frozenset(found)


def _watches(evaluator: Evaluator) -> Iterator[Watch]:
    program, policy = evaluator.program, evaluator.policy
    reach = Reach(evaluator)
    conditions = ConditionWalk(evaluator, reach)
    yield from _outcomes(evaluator, reach)
    for item in policy.admissibility:
        yield from _admissibility(item.name, item.entity, item.origin.at, evaluator, reach)
    for criterion in program.criteria.values():
        rule = Rule("criteria", criterion.rule.name, criterion.rule.entity)
        if criterion.only_if is not None:
            yield from conditions.walk(criterion.only_if, rule)
        yield from conditions.walk(criterion.requires, rule)
    for deadline in program.deadlines.values():
        yield from conditions.walk(
            deadline.condition, Rule("deadlines", deadline.rule.name, deadline.rule.entity)
        )
    for grant in program.grants.values():
        rule = Rule("grants", grant.rule.name, grant.rule.entity)
        yield from _statuses(grant.rule.name, rule, grant.rule.origin.at, evaluator, reach)
        if grant.requires is not None:
            yield from conditions.walk(grant.requires, rule)
        paid = AmountWalk(conditions, grant)
        yield from paid.walk(grant.amount, rule, (is_paid(grant.cell),))
        if grant.at_most is not None:
            yield from paid.capped(grant.amount, grant.at_most, rule, (is_paid(grant.cell),))
    for orientation in program.orientations.values():
        if orientation.requires is not None:
            rule = Rule("orientations", orientation.rule.name, orientation.rule.entity)
            yield from conditions.walk(orientation.requires, rule)
    yield from _readings(evaluator)


def _outcomes(evaluator: Evaluator, reach: Reach) -> Iterator[Watch]:
    policy, index = evaluator.policy, evaluator.program.layout.admissibility
    file = policy.layers[-1].file
    at, rule = Span(file, 1, 1, 1, 1), Rule("outcome", policy.id, None)
    subject = words.Message("the outcome of `{id}`", {"id": policy.id})
    by_truth = {True: "admissible", None: "incomplete", False: "inadmissible"}
    points: dict[Sight, Point] = {}
    for truth, outcome in by_truth.items():
        if outcome in reach.outcomes():
            points[truth] = Point(Kind.OUTCOME, at, (policy.id, outcome), rule, subject, words.OUTCOMES[outcome])
    if points:
        yield Watch(None, lambda d, _: d[index], points, Outcomes())


def _admissibility(name: str, entity: str | None, at: Span | None, evaluator: Evaluator, reach: Reach) -> Iterator[Watch]:
    policy, index = evaluator.policy, evaluator.program.layout.cell(name).index
    rule = Rule("deadlines" if name in policy.deadlines else "criteria", name, entity)
    subject = words.Message("admissibility, `{name}`", {"name": name})
    points: dict[Sight, Point] = {
        truth: Point(
            Kind.ADMISSIBILITY, placed(at, policy), (name, str(truth)), rule, subject, words.ITEM_TRUTHS[truth]
        )
        for truth in sorted_truths(reach.item(name, entity))
    }
    yield Watch(entity, lambda _, e: e[index], points, Item(name))


def _statuses(name: str, rule: Rule, at: Span | None, evaluator: Evaluator, reach: Reach) -> Iterator[Watch]:
    index = evaluator.program.grants[name].cell.index + STATUS
    points: dict[Sight, Point] = {
        status: Point(
            Kind.GRANT,
            placed(at, evaluator.policy),
            (name, status),
            rule,
            words.named(name),
            words.STATUSES[status],
        )
        for status in reach.statuses(name)
    }
    yield Watch(rule.entity, lambda _, e: e[index], points, Status(name))


def _readings(evaluator: Evaluator) -> Iterator[Watch]:
    for criterion, readings in evaluator.program.ambiguous:
        rule = Rule("criteria", criterion.rule.name, criterion.rule.entity)
        written = criterion.rule.requires.readings
        tests = criterion.requires.parts
        for one, other in combinations(range(len(readings)), 2):
            first, second = tests[one], tests[other]
            if first.node == second.node:
                continue
            names = {"first": written[one].id, "second": written[other].id}
            point = Point(
                Kind.READING,
                placed(written[other].at or criterion.rule.origin.at, evaluator.policy),
                (criterion.rule.name, written[one].id, written[other].id),
                rule,
                words.Message("the readings `{first}` and `{second}`", names),
                words.Message("told apart"),
            )
            yield Watch(rule.entity, apart(first.run, second.run), {True: point}, Apart(first, second))
