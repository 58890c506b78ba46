"""What only workbooks have: merged and hidden cells, formulas, sheets, and files that are no workbooks."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from tests.batch.laid_out import read
from tests.reading.dossier_policies import small

from clas_policy.batch.reading.xlsx_marks import marks
from clas_policy.problem import Problem

HEADER = ("dossier", "annee_scolaire", "departement", "projet.budget", "depot.date", "collectif", "collectif.effectif")
ROW = ("D1", "2024-2025", 32, 8487.5, date(2024, 10, 12), "cm1", 9)


def table(path: Path, change: Callable[[Any, Any], None] | None = None, rows: int = 2) -> str:
    """A workbook of dossiers D1, D2, …, changed before it is closed: `change` is given the book and the sheet."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Mes dossiers")
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(0, 0, HEADER)
    for row in range(1, rows + 1):
        for column, cell in enumerate((f"D{row}", *ROW[1:])):
            if isinstance(cell, date):
                sheet.write_datetime(row, column, cell, day)
            else:
                sheet.write(row, column, cell)
    if change is not None:
        change(book, sheet)
    book.close()
    return str(path)


def told(problems: list[Problem]) -> list[tuple[str, str | None, str]]:
    return [(problem.code.removeprefix("CLAS-"), problem.path, str(problem.message)) for problem in problems]


def test_cells_are_read_by_their_types(tmp_path: Path) -> None:
    found, said = read(small(), table(tmp_path / "t.xlsx"))

    assert said == []
    assert [one.id for one in found] == ["D1", "D2"]
    assert found[0].facts == {"projet.budget": 848_750, "depot.date": date(2024, 10, 12)}
    assert found[0].department == "32"
    assert found[0].members["collectif"][0].facts == {"collectif.effectif": 9}


def test_places_are_those_of_the_spreadsheet(tmp_path: Path) -> None:
    def change(_book: Any, sheet: Any) -> None:
        sheet.write_number(2, 3, 2758.275)
        sheet.write_number(2, 4, 45577)
        sheet.write_string(2, 6, "neuf")

    found, said = read(small(), table(tmp_path / "t.xlsx", change))

    assert [one.id for one in found] == ["D1"]
    assert told(said) == [
        ("B126", "'Mes dossiers'!D3", "`2758,275` has more than two decimals"),
        ("B130", "'Mes dossiers'!E3", "`45577` is a number, where a date is due"),
        ("B123", "'Mes dossiers'!G3", "`neuf` is not a whole number"),
    ]
    assert str(said[1].hint) == "give the cell the format of a date, and check that it is `12/10/2024`"
    assert said[0].span is not None
    assert (said[0].span.line, said[0].span.column) == (3, 4)


def test_merged_cells_are_refused_with_their_places(tmp_path: Path) -> None:
    found, said = read(
        small(), table(tmp_path / "t.xlsx", lambda _book, sheet: sheet.merge_range("B2:B3", "2024-2025"))
    )

    assert found == []
    assert told(said) == [("B118", "'Mes dossiers'!B2:B3", "merged cells: 'Mes dossiers'!B2:B3")]


def test_hidden_rows_columns_and_sheets_are_read_with_a_warning(tmp_path: Path) -> None:
    def change(book: Any, sheet: Any) -> None:
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column("D:E", None, None, {"hidden": True})
        sheet.set_column("J:XFD", None, None, {"hidden": True})
        book.add_worksheet("Autre").activate()
        sheet.hide()

    found, said = read(small(), table(tmp_path / "t.xlsx", change))

    assert [one.id for one in found] == ["D1", "D2"]
    assert {problem.severity for problem in said} == {"warning"}
    assert told(said) == [
        ("B119", "Mes dossiers", "the sheet `Mes dossiers` is hidden; it is read"),
        ("B119", "'Mes dossiers'!3:3", "hidden rows are read (1, the first is row 3)"),
        ("B119", "'Mes dossiers'!D1", "hidden columns are read: D:E"),
    ]


def test_formulas_are_read_by_the_result_that_a_spreadsheet_has_kept(tmp_path: Path) -> None:
    def change(_book: Any, sheet: Any) -> None:
        sheet.write_formula(1, 3, "=8000+487.5", None, 8487.5)
        sheet.write_formula(1, 5, '="c"&"m1"', None, "cm1")

    file = table(tmp_path / "t.xlsx", change)
    calculated(Path(file))

    found, said = read(small(), file)

    assert said == []
    assert found[0].facts["projet.budget"] == 848_750
    assert found[0].members["collectif"][0].id == "cm1"


def test_formulas_that_nobody_has_calculated_are_refused(tmp_path: Path) -> None:
    """A program that writes a formula also writes a result, mostly 0, and asks for it to be calculated on opening."""
    found, said = read(
        small(), table(tmp_path / "t.xlsx", lambda _book, sheet: sheet.write_formula(1, 3, "=8000+487.5"))
    )

    assert [one.id for one in found] == ["D2"]
    assert told(said) == [("B121", "'Mes dossiers'!D2", "the file does not keep the result of this formula")]


def test_formulas_without_a_result_or_with_an_error_are_refused(tmp_path: Path) -> None:
    def change(_book: Any, sheet: Any) -> None:
        sheet.write_formula(1, 3, "=A1", None, "")
        sheet.write_formula(2, 6, "=NA()", None, "#N/A")

    file = table(tmp_path / "t.xlsx", change)
    calculated(Path(file))

    found, said = read(small(), file)

    assert found == []
    assert told(said) == [
        ("B121", "'Mes dossiers'!D2", "the file does not keep the result of this formula"),
        ("B121", "'Mes dossiers'!G3", "the formula of this cell gives an error"),
    ]


def test_a_table_may_begin_away_from_the_corner(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(3, 2, ("dossier", "annee_scolaire", "collectif", "collectif.effectif"))
    sheet.write_row(4, 2, ("D1", "2024-2025", "cm1", 501))
    book.close()

    _found, said = read(small(), str(path))

    assert told(said) == [("D109", "Sheet1!F5", "`501` is above the maximum `500`")]


def test_sheets_that_are_no_tables_are_only_named(tmp_path: Path) -> None:
    def change(book: Any, _sheet: Any) -> None:
        notes = book.add_worksheet("Notes")
        notes.write_row(0, 0, ("À faire", "avant vendredi"))
        book.add_worksheet("Vide")
        book.add_worksheet("Mode d'emploi").write(0, 0, "Bonjour")

    found, said = read(small(), table(tmp_path / "t.xlsx", change))

    assert len(found) == 2
    assert [(problem.severity, *told([problem])[0]) for problem in said] == [
        ("note", "B137", "Notes", "the sheet `Notes` has no column of dossiers: it is not read")
    ]


def test_a_workbook_without_any_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet()
    book.close()

    found, said = read(small(), str(path))

    assert found == []
    assert told(said) == [("B136", None, "the workbook has no table")]


def test_a_table_of_two_hundred_columns_is_read(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, [*HEADER, *(f"colonne {number}" for number in range(200))])
    sheet.write_row(1, 0, ["D1", "2024-2025", "32", 1, "12/10/2024", "cm1", 9])
    book.close()

    found, said = read(small(), str(path))

    assert found == []
    assert len(said) == 200
    assert {problem.code for problem in said} == {"CLAS-B105"}
    assert said[-1].path == "Sheet1!GY1"


def _zip(path: Path, change: Callable[[str, bytes], bytes]) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, change(name, data))


def calculated(path: Path) -> None:
    """Makes a workbook look as if a spreadsheet had saved it."""
    _zip(path, lambda _name, data: data.replace(b' fullCalcOnLoad="1"', b""))


def _bomb(name: str, data: bytes) -> bytes:
    entity = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    return entity + data.partition(b"?>")[2] if name.endswith("sheet1.xml") else data


def _far(name: str, data: bytes) -> bytes:
    cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return data.replace(b"</sheetData>", cell) if name.endswith("sheet1.xml") else data


def _lost(name: str, data: bytes) -> bytes:
    return data.replace(b"sheet1.xml", b"sheet9.xml") if name.endswith(".rels") else data


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_bomb, "this is not a workbook that can be read"),
        (_far, "the cells of this sheet lie too far apart"),
        (_lost, "this is not a workbook that can be read"),
        (lambda name, data: data[: len(data) // 2] if name.endswith("sheet1.xml") else data,
         "this is not a workbook that can be read"),
    ],
    ids=["entities", "a stray cell", "a lost sheet", "half a sheet"],
)  # fmt: skip
def test_a_workbook_that_cannot_be_trusted_is_refused(
    tmp_path: Path, change: Callable[[str, bytes], bytes], message: str
) -> None:
    path = tmp_path / "t.xlsx"
    table(path)
    _zip(path, change)

    found, said = read(small(), str(path))

    assert found == []
    assert [(problem.code, str(problem.message)) for problem in said] == [("CLAS-B120", message)]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "this is not a workbook that can be read"),
        (b"dossier;annee_scolaire\n", "this is not a workbook that can be read"),
        (b"PK\x03\x04" + b"\x00" * 40, "this is not a workbook that can be read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "this is a workbook of the old format, or one with a password"),
    ],
)
def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(data)

    found, said = read(small(), str(path))

    assert found == []
    assert [(problem.code, str(problem.message)) for problem in said] == [("CLAS-B120", message)]


def test_a_large_sheet_without_anything_special_is_only_glanced_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both ways of looking at a sheet see the same extent."""
    path = tmp_path / "t.xlsx"
    table(path, rows=500)
    with zipfile.ZipFile(path) as archive:
        close = marks(archive, "xl/worksheets/sheet1.xml", is_calculated=True)
        monkeypatch.setattr("clas_policy.batch.reading.xlsx_marks._SMALL", 0)
        glance = marks(archive, "xl/worksheets/sheet1.xml", is_calculated=True)
    assert (glance.last_row, glance.last_column) == (close.last_row, close.last_column) == (501, 7)
