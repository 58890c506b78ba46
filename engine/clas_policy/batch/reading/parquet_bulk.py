"""Tables of Parquet files taken as they are: rows that SQL can prove are never looked at one by one.

A dossier is taken if its row and those of all its members are sure; the others are left to the strict reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from clas_policy.batch.engine import Connection
from clas_policy.batch.quoting import literal, quoted
from clas_policy.batch.reading.header import Header, resolved
from clas_policy.batch.reading.names import Key, ListGiven, MemberId, Names
from clas_policy.batch.reading.parquet_checks import Proof, all_sure, proofs, written_columns
from clas_policy.batch.reading.parquet_table import ParquetTable
from clas_policy.batch.reading.pool import NamesOf
from clas_policy.batch.reading.sorting_out import sort_out
from clas_policy.batch.tables import DOSSIERS, NUMBER, POSITION, input_tables

ROW: Final = "file_row_number"


Selected: TypeAlias = tuple[str, str | None]
"""The dossiers of one period and department."""


class _Members(NamedTuple):
    entity: str
    header: Header
    proofs: list[Proof]
    id: str


class Bulk:
    """The dossiers of some tables that meet one policy, in a schema of views named as the contract names tables.

    `sure` is the table of the rows that are taken, by their number in the file; dossiers are numbered from `base`.
    """

    def __init__(self, connection: Connection, schema: str, base: int) -> None:
        self._connection = connection
        self.schema = schema
        self._base = base

    def make(
        self, top: Header, members: Mapping[str, Header], selections: Sequence[Selected], names: Names
    ) -> int | None:
        """Makes the views; how many dossiers are taken, or None where SQL cannot tell of a column."""
        own = _proofs(top, names)
        lists = self._lists(members, names)
        if own is None or lists is None or any(fact.derivation is not None for fact in names.policy.facts.values()):
            return None
        execute = self._connection.execute
        execute(f"CREATE SCHEMA {self.schema}")
        key = _key(top)
        wanted = " OR ".join(_selects(top, one) for one in selections)
        counts = "".join(_counted(one, key) for one in lists)
        given = " AND ".join(_given(top, one, names) for one in lists) or "true"
        execute(
            f"CREATE TABLE {self.schema}.sure AS SELECT T.{ROW} AS r, T.{key} AS key FROM {source(top)} T{counts}"  # noqa: S608
            f" WHERE ({wanted}) AND {all_sure(own)} AND {given}"
        )
        twins = f"SELECT T.{key} FROM {source(top)} T GROUP BY ALL HAVING count(*) > 1"  # noqa: S608
        execute(f"DELETE FROM {self.schema}.sure WHERE key IN ({twins})")  # noqa: S608
        self._views(top, own, lists, names)
        return int(execute(f"SELECT count(*) FROM {self.schema}.sure").fetchall()[0][0])  # noqa: S608

    def _lists(self, members: Mapping[str, Header], names: Names) -> list[_Members] | None:
        found = []
        for entity, header in members.items():
            made = _proofs(header, names)
            ids = [header.texts[at] for at, about in resolved(header, names).items() if about == MemberId(entity)]
            if made is None or len(ids) != 1:
                return None
            found.append(_Members(entity, header, made, quoted(ids[0] or "")))
        return found

    def _views(self, top: Header, own: list[Proof], lists: list[_Members], names: Names) -> None:
        tables = input_tables(names.policy)
        number = f"CAST({self._base} + T.{ROW} AS BIGINT)"
        envelope = [
            f"{number} AS {NUMBER}",
            *(f"{_column(top, one)} AS {one.value}" for one in (Key.DOSSIER, Key.PERIOD, Key.DEPARTMENT)),
        ]
        flags = [self._list_flag(top, entity, lists, names) for entity in names.policy.entities]
        columns = ", ".join([*envelope, *flags, *written_columns(own, tables[0].columns)])
        execute = self._connection.execute
        execute(
            f"CREATE VIEW {self.schema}.{DOSSIERS} AS SELECT {columns} FROM {source(top)} T "  # noqa: S608
            f"SEMI JOIN {self.schema}.sure S ON S.r = T.{ROW}"
        )
        for table in tables[1:]:
            found = next((one for one in lists if one.entity == table.entity), None)
            if found is None:
                empty = ", ".join(f"CAST(NULL AS {column.type}) AS {quoted(column.name)}" for column in table.columns)
                execute(f"CREATE VIEW {self.schema}.{quoted(table.name)} AS SELECT {empty} LIMIT 0")
                continue
            member_key = _key(found.header)
            position = _position(found.header, member_key)
            columns = ", ".join(
                [
                    f"CAST({self._base} + S.r AS BIGINT) AS {NUMBER}",
                    f"CAST({position} AS INTEGER) AS {POSITION}",
                    f"T.{found.id} AS {quoted(found.entity)}",
                    *written_columns(found.proofs, table.columns),
                ]
            )
            execute(
                f"CREATE VIEW {self.schema}.{quoted(table.name)} AS SELECT {columns} FROM {source(found.header)} T "  # noqa: S608
                f"JOIN {self.schema}.sure S ON S.key = T.{member_key}"
            )

    def _list_flag(self, top: Header, entity: str, lists: list[_Members], names: Names) -> str:
        flag = _flag(top, entity, names)
        list_key = quoted(names.policy.entities[entity].list_key)
        if flag is not None:
            return f"coalesce(T.{flag}, true) AS {list_key}"
        return f"{'true' if any(one.entity == entity for one in lists) else 'false'} AS {list_key}"


def _key(header: Header) -> str:
    """The column by which a table is joined to the others."""
    return quoted(header.texts[header.join_column] or "")


def _counted(one: _Members, key: str) -> str:
    """Joins how many members a dossier has, and whether all of them are sure and of different ids."""
    each = (
        f"SELECT T.{_key(one.header)} AS key, T.{one.id} AS id, bool_and({all_sure(one.proofs)}) AS sure, "  # noqa: S608
        f"count(*) AS times FROM {source(one.header)} T GROUP BY 1, 2"
    )
    alias = quoted(f"of {one.entity}")
    together = f"SELECT key, bool_and(sure AND times = 1) AS sure, sum(times) AS n FROM ({each}) GROUP BY 1"  # noqa: S608
    return f" LEFT JOIN ({together}) {alias} ON {alias}.key = T.{key}"


def _given(top: Header, one: _Members, names: Names) -> str:
    """Whether the members of a dossier are sure: a list without any is, where a column says that it is empty."""
    alias = quoted(f"of {one.entity}")
    flag = _flag(top, one.entity, names)
    if flag is None:
        return f"coalesce({alias}.sure, false)"
    return f"CASE WHEN {alias}.n IS NULL THEN T.{flag} IS NOT NULL ELSE {alias}.sure AND coalesce(T.{flag}, true) END"


def source(header: Header) -> str:
    """The rows of a file, with their numbers."""
    assert isinstance(header.table, ParquetTable)  # noqa: S101
    return header.table.relation


def _proofs(header: Header, names: Names) -> list[Proof] | None:
    """How the columns of a table are read; what the policy does not ask for is empty, unless it is put aside."""
    table = header.table
    if not isinstance(table, ParquetTable):
        return None
    texts = [text or "" for text in header.texts]
    found = resolved(header, names)
    made = proofs(found, texts, list(table.types.values()))
    if made is not None and not names.keep_unknown:
        made += [Proof(f"T.{quoted(text)} IS NULL", {}) for at, text in enumerate(texts) if at not in found]
    return made


def _column(header: Header, key: Key) -> str:
    """A column of the envelope; the id is the number, where tables are joined by that alone."""
    if key in header.keys:
        return f"T.{quoted(header.texts[header.keys[key]] or '')}"
    return f"CAST(T.{_key(header)} AS VARCHAR)" if key is Key.DOSSIER else "NULL"


def _selects(top: Header, one: Selected) -> str:
    period, department = one
    same_period = f"{_column(top, Key.PERIOD)} = {literal(period)}"
    if Key.DEPARTMENT not in top.keys:
        return f"({same_period})"
    column = _column(top, Key.DEPARTMENT)
    same = f"{column} IS NULL" if department is None else f"{column} = {literal(department)}"
    return f"({same_period} AND {same})"


def _flag(top: Header, entity: str, names: Names) -> str | None:
    list_key = names.policy.entities[entity].list_key
    for at, about in resolved(top, names).items():
        if about == ListGiven(entity, list_key):
            return quoted(top.texts[at] or "")
    return None


def _position(header: Header, key: str) -> str:
    """The place of a member in its list: as the file says, else in the order of its rows."""
    if Key.POSITION in header.keys:
        return _column(header, Key.POSITION)
    return f"row_number() OVER (PARTITION BY T.{key} ORDER BY T.{ROW}) - 1"


def _selections(top: Header, connection: Connection) -> Iterator[Selected]:
    """The periods and departments of a table, where both columns are texts."""
    department = _column(top, Key.DEPARTMENT)
    found = connection.execute(
        f"SELECT DISTINCT {_column(top, Key.PERIOD)}, {department} FROM {source(top)} T LIMIT 2000"  # noqa: S608
    ).fetchall()
    for period, code in found:
        if isinstance(period, str) and (code is None or isinstance(code, str)):
            yield period, code


def take(
    connection: Connection, headers: Sequence[Header], names_of: NamesOf, base: int
) -> list[tuple[Names, Bulk, int]]:
    """Takes what is sure of some tables that belong together, by policy; what is left is all that they still give.

    The first dossier of the file has the number `base`; no other tables of the connection have begun there. Raises
    DossierError for every doubt about their columns.
    """
    said = {id(header): list(_selections(header, connection)) for header in headers if Key.PERIOD in header.keys}
    met = {one: names for each in said.values() for one in each if (names := names_of(*one)) is not None}
    if not met:
        return []
    of = sort_out(headers, list(dict.fromkeys(met.values())))
    tops = [header for header in headers if of[id(header)] is None]
    members = {entity: header for header in headers if (entity := of[id(header)]) is not None}
    if len(tops) != 1 or Key.PERIOD not in tops[0].keys or len(members) + 1 != len(headers):
        return []
    by_policy: dict[str, tuple[Names, list[Selected]]] = {}
    for one in said[id(tops[0])]:
        if one in met:
            by_policy.setdefault(met[one].policy.id, (met[one], []))[1].append(one)
    taken: list[tuple[Names, Bulk, int]] = []
    for number, (names, wanted) in enumerate(by_policy.values()):
        made = Bulk(connection, f"bulk{base}_{number}", base)
        count = made.make(tops[0], members, wanted, names)
        if count:
            taken.append((names, made, count))
    schemas = [made.schema for _names, made, _count in taken]
    for header in headers if taken else ():
        assert isinstance(header.table, ParquetTable)  # noqa: S101
        header.table.leave_out(connection, _key(header), schemas, base)
    return taken
