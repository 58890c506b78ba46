"""Finds the cases that cover what no case covers yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from clas_policy.explain import Evaluation, Evaluator
from clas_policy.frozen import dataclass
from clas_policy.model.dossier import Dossier
from clas_policy.model.policy import Policy
from clas_policy.rehearse.coverage import Point, Points
from clas_policy.rehearse.coverage.watch import Sight, Watch
from clas_policy.rehearse.running import Prepare, as_it_is
from clas_policy.rehearse.suggesting.changes import Changes, changes
from clas_policy.rehearse.suggesting.goals import Goals
from clas_policy.rehearse.suggesting.planning import Planner
from clas_policy.rehearse.suggesting.scene import Scene, SpentError, Stage

LIMIT: Final = 1_500
"""The dossiers that may be evaluated for one point from one base."""
_KEPT: Final = 6
"""So many ways to a point are looked at; the least change is taken."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A case to add: what it changes of a base dossier (by its number), what it covers, and what it comes to today.

    What several cases cover is told of one of them.
    """

    base: int
    changes: Changes
    dossier: Dossier
    evaluation: Evaluation
    covers: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Suggested:
    """The cases to add, and the points to which no way was found."""

    cases: tuple[Suggestion, ...]
    unreached: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    base: int
    scene: Scene
    changes: Changes
    covers: frozenset[Point]


def suggest(
    policy: Policy,
    bases: Sequence[Dossier],
    uncovered: Collection[Point],
    *,
    prepare: Prepare = as_it_is,
    limit: int = LIMIT,
) -> Suggested:
    """Cases that cover points of a policy, each by the least change of a base dossier that was found.

    Each has been evaluated: it shows what it says. They stand in the order of what they cover. Points that are not of
    this policy are left out.
    """
    points = Points(Evaluator(policy))
    wanted = frozenset(uncovered).intersection(points.all)
    search = _Search(points, bases, prepare, limit)
    found = search.candidates(wanted)
    chosen = _least(found, wanted)
    reached = {point for candidate in chosen for point in candidate.covers}
    place = {point: number for number, point in enumerate(points.all)}
    chosen.sort(key=lambda candidate: min(place[point] for point in candidate.covers))
    return Suggested(
        tuple(_suggestion(candidate, points) for candidate in chosen),
        tuple(point for point in points.all if point in wanted and point not in reached),
    )


class _Search:
    def __init__(self, points: Points, bases: Sequence[Dossier], prepare: Prepare, limit: int) -> None:
        self._points = points
        self._bases = bases
        self._stage = Stage(points.evaluator, prepare, limit)
        self._goals = Goals(Planner(points.evaluator, points.watches))

    def candidates(self, wanted: frozenset[Point]) -> list[_Candidate]:
        """For each point the best case from each base, and the bases as they are."""
        self._stage.renew()
        openings = [self._stage.opening(base) for base in self._bases]
        found = [
            candidate
            for place, scene in enumerate(openings)
            if (candidate := self._candidate(place, scene, wanted)).covers
        ]
        covered = {point for candidate in found for point in candidate.covers}
        for watch in self._points.watches:
            for sight, point in watch.points.items():
                if point in wanted and point not in covered:
                    for place, opening in enumerate(openings):
                        best = self._best(place, opening, watch, sight, wanted)
                        if best is not None:
                            found.append(best)
                            break
        return found

    def _best(
        self, place: int, opening: Scene, watch: Watch, sight: Sight, wanted: frozenset[Point]
    ) -> _Candidate | None:
        best: tuple[int, Scene] | None = None
        for scene in islice(self._scenes(opening, watch, sight), _KEPT):
            cost = changes(self._bases[place], scene).cost
            if best is None or cost < best[0]:
                best = cost, scene
            if cost <= 1:
                break
        return None if best is None else self._candidate(place, best[1], wanted)

    def _scenes(self, opening: Scene, watch: Watch, sight: Sight) -> Iterator[Scene]:
        self._stage.renew()
        try:
            yield from self._goals.scenes(opening, watch, sight)
        except SpentError:
            return

    def _candidate(self, place: int, scene: Scene, wanted: frozenset[Point]) -> _Candidate:
        seen = self._points.observe([scene.evaluation])
        return _Candidate(place, scene, changes(self._bases[place], scene), seen & wanted)


def _least(candidates: Sequence[_Candidate], wanted: frozenset[Point]) -> list[_Candidate]:
    """Few of the candidates that together cover what all do: those that cover most first, then none that is spare."""
    left, rest, chosen = set(wanted), list(candidates), []
    while rest:
        best = max(rest, key=lambda one: (len(one.covers & left), -one.changes.cost))
        if not best.covers & left:
            break
        chosen.append(best)
        left -= best.covers
        rest.remove(best)
    for candidate in tuple(reversed(chosen)):
        others = {point for other in chosen if other is not candidate for point in other.covers}
        if candidate.covers <= others:
            chosen.remove(candidate)
    return _told_once(chosen)


def _told_once(chosen: Sequence[_Candidate]) -> list[_Candidate]:
    """Each with the points that none before it covers; there is one, since none is spare."""
    told: set[Point] = set()
    found: list[_Candidate] = []
    for candidate in chosen:
        found.append(replace(candidate, covers=candidate.covers - told))
        told |= candidate.covers
    return found


def _suggestion(candidate: _Candidate, points: Points) -> Suggestion:
    scene = candidate.scene
    covers: Iterable[Point] = (point for point in points.all if point in candidate.covers)
    return Suggestion(candidate.base, candidate.changes, scene.dossier, scene.evaluation, tuple(covers))
