"""A place in a database for the dossiers that meet one policy: their ids, what is found, and their facts if asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from clas_policy.batch.engine import Connection
from clas_policy.batch.quoting import quoted
from clas_policy.batch.tables import NUMBER, POSITION, Column, Kind, input_tables
from clas_policy.batch.writing.fact_rows import FactRows
from clas_policy.batch.writing.found import found_tables
from clas_policy.batch.writing.row_files import rows_of, write_rows
from clas_policy.model.dossier import Dossier
from clas_policy.model.policy import Policy

IDS: Final = "ids"
"""The schema of what dossiers and members are called, whatever the policy."""


class Shelf:
    """The tables of one policy, in two schemas: its facts, and what is found.

    Facts that are `waiting` are not decided yet; afterwards they stay only where the shelf `keeps_facts`.
    """

    def __init__(
        self, connection: Connection, folder: Path, policy: Policy, number: int, *, keeps_facts: bool = False
    ) -> None:
        self.policy = policy
        self.keeps_facts = keeps_facts
        self.waiting = 0
        self._connection = connection
        self._folder = folder
        self.facts_schema = f"facts{number}"
        self.found_schema = f"found{number}"
        self.facts = input_tables(policy)
        self.found = found_tables(policy)
        self._rows = [FactRows(policy, table) for table in self.facts]
        for schema, tables in ((self.facts_schema, self.facts), (self.found_schema, self.found)):
            connection.execute(f"CREATE SCHEMA {schema}")
            for table in tables:
                connection.execute(f"CREATE TABLE {schema}.{quoted(table.name)} ({columns_of(table.columns)})")

    def put_facts(self, numbers: Sequence[int], dossiers: Sequence[Dossier]) -> None:
        """Adds the facts of some dossiers, under their numbers."""
        place = self._folder / "rows.csv"
        for table, rows in zip(self.facts, self._rows, strict=True):
            write_rows(place, rows.rows(numbers, dossiers))
            self.execute(rows.insert(f"{self.facts_schema}.{quoted(table.name)}", place))
            place.unlink()
        self.waiting += len(numbers)

    def take_facts(self, schema: str) -> None:
        """Adds the facts of a schema whose views are the tables of the policy."""
        for table in self.facts:
            target = f"{self.facts_schema}.{quoted(table.name)}"
            self.execute(f"INSERT INTO {target} BY NAME SELECT * FROM {schema}.{quoted(table.name)}")  # noqa: S608
        self.waiting += 1

    def settle(self) -> None:
        """Takes note that what waited is decided."""
        self.waiting = 0
        if not self.keeps_facts:
            for table in self.facts:
                self.execute(f"TRUNCATE {self.facts_schema}.{quoted(table.name)}")

    def execute(self, query: str) -> None:
        self._connection.execute(query)

    def put_found(self, rows: Mapping[str, Sequence[tuple[Any, ...]]]) -> None:
        """Adds what was found of some dossiers."""
        for table in self.found:
            target = f"{self.found_schema}.{quoted(table.name)}"
            load(self._connection, self._folder, target, table.columns, rows.get(table.name, ()))


def load(
    connection: Connection, folder: Path, target: str, columns: Sequence[Column], rows: Iterable[tuple[Any, ...]]
) -> None:
    """Adds rows to a table whose columns are these, by way of a file in the folder."""
    place = folder / "rows.csv"
    write_rows(place, rows)
    types = {column.name: column.type for column in columns}
    connection.execute(f"INSERT INTO {target} SELECT * FROM {rows_of(place, types)}")  # noqa: S608
    place.unlink()


def columns_of(columns: Sequence[Column]) -> str:
    """The columns of a table, for CREATE TABLE."""
    return ", ".join(f"{quoted(column.name)} {column.type}" for column in columns)


NAMED: Final = (
    Column(NUMBER, Kind.BIGINT, required=True),
    Column("dossier", Kind.TEXT),
    Column("annee_scolaire", Kind.TEXT),
    Column("departement", Kind.TEXT),
    Column("policy", Kind.TEXT),
    Column("file", Kind.TEXT),
    Column("line", Kind.BIGINT),
)
"""What every dossier is called, which policy it meets, and where it was read."""

UNKNOWN_LISTS: Final = (
    Column(NUMBER, Kind.BIGINT, required=True),
    Column("list", Kind.TEXT),
)
"""The lists that dossiers do not give: an empty one is given."""

NAMED_MEMBERS: Final = (
    Column(NUMBER, Kind.BIGINT, required=True),
    Column(POSITION, Kind.INTEGER, required=True),
    Column("entity", Kind.TEXT),
    Column("member", Kind.TEXT),
)
