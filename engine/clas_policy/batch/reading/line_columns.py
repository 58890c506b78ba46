"""Lines of JSON whose form is sure, as the tables of a policy; what their texts say is looked at here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from clas_policy.batch.engine import Connection
from clas_policy.batch.quoting import literal, quoted
from clas_policy.batch.reading.parquet_checks import TEXT, rate_text, safe_text
from clas_policy.batch.tables import NUMBER, POSITION, Column, Kind, columns_of, input_tables, option_column
from clas_policy.model.fact import Entity, Fact, Type
from clas_policy.model.money import format_amount
from clas_policy.model.policy import Policy
from clas_policy.reading.dossier import DEPARTMENT, ID, PERIOD
from clas_policy.reading.dossier_values import MAX_ID, limits

SEPARATOR: Final = b"\x01"
"""Stands between the number of a dossier and its line, in which no control can stand."""

_AMOUNT: Final = "(0|[1-9][0-9]{0,14})([.][0-9]{1,2})?"
_RATE: Final = "(0|[1-9][0-9]{0,14})([.][0-9]{1,4})? %"
_DAY: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_INSTANT: Final = (
    "20[0-9]{2}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?"
    "(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])"
)
_PARIS: Final = "Europe/Paris"
_READ: Final = quoted("lines read")
_DOUBTED: Final = quoted("lines in doubt")


class LineColumns:
    """How the lines of one policy become its tables."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._tables = input_tables(policy)
        self._shape = _shape(policy)
        self._facts: dict[str | None, list[Fact]] = {entity: [] for entity in (None, *policy.entities)}
        for fact in policy.facts.values():
            self._facts[fact.entity].append(fact)

    def make(self, connection: Connection, schema: str, place: Path) -> list[tuple[int, str]]:
        """Makes the tables of the dossiers in `place`, in a new schema; the lines that are left to the strict reader.

        `place` has one dossier a line, after its number and the separator. Every line is of a sure form.
        """
        execute = connection.execute
        execute(f"CREATE SCHEMA {schema}")
        lines = _lines(place)
        shape = literal(json.dumps(self._shape))
        execute(f"CREATE TABLE {schema}.{_READ} AS SELECT n, from_json(line, {shape}) AS d FROM {lines}")  # noqa: S608
        doubts = [f"SELECT n FROM {schema}.{_READ} T WHERE ({self._sure(None, 'T.d')}) IS NOT TRUE"]  # noqa: S608
        for entity in self._policy.entities.values():
            members = f"{schema}.{_read_of(entity)}"
            listed = f"d.{quoted(entity.list_key)}"
            execute(
                f"CREATE TABLE {members} AS SELECT n, CAST(i - 1 AS INTEGER) AS {POSITION}, m FROM "  # noqa: S608
                f"(SELECT n, unnest({listed}) AS m, generate_subscripts({listed}, 1) AS i FROM {schema}.{_READ})"
            )
            member_id = f"T.m.{quoted(entity.id)}"
            doubts += [
                f"SELECT n FROM {members} T WHERE ({self._sure(entity, 'T.m')}) IS NOT TRUE",  # noqa: S608
                f"SELECT n FROM {members} T GROUP BY n, {member_id} HAVING count(*) > 1",  # noqa: S608
            ]
        execute(f"CREATE TABLE {schema}.{_DOUBTED} AS {' UNION '.join(doubts)}")
        for table in self._tables:
            of = self._policy.entities[table.entity] if table.entity else None
            execute(f"CREATE TABLE {schema}.{quoted(table.name)} AS {self._select(schema, table.columns, of)}")
        left = execute(f"SELECT n, line FROM {lines} SEMI JOIN {schema}.{_DOUBTED} USING (n) ORDER BY n")  # noqa: S608
        return [(int(number), str(line)) for number, line in left.fetchall()]

    def _select(self, schema: str, columns: Sequence[Column], entity: Entity | None) -> str:
        root = "T.d" if entity is None else "T.m"
        values = dict(self._own(root) if entity is None else _own_of_member(entity, root))
        for fact in self._facts[entity.id if entity else None]:
            values.update(_values(fact, _at(root, fact.path)))
        chosen = ", ".join(f"{values[column.name]} AS {quoted(column.name)}" for column in columns)
        read = _READ if entity is None else _read_of(entity)
        return f"SELECT {chosen} FROM {schema}.{read} T ANTI JOIN {schema}.{_DOUBTED} USING (n)"  # noqa: S608

    def _own(self, root: str) -> Iterator[tuple[str, str]]:
        yield NUMBER, "T.n"
        for key in (ID, PERIOD, DEPARTMENT):
            yield key, _at(root, (key,))
        for entity in self._policy.entities.values():
            yield entity.list_key, f"({_at(root, (entity.list_key,))} IS NOT NULL)"

    def _sure(self, entity: Entity | None, root: str) -> str:
        name = ID if entity is None else entity.id
        sure = [safe_text(_at(root, (name,)), MAX_ID)]
        for fact in self._facts[entity.id if entity else None]:
            value = _at(root, fact.path)
            found = _sure(fact, value)
            if found is not None:
                sure.append(f"coalesce({found}, {value} IS NULL)")
        return " AND ".join(sure)


def _read_of(entity: Entity) -> str:
    """What is read of the members of an entity; no table of a policy has such a name, nor `_READ` or `_DOUBTED`."""
    return quoted(f"members of {entity.id}")


def _own_of_member(entity: Entity, root: str) -> Iterator[tuple[str, str]]:
    yield NUMBER, "T.n"
    yield POSITION, f"T.{POSITION}"
    yield entity.id, _at(root, (entity.id,))


def _at(root: str, path: Sequence[str]) -> str:
    return ".".join([root, *map(quoted, path)])


def _shape(policy: Policy) -> dict[str, Any]:
    """The structure that DuckDB reads a line into: texts where the digits or the signs are to be looked at."""
    top: dict[str, Any] = dict.fromkeys((ID, PERIOD, DEPARTMENT), "VARCHAR")
    lists: dict[str | None, dict[str, Any]] = {entity: {entity: "VARCHAR"} for entity in policy.entities}
    for fact in policy.facts.values():
        keys = lists[fact.entity] if fact.entity else top
        *above, last = fact.path
        for key in above:
            keys = keys.setdefault(key, {})
        match fact.type:
            case Type.BOOLEAN:
                keys[last] = Kind.BOOLEAN.value
            case Type.INTEGER:
                keys[last] = Kind.BIGINT.value
            case Type.CHOICES:
                keys[last] = ["VARCHAR"]
            case _:
                keys[last] = "VARCHAR"
    for entity in policy.entities.values():
        top[entity.list_key] = [lists[entity.id]]
    return top


def _lines(place: Path) -> str:
    return (
        f"read_csv({literal(str(place))}, header = false, auto_detect = false, delim = '{SEPARATOR.decode()}', "
        f"quote = '', escape = '', new_line = '\\n', max_line_size = 4000000, "
        f"columns = {{'n': 'BIGINT', 'line': 'VARCHAR'}})"
    )


def _sure(fact: Fact, value: str) -> str | None:
    """Whether the strict reader would take a value as it is; None where its form says so already."""
    match fact.type:
        case Type.MONEY:
            least, most = map(format_amount, limits(fact))
            return f"{_matches(value, _AMOUNT)} AND {_cast(value, fact)} BETWEEN {least} AND {most}"
        case Type.RATE:
            least, most = map(rate_text, limits(fact))
            return f"{_matches(value, _RATE)} AND {_cast(value, fact)} BETWEEN {least} AND {most}"
        case Type.DATE:
            return f"{_cast(value, fact)} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'"
        case Type.TEXT:
            return _matches(value, TEXT)
        case Type.CHOICES:
            found = " + ".join(f"CAST({held} AS INTEGER)" for held in _values(fact, value).values())
            return f"len({value}) = {found} AND len({value}) >= {fact.min_items}"
        case Type.BOOLEAN | Type.INTEGER | Type.CHOICE:
            return None


def _matches(value: str, pattern: str) -> str:
    return f"regexp_full_match({value}, {literal(pattern)})"


def _values(fact: Fact, value: str) -> dict[str, str]:
    """What stands in the columns of a fact."""
    if fact.type is Type.CHOICES:
        return {
            option_column(fact.name, option.value): f"list_contains({value}, {literal(option.value)})"
            for option in fact.options
        }
    return {fact.name: _cast(value, fact)}


def _cast(value: str, fact: Fact) -> str:
    """A value in the type of its column; NULL where it cannot be, which only a line that is doubted is asked."""
    (column,) = columns_of(fact)
    if fact.type is Type.MONEY:
        return f"TRY_CAST({value} AS {column.type})"
    if fact.type is Type.DATE:
        instant = f"CAST(TRY_CAST({value} AS TIMESTAMPTZ) AT TIME ZONE {literal(_PARIS)} AS DATE)"
        return (
            f"CASE WHEN {_matches(value, _DAY)} THEN TRY_CAST({value} AS DATE) "
            f"WHEN {_matches(value, _INSTANT)} THEN {instant} END"
        )
    if fact.type is Type.RATE:
        percent = f"TRY_CAST(left({value}, -2) AS DECIMAL(18, 4))"
        return f"TRY_CAST({percent} * 0.01 AS {column.type})"
    return value
