"""Every point of a policy, and which of them evaluations show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clas_policy.explain import Evaluation, Evaluator
from clas_policy.explain.slots import STATUS
from clas_policy.model.policy import AdmissibilityItem, Policy
from clas_policy.model.truth import STATUS as STATUSES
from clas_policy.problem import Message
from clas_policy.rehearse.coverage import words
from clas_policy.rehearse.coverage.point import Kind, Point
from clas_policy.rehearse.coverage.reach import Reach
from clas_policy.rehearse.coverage.spot import Spot
from clas_policy.rehearse.coverage.walk import ORDER, Walk
from clas_policy.rehearse.coverage.watch import Item, Outcomes, Sight, Status, Watch
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
        left = [(watch, dict(watch.points)) for watch in self.watches if watch.points]
        found: list[Point] = []
        for evaluation in evaluations:
            rows = {entity: [row for row, _ in evaluation.rows(entity)] for entity in (None, *self.policy.entities)}
            d, spent = evaluation.d, False
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
    walk = Walk(evaluator, reach)
    yield _outcomes(evaluator, reach)
    for item in policy.admissibility:
        yield _admissibility(item, evaluator, reach)
    for criterion in program.criteria.values():
        spot = Spot.of(policy, "criteria", criterion.rule.name, criterion.rule.entity)
        if criterion.only_if is not None:
            yield from walk.condition(criterion.only_if, spot.part("only_if"))
        yield from walk.condition(criterion.requires, spot)
    for deadline in program.deadlines.values():
        yield from walk.condition(
            deadline.condition, Spot.of(policy, "deadlines", deadline.rule.name, deadline.rule.entity)
        )
    for grant in program.grants.values():
        spot = Spot.of(policy, "grants", grant.rule.name, grant.rule.entity)
        yield _statuses(evaluator, reach, spot)
        if grant.requires is not None:
            yield from walk.condition(grant.requires, spot)
        spot = spot.paying(grant).part("amount")
        yield from walk.amount(grant.amount, spot)
        if grant.at_most is not None:
            yield from walk.capped(grant.amount, grant.at_most, grant.rule.name, spot)
    for orientation in program.orientations.values():
        if orientation.requires is not None:
            spot = Spot.of(policy, "orientations", orientation.rule.name, orientation.rule.entity)
            yield from walk.condition(orientation.requires, spot)


def _outcomes(evaluator: Evaluator, reach: Reach) -> Watch:
    policy, index = evaluator.policy, evaluator.program.layout.admissibility
    at, spot = Span(policy.layers[-1].file, 1, 1, 1, 1), Spot.of(policy, "outcome", policy.id, None)
    subject = Message("the outcome of `{id}`", {"id": policy.id})
    points: dict[Sight, Point] = {
        truth: spot.point(Kind.OUTCOME, at, (policy.id, outcome), subject, words.OUTCOMES[outcome])
        for truth, outcome in reach.outcomes().items()
    }
    return spot.watch(lambda d, _: d[index], points, Outcomes())


def _admissibility(item: AdmissibilityItem, evaluator: Evaluator, reach: Reach) -> Watch:
    name, index = item.name, evaluator.program.layout.cell(item.name).index
    spot = Spot.of(evaluator.policy, "deadlines" if item.is_deadline else "criteria", name, item.entity)
    subject = Message("admissibility, `{name}`", {"name": name})
    possible = reach.item(item)
    points: dict[Sight, Point] = {
        truth: spot.point(
            Kind.ADMISSIBILITY, item.origin.at, (name, STATUSES[truth]), subject, words.ITEM_TRUTHS[truth]
        )
        for truth in ORDER
        if truth in possible
    }
    return spot.watch(lambda _, e: e[index], points, Item(item))


def _statuses(evaluator: Evaluator, reach: Reach, spot: Spot) -> Watch:
    name = spot.rule.name
    index = evaluator.program.grants[name].cell.index + STATUS
    points: dict[Sight, Point] = {
        status: spot.point(Kind.GRANT, spot.origin, (name, status), words.named(name), words.STATUSES[status])
        for status in reach.statuses(name)
    }
    return spot.watch(lambda _, e: e[index], points, Status(name))
