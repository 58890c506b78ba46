"""Exact arithmetic on ends that may be infinite: whole numbers never become floats, and 0 times infinity is 0."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from typing import Final, TypeAlias

from clas_policy.model.money import RATE_SCALE
from clas_policy.model.truth import Truth

End: TypeAlias = int | float
"""A whole number, or ``inf`` or ``-inf``; no other float."""
Range: TypeAlias = tuple[End, End]

UNBOUNDED: Final = inf
NOTHING: Final[Range] = (0, 0)
ANYTHING: Final[Range] = (0, inf)


def plus(a: End, b: End) -> End:
    """A sum; the infinite end wins (no caller adds opposite infinities)."""
    if isinstance(a, float):
        return a
    return b if isinstance(b, float) else a + b


def added(ranges: Iterable[Range]) -> Range:
    """The sum of ranges; infinite ends win."""
    low: End = 0
    high: End = 0
    for least, most in ranges:
        low, high = plus(low, least), plus(high, most)
    return low, high


def times(a: End, b: End) -> End:
    if a == 0 or b == 0:
        return 0
    if isinstance(a, float) or isinstance(b, float):
        return inf if (a > 0) == (b > 0) else -inf
    return a * b


def product(a: Range, b: Range) -> Range:
    """The hull of the products of two ranges."""
    ends = [times(x, y) for x in a for y in b]
    return min(ends), max(ends)


def rounded(value: End, cap: End | None, unit: int, round_to: int) -> End:
    """What a grant pays: capped, not below zero, half-up once, down where that would pass the cap.

    `value` and `cap` are in the same fraction of a cent; `unit` is `round_to` cents in that fraction.
    """
    if cap is not None and value > cap:
        value = cap
    if value <= 0:
        return 0
    if isinstance(value, float):
        return value
    whole, rest = divmod(value, unit)
    if 2 * rest >= unit and (cap is None or (whole + 1) * unit <= cap):
        whole += 1
    return whole * round_to


def exact(value: int, power: int) -> str:
    """The decimal string of `value` cents divided by a million to the `power`: two decimals, or as many as it takes."""
    decimals = 2 + 6 * power
    whole, rest = divmod(abs(value), 10**decimals)
    digits = f"{rest:0{decimals}d}".rstrip("0").ljust(2, "0")
    return f"{'-' if value < 0 else ''}{whole}.{digits}"


def at_or_above(low: End, high: End, bound_low: End, bound_high: End, *, strict: bool) -> Truth:
    """Whether a number in (low, high) is at or above (strictly: above) one in (bound_low, bound_high)."""
    if strict:
        return True if low > bound_high else False if high <= bound_low else None
    return True if low >= bound_high else False if high < bound_low else None


def scale(power: int) -> int:
    """How many of the fractions of this power make a cent."""
    return int(RATE_SCALE**power)
