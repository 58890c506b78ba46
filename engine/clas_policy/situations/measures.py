"""Which truths aggregates can have, from those that the condition on a member can have; never fewer than they have."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import product
from typing import Final

from clas_policy.explain.names import unknown_range
from clas_policy.explain.ranges import UNBOUNDED, Range, at_or_above
from clas_policy.model import condition as c
from clas_policy.model.policy import Policy
from clas_policy.model.truth import Truth, conjunction

ALL: Final[tuple[Truth, ...]] = (None, False, True)
"""What a condition can be, of which nothing is known."""


def every(inner: frozenset[Truth]) -> tuple[Truth, ...]:
    """Unknown for an absent list, met for an empty one, not met where a member may fail."""
    return (None, False, True) if False in inner else (None, True)


def some(inner: frozenset[Truth]) -> tuple[Truth, ...]:
    """Unknown for an absent list, not met for an empty one, met where a member may do."""
    return (None, False, True) if True in inner else (None, False)


def count(node: c.Count, inner: frozenset[Truth], policy: Policy) -> tuple[Truth, ...]:
    """Over any number of members."""
    limits = _limits(node.bounds, policy)
    if limits is None:
        return ALL
    near = [number for number in _near(limits) if number >= 0]
    certain = near if True in inner else [0]
    ranges = [(least, most) for least in certain for most in (near if None in inner else [least]) if least <= most]
    return _truths(ranges, node.bounds, limits)


def total(node: c.Sum, policy: Policy) -> tuple[Truth, ...]:
    """Over any number of members with any values."""
    limits = _limits(node.bounds, policy)
    if limits is None:
        return ALL
    least, most = unknown_range(policy.facts[node.fact])
    lowest = 0 if least >= 0 else -UNBOUNDED
    highest = 0 if most <= 0 else UNBOUNDED
    near = [number for number in (-UNBOUNDED, *_near(limits), UNBOUNDED) if lowest <= number <= highest]
    return _truths([(low, high) for low, high in product(near, near) if low <= high], node.bounds, limits)


def _limits(bounds: c.Bounds[c.Operand], policy: Policy) -> tuple[int | None, int | None] | None:
    """The bounds as numbers; None where one depends on the dossier, or is to confirm."""
    lower, upper = policy.figure(bounds.lower), policy.figure(bounds.upper)
    is_known = (bounds.lower is None or lower is not None) and (bounds.upper is None or upper is not None)
    if not is_known or isinstance(lower, date) or isinstance(upper, date):
        return None
    return lower, upper


def _near(limits: tuple[int | None, int | None]) -> list[int]:
    near = {0, 1}
    for limit in limits:
        if limit is not None:
            near |= {limit - 1, limit, limit + 1}
    return sorted(near)


def _truths(
    ranges: Iterable[Range], bounds: c.Bounds[c.Operand], limits: tuple[int | None, int | None]
) -> tuple[Truth, ...]:
    lower, upper = limits
    found: set[Truth] = {None}
    for low, high in ranges:
        sides: list[Truth] = []
        if lower is not None:
            sides.append(at_or_above(low, high, lower, lower, strict=bounds.lower_strict))
        if upper is not None:
            sides.append(at_or_above(upper, upper, low, high, strict=bounds.upper_strict))
        found.add(conjunction(sides))
    return tuple(truth for truth in ALL if truth in found)
