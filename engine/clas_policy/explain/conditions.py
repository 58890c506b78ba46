"""Conditions, compiled once into closures over rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import assert_never

from clas_policy.explain import amounts, logic
from clas_policy.explain.compiled import Formula, Measure, RunRange, Test
from clas_policy.explain.logic import Run
from clas_policy.explain.names import Constant, Names, operand_value, unknown_range
from clas_policy.explain.ranges import End, Range, at_or_above, plus
from clas_policy.explain.slots import HELD, Cell, Row
from clas_policy.model import condition as c
from clas_policy.model.amount import Amount
from clas_policy.model.fact import Fact
from clas_policy.model.truth import Truth


def compiled(node: c.Condition, names: Names) -> Test:
    """The condition as a closure."""
    layout = names.layout
    match node:
        case c.FactIsTrue(fact=name) | c.CriterionMet(criterion=name) | c.DeadlineMet(deadline=name):
            return _cell(node, layout.cell(name))
        case c.GrantEntitled(grant=name):
            return _cell(node, layout.cell(name).beside(HELD))
        case c.Not(item=item):
            part = compiled(item, names)
            return Test(node, logic.negation(part.run), parts=(part,))
        case c.All(items=items):
            parts = tuple(compiled(item, names) for item in items)
            return Test(node, conjunction(parts), parts=parts)
        case c.AnyOf(items=items):
            parts = tuple(compiled(item, names) for item in items)
            return Test(node, disjunction(parts), parts=parts)
        case c.AtLeast(count=count, items=items):
            parts = tuple(compiled(item, names) for item in items)
            return Test(node, logic.at_least(count, tuple(part.run for part in parts)), parts=parts)
        case c.Within(fact=name, bounds=bounds):
            return Test(node, _within(layout.cell(name), bounds, names))
        case c.OneOf(fact=name, values=values):
            return Test(node, _one_of(layout.cell(name), frozenset(values)))
        case c.Includes(fact=name, value=value):
            return Test(node, _includes(layout.cell(name), value))
        case c.Only(fact=name, values=values):
            return Test(node, _only(layout.cell(name), frozenset(values)))
        case c.AmountWithin(amount=amount, bounds=limits):
            return _amount_within(node, amounts.compiled(amount, names), limits, names)
        case c.Every(entity=entity, requires=requires):
            part = compiled(requires, names)
            return Test(node, _aggregate(layout.lists[entity], part.run, settles=False), parts=(part,))
        case c.Some(entity=entity, requires=requires):
            part = compiled(requires, names)
            return Test(node, _aggregate(layout.lists[entity], part.run, settles=True), parts=(part,))
        case c.Count(entity=entity, requires=requires):
            part = compiled(requires, names)
            return _measured(node, _counted(layout.lists[entity], part.run), names, (part,))
        case c.Sum(fact=name, entity=entity):
            measure = _summed(layout.lists[entity], names.policy.facts[name], layout.cell(name).index)
            return _measured(node, measure, names)
        case c.OpenReadings(readings=readings):
            parts = tuple(compiled(reading.requires, names) for reading in readings)
            return Test(node, logic.agreement(tuple(part.run for part in parts)), parts=parts)
        case _:
            assert_never(node)


def _cell(node: c.Condition, cell: Cell) -> Test:
    return Test(node, logic.read(cell), cell)


def conjunction(parts: tuple[Test, ...]) -> Run:
    return logic.conjunction(*_split(parts))


def disjunction(parts: tuple[Test, ...]) -> Run:
    return logic.disjunction(*_split(parts))


def _split(parts: tuple[Test, ...]) -> tuple[list[Cell], list[Run]]:
    cells = [part.cell for part in parts if part.cell is not None]
    return cells, [part.run for part in parts if part.cell is None]


def _within(cell: Cell, bounds: c.Bounds[c.Operand], names: Names) -> Run:
    index, of_member = cell.index, cell.of_member
    lower = None if bounds.lower is None else operand_value(bounds.lower, names)
    upper = None if bounds.upper is None else operand_value(bounds.upper, names)
    both = isinstance(lower, int | date) and isinstance(upper, int | date)
    if both and not bounds.lower_strict and not bounds.upper_strict:

        def between(d: Row, e: Row) -> Truth:
            value = (e if of_member else d)[index]
            return None if value is None else lower <= value <= upper

        return between
    sides: list[Run] = []
    if bounds.lower is not None:
        sides.append(_compared(cell, lower, is_lower=True, strict=bounds.lower_strict))
    if bounds.upper is not None:
        sides.append(_compared(cell, upper, is_lower=False, strict=bounds.upper_strict))
    return logic.conjunction((), sides)


def _compared(cell: Cell, bound: Cell | Constant, *, is_lower: bool, strict: bool) -> Run:
    index, of_member = cell.index, cell.of_member
    if bound is None:
        return lambda _, __: None
    if isinstance(bound, Cell):
        bound_index, bound_of_member = bound.index, bound.of_member

        def to_fact(d: Row, e: Row) -> Truth:
            value, limit = (e if of_member else d)[index], (e if bound_of_member else d)[bound_index]
            if value is None or limit is None:
                return None
            low, high = (limit, value) if is_lower else (value, limit)
            return bool(low < high if strict else low <= high)

        return to_fact

    def to_constant(d: Row, e: Row) -> Truth:
        value = (e if of_member else d)[index]
        if value is None:
            return None
        if is_lower:
            return bool(value > bound if strict else value >= bound)
        return bool(value < bound if strict else value <= bound)

    return to_constant


def _one_of(cell: Cell, values: frozenset[str]) -> Run:
    index, of_member = cell.index, cell.of_member

    def one_of(d: Row, e: Row) -> Truth:
        value = (e if of_member else d)[index]
        return None if value is None else value in values

    return one_of


def _includes(cell: Cell, value: str) -> Run:
    index, of_member = cell.index, cell.of_member

    def includes(d: Row, e: Row) -> Truth:
        values = (e if of_member else d)[index]
        return None if values is None else value in values

    return includes


def _only(cell: Cell, allowed: frozenset[str]) -> Run:
    index, of_member = cell.index, cell.of_member

    def only(d: Row, e: Row) -> Truth:
        values = (e if of_member else d)[index]
        return None if values is None else allowed.issuperset(values)

    return only


def _amount_within(node: c.AmountWithin, amount: Formula, limits: c.Bounds[Amount], names: Names) -> Test:
    lower = None if limits.lower is None else amounts.compiled(limits.lower, names)
    upper = None if limits.upper is None else amounts.compiled(limits.upper, names)
    given = tuple(formula for formula in (amount, lower, upper) if formula is not None)
    power = max(formula.power for formula in given)
    value = amounts.rescaled(amount, power)
    sides: list[Run] = []
    if lower is not None:
        sides.append(_ordered(value, amounts.rescaled(lower, power), strict=limits.lower_strict))
    if upper is not None:
        sides.append(_ordered(amounts.rescaled(upper, power), value, strict=limits.upper_strict))
    return Test(node, logic.conjunction((), sides), formulas=given)


def _ordered(greater: RunRange, less: RunRange, *, strict: bool) -> Run:
    def above(d: Row, e: Row) -> Truth:
        (low, high), (least, most) = greater(d, e), less(d, e)
        return True if low > most else False if high <= least else None

    def at_least(d: Row, e: Row) -> Truth:
        (low, high), (least, most) = greater(d, e), less(d, e)
        return True if low >= most else False if high < least else None

    return above if strict else at_least


def _aggregate(rows_at: int, requires: Run, *, settles: bool) -> Run:
    otherwise = not settles

    def aggregate(d: Row, _: Row) -> Truth:
        rows = d[rows_at]
        if rows is None:
            return None
        unknown = False
        for row in rows:
            value = requires(d, row)
            if value is settles:
                return settles
            if value is None:
                unknown = True
        return None if unknown else otherwise

    return aggregate


def _measured(node: c.Count | c.Sum, measure: Measure, names: Names, parts: tuple[Test, ...] = ()) -> Test:
    """A number that is a range while members are unknown, within bounds; unknown where the list is absent."""
    bounds = node.bounds
    lower = None if bounds.lower is None else _limit(bounds.lower, names, is_lower=True, strict=bounds.lower_strict)
    upper = None if bounds.upper is None else _limit(bounds.upper, names, is_lower=False, strict=bounds.upper_strict)

    def run(d: Row, e: Row) -> Truth:
        number = measure(d)
        if number is None:
            return None
        above = True if lower is None else lower(number, d, e)
        if above is False:
            return False
        below = True if upper is None else upper(number, d, e)
        return below if above is True or below is False else None

    return Test(node, run, parts=parts, measure=measure)


def _limit(operand: c.Operand, names: Names, *, is_lower: bool, strict: bool) -> Callable[[Range, Row, Row], Truth]:
    bound = operand_value(operand, names)

    def limit(number: Range, d: Row, e: Row) -> Truth:
        value = (e if bound.of_member else d)[bound.index] if isinstance(bound, Cell) else bound
        if value is None:
            return None
        ends = (*number, value, value) if is_lower else (value, value, *number)
        return at_or_above(*ends, strict=strict)

    return limit


def _counted(rows_at: int, requires: Run) -> Measure:
    def counted(d: Row) -> Range | None:
        rows = d[rows_at]
        if rows is None:
            return None
        certain = possible = 0
        for row in rows:
            value = requires(d, row)
            if value is not False:
                possible += 1
                if value is True:
                    certain += 1
        return certain, possible

    return counted


def _summed(rows_at: int, fact: Fact, index: int) -> Measure:
    lowest, highest = unknown_range(fact)

    def summed(d: Row) -> Range | None:
        rows = d[rows_at]
        if rows is None:
            return None
        low: End = 0
        high: End = 0
        for row in rows:
            value = row[index]
            if value is None:
                low, high = plus(low, lowest), plus(high, highest)
            else:
                low, high = plus(low, value), plus(high, value)
        return low, high

    return summed
