"""The report as a workbook: a sheet for each section, figures that a spreadsheet can go on with, nothing that runs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
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
    Kind.MEAN_CHANGE: '+#,##0.00 "€";-#,##0.00 "€";0.00 "€"',
}
_FIRST: Final = 44
_TEXT: Final = (12, 44)
_NUMBER: Final = (12, 20)
"""The widths of columns, in digits: of the first one, the least and the most of the others."""
_LEAST_COLUMNS: Final = 4
"""So many columns a paragraph goes over where no table is wider."""
_LINE: Final = 15.0
"""The height of a line of text, in points; rows must say theirs, since not every program finds it out."""
_WIDE_LETTERS: Final = 1.05
_BOLD_LETTERS: Final = 0.95
"""How many letters stand on the room of a digit, with room to spare: fonts are replaced by wider ones."""
_A4: Final = 9
_LONGEST_FOOT: Final = 200


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
        self._widths: list[int] = []
        self._heading = 0
        header = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F3864", "border": 1, "border_color": "#FFFFFF"}
        self._caption = self._format(bold=True, text_wrap=True)
        self._headers = {
            side: self._format(**{**header, "text_wrap": True, "valign": "bottom", "align": side})
            for side in ("left", "right")
        }

    def _format(self, **look: Any) -> Format:
        return self._workbook.book.add_format({"font_name": "Calibri", "font_size": 11, "valign": "top", **look})

    def summary(self) -> None:
        """The first sheet: what the report is, what must not be overlooked, the key figures."""
        _, document, styles = self._voice, self._document, self._workbook.styles
        sheet = self._sheet(_("Key figures"), document.title, [_FIRST, 20, 60])
        row = self._across(sheet, 1, document.subtitle, styles.wrapped) + 1
        for text in document.notices:
            row = self._across(sheet, row, text, self._caption) + 1
        for _label, text in document.introduction:
            row = self._across(sheet, row, text, styles.wrapped) + 1
        for tile in document.tiles:
            note = " · ".join(part for part in (tile.note, tile.before) if part)
            self._high(sheet, row, [(tile.label, 0, False), (note, 2, False)])
            sheet.write_string(row, 0, tile.label, styles.wrapped)
            self._cell(sheet, row, 1, tile.figure, Kind.COUNT, total=False)
            sheet.write_string(row, 2, note, styles.note)
            row += 1
        self._across(sheet, row + 1, document.foot, styles.note)

    def section(self, section: Section) -> None:
        """A sheet: its paragraphs and its tables, one below the other."""
        tables = [block for block in section.blocks if isinstance(block, Table)]
        sheet = self._sheet(section.title, section.title, list(self._widths_of(tables)))
        row = 2
        for block in section.blocks:
            row = self._block(sheet, row, block)
        if len(tables) == 1:
            heading = self._heading
            sheet.freeze_panes(heading + 1, 1)
            sheet.repeat_rows(heading)

    def _widths_of(self, tables: Sequence[Table]) -> Iterator[int]:
        """The widths of the columns that the tables of a sheet share: as much as is in them, within bounds."""
        yield _FIRST
        for at in range(1, max((len(table.columns) for table in tables), default=0)):
            longest = least = 0
            for table in (table for table in tables if at < len(table.columns)):
                kind = table.columns[at].kind
                told = [shown(row.cells[at], kind, self._voice) for row in table.rows]
                longest = max([longest, *(round(len(text) * 1.1) + 1 for text in told)])
                words = max(len(word) for word in table.columns[at].label.split() or [""])
                least = max(least, round(words / _BOLD_LETTERS) + 1, (_TEXT if kind is Kind.TEXT else _NUMBER)[0])
            texts = any(table.columns[at].kind is Kind.TEXT for table in tables if at < len(table.columns))
            yield max(least, min(longest, (_TEXT if texts else _NUMBER)[1]))

    def _sheet(self, name: str, title: str, widths: list[int]) -> Worksheet:
        document = self._document
        sheet = self._workbook.sheet(name)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        about = f"{document.title} · {document.subtitle}"[:_LONGEST_FOOT].replace("&", "&&")
        sheet.set_footer(f"&L{about}&R&P / &N")
        sheet.hide_gridlines(2)
        self._widths = widths + [_NUMBER[0]] * (_LEAST_COLUMNS - len(widths) if len(widths) < 3 else 0)
        for column, width in enumerate(self._widths):
            sheet.set_column(column, column, width)
        sheet.set_row(0, 1.4 * _LINE)
        sheet.write_string(0, 0, title, self._workbook.styles.title)
        return sheet

    def _across(
        self, sheet: Worksheet, row: int, text: str, look: Format, first: int = 0, *, bold: bool = False
    ) -> int:
        """A text over all columns from one on; the row after it."""
        last = len(self._widths) - 1
        sheet.set_row(row, _LINE * _lines(text, sum(self._widths[first:]), bold=bold))
        if first < last:
            sheet.merge_range(row, first, row, last, "", look)
        sheet.write_string(row, first, text, look)
        return row + 1

    def _high(self, sheet: Worksheet, row: int, texts: Iterable[tuple[str, int, bool]]) -> None:
        """Makes a row as high as the highest of its texts; each with its column, and whether it is bold."""
        lines = max((_lines(text, self._widths[at], bold=bold) for text, at, bold in texts), default=1)
        sheet.set_row(row, _LINE * lines)

    def _block(self, sheet: Worksheet, row: int, block: Block) -> int:
        styles = self._workbook.styles
        match block:
            case str():
                return self._across(sheet, row, block, styles.wrapped) + 1
            case Heading(title=title):
                return self._across(sheet, row, title, self._caption, bold=True) + 1
            case Terms(items=items):
                for term, meaning in items:
                    sheet.write_string(row, 0, term, styles.wrapped)
                    row = self._across(sheet, row, meaning, styles.wrapped, 1)
                return row + 1
            case Chart():
                return row  # its figures are those of the table beside
            case Table():
                return self._table(sheet, row, block)

    def _table(self, sheet: Worksheet, row: int, table: Table) -> int:
        row = self._across(sheet, row, table.caption, self._caption, bold=True)
        self._heading = row
        self._high(sheet, row, ((column.label, at, True) for at, column in enumerate(table.columns)))
        for index, column in enumerate(table.columns):
            side = "left" if column.kind is Kind.TEXT else "right"
            sheet.write_string(row, index, column.label, self._headers[side])
        for line in table.rows:
            row += 1
            texts = ((cell, at, line.is_total) for at, cell in enumerate(line.cells) if isinstance(cell, str))
            self._high(sheet, row, texts)
            for index, (cell, column) in enumerate(zip(line.cells, table.columns, strict=True)):
                self._cell(sheet, row, index, cell, column.kind, total=line.is_total)
        row += 1
        for note in table.notes:
            row = self._across(sheet, row, note, self._workbook.styles.wrapped)
        return row + 1

    def _cell(self, sheet: Worksheet, row: int, column: int, cell: Cell, kind: Kind, *, total: bool) -> None:
        value, kind = _value(cell, kind)
        if value is None:
            sheet.write_string(row, column, shown(cell, kind, self._voice), self._style("@", total=total))
        elif isinstance(value, str):
            sheet.write_string(row, column, value, self._style("" if column == 0 else "text", total=total))
        else:
            sheet.write_number(row, column, value, self._style(_FORMATS[kind], total=total))

    def _style(self, number: str, *, total: bool) -> Format:
        """The look of a cell: its number format, wrapped where it is a text, to the right where it stands for one.

        A text beside a figure keeps away from it.
        """
        key = (number, total)
        if key not in self._made:
            look: dict[str, Any] = {"text_wrap": True} if number in ("", "text") else {}
            look |= {"align": "left", "indent": 1} if number == "text" else {}
            look |= {"align": "right"} if number == "@" else {}
            look |= {"num_format": number} if number not in ("", "text", "@") else {}
            look |= {"bold": True, "top": 1} if total else {"bottom": 4, "bottom_color": "#C3CAD2"}
            self._made[key] = self._format(**look)
        return self._made[key]


def _lines(text: str, width: int, *, bold: bool = False) -> int:
    """On how many lines a text stands in a column of so many digits."""
    letters = max(1, int(width * (_BOLD_LETTERS if bold else _WIDE_LETTERS)))
    return len(textwrap.wrap(text, letters)) or 1


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
