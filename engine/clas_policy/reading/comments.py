"""The comments of a policy file, with their places: all that stands outside its keys and values after a ``#``."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from clas_policy.frozen import dataclass
from clas_policy.reading.nodes import Mapping, Node, Scalar
from clas_policy.reading.nodes import Sequence as List
from clas_policy.source import Span

_BLOCK_HEADER: Final = re.compile(r"[|>][-+1-9]*")


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment: `text` from its ``#`` to the end of the line, `start` its index in the text.

    `alone` when nothing but spaces stands before it on its line.
    """

    text: str
    start: int
    span: Span
    alone: bool


class Layout:
    """Where the keys, values, comments and dashes of a text stand, as indices into it.

    The text has LF line ends and no byte order mark; `root` was parsed from it.
    """

    def __init__(self, root: Mapping, lines: Sequence[str]) -> None:
        self.lines = tuple(lines)
        self.text = "\n".join(lines)
        self._starts = [0]
        for line in self.lines[:-1]:
            self._starts.append(self._starts[-1] + len(line) + 1)
        self.comments: list[Comment] = []
        self.dashes: list[int] = []
        self.tokens: list[int] = []
        """Where keys, values, opening brackets and dashes begin."""
        self._look(root)

    def start(self, span: Span) -> int:
        return self._starts[span.line - 1] + span.column - 1

    def end(self, span: Span) -> int:
        return self._starts[span.end_line - 1] + span.end_column - 1

    def raw(self, span: Span) -> str:
        """What is written there."""
        return self.text[self.start(span) : self.end(span)]

    def line_of(self, index: int) -> int:
        """The number of a line, from 1."""
        return bisect_right(self._starts, index)

    def begins_line(self, index: int) -> bool:
        """Whether nothing but spaces stands before an index on its line."""
        return not self.text[self._starts[self.line_of(index) - 1] : index].strip()

    def block_header(self, node: Scalar) -> str | None:
        """``>-`` or ``|``, where a value is written so."""
        if node.plain:
            return None
        match = _BLOCK_HEADER.match(self.text, self.start(node.span))
        return match[0] if match else None

    def _look(self, root: Mapping) -> None:
        file, reached = root.span.file, 0
        for start, end in [*self._taken(root), (len(self.text), len(self.text))]:
            self._gap(reached, start, file)
            reached = max(reached, end)
            if start < end:
                self.tokens.append(start)
        self.tokens = sorted({*self.tokens, *self.dashes})

    def _taken(self, node: Node) -> Iterator[tuple[int, int]]:
        """The stretches that keys and values take, in order."""
        match node:
            case Scalar():
                yield from self._scalar(node)
            case List():
                for item in node.items:
                    yield from self._taken(item)
            case Mapping():
                for key, value in node:
                    yield from self._scalar(key)
                    yield from self._taken(value)

    def _scalar(self, node: Scalar) -> Iterator[tuple[int, int]]:
        start, end = self.start(node.span), self.end(node.span)
        header = self.block_header(node)
        if start == end:
            return
        if header is None:
            yield start, end
            return
        yield start, start + len(header)
        below = self.text.find("\n", start)
        if 0 <= below < end:
            yield below, end

    def _gap(self, start: int, end: int, file: str) -> None:
        """The comments and dashes between two values."""
        index = start
        while index < end:
            character = self.text[index]
            if character == "#":
                stop = self.text.find("\n", index)
                stop = len(self.text) if stop < 0 else stop
                text = self.text[index:stop].rstrip()
                line = self.line_of(index)
                column = index - self._starts[line - 1] + 1
                span = Span(file, line, column, line, column + len(text))
                self.comments.append(Comment(text, index, span, self.begins_line(index)))
                index = stop
            elif character == "-":
                self.dashes.append(index)
            elif character in "[{":
                self.tokens.append(index)
            index += 1
