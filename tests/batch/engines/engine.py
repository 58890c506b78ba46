"""What a database has to do for the tests: load and answer, so that each engine is a small adapter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from tests.batch.loading import Row

from clas_policy.batch.sql import Dialect, create_table
from clas_policy.batch.tables import Table


class Engine(Protocol):
    dialect: Dialect

    def load(self, tables: Sequence[Table], rows: Mapping[str, Sequence[Row]]) -> None:
        """Makes the tables anew and fills them."""

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query, decimals as Decimal."""


def literal(value: object) -> str:
    """A value as SQL writes it, the same in every dialect."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return f"DATE '{value}'" if isinstance(value, date) else str(value)


def filled(table: Table, rows: Sequence[Row], dialect: Dialect) -> Iterator[str]:
    """The statements that make a table anew and fill it."""
    yield f'DROP TABLE IF EXISTS "{table.name}"'
    yield create_table(table, dialect)
    if rows:
        values = ", ".join(f"({', '.join(map(literal, row))})" for row in rows)
        yield f'INSERT INTO "{table.name}" VALUES {values}'
