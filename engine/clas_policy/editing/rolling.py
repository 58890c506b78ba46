"""Next year's layer from last year's text: comments and order kept, nothing of last year taken for this year's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from clas_policy.editing.carrying import Fate, Turn, fate, mentions, renewed
from clas_policy.editing.lines import Lines, remove_entry
from clas_policy.editing.notes import Note
from clas_policy.editing.patch import Patch
from clas_policy.frozen import dataclass
from clas_policy.model.dates import Period
from clas_policy.reading.comments import Layout
from clas_policy.reading.nodes import Mapping, Node, Scalar, Sequence
from clas_policy.reading.places import Place, places, to_confirm
from clas_policy.reading.values import TO_CONFIRM
from clas_policy.reading.yaml_nodes import parse

_MODELINE: Final = re.compile(r"#\s*yaml-language-server:\s*\$schema=(?P<path>\S+)\s*")


@dataclass(frozen=True, slots=True)
class Remark:
    """A line of the new file that somebody has to read again, and what stands there."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Rolled:
    """The next year's text, the addresses of what is to confirm, and what is to be read again."""

    data: bytes
    to_confirm: tuple[str, ...]
    again: tuple[Remark, ...]
    """Figures without a `to_confirm`, texts and comments that speak of last year."""


def roll(data: bytes, root: Mapping, new_id: str, extends: str | None, turn: Turn) -> Rolled:
    """The text of the layer `new_id`, made from last year's, whose tree is `root`."""
    return _Roll(data, root, turn).done(new_id, extends)


class _Roll:
    def __init__(self, data: bytes, root: Mapping, turn: Turn) -> None:
        self.root, self.turn, self.old = root, turn, turn.old
        self.patch = Patch(data)
        self.lines = Lines(root, self.patch)
        self._values: dict[int, list[str]] = {}
        """What is to confirm, by the line that takes its note."""
        self._again: set[int] = set()
        """The lines where something is carried over, to be read again."""

    def done(self, new_id: str, extends: str | None) -> Rolled:
        self._header(new_id, extends)
        for place in places(self.root):
            if len(place.keys) > 1 or place.section == "source":
                self._place(place)
        self._drop(self.root)
        self._annotate()
        data = self.patch.data()
        new = parse(data, "")
        if new.root is None:
            return Rolled(data, (), ())
        left = tuple(place.address for place in to_confirm(new.root))
        return Rolled(data, left, tuple(_remarks(Layout(new.root, new.lines), self.old)))

    def _header(self, new_id: str, extends: str | None) -> None:
        header = {"policy": new_id, "version": "1", "status": "draft"}
        if extends is not None:
            header["extends"] = extends
        for key, text in header.items():
            node = self.root.get(key)
            if isinstance(node, Scalar):
                self.patch.replace(node.span, text)
        title = self.root.get("title")
        if isinstance(title, Scalar):
            written = self.patch.written(title.span)
            self.patch.replace(title.span, renewed(written, self.turn))
        if "effective_from" in self.root:
            remove_entry(self.root, "effective_from", self.patch)

    def _place(self, place: Place) -> None:
        match fate(place, self.old):
            case Fate.CONFIRM:
                self._to_confirm(place)
            case Fate.AGAIN:
                self._again.add(self.lines.note_line(place.node))
            case Fate.DROP | Fate.KEEP:
                pass

    def _to_confirm(self, place: Place) -> None:
        node = place.node
        if self.lines.is_block(node):
            # Its lines go, so its note is written with it.
            note = Note(str(self.old), (node.text,), None, self.lines.note(node.span.line).rest)
            self.patch.replace(node.span, f"{TO_CONFIRM} {note}")
            return
        self.patch.replace(node.span, TO_CONFIRM)
        before = self._values.pop(node.span.line, [])
        self._values[self.lines.last_line(node)] = [*before, node.text]

    def _drop(self, node: Node) -> None:
        """Takes out every `checked_on` that is one: nobody has compared anything with this year's source."""
        match node:
            case Mapping():
                for key, value in node:
                    if key.text == "checked_on" and isinstance(value, Scalar):
                        remove_entry(node, "checked_on", self.patch)
                    elif key.text != "of":
                        self._drop(value)
            case Sequence(items=items):
                for item in items:
                    self._drop(item)
            case Scalar():
                pass

    def _annotate(self) -> None:
        for line in sorted({*self._values, *self._again}):
            found = self.lines.note(line)
            told = self.lines.comment(line)
            values = tuple(self._values.get(line, ()))
            rest = found.rest
            if found.values:  # it is a draft that is rolled over: what it noted stays, as it is
                rest = told.text.removeprefix("#").strip() if told else ""
            period = str(self.old) if values else None
            again = str(self.turn.new) if line in self._again else None
            self.lines.annotate(line, Note(period, values, again, rest))


def _remarks(layout: Layout, old: Period) -> Iterator[Remark]:
    """The lines of the new text that are to be read again, and the comments in it that speak of last year."""
    for comment in layout.comments:
        note = Note.parse("" if comment.alone else comment.text)
        text = comment.text if comment.alone else note.rest
        if note.again is not None or mentions(text, old):
            yield Remark(comment.span.line, layout.lines[comment.span.line - 1].strip())


def without_dead_modeline(data: bytes, folder: Path) -> bytes:
    """The text of a file of `folder` without a first line that leads an editor to a schema that is not there."""
    patch = Patch(data)
    match = _MODELINE.fullmatch(patch.lines[0])
    if match is None or "://" in match["path"] or (folder / match["path"]).exists():
        return data
    patch.remove_lines(1, 1)
    return patch.data()


def next_id(layer_id: str, new: Period) -> str:
    """The id of the same layer in another period."""
    return f"{layer_id.rpartition('/')[0]}/{new}"


def in_order_of_levels(ids: Iterable[str]) -> list[str]:
    """Ids with each layer after those that it may extend: the fewer segments, the higher."""
    return sorted(ids, key=lambda layer_id: (layer_id.count("/"), layer_id))
