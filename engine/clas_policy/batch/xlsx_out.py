"""XlsxWriter: the only door to it. Workbooks in which nothing but the writer makes a formula or a link."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from clas_policy.frozen import dataclass

__all__ = ["LAST_ROW", "MAX_ROWS", "Format", "Styles", "Workbook", "Worksheet"]

MAX_ROWS: Final = 1_048_576
LAST_ROW: Final = MAX_ROWS - 1
"""The last row of a sheet, counted from 0."""

EUROS: Final = '#,##0.00 "€"'
DAY: Final = "dd/mm/yyyy"

_PLAIN: Final = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
_BLUE: Final = "#1F3864"


@dataclass(frozen=True, slots=True)
class Styles:
    """The looks of cells, the same in all workbooks."""

    title: Format
    header: Format
    text: Format
    wrapped: Format
    whole: Format
    euros: Format
    day: Format
    total: Format
    total_euros: Format
    note: Format
    good: Format
    bad: Format
    doubtful: Format


class Workbook:
    """A workbook on its way to a file; texts stay texts whatever they look like.

    In a `streamed` one, the rows of a sheet are written from the first to the last and do not stay in memory.
    """

    def __init__(self, path: Path, *, streamed: bool = False) -> None:
        options = {
            "constant_memory": streamed,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": False,
            "tmpdir": str(path.parent),
        }
        self.book = xlsxwriter.Workbook(str(path), options)
        self.styles = self._styles()

    def _styles(self) -> Styles:
        def style(**more: object) -> Format:
            return self.book.add_format({**_PLAIN, **more})

        return Styles(
            title=style(bold=True, font_size=15, font_color=_BLUE),
            header=style(
                bold=True, text_wrap=True, font_color="#FFFFFF", bg_color=_BLUE, border=1, border_color="#FFFFFF"
            ),
            text=style(),
            wrapped=style(text_wrap=True),
            whole=style(num_format="#,##0"),
            euros=style(num_format=EUROS),
            day=style(num_format=DAY),
            total=style(bold=True, top=1),
            total_euros=style(bold=True, top=1, num_format=EUROS),
            note=style(italic=True, font_color="#595959", text_wrap=True),
            good=style(bg_color="#E2EFDA", font_color="#1E4620"),
            bad=style(bg_color="#FBE0DD", font_color="#7A1A10"),
            doubtful=style(bg_color="#FFF3CD", font_color="#5C4400"),
        )

    def sheet(self, name: str) -> Worksheet:
        """A new sheet; its name is made fit where Excel would not take it, and unlike those of the others."""
        base = "".join("-" if sign in r"[]:*?/\\" else sign for sign in name)[:31].strip(" '") or "Feuille"
        taken = {sheet.get_name().casefold() for sheet in self.book.worksheets()}
        name, number = base, 2
        while name.casefold() in taken:
            name = f"{base[: 30 - len(str(number))]} {number}"
            number += 1
        return self.book.add_worksheet(name)

    def close(self) -> None:
        """Writes the file."""
        self.book.close()
