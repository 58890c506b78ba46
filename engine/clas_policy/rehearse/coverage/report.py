"""What is covered and what is not, in all, by kind, by file and by line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from clas_policy.explain import Evaluation, Evaluator
from clas_policy.model.policy import Policy
from clas_policy.rehearse.coverage.point import Kind, Point
from clas_policy.rehearse.coverage.points import Points


class Ratio(NamedTuple):
    """How many points of some are covered."""

    covered: int
    total: int

    @property
    def percent(self) -> float:
        """Rounded down to a tenth, so that 100 means all; 100 where there is nothing to cover."""
        return self.covered * 1000 // self.total / 10 if self.total else 100.0

    @property
    def is_whole(self) -> bool:
        return self.covered == self.total


class Line(NamedTuple):
    """The points of a line of a file."""

    covered: tuple[Point, ...]
    missing: tuple[Point, ...]


class Report:
    """The points of some policies, in the order of their places, and those of them that are covered."""

    def __init__(self, points: Iterable[Point], covered: Collection[Point]) -> None:
        seen = frozenset(covered)
        self.points: tuple[Point, ...] = tuple(sorted(dict.fromkeys(points), key=lambda point: point.order))
        self.covered: frozenset[Point] = seen.intersection(self.points)
        self.uncovered: tuple[Point, ...] = tuple(point for point in self.points if point not in self.covered)

    @property
    def ratio(self) -> Ratio:
        """In all."""
        return self._ratio(self.points)

    @property
    def by_kind(self) -> Mapping[Kind, Ratio]:
        """For each kind that there is a point of."""
        return {
            kind: self._ratio(own) for kind in Kind if (own := [point for point in self.points if point.kind is kind])
        }

    @property
    def by_file(self) -> Mapping[str, Ratio]:
        """For each file; a boundary whose figure another file gives counts for both."""
        files: dict[str, list[Point]] = {}
        for point in self.points:
            for file in dict.fromkeys(at.file for at in (point.at, *point.also)):
                files.setdefault(file, []).append(point)
        return {file: self._ratio(files[file]) for file in sorted(files)}

    def lines(self, file: str) -> Mapping[int, Line]:
        """The points of each line of a file that has any, those of the figures that stand there included."""
        found: dict[int, tuple[list[Point], list[Point]]] = {}
        for point in self.points:
            for number in {at.line for at in (point.at, *point.also) if at.file == file}:
                covered, missing = found.setdefault(number, ([], []))
                (covered if point in self.covered else missing).append(point)
        return {number: Line(tuple(found[number][0]), tuple(found[number][1])) for number in sorted(found)}

    def _ratio(self, points: Collection[Point]) -> Ratio:
        return Ratio(sum(point in self.covered for point in points), len(points))


def cover(policies: Iterable[Policy], evaluations: Iterable[Evaluation]) -> Report:
    """What evaluations cover of policies, and of the others that they are under; shared layers count once."""
    every = tuple(evaluations)
    points: dict[int, Points] = {}
    for policy in (*policies, *(evaluation.policy for evaluation in every)):
        if id(policy) not in points:
            points[id(policy)] = Points(Evaluator(policy))
    by_policy: dict[int, list[Evaluation]] = {}
    for evaluation in every:
        by_policy.setdefault(id(evaluation.policy), []).append(evaluation)
    covered = [point for key, group in by_policy.items() for point in points[key].observe(group)]
    return Report((point for some in points.values() for point in some.all), covered)
