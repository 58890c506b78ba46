"""python-calamine: the only door to it. The cells of a workbook, by their types."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import IO, TypeAlias

import python_calamine
from python_calamine import CalamineWorkbook

from clas_policy.frozen import dataclass

WorkbookError = (python_calamine.CalamineError, OSError, ValueError, UnicodeError)

Typed: TypeAlias = str | bool | int | float | date | datetime | time | timedelta


@dataclass(frozen=True, slots=True)
class Merged:
    """A rectangle of cells that are shown as one: rows and columns counted from 0, ends inclusive."""

    start: tuple[int, int]
    end: tuple[int, int]


@contextmanager
def _without_panic() -> Iterator[None]:
    """What the library was not ready for, as an error like others: it raises what is no Exception."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise ValueError(str(error)) from None
        raise


class Sheet:
    """The cells of one sheet; an empty cell is an empty text, as is one whose formula went wrong."""

    def __init__(self, book: CalamineWorkbook, index: int) -> None:
        with _without_panic():
            self._sheet = book.get_sheet_by_index(index)
        start = self._sheet.start
        self._before = start[1] if start is not None else 0

    @property
    def height(self) -> int:
        end = self._sheet.end
        return 0 if end is None else end[0] + 1

    @property
    def merged(self) -> list[Merged]:
        return [Merged(start, end) for start, end in self._sheet.merged_cell_ranges or ()]

    def rows(self) -> Iterator[list[Typed]]:
        """The rows from the first of the sheet on, each from its first column on."""
        before: list[Typed] = [""] * self._before
        for row in self._sheet.iter_rows():
            yield [*before, *row]


class Workbook:
    """A workbook; raises one of `WorkbookError` where it cannot be read."""

    def __init__(self, stream: IO[bytes]) -> None:
        stream.seek(0)
        with _without_panic():
            self._book = CalamineWorkbook.from_filelike(stream)
        self.sheets: tuple[str, ...] = tuple(self._book.sheet_names)

    def sheet(self, index: int) -> Sheet:
        return Sheet(self._book, index)

    def close(self) -> None:
        self._book.close()
