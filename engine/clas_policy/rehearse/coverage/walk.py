"""The points of conditions and amounts, node by node."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import assert_never

from clas_policy.explain import Evaluator
from clas_policy.explain.compiled import Formula, Test
from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.fact import Type
from clas_policy.model.truth import STATUS as STATUSES
from clas_policy.model.truth import Truth
from clas_policy.problem import Message
from clas_policy.rehearse.coverage import words
from clas_policy.rehearse.coverage.boundaries import Boundaries
from clas_policy.rehearse.coverage.point import Kind, Point
from clas_policy.rehearse.coverage.reach import Reach
from clas_policy.rehearse.coverage.spot import Spot
from clas_policy.rehearse.coverage.watch import (
    Apart,
    Reached,
    Sight,
    Taken,
    Truths,
    Watch,
    Winner,
    apart,
    at_one_power,
    taken,
    winner,
)

ORDER: tuple[Truth, ...] = (True, False, None)


class Walk:
    """Walks the compiled trees of a policy's rules."""

    def __init__(self, evaluator: Evaluator, reach: Reach) -> None:
        self._policy = evaluator.policy
        self._reach = reach
        self._boundaries = Boundaries(evaluator, reach)

    def condition(self, test: Test, spot: Spot) -> Iterator[Watch]:
        """The points of a condition and of all that it is made of."""
        node = test.node
        yield self._truths(test, spot)
        match node:
            case c.Within(fact=name, bounds=bounds):
                kind = self._policy.facts[name].type
                for operand in (bounds.lower, bounds.upper):
                    yield from self._boundaries.of_fact(name, operand, kind, node, spot)
            case c.Count(entity=entity, bounds=bounds):
                for operand in (bounds.lower, bounds.upper):
                    yield from self._boundaries.of_measure(test, operand, Type.INTEGER, spot)
                yield from self.condition(test.parts[0], spot.inside(entity).part(0))
            case c.Sum(fact=name, bounds=bounds):
                for operand in (bounds.lower, bounds.upper):
                    yield from self._boundaries.of_measure(test, operand, self._policy.facts[name].type, spot)
            case c.Every(entity=entity) | c.Some(entity=entity):
                yield from self.condition(test.parts[0], spot.inside(entity).part(0))
            case c.AmountWithin():
                yield from self._amount_within(test, node, spot)
            case c.OpenReadings(readings=readings):
                yield from self._readings(test, readings, spot)
                yield from self._parts(test.parts, spot)
            case c.Not() | c.All() | c.AnyOf() | c.AtLeast():
                yield from self._parts(test.parts, spot)
            case (
                c.FactIsTrue()
                | c.CriterionMet()
                | c.DeadlineMet()
                | c.GrantEntitled()
                | c.OneOf()
                | c.Includes()
                | c.Only()
            ):
                return
            case _:
                assert_never(node)

    def amount(self, formula: Formula, spot: Spot) -> Iterator[Watch]:
        """The points of an amount and of all that it is made of."""
        node = formula.node
        match node:
            case a.Share(of=base, counted_up_to=ceiling):
                if ceiling is not None:
                    subject = words.named(f"{words.amount_text(base)}, counted_up_to: {words.amount_text(ceiling)}")
                    yield from self._boundaries.of_amounts(formula.parts[0], formula.parts[1], subject, spot)
            case a.Smallest() | a.Largest():
                yield from self._winner(formula, node, spot)
            case a.FirstMatch():
                yield from self._first_match(formula, node, spot)
                return
            case (
                c.Literal()
                | c.ParameterValue()
                | c.FactValue()
                | a.GrantAmount()
                | a.IfGranted()
                | a.Add()
                | a.Minus()
                | a.Total()
            ):
                pass
            case _:
                assert_never(node)
        for number, part in enumerate(formula.parts):
            yield from self.amount(part, spot.part(number))

    def capped(self, amount: Formula, cap: Formula, name: str, spot: Spot) -> Iterator[Watch]:
        """The points of a grant's cap."""
        subject = words.named(f"{name}, at_most: {words.amount_text(cap.node)}")
        yield from self._boundaries.of_amounts(amount, cap, subject, spot.part("at_most"))
        yield from self.amount(cap, spot.part("at_most"))

    def _parts(self, parts: Sequence[Test], spot: Spot) -> Iterator[Watch]:
        for number, part in enumerate(parts):
            yield from self.condition(part, spot.part(number))

    def _truths(self, test: Test, spot: Spot) -> Watch:
        node = test.node
        subject = words.condition(node, self._policy)
        possible = self._reach.truths(test, spot.entity)
        points: dict[Sight, Point] = {
            truth: spot.point(
                Kind.BRANCH, node.at, (type(node).__name__, STATUSES[truth]), subject, words.TRUTHS[truth]
            )
            for truth in ORDER
            if truth in possible
        }
        return spot.watch(test.run, points, Truths(test))

    def _readings(self, test: Test, readings: Sequence[c.Reading], spot: Spot) -> Iterator[Watch]:
        for one, other in combinations(range(len(readings)), 2):
            first, second = test.parts[one], test.parts[other]
            if self._reach.are_one(first.node, second.node, spot.entity):
                continue
            names = {"first": readings[one].id, "second": readings[other].id}
            subject = Message("the readings `{first}` and `{second}`", names)
            point = spot.point(Kind.READING, readings[other].at, tuple(names.values()), subject, Message("told apart"))
            yield spot.watch(apart(first.run, second.run), {True: point}, Apart(first, second))

    def _amount_within(self, test: Test, node: c.AmountWithin, spot: Spot) -> Iterator[Watch]:
        amount, *limits = test.formulas
        subject = words.condition(node, self._policy)
        if self._reach.settles_amounts_of(node):
            for limit in limits:
                yield from self._boundaries.of_amounts(amount, limit, subject, spot)
        for number, formula in enumerate(test.formulas):
            yield from self.amount(formula, spot.part(f"amount {number}"))

    def _winner(self, formula: Formula, node: a.Smallest | a.Largest, spot: Spot) -> Iterator[Watch]:
        least = isinstance(node, a.Smallest)
        _, runs = at_one_power(formula.parts)
        subject = words.named("smallest_of" if least else "largest_of")
        can_win = self._can_win(formula, spot, least=least)
        found: dict[Sight, Point] = {
            number: spot.part(number).point(
                Kind.CASE,
                item.at,
                ("decides",),
                subject,
                Message("decided by `{amount}`", {"amount": words.amount_text(item)}),
            )
            for number, item in enumerate(node.items)
            if can_win[number]
        }
        yield spot.watch(winner(runs, least=least), found, Winner(formula))

    def _can_win(self, formula: Formula, spot: Spot, *, least: bool) -> list[bool]:
        """For each amount, whether it alone can be the least (or the greatest); one that is there twice cannot."""
        ranges = [self._reach.widest(part, formula.power, spot.entity) for part in formula.parts]
        nodes = [part.node for part in formula.parts]
        return [
            nodes.count(nodes[number]) == 1
            and all(
                (low < other[1] if least else high > other[0]) for place, other in enumerate(ranges) if place != number
            )
            for number, (low, high) in enumerate(ranges)
        ]

    def _first_match(self, formula: Formula, node: a.FirstMatch, spot: Spot) -> Iterator[Watch]:
        runs = [test.run for test in formula.tests]
        possible = [self._reach.truths(test, spot.entity) for test in formula.tests]
        subject = words.named("first_match")
        found: dict[Sight, Point] = {}
        open_before = True
        for number, case in enumerate(node.cases):
            if open_before and True in possible[number]:
                sight = Message("decided by its case {number}", {"number": str(number + 1)})
                found[number] = spot.part(number).point(Kind.CASE, case.at, ("case",), subject, sight)
            open_before = open_before and False in possible[number]
        if open_before:
            sight = Message("decided by its `otherwise`")
            found[len(runs)] = spot.part("otherwise").point(
                Kind.CASE, node.otherwise.at, ("otherwise",), subject, sight
            )
        yield spot.watch(taken(runs), found, Taken(formula))
        for number, test in enumerate(formula.tests):
            yield from self.condition(test, spot.part(f"when {number}").behind(Reached(formula.tests[:number], None)))
        for number, part in enumerate(formula.parts):
            own = formula.tests[number] if number < len(runs) else None
            yield from self.amount(part, spot.part(f"then {number}").behind(Reached(formula.tests[:number], own)))
