"""The boundaries of comparisons: what is compared, just below, at and just above its bound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from clas_policy.explain import Evaluator
from clas_policy.explain.compiled import Formula, Test
from clas_policy.explain.ranges import scale
from clas_policy.model import condition as c
from clas_policy.model.dates import as_number
from clas_policy.model.fact import Fact, Type
from clas_policy.problem import Message
from clas_policy.rehearse.coverage import reach, words
from clas_policy.rehearse.coverage.point import Kind, Point
from clas_policy.rehearse.coverage.reach import SIDES, Reach
from clas_policy.rehearse.coverage.spot import Spot
from clas_policy.rehearse.coverage.watch import (
    AmountsBeside,
    FactBeside,
    MeasureBeside,
    Sight,
    Watch,
    amounts_beside,
    at_one_power,
    fact_beside,
    measure_beside,
)
from clas_policy.source import Span
from clas_policy.wording import Wording, value_text


class Boundaries:
    """Makes the points and watches of boundaries."""

    def __init__(self, evaluator: Evaluator, reached: Reach) -> None:
        self._policy = evaluator.policy
        self._layout = evaluator.program.layout
        self._reach = reached

    def of_fact(self, name: str, operand: c.Operand | None, kind: Type, node: c.Within, spot: Spot) -> Iterator[Watch]:
        """A fact beside a bound."""
        fact = self._policy.facts[name]
        subject = words.condition(node, self._policy)
        cell = self._layout.cell(name)
        if isinstance(operand, c.FactValue):
            other = self._policy.facts[operand.fact]
            sides = [side for side in SIDES if reach.can_differ(fact, other, side)]
            points = self._beside_fact(sides, operand, subject, spot)
            yield spot.watch(fact_beside(cell, self._layout.cell(operand.fact)), points, FactBeside(name, operand))
        elif operand is not None and (value := self._policy.figure(operand)) is not None:
            figures = {side: reach.beside(value, side) for side in SIDES}
            kept = {side: found for side, found in figures.items() if reach.can_be(fact, found)}
            points = self._beside_figure(kept, operand, kind, subject, spot)
            yield spot.watch(fact_beside(cell, as_number(value)), points, FactBeside(name, operand))

    def of_measure(self, test: Test, operand: c.Operand | None, kind: Type, spot: Spot) -> Iterator[Watch]:
        """A count or a sum beside a bound."""
        node, measure = test.node, test.measure
        if operand is None or measure is None:
            return
        subject = words.condition(node, self._policy)
        if isinstance(operand, c.FactValue):
            bound_fact = self._policy.facts[operand.fact]
            sides = [side for side in SIDES if self._can_measure_beside(node, bound_fact, side)]
            points = self._beside_fact(sides, operand, subject, spot)
            bound_cell = self._layout.cell(operand.fact)
            yield spot.watch(measure_beside(measure, bound_cell), points, MeasureBeside(test, operand))
            return
        value = self._policy.figure(operand)
        if isinstance(value, int):
            kept = {side: value + side for side in SIDES if self._can_measure(node, value + side)}
            points = self._beside_figure(kept, operand, kind, subject, spot)
            yield spot.watch(measure_beside(measure, value), points, MeasureBeside(test, operand))

    def of_amounts(self, amount: Formula, bound: Formula, subject: Message, spot: Spot) -> Iterator[Watch]:
        """An amount beside another, within a cent or the step in which they move."""
        step = reach.step_of((amount.node, bound.node), self._policy)
        if not step or amount.node == bound.node:
            return
        if not (reach.settles(amount.node, self._policy) and reach.settles(bound.node, self._policy)):
            return
        power, (run, limit) = at_one_power((amount, bound))
        widest = self._reach.widest(amount, power, spot.entity), self._reach.widest(bound, power, spot.entity)
        half = scale(power) // 2  # fractions of a cent go to the nearest
        least, most = max(half, 1), step * scale(power) + half
        windows = {-1: (-most, -least), 0: (-half, half), 1: (least, most)}
        text = words.amount_text(bound.node)
        figure = self._policy.figure(bound.node)
        also = self._figures(bound.node)
        points: dict[Sight, Point] = {
            side: spot.point(
                Kind.BOUNDARY,
                bound.node.at,
                ("amounts", side, *also),
                subject,
                _amount_beside(side, step, figure, text),
                also=also,
            )
            for side, window in windows.items()
            if reach.can_meet(*widest, window)
        }
        yield spot.watch(amounts_beside(run, limit, power, step), points, AmountsBeside(amount, bound))

    def _beside_figure(
        self,
        figures: Mapping[int, int | date | None],
        operand: c.Operand,
        kind: Type,
        subject: Message,
        spot: Spot,
    ) -> dict[Sight, Point]:
        also, bound = self._figures(operand), Wording(self._policy).operand(operand, kind)
        return {
            side: spot.point(
                Kind.BOUNDARY,
                operand.at,
                (type(operand).__name__, side, *also),
                subject,
                words.beside_figure(side, value_text(figure, kind), bound),
                also=also,
            )
            for side, figure in figures.items()
            if figure is not None
        }

    def _beside_fact(
        self, sides: Sequence[int], operand: c.FactValue, subject: Message, spot: Spot
    ) -> dict[Sight, Point]:
        return {
            side: spot.point(
                Kind.BOUNDARY,
                operand.at,
                (type(operand).__name__, side),
                subject,
                words.beside(side, operand.fact),
            )
            for side in sides
        }

    def _figures(self, operand: object) -> tuple[Span, ...]:
        """Where the figure of a bound is written, if it is not written in place."""
        if not isinstance(operand, c.ParameterValue):
            return ()
        at = self._policy.parameters[operand.parameter].value_origin.at
        return () if at is None else (at,)

    def _can_measure(self, node: c.Condition, value: int) -> bool:
        return reach.can_sum_to(self._policy.facts[node.fact], value) if isinstance(node, c.Sum) else value >= 0

    def _can_measure_beside(self, node: c.Condition, bound: Fact, side: int) -> bool:
        if isinstance(node, c.Sum):
            return True
        return reach.can_differ(Fact("", Type.INTEGER, "", bound.origin, minimum=0), bound, side)


def _amount_beside(side: int, step: int, figure: int | date | None, bound: str) -> Message:
    if isinstance(figure, int) and step == 1:
        return words.beside_figure(side, value_text(figure + side, Type.MONEY), bound)
    return words.beside(side, bound)
