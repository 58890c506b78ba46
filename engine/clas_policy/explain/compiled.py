"""What conditions and amounts compile to: their node, a closure that runs it, and their compiled parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from clas_policy.explain.logic import Run
from clas_policy.explain.ranges import Range
from clas_policy.explain.slots import Cell, Row
from clas_policy.frozen import dataclass
from clas_policy.model.amount import Amount
from clas_policy.model.condition import Condition

RunRange: TypeAlias = Callable[[Row, Row], Range]
"""The (low, high) of an amount, from the rows that a condition is run on."""
Measure: TypeAlias = Callable[[Row], Range | None]
"""The number that a count or a sum compares; None where the list is absent."""


@dataclass(frozen=True, slots=True)
class Test:
    """A condition; its parts stand in the order of the node.

    `cell` is set where running it merely reads a slot. For a comparison of amounts, `formulas` are the amount, then
    the bounds that are given, each at its own power. `measure` is a count's or a sum's.
    """

    node: Condition
    run: Run
    cell: Cell | None = None
    parts: tuple[Test, ...] = ()
    formulas: tuple[Formula, ...] = ()
    measure: Measure | None = None


@dataclass(frozen=True, slots=True)
class Formula:
    """An amount, in cents divided by a million to the `power`.

    The parts stand in the order of the node, each at its own power: of a share, what it is of and then the ceiling; of
    a choice of cases, the amounts and last the otherwise, and `tests` are their conditions. `rate` is a share's.
    `fixed` is what it always is, where the policy alone says it.
    """

    node: Amount
    power: int
    run: RunRange
    parts: tuple[Formula, ...] = ()
    tests: tuple[Test, ...] = ()
    rate: RunRange | None = None
    fixed: Range | None = None
