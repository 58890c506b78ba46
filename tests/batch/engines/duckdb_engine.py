"""DuckDB, in this process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.batch.engines.engine import filled
from tests.batch.loading import Row

from clas_policy.batch import engine
from clas_policy.batch.sql import Dialect
from clas_policy.batch.tables import Table


class DuckDB:
    dialect = Dialect.DUCKDB

    def __init__(self) -> None:
        self.connection = engine.connect(threads=1)

    def load(self, tables: Sequence[Table], rows: Mapping[str, Sequence[Row]]) -> None:
        for table in tables:
            for statement in filled(table, rows[table.name], self.dialect):
                self.connection.execute(statement)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()
