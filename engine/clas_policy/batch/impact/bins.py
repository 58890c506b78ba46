"""The distribution of changes in classes of one width, whose ends are round and exact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from clas_policy.batch.impact.result import Bin

_MOST: Final = 8
_MOST_OF_TWO: Final = 5
"""So many classes there are, on either side where there are both, and one for what is beyond."""
_SHARE: Final = 95
"""So many in a hundred changes lie within the classes; the others are beyond."""


def bins(changes: Mapping[int, int]) -> tuple[Bin, ...]:
    """The classes of changes in cents (none of them 0) with how many there are of each, from the greatest loss on.

    Losses and gains have the same classes: before and after exchanged, the distribution is its mirror image. A class
    that is empty stands where there are others beyond it.
    """
    if not changes:
        return ()
    most = _MOST if min(changes) > 0 or max(changes) < 0 else _MOST_OF_TWO
    width = _width(changes, most)
    losses = {-change: count for change, count in changes.items() if change < 0}
    gains = {change: count for change, count in changes.items() if change > 0}
    mirrored = [
        Bin(None if one.high is None else -one.high, None if one.low is None else -one.low, one.count, -one.amount)
        for one in _side(losses, width, most)
    ]
    return (*reversed(mirrored), *_side(gains, width, most))


def _side(changes: Mapping[int, int], width: int, most: int) -> Iterator[Bin]:
    """Classes above 0, each without its lower end."""
    if not changes:
        return
    last = min(-(-max(changes) // width), most + 1)
    counts, amounts = [0] * last, [0] * last
    for change, count in changes.items():
        number = min((change - 1) // width, most)
        counts[number] += count
        amounts[number] += change * count
    for number in range(last):
        high = None if number == most else (number + 1) * width
        yield Bin(number * width, high, counts[number], amounts[number])


def _width(changes: Mapping[int, int], most: int) -> int:
    """1, 2 or 5 times a power of ten of cents."""
    sizes = sorted((abs(change), count) for change, count in changes.items())
    left = -(-sum(changes.values()) * _SHARE // 100)
    usual = sizes[-1][0]
    for size, count in sizes:
        left -= count
        if left <= 0:
            usual = size
            break
    width = 1
    while True:
        for factor in (1, 2, 5):
            if width * factor * most >= usual:
                return width * factor
        width *= 10
