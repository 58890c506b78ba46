"""One property after the other: what is told of two items where they differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import assert_never

from clas_policy.compare.changes import (
    BoundMoved,
    Day,
    DayMark,
    Difference,
    Entries,
    Figure,
    PartAdded,
    PartRemoved,
    PartReplaced,
    Regrouped,
    Term,
    ValuesChanged,
    What,
    Wording,
)
from clas_policy.frozen import dataclass
from clas_policy.model import condition as c
from clas_policy.model.fact import Origin, Type
from clas_policy.model.policy import Parameter, Policy
from clas_policy.source import Span


@dataclass(frozen=True, slots=True)
class Told:
    """What changed under a key of an item, and its places where they are nearer than those of the item."""

    key: str
    what: What
    old: Origin | None = None
    new: Origin | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Where the two items stand."""

    old: Origin
    new: Origin

    def figure(self, key: str, kind: Type, old: int | None, new: int | None) -> Iterator[Told]:
        if old != new:
            yield Told(key, Figure(kind, old, new))

    def term(self, key: str, old: object, new: object) -> Iterator[Told]:
        """A word of the language, a name or a number without a unit."""
        before, after = _word(old), _word(new)
        if before != after:
            yield Told(key, Term(before, after))

    def wording(self, key: str, old: str | None, new: str | None) -> Iterator[Told]:
        if old != new:
            yield Told(key, Wording(old, new))

    def entries(self, key: str, old: Iterable[str], new: Iterable[str]) -> Iterator[Told]:
        """Lists whose order says nothing."""
        before, after = dict.fromkeys(old), dict.fromkeys(new)
        if before.keys() != after.keys():
            added = tuple(entry for entry in after if entry not in before)
            removed = tuple(entry for entry in before if entry not in after)
            yield Told(key, Entries(added, removed))

    def parts(self, key: str, differences: Iterable[Difference]) -> Iterator[Told]:
        """What differs in a condition or an amount, at the places of the parts."""
        for difference in differences:
            old, new = _places(difference)
            yield Told(key, difference, _at(self.old, old), _at(self.new, new))

    def day(
        self, key: str, marks: tuple[DayMark | None, DayMark | None], places: tuple[Span | None, Span | None]
    ) -> Iterator[Told]:
        """A day that differs, at the places of the two operands."""
        old, new = marks
        if old != new:
            yield Told(key, Day(old, new), _at(self.old, places[0]), _at(self.new, places[1]))


def _word(value: object) -> str | None:
    match value:
        case None:
            return None
        case StrEnum():
            return value.value
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _at(origin: Origin, at: Span | None) -> Origin:
    return replace(origin, at=at) if at is not None and origin.at is not None and at.file == origin.at.file else origin


def _places(difference: Difference) -> tuple[Span | None, Span | None]:
    match difference:
        case PartAdded(part=part):
            return None, part.at
        case PartRemoved(part=part):
            return part.at, None
        case PartReplaced(old=old, new=new):
            return old.at, new.at
        case Regrouped(old_node=before, new_node=after) | ValuesChanged(old_node=before, new_node=after):
            return before.at, after.at
        case BoundMoved(old=lower, new=upper, old_node=before, new_node=after):
            one = lower.value.at if lower is not None else None
            other = upper.value.at if upper is not None else None
            return one or before.at, other or after.at
        case _:
            assert_never(difference)


def mark(operand: c.Operand | None, policy: Policy) -> DayMark | None:
    """What a day comes to in a policy."""
    match operand:
        case None:
            return None
        case c.Literal(value=value):
            return DayMark(value if isinstance(value, date) else None)
        case c.ParameterValue(parameter=name):
            parameter = policy.parameters.get(name)
            given = parameter.value if parameter is not None else None
            return DayMark(given if isinstance(given, date) else None, None if is_unnamed(name) else name)
        case c.FactValue(fact=name):
            return DayMark(None, name)
        case _:
            assert_never(operand)


def is_unnamed(parameter: str) -> bool:
    """Whether a parameter only stands for a value to confirm in a rule: it has that rule's name and a key."""
    return "." in parameter


def named(parameters: Iterable[Parameter]) -> dict[str, Parameter]:
    """The parameters that a layer declares."""
    return {parameter.name: parameter for parameter in parameters if not is_unnamed(parameter.name)}
