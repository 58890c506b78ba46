"""What a database has to do for the tests: three methods, so that each engine is a small adapter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from tests.batch.loading import Row

from clas_policy.batch.sql import Dialect
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
    text = str(value)
    if isinstance(value, str):
        return "'" + text.replace("'", "''") + "'"
    return f"DATE '{text}'" if text.count("-") == 2 else text


def values(rows: Sequence[Row]) -> str:
    return ", ".join("(" + ", ".join(map(literal, row)) + ")" for row in rows)
