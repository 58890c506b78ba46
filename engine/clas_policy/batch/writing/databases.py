"""Results as tables of a database: those of an earlier run are replaced, all of them or none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from clas_policy.batch import engine
from clas_policy.batch.quoting import literal, quoted
from clas_policy.batch.tables import DOSSIERS, Kind
from clas_policy.batch.writing.store import Store
from clas_policy.batch.writing.texts_out import pour
from clas_policy.problem import Message, Problem
from clas_policy.reading.files import NewFile, OutputError

_ATTACHED: Final = "written"
_TYPES: Final = {
    Kind.BOOLEAN: "boolean",
    Kind.INTEGER: "integer",
    Kind.BIGINT: "bigint",
    Kind.DECIMAL: "numeric(24, 2)",
    Kind.DATE: "date",
    Kind.TEXT: "text",
}
"""The types of PostgreSQL."""


def table_names(store: Store, table: str) -> Iterator[tuple[str, str]]:
    """What each table of results is called in a database: ``T`` for dossiers, ``T_groupes`` for a list."""
    yield DOSSIERS, table
    for name, _entity in store.lists():
        yield name, f"{table}_{name}"


def is_database(path: Path) -> bool:
    """Whether a file is one of DuckDB; DuckDB itself also opens data files, and would put tables beside them."""
    try:
        with path.open("rb") as stream:
            return stream.read(12)[8:] == b"DUCK"
    except OSError:
        return False


class DuckDbFile:
    """A DuckDB file, new or with other tables in it."""

    def __init__(self, path: Path, table: str, inputs: Iterable[Path]) -> None:
        self._path = path
        self._table = table
        self._store: Store | None = None
        self._new: NewFile | None = None
        if path.exists():
            if not is_database(path):
                raise OutputError([self._unwritten()])
            try:
                engine.connect(path).close()
            except engine.EngineError:
                raise OutputError([self._unwritten()]) from None
        else:
            self._new = NewFile(path, inputs)

    def claim(self, lists: Iterable[str]) -> None: ...

    def write(self, store: Store, given: object) -> None:  # noqa: ARG002 - tables have one form
        place = store.folder / "out.duckdb" if self._new is not None else self._path
        try:
            store.connection.execute(f"ATTACH {literal(str(place))} AS {_ATTACHED}")
            self._store = store
            store.connection.execute("BEGIN")
            for name, table in table_names(store, self._table):
                target = f"{_ATTACHED}.main.{quoted(table)}"
                store.connection.execute(f"CREATE OR REPLACE TABLE {target} AS {store.query(name)}")
        except engine.EngineError:
            self.discard()
            raise OutputError([self._unwritten()]) from None
        if self._new is not None:
            self._end("COMMIT")
            pour(place, self._new)

    def keep(self) -> None:
        if self._new is not None:
            self._new.keep()
            return
        try:
            self._end("COMMIT")
        except engine.EngineError:
            raise OutputError([self._unwritten()]) from None

    def discard(self) -> None:
        if self._new is not None:
            self._new.discard()
        self._end("ROLLBACK")

    def names(self, store: Store) -> tuple[str, ...]:
        return tuple(f"duckdb:{self._path}#{table}" for _name, table in table_names(store, self._table))

    def _end(self, how: str) -> None:
        if self._store is not None:
            store, self._store = self._store, None
            store.connection.execute(how)
            store.connection.execute(f"DETACH {_ATTACHED}")

    def _unwritten(self) -> Problem:
        values = {"file": str(self._path)}
        hint = Message("close the programs that have it open; a file of another kind is not written over")
        return Problem("CLAS-B301", Message("`{file}` cannot be written as a DuckDB file", values), hint=hint)


class Postgres:
    """A PostgreSQL database, reached by psycopg; what holds the password is never shown."""

    def __init__(self, address: str, table: str, shown: str) -> None:
        self._address = address
        self._table = table
        self._shown = shown
        self._psycopg = _psycopg()
        self._connection: Any = None
        self._connect().close()

    def _connect(self) -> Any:
        try:
            return self._psycopg.connect(self._address, connect_timeout=10)
        except (self._psycopg.Error, ValueError, UnicodeError) as error:
            raise OutputError([self._refused(error)]) from None

    def claim(self, lists: Iterable[str]) -> None: ...

    def write(self, store: Store, given: object) -> None:  # noqa: ARG002 - tables have one form
        self._connection = self._connect()
        try:
            with self._connection.cursor() as cursor:
                for name, table in table_names(store, self._table):
                    columns = ", ".join(
                        f"{quoted(column.name)} {_TYPES[column.kind]}" for column in store.columns(name)
                    )
                    cursor.execute(f"DROP TABLE IF EXISTS {quoted(table)}")
                    cursor.execute(f"CREATE TABLE {quoted(table)} ({columns})")
                    with cursor.copy(f"COPY {quoted(table)} FROM STDIN") as copy:
                        for row in store.stream(store.query(name)):
                            copy.write_row(row)
        except self._psycopg.Error as error:
            self.discard()
            raise OutputError([self._refused(error)]) from None

    def keep(self) -> None:
        try:
            self._connection.commit()
            self._connection.close()
        except self._psycopg.Error as error:
            raise OutputError([self._refused(error)]) from None

    def discard(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def names(self, store: Store) -> tuple[str, ...]:
        return tuple(f"{self._shown}#{table}" for _name, table in table_names(store, self._table))

    def _refused(self, error: Exception) -> Problem:
        """What the server says, on one line and without the address that was given."""
        said = " ".join(str(error).replace(self._address, self._shown).split())[:200]
        hint = Message("the password may also stand in `PGPASSWORD` or `~/.pgpass`")
        values = {"database": self._shown, "said": said}
        return Problem("CLAS-B303", Message("{database} does not take the results: {said}", values), hint=hint)


def _psycopg() -> ModuleType:
    try:
        return import_module("psycopg")
    except ImportError:
        hint = Message("`pip install 'psycopg[binary]'`")
        message = Message("writing to PostgreSQL needs `psycopg`, which is not installed")
        raise OutputError([Problem("CLAS-B302", message, hint=hint)]) from None
