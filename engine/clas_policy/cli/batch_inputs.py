"""What many dossiers are read from: JSON as ``evaluate`` reads it, and tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias

from clas_policy.batch.reading import lines_bulk
from clas_policy.batch.reading.lines_bulk import Line
from clas_policy.batch.reading.pool import Bundle, NamesOf, Pool
from clas_policy.batch.reading.sets import OLD, SUFFIXES, TableSet, TakeBulk, is_table, old_format, table_sets
from clas_policy.cli import inputs
from clas_policy.cli.inputs import Given, Readers
from clas_policy.problem import Problem
from clas_policy.reading import json_text

_BUFFER: Final = 1 << 20

Item: TypeAlias = Given | Bundle | Problem | int
"""A dossier, the rows of one, what is said of a whole table, or how many dossiers were taken in bulk."""
TakeLines: TypeAlias = Callable[[str, Iterator[Line]], Iterator[Line | int]]
"""Takes what is sure of the lines of a file in bulk; gives the others, and how many were taken."""


class Inputs:
    """The dossiers of a command line, one at a time; `at` is how far the reading has come, from 0 to 1."""

    def __init__(self, names: Sequence[str], readers: Readers) -> None:
        self.files = inputs.paths(names, readers, (*inputs.SUFFIXES, *SUFFIXES, *OLD))
        self._readers = readers
        self._sizes = {name: _size(name) for name in self.files}
        self._total = max(1, sum(self._sizes.values()))
        self._done = 0
        self._lines = 0
        self._pool: Pool | None = None
        self._part = 0

    @property
    def at(self) -> float:
        current = self._lines if self._pool is None else self._pool.at * self._part
        return min(1.0, (self._done + current) / self._total)

    def items(
        self, stdin: BinaryIO, names_of: NamesOf, bulk: TakeBulk | None = None, lines: TakeLines | None = None
    ) -> Iterator[Item]:
        """Everything that was named, files in their order, tables that are joined at the first of them."""
        tables = [name for name in self.files if self._is_table(name)]
        sets = {one.names[0]: one for one in table_sets([name for name in tables if not name.lower().endswith(OLD)])}
        for is_one, names in groupby(self.files, key=self._is_table):
            if not is_one:
                for name in names:
                    if lines is not None and name.endswith(inputs.LINES) and self._sizes[name] >= lines_bulk.LEAST:
                        yield from self._in_bulk(name, lines)
                    else:
                        yield from self._json([name], stdin)
                continue
            for name in names:
                if name.lower().endswith(OLD):
                    yield old_format(name)
                elif name in sets:
                    yield from self._tables(sets[name], names_of, bulk)

    def _is_table(self, name: str) -> bool:
        """Whether a file is read as a table: unless a plugin reads files that are named so."""
        return is_table(name) and not name.endswith(tuple(self._readers()))

    def _in_bulk(self, name: str, take: TakeLines) -> Iterator[Item]:
        """The lines that are not sure, one at a time, and how many others were taken.

        What is wrong with the file is said after the lines before it; what else is wrong, as with the folder of
        temporary files, is no fault of the file.
        """
        faults: list[OSError] = []
        for found in take(name, self._counted(name, faults)):
            yield found if isinstance(found, int) else Given(name, *found)
        if faults:
            yield inputs.whole(name)
        self._end_of(name)

    def _counted(self, name: str, faults: list[OSError]) -> Iterator[Line]:
        try:
            with Path(name).open("rb", buffering=_BUFFER) as stream:
                for number, line in json_text.iter_ndjson(stream):
                    self._lines += len(line) + 1
                    yield number, line
        except OSError as error:
            faults.append(error)

    def _json(self, names: list[str], stdin: BinaryIO) -> Iterator[Item]:
        file = None
        for given in inputs.dossiers(names, stdin, self._readers):
            if given.file != file:
                self._end_of(file)
                file = given.file
            self._lines += len(given.data) + 1
            yield given
        self._end_of(file)

    def _end_of(self, file: str | None) -> None:
        self._done += self._sizes.get(file or "", 0)
        self._lines = 0

    def _tables(self, together: TableSet, names_of: NamesOf, bulk: TakeBulk | None) -> Iterator[Item]:
        size = sum(self._sizes[name] for name in together.names)
        told = 0
        for pool in together.pools(names_of, bulk):
            yield from together.notices[told:]
            told = len(together.notices)
            self._pool, self._part = pool, size
            yield from pool.bundles()
            self._pool = None
        self._done += size
        yield from together.notices[told:]
        yield from together.problems


def _size(name: str) -> int:
    try:
        return 0 if name == "-" else Path(name).stat().st_size
    except OSError:
        return 0
