"""What becomes of dossiers and members under two policies, as tables that a database makes of what both found.

Every amount is in whole cents. NULL bounds are those of what has no bound; a sum with one of them is NULL too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple, Protocol

from clas_policy.batch.impact.difference import Kind, Pair
from clas_policy.batch.impact.meeting import Meeting
from clas_policy.batch.quoting import literal, quoted
from clas_policy.batch.tables import DOSSIERS, NUMBER, POSITION
from clas_policy.frozen import dataclass

_UNITS: Final = "units"
"""The schema of these tables."""


class Database(Protocol):
    """As much of a DuckDB connection as is needed here."""

    def execute(self, query: str, parameters: object = None, /) -> Any: ...


class Sides(NamedTuple):
    """A line of SQL before and after."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """A grant in a row of what both policies found: its status and its bounds, on either side."""

    name: str
    status: Sides
    low: Sides
    high: Sides

    @property
    def changes(self) -> str:
        """Whether it changes for somebody; one that is refused and one that there is not are alike."""
        none = "('refused', 'absent')"
        parts = [f"{one} IS DISTINCT FROM {other}" for one, other in (self.status, self.low, self.high)]
        return f"(({' OR '.join(parts)}) AND NOT ({self.status.before} IN {none} AND {self.status.after} IN {none}))"

    def settled(self, side: int) -> str:
        return f"CASE WHEN {self.status[side]} = 'undetermined' THEN 0 ELSE coalesce({self.high[side]}, 0) END"

    def least(self, side: int) -> str:
        """What is paid at least, an accord that is awaited taken as given."""
        return f"CASE WHEN {self.status[side]} = 'undetermined' THEN 0 ELSE {self.high[side]} END"


@dataclass(frozen=True, slots=True)
class Compared:
    """Where the facts of dossiers stand, and what either policy found of them; every list of theirs is given."""

    database: Database
    meeting: Meeting
    facts: str
    found: Sides

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self.database.execute(query).fetchall()
        return rows

    def table(self, entity: str | None) -> str:
        """The name of the table of a scope, the same in each schema."""
        if entity is None:
            return quoted(DOSSIERS)
        before, after = self.meeting.policies
        return quoted((before.entities.get(entity) or after.entities[entity]).list_key)

    def both(self, entity: str | None) -> str:
        """The rows of a scope as both policies found them, for a FROM."""
        table = self.table(entity)
        return f"{self.found.before}.{table} A JOIN {self.found.after}.{table} B USING ({keys(entity)})"

    def pair(self, entity: str | None) -> Pair:
        comparer = self.meeting.comparer
        return comparer.own if entity is None else comparer.entities[entity]

    def lines(self, entity: str | None) -> Iterator[Line]:
        for name, one, other in self.pair(entity).grants:
            sides = [_side(alias, name, there=at is not None) for alias, at in (("A", one), ("B", other))]
            yield Line(name, *(Sides(before, after) for before, after in zip(*sides, strict=True)))

    @property
    def scopes(self) -> tuple[str | None, ...]:
        """The dossier's, then those of entities."""
        return None, *self.meeting.comparer.entities

    def units(self, entity: str | None) -> str:
        """The table of what becomes of those of a scope; `make` makes it."""
        return f"{_UNITS}.{self.table(entity)}"

    def make(self) -> None:
        """Makes the tables of units anew: what each gets before and after, and what kind of change that is."""
        self.database.execute(f"CREATE SCHEMA IF NOT EXISTS {_UNITS}")
        for entity in self.meeting.comparer.entities:
            rows = f"SELECT {keys(entity)}, {self._sums(entity)} FROM {self.both(entity)}"  # noqa: S608
            self._make(entity, rows, "")
        parts = [f"SELECT {NUMBER}, {self._sums(None)} FROM {self.both(None)}"]  # noqa: S608
        parts += [
            f"SELECT {NUMBER}, changes, before, after, low, high FROM {self.units(entity)}"  # noqa: S608
            for entity in self.meeting.comparer.entities
        ]
        whole = (
            f"SELECT {NUMBER}, bool_or(changes) AS changes, sum(before) AS before, sum(after) AS after, "  # noqa: S608
            "CASE WHEN count(*) = count(low) THEN sum(low) END AS low, "
            f"CASE WHEN count(*) = count(high) THEN sum(high) END AS high "
            f"FROM ({' UNION ALL '.join(parts)}) GROUP BY {NUMBER}"
        )
        outcomes = f"SELECT {NUMBER}, A.outcome AS outcome_before, B.outcome AS outcome_after FROM {self.both(None)}"  # noqa: S608
        rows = f"SELECT U.*, outcome_before, outcome_after FROM ({whole}) U JOIN ({outcomes}) USING ({NUMBER})"  # noqa: S608
        self._make(None, rows, f"WHEN NOT changes AND outcome_before <> outcome_after THEN {literal(Kind.STATUS)} ")

    def _make(self, entity: str | None, rows: str, first: str) -> None:
        kind = (
            f"CASE {first}WHEN NOT changes THEN {literal(Kind.SAME)} WHEN low > 0 THEN {literal(Kind.GAIN)} "
            f"WHEN high < 0 THEN {literal(Kind.LOSS)} WHEN low = 0 AND high = 0 THEN {literal(Kind.STATUS)} "
            f"ELSE {literal(Kind.OPEN)} END"
        )
        told = f"SELECT *, {kind} AS kind FROM ({rows})"  # noqa: S608
        self.database.execute(f"CREATE OR REPLACE TABLE {self.units(entity)} AS {told}")

    def _sums(self, entity: str | None) -> str:
        """Over the grants of a row: whether any changes, the sums, and by how much they change at least and at most."""
        lines = list(self.lines(entity))
        changes = " OR ".join(line.changes for line in lines) or "FALSE"
        sums = [_sum(line.settled(side) for line in lines) for side in (0, 1)]
        low = _sum(f"CASE WHEN {line.changes} THEN {line.least(1)} - {line.high.before} ELSE 0 END" for line in lines)
        high = _sum(f"CASE WHEN {line.changes} THEN {line.high.after} - {line.least(0)} ELSE 0 END" for line in lines)
        return f"{changes} AS changes, {sums[0]} AS before, {sums[1]} AS after, {low} AS low, {high} AS high"


def keys(entity: str | None) -> str:
    """The columns that tell the rows of a scope apart."""
    return NUMBER if entity is None else f"{NUMBER}, {POSITION}"


def _sum(parts: Iterator[str]) -> str:
    return " + ".join(f"({part})" for part in parts) or "CAST(0 AS HUGEINT)"


def _side(alias: str, grant: str, *, there: bool) -> tuple[str, str, str]:
    """A grant as one policy found it; one that it has not is absent, and comes to nothing."""
    if not there:
        return "'absent'", "CAST(0 AS HUGEINT)", "CAST(0 AS HUGEINT)"
    column = {part: f"{alias}.{quoted(f'{grant}.{part}')}" for part in ("status", "low", "high")}
    return column["status"], _cents(column["low"]), _cents(column["high"])


def _cents(amount: str) -> str:
    return f"CAST({amount} * 100 AS HUGEINT)"
