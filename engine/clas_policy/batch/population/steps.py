"""Distributions of numbers as tables of whole numbers, from which the same draws come on every machine.

Binary floats are only multiplied and compared, which every machine does alike; exponentials are those of `decimal`,
which are exact to their last digit.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from decimal import Context, Decimal
from functools import cache
from itertools import accumulate
from random import Random
from typing import Final, TypeAlias, assert_never

from clas_policy.batch.population.assumptions import LogNormal, Normal, Spread, Triangular, Uniform
from clas_policy.frozen import dataclass
from clas_policy.model.money import RATE_SCALE

Cell: TypeAlias = tuple[int, int, int]
"""An interval of whole numbers: its lowest, its width, its weight."""

_EXACT: Final = Context(prec=30)
_CELLS: Final = 512
"""The steps that a wide interval is cut into; within one, all numbers are equally likely."""
_PER_DEVIATION: Final = 32
_DEVIATIONS: Final = 4
_PRECISION: Final = 10**9


@dataclass(frozen=True, slots=True)
class Steps:
    """Intervals of whole numbers, `lows` with their `widths`; `sums` are their weights added up."""

    sums: tuple[int, ...]
    lows: tuple[int, ...]
    widths: tuple[int, ...]

    def draw(self, random: Random) -> int:
        sums = self.sums
        at = bisect_right(sums, int(random.random() * sums[-1]), 0, len(sums) - 1)
        width = self.widths[at]
        inside = random.random()  # drawn even where it is not needed: the next draw does not depend on this one
        return self.lows[at] + (int(inside * width) if width > 1 else 0)


def steps(spread: Spread, least: int | None, most: int | None) -> Steps | None:
    """The table of a spread, cut to what a fact may be; None where nothing is left of it."""
    match spread:
        case Uniform(low, high):
            cells: Iterable[Cell] = [(low, high - low + 1, high - low + 1)]
        case Triangular(low, mode, high):
            cells = _triangular(low, mode, high)
        case Normal(mean, deviation):
            cells = _normal(mean, deviation)
        case LogNormal(median, factor):
            cells = _log_normal(median, factor)
        case _:
            assert_never(spread)
    return _table(_cut(cells, least, most))


def _table(cells: Iterable[Cell]) -> Steps | None:
    kept = [cell for cell in cells if cell[1] > 0 and cell[2] > 0]
    if not kept:
        return None
    lows, widths, weights = zip(*kept, strict=True)
    return Steps(tuple(accumulate(weights)), lows, widths)


def _cut(cells: Iterable[Cell], least: int | None, most: int | None) -> Iterable[Cell]:
    """The intervals within bounds; one that is cut keeps its share of the weight, and never none."""
    for low, width, weight in cells:
        first = low if least is None else max(low, least)
        last = low + width - 1 if most is None else min(low + width - 1, most)
        if first <= last:
            yield first, last - first + 1, max(1, weight * (last - first + 1) // width) if weight else 0


def _triangular(low: int, mode: int, high: int) -> Iterable[Cell]:
    if not low <= mode <= high:
        return
    size = -(-(high - low + 1) // _CELLS)
    for first in range(low, high + 1, size):
        width = min(size, high + 1 - first)
        at = first + width // 2
        rise = (at - low + 1) * (high - mode + 1) if at <= mode else (high - at + 1) * (mode - low + 1)
        yield first, width, rise * width


def _normal(mean: int, deviation: int) -> Iterable[Cell]:
    if deviation < 1:
        yield mean, 1, 1
        return
    size = max(1, deviation // _PER_DEVIATION)
    reach = _DEVIATIONS * deviation // size
    for number in range(-reach, reach + 1):
        first = mean + number * size - size // 2
        yield first, size, _bell(_EXACT.divide(Decimal(number * size), Decimal(deviation))) * size


def _log_normal(median: int, factor: int) -> Iterable[Cell]:
    if factor <= RATE_SCALE:
        yield median, 1, 1
        return
    growth = _EXACT.ln(_EXACT.divide(Decimal(factor), Decimal(RATE_SCALE)))
    edge: int | None = None
    for number in range(-_DEVIATIONS * _PER_DEVIATION, _DEVIATIONS * _PER_DEVIATION + 1):
        power = _EXACT.divide(Decimal(2 * number + 1), Decimal(2 * _PER_DEVIATION))
        following = int(_EXACT.multiply(Decimal(median), _EXACT.exp(_EXACT.multiply(growth, power))))
        if edge is not None:
            yield edge, max(following - edge, 1), _bell(_EXACT.divide(Decimal(number), Decimal(_PER_DEVIATION)))
        edge = following


@cache
def _bell(deviations: Decimal) -> int:
    """The height of the bell curve, so many deviations away from its middle."""
    return int(
        _EXACT.multiply(
            _EXACT.exp(_EXACT.divide(-_EXACT.multiply(deviations, deviations), Decimal(2))), Decimal(_PRECISION)
        )
    )
