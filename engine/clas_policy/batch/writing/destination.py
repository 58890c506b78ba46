"""The places that results are written to: whole or not at all, never over an input."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Protocol

from clas_policy.batch.tables import DOSSIERS
from clas_policy.batch.writing.databases import DuckDbFile, Postgres
from clas_policy.batch.writing.store import Store
from clas_policy.batch.writing.target import DuckDbTarget, FileTarget, PostgresTarget, Target, beside
from clas_policy.batch.writing.texts_out import pour, write_csv, write_ndjson, write_parquet
from clas_policy.frozen import dataclass
from clas_policy.problem import Message, Problem
from clas_policy.reading.files import NewFile, OutputError, keep_together
from clas_policy.source import Span


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a run knows beside what it found: the day of the rules, how many dossiers were set aside, the form asked."""

    as_of: date
    rejected: int = 0
    excel_fr: bool = False


class Destination(Protocol):
    """A place for results; raises OutputError where it cannot be written, as early as that shows."""

    def claim(self, lists: Iterable[str]) -> None:
        """Makes room for the members of these lists, which a policy of the run has."""
        ...

    def write(self, store: Store, given: Circumstances) -> None:
        """Writes everything that was found; nobody sees it before `keep`."""
        ...

    def keep(self) -> None:
        """Puts what was written in its place."""
        ...

    def discard(self) -> None:
        """Leaves everything as it was; does nothing after `keep`."""
        ...

    def names(self, store: Store) -> tuple[str, ...]:
        """What holds the results of a run, as people name it: files, or tables of a database."""
        ...


class Files:
    """A file, and for tables of members one beside it for each list."""

    def __init__(self, target: FileTarget, inputs: Iterable[Path], others: Iterable[Path] = ()) -> None:
        self._target = target
        self._others = {os.path.realpath(other) for other in others}
        self._inputs = list(inputs)
        self._files: dict[str, NewFile] = {DOSSIERS: NewFile(target.path, self._inputs)}

    def claim(self, lists: Iterable[str]) -> None:
        if self._target.kind not in (".csv", ".parquet"):
            return
        for name in lists:
            if name not in self._files:
                path = beside(self._target.path, name)
                if os.path.realpath(path) in self._others:
                    message = Message("two outputs go to the same place")
                    raise OutputError([Problem("CLAS-F005", message, Span(str(path), 1, 1, 1, 2))])
                self._files[name] = NewFile(path, self._inputs)

    def write(self, store: Store, given: Circumstances) -> None:
        match self._target.kind:
            case ".csv":
                for name, file in self._files.items():
                    write_csv(store, name, file, excel_fr=given.excel_fr)
            case ".parquet":
                for name, file in self._files.items():
                    write_parquet(store, name, file)
            case ".xlsx":
                from clas_policy.batch.writing.workbook import write_workbook

                place = store.folder / "out.xlsx"
                write_workbook(store, place, as_of=given.as_of, rejected=given.rejected)
                pour(place, self._files[DOSSIERS])
            case _:
                write_ndjson(store, self._files[DOSSIERS])

    def keep(self) -> None:
        keep_together(self._files.values())

    def discard(self) -> None:
        for file in self._files.values():
            file.discard()

    def names(self, store: Store) -> tuple[str, ...]:  # noqa: ARG002 - files were claimed for its lists
        return tuple(str(file.path) for file in self._files.values())


def destination(target: Target, inputs: Iterable[Path], others: Iterable[Path] = ()) -> Destination:
    """The place of a target, already held where that can be; `others` are what the run writes besides."""
    match target:
        case FileTarget():
            return Files(target, inputs, others)
        case DuckDbTarget():
            return DuckDbFile(target.path, target.table, inputs)
        case PostgresTarget():
            return Postgres(target.address, target.table, target.shown)
