"""One run over many dossiers under two policies: what is compared, what cannot be, and how far it is."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clas_policy.batch.impact.meeting import Meeting, united
from clas_policy.batch.impact.tally import Tally
from clas_policy.batch.population.document import Documents
from clas_policy.batch.population.population import Population
from clas_policy.cli import inputs
from clas_policy.cli.batch_progress import Progress
from clas_policy.cli.exit_codes import ExitCode
from clas_policy.cli.extras import needed
from clas_policy.cli.impact_reading import Both, PairReader, asks_the_same
from clas_policy.cli.impact_set import Replaced
from clas_policy.cli.impact_sides import Pair, Sides
from clas_policy.cli.inputs import Given
from clas_policy.cli.interrupts import Interrupts
from clas_policy.cli.settings import Settings
from clas_policy.cli.told_once import ToldOnce
from clas_policy.frozen import dataclass
from clas_policy.model.dossier import Dossier
from clas_policy.model.policy import Policy
from clas_policy.problem import ClasPolicyError, DossierError, Message, PluginError, PolicyError, Problem
from clas_policy.reading import json_text
from clas_policy.reading.dossier import Selection, selection
from clas_policy.source import Span

if TYPE_CHECKING:
    from clas_policy.batch.reading.names import Names
    from clas_policy.batch.reading.pool import Bundle
    from clas_policy.cli.batch_inputs import Item
    from clas_policy.cli.impact_bulk import Bulk

TABLES: Final = (".csv", ".tsv", ".xlsx", ".xlsm", ".parquet", ".xls", ".ods", ".xlsb")
"""What batch reads as tables, named here so that JSON needs none of its libraries."""
PARQUET: Final = ".parquet"
MUCH: Final = 2 << 20
"""From so many bytes on, a file of lines is worth a database."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """Two policies made ready; None where one of them is not there."""

    pair: Pair
    meeting: Meeting | None
    reader: PairReader | None


class ImpactRun:
    """Compares every dossier; `tally` holds what came of it."""

    def __init__(self, settings: Settings, sides: Sides) -> None:
        self._settings = settings
        self._sides = sides
        self._ready: dict[int, _Ready] = {}
        self._seen: set[tuple[str, str, str | None]] = set()
        self.tally = Tally()
        self.replaced: dict[Replaced, None] = {}
        self._bulk: Bulk | None = None
        self.codes: list[ExitCode] = []
        self.seen = 0
        self.progress = Progress(settings)
        self._told = ToldOnce(settings, self.progress)

    def over(self, given: Sequence[str]) -> None:
        """Compares all dossiers that are named; raises KeyboardInterrupt between two."""
        if self._is_much(given) and self._in_bulk(given):
            return
        if self._are_json(given):
            readers = self._settings.host().readers
            files = inputs.paths(given, readers)
            self._each((one, 0.0) for one in inputs.dossiers(files, sys.stdin.buffer, readers))
            return
        with needed("batch"):
            from clas_policy.cli.batch_inputs import Inputs
        found = Inputs(given, self._settings.host().readers)
        self._each((item, found.at) for item in found.items(sys.stdin.buffer, self._names_of))

    def simulated(self, population: Population, count: int) -> None:
        """Compares made-up dossiers."""
        interrupts = Interrupts()
        documents = Documents(population.policy)
        with interrupts.heard():
            for number, dossier in enumerate(population.dossiers(count), 1):
                interrupts.begin()
                self.seen += 1
                self._made_up(dossier, documents)
                interrupts.end()
                self.progress.tell(number, number / count)
        self._end()

    def _are_json(self, given: Sequence[str]) -> bool:
        """Whether no table is among the inputs, so that the light program can read them."""
        names = inputs.paths(given, self._settings.host().readers, (*inputs.SUFFIXES, *TABLES))
        return not any(name.lower().endswith(TABLES) for name in names)

    def _is_much(self, given: Sequence[str]) -> bool:
        """Whether a database is worth its while: some input can be taken without reading it dossier by dossier."""
        names = inputs.paths(given, self._settings.host().readers, (*inputs.SUFFIXES, *TABLES))
        return any(name.lower().endswith(PARQUET) or (name.endswith(inputs.LINES) and _is_long(name)) for name in names)

    def _in_bulk(self, given: Sequence[str]) -> bool:
        """Compares them in a database, the doubtful ones read by themselves; False where it is not installed."""
        try:
            from clas_policy.batch.writing.store import Store
            from clas_policy.cli.batch_inputs import Inputs
            from clas_policy.cli.impact_bulk import Bulk
        except ModuleNotFoundError:
            return False
        found = Inputs(given, self._settings.host().readers)
        with Store(keep_facts=True) as store, Bulk(store, self._meeting_of, self._taken) as bulk:
            self._bulk = bulk
            items = found.items(sys.stdin.buffer, self._names_of, bulk.take_tables, bulk.take_lines)
            self._each((item, found.at) for item in items)
            for twin in bulk.finish(self.tally):
                file, line = twin.place
                self._twice(twin.dossier, Span(file, line, 1, line, 1))
        self._bulk = None
        self._end()
        return True

    def _meeting_of(self, period: str, department: str | None) -> Meeting | None:
        """The two policies of a period and a department, where both read all dossiers alike."""
        ready = self._found(Selection(period, department, ""))
        return ready.meeting if ready.reader is not None and ready.reader.reads_alike else None

    def _taken(self, count: int) -> None:
        self.seen += count

    def _each(self, items: Iterable[tuple[Item, float]]) -> None:
        interrupts = Interrupts()
        with interrupts.heard():
            for item, at in items:
                interrupts.begin()
                self._one(item)
                interrupts.end()
                self.progress.tell(self.seen, at)
        self._end()

    def _end(self) -> None:
        self.progress.clear()
        self._told.end()

    def _one(self, item: Item) -> None:
        if isinstance(item, Problem):
            self._told.say([item])
            if item.severity == "error":
                self.codes.append(ExitCode.DOSSIER)
            return
        if isinstance(item, int):
            self.seen += item
            return
        self.seen += 1
        try:
            if isinstance(item, Given):
                self._json(item)
            else:
                self._rows(item)
        except DossierError as error:
            self._bad(error, before=True, after=True)

    def _json(self, given: Given) -> None:
        if given.problem is not None:
            raise given.problem
        raw = json_text.parse(given.data, given.file, first_line=given.first_line)
        ready = self._of(selection(raw))
        if ready.reader is not None and ready.meeting is not None:
            at = Span(given.file, given.first_line, 1, given.first_line, 1)
            self._add(ready, ready.reader.json(raw), at, given)

    def _rows(self, bundle: Bundle) -> None:
        from clas_policy.batch.reading import bundles

        ready = self._of(bundles.selection(bundle))
        if ready.reader is not None and ready.meeting is not None:
            header, row = bundle.first
            self._add(ready, ready.reader.rows(bundle), Span(header.table.file, row.line, 1, row.line, 1), bundle)

    def _made_up(self, dossier: Dossier, documents: Documents) -> None:
        ready = self._of(Selection(dossier.period, dossier.department, dossier.id))
        if ready.reader is not None and ready.meeting is not None:
            both = ready.reader.made_up(dossier, lambda: json_text.parse(documents.line(dossier).encode(), dossier.id))
            self._add(ready, both)

    def _of(self, chosen: Selection) -> _Ready:
        """The policies that a dossier meets; where one is not there, that is said and counted."""
        ready = self._found(chosen)
        if ready.meeting is None:
            missing = [isinstance(one, ClasPolicyError) for one in (ready.pair.before, ready.pair.after)]
            self.tally.not_compared(before=missing[0], after=missing[1])
            for error in (ready.pair.before, ready.pair.after):
                if isinstance(error, PluginError | PolicyError):
                    self.codes.append(ExitCode.PLUGIN if isinstance(error, PluginError) else ExitCode.POLICY)
                    self._told.say(error.problems)
        return ready

    def _found(self, chosen: Selection) -> _Ready:
        pair = self._sides.pair(chosen)
        ready = self._ready.get(id(pair))
        if ready is None:
            before, after = pair.before, pair.after
            ready = _Ready(pair, None, None)
            if isinstance(before, Policy) and isinstance(after, Policy):
                meeting = Meeting(before, after)
                self.tally.expect(meeting)
                self.replaced |= dict.fromkeys(pair.replaced)
                ready = _Ready(pair, meeting, PairReader(before, after, self._settings.host()))
            self._ready[id(pair)] = ready
        return ready

    def _names_of(self, period: str, department: str | None) -> Names | None:
        """The columns that a table may have: those of the policy before; of the one after where there is no other."""
        from clas_policy.batch.reading.names import Names

        if self._bulk is not None and (names := self._bulk.names_of(period, department)) is not None:
            return names
        pair = self._sides.pair(Selection(period, department, ""))
        policies = [one for one in (pair.before, pair.after) if isinstance(one, Policy)]
        return Names(policies[0], keep_unknown=not asks_the_same(policies[0], policies[-1])) if policies else None

    def _add(self, ready: _Ready, both: Both, at: Span | None = None, item: Item | None = None) -> None:
        meeting, reader = ready.meeting, ready.reader
        assert meeting is not None  # noqa: S101 - nothing is read of a pair that is not there
        assert reader is not None  # noqa: S101
        before, after = both.before, both.after
        if both.problems:
            self._told.say(both.problems)
            self.codes.append(ExitCode.PLUGIN)
        if not isinstance(before, Dossier) or not isinstance(after, Dossier):
            error = before if isinstance(before, DossierError) else after
            if isinstance(error, DossierError):
                self._bad(error, before=isinstance(before, DossierError), after=isinstance(after, DossierError))
            return
        if self._bulk is not None and reader.reads_alike and self._bulk.keep(meeting, before, item):
            return
        key = before.id, before.period, before.department
        if key in self._seen:
            self._twice(before.id, at)
            return
        self._seen.add(key)
        self.tally.ignored({name.removeprefix("$.") for name in (*before.ignored, *after.ignored)})
        self.tally.add(united(before, after), meeting.compare(before, after), meeting)

    def _twice(self, name: str, at: Span | None) -> None:
        message = Message("the dossier `{id}` was read before", {"id": name})
        hint = Message("take one of the two out: only the first is counted")
        self._bad(DossierError([Problem("CLAS-B434", message, at, hint=hint)]), before=True, after=True)

    def _bad(self, error: DossierError, *, before: bool, after: bool) -> None:
        self.codes.append(ExitCode.DOSSIER)
        self.tally.not_compared(before=before, after=after)
        self._told.say(error.problems)


def _is_long(name: str) -> bool:
    try:
        return Path(name).stat().st_size >= MUCH
    except OSError:
        return False
