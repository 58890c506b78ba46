"""The report as a workbook: a sheet for each section, figures that a spreadsheet can go on with, nothing that runs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Final

from clas_policy.batch.report.document import (
    AtMost,
    Block,
    Cell,
    Chart,
    Document,
    Heading,
    Kind,
    Own,
    Ratio,
    Section,
    Table,
    Terms,
    rounded,
    shown,
)
from clas_policy.batch.report.figures import Report
from clas_policy.batch.report.voice import Voice
from clas_policy.batch.xlsx_out import EUROS, Format, Workbook, Worksheet

_FORMATS: Final = {
    Kind.COUNT: "#,##0",
    Kind.MONEY: EUROS,
    Kind.AT_MOST: EUROS,
    Kind.SHARE: "0.0 %",
    Kind.MEAN: "#,##0.0",
    Kind.MEAN_MONEY: EUROS,
    Kind.CHANGE: "+#,##0;-#,##0;0",
    Kind.CHANGE_MONEY: '+#,##0.00 "€";-#,##0.00 "€";0.00 "€"',
    Kind.CHANGE_SHARE: "+0.0 %;-0.0 %;0.0 %",
}
_FIRST: Final = 44
_TEXT: Final = 24
_NUMBER: Final = 15
_A4: Final = 9


def write(document: Document, report: Report, path: Path) -> None:
    """Writes the document to a file; the day that the report says is the one that its properties have."""
    workbook = Workbook(path)
    workbook.book.set_properties(
        {
            "title": f"{document.title} – {document.subtitle}",
            "created": datetime(report.origin.as_of.year, report.origin.as_of.month, report.origin.as_of.day),  # noqa: DTZ001
        }
    )
    sheets = _Sheets(workbook, document)
    sheets.summary()
    for section in document.sections:
        sheets.section(section)
    workbook.close()


class _Sheets:
    def __init__(self, workbook: Workbook, document: Document) -> None:
        self._workbook = workbook
        self._document = document
        self._voice = Voice(document.lang)
        self._made: dict[tuple[str, bool], Format] = {}
        self._heading = 0

    def summary(self) -> None:
        """The first sheet: what the report is, what must not be overlooked, the key figures."""
        _, document, styles = self._voice, self._document, self._workbook.styles
        sheet = self._sheet(_("Key figures"), document.title)
        sheet.write_string(1, 0, document.subtitle, styles.text)
        row = 3
        for text in (*document.notices, *(text for _label, text in document.introduction)):
            row = self._paragraph(sheet, row, text)
        for tile in document.tiles:
            sheet.write_string(row, 0, tile.label, styles.wrapped)
            self._cell(sheet, row, 1, tile.figure, Kind.COUNT, total=True)
            sheet.write_string(row, 2, " ".join(part for part in (tile.note, tile.before) if part), styles.note)
            row += 1
        sheet.write_string(row + 1, 0, document.foot, styles.note)
        sheet.set_column(0, 0, _FIRST)
        sheet.set_column(1, 1, 20)
        sheet.set_column(2, 2, 60)

    def section(self, section: Section) -> None:
        """A sheet: its paragraphs and its tables, one below the other."""
        sheet = self._sheet(section.title, section.title)
        row = 2
        tables = [block for block in section.blocks if isinstance(block, Table)]
        for block in section.blocks:
            row = self._block(sheet, row, block)
        sheet.set_column(0, 0, _FIRST)
        for column in range(1, max((len(table.columns) for table in tables), default=1)):
            kinds = {table.columns[column].kind for table in tables if column < len(table.columns)}
            sheet.set_column(column, column, _TEXT if Kind.TEXT in kinds else _NUMBER)
        if len(tables) == 1:
            heading = self._heading
            sheet.freeze_panes(heading + 1, 1)
            sheet.repeat_rows(heading)

    def _sheet(self, name: str, title: str) -> Worksheet:
        sheet = self._workbook.sheet(name)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&F&R&P / &N")
        sheet.hide_gridlines(2)
        sheet.write_string(0, 0, title, self._workbook.styles.title)
        return sheet

    def _paragraph(self, sheet: Worksheet, row: int, text: str) -> int:
        sheet.write_string(row, 0, text, self._workbook.styles.text)
        return row + 2

    def _block(self, sheet: Worksheet, row: int, block: Block) -> int:
        styles = self._workbook.styles
        match block:
            case str():
                return self._paragraph(sheet, row, block)
            case Heading(title=title):
                sheet.write_string(row, 0, title, styles.total)
                return row + 2
            case Terms(items=items):
                for term, meaning in items:
                    sheet.write_string(row, 0, term, styles.text)
                    sheet.write_string(row, 1, meaning, styles.text)
                    row += 1
                return row + 1
            case Chart():
                return row  # its figures are those of the table beside
            case Table():
                return self._table(sheet, row, block)

    def _table(self, sheet: Worksheet, row: int, table: Table) -> int:
        styles = self._workbook.styles
        sheet.write_string(row, 0, table.caption, styles.total)
        row += 1
        self._heading = row
        for index, column in enumerate(table.columns):
            sheet.write_string(row, index, column.label, styles.header)
        for line in table.rows:
            row += 1
            for index, (cell, column) in enumerate(zip(line.cells, table.columns, strict=True)):
                self._cell(sheet, row, index, cell, column.kind, total=line.is_total)
        for note in table.notes:
            row += 1
            sheet.write_string(row, 0, note, styles.text)
        return row + 2

    def _cell(self, sheet: Worksheet, row: int, column: int, cell: Cell, kind: Kind, *, total: bool) -> None:
        value, kind = _value(cell, kind)
        if value is None:
            sheet.write_string(row, column, shown(cell, kind, self._voice), self._style("@", total=total))
        elif isinstance(value, str):
            sheet.write_string(row, column, value, self._style("", total=total))
        else:
            sheet.write_number(row, column, value, self._style(_FORMATS[kind], total=total))

    def _style(self, number: str, *, total: bool) -> Format:
        """The look of a cell: its number format, wrapped where it is a text, to the right where it stands for one."""
        key = (number, total)
        if key not in self._made:
            look: dict[str, Any] = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
            look |= {"text_wrap": True} if number == "" else {}
            look |= {"align": "right"} if number == "@" else {}
            look |= {"num_format": number} if number not in ("", "@") else {}
            look |= {"bold": True, "top": 1} if total else {"bottom": 4, "bottom_color": "#C3CAD2"}
            self._made[key] = self._workbook.book.add_format(look)
        return self._made[key]


def _value(cell: Cell, kind: Kind) -> tuple[float | str | None, Kind]:
    """A cell as a spreadsheet has it, in euros or as a ratio; None where it can only be told in words."""
    match cell:
        case None:
            return None, kind
        case str():
            return cell, Kind.TEXT
        case Own(value, own):
            return _value(value, own)
        case AtMost(cents, unbounded):
            return (None if unbounded else cents / 100), Kind.AT_MOST
        case Ratio(part, whole):
            if not whole:
                return None, kind
            if kind is Kind.MEAN_MONEY:
                return rounded(part, whole) / 100, kind
            return part / whole, kind
        case int():
            return (cell / 100 if kind in (Kind.MONEY, Kind.AT_MOST, Kind.CHANGE_MONEY) else cell), kind
