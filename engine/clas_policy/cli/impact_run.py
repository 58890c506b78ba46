"""One run over many dossiers under two policies: what is compared, what cannot be, and how far it is."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
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

TABLES: Final = (".csv", ".tsv", ".xlsx", ".xlsm", ".parquet", ".xls", ".ods", ".xlsb")
"""What batch reads as tables, named here so that JSON needs none of its libraries."""


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
        self.codes: list[ExitCode] = []
        self.seen = 0
        self.progress = Progress(settings)
        self._told = ToldOnce(settings, self.progress)

    def over(self, given: Sequence[str]) -> None:
        """Compares all dossiers that are named; raises KeyboardInterrupt between two."""
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
        self.seen += 1
        try:
            if isinstance(item, Given):
                self._json(item)
            elif not isinstance(item, int):
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
            self._add(ready.meeting, ready.reader.json(raw), at)

    def _rows(self, bundle: Bundle) -> None:
        from clas_policy.batch.reading import bundles

        ready = self._of(bundles.selection(bundle))
        if ready.reader is not None and ready.meeting is not None:
            header, row = bundle.first
            self._add(ready.meeting, ready.reader.rows(bundle), Span(header.table.file, row.line, 1, row.line, 1))

    def _made_up(self, dossier: Dossier, documents: Documents) -> None:
        ready = self._of(Selection(dossier.period, dossier.department, dossier.id))
        if ready.reader is not None and ready.meeting is not None:
            both = ready.reader.made_up(dossier, lambda: json_text.parse(documents.line(dossier).encode(), dossier.id))
            self._add(ready.meeting, both)

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

        pair = self._sides.pair(Selection(period, department, ""))
        policies = [one for one in (pair.before, pair.after) if isinstance(one, Policy)]
        return Names(policies[0], keep_unknown=not asks_the_same(policies[0], policies[-1])) if policies else None

    def _add(self, meeting: Meeting, both: Both, at: Span | None = None) -> None:
        before, after = both.before, both.after
        if both.problems:
            self._told.say(both.problems)
            self.codes.append(ExitCode.PLUGIN)
        if not isinstance(before, Dossier) or not isinstance(after, Dossier):
            error = before if isinstance(before, DossierError) else after
            if isinstance(error, DossierError):
                self._bad(error, before=isinstance(before, DossierError), after=isinstance(after, DossierError))
            return
        key = before.id, before.period, before.department
        if key in self._seen:
            message = Message("the dossier `{id}` was read before", {"id": before.id})
            hint = Message("take one of the two out: only the first is counted")
            self._bad(DossierError([Problem("CLAS-B434", message, at, hint=hint)]), before=True, after=True)
            return
        self._seen.add(key)
        self.tally.ignored({name.removeprefix("$.") for name in (*before.ignored, *after.ignored)})
        self.tally.add(united(before, after), meeting.compare(before, after), meeting)

    def _bad(self, error: DossierError, *, before: bool, after: bool) -> None:
        self.codes.append(ExitCode.DOSSIER)
        self.tally.not_compared(before=before, after=after)
        self._told.say(error.problems)
