"""Rows put aside on disk and given back in the order of their dossiers: memory does not grow with a table."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

from clas_policy.batch.reading.cell import Broken, Cell, Row

_EVERY: Final = 5000
_KIND: Final = "~"
"""The key of a cell that JSON has no form for."""


class Spill:
    """A temporary file that nobody else sees, and that goes with the program."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("", isolation_level=None)
        self._base.execute("PRAGMA journal_mode=OFF")
        self._base.execute("PRAGMA synchronous=OFF")
        self._base.execute("CREATE TABLE kept (dossier INTEGER, seen INTEGER, source INTEGER, row TEXT)")
        self._base.execute("BEGIN")
        self._waiting: list[tuple[int, int, int, str]] = []
        self._seen = 0

    def add(self, dossier: int, source: int, row: Row) -> None:
        """Keeps a row of a dossier, from the table of that number."""
        self._seen += 1
        written = json.dumps([row.number, row.line, row.cells, row.text], default=_plain, ensure_ascii=False)
        self._waiting.append((dossier, self._seen, source, written))
        if len(self._waiting) >= _EVERY:
            self._write()

    def groups(self) -> Iterator[tuple[int, list[tuple[int, Row]]]]:
        """The dossiers in the order of their numbers, each with its rows and their tables, as they were added."""
        self._write()
        found = self._base.execute("SELECT dossier, source, row FROM kept ORDER BY dossier, seen")
        for dossier, rows in groupby(found, key=lambda one: one[0]):
            yield dossier, [(source, _row(written)) for _dossier, source, written in rows]

    def close(self) -> None:
        self._base.close()

    def _write(self) -> None:
        self._base.executemany("INSERT INTO kept VALUES (?, ?, ?, ?)", self._waiting)
        self._waiting.clear()


def _row(written: str) -> Row:
    number, line, cells, text = json.loads(written, object_hook=_cell)
    return Row(number, line, cells, text)


def _plain(cell: Any) -> dict[str, str | float]:
    """The form of a cell that JSON has none for; a binary float is exact in JSON."""
    match cell:
        case datetime():
            return {_KIND: "datetime", "is": cell.isoformat()}
        case date():
            return {_KIND: "date", "is": cell.isoformat()}
        case time():
            return {_KIND: "time", "is": cell.isoformat()}
        case timedelta():
            return {_KIND: "duration", "is": cell.total_seconds()}
        case Decimal():
            return {_KIND: "decimal", "is": str(cell)}
        case Broken():
            return {_KIND: "broken", "is": cell.value}
        case _:
            raise TypeError(cell)


def _cell(found: dict[str, Any]) -> Cell:
    text = found["is"]
    match found[_KIND]:
        case "datetime":
            return datetime.fromisoformat(text)
        case "date":
            return date.fromisoformat(text)
        case "time":
            return time.fromisoformat(text)
        case "duration":
            return timedelta(seconds=text)
        case "decimal":
            return Decimal(text)
        case _:
            return Broken(text)
