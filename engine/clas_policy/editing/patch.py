"""A text changed by places: what is not touched is kept byte for byte, its line ends and its byte order mark too."""

from __future__ import annotations

import codecs
import re
from typing import Final

from clas_policy.source import Span

_LINE_END: Final = re.compile(r"\r\n|\r|\n")


class Patch:
    """The changes of one text, gathered by the places of the text as it was, and made together.

    The places are those of the nodes that were read from the same bytes. What is inserted at one place stands in the
    order in which it was given. Changes that overlap are a fault of the caller: `data` raises ValueError.
    """

    def __init__(self, data: bytes) -> None:
        self._mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
        self.text = data[len(self._mark) :].decode("utf-8")
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(self.text))]
        self.lines: tuple[str, ...] = tuple(_LINE_END.split(self.text))
        first = _LINE_END.search(self.text)
        self.line_end = first[0] if first else "\n"
        self._changes: list[tuple[int, int, str]] = []

    def written(self, span: Span) -> str:
        """What stands at a place, without the line ends that follow a text of several lines."""
        start, end = self._indices(span)
        return self.text[start:end]

    def replace(self, span: Span, new: str) -> None:
        """Puts `new` in the place of what stands at `span`; the line end after a text of several lines stays."""
        self._changes.append((*self._indices(span), new))

    def replace_exactly(self, span: Span, new: str) -> None:
        """Puts `new` in the place of all that stands at `span`, the line ends at its end included."""
        start = self._starts[span.line - 1] + span.column - 1
        self._changes.append((start, self._starts[span.end_line - 1] + span.end_column - 1, new))

    def insert(self, line: int, *lines: str) -> None:
        """Inserts whole lines before line number `line`; one more than there are lines puts them at the end."""
        if not lines:
            return
        new = "".join(f"{text}{self.line_end}" for text in lines)
        start = self._starts[line - 1] if line <= len(self._starts) else len(self.text)
        if start == len(self.text) and self.text and not _LINE_END.fullmatch(self.text[-1]):
            new = self.line_end + new.removesuffix(self.line_end)
        self._changes.append((start, start, new))

    def insert_at(self, line: int, column: int, new: str) -> None:
        """Inserts a text before a character."""
        start = self._starts[line - 1] + column - 1
        self._changes.append((start, start, new))

    def remove_lines(self, first: int, last: int) -> None:
        """Removes whole lines with their line ends, `last` included."""
        end = self._starts[last] if last < len(self._starts) else len(self.text)
        self._changes.append((self._starts[first - 1], end, ""))

    def replace_in_line(self, line: int, column: int, new: str) -> None:
        """Puts `new` in the place of the rest of a line from a column on; the line end stays."""
        start = self._starts[line - 1]
        self._changes.append((start + column - 1, start + len(self.lines[line - 1]), new))

    def data(self) -> bytes:
        """The changed text."""
        parts: list[str] = []
        reached = 0
        for start, end, new in sorted(self._changes, key=lambda change: change[:2]):
            if start < reached:
                raise ValueError("two changes of one place")
            parts += (self.text[reached:start], new)
            reached = end
        return self._mark + "".join((*parts, self.text[reached:])).encode("utf-8")

    def _indices(self, span: Span) -> tuple[int, int]:
        start = self._starts[span.line - 1] + span.column - 1
        end = self._starts[span.end_line - 1] + span.end_column - 1
        return start, start + len(self.text[start:end].rstrip())
