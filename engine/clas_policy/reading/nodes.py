"""The tree of a policy file as written: raw text and places, nothing interpreted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from clas_policy.frozen import dataclass
from clas_policy.source import Span


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as it is written; `plain` when it has no quotes. ``null``, ``~`` and nothing at all are `is_null`."""

    text: str
    plain: bool
    span: Span

    @property
    def is_null(self) -> bool:
        return self.plain and self.text in ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list, in block or flow (``[ ]``) style."""

    items: tuple[Node, ...]
    span: Span
    flow: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    key: Scalar
    value: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in file order, keys distinct, in block or flow (``{ }``) style."""

    entries: tuple[Entry, ...]
    span: Span
    flow: bool = False

    def get(self, key: str) -> Node | None:
        """The value at `key`, or None."""
        return next((entry.value for entry in self.entries if entry.key.text == key), None)

    def key(self, key: str) -> Scalar | None:
        """The key itself, for its place."""
        return next((entry.key for entry in self.entries if entry.key.text == key), None)

    def __iter__(self) -> Iterator[tuple[Scalar, Node]]:
        return iter((entry.key, entry.value) for entry in self.entries)

    def __contains__(self, key: object) -> bool:
        return any(entry.key.text == key for entry in self.entries)


Node: TypeAlias = Scalar | Sequence | Mapping
