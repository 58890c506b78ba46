"""Files of tables that belong together, opened and sorted out; what is wrong with one does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

from clas_policy.batch.reading.csv_table import CsvTable
from clas_policy.batch.reading.header import Header, empty_table, read_header
from clas_policy.batch.reading.names import Key, Names
from clas_policy.batch.reading.parquet_table import ParquetTable
from clas_policy.batch.reading.pool import NamesOf, Pool
from clas_policy.batch.reading.sorting_out import joined_alike
from clas_policy.batch.reading.table import Table
from clas_policy.batch.reading.xlsx_table import xlsx_tables
from clas_policy.problem import DossierError, Message, Problem
from clas_policy.source import Span

CSV: Final = (".csv", ".tsv")
XLSX: Final = (".xlsx", ".xlsm")
PARQUET: Final = (".parquet",)
SUFFIXES: Final = (*CSV, *XLSX, *PARQUET)
OLD: Final = (".xls", ".ods", ".xlsb")
"""Workbooks that are refused by name."""


TakeBulk: TypeAlias = Callable[[list[Header]], list[Names]]
"""Takes what is sure of some tables, and gives the columns of the policies that their dossiers meet."""


@dataclass(slots=True)
class TableSet:
    """Some files whose tables may be joined to each other, and what was said of them."""

    names: list[str]
    notices: list[Problem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def pools(self, names_of: NamesOf, bulk: TakeBulk | None = None) -> Iterator[Pool]:
        """The tables that are read together; `problems` holds what is wrong with those that are not read.

        A table that has all of a dossier is read by itself. `bulk` may take what is sure of some tables before: then
        the pool has what is left.
        """
        with ExitStack() as closing:
            headers = list(self._headers(closing))
            alone = all(Key.PERIOD in header.keys for header in headers)
            for together in [[header] for header in headers] if alone else [headers]:
                try:
                    known: list[Names] = []
                    if bulk is not None and all(isinstance(header.table, ParquetTable) for header in together):
                        known = bulk(joined_alike(together))
                    pool = Pool(together, names_of, known)
                except DossierError as error:
                    self.problems += error.problems
                    continue
                yield pool

    def _headers(self, closing: ExitStack) -> Iterator[Header]:
        for name in self.names:
            try:
                yield from self._of_file(name, closing)
            except DossierError as error:
                self.problems += error.problems

    def _of_file(self, name: str, closing: ExitStack) -> Iterator[Header]:
        path = Path(name)
        if name.lower().endswith(XLSX):
            yield from self._of_workbook(name, closing)
            return
        kind = ParquetTable if name.lower().endswith(PARQUET) else CsvTable
        table: Table = kind(path, name, closing)
        self.notices += table.notices
        header = read_header(table)
        if header is None:
            raise DossierError([empty_table(table)])
        yield header

    def _of_workbook(self, name: str, closing: ExitStack) -> Iterator[Header]:
        """The sheets that are tables; where there is one, the others are only named."""
        found: list[Header] = []
        others: list[tuple[str, Problem]] = []
        for table in xlsx_tables(Path(name), name, closing):
            if isinstance(table, Problem):
                self.problems.append(table)
                continue
            try:
                header = read_header(table)
            except DossierError as error:
                others += [(table.sheet or "", problem) for problem in error.problems]
                continue
            if header is not None:
                self.notices += table.notices
                found.append(header)
        for sheet, problem in others:
            if found and problem.code == "CLAS-B104":
                message = Message("the sheet `{sheet}` has no column of dossiers: it is not read", {"sheet": sheet})
                span = Span(name, 1, 1, 1, 1)
                self.notices.append(Problem("CLAS-B137", message, span, path=sheet, severity="note"))
            else:
                self.problems.append(problem)
        if not found and not others and not self.problems:
            self.problems.append(Problem("CLAS-B136", Message("the workbook has no table"), Span(name, 1, 1, 1, 1)))
        yield from found


def table_sets(names: Sequence[str]) -> list[TableSet]:
    """The files, a workbook by itself, CSV and Parquet files with those of their kind; in the order of their firsts."""
    sets: list[TableSet] = []
    kinds: dict[str, TableSet] = {}
    for name in names:
        kind = next((suffixes[0] for suffixes in (CSV, PARQUET) if name.lower().endswith(suffixes)), name)
        if kind not in kinds:
            kinds[kind] = TableSet([])
            sets.append(kinds[kind])
        kinds[kind].names.append(name)
    return sets


def old_format(name: str) -> Problem:
    """What is said of a workbook of another format."""
    hint = Message("save it as `.xlsx`, or as CSV")
    message = Message("workbooks are read from `.xlsx` files only")
    return Problem("CLAS-B120", message, Span(name, 1, 1, 1, 1), hint=hint)


def is_table(name: str) -> bool:
    return name.lower().endswith((*SUFFIXES, *OLD))
