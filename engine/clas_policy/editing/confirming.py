"""What a draft leaves to confirm, and one answer after the other put in its place."""

from __future__ import annotations

from collections.abc import Sequence as Many
from datetime import date

from clas_policy.editing.carrying import is_carried_over
from clas_policy.editing.lines import Lines, end_of
from clas_policy.editing.notes import Note
from clas_policy.editing.patch import Patch
from clas_policy.editing.scalars import scalar
from clas_policy.frozen import dataclass
from clas_policy.reading.nodes import Mapping, Node, Scalar, Sequence
from clas_policy.reading.places import Place, places
from clas_policy.reading.yaml_nodes import parse

_TEXTS = ("source", "because", "when_text", "title", "url", "label", "text", "question", "help", "publisher")
_UNDATED = ("documents",)
"""Sections whose entries have neither `source` nor `checked_on`."""


@dataclass(frozen=True, slots=True)
class Left:
    """One value to confirm, or one that was carried over and is to be read again."""

    place: Place
    year: str | None
    """The year that `last` is of."""
    last: str | None
    again: bool = False

    @property
    def is_source(self) -> bool:
        return self.place.keys[-1] == "source"

    @property
    def is_text(self) -> bool:
        return self.place.keys[-1] in _TEXTS

    @property
    def takes_source(self) -> bool:
        """Whether where the value comes from may be said beside it."""
        return not self.is_source and not self.again and self.place.section not in _UNDATED and len(self.place.keys) > 1


@dataclass(frozen=True, slots=True)
class Answer:
    """What is confirmed: the value as it is to be written, where it comes from, and the day on which it was looked at.

    No value: what stands there is right, and only its mark goes. No source: that of the section or the file.
    """

    value: str | None
    source: str | None
    day: date


def left(data: bytes) -> tuple[Left, ...]:
    """What is left to confirm in a text, in its order; nothing where it is no policy."""
    root = parse(data, "").root
    return () if root is None else tuple(_Text(data, root).left())


def root_of(data: bytes) -> Mapping | None:
    return parse(data, "").root


def find(data: bytes, name: str) -> Left | None:
    """What is left at an address, short or with its section."""
    return next((item for item in left(data) if name in (item.place.address, item.place.full)), None)


def answer(data: bytes, item: Left, given: Answer) -> bytes:
    """The text with one answer put in its place: its note goes, `source` and `checked_on` are written with it."""
    root = parse(data, "").root
    if root is None:
        return data
    text = _Text(data, root)
    text.put(item, given)
    return text.patch.data()


def declare(data: bytes, name: str, title: str) -> bytes:
    """The text with one more document."""
    root = parse(data, "").root
    if root is None:
        return data
    patch = Patch(data)
    documents = root.get("documents")
    if isinstance(documents, Mapping) and documents.entries:
        written = scalar(title, flow=True, is_text=True)
        if documents.flow:
            last = end_of(documents.entries[-1].value)
            patch.insert_at(last.end_line, last.end_column, f", {name}: {{title: {written}}}")
        else:
            indent = " " * (documents.entries[0].key.span.column - 1)
            line = Lines(root, patch).last_line(documents) + 1
            patch.insert(line, f"{indent}{name}:", f"{indent}{indent}title: {scalar(title, flow=False, is_text=True)}")
        return patch.data()
    before = next((key for key, _ in root if key.text == "source"), None)
    header = [key for key, value in root if isinstance(value, Scalar)]
    line = before.span.line if before else header[-1].span.line + 1
    patch.insert(line, "documents:", f"  {name}:", f"    title: {scalar(title, flow=False, is_text=True)}")
    return patch.data()


def put_in_force(data: bytes) -> bytes:
    """The text with its status in force."""
    root = parse(data, "").root
    status = root.get("status") if root is not None else None
    if not isinstance(status, Scalar):
        return data
    patch = Patch(data)
    patch.replace(status.span, "in_force")
    return patch.data()


class _Text:
    def __init__(self, data: bytes, root: Mapping) -> None:
        self.root = root
        self.patch = Patch(data)
        self.lines = Lines(root, self.patch)
        self.places = places(root)

    def _line(self, place: Place) -> int:
        return self.lines.note_line(place.node)

    def _waiting(self, line: int) -> list[Place]:
        return [place for place in self.places if place.is_to_confirm and self._line(place) == line]

    def left(self) -> list[Left]:
        found: list[Left] = []
        said: set[int] = set()
        for place in self.places:
            line = self._line(place)
            note = self.lines.note(line)
            if place.is_to_confirm:
                waiting = self._waiting(line)
                known = len(waiting) == len(note.values)
                last = note.values[waiting.index(place)] if known else None
                found.append(Left(place, note.period if known else None, last))
            elif note.again is not None and line not in said and is_carried_over(place):
                said.add(line)
                found.append(Left(place, None, None, again=True))
        return found

    def put(self, item: Left, given: Answer) -> None:
        place = item.place
        line = self._line(place)
        note = self.lines.note(line)
        filled = [place]
        written = None if given.value is None else self._written(place, given.value, is_text=item.is_text)
        body = self._body(place)
        is_short = place.section == "set" and len(place.keys) == 2 and not item.is_source
        if is_short and written is not None:
            self.patch.replace(place.node.span, self._long(written, place, given))
        else:
            if written is not None and not self.lines.is_block(place.node):
                self.patch.replace(place.node.span, written)
            if body is not None and place.section not in _UNDATED:
                filled += self._dated(body, place, given)
        waiting = self._waiting(line)
        values = note.values
        if len(waiting) == len(values):
            values = tuple(value for at, value in zip(waiting, values, strict=True) if at not in filled)
        elif all(at in filled for at in waiting):
            values = ()
        again = None if item.again else note.again
        new = Note(note.period if values else None, values, again, note.rest)
        if written is not None and self.lines.is_block(place.node):
            # Its lines go, and the comment on the first one with them.
            self.patch.replace(place.node.span, f"{written} {new}".rstrip())
        else:
            self.lines.annotate(line, new)

    def _written(self, place: Place, value: str, *, is_text: bool) -> str:
        return scalar(value, flow=self._in_flow(place.keys), is_text=is_text)

    def _long(self, value: str, place: Place, given: Answer) -> str:
        """A figure with where it comes from, in brackets."""
        parts = [f"value: {scalar(value, flow=True)}"]
        if given.source is not None and given.source != self._inherited(place):
            parts.append(f"source: {scalar(given.source, flow=True, is_text=True)}")
        return f"{{{', '.join([*parts, f'checked_on: {given.day.isoformat()}'])}}}"

    def _dated(self, body: Mapping, place: Place, given: Answer) -> list[Place]:
        """Writes `source` and `checked_on` into an entry; the places that this fills are given back."""
        filled: list[Place] = []
        new: dict[str, str] = {}
        if given.source is not None and place.keys[-1] != "source":
            own = next((at for at in self.places if at.keys == (*place.keys[:2], "source")), None)
            if own is not None:
                self.patch.replace(own.node.span, self._written(own, given.source, is_text=True))
                filled.append(own)
                if self._line(own) != self._line(place):
                    self._emptied(own)
            elif given.source != self._inherited(place):
                new["source"] = scalar(given.source, flow=body.flow, is_text=True)
        dated = body.get("checked_on")
        if isinstance(dated, Scalar):
            self.patch.replace(dated.span, given.day.isoformat())
        else:
            new["checked_on"] = given.day.isoformat()
        self._add(body, new)
        return filled

    def _emptied(self, place: Place) -> None:
        """Takes the note off the line of a value that was filled by the way."""
        line = self._line(place)
        note = self.lines.note(line)
        if self._waiting(line) == [place]:
            self.lines.annotate(line, Note(again=note.again, rest=note.rest))

    def _add(self, body: Mapping, new: dict[str, str]) -> None:
        if not new:
            return
        if body.flow:
            end = end_of(body.entries[-1].value)
            told = "".join(f", {key}: {value}" for key, value in new.items())
            self.patch.insert_at(end.end_line, end.end_column, told)
            return
        indent = " " * (body.entries[0].key.span.column - 1)
        line = self.lines.last_line(body) + 1
        self.patch.insert(line, *(f"{indent}{key}: {value}" for key, value in new.items()))

    def _body(self, place: Place) -> Mapping | None:
        """The entry of a section that a value belongs to."""
        if len(place.keys) < 3:
            return None
        node = node_at(self.root, place.keys[:2])
        return node if isinstance(node, Mapping) else None

    def _inherited(self, place: Place) -> str | None:
        """The source that holds for an entry which says none."""
        for keys in ((place.section, "source"), ("source",)):
            node = node_at(self.root, keys)
            if isinstance(node, Scalar):
                return node.text
        return None

    def _in_flow(self, keys: Many[str]) -> bool:
        above = [node_at(self.root, keys[:depth]) for depth in range(1, len(keys))]
        return any(isinstance(node, (Mapping, Sequence)) and node.flow for node in (self.root, *above))


def node_at(node: Node, keys: Many[str]) -> Node | None:
    """What stands at the end of some keys (numbers, from 1, in lists)."""
    found: Node | None = node
    for key in keys:
        if isinstance(found, Mapping):
            found = found.get(key)
        elif isinstance(found, Sequence) and key.isdigit() and 0 < int(key) <= len(found.items):
            found = found.items[int(key) - 1]
        else:
            return None
    return found
