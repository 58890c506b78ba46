"""A table as it is read: rows that can be gone through again, and problems at their cells."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Protocol

from clas_policy.batch.reading.cell import Row
from clas_policy.problem import DossierError, Message, Problem, Related
from clas_policy.reading.files import read_file
from clas_policy.source import Span


class Table(Protocol):
    """A sheet of a workbook, or a file that is one table.

    `notices` are what is said of it before any row: warnings, since a table with an error is not made. `at` is how far
    the reading has come, from 0 to 1.
    """

    @property
    def file(self) -> str: ...

    @property
    def sheet(self) -> str | None: ...

    @property
    def notices(self) -> tuple[Problem, ...]: ...

    @property
    def at(self) -> float: ...

    def rows(self) -> Iterator[Row]:
        """Every row from the first on, anew at each call; raises DossierError where the file breaks off."""
        ...

    def where(self, row: Row, column: int | None) -> str:
        """A cell, or a whole row, as those who made the table name it: ``C12``, ``Feuil1!C12``."""
        ...

    def columns(self, row: Row, column: int) -> tuple[int, int]:
        """Where a cell begins and ends (exclusive) in its line, both counted from 1."""
        ...


def place(table: Table, row: Row, column: int | None) -> Span:
    """The place of a cell, or of a row."""
    start, end = (1, 1) if column is None else table.columns(row, column)
    return Span(table.file, row.line, start, row.line, end)


def problem(
    table: Table,
    row: Row,
    column: int | None,
    code: str,
    message: Message,
    *,
    hint: Message | None = None,
    related: tuple[Related, ...] = (),
    severity: str = "error",
) -> Problem:
    """A problem at a cell (or a row), named the way spreadsheets do."""
    where = table.where(row, column)
    span = place(table, row, column)
    return Problem(code, message, span, related, hint, path=where, excerpt=row.text, severity=severity)


def other_place(table: Table, row: Row, column: int | None, message: Message) -> Related:
    """The second place of a problem."""
    return Related(message, place(table, row, column))


def opened(path: Path, file: str) -> IO[bytes]:
    """A file of a table, open; raises DossierError where it cannot be."""
    if not path.is_file():
        read_file(path, file, 0, DossierError)  # says what it is instead
    try:
        return path.open("rb")
    except OSError:
        read_file(path, file, 0, DossierError)
        raise
