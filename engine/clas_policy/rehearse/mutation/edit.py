"""One small change of a node, and what every kind of change needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final, Generic, TypeVar

from clas_policy.frozen import dataclass
from clas_policy.model import condition as c
from clas_policy.model.fact import Type
from clas_policy.model.money import RATE_SCALE
from clas_policy.problem import Message
from clas_policy.source import Span
from clas_policy.wording import value_text

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
S = TypeVar("S")

STEPS: Final = (-1, 1)


@dataclass(frozen=True, slots=True)
class Edit(Generic[T_co]):
    """What a node becomes, where the change stands, and the change in plain words."""

    made: T_co
    at: Span | None
    change: Message

    def inside(self, around: Callable[[T_co], S]) -> Edit[S]:
        """The same change, seen from the node around."""
        return Edit(around(self.made), self.at, self.change)


def becomes(old: str, new: str) -> Message:
    return Message("`{old}` → `{new}`", {"old": old, "new": new})


def dropped(what: str) -> Message:
    return Message("`{what}` dropped", {"what": what})


def shifted(value: int | date, kind: Type) -> Iterator[int | date]:
    """The value one unit less and one more, as far as its type goes: a day, a cent, the least of rates."""
    for step in STEPS:
        if isinstance(value, date):
            try:
                yield value + timedelta(days=step)
            except OverflowError:
                continue
        elif kind is not Type.RATE or 0 <= value + step <= RATE_SCALE:
            yield value + step


def operand(node: c.Operand | None, kind: Type, said: str, *, negative: bool = True) -> Iterator[Edit[c.Operand]]:
    """A number or a day in place, shifted; `said` is the word before it."""
    if isinstance(node, c.Literal):
        prefix = f"{said} " if said else ""
        for value in shifted(node.value, kind):
            if negative or isinstance(value, date) or value >= 0:
                change = becomes(f"{prefix}{value_text(node.value, kind)}", f"{prefix}{value_text(value, kind)}")
                yield Edit(replace(node, value=value), node.at, change)


def without(items: tuple[T, ...]) -> Iterator[tuple[T, tuple[T, ...]]]:
    """Each of several items, with the others; nothing where there is only one."""
    if len(items) > 1:
        for number, item in enumerate(items):
            yield item, items[:number] + items[number + 1 :]


def each(items: tuple[T, ...], edits: Callable[[T], Iterator[Edit[T]]]) -> Iterator[Edit[tuple[T, ...]]]:
    """The changes inside each of several items."""
    for number, item in enumerate(items):
        for edit in edits(item):
            yield Edit((*items[:number], edit.made, *items[number + 1 :]), edit.at, edit.change)
