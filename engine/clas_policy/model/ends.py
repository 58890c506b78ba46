"""The words that a policy writes for the ends of an interval."""

from __future__ import annotations

from clas_policy.model.condition import Bounds, T
from clas_policy.model.fact import Type


def lower_word(kind: Type, *, strict: bool) -> str:
    """The word before a lower end."""
    if kind is Type.DATE:
        return "after" if strict else "on_or_after"
    return "above" if strict else "from"


def upper_word(kind: Type, *, strict: bool) -> str:
    """The word before an upper end."""
    if kind is Type.DATE:
        return "before" if strict else "on_or_before"
    return "below" if strict else "to"


def ends(bounds: Bounds[T], kind: Type) -> list[tuple[str, T]]:
    """The ends that are given, the lower one first, each with its word."""
    found: list[tuple[str, T]] = []
    if bounds.lower is not None:
        found.append((lower_word(kind, strict=bounds.lower_strict), bounds.lower))
    if bounds.upper is not None:
        found.append((upper_word(kind, strict=bounds.upper_strict), bounds.upper))
    return found
