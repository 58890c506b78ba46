"""Parquet files, read by DuckDB: columns have types, so that nothing has to be guessed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from clas_policy.batch import engine
from clas_policy.batch.quoting import literal
from clas_policy.batch.reading.cell import Cell, Row
from clas_policy.batch.reading.table import opened
from clas_policy.problem import DossierError, Message, Problem
from clas_policy.source import Span

_ROWS_AT_ONCE: Final = 2000
_READ: Final = ("BOOLEAN", "VARCHAR", "DATE", "DECIMAL", "DOUBLE", "FLOAT", "TIMESTAMP", "VARCHAR[]")
WHOLE: Final = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")


class ParquetTable:
    """A Parquet file; its columns are its first row, numbered 0, so that its rows count from 1."""

    sheet: str | None = None
    notices: tuple[Problem, ...] = ()

    def __init__(self, path: Path, file: str, closing: ExitStack) -> None:
        opened(path, file).close()
        self.file = file
        self.path = str(path)
        self.base: int | None = None
        self._connection = engine.connect()
        closing.callback(self._connection.close)
        try:
            described = self._connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [self.path]).fetchall()
            counted = self._connection.execute("SELECT count(*) FROM read_parquet(?)", [self.path]).fetchone()
        except engine.EngineError:
            raise DossierError([self._unreadable()]) from None
        self.types: dict[str, str] = {str(name): str(kind) for name, kind, *_ in described}
        self.count = int(counted[0]) if counted else 0
        self._done = 0
        self._query = f"SELECT * FROM {self.relation}"  # noqa: S608
        problems = [self._odd(column) for column, kind in enumerate(self.types.values()) if not _is_read(kind)]
        if problems:
            raise DossierError(problems)

    @property
    def at(self) -> float:
        return min(1.0, self._done / max(1, self.count))

    def rows(self) -> Iterator[Row]:
        """The names of the columns, then every row; raises DossierError where the file breaks off."""
        yield self._first
        cursor = self._connection.cursor()
        number = 0
        try:
            cursor.execute(self._query)
            while found := cursor.fetchmany(_ROWS_AT_ONCE):
                for *cells, at in found:
                    number = at + 1
                    yield Row(number, number, [_cell(cell) for cell in cells])
                self._done = number
        except engine.EngineError:
            raise DossierError([self._unreadable()]) from None
        finally:
            cursor.close()

    @property
    def relation(self) -> str:
        """The rows for a query, with their numbers from 0 as the last column."""
        return f"read_parquet({literal(self.path)}, file_row_number = true)"

    def leave_out(self, connection: engine.Connection, key: str, schemas: Sequence[str], base: int) -> None:
        """From now on gives only the rows whose dossiers were not taken into one of these schemas.

        `base` is the number of the dossier in the first row of the file.
        """
        self._connection = connection
        self.base = base
        taken = " UNION ALL ".join(f"SELECT key FROM {schema}.sure" for schema in schemas)  # noqa: S608
        self._query = (
            f"SELECT T.* FROM {self.relation} T ANTI JOIN ({taken}) S ON S.key = T.{key} ORDER BY T.file_row_number"  # noqa: S608
        )

    def where(self, row: Row, column: int | None) -> str:
        name = "" if column is None else list(self.types)[column]
        return f"{name}[{row.number}]" if row.number else name

    def columns(self, row: Row, column: int) -> tuple[int, int]:  # noqa: ARG002 - cells have no other place
        """A cell is one place wide."""
        return column + 1, column + 2

    @property
    def _first(self) -> Row:
        return Row(0, 0, list(self.types))

    def _odd(self, column: int) -> Problem:
        name, kind = list(self.types.items())[column]
        message = Message(
            "the column `{name}` is of the type `{type}`, which is not read", {"name": name, "type": kind}
        )
        hint = Message("texts, whole numbers, DECIMAL, DATE, BOOLEAN and lists of texts are read")
        return Problem("CLAS-B138", message, Span(self.file, 0, column + 1, 0, column + 2), hint=hint, path=name)

    def _unreadable(self) -> Problem:
        hint = Message("write it again: the end of the file may be missing")
        return Problem("CLAS-B138", Message("this is not a Parquet file"), Span(self.file, 1, 1, 1, 1), hint=hint)


def _is_read(kind: str) -> bool:
    return kind in _READ or kind in WHOLE or kind.startswith(("DECIMAL(", "ENUM("))


def _cell(cell: Any) -> Cell:
    if type(cell) is str:
        return cell.strip() or None
    return cell  # type: ignore[no-any-return]
