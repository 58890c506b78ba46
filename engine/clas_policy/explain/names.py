"""What a compilation looks up by name: slots, figures, and what an unknown counts for."""

from __future__ import annotations

from datetime import date
from typing import TypeAlias, assert_never

from clas_policy.explain.ranges import UNBOUNDED, Range
from clas_policy.explain.slots import Cell, Layout
from clas_policy.frozen import dataclass
from clas_policy.model import condition as c
from clas_policy.model.fact import Fact, Type
from clas_policy.model.policy import Policy

Constant: TypeAlias = int | date | None
"""A value that the policy gives; None is a figure to confirm."""


@dataclass(frozen=True, slots=True)
class Names:
    policy: Policy
    layout: Layout


def operand_value(operand: c.Operand, names: Names) -> Cell | Constant:
    """The slot of an operand that is a fact, else its value."""
    match operand:
        case c.FactValue(fact=name):
            return names.layout.cell(name)
        case c.Literal(value=value):
            return value
        case c.ParameterValue(parameter=name):
            return names.policy.parameters[name].value
        case _:
            assert_never(operand)


def unknown_range(fact: Fact) -> Range:
    """What a number counts for while it is unknown: from its minimum (0 for money and rates) to its maximum."""
    lowest = 0 if fact.minimum is None and fact.type is not Type.INTEGER else fact.minimum
    return (
        -UNBOUNDED if lowest is None else lowest,
        UNBOUNDED if fact.maximum is None else fact.maximum,
    )
