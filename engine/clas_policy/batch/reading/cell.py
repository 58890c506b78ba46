"""One cell of a table, as its format gives it, and where it stands."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import NamedTuple, TypeAlias

from clas_policy.reading.json_lines import shown


class Broken(Enum):
    """A cell that shows something and holds no value."""

    ERROR = "error"
    """A formula that went wrong (``#N/A``, ``#REF!``)."""
    NOT_CALCULATED = "not calculated"
    """A formula of which the file does not keep the result."""


Cell: TypeAlias = "str | bool | int | float | Decimal | date | datetime | time | timedelta | list[str] | Broken | None"
"""None is an empty cell. Texts have no spaces around them. A CSV file has texts only, a Parquet file may have lists."""


class Row(NamedTuple):
    """One row: its number as a spreadsheet counts, the line of the file where it begins, its cells.

    `text` is the line as it is written, where the file is text of one line per row.
    """

    number: int
    line: int
    cells: Sequence[Cell]
    text: str | None = None

    def at(self, column: int) -> Cell:
        """The cell in a column, counted from 0; None beyond the last."""
        return self.cells[column] if column < len(self.cells) else None

    @property
    def is_empty(self) -> bool:
        return all(cell is None for cell in self.cells)


def cell_text(cell: Cell) -> str:
    """A cell as a message shows it: cut short, and what cannot be seen written as an escape."""
    return shown(full_text(cell))


def full_text(cell: Cell) -> str:
    """A cell as a text, the way a French spreadsheet shows it."""
    match cell:
        case None:
            return ""
        case bool():
            return "VRAI" if cell else "FAUX"
        case float():
            return f"{cell:.15g}".replace(".", ",")
        case Decimal():
            return str(cell).replace(".", ",")
        case datetime():
            return f"{cell:%d/%m/%Y %H:%M}"
        case date():
            return f"{cell:%d/%m/%Y}"
        case list():
            return " ; ".join(cell)
        case Broken.ERROR:
            return "#N/A"
        case Broken.NOT_CALCULATED:
            return "=…"
        case _:
            return str(cell)


def folded(text: str) -> str:
    """Equal for texts that people take for the same: accents, case, kinds of spaces and apostrophes do not count."""
    spread = unicodedata.normalize("NFKD", text.replace("\u2019", "'"))
    return " ".join("".join(sign for sign in spread if not unicodedata.combining(sign)).casefold().split())


def column_letters(column: int) -> str:
    """The letters of a column, counted from 0: ``A``, …, ``Z``, ``AA``."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def address(row: int, column: int | None, sheet: str | None = None) -> str:
    """A place as spreadsheets name it: ``C12``, ``Feuil1!C12``, ``'Mes dossiers'!C12``; ``12:12`` is a whole row."""
    place = f"{row}:{row}" if column is None else f"{column_letters(column)}{row}"
    if sheet is None:
        return place
    if not (sheet.isascii() and sheet.replace("_", "a").isalnum()):
        sheet = "'" + sheet.replace("'", "''") + "'"
    return f"{sheet}!{place}"
