"""Things that are told apart with difficulty: names that are nearly the same, labels that are the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from clas_policy.frozen import dataclass
from clas_policy.linting.finding import finding
from clas_policy.problem import Message, Problem, Related
from clas_policy.reading.layer import DECLARING, Item, Layer
from clas_policy.reading.nodes import Mapping, Node, Scalar
from clas_policy.source import Span

_ALIKE: Final = str.maketrans({"0": "o", "1": "l"})
_PLURAL: Final = re.compile(r"(?<=[a-z0-9]{2})[sx](?=[._]|$)")
_SEPARATOR: Final = re.compile(r"[._]")
_SHORTEST: Final = 6
"""Shorter names differ by a letter as a matter of course."""


@dataclass(frozen=True, slots=True)
class _Name:
    text: str
    at: Span


def twins(chain: Sequence[Layer]) -> Iterator[Problem]:
    """What the last layer of a chain declares, against itself and against what its parents declare."""
    own, parents = chain[-1], chain[:-1]
    yield from _names(own, parents)
    for section in DECLARING:
        above = [item for layer in parents for item in layer.items(section)]
        yield from _labels(own.items(section), above)
    for item in (item for section in ("facts", "criteria") for item in own.items(section)):
        yield from _inside(item)


def _names(own: Layer, parents: Iterable[Layer]) -> Iterator[Problem]:
    for with_dots in (True, False):
        sections = [section for section in DECLARING if (section == "facts") is with_dots]
        seen = [_Name(item.name, item.at) for layer in parents for item in _items(layer, sections)]
        yield from _near([_Name(item.name, item.at) for item in _items(own, sections)], seen)


def _items(layer: Layer, sections: Iterable[str]) -> list[Item]:
    found = [item for section in sections for item in layer.items(section)]
    return sorted(found, key=lambda item: (item.at.line, item.at.column))


def _near(names: Iterable[_Name], seen: list[_Name]) -> Iterator[Problem]:
    for name in names:
        twin = next((other for other in seen if are_near(name.text, other.text)), None)
        if twin is not None:
            yield finding(
                "CLAS-N110",
                Message("`{name}` is nearly `{other}`", {"name": name.text, "other": twin.text}),
                name.at,
                related=(Related(Message("the other name"), twin.at),),
                hint=Message("are they one thing? if not, give one of them a name that cannot be mistaken"),
            )
        seen.append(name)


def are_near(one: str, other: str) -> bool:
    """Whether two different names are taken for one another.

    By one letter more, less or other (a number or a letter that stands alone apart), by a plural, by an underscore, by
    a letter that looks like a digit.
    """
    if one == other:
        return False
    if _bare(one) == _bare(other):
        return True
    return min(len(one), len(other)) >= _SHORTEST and _differ_by_a_letter(one, other)


def _bare(name: str) -> str:
    return _PLURAL.sub("", name.translate(_ALIKE)).replace("_", "")


def _differ_by_a_letter(one: str, other: str) -> bool:
    if len(one) > len(other):
        one, other = other, one
    start = next((index for index, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) == len(other):
        exchanged = one[start : start + 2] == other[start : start + 2][::-1] and one[start + 2 :] == other[start + 2 :]
        if not exchanged and one[start + 1 :] != other[start + 1 :]:
            return False
    elif len(other) - len(one) != 1 or one[start:] != other[start + 1 :]:
        return False
    changed = {one[start : start + 1], other[start : start + 1]}
    return not any(character.isdigit() for character in changed) and not _stands_alone(one, other)


def _stands_alone(one: str, other: str) -> bool:
    """Whether the part that differs is a single letter on its own: `lecture_a` and `lecture_b`."""
    parts = _SEPARATOR.split(one), _SEPARATOR.split(other)
    if len(parts[0]) != len(parts[1]):
        return True
    return any(a != b and max(len(a), len(b)) == 1 for a, b in zip(*parts, strict=True))


def _labels(own: Iterable[Item], above: Iterable[Item]) -> Iterator[Problem]:
    """Two items of a section, of the same entity, that people cannot tell apart."""
    seen: dict[tuple[str | None, str], Item] = {}
    for item in above:
        if label := _folded(item.text("label")):
            seen.setdefault((_entity(item), label), item)
    for item in own:
        label = _folded(item.text("label"))
        if not label:
            continue
        first = seen.setdefault((_entity(item), label), item)
        if first is not item:
            yield _same_label(_Name(item.name, item.at), _Name(first.name, first.at))


def _same_label(name: _Name, other: _Name) -> Problem:
    return finding(
        "CLAS-N111",
        Message("`{name}` has the label of `{other}`", {"name": name.text, "other": other.text}),
        name.at,
        related=(Related(Message("the other one"), other.at),),
        hint=Message("people read labels only: say in each what sets it apart"),
    )


def _entity(item: Item) -> str | None:
    return item.text("for_each") if item.section != "facts" else None


def _folded(text: str | None) -> str:
    return " ".join((text or "").casefold().split())


def _inside(item: Item) -> Iterator[Problem]:
    """The values of a choice, the readings of a criterion."""
    for key in ("of", "readings"):
        node = item.get(key)
        if not isinstance(node, Mapping):
            continue
        yield from _near([_Name(name.text, name.span) for name, _ in node], [])
        labelled = [(_folded(_label(value)), name) for name, value in node]
        labelled.sort(key=lambda pair: (pair[0], pair[1].span.line, pair[1].span.column))
        for (first_label, first), (label, name) in pairwise(labelled):
            if label and label == first_label:
                yield _same_label(_Name(name.text, name.span), _Name(first.text, first.span))


def _label(node: Node) -> str | None:
    """The label of a value or of a reading."""
    label = node.get("label") if isinstance(node, Mapping) else node
    return label.text if isinstance(label, Scalar) else None
