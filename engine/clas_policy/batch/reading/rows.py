"""The rows below a header: those that are a row of a dossier, and what is wrong with the others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from clas_policy.batch.reading.cell import Cell, Row, cell_text, folded, full_text
from clas_policy.batch.reading.header import Header
from clas_policy.batch.reading.names import LABELS, Key
from clas_policy.batch.reading.table import other_place, problem
from clas_policy.problem import Message, Problem

EXAMPLE: Final = "EXEMPLE (non lu)"
"""What the id of a dossier begins with where its rows only show how a table is filled in."""

_EXAMPLE: Final = folded(EXAMPLE)
_TOTALS: Final = ("total", "totaux", "sous-total", "sous total", "somme", "moyenne")


class Found(NamedTuple):
    """A row and the dossier that it is joined to, or what is wrong with it.

    `join` is None where the row does not say; with a problem it names the dossier that cannot be trusted any more.
    """

    join: str | None
    row: Row
    problem: Problem | None


def found_rows(header: Header) -> Iterator[Found]:
    """The rows below the header, without those that only show how to fill it in and the empty ones at the end."""
    empty: list[Row] = []
    last: str | None = None
    for row in header.table.rows():
        if row.number <= header.row.number:
            continue
        if row.is_empty:
            empty = [*empty[:1], row]  # the first and the last
            continue
        if empty:
            yield Found(None, empty[0], _empty_rows(header, empty))
            empty = []
        join = header.join(row)
        if join is not None and folded(join).startswith(_EXAMPLE):
            continue
        wrong, owner = _wrong(header, row, join, last)
        yield Found(owner, row, wrong)
        if wrong is None:
            last = join


def _wrong(header: Header, row: Row, join: str | None, last: str | None) -> tuple[Problem | None, str | None]:
    """What is wrong with a row that has cells, and the dossier that it makes doubtful."""
    table = header.table
    if all(_text(row.at(column)) == text for column, text in enumerate(header.texts)):
        there = other_place(table, header.row, None, Message("the first one"))
        message = Message("the row of headers stands here again")
        hint = Message("take the row out")
        return problem(table, row, None, "CLAS-B108", message, hint=hint, related=(there,)), None
    total = _total(header, row, join)
    if total is not None:
        values = {"text": cell_text(row.at(total))}
        message = Message("this looks like a row of totals: `{text}`", values)
        return problem(table, row, total, "CLAS-B111", message, hint=Message("take the row out")), None
    if join is None:
        column = header.join_column
        message = Message("this row does not say of which dossier it is")
        values = {"label": LABELS[Key.DOSSIER][0]}
        hint = Message("fill in `{label}` in every row; a row of totals has to go", values)
        return problem(table, row, column, "CLAS-B112", message, hint=hint), last
    for column, cell in enumerate(row.cells):
        if cell is not None and (column >= header.width or header.texts[column] is None):
            values = {"text": cell_text(cell)}
            message = Message("`{text}` stands in a column without a header", values)
            hint = Message("head the column, or empty it; where cells have moved, move them back")
            return problem(table, row, column, "CLAS-B109", message, hint=hint), join
    if len(row.cells) < header.width:
        values = {"count": str(len(row.cells)), "width": str(header.width)}
        message = Message("this row has {count} cells, the header {width}", values)
        hint = Message("every row has as many separators as the header; quote a cell that has one in its text")
        return problem(table, row, None, "CLAS-B109", message, hint=hint), join
    return None, join


def _text(cell: Cell) -> str | None:
    return None if cell is None else full_text(cell)


def _total(header: Header, row: Row, join: str | None) -> int | None:
    """The column of the word that makes a row one of totals."""
    column = header.join_column
    if join is not None:
        return column if folded(join).startswith(_TOTALS) else None
    for at, cell in enumerate(row.cells):
        if isinstance(cell, str) and folded(cell).startswith(_TOTALS):
            return at
    return None


def _empty_rows(header: Header, rows: list[Row]) -> Problem:
    message = Message("an empty row between others")
    if len(rows) > 1:
        values = {"first": str(rows[0].number), "last": str(rows[-1].number)}
        message = Message("empty rows between others, {first} to {last}", values)
    hint = Message("take it out: what stands below may have been forgotten, or be another table")
    return problem(header.table, rows[0], None, "CLAS-B110", message, hint=hint)
