"""Results as a workbook for people, in French: a summary, the dossiers, the members of each list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from clas_policy.batch import xlsx_out
from clas_policy.batch.tables import DOSSIERS, Column, Kind
from clas_policy.batch.writing.found import OUTCOME, STATUS
from clas_policy.batch.writing.labels import OUTCOMES, STATUSES, labels
from clas_policy.batch.writing.store import Store
from clas_policy.batch.writing.summary import Summary, summary

_WIDTHS: Final = {"dossier": 20, "annee_scolaire": 12, "departement": 12, "policy": 28, OUTCOME: 14}
_HEADER_HEIGHT: Final = 92
_LONGEST: Final = 32_767
"""Characters that a cell may have."""


def write_workbook(store: Store, path: Path, *, as_of: date, rejected: int) -> None:
    """Everything that was found, in a new file."""
    book = xlsx_out.Workbook(path, streamed=True)
    _summary_sheet(book, summary(store), as_of, rejected)
    _Table(book, store, DOSSIERS, "Dossiers").write()
    for name, _entity in store.lists():
        _Table(book, store, name, name.capitalize()).write()
    book.close()


class _Table:
    """One table on one sheet, or on several where it has more rows than a sheet can."""

    def __init__(self, book: xlsx_out.Workbook, store: Store, name: str, title: str) -> None:
        self._book = book
        self._store = store
        self._name = name
        self._title = title
        self._columns = store.columns(name)
        self._labels = labels(store)
        self._writers = [self._writer(column) for column in self._columns]

    def write(self) -> None:
        sheet, row = self._new_sheet(), 0
        for cells in self._store.stream(self._store.query(self._name)):
            if row == xlsx_out.LAST_ROW:
                self._end(sheet, row)
                sheet, row = self._new_sheet(), 0
            row += 1
            for column, (cell, write) in enumerate(zip(cells, self._writers, strict=True)):
                if cell is not None:
                    write(sheet, row, column, cell)
        self._end(sheet, row)

    def _new_sheet(self) -> xlsx_out.Worksheet:
        sheet = self._book.sheet(self._title)
        styles = self._book.styles
        sheet.freeze_panes(1, 1 if self._name == DOSSIERS else 2)
        for column, one in enumerate(self._columns):
            sheet.set_column(column, column, self._width(one))
        sheet.set_row(0, _HEADER_HEIGHT)
        for column, one in enumerate(self._columns):
            sheet.write_string(0, column, self._labels.get(one.name, one.name), styles.header)
        return sheet

    def _end(self, sheet: xlsx_out.Worksheet, row: int) -> None:
        if self._columns:
            sheet.autofilter(0, 0, max(row, 1), len(self._columns) - 1)
        sheet.set_landscape()
        sheet.set_paper(8)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)

    @staticmethod
    def _width(column: Column) -> int:
        if column.name in _WIDTHS:
            return _WIDTHS[column.name]
        if column.kind is Kind.DECIMAL:
            return 15
        return 15 if column.kind is Kind.BOOLEAN else 24

    def _writer(self, column: Column) -> Callable[[xlsx_out.Worksheet, int, int, Any], object]:
        styles = self._book.styles
        words = OUTCOMES if column.name == OUTCOME else STATUSES if column.name.endswith(f".{STATUS}") else None
        looks = {
            "admissible": styles.good, "due": styles.good, "eligible": styles.doubtful, "incomplete": styles.doubtful,
            "undetermined": styles.doubtful, "inadmissible": styles.bad, "refused": styles.bad,
        }  # fmt: skip
        if words is not None:
            return lambda sheet, row, at, cell: sheet.write_string(row, at, words[cell], looks[cell])
        match column.kind:
            case Kind.DECIMAL:
                return lambda sheet, row, at, cell: _euros(sheet, row, at, cell, styles)
            case Kind.BOOLEAN:
                return lambda sheet, row, at, cell: sheet.write_string(row, at, "oui" if cell else "non", styles.text)
            case _:
                return lambda sheet, row, at, cell: sheet.write_string(row, at, str(cell)[:_LONGEST], styles.text)


def _euros(sheet: xlsx_out.Worksheet, row: int, column: int, amount: Decimal, styles: xlsx_out.Styles) -> None:
    """An amount as a number; as a text where the numbers of spreadsheets are not exact any more."""
    if abs(amount) < Decimal(10) ** 13:
        sheet.write_number(row, column, float(amount), styles.euros)
    else:
        sheet.write_string(row, column, f"{amount:.2f}".replace(".", ","), styles.text)


def _summary_sheet(book: xlsx_out.Workbook, found: Summary, as_of: date, rejected: int) -> None:
    sheet, styles = book.sheet("Synthèse"), book.styles
    sheet.set_column(0, 0, 78)
    sheet.set_column(1, 4, 25)
    sheet.hide_gridlines(2)
    rows = _Rows(sheet)
    rows.put([("Résultats", styles.title)])
    rows.put([(f"Règles en vigueur au {as_of:%d/%m/%Y}", styles.note)])
    for policy, title, count in found.policies:
        rows.put([(f"{title} ({policy})", styles.text), (count, styles.whole)])
    rows.skip()
    rows.put([("Dossiers", styles.header), ("Nombre", styles.header)])
    for outcome, count in found.outcomes:
        rows.put([(OUTCOMES[outcome].capitalize(), styles.text), (count, styles.whole)])
    rows.put([("Ensemble", styles.total), (sum(count for _, count in found.outcomes), styles.total)])
    if rejected:
        rows.put([("Dossiers mis de côté, non décidés", styles.note), (rejected, styles.note)])
    for label, count in found.members:
        rows.put([(f"Lignes : {label}", styles.text), (count, styles.whole)])
    rows.skip()
    heads = ("Financeur", "Montant dû", "Éligible, accord attendu", "À déterminer, au plus")
    rows.put([(head, styles.header) for head in heads])
    for funder, amounts in found.funders:
        rows.put([(funder, styles.text), *((amount, styles.euros) for amount in amounts)])
    if len(found.funders) != 1:
        rows.put([("Ensemble", styles.total), *((amount, styles.total_euros) for amount in found.totals)])
    rows.skip()
    rows.put([("Un montant « à déterminer, au plus » vide n'a pas de borne connue.", styles.note)])
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


class _Rows:
    """Writes rows from the first to the last, since a streamed sheet takes no other order."""

    def __init__(self, sheet: xlsx_out.Worksheet) -> None:
        self._sheet = sheet
        self._row = 0

    def skip(self) -> None:
        self._row += 1

    def put(self, cells: list[tuple[str | int | Decimal | None, xlsx_out.Format]]) -> None:
        for column, (cell, style) in enumerate(cells):
            match cell:
                case None:
                    self._sheet.write_blank(self._row, column, None, style)
                case str():
                    self._sheet.write_string(self._row, column, cell, style)
                case _:
                    self._sheet.write_number(self._row, column, float(cell), style)
        self._row += 1
