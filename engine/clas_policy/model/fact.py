"""What a dossier is asked: the facts, their types and bounds."""

from __future__ import annotations

import re
from dataclasses import field
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from clas_policy.frozen import dataclass
from clas_policy.source import Span

Value: TypeAlias = bool | int | date | str | frozenset[str]
"""A typed value.

Boolean, integer, cents of a money, millionths of a rate, date, the identifier of a choice or a text, or the set of
choices.
"""


class Type(StrEnum):
    """The types of facts; parameters are integer, money, rate or date."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    MONEY = "money"
    RATE = "rate"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    TEXT = "text"

    @property
    def is_number(self) -> bool:
        return self in (Type.INTEGER, Type.MONEY, Type.RATE)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an item of a policy comes from.

    `layer` is the id of the layer that wrote it, `source` the citation as written (``note-32, §3``, or a nearest one
    inherited from its section or layer), `checked_on` the day somebody last compared it with its source.
    """

    layer: str
    source: str | None = None
    checked_on: date | None = None
    at: Span | None = field(default=None, compare=False)

    @property
    def place(self) -> str:
        """``national/referentiel-2019:41``: the layer and the line, free of the machine's paths."""
        return f"{self.layer}:{self.at.line}" if self.at else self.layer


def cited(source: str) -> str:
    """The document that a source begins with: ``note`` of ``note, §3``."""
    return re.split(r"[,\s]", source, maxsplit=1)[0]


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a choice, with the label that people read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Derivation:
    """A fact that a plugin computes from other facts, instead of the dossier giving it."""

    by: str
    reads: tuple[str, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Fact:
    """One question: its full dotted name, type, bounds and label.

    `entity` is the id of the entity whose members answer it, None for the dossier. `minimum` and `maximum` are in the
    unit of the type (whole numbers, cents, millionths); None is unbounded. `question` is what to ask when it is
    missing (the label when the policy gives no question).
    """

    name: str
    type: Type
    label: str
    origin: Origin
    entity: str | None = None
    question: str | None = None
    help: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    min_items: int = 0
    options: tuple[Option, ...] = ()
    derivation: Derivation | None = None

    @property
    def path(self) -> tuple[str, ...]:
        """The keys that lead to it, within the dossier or within a member of its entity's list."""
        segments = tuple(self.name.split("."))
        return segments[1:] if self.entity else segments


@dataclass(frozen=True, slots=True)
class Entity:
    """Something a dossier has many of: its list's key in JSON is `list_key`, the key of a member's id is `id`."""

    id: str
    list_key: str
    label: str
    origin: Origin
