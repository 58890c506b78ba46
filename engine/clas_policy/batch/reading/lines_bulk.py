"""Files of many lines taken in bulk: lines of a sure form go to the database together, by policy.

A line that is not sure is not wrong: it is left to the strict reader, which alone says what is. While the database
works on some lines, the form of the next ones is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self, TypeAlias

from clas_policy.batch.engine import Connection
from clas_policy.batch.reading.line_columns import SEPARATOR, LineColumns
from clas_policy.batch.reading.line_form import LineForm, Selected, is_plain, selected
from clas_policy.batch.reading.names import Names
from clas_policy.batch.reading.pool import NamesOf

LEAST: Final = 2 << 20
"""A file of fewer bytes is read line by line before a database has begun."""
_TOGETHER: Final = 64 << 20
"""So many bytes of lines go to the database at once."""
_BUFFER: Final = 1 << 20
_MOST_POLICIES: Final = 500
_MOST_LANES: Final = 128
"""Each has a file open, of the 256 that some systems allow, and takes a tenth of a second of the database."""
_MOMENT: Final = 0.05

Line: TypeAlias = tuple[int, bytes]
"""A line with its number in the file, from 1."""
Done: TypeAlias = Callable[[Names, str], None]
"""Decides the dossiers of a schema that has the tables of a policy."""


@dataclass(slots=True)
class _Lane:
    """The lines that meet one policy."""

    names: Names
    form: LineForm
    columns: LineColumns
    place: Path
    stream: BinaryIO | None = None
    count: int = 0


@dataclass(frozen=True, slots=True)
class _Made:
    """What came of some lines: how many were decided, and the lines that are left after all."""

    count: int
    left: list[Line]


@dataclass(slots=True)
class LinesBulk:
    """The lines of a file, of which those of one policy become tables in the database.

    The dossier in the first line has the number `base`. As a context it waits for the database, or stops it where it
    is left by an exception.
    """

    connection: Connection
    folder: Path
    names_of: NamesOf
    done: Done
    base: int = 0
    last: int = 0
    """The number of the last line that was taken."""
    _lanes: dict[str, _Lane] = field(default_factory=dict)
    _of: dict[Selected, _Lane | None] = field(default_factory=dict)
    _bytes: int = 0
    _schemas: int = 0
    _worker: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))
    _working: Future[_Made] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while kind is not None:
            try:
                self._stop()
                break
            except KeyboardInterrupt:  # one more ^C: a thread that outlives its connection brings the program down
                continue
        self._worker.shutdown()
        for lane in self._lanes.values():
            if lane.stream is not None:
                with suppress(OSError):  # a full disk, which has been told
                    lane.stream.close()

    def _stop(self) -> None:
        """Stops the database and waits for it; what comes between two queries does not stop the second."""
        while self._working is not None and not self._working.done():
            self.connection.interrupt()
            wait([self._working], _MOMENT)

    def over(self, lines: Iterable[Line], base: int) -> Iterator[Line | int]:
        """Takes the lines that are sure; the others, as they come, and now and then how many have been decided."""
        self.base, self.last = base, 0
        lane: _Lane | None = None
        for number, line in lines:
            if lane is None or not self._is_sure(lane, line):
                other = self._lane(line)
                if other is None or not self._is_sure(other, line):
                    yield number, line
                    continue
                lane = other
            self._hold(lane, number, line)
            if self._bytes >= _TOGETHER:
                yield from self._next()
        yield from self._next()
        yield from self._next()

    def settle(self) -> None:
        """Waits until the database has done what it was given."""
        if self._working is not None:
            self._working.result()

    def _hold(self, lane: _Lane, number: int, line: bytes) -> None:
        if lane.stream is None:
            self._schemas += 1
            lane.place = self.folder / f"lines{self._schemas}.txt"
            lane.stream = lane.place.open("wb", buffering=_BUFFER)
        lane.stream.write(b"%d%b%b\n" % (self.base + number - 1, SEPARATOR, line))
        lane.count += 1
        self._bytes += len(line)
        self.last = number

    def _next(self) -> Iterator[Line | int]:
        """What has come of the lines that the database had; it is given those that are held."""
        if self._working is not None:
            made = self._working.result()
            self._working = None
            yield made.count
            yield from made.left
        held = []
        for lane in self._lanes.values():
            if lane.stream is not None:
                lane.stream.close()
                held.append((lane, lane.place, lane.count))
                lane.stream, lane.count = None, 0
        self._bytes = 0
        if held:
            self._working = self._worker.submit(self._make, held)

    def _make(self, held: list[tuple[_Lane, Path, int]]) -> _Made:
        count, left = 0, []
        for lane, place, lines in held:
            schema = place.stem
            found = lane.columns.make(self.connection, schema, place)
            self.done(lane.names, schema)
            self.connection.execute(f"DROP SCHEMA {schema} CASCADE")
            place.unlink()
            count += lines - len(found)
            left += [(number - self.base + 1, line.encode()) for number, line in found]
        return _Made(count, left)

    def _is_sure(self, lane: _Lane, line: bytes) -> bool:
        """Whether a line is of the form of a lane, and selects its policy."""
        found = lane.form.selects(line)
        return found is not None and self._of.get(found) is lane

    def _lane(self, line: bytes) -> _Lane | None:
        """The lane of the policy that a line selects, by what it says of itself."""
        found = selected(line)
        if found is None or not is_plain(found):
            return None
        if found not in self._of:
            if len(self._of) >= _MOST_POLICIES:
                return None
            names = self.names_of(*found)
            self._of[found] = None if names is None else self._lane_of(names)
        return self._of[found]

    def _lane_of(self, names: Names) -> _Lane | None:
        policy = names.policy
        if any(fact.derivation is not None for fact in policy.facts.values()):
            return None
        if policy.id not in self._lanes:
            if len(self._lanes) >= _MOST_LANES:
                return None
            self._lanes[policy.id] = _Lane(names, LineForm(policy), LineColumns(policy), self.folder)
        return self._lanes[policy.id]
