"""Decision diagrams with three ends: every situation of a condition at once, and one diagram for one meaning.

A node asks one input and has a branch for each of its classes; what makes no difference is not asked. Nodes are shared,
so that two diagrams over the same inputs are equal exactly when they say the same in every situation.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from typing import Final, TypeAlias

from clas_policy.model.truth import Truth, conjunction, disjunction

Diagram: TypeAlias = int
"""The number of a node; the first three are the ends."""
Law: TypeAlias = Callable[[Iterable[Truth]], Truth]
"""Joins truths into one; never takes back what it said before an unknown became known."""

_ENDS: Final[tuple[Truth, ...]] = (False, None, True)
_LAST: Final = sys.maxsize
_MOST_INPUTS: Final = 150


class TooLargeError(Exception):
    """More steps than the limit allows."""


def end(truth: Truth) -> Diagram:
    """The diagram that has one truth, whatever the situation."""
    return _ENDS.index(truth)


class Diagrams:
    """Makes diagrams over inputs, which are numbered in the order in which they are asked."""

    def __init__(self, limit: int) -> None:
        self._left = limit
        self._asked: list[int] = [_LAST] * len(_ENDS)
        self._branches: list[tuple[Diagram, ...]] = [()] * len(_ENDS)
        self._numbers: dict[tuple[int, tuple[Diagram, ...]], Diagram] = {}

    def node(self, asked: int, branches: tuple[Diagram, ...]) -> Diagram:
        """The diagram that asks an input, then goes on by its class."""
        if branches.count(branches[0]) == len(branches):
            return branches[0]
        key = (asked, branches)
        found = self._numbers.get(key)
        if found is None:
            self._step()
            if asked >= _MOST_INPUTS:
                raise TooLargeError
            found = self._numbers[key] = len(self._asked)
            self._asked.append(asked)
            self._branches.append(branches)
        return found

    def table(self, inputs: Sequence[tuple[int, int]], truth: Callable[[tuple[int, ...]], Truth]) -> Diagram:
        """The diagram of a function of a few inputs (each with the number of its classes), which rise."""

        def below(chosen: tuple[int, ...]) -> Diagram:
            if len(chosen) == len(inputs):
                self._step()
                return end(truth(chosen))
            asked, size = inputs[len(chosen)]
            return self.node(asked, tuple(below((*chosen, number)) for number in range(size)))

        return below(())

    def all_of(self, parts: Iterable[Diagram]) -> Diagram:
        return reduce(lambda one, other: self.join(conjunction, (one, other)), parts, end(True))

    def any_of(self, parts: Iterable[Diagram]) -> Diagram:
        return reduce(lambda one, other: self.join(disjunction, (one, other)), parts, end(False))

    def join(self, law: Law, parts: tuple[Diagram, ...]) -> Diagram:
        """The diagram of what a law makes of the truths of others."""
        asked, branches = self._asked, self._branches
        found: dict[tuple[Diagram, ...], Diagram] = {}

        def joined(parts: tuple[Diagram, ...]) -> Diagram:
            known = found.get(parts)
            if known is not None:
                return known
            self._step()
            settled = law([_ENDS[part] if part < len(_ENDS) else None for part in parts])
            first = min(asked[part] for part in parts)
            if settled is not None or first == _LAST:
                made = end(settled)
            else:
                size = next(len(branches[part]) for part in parts if asked[part] == first)
                made = self.node(
                    first,
                    tuple(
                        joined(tuple(branches[part][number] if asked[part] == first else part for part in parts))
                        for number in range(size)
                    ),
                )
            found[parts] = made
            return made

        return joined(parts)

    def truths(self, diagram: Diagram) -> frozenset[Truth]:
        """The ends that it can reach."""
        seen: set[Diagram] = set()
        pending = [diagram]
        while pending:
            number = pending.pop()
            if number not in seen:
                seen.add(number)
                pending.extend(self._branches[number])
        return frozenset(_ENDS[number] for number in seen if number < len(_ENDS))

    def followed(self, diagram: Diagram, path: Mapping[int, int]) -> Truth:
        """The end that the classes of a path lead to."""
        while diagram >= len(_ENDS):
            diagram = self._branches[diagram][path[self._asked[diagram]]]
        return _ENDS[diagram]

    def path(
        self,
        parts: tuple[Diagram, ...],
        wanted: Callable[[tuple[Truth, ...]], bool],
        allowed: Callable[[int, int], bool],
    ) -> dict[int, int] | None:
        """The classes of inputs that lead some diagrams to wanted ends, by allowed branches only; None: no way."""
        failed: set[tuple[Diagram, ...]] = set()

        def search(parts: tuple[Diagram, ...]) -> list[tuple[int, int]] | None:
            if parts in failed:
                return None
            self._step()
            first = min(self._asked[part] for part in parts)
            if first == _LAST:
                return [] if wanted(tuple(_ENDS[part] for part in parts)) else None
            size = next(len(self._branches[part]) for part in parts if self._asked[part] == first)
            for number in range(size):
                if allowed(first, number):
                    rest = search(
                        tuple(self._branches[part][number] if self._asked[part] == first else part for part in parts)
                    )
                    if rest is not None:
                        return [(first, number), *rest]
            failed.add(parts)
            return None

        found = search(parts)
        return None if found is None else dict(found)

    def _step(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise TooLargeError
