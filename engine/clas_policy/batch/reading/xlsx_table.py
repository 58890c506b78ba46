"""The sheets of a workbook that are tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from clas_policy.batch import xlsx_in
from clas_policy.batch.reading.cell import Broken, Cell, Row, address, column_letters
from clas_policy.batch.reading.table import opened
from clas_policy.batch.reading.xlsx_marks import Marks, marks
from clas_policy.batch.reading.xlsx_package import Package, PackageError, Part
from clas_policy.problem import DossierError, Message, Problem
from clas_policy.source import Span

EXPLANATIONS: Final = "Mode d'emploi"
"""The sheet of explanations in workbooks of ours; it is not read."""

_MOST_CELLS: Final = 120_000_000
"""A million rows of a hundred columns; what a sheet reaches beyond is a stray cell."""


class XlsxTable:
    """One sheet; its cells are held by the library that reads them, and given row by row."""

    def __init__(self, file: str, part: Part, found: Marks, sheet: xlsx_in.Sheet) -> None:
        self.file = file
        self.sheet: str | None = part.name
        self._marks = found
        self._sheet = sheet
        self._height = max(1, sheet.height)
        self._done = 0
        self.notices = tuple(self._warnings(part))
        merged = [self._merged(one) for one in sheet.merged]
        if merged:
            raise DossierError(merged)

    @property
    def at(self) -> float:
        return min(1.0, self._done / self._height)

    def columns(self, row: Row, column: int) -> tuple[int, int]:  # noqa: ARG002 - cells have no other place
        """A cell is one place wide."""
        return column + 1, column + 2

    def where(self, row: Row, column: int | None) -> str:
        return address(row.number, column, self.sheet)

    def rows(self) -> Iterator[Row]:
        """Every row, anew at each call."""
        broken = self._marks.broken
        number = width = 0
        for number, found in enumerate(self._sheet.rows(), 1):
            cells: list[Cell] = [(cell.strip() or None) if type(cell) is str else cell for cell in found]
            width = len(cells)
            self._done = number
            yield Row(number, number, _with(cells, broken.get(number)))
        # Formulas without a value are no cells to the library that reads them.
        for beyond in range(number + 1, max(broken, default=0) + 1):
            yield Row(beyond, beyond, _with([None] * width, broken.get(beyond)))

    def _warnings(self, part: Part) -> Iterator[Problem]:
        found = self._marks
        if part.is_hidden:
            yield self._warning(Message("the sheet `{sheet}` is hidden; it is read", {"sheet": part.name}), part.name)
        if found.hidden_rows:
            first = found.hidden_rows[0]
            values = {"count": str(len(found.hidden_rows)), "first": str(first)}
            message = Message("hidden rows are read ({count}, the first is row {first})", values)
            yield self._warning(message, address(first, None, part.name), first)
        for start, end in found.hidden_columns:
            if start <= found.last_column:
                letters = column_letters(start - 1)
                if end > start:
                    letters = f"{letters}:{column_letters(min(end, found.last_column) - 1)}"
                message = Message("hidden columns are read: {columns}", {"columns": letters})
                yield self._warning(message, address(1, start - 1, part.name), 1, start)

    def _warning(self, message: Message, path: str, line: int = 1, column: int = 1) -> Problem:
        hint = Message("show what is hidden and check it, or take it out")
        span = Span(self.file, line, column, line, column)
        return Problem("CLAS-B119", message, span, hint=hint, path=path, severity="warning")

    def _merged(self, merged: xlsx_in.Merged) -> Problem:
        (row, column), (last_row, last_column) = merged.start, merged.end
        cells = f"{address(row + 1, column, self.sheet)}:{address(last_row + 1, last_column)}"
        message = Message("merged cells: {cells}", {"cells": cells})
        hint = Message("undo the merging and fill in every cell: only the first of them holds a value")
        span = Span(self.file, row + 1, column + 1, row + 1, column + 2)
        return Problem("CLAS-B118", message, span, hint=hint, path=cells)


def _with(cells: list[Cell], broken: Mapping[int, Broken] | None) -> list[Cell]:
    """Cells with those that hold no value, by their columns counted from 1."""
    for column, what in (broken or {}).items():
        cells.extend([None] * (column - len(cells)))
        cells[column - 1] = what
    return cells


def xlsx_tables(path: Path, file: str, closing: ExitStack) -> Iterator[XlsxTable | Problem]:
    """The sheets of a workbook, but that of explanations; an error for one that cannot be a table.

    Raises DossierError where the file is no workbook.
    """
    stream = closing.enter_context(opened(path, file))
    try:
        package = Package(stream)
        closing.callback(package.archive.close)
        book = xlsx_in.Workbook(stream)
        closing.callback(book.close)
    except PackageError as error:
        raise DossierError([_unreadable(file, error.reason)]) from None
    except xlsx_in.WorkbookError:
        raise DossierError([_unreadable(file, "broken")]) from None
    if tuple(part.name for part in package.sheets) != book.sheets:
        raise DossierError([_unreadable(file, "broken")])
    for index, part in enumerate(package.sheets):
        if part.name == EXPLANATIONS or not part.path:
            continue
        try:
            yield _sheet(package, book, index, file)
        except PackageError as error:
            yield _unreadable(file, error.reason, part.name)
        except xlsx_in.WorkbookError:
            yield _unreadable(file, "broken", part.name)
        except DossierError as error:
            yield from error.problems


def _sheet(package: Package, book: xlsx_in.Workbook, index: int, file: str) -> XlsxTable:
    part = package.sheets[index]
    found = marks(package.archive, part.path, is_calculated=package.is_calculated)
    if found.cells > _MOST_CELLS:
        raise PackageError("far")
    return XlsxTable(file, part, found, book.sheet(index))


_REASONS: Final = {
    "old": (
        Message("this is a workbook of the old format, or one with a password"),
        Message("save it as `.xlsx`, without a password"),
    ),
    "broken": (
        Message("this is not a workbook that can be read"),
        Message("open it in a spreadsheet and save it again as `.xlsx`"),
    ),
    "large": (
        Message("this workbook is too large once it is unpacked"),
        Message("export the table as CSV or Parquet"),
    ),
    "far": (
        Message("the cells of this sheet lie too far apart"),
        Message("take out what stands far below or beside the table"),
    ),
}


def _unreadable(file: str, reason: str, sheet: str | None = None) -> Problem:
    message, hint = _REASONS[reason]
    return Problem("CLAS-B120", message, Span(file, 1, 1, 1, 1), hint=hint, path=sheet)
