"""The values of facts that conditions can tell apart: one for each class, unknown the first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import combinations
from typing import Final, TypeAlias

from clas_policy.model import condition as c
from clas_policy.model.dates import as_number
from clas_policy.model.fact import Fact, Type, Value
from clas_policy.model.money import RATE_SCALE
from clas_policy.model.policy import Policy

Comparison: TypeAlias = c.FactIsTrue | c.Within | c.OneOf | c.Includes | c.Only
"""The conditions that read facts directly."""

_MOST_SETS: Final = 1024
_SAME_FOR_ALL: Final[tuple[Value | None, ...]] = (None, False, True)


def classes(policy: Policy, comparisons: Iterable[Comparison]) -> Mapping[str, tuple[Value | None, ...]]:
    """For each fact that is compared, a value for each class of values that no comparison tells apart.

    Numbers and dates that are compared with each other share their classes: as many of each region as it takes for
    every order of them. A fact with too many classes (choices with many values) has no entry.
    """
    found: dict[str, tuple[Value | None, ...]] = {}
    numbers = _Numbers(policy)
    sets: dict[str, dict[frozenset[str], None]] = {}
    for node in comparisons:
        match node:
            case c.FactIsTrue(fact=name):
                found[name] = _SAME_FOR_ALL
            case c.Within(fact=name, bounds=bounds):
                numbers.compared(name, (bounds.lower, bounds.upper))
            case c.OneOf(fact=name, values=values) | c.Only(fact=name, values=values):
                sets.setdefault(name, {})[frozenset(values)] = None
            case c.Includes(fact=name, value=value):
                sets.setdefault(name, {})[frozenset((value,))] = None
    for name, told in sets.items():
        values_of = _lists if policy.facts[name].type is Type.CHOICES else _choices
        known = values_of(policy.facts[name], tuple(told))
        if known is not None:
            found[name] = known
    found.update(numbers.classes())
    return found


def _alike(fact: Fact, told: tuple[frozenset[str], ...]) -> list[list[str]]:
    """The values that a choice can have, those together that no set tells apart."""
    groups: dict[tuple[bool, ...], list[str]] = {}
    for option in fact.options:
        groups.setdefault(tuple(option.value in values for values in told), []).append(option.value)
    return list(groups.values())


def _choices(fact: Fact, told: tuple[frozenset[str], ...]) -> tuple[Value | None, ...]:
    return (None, *(group[0] for group in _alike(fact, told)))


def _lists(fact: Fact, told: tuple[frozenset[str], ...]) -> tuple[Value | None, ...] | None:
    groups = _alike(fact, told)
    if 2 ** len(groups) > _MOST_SETS:
        return None
    lists = (
        frozenset(value for group in chosen for value in group)
        for count in range(len(groups) + 1)
        for chosen in combinations(groups, count)
    )
    return (None, *(values for values in lists if len(values) >= fact.min_items))


class _Numbers:
    """The facts that have an order, with what they are compared with."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._marks: dict[str, set[int]] = {}
        self._with: dict[str, set[str]] = {}

    def compared(self, name: str, operands: Iterable[c.Operand | None]) -> None:
        self._seen(name)
        for operand in operands:
            if isinstance(operand, c.FactValue):
                self._seen(operand.fact)
                self._with[name].add(operand.fact)
                self._with[operand.fact].add(name)
            elif (known := self._policy.figure(operand)) is not None:
                self._marks[name].add(as_number(known))

    def _seen(self, name: str) -> None:
        if name not in self._marks:
            self._with[name] = set()
            self._marks[name] = {end for end in limits(self._policy.facts[name]) if end is not None}

    def classes(self) -> Iterator[tuple[str, tuple[Value | None, ...]]]:
        done: set[str] = set()
        for name in self._marks:
            if name not in done:
                together = self._together(name)
                done |= together
                marks = sorted(set().union(*(self._marks[other] for other in together)))
                samples = tuple(_samples(marks, len(together)))
                for other in together:
                    yield other, _within_limits(self._policy.facts[other], samples)

    def _together(self, name: str) -> set[str]:
        found, pending = {name}, [name]
        while pending:
            for other in self._with[pending.pop()] - found:
                found.add(other)
                pending.append(other)
        return found


def limits(fact: Fact) -> tuple[int | None, int | None]:
    """The least and the most that a dossier may say of a number, in the unit of the type; None: any, as for dates."""
    if fact.type is Type.DATE:
        return None, None
    least, most = fact.minimum, fact.maximum
    if least is None and fact.type is not Type.INTEGER:
        least = 0
    if most is None and fact.type is Type.RATE:
        most = RATE_SCALE
    return least, most


def _samples(marks: list[int], count: int) -> Iterator[int]:
    """The marks, and up to `count` numbers of each region that they leave."""
    if not marks:
        yield from range(1, count + 1)
        return
    yield from range(marks[0] - count, marks[0])
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        end = mark + 1 + count
        yield from range(mark, end if following is None else min(end, following))


def _within_limits(fact: Fact, samples: Iterable[int]) -> tuple[Value | None, ...]:
    if fact.type is Type.DATE:
        first, last = date.min.toordinal(), date.max.toordinal()
        return (None, *(date.fromordinal(number) for number in samples if first <= number <= last))
    least, most = limits(fact)
    return (
        None,
        *(number for number in samples if (least is None or least <= number) and (most is None or number <= most)),
    )
