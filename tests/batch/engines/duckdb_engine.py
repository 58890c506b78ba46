"""DuckDB, in this process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.batch.engines.engine import values
from tests.batch.loading import Row

from clas_policy.batch import engine
from clas_policy.batch.sql import Dialect, create_table
from clas_policy.batch.tables import Table


class DuckDB:
    dialect = Dialect.DUCKDB

    def __init__(self, threads: int = 1) -> None:
        self.connection = engine.connect(threads=threads)

    def load(self, tables: Sequence[Table], rows: Mapping[str, Sequence[Row]]) -> None:
        for table in tables:
            self.connection.execute(f'DROP TABLE IF EXISTS "{table.name}"')
            self.connection.execute(create_table(table, self.dialect))
            if rows[table.name]:
                self.connection.execute(f'INSERT INTO "{table.name}" VALUES {values(rows[table.name])}')

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()
