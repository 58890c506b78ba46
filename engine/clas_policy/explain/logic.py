"""Kleene's logic, compiled: the same meaning as `model.truth`, one closure per node.

What only reads slots (facts, criteria, deadlines, grants) is read together, before anything that computes: the order of
the parts of a conjunction or of a disjunction never changes its truth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import TypeAlias

from clas_policy.explain.slots import Cell, Row
from clas_policy.model.truth import Truth

Run: TypeAlias = Callable[[Row, Row], Truth]
"""The truth of a condition, from the dossier's row and a member's (the dossier's again where there is no member)."""


def read(cell: Cell) -> Run:
    index = cell.index
    if cell.of_member:
        return lambda _, e: e[index]
    return lambda d, _: d[index]


def negation(run: Run) -> Run:
    def negated(d: Row, e: Row) -> Truth:
        value = run(d, e)
        return None if value is None else not value

    return negated


def conjunction(cells: Sequence[Cell], runs: Sequence[Run]) -> Run:
    """All of the cells and all of the conditions."""
    return _joined(cells, runs, settles=False)


def disjunction(cells: Sequence[Cell], runs: Sequence[Run]) -> Run:
    """Any of the cells or any of the conditions."""
    return _joined(cells, runs, settles=True)


def _joined(cells: Sequence[Cell], runs: Sequence[Run], *, settles: bool) -> Run:
    of_dossier = [cell.index for cell in cells if not cell.of_member]
    of_member = [cell.index for cell in cells if cell.of_member]
    parts: list[Run] = []
    if of_dossier:
        parts.append(_cells(of_dossier, of_member=False, settles=settles))
    if of_member:
        parts.append(_cells(of_member, of_member=True, settles=settles))
    parts.extend(runs)
    if not parts:
        return lambda _, __: not settles
    if len(parts) == 1:
        return parts[0]
    if len(parts) == 2:
        return _pair(parts[0], parts[1], settles=settles)
    return _several(tuple(parts), settles=settles)


def _cells(indexes: list[int], *, of_member: bool, settles: bool) -> Run:
    if len(indexes) == 1:
        return read(Cell(of_member, indexes[0]))
    values = itemgetter(*indexes)
    otherwise = not settles

    def of_the_member(_: Row, e: Row) -> Truth:
        found = values(e)
        return settles if settles in found else None if None in found else otherwise

    def of_the_dossier(d: Row, _: Row) -> Truth:
        found = values(d)
        return settles if settles in found else None if None in found else otherwise

    return of_the_member if of_member else of_the_dossier


def _pair(first: Run, second: Run, *, settles: bool) -> Run:
    otherwise = not settles

    def pair(d: Row, e: Row) -> Truth:
        one = first(d, e)
        if one is settles:
            return settles
        other = second(d, e)
        if other is settles:
            return settles
        return None if one is None or other is None else otherwise

    return pair


def _several(runs: tuple[Run, ...], *, settles: bool) -> Run:
    otherwise = not settles

    def several(d: Row, e: Row) -> Truth:
        unknown = False
        for run in runs:
            value = run(d, e)
            if value is settles:
                return settles
            if value is None:
                unknown = True
        return None if unknown else otherwise

    return several


def at_least(count: int, runs: tuple[Run, ...]) -> Run:
    def counted(d: Row, e: Row) -> Truth:
        certain = possible = 0
        for run in runs:
            value = run(d, e)
            if value is not False:
                possible += 1
                if value is True:
                    certain += 1
        return True if certain >= count else False if possible < count else None

    return counted


def agreement(runs: tuple[Run, ...]) -> Run:
    """What all say, unknown where they differ."""
    first, others = runs[0], runs[1:]

    def agreed(d: Row, e: Row) -> Truth:
        value = first(d, e)
        if value is None:
            return None
        for run in others:
            if run(d, e) is not value:
                return None
        return value

    return agreed


def only_if(applies: Run, requires: Run) -> Run:
    """Met where it does not apply, else what it requires."""

    def conditional(d: Row, e: Row) -> Truth:
        applicable = applies(d, e)
        if applicable is False:
            return True
        value = requires(d, e)
        return value if applicable is True or value is True else None

    return conditional
