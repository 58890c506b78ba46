"""Into which classes dossiers and members fall: by department, by their answers, by size."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Final, NamedTuple, TypeAlias

from clas_policy.batch.population.marks import marks
from clas_policy.frozen import dataclass
from clas_policy.model.dossier import Dossier
from clas_policy.model.fact import Fact, Type, Value
from clas_policy.model.policy import Policy
from clas_policy.situations.classes import limits

DEPARTMENT: Final = "departement"
"""The breakdown by what dossiers say of their department; it has no fact."""

_FEW: Final = 12
"""So many values are told apart one by one."""
_MOST_MEMBERS: Final = 6
"""From so many members on, lists are one class."""


class Interval(NamedTuple):
    """Numbers or days (as ordinals) from `low` to `high`, both included; None: no end."""

    low: int | None
    high: int | None


Class: TypeAlias = bool | str | Interval | None
"""An answer, the value of a choice, an interval of numbers or days; None: not known."""

Raw: TypeAlias = Class | int | date
"""A class, or the number or the day that lies in one: in which is known when all policies are."""


@dataclass(frozen=True, slots=True)
class By:
    """One way to break down: by a fact, by the department, or by the size of an entity's list.

    `name` is the fact's, ``departement``, or the key of the list. `entity` is what is counted: the members of an
    entity, or dossiers (None). Where a set of choices is asked, one may be in several classes.
    """

    name: str
    entity: str | None
    fact: Fact | None = None
    list_of: str | None = None

    @property
    def overlaps(self) -> bool:
        return self.fact is not None and self.fact.type is Type.CHOICES


Place: TypeAlias = Callable[[int | date], Interval]
"""The interval that a number or a day lies in."""


class Classes:
    """The ways to break down the dossiers that meet two policies.

    `ways` are all of them, by name; `cuts` the figures that either policy compares a fact with. In each scope (None:
    the dossier's) the answers to `plain` facts are classes, or lie in one; those to `sets` are in several.
    """

    def __init__(self, before: Policy, after: Policy) -> None:
        self.cuts: dict[str, set[int]] = {}
        for policy in (before, after):
            for name, found in marks(policy).cuts.items():
                self.cuts.setdefault(name, set()).update(found)
        facts = {name: widest(fact, after.facts.get(name)) for name, fact in before.facts.items()}
        facts = {**after.facts, **facts}
        self._lists = tuple({**after.entities, **before.entities}.values())
        self._sizes = _by_number(range(1, _MOST_MEMBERS + 1), 0)
        self.ways = {DEPARTMENT: By(DEPARTMENT, None)}
        self.ways |= {one.list_key: By(one.list_key, None, list_of=one.id) for one in self._lists}
        scopes = (None, *(entity.id for entity in self._lists))
        self.plain: dict[str | None, list[str]] = {scope: [] for scope in scopes}
        self.sets: dict[str | None, list[str]] = {scope: [] for scope in scopes}
        for name, fact in facts.items():
            if fact.type is Type.TEXT:
                continue
            (self.sets if fact.type is Type.CHOICES else self.plain)[fact.entity].append(name)
            self.ways[name] = By(name, fact.entity, fact)

    def of_whole(self, dossier: Dossier) -> Iterator[tuple[str, Class]]:
        """What a dossier is besides its answers: its department, the sizes of its lists."""
        yield DEPARTMENT, dossier.department
        for entity in self._lists:
            members = dossier.members.get(entity.id)
            yield entity.list_key, None if members is None else self.size(len(members))

    def size(self, members: int) -> Interval:
        """The class of a list of so many members."""
        return self._sizes(members)


def widest(fact: Fact, other: Fact | None) -> Fact:
    """A fact with the bounds of whichever policy allows more."""
    if other is None or (fact.minimum, fact.maximum) == (other.minimum, other.maximum):
        return fact
    low = None if fact.minimum is None or other.minimum is None else min(fact.minimum, other.minimum)
    high = None if fact.maximum is None or other.maximum is None else max(fact.maximum, other.maximum)
    return replace(fact, minimum=low, maximum=high)


def members_of(value: Value | None) -> Sequence[Class]:
    """A class for each value of a set; an empty set is one of its own."""
    if not isinstance(value, frozenset):
        return _UNKNOWN
    return tuple(sorted(value)) or ("",)


_UNKNOWN: Final[Sequence[Class]] = (None,)


def is_numeric(by: By) -> bool:
    """Whether answers are numbers or days, which lie in intervals."""
    return by.fact is not None and by.fact.type not in (Type.BOOLEAN, Type.CHOICE, Type.CHOICES, Type.TEXT)


def place_of(fact: Fact, cuts: Collection[int]) -> Place | None:
    """How numbers or days fall into intervals, by the figures they are compared with; None where there is no reason."""
    if fact.type is Type.DATE:
        return _by_number(sorted(cuts), None) if cuts else None
    least, most = limits(fact)
    if cuts:
        return _by_number(sorted(cuts), least)
    if least is not None and most is not None and most - least < _FEW:
        return _by_number(range(least + 1, most + 1), least, most)
    return None


def _by_number(cuts: Sequence[int], least: int | None, most: int | None = None) -> Place:
    starts = [cut for cut in cuts if least is None or cut > least]
    edges = [least, *starts, None]
    intervals = tuple(Interval(low, most if high is None else high - 1) for low, high in pairwise(edges))

    def place(value: int | date) -> Interval:
        return intervals[bisect_right(starts, value.toordinal() if isinstance(value, date) else value)]

    return place
