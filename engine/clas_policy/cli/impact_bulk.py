"""Dossiers of an impact that wait in a database until all are read: there they are compared at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import Final, Self

from clas_policy.batch import engine
from clas_policy.batch.impact.counting import count
from clas_policy.batch.impact.meeting import Meeting
from clas_policy.batch.impact.tally import Tally
from clas_policy.batch.impact.unit_tables import Compared, Sides
from clas_policy.batch.quoting import quoted
from clas_policy.batch.reading import parquet_bulk
from clas_policy.batch.reading.header import Header
from clas_policy.batch.reading.lines_bulk import Line, LinesBulk
from clas_policy.batch.reading.names import Key, Names
from clas_policy.batch.reading.parquet_table import ParquetTable
from clas_policy.batch.report.explaining import read_dossiers
from clas_policy.batch.report.source import Source
from clas_policy.batch.tables import DOSSIERS, NUMBER
from clas_policy.batch.writing.deciding import BySql, Decider, decider
from clas_policy.batch.writing.shelf import IDS, Shelf
from clas_policy.batch.writing.store import Store, Twin
from clas_policy.cli.batch_inputs import Item
from clas_policy.cli.batch_run import Taken
from clas_policy.cli.inputs import Given
from clas_policy.explain import Evaluator
from clas_policy.frozen import dataclass
from clas_policy.model.dossier import Dossier
from clas_policy.model.policy import Policy
from clas_policy.problem import PolicyError

_TOGETHER: Final = 2000
"""So many dossiers are held, or made again of their rows, at once."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two policies that SQL can compare; `policy` is the first of them, under a name that no other pair has."""

    meeting: Meeting
    policy: Policy
    names: Names
    deciders: tuple[BySql, BySql]
    held: list[Taken]


class Bulk:
    """The dossiers that wait, by the pair of policies that they meet; as a context it ends with its database.

    `meeting_of` finds the pair of a period and a department (None: none that reads all dossiers alike), `taken` is
    told how many dossiers of a table were taken unread.
    """

    def __init__(
        self, store: Store, meeting_of: Callable[[str, str | None], Meeting | None], taken: Callable[[int], None]
    ) -> None:
        self._store = store
        self._meeting_of = meeting_of
        self._taken = taken
        self._pairs: dict[int, _Pair | None] = {}
        self._number = 0
        self._held = 0
        self._lines = LinesBulk(store.connection, store.folder, self.names_of, self._take_schema)
        self._lines_of: str | None = None

    def __enter__(self) -> Self:
        self._lines.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lines.__exit__(kind, error, trace)

    def names_of(self, period: str, department: str | None) -> Names | None:
        """The columns of dossiers of a period and a department, where they can wait here."""
        meeting = self._meeting_of(period, department)
        pair = self._pair(meeting) if meeting is not None else None
        return pair.names if pair is not None else None

    def _pair(self, meeting: Meeting) -> _Pair | None:
        """The pair of a meeting, made ready; None where SQL cannot honour one of the two."""
        if id(meeting) not in self._pairs:
            pair = None
            found: Sequence[Decider | None] = (None, None)
            with suppress(PolicyError):  # what no table can hold is decided without
                found = [decider(Evaluator(policy))[0] for policy in meeting.policies]
            before, after = found
            if isinstance(before, BySql) and isinstance(after, BySql):
                policy = replace(meeting.policies[0], id=f"{meeting.policies[0].id}#{len(self._pairs)}")
                pair = _Pair(meeting, policy, Names(policy), (before, after), [])
            self._pairs[id(meeting)] = pair
        return self._pairs[id(meeting)]

    def _of(self, policy: Policy) -> _Pair:
        return next(pair for pair in self._pairs.values() if pair is not None and pair.policy is policy)

    def take_tables(self, headers: list[Header]) -> list[Names]:
        """Takes what is sure of some tables without looking at it row by row."""
        base, known = self._number, []
        top = next((header.table.file for header in headers if Key.PERIOD in header.keys), "")
        for names, made, taken in parquet_bulk.take(self._store.connection, headers, self.names_of, base):
            known.append(names)
            self._store.add_views(names.policy, self._of(names.policy).deciders[0], made.schema, (top, base))
            self._taken(taken)
        counts = (header.table.count for header in headers if isinstance(header.table, ParquetTable))
        self._number += max(counts, default=0) + 1  # so that other tables begin elsewhere, even after empty ones
        return known

    def take_lines(self, file: str, lines: Iterator[Line]) -> Iterator[Line | int]:
        """Takes what is sure of the lines of a file; gives the others, and how many were taken."""
        self._lines_of = file
        yield from self._lines.over(lines, self._number)
        self._number = max(self._number, self._lines.base + self._lines.last)
        self._lines_of = None

    def _take_schema(self, names: Names, schema: str) -> None:
        by_sql = self._of(names.policy).deciders[0]
        self._store.add_views(names.policy, by_sql, schema, (self._lines_of or "", self._lines.base))

    def keep(self, meeting: Meeting, dossier: Dossier, item: Item | None) -> bool:
        """Keeps a dossier that was read by itself, if it can wait here with the others."""
        pair = self._pair(meeting)
        if pair is None:
            return False
        file, line, number = self._place(item)
        number = self._number if number is None else number
        self._number = max(self._number, number + 1)
        pair.held.append(Taken(number, file, line, dossier))
        self._held += 1
        if self._held >= _TOGETHER:
            self._put()
        return True

    def _place(self, item: Item | None) -> tuple[str, int, int | None]:
        """Where a dossier was read, and its number where what it was read from has given it one."""
        if isinstance(item, Given):
            base = self._lines.base if item.file == self._lines_of else None
            return item.file, item.first_line, None if base is None else base + item.first_line - 1
        if item is None or not hasattr(item, "first"):
            return "", 0, None
        header, row = item.first
        base = header.table.base if isinstance(header.table, ParquetTable) else None
        return header.table.file, row.line, None if base is None else base + row.number - 1

    def _put(self) -> None:
        self._lines.settle()
        for pair in self._pairs.values():
            if pair is not None and pair.held:
                self._store.add(pair.policy, pair.deciders[0], pair.held)
                pair.held.clear()
        self._held = 0

    def finish(self, tally: Tally) -> Sequence[Twin]:
        """Compares all that waits; the dossiers that were read twice are given back, the first of each is counted."""
        self._put()
        twins = self._store.twins()
        for number, pair in enumerate(self._pairs.values()):
            if pair is not None and pair.policy.id in self._store.shelves:
                shelf = self._store.shelf(pair.policy)
                if twins:
                    self._drop(shelf, f"{NUMBER} NOT IN (SELECT {NUMBER} FROM {IDS}.{DOSSIERS})")  # noqa: S608
                self._compare(pair, shelf, number, tally)
        return twins

    def _drop(self, shelf: Shelf, where: str) -> None:
        for table in shelf.facts:
            self._store.connection.execute(
                f"DELETE FROM {shelf.facts_schema}.{quoted(table.name)} WHERE {where}"  # noqa: S608
            )

    def _compare(self, pair: _Pair, shelf: Shelf, number: int, tally: Tally) -> None:
        """Counts in the database the dossiers whose lists are all given; the others, one after the other."""
        lists = [f"NOT {quoted(entity.list_key)}" for entity in pair.policy.entities.values()]
        if lists:
            absent = " OR ".join(lists)
            self._one_by_one(pair, shelf, f"WHERE {absent}", tally)
            numbers = f"SELECT {NUMBER} FROM {shelf.facts_schema}.{quoted(DOSSIERS)} WHERE {absent}"  # noqa: S608
            self._drop(shelf, f"{NUMBER} IN ({numbers})")
        after = replace(pair.meeting.policies[1], id=f"{pair.policy.id}+")
        other = Shelf(self._store.connection, self._store.folder, after, len(self._pairs) + number)
        try:
            pair.deciders[0].decide_all(shelf, shelf.facts_schema)
            pair.deciders[1].decide_all(other, shelf.facts_schema)
            found = Sides(shelf.found_schema, other.found_schema)
            counted = count(Compared(self._store.connection, pair.meeting, shelf.facts_schema, found), tally.breakdowns)
        except engine.EngineError:  # sums that no type of a database holds
            self._one_by_one(pair, shelf, "", tally)
        else:
            tally.take(counted)

    def _one_by_one(self, pair: _Pair, shelf: Shelf, where: str, tally: Tally) -> None:
        """Compares dossiers that are made again of their rows."""
        tables = {table.entity: f"{shelf.facts_schema}.{quoted(table.name)}" for table in shelf.facts}
        source = Source(self._store.connection, pair.policy, tables, {})
        numbers = [row[0] for row in source.select(NUMBER, source.table(None), f"{where} ORDER BY {NUMBER}")]
        for start in range(0, len(numbers), _TOGETHER):
            for dossier in read_dossiers(source, numbers[start : start + _TOGETHER]):
                tally.add(dossier, pair.meeting.compare(dossier, dossier), pair.meeting)
