"""A report put in words, before it takes a form: sections of tables and charts, with figures still figures."""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple, TypeAlias

from clas_policy.batch.report.voice import NOTHING, Voice
from clas_policy.frozen import dataclass


class Kind(Enum):
    """What the cells of a column are."""

    TEXT = auto()
    COUNT = auto()
    MONEY = auto()
    AT_MOST = auto()
    """Money that is an upper bound, with how many have none."""
    SHARE = auto()
    MEAN = auto()
    MEAN_MONEY = auto()
    CHANGE = auto()
    CHANGE_MONEY = auto()
    CHANGE_SHARE = auto()
    MEAN_CHANGE = auto()


class Ratio(NamedTuple):
    """A part of a whole."""

    part: int
    whole: int


class AtMost(NamedTuple):
    """Cents that bound an amount, and how many amounts nothing bounds."""

    cents: int
    unbounded: int


class Own(NamedTuple):
    """A figure that is of another kind than its column."""

    value: int | Ratio | AtMost
    kind: Kind


Cell: TypeAlias = str | int | Ratio | AtMost | Own | None
"""None is no figure; ratios with nothing as their whole are none either."""


class Column(NamedTuple):
    label: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its first cell heads it; a `total` adds up those above."""

    cells: tuple[Cell, ...]
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what is said below it are its notes."""

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


class Tone(Enum):
    """How a bar is drawn, so that two of them are told apart without colours too."""

    MAIN = "main"
    DUE = "due"
    ELIGIBLE = "eligible"
    UNDETERMINED = "undetermined"


class Before(NamedTuple):
    """The same figure last year."""

    value: int
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    value: int
    text: str
    tone: Tone = Tone.MAIN
    before: Before | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Bars under a common heading (None: the only group)."""

    label: str | None
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars on one scale; the figures are those of the table `beside`."""

    id: str
    title: str
    groups: tuple[Group, ...]
    beside: str


@dataclass(frozen=True, slots=True)
class Terms:
    """Words and what they mean."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """What the blocks that follow are about."""

    id: str
    title: str


Block: TypeAlias = Table | Chart | Terms | Heading | str
"""A text is a paragraph."""


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """One of the figures that everybody looks for."""

    label: str
    figure: Own
    note: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report; `notices` are what must not be overlooked."""

    lang: str
    title: str
    subtitle: str
    notices: tuple[str, ...]
    introduction: tuple[tuple[str, str], ...]
    tiles: tuple[Tile, ...]
    sections: tuple[Section, ...]
    foot: str


def shown(cell: Cell, kind: Kind, _: Voice) -> str:
    """A cell as people read it."""
    match cell:
        case None:
            return NOTHING
        case str():
            return cell
        case Own(value, own):
            return shown(value, own, _)
        case AtMost(cents, unbounded):
            bound = _.money(cents)
            count = _.count(unbounded)
            return bound if not unbounded else _("{bound} + {count} without a bound", bound=bound, count=count)
        case Ratio(part, whole):
            return _ratio(part, whole, kind, _)
        case int():
            return _number(cell, kind, _)


def _ratio(part: int, whole: int, kind: Kind, voice: Voice) -> str:
    if not whole:
        return NOTHING
    match kind:
        case Kind.MEAN:
            return voice.tenths(part, whole)
        case Kind.MEAN_MONEY:
            return voice.money(rounded(part, whole))
        case Kind.MEAN_CHANGE:
            mean = rounded(abs(part), whole) * (1 if part > 0 else -1)
            return voice.signed(voice.money(mean), mean)
        case Kind.CHANGE_SHARE:
            return voice.signed(voice.share(part, whole), part)
        case _:
            return voice.share(part, whole)


def _number(number: int, kind: Kind, voice: Voice) -> str:
    match kind:
        case Kind.MONEY | Kind.AT_MOST:
            return voice.money(number)
        case Kind.CHANGE:
            return voice.signed(voice.count(number), number)
        case Kind.CHANGE_MONEY:
            return voice.signed(voice.money(number), number)
        case _:
            return voice.count(number)


def rounded(part: int, whole: int) -> int:
    """A quotient as a whole number, half up."""
    return (2 * part + whole) // (2 * whole)
