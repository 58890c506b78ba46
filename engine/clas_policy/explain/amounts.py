"""Amounts, compiled once into closures that give exact (low, high) ranges.

A range is in whole fractions of a cent: a millionth of them for each rate on the way, so that nothing is ever divided.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from clas_policy.explain import conditions
from clas_policy.explain.compiled import Formula, RunRange
from clas_policy.explain.logic import Run
from clas_policy.explain.names import Names, operand_value, unknown_range
from clas_policy.explain.ranges import ANYTHING, NOTHING, UNBOUNDED, End, Range, added, plus, product, scale, times
from clas_policy.explain.slots import RANGE, STATUS, Cell, Row
from clas_policy.model import amount as a
from clas_policy.model.condition import FactValue, Literal, ParameterValue
from clas_policy.model.money import RATE_SCALE

_ANY_RATE: Range = (0, RATE_SCALE)


def compiled(node: a.Amount, names: Names) -> Formula:
    """The amount as a closure."""
    layout = names.layout
    match node:
        case Literal() | ParameterValue() | FactValue():
            return _money(node, names)
        case a.GrantAmount(grant=name):
            return Formula(node, 0, worth(layout.cell(name)))
        case a.IfGranted(grant=name):
            return Formula(node, 0, _if_granted(layout.cell(name)))
        case a.Share():
            return _share(node, names)
        case a.Add(items=items):
            parts = tuple(compiled(item, names) for item in items)
            return _of_parts(node, parts, _add)
        case a.Minus(amount=amount, less=less):
            parts = (compiled(amount, names), compiled(less, names))
            return _of_parts(node, parts, _minus)
        case a.Smallest(items=items):
            parts = tuple(compiled(item, names) for item in items)
            return _of_parts(node, parts, _smallest)
        case a.Largest(items=items):
            parts = tuple(compiled(item, names) for item in items)
            return _of_parts(node, parts, _largest)
        case a.FirstMatch(cases=cases, otherwise=otherwise):
            tests = tuple(conditions.compiled(case.when, names) for case in cases)
            parts = (*(compiled(case.then, names) for case in cases), compiled(otherwise, names))
            power = max(part.power for part in parts)
            runs = tuple(rescaled(part, power) for part in parts)
            run = _first_match(tuple(zip((test.run for test in tests), runs, strict=False)), runs[-1])
            return Formula(node, power, run, parts, tests)
        case a.Total(grant=name, entity=entity):
            return Formula(node, 0, _total(layout.lists[entity], worth(layout.cell(name))))
        case _:
            assert_never(node)


def rescaled(formula: Formula, power: int) -> RunRange:
    """The same amount in the fractions of a higher power."""
    if formula.power == power:
        return formula.run
    factor = scale(power - formula.power)
    if formula.fixed is not None:
        low, high = formula.fixed
        return _constant((times(low, factor), times(high, factor)))
    run = formula.run

    def scaled(d: Row, e: Row) -> Range:
        low, high = run(d, e)
        return times(low, factor), times(high, factor)

    return scaled


def _constant(value: Range) -> RunRange:
    return lambda _, __: value


def _value(cell: Cell, unknown: Range) -> RunRange:
    index, of_member = cell.index, cell.of_member

    def value(d: Row, e: Row) -> Range:
        found = (e if of_member else d)[index]
        return unknown if found is None else (found, found)

    return value


def _number(
    operand: Literal | ParameterValue | FactValue, names: Names, unknown: Range
) -> tuple[RunRange, Range | None]:
    """How an operand is run, and what it always is; `unknown` is what a figure to confirm counts for."""
    if isinstance(operand, FactValue):
        return _value(names.layout.cell(operand.fact), unknown_range(names.policy.facts[operand.fact])), None
    value = operand_value(operand, names)
    fixed = (value, value) if isinstance(value, int) else unknown
    return _constant(fixed), fixed


def _money(node: Literal | ParameterValue | FactValue, names: Names) -> Formula:
    run, fixed = _number(node, names, ANYTHING)
    return Formula(node, 0, run, fixed=fixed)


def worth(cell: Cell) -> RunRange:
    """A grant in an amount: nothing if refused, its amount if due, otherwise from nothing to its high end."""
    status, amount, of_member = cell.index + STATUS, cell.index + RANGE, cell.of_member

    def worth(d: Row, e: Row) -> Range:
        row = e if of_member else d
        found: Range = row[amount]
        return found if row[status] in ("due", "refused") else (0, found[1])

    return worth


def _if_granted(cell: Cell) -> RunRange:
    entitled, amount, of_member = cell.index, cell.index + RANGE, cell.of_member

    def if_granted(d: Row, e: Row) -> Range:
        row = e if of_member else d
        found: Range = row[amount]
        return (0, found[1]) if row[entitled] is None else found

    return if_granted


def _total(rows_at: int, worth: RunRange) -> RunRange:
    def total(d: Row, _: Row) -> Range:
        rows = d[rows_at]
        return ANYTHING if rows is None else added([worth(d, row) for row in rows])

    return total


def _share(node: a.Share, names: Names) -> Formula:
    rate, fixed = _number(node.rate, names, _ANY_RATE)
    parts = tuple(compiled(part, names) for part in (node.of, node.counted_up_to) if part is not None)
    counted = _of_parts(node, parts, _smallest)
    return Formula(node, counted.power + 1, _rate_of(rate, fixed, counted.run), parts, rate=rate)


def _rate_of(rate: RunRange, fixed: Range | None, base: RunRange) -> RunRange:
    if fixed is not None and fixed[0] == fixed[1]:
        factor = fixed[0]
        if factor == 0:
            return _constant(NOTHING)

        def known_rate(d: Row, e: Row) -> Range:
            low, high = base(d, e)
            return low * factor, high * factor

        return known_rate

    def rate_of(d: Row, e: Row) -> Range:
        return product(rate(d, e), base(d, e))

    return rate_of


def _of_parts(node: a.Amount, parts: tuple[Formula, ...], join: Callable[[tuple[RunRange, ...]], RunRange]) -> Formula:
    power = max(part.power for part in parts)
    return Formula(node, power, join(tuple(rescaled(part, power) for part in parts)), parts)


def _add(runs: tuple[RunRange, ...]) -> RunRange:
    def add(d: Row, e: Row) -> Range:
        low: End = 0
        high: End = 0
        try:
            for run in runs:
                least, most = run(d, e)
                low += least
                high += most
        except OverflowError:  # an infinite end, and a number that no float could hold
            return added([run(d, e) for run in runs])
        return low, high

    return add


def _minus(runs: tuple[RunRange, ...]) -> RunRange:
    amount, less = runs

    def minus(d: Row, e: Row) -> Range:
        low, high = amount(d, e)
        least, most = less(d, e)
        return plus(low, -most), plus(high, -least)

    return minus


def _smallest(runs: tuple[RunRange, ...]) -> RunRange:
    first, others = runs[0], runs[1:]
    if not others:
        return first

    def smallest(d: Row, e: Row) -> Range:
        low, high = first(d, e)
        for run in others:
            least, most = run(d, e)
            low, high = min(low, least), min(high, most)
        return low, high

    return smallest


def _largest(runs: tuple[RunRange, ...]) -> RunRange:
    first, others = runs[0], runs[1:]

    def largest(d: Row, e: Row) -> Range:
        low, high = first(d, e)
        for run in others:
            least, most = run(d, e)
            low, high = max(low, least), max(high, most)
        return low, high

    return largest


def _first_match(cases: tuple[tuple[Run, RunRange], ...], otherwise: RunRange) -> RunRange:
    def first_match(d: Row, e: Row) -> Range:
        low: End = UNBOUNDED
        high: End = -UNBOUNDED
        for when, then in cases:
            matches = when(d, e)
            if matches is False:
                continue
            least, most = then(d, e)
            low, high = min(low, least), max(high, most)
            if matches is True:
                return low, high
        least, most = otherwise(d, e)
        return min(low, least), max(high, most)

    return first_match
