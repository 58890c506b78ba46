"""One run over many dossiers: each is read, meets its policy, is decided with others, and what is bad is set apart."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from clas_policy.batch.reading import bundles, parquet_bulk
from clas_policy.batch.reading.bundles import BundleReader
from clas_policy.batch.reading.cell import Row, full_text
from clas_policy.batch.reading.header import Header
from clas_policy.batch.reading.lines_bulk import Line, LinesBulk
from clas_policy.batch.reading.names import Key, Names
from clas_policy.batch.reading.parquet_table import ParquetTable
from clas_policy.batch.reading.pool import Bundle
from clas_policy.batch.writing.deciding import BySql, Decider, decider
from clas_policy.batch.writing.destination import Destination
from clas_policy.batch.writing.store import Store
from clas_policy.cli import streams
from clas_policy.cli.app import code_of
from clas_policy.cli.batch_inputs import Inputs, Item
from clas_policy.cli.batch_progress import Progress
from clas_policy.cli.batch_rejects import Rejects, Set
from clas_policy.cli.exit_codes import ExitCode
from clas_policy.cli.inputs import Given
from clas_policy.cli.interrupts import Interrupts
from clas_policy.cli.session import Bench, Session
from clas_policy.cli.settings import Settings
from clas_policy.cli.told_once import ToldOnce
from clas_policy.frozen import dataclass
from clas_policy.model.dossier import Dossier
from clas_policy.model.policy import Policy
from clas_policy.problem import ClasPolicyError, DossierError, Message, PluginError, PolicyError, Problem
from clas_policy.reading import json_text
from clas_policy.reading.dossier import Selection, selection
from clas_policy.source import Span

_TOGETHER: Final = 2000
"""So many dossiers are held before they are decided: what bounds the memory of a run."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A dossier that was read, its number in the order of the input and its place."""

    number: int
    file: str
    line: int
    dossier: Dossier


class BatchRun:
    """Reads everything that is named and decides it; what is found is in the store."""

    offers_rejects = True
    """Whether the user may ask for a file of all that is set apart."""

    def __init__(
        self,
        settings: Settings,
        session: Session,
        store: Store,
        destination: Destination | None = None,
        rejects: Rejects | None = None,
    ) -> None:
        self._settings = settings
        self._session = session
        self.store = store
        self._destination = destination
        self._rejects = rejects
        self._names: dict[str, Names] = {}
        self._bench_of: dict[str, Bench] = {}
        self._number = 0
        self._readers: dict[str, BundleReader] = {}
        self._deciders: dict[str, Decider] = {}
        self._waiting: dict[str, tuple[Bench, list[Taken]]] = {}
        self._held = 0
        self.codes: list[ExitCode] = []
        self.seen = self.taken = self.rejected = 0
        self.started = time.monotonic()
        self.progress = Progress(settings)
        self._told = ToldOnce(settings, self.progress)
        self._lines = LinesBulk(store.connection, store.folder, self._names_for_sql, self._decide_lines)
        self._lines_of: str | None = None

    def over(self, inputs: Inputs) -> None:
        """Decides every dossier, the good ones whatever the bad ones are; raises KeyboardInterrupt between two."""
        interrupts = Interrupts()
        with interrupts.heard(), self._lines:
            for item in inputs.items(sys.stdin.buffer, self.names_of, self._bulk, self._take_lines):
                interrupts.begin()
                self._one(item)
                interrupts.end()
                self.progress.tell(self.seen, inputs.at)
            interrupts.begin()
            self._decide()
            for policy_id, shelf in self.store.shelves.items():
                self._deciders[policy_id].finish(shelf)
            self._twins()
            interrupts.end()
        self.progress.clear()
        self._told.end(with_rejects=self.offers_rejects and self._rejects is None)

    def _bulk(self, headers: list[Header]) -> list[Names]:
        """Decides what is sure of some tables without looking at it row by row."""
        base, known = self._number, []
        top = next((header.table.file for header in headers if Key.PERIOD in header.keys), "")
        for names, made, count in parquet_bulk.take(self.store.connection, headers, self._names_for_sql, base):
            policy = names.policy
            known.append(names)
            self._claim(policy)
            by_sql = self._decider(self._bench_of[policy.id])
            assert isinstance(by_sql, BySql)  # noqa: S101 - `_names_for_sql` gives no other
            self.store.add_views(policy, by_sql, made.schema, (top, base))
            self.seen += count
            self.taken += count
        counts = (header.table.count for header in headers if isinstance(header.table, ParquetTable))
        self._number += max(counts, default=0) + 1  # so that other tables begin elsewhere, even after empty ones
        return known

    def _take_lines(self, file: str, lines: Iterator[Line]) -> Iterator[Line | int]:
        self._lines_of = file
        yield from self._lines.over(lines, self._number)
        self._number = max(self._number, self._lines.base + self._lines.last)
        self._lines_of = None

    def _decide_lines(self, names: Names, schema: str) -> None:
        """Decides the dossiers of lines that were taken in bulk."""
        policy = names.policy
        self._claim(policy)
        by_sql = self._decider(self._bench_of[policy.id])
        assert isinstance(by_sql, BySql)  # noqa: S101 - `_names_for_sql` gives no other
        self.store.add_views(policy, by_sql, schema, (self._lines_of or "", self._lines.base))

    def _names_for_sql(self, period: str, department: str | None) -> Names | None:
        """The columns of the policy that a period and a department select, where SQL can decide it."""
        names = self.names_of(period, department)
        if names is None:
            return None
        bench = self._session.bench(Selection(period, department, ""))
        self._bench_of[names.policy.id] = bench
        try:
            decider = self._decider(bench)
        except PolicyError:
            return None  # which is said where its dossiers are read
        return names if isinstance(decider, BySql) and not bench.derives else None

    def names_of(self, period: str, department: str | None) -> Names | None:
        """The columns of the policy that a period and a department select; None where there is none."""
        try:
            bench = self._session.bench(Selection(period, department, ""))
        except (PolicyError, PluginError):
            return None
        return self._names_of(bench.policy)

    def _names_of(self, policy: Policy) -> Names:
        if policy.id not in self._names:
            choice = self._session.choice
            keeps = choice.without_plugins or choice.national
            self._names[policy.id] = Names(policy, keep_unknown=keeps)
        return self._names[policy.id]

    def _one(self, item: Item) -> None:
        if isinstance(item, Problem):
            self._told.say([item])
            if item.severity == "error":
                self.codes.append(ExitCode.DOSSIER)
                self._set_apart(Set(item.span.file if item.span else "", 0, None, (item,)), counts=False)
            return
        if isinstance(item, Bundle) and item.join is None:
            # A row of no dossier: something to correct, and not one more dossier.
            header, row = item.first
            self._bad(header.table.file, row.line, DossierError(item.problems), _cells(item), counts=False)
            return
        if isinstance(item, int):
            self.seen += item
            self.taken += item
            return
        self.seen += 1
        if isinstance(item, Given):
            number = self._lines.base + item.first_line - 1 if item.file == self._lines_of else None
            self._guarded((item.file, item.first_line), lambda: self._of_json(item), lambda: _text(item), number)
        else:
            header, row = item.first
            base = header.table.base if isinstance(header.table, ParquetTable) else None
            number = None if base is None else base + row.number - 1
            self._guarded((header.table.file, row.line), lambda: self._of_rows(item), lambda: _cells(item), number)

    def _guarded(
        self,
        place: tuple[str, int],
        read: Callable[[], tuple[Bench, Dossier]],
        written: Callable[[], object],
        number: int | None = None,
    ) -> None:
        """Reads a dossier and keeps it, under the next number unless its table has given it one."""
        file, line = place
        try:
            bench, dossier = read()
            number = self._number if number is None else number
            self._take(bench, Taken(number, file, line, dossier))
            self._number = max(self._number, number + 1)
        except (DossierError, PluginError, PolicyError) as error:
            self._bad(file, line, error, written())

    def _of_json(self, given: Given) -> tuple[Bench, Dossier]:
        if given.problem is not None:
            raise given.problem
        raw = json_text.parse(given.data, given.file, first_line=given.first_line)
        bench = self._session.bench(selection(raw))
        return bench, bench.reader.read(raw, with_digest=False)

    def _of_rows(self, bundle: Bundle) -> tuple[Bench, Dossier]:
        bench = self._session.bench(bundles.selection(bundle))
        reader = self._readers.get(bench.policy.id)
        if reader is None:
            reader = self._readers[bench.policy.id] = BundleReader(self._names_of(bench.policy))
        return bench, reader.read(bundle)

    def _take(self, bench: Bench, taken: Taken) -> None:
        """Keeps a dossier until it is decided with others of its policy."""
        if bench.derives:
            from clas_policy.plugins import derive

            dossier, problems = derive(bench.policy, taken.dossier, self._session.host)
            taken = Taken(taken.number, taken.file, taken.line, dossier)
            if problems:
                self._told.say(problems)
                self.codes.append(ExitCode.PLUGIN)
        policy = bench.policy
        if policy.id not in self._waiting:
            self._decider(bench)
            self._waiting[policy.id] = (bench, [])
            self._claim(policy)
        self._waiting[policy.id][1].append(taken)
        self.taken += 1
        self._held += 1
        if self._held >= _TOGETHER:
            self._decide()

    def _claim(self, policy: Policy) -> None:
        if self._destination is not None:
            self._destination.claim(entity.list_key for entity in policy.entities.values())

    def _decide(self) -> None:
        self._lines.settle()
        for bench, taken in self._waiting.values():
            if taken:
                self.store.add(bench.policy, self._decider(bench), taken)
                taken.clear()
        self._held = 0

    def _decider(self, bench: Bench) -> Decider:
        """The SQL of a policy; where SQL cannot honour it, that is said, and its dossiers take longer."""
        found = self._deciders.get(bench.policy.id)
        if found is None:
            found, refused = decider(bench.evaluator)
            self._deciders[bench.policy.id] = found
            if refused:
                self._told.say([replace(problem, severity="note") for problem in refused])
                message = Message(
                    "dossiers of `{policy}` are decided one by one, not by SQL", {"policy": bench.policy.id}
                )
                streams.tell(self._settings.say(message))
        return found

    def _twins(self) -> None:
        """Sets apart what was read twice: the first of each stays."""
        for twin in self.store.twins():
            self.taken -= 1
            first = Span(*twin.first, 1, twin.first[1], 1)
            message = Message(
                "the dossier `{id}` was read before, at {place}", {"id": twin.dossier, "place": _place(first)}
            )
            hint = Message("take one of the two out: the first is decided, this one is set apart")
            span = Span(*twin.place, 1, twin.place[1], 1)
            problem = Problem("CLAS-B139", message, span, hint=hint)
            self._bad(*twin.place, DossierError([problem]), None)

    def _bad(self, file: str, line: int, error: ClasPolicyError, written: object, *, counts: bool = True) -> None:
        self.codes.append(code_of(error))
        self._told.say(error.problems, Span(file, line, 1, line, 1))
        self._set_apart(Set(file, line, written, error.problems), counts=counts)

    def _set_apart(self, one: Set, *, counts: bool) -> None:
        self.rejected += counts
        if self._rejects is not None:
            self._rejects.add(one)


def _place(span: Span) -> str:
    return f"{span.file}:{span.line}"


def _text(given: Given) -> str:
    return given.data.decode(errors="backslashreplace")


def _cells(bundle: Bundle) -> list[dict[str, object]]:
    """The rows of a dossier, by their headers, as messages show cells."""
    found: list[tuple[Header, Row]] = []
    if bundle.top is not None:
        found += [(bundle.top, row) for row in bundle.rows]
    for rows in bundle.members.values():
        found += [(header, row) for header, row in rows if header is not bundle.top]
    return [
        {
            text: full_text(row.at(column))
            for column, text in enumerate(header.texts)
            if text is not None and row.at(column) is not None
        }
        for header, row in found
    ]
