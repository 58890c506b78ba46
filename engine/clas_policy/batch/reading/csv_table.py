"""CSV files as people export them: ``;``, ``,`` or tabs, quotes, a byte order mark, ``sep=;``."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Final

from clas_policy.batch.reading.cell import Row, address
from clas_policy.batch.reading.csv_encoding import Encoding, encoding_of
from clas_policy.batch.reading.table import opened
from clas_policy.problem import DossierError, Message, Problem
from clas_policy.source import Span

SEPARATORS: Final = (";", "\t", ",", "|")
_LONGEST: Final = 1 << 20
"""Characters of a line; a longer one is no row of a table."""


class CsvTable:
    """A CSV file, opened once and gone through as often as asked, until `closing` ends."""

    sheet: str | None = None

    def __init__(self, path: Path, file: str, closing: ExitStack) -> None:
        self.file = file
        self._stream = closing.enter_context(opened(path, file))
        self._state = _state(self._stream)
        self._size = max(1, self._state[0])
        self._encoding: Encoding = encoding_of(self._stream, file)
        self._separator, self._skipped = self._form()
        self._done = 0

    @property
    def notices(self) -> tuple[Problem, ...]:
        return self._encoding.notices

    @property
    def at(self) -> float:
        return min(1.0, self._done / self._size)

    def _form(self) -> tuple[str, int]:
        """The sign between cells, and how many lines only say which it is."""
        for number, line in enumerate(self._lines()):
            if number == 0 and line.lower().startswith("sep=") and len(line.rstrip("\r\n")) == 5:
                return line[4], 1
            if line.strip(" \r\n"):
                counts = [(len(next(csv.reader([line], delimiter=sign), [])), sign) for sign in SEPARATORS]
                most = max(counts, key=lambda counted: counted[0])
                return most[1], 0
        return SEPARATORS[0], 0

    def _lines(self) -> Iterator[str]:
        self._stream.seek(0)
        text = io.TextIOWrapper(self._stream, encoding=self._encoding.name, newline="")
        number = 0
        try:
            while line := text.readline(_LONGEST):
                number += 1
                if len(line) == _LONGEST and not line.endswith(("\n", "\r")):
                    message = Message("this line has more than {count} characters", {"count": "1 000 000"})
                    raise DossierError([self._broken(number, message)])
                yield line
        finally:
            text.detach()

    def rows(self) -> Iterator[Row]:
        """Every row; raises DossierError where a quote is not closed, or where the file was changed meanwhile."""
        line_text, line_number = "", 0

        def counted() -> Iterator[str]:
            nonlocal line_text, line_number
            for line in self._lines():
                line_text = line
                line_number += 1
                if line_number > self._skipped:
                    self._done = self._stream.tell() if line_number % 1024 == 0 else self._done
                    yield line

        reader = csv.reader(counted(), delimiter=self._separator, strict=True)
        before = self._skipped
        number = 0
        try:
            for cells in reader:
                number += 1
                text = line_text.rstrip("\r\n") if line_number == before + 1 else None
                yield Row(number, before + 1, [cell.strip() or None for cell in cells], text)
                before = line_number
        except csv.Error as error:
            raise DossierError([self._broken(before + 1, _reason(str(error)))]) from None
        if _state(self._stream) != self._state:
            message = Message("the file was changed while it was read")
            raise DossierError([self._broken(1, message)])
        self._done = self._size

    def columns(self, row: Row, column: int) -> tuple[int, int]:
        """Where a cell stands in its line; the whole line where the row takes several."""
        if row.text is None:
            return 1, 1
        start, quoted, found = 0, False, 0
        for at, sign in enumerate(row.text):
            if sign == '"':
                quoted = not quoted
            elif sign == self._separator and not quoted:
                if found == column:
                    return start + 1, at + 1
                found, start = found + 1, at + 1
        return (start + 1, len(row.text) + 1) if found == column else (len(row.text) + 1, len(row.text) + 1)

    def where(self, row: Row, column: int | None) -> str:
        return address(row.number, column)

    def _broken(self, line: int, message: Message) -> Problem:
        hint = Message("export the table again; a quote inside a quoted cell is written twice")
        return Problem("CLAS-B101", message, Span(self.file, line, 1, line, 1), hint=hint)


def _reason(error: str) -> Message:
    if "field limit" in error:
        return Message("a cell has more than {count} characters: a quote may not be closed", {"count": "131 072"})
    if "unexpected end" in error:
        return Message("the quote that opens here is not closed")
    return Message("a quote stands inside a quoted cell")


def _state(stream: IO[bytes]) -> tuple[int, int]:
    found = os.fstat(stream.fileno())
    return found.st_size, found.st_mtime_ns
