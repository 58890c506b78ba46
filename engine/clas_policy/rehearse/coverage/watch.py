"""How points are seen on the rows of an evaluation, by the evaluator's own closures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from clas_policy.explain.amounts import rescaled
from clas_policy.explain.compiled import Formula, Measure, RunRange, Test
from clas_policy.explain.logic import Run
from clas_policy.explain.program import CompiledGrant
from clas_policy.explain.ranges import scale
from clas_policy.explain.slots import STATUS, Cell, Row
from clas_policy.frozen import dataclass
from clas_policy.model.condition import Operand
from clas_policy.model.dates import as_number
from clas_policy.model.policy import AdmissibilityItem
from clas_policy.rehearse.coverage.point import Point

Sight: TypeAlias = bool | int | str | None
"""What is seen on a row: a truth, a side (-1, 0, 1), the number of a case, a status."""
See: TypeAlias = Callable[[Row, Row], Sight]
Gate: TypeAlias = Callable[[Row, Row], bool]
"""Whether what stands behind it matters on a row: an amount counts where it is paid, a case where it is reached."""

NOTHING: Final = "nothing"
"""Seen where nothing of interest is."""


@dataclass(frozen=True, slots=True)
class Truths:
    """A condition to see in its truths."""

    test: Test


@dataclass(frozen=True, slots=True)
class Item:
    """An admissibility item to see in its truths."""

    item: AdmissibilityItem


@dataclass(frozen=True, slots=True)
class FactBeside:
    """A fact to see beside an operand."""

    fact: str
    operand: Operand


@dataclass(frozen=True, slots=True)
class MeasureBeside:
    """A count or a sum to see beside an operand."""

    test: Test
    operand: Operand


@dataclass(frozen=True, slots=True)
class AmountsBeside:
    """An amount to see beside another."""

    amount: Formula
    bound: Formula


@dataclass(frozen=True, slots=True)
class Winner:
    """The least or the greatest of amounts, to see each decide."""

    formula: Formula


@dataclass(frozen=True, slots=True)
class Taken:
    """A choice of cases, to see each taken."""

    formula: Formula


@dataclass(frozen=True, slots=True)
class Apart:
    """Two readings to see differ."""

    first: Test
    second: Test


@dataclass(frozen=True, slots=True)
class Status:
    """A grant to see in its statuses."""

    grant: str


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The dossier to see in its outcomes."""


Goal: TypeAlias = (
    Truths | Item | FactBeside | MeasureBeside | AmountsBeside | Winner | Taken | Apart | Status | Outcomes
)
"""What a watch is for, for those who look for a dossier that shows it."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A part of a choice of cases, which counts where no case before is met and its own is not excluded."""

    before: tuple[Test, ...]
    own: Test | None

    def is_open(self, d: Row, e: Row) -> bool:
        """Whether it counts on these rows."""
        if any(test.run(d, e) is True for test in self.before):
            return False
        return self.own is None or self.own.run(d, e) is not False


@dataclass(frozen=True, slots=True)
class Watch:
    """One thing that is looked at on every row of an entity (None: the dossier's), and the points that it shows.

    `paid` is the grant whose amount it belongs to, if it does, `within` the parts of choices of cases that it is in.
    """

    entity: str | None
    see: See
    points: Mapping[Sight, Point]
    goal: Goal
    paid: CompiledGrant | None = None
    within: tuple[Reached, ...] = ()


def gated(see: See, gates: Sequence[Gate]) -> See:
    """Sees nothing where a gate is closed."""
    if not gates:
        return see

    def through(d: Row, e: Row) -> Sight:
        for gate in gates:
            if not gate(d, e):
                return NOTHING
        return see(d, e)

    return through


def is_paid(status: Cell) -> Gate:
    """Where a grant is not refused: its amount is worked out."""
    index, of_member = status.index + STATUS, status.of_member
    return lambda d, e: bool((e if of_member else d)[index] != "refused")


def fact_beside(cell: Cell, bound: Cell | int) -> See:
    """On which side of a number a fact is by a unit; days are compared as their ordinals."""
    index, of_member = cell.index, cell.of_member

    def see(d: Row, e: Row) -> Sight:
        value = (e if of_member else d)[index]
        limit = bound if isinstance(bound, int) else (e if bound.of_member else d)[bound.index]
        return NOTHING if value is None or limit is None else _side(as_number(value) - as_number(limit), 1)

    return see


def measure_beside(measure: Measure, bound: Cell | int) -> See:
    """On which side of a number a count or a sum is by a unit, where it is known."""

    def see(d: Row, e: Row) -> Sight:
        found = measure(d)
        limit = bound if isinstance(bound, int) else (e if bound.of_member else d)[bound.index]
        if found is None or limit is None or found[0] != found[1]:
            return NOTHING
        return _side(int(found[0]) - limit, 1)

    return see


def amounts_beside(amount: RunRange, bound: RunRange, power: int, step: int) -> See:
    """On which side of an amount another is by a step of some cents."""
    difference = difference_of(amount, bound, power)

    def see(d: Row, e: Row) -> Sight:
        found = difference(d, e)
        return NOTHING if found is None else _side(found, step)

    return see


def at_one_power(formulas: Sequence[Formula]) -> tuple[int, list[RunRange]]:
    """A power at which amounts can be compared, and the amounts at it."""
    power = max(formula.power for formula in formulas)
    return power, [rescaled(formula, power) for formula in formulas]


def difference_of(amount: RunRange, bound: RunRange, power: int) -> Callable[[Row, Row], int | None]:
    """By how many cents, to the nearest, an amount is above another at its power; None where either is not known."""
    unit = scale(power)

    def difference(d: Row, e: Row) -> int | None:
        (low, high), (least, most) = amount(d, e), bound(d, e)
        if low != high or least != most or isinstance(low, float) or isinstance(least, float):
            return None
        return (2 * (low - least) + unit) // (2 * unit)

    return difference


def winner(runs: Sequence[RunRange], *, least: bool) -> See:
    """The number of the amount that alone is the least (or the greatest) for certain."""

    def see(d: Row, e: Row) -> Sight:
        ranges = [run(d, e) for run in runs]
        for number, (low, high) in enumerate(ranges):
            others = [other for place, other in enumerate(ranges) if place != number]
            if all(high < other[0] if least else low > other[1] for other in others):
                return number
        return NOTHING

    return see


def taken(runs: Sequence[Run]) -> See:
    """The number of the first case that is met, past the last where none is; nothing where one before is unknown."""

    def see(d: Row, e: Row) -> Sight:
        for number, run in enumerate(runs):
            truth = run(d, e)
            if truth is not False:
                return number if truth else NOTHING
        return len(runs)

    return see


def apart(first: Run, second: Run) -> See:
    """Whether one is met and the other is not."""
    return lambda d, e: {first(d, e), second(d, e)} == {True, False} or NOTHING


def _side(difference: int, step: int) -> Sight:
    if difference == 0:
        return 0
    return (1 if difference > 0 else -1) if abs(difference) <= step else NOTHING
