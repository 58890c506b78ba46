"""The answers to one fact, drawn one after the other from a stream of its own: the order of facts does not matter."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from datetime import date
from itertools import accumulate
from random import Random
from typing import Final, TypeAlias, assert_never

from clas_policy.batch.population.assumptions import (
    Chance,
    Chances,
    Distribution,
    Drawn,
    FactAssumption,
    ListAssumption,
    LogNormal,
    MadeUp,
    Normal,
    Spread,
    Triangular,
    Uniform,
    Weights,
)
from clas_policy.batch.population.steps import Steps, steps
from clas_policy.model.fact import Fact, Type, Value
from clas_policy.model.money import RATE_SCALE
from clas_policy.situations.classes import limits

MOST_MEMBERS: Final = 200
"""So many members a made-up dossier may have."""

MADE_UP: Final = "Simulé"
"""What every made-up text begins with."""

Draw: TypeAlias = Callable[[Random, str], Value]
"""Draws a value for a dossier or a member that is called so."""


class NothingToDrawError(Exception):
    """An assumption leaves no value that may be drawn."""


class Answers:
    """The answers to one fact, for one dossier (or member) after the other."""

    def __init__(self, fact: Fact, assumption: FactAssumption, seed: int) -> None:
        self.name = fact.name
        self._unanswered = _share(assumption.unanswered)
        self._alike = _share(assumption.alike)
        self._draw = draw_of(fact, assumption)
        self._own = Random(f"{seed}/{fact.name}")  # noqa: S311 - a simulation, not a secret
        self._common = Random(f"{seed}/{fact.name}/common")  # noqa: S311

    def next(self, called: str) -> Drawn:
        """The next answer; None: not given."""
        own = self._own
        unknown = own.random() < self._unanswered
        value = self._draw(own, called)
        return None if unknown else value

    def members(self, called: list[str]) -> list[Drawn]:
        """The answers of the members of the next dossier."""
        if not self._alike:
            return [self.next(name) for name in called]
        common, alike, own = self._common, self._alike, self._own
        shared = self._draw(common, called[0]) if called else None
        found: list[Drawn] = []
        for name in called:
            answer = self.next(name)
            same = own.random() < alike
            found.append(shared if same and answer is not None else answer)
        return found


class Counts:
    """How many members the lists of one entity have; None: the list is not given."""

    def __init__(self, entity: str, assumption: ListAssumption, seed: int) -> None:
        self._absent = _share(assumption.absent)
        self._random = Random(f"{seed}/{entity}")  # noqa: S311
        self._count = count_of(assumption)

    def next(self) -> int | None:
        absent = self._random.random() < self._absent
        count = self._count(self._random)
        return None if absent else count


def _share(millionths: int) -> float:
    """What a random number is compared with; a chance of 100 % is above all of them."""
    return millionths / RATE_SCALE


def count_of(assumption: ListAssumption) -> Callable[[Random], int]:
    """How many members are drawn; raises NothingToDrawError where no number of them can be."""
    if isinstance(assumption.count, Weights):
        one_of = weighted(assumption.count)
        return lambda random: int(one_of(random))
    return _table(assumption.count, 0, MOST_MEMBERS).draw


def draw_of(fact: Fact, assumption: FactAssumption) -> Draw:
    """What draws the values of a fact; raises NothingToDrawError where the fact may have none of them."""
    distribution: Distribution = assumption.distribution
    match distribution:
        case Chance(true):
            share = _share(true)
            return lambda random, _: random.random() < share
        case Weights():
            one_of = weighted(distribution)
            return lambda random, _: one_of(random)
        case Chances():
            return _set(distribution, fact.min_items)
        case MadeUp():
            return lambda _, called: f"{MADE_UP} {called}"
        case Uniform() | Triangular() | Normal() | LogNormal():
            least, most = limits(fact)
            if fact.type is Type.DATE:
                table = _table(distribution, date.min.toordinal(), date.max.toordinal())
                return lambda random, _: date.fromordinal(table.draw(random))
            return _number(_table(distribution, least, most), least, assumption.step)
        case _:
            assert_never(distribution)


def _table(spread: Spread, least: int | None, most: int | None) -> Steps:
    table = steps(spread, least, most)
    if table is None:
        raise NothingToDrawError
    return table


def _number(table: Steps, least: int | None, step: int) -> Draw:
    draw = table.draw
    if step == 1:
        return lambda random, _: draw(random)

    def cut(random: Random, _: str) -> int:
        number = draw(random) // step * step
        return number if least is None or number >= least else least

    return cut


def weighted(weights: Weights) -> Callable[[Random], str | int]:
    values = [value for value, _ in weights.items]
    sums = list(accumulate(weight for _, weight in weights.items))
    if not sums or sums[-1] <= 0:
        raise NothingToDrawError
    total, last = sums[-1], len(sums) - 1
    return lambda random: values[bisect_right(sums, int(random.random() * total), 0, last)]


def _set(chances: Chances, fewest: int) -> Draw:
    items = [(value, _share(chance)) for value, chance in chances.items]
    if len(items) < fewest or (fewest and sum(chance > 0 for _, chance in chances.items) < fewest):
        raise NothingToDrawError
    weights = dict(chances.items)

    def draw(random: Random, _: str) -> frozenset[str]:
        chosen = {value for value, share in items if random.random() < share}
        while len(chosen) < fewest:
            left = tuple((value, weights[value]) for value, _share in items if value not in chosen)
            chosen.add(str(weighted(Weights(left))(random)))
        return frozenset(chosen)

    return draw
