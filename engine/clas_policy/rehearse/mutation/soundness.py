"""Whether a changed policy is still one that `check` would take: its intervals and windows are not empty."""

from __future__ import annotations

from typing import Any

from clas_policy.model import condition as c
from clas_policy.model.amount import Amount
from clas_policy.model.dates import as_number
from clas_policy.model.policy import Deadline, Policy
from clas_policy.model.references import intervals_of, rules_of


def is_sound(policy: Policy) -> bool:
    """Whether something lies in every interval, and every window opens before it closes."""
    return all(_is_ordered(bounds, policy) for rule in rules_of(policy) for bounds in intervals_of(rule)) and all(
        _is_window(deadline, policy) for deadline in policy.deadlines.values()
    )


def _is_ordered(bounds: c.Bounds[Any], policy: Policy) -> bool:
    lower, upper = _value(bounds.lower, policy), _value(bounds.upper, policy)
    if lower is None or upper is None:
        return True
    return lower < upper if bounds.lower_strict or bounds.upper_strict else lower <= upper


def _is_window(deadline: Deadline, policy: Policy) -> bool:
    opens, last, before = (
        _value(operand, policy) for operand in (deadline.opens_on, deadline.last_day, deadline.before)
    )
    if opens is not None and last is not None and opens > last:
        return False
    if opens is not None and before is not None and opens >= before:
        return False
    extended = (_value(extension.last_day, policy) for extension in deadline.extensions)
    return all(last is None or day is None or last < day for day in extended)


def _value(node: Amount | None, policy: Policy) -> int | None:
    value = policy.figure(node)
    return None if value is None else as_number(value)
