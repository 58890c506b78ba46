"""The values of a policy file by address: ``taux``, ``depot.last_day``, ``published.aide.at_most``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from clas_policy.frozen import dataclass
from clas_policy.reading.nodes import Mapping, Node, Scalar, Sequence
from clas_policy.reading.values import is_to_confirm

_NAMED_AFTER: Final = {"published": "grant", "admissibility": "criterion"}
"""The lists whose entries go by a name of theirs; others by their number, from 1."""
_FIGURES: Final = ("set", "parameters")


@dataclass(frozen=True, slots=True)
class Place:
    """One value: the keys that lead to it (numbers, from 1, in lists), and how people call it.

    `address` is short where that is clear within the file: without the section, and without ``value`` for a figure.
    """

    address: str
    keys: tuple[str, ...]
    node: Scalar
    key: Scalar | None = None
    """Its key; None for an entry of a list."""

    @property
    def section(self) -> str:
        return self.keys[0]

    @property
    def name(self) -> str:
        """The last of the keys that is no number: what kind of value it is."""
        return next((key for key in reversed(self.keys) if not key.isdigit()), "")

    @property
    def full(self) -> str:
        """The address with the section, which is always clear."""
        return ".".join(self.keys)

    @property
    def is_to_confirm(self) -> bool:
        return is_to_confirm(self.node)


def places(root: Mapping) -> tuple[Place, ...]:
    """Every value of a file, in its order."""
    found = list(_walk(root, (), None))
    short = [_short(keys, root) for keys, _, _ in found]
    times = Counter(short)
    return tuple(
        Place(name if times[name] == 1 else ".".join(keys), keys, node, key)
        for name, (keys, node, key) in zip(short, found, strict=True)
    )


def to_confirm(root: Mapping) -> tuple[Place, ...]:
    """What a draft still has to confirm."""
    return tuple(place for place in places(root) if place.is_to_confirm)


def _walk(
    node: Node, keys: tuple[str, ...], key: Scalar | None
) -> Iterator[tuple[tuple[str, ...], Scalar, Scalar | None]]:
    match node:
        case Scalar():
            yield keys, node, key
        case Sequence(items=items):
            for number, item in enumerate(items, 1):
                yield from _walk(item, (*keys, str(number)), None)
        case Mapping():
            for name, value in node:
                yield from _walk(value, (*keys, name.text), name)


def _short(keys: tuple[str, ...], root: Mapping) -> str:
    section, *rest = keys
    if len(rest) == 1 and rest[0] == "source":
        return ".".join(keys)
    if not rest:
        return section
    if section in _NAMED_AFTER:
        return ".".join((section, _name(root, section, rest[0]), *rest[1:]))
    if section in _FIGURES and rest[-1] == "value" and len(rest) == 2:
        return rest[0]
    return ".".join(rest)


def _name(root: Mapping, section: str, number: str) -> str:
    listed = root.get(section)
    if isinstance(listed, Sequence) and number.isdigit():
        item = listed.items[int(number) - 1]
        named = item.get(_NAMED_AFTER[section]) if isinstance(item, Mapping) else item
        if isinstance(named, Scalar) and named.text:
            return named.text
    return number
