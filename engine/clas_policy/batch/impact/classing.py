"""Into which classes dossiers and members fall: by department, by their answers, by size."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
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


Classify: TypeAlias = Callable[[Value | None], Sequence[Class]]
"""The classes of an answer."""


class Classes:
    """The ways to break down the dossiers that meet two policies, by the figures that either compares facts with.

    `ways` are all of them, by name; in each scope (None: the dossier's) the `plain` facts are their own classes, and
    the `other` ones have a function that gives the classes of an answer.
    """

    def __init__(self, before: Policy, after: Policy) -> None:
        cuts: dict[str, set[int]] = {}
        for policy in (before, after):
            for name, found in marks(policy).cuts.items():
                cuts.setdefault(name, set()).update(found)
        facts = {name: _widest(fact, after.facts.get(name)) for name, fact in before.facts.items()}
        facts = {**after.facts, **facts}
        self._lists = tuple({**after.entities, **before.entities}.values())
        self._sizes = _by_number(range(1, _MOST_MEMBERS + 1), 0)
        self.ways = {DEPARTMENT: By(DEPARTMENT, None)}
        self.ways |= {one.list_key: By(one.list_key, None, list_of=one.id) for one in self._lists}
        scopes = (None, *(entity.id for entity in self._lists))
        self.plain: dict[str | None, list[str]] = {scope: [] for scope in scopes}
        self.other: dict[str | None, list[tuple[str, Classify]]] = {scope: [] for scope in scopes}
        for name, fact in facts.items():
            if fact.type in (Type.BOOLEAN, Type.CHOICE):
                self.plain[fact.entity].append(name)
            elif (classify := _classify(fact, cuts.get(name, ()))) is not None:
                self.other[fact.entity].append((name, classify))
            else:
                continue
            self.ways[name] = By(name, fact.entity, fact)

    def of_whole(self, dossier: Dossier) -> Iterator[tuple[str, Class]]:
        """What a dossier is besides its answers: its department, the sizes of its lists."""
        yield DEPARTMENT, dossier.department
        for entity in self._lists:
            members = dossier.members.get(entity.id)
            yield entity.list_key, None if members is None else self._sizes(len(members))[0]


def _widest(fact: Fact, other: Fact | None) -> Fact:
    """A fact with the bounds of whichever policy allows more."""
    if other is None or (fact.minimum, fact.maximum) == (other.minimum, other.maximum):
        return fact
    low = None if fact.minimum is None or other.minimum is None else min(fact.minimum, other.minimum)
    high = None if fact.maximum is None or other.maximum is None else max(fact.maximum, other.maximum)
    return replace(fact, minimum=low, maximum=high)


_UNKNOWN: Final[Sequence[Class]] = (None,)


def _classify(fact: Fact, cuts: set[int] | tuple[int, ...]) -> Classify | None:
    """How answers to a fact fall into classes; None where they do not."""
    match fact.type:
        case Type.CHOICES:
            return _each
        case Type.TEXT | Type.BOOLEAN | Type.CHOICE:
            return None
        case Type.DATE:
            return _by_number(sorted(cuts), None) if cuts else None
        case _:
            least, most = limits(fact)
            if cuts:
                return _by_number(sorted(cuts), least)
            if least is not None and most is not None and most - least < _FEW:
                return _by_number(range(least + 1, most + 1), least, most)
            return None


def _each(value: Value | None) -> Sequence[Class]:
    """A class for each value of a set; an empty set is one of its own."""
    if not isinstance(value, frozenset):
        return _UNKNOWN
    return tuple(sorted(value)) or ("",)


def _by_number(cuts: Sequence[int], least: int | None, most: int | None = None) -> Classify:
    starts = [cut for cut in cuts if least is None or cut > least]
    edges = [least, *starts, None]
    classes = tuple((Interval(low, most if high is None else high - 1),) for low, high in pairwise(edges))

    def classify(value: Value | None) -> Sequence[Class]:
        if isinstance(value, date):
            return classes[bisect_right(starts, value.toordinal())]
        return classes[bisect_right(starts, value)] if isinstance(value, int) else _UNKNOWN

    return classify
