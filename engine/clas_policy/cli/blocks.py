"""A document as blocks: what is said, before it is decided how it looks."""

from __future__ import annotations

from dataclasses import field
from typing import TypeAlias

from clas_policy.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, of level 1 (the document's) or 2."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `tone` is ``good``, ``bad``, ``open`` or ``notice`` where the reader should see it at once."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headers; `right` are the columns of figures, the last `totals` rows are set apart."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[int] = frozenset()
    totals: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a list, with what stands below it."""

    text: str
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Items:
    items: tuple[Item, ...] = field(default=())


Block: TypeAlias = Heading | Paragraph | Table | Items
