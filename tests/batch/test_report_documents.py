"""The forms of a report: the page, the workbook and the text say what the figures say, and nothing in them runs."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from syrupy.assertion import SnapshotAssertion
from tests.batch.report_cases import counted, gers, gers_dossiers, gers_plan

from clas_policy.batch.report import workbook
from clas_policy.batch.report.document import AtMost, Cell, Chart, Document, Kind, Own, Ratio, Row, Table, shown
from clas_policy.batch.report.figures import Report
from clas_policy.batch.report.outline import document
from clas_policy.batch.report.page import page
from clas_policy.batch.report.text import text
from clas_policy.batch.report.typography import french
from clas_policy.batch.report.voice import Voice
from clas_policy.model.policy import Policy

HOSTILE = '=HYPERLINK("http://example.invalid";"x")<script>alert(1)</script>'
VOID = {"meta", "link", "br", "img", "rect"}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return gers()


@pytest.fixture(scope="module")
def report(policy: Policy) -> Report:
    """A report in which one applicant has a hostile name, and one none."""
    dossiers = gers_dossiers(policy)
    dossiers[0] = replace(dossiers[0], facts={**dossiers[0].facts, "porteur.nom": HOSTILE})
    dossiers[1] = replace(
        dossiers[1], facts={name: value for name, value in dossiers[1].facts.items() if name != "porteur.nom"}
    )
    return counted(policy, dossiers, gers_plan(policy))


@pytest.fixture(scope="module")
def before(policy: Policy, report: Report) -> Report:
    """A report of fewer dossiers, taken for last year's; one of its grants is no longer there."""
    found = counted(policy, gers_dossiers(policy, 40), gers_plan(policy))
    gone = replace(found.grants[0], grant="ancienne", label="Une aide qui n'existe plus")
    return replace(found, origin=found.origin._replace(period="2023-2024"), grants=(*found.grants, gone))


def tables(found: Document) -> list[Table]:
    return [block for section in found.sections for block in section.blocks if isinstance(block, Table)]


class Reader(HTMLParser):
    """A page as a tree of tags: which stand in which, what they hold."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.cells: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self.open and self.open[-1] in ("td", "th"):
            self.cells[-1] += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


@pytest.mark.parametrize("compared", [False, True])
def test_the_page_holds_every_figure_of_every_table(report: Report, before: Report, compared: bool) -> None:
    found = document(report, before if compared else None, "fr")
    reader = read(page(found, "2023-2024" if compared else ""))
    _ = Voice("fr")
    expected = []
    for table in tables(found):
        expected += [french(column.label) for column in table.columns]
        for row in table.rows:
            pairs = zip(row.cells, table.columns, strict=True)
            expected += [french(shown(cell, column.kind, _)) for cell, column in pairs]
    assert reader.cells == expected


def test_the_page_asks_nothing_of_anybody(report: Report) -> None:
    html = page(document(report, None, "fr"))
    assert "<script" not in html
    assert not re.search(
        r"""(?:src|href)=["'](?!#)|url\(|@import|https?:""", html.replace("http://example.invalid", "")
    )
    assert "Content-Security-Policy" in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_every_printed_page_says_of_what_it_is(report: Report) -> None:
    evil = '</style><script>alert("\\1")</script>'
    found = page(replace(document(report, None, "fr"), title=evil, subtitle="L'année\n2024"))
    (foot,) = re.findall(r'@bottom-left { content: "([^"]*)"', found)
    assert "<" not in foot
    assert foot.startswith("\\3c /style\\3e \\3c script\\3e alert(\\22 \\5c 1\\22 )")
    assert "L’année\\a 2024 · clas-policy" in foot


def test_made_up_dossiers_are_said_to_be_on_the_first_page(policy: Policy) -> None:
    one, *others = gers_dossiers(policy, 3)
    found = document(counted(policy, [replace(one, id="simule-000001"), *others]), None, "fr")
    assert found.notices == ("SIMULATION\u00a0: 1 de ces dossiers est inventé.",)
    assert document(counted(policy, others), None, "fr").notices == ()


def test_the_page_is_made_to_be_heard(report: Report) -> None:
    reader = read(page(document(report, None, "fr")))
    names = [tag for tag, _ in reader.tags]
    assert ("html", {"lang": "fr"}) in reader.tags
    assert names.count("table") == names.count("caption")
    assert names.count("svg") == names.count("desc") == names.count("figcaption")
    assert all(attributes.get("scope") in ("row", "col") for tag, attributes in reader.tags if tag == "th")
    ids = [attributes["id"] for _, attributes in reader.tags if "id" in attributes]
    assert len(set(ids)) == len(ids)
    for tag, attributes in reader.tags:
        for name in ("aria-labelledby", "href"):
            for target in (attributes.get(name) or "").replace("#", "").split():
                assert target in ids, f"{tag} {name}"


def test_every_chart_says_its_figures_in_words_and_in_a_table(report: Report, before: Report) -> None:
    found = document(report, before, "fr")
    charts = [block for section in found.sections for block in section.blocks if isinstance(block, Chart)]
    assert len(charts) > 3
    assert {chart.beside for chart in charts} <= {table.id for table in tables(found)}
    html = page(found, "2023-2024")
    (told,) = re.findall(r'<desc id="chart-outcomes-told">(.*?)</desc>', html)
    outcomes = report.outcomes
    assert told.startswith(f"Recevables\u00a0: {outcomes.admissible} (")
    assert f"(2023-2024\u00a0: {before.outcomes.admissible})" in told


def test_every_percentage_says_of_what(report: Report, before: Report) -> None:
    for table in tables(document(report, before, "fr")):
        for column in table.columns:
            if column.kind in (Kind.SHARE, Kind.CHANGE_SHARE):
                assert column.label.startswith("% d"), (table.id, column.label)


def test_each_table_adds_up_to_its_total(report: Report) -> None:
    """The lines of counts and amounts above a total add up to it, but where a table says that they overlap."""
    found = [table for table in tables(document(report, None, "fr")) if table.rows and table.rows[-1].is_total]
    assert len(found) >= 6
    for table in found:
        lines = [row for row in table.rows if not row.is_total]
        for index, column in enumerate(table.columns):
            if column.kind in (Kind.COUNT, Kind.MONEY, Kind.AT_MOST):
                total = number(table.rows[-1].cells[index])
                if total is not None:
                    assert sum(number(row.cells[index]) or 0 for row in lines) == total, (table.id, column.label)


def number(cell: Cell) -> int | None:
    match cell:
        case AtMost(cents, _):
            return cents
        case int():
            return cell
        case _:
            return None


def test_what_only_one_year_has_is_compared_too(report: Report, before: Report) -> None:
    comparison = next(section for section in document(report, before, "fr").sections if section.id == "comparison")
    grants = next(block for block in comparison.blocks if isinstance(block, Table) and block.id == "comparison-grants")
    gone = [row for row in grants.rows if str(row.cells[0]).startswith("Une aide qui n'existe plus")]
    assert [row.cells[2:] for row in gone] == [(None, None, None)] * 3
    first = grants.rows[0]
    assert first.cells[1:4] == (
        before.grants[0].amounts.due,
        report.grants[0].amounts.due,
        report.grants[0].amounts.due - before.grants[0].amounts.due,
    )


def test_what_is_left_out_is_said_on_the_first_page(report: Report) -> None:
    origin = report.origin._replace(unread=2, broken=1, others=3, status="draft", complete=False)
    found = document(replace(report, origin=origin), None, "fr")
    assert [notice.split("\u00a0")[0].split(" ")[0] for notice in found.notices] == ["BROUILLON", "Règles", "2", "1"]
    method = next(section for section in found.sections if section.id == "method")
    assert any(str(block).startswith("3 dossiers d'autres années") for block in method.blocks)


def rows_of(data: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def written(found: Document, report: Report, folder: Path) -> bytes:
    workbook.write(found, report, folder / "bilan.xlsx")
    return (folder / "bilan.xlsx").read_bytes()


def in_euros(cell: Cell, kind: Kind) -> float | str | None:
    """A figure as a spreadsheet has it."""
    match cell:
        case Own(value, own):
            return in_euros(value, own)
        case AtMost(cents, unbounded):
            return None if unbounded else cents / 100
        case Ratio(part, whole):
            if not whole or kind is Kind.MEAN_MONEY:
                return None
            return part / whole
        case int():
            return cell / 100 if kind in (Kind.MONEY, Kind.CHANGE_MONEY) else float(cell)
        case _:
            return cell


def test_the_workbook_holds_every_figure_as_a_number(report: Report, before: Report, tmp_path: Path) -> None:
    found = document(report, before, "fr")
    sheets = rows_of(written(found, report, tmp_path))
    assert len(sheets) == len(found.sections) + 1
    for section, rows in zip(found.sections, list(sheets.values())[1:], strict=True):
        for table in (block for block in section.blocks if isinstance(block, Table)):
            at = next(
                index for index, row in enumerate(rows)
                if row[0] == table.columns[0].label and rows[index - 1][0] == table.caption
            )  # fmt: skip
            assert rows[at][: len(table.columns)] == [column.label for column in table.columns]
            for line, row in zip(table.rows, rows[at + 1 :], strict=False):
                check_row(table, line, row)


def check_row(table: Table, line: Row, row: list[Any]) -> None:
    for cell, column, told in zip(line.cells, table.columns, row, strict=False):
        expected = in_euros(cell, column.kind)
        if isinstance(expected, float):
            assert isinstance(told, float | int), (table.id, column.label)
            assert told == pytest.approx(expected, abs=1e-9)
        elif expected:
            assert told == expected


def test_every_row_of_the_workbook_is_as_high_as_its_text(report: Report, before: Report, tmp_path: Path) -> None:
    """Not every program finds the heights out; those that do not would write one line over the next."""
    with zipfile.ZipFile(io.BytesIO(written(document(report, before, "fr"), report, tmp_path))) as parts:
        strings = [
            "".join(re.findall(r"<t[^>]*>([^<]*)</t>", item))
            for item in re.findall(r"<si>(.*?)</si>", parts.read("xl/sharedStrings.xml").decode(), re.DOTALL)
        ]
        checked = 0
        for name in (name for name in parts.namelist() if name.startswith("xl/worksheets/sheet")):
            sheet = parts.read(name).decode()
            widths = [
                float(width)
                for low, high, width in re.findall(r'<col min="([0-9]+)" max="([0-9]+)" width="([^"]+)"', sheet)
                for _column in range(int(low), int(high) + 1)
            ]
            merged = {one.split(":")[0]: one for one in re.findall(r'<mergeCell ref="([^"]+)"', sheet)}
            for attributes, cells in re.findall(r"<row ([^>]*)>(.*?)</row>", sheet, re.DOTALL):
                height = float(found[1]) if (found := re.search(r'ht="([^"]+)"', attributes)) else 15.0
                for place, number in re.findall(r'<c r="([A-Z]+[0-9]+)"[^>]* t="s"><v>([0-9]+)</v>', cells):
                    first = ord(place[0]) - ord("A")
                    last = ord(merged[place].split(":")[1][0]) - ord("A") if place in merged else first
                    room = sum(widths[first : last + 1]) * 1.2 * (height / 15)
                    checked += len(strings[int(number)]) > widths[first]
                    assert len(strings[int(number)]) <= room or attributes.startswith('r="1"'), (name, place)
        assert checked > 10


def test_amounts_in_the_workbook_are_exact_to_the_cent(report: Report, tmp_path: Path) -> None:
    sheets = rows_of(written(document(report, None, "fr"), report, tmp_path))
    due = [row[1] for row in next(iter(sheets.values())) if row[0] == "Aides dues"]
    assert [round(float(str(value)) * 100) for value in due] == [report.amounts.due]


def test_nothing_in_the_workbook_is_a_formula_or_a_link(report: Report, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(written(document(report, None, "fr"), report, tmp_path))) as parts:
        for name in parts.namelist():
            content = parts.read(name).decode("utf-8")
            assert "<f>" not in content
            assert "<hyperlink" not in content
            if "sharedStrings" in name:
                assert "=HYPERLINK(" in content  # a text, as it was given


def test_the_same_report_is_the_same_workbook(report: Report, tmp_path: Path) -> None:
    found = document(report, None, "fr")
    assert rows_of(written(found, report, tmp_path)) == rows_of(written(found, report, tmp_path))
    with zipfile.ZipFile(tmp_path / "bilan.xlsx") as parts:
        assert "2024-11-05" in parts.read("docProps/core.xml").decode()


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_text_is_reviewed(policy: Policy, lang: str, snapshot: SnapshotAssertion) -> None:
    dossiers = gers_dossiers(policy, 12)
    report = counted(policy, dossiers, gers_plan(policy))
    before = replace(counted(policy, dossiers[:7], gers_plan(policy)))
    before = replace(before, origin=before.origin._replace(period="2023-2024"))
    told = re.sub(r"\b[0-9a-f]{16}\b", "0" * 16, text(document(report, before, lang)))
    assert re.sub(r"clas-policy [0-9.]+", "clas-policy X", told) == snapshot


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("L'école d'Auch", "L’école d’Auch"),
        ("« l'été » : oui !", "«\u00a0l’été\u00a0»\u00a0: oui\u202f!"),
        ("une case ; deux ?", "une case\u202f; deux\u202f?"),
        ("12 % et 3 €", "12\u00a0% et 3\u00a0€"),
        ("a:b et 'quoi'", "a:b et 'quoi'"),
        ("déjà\u00a0; prêt", "déjà\u202f; prêt"),
    ],
)
def test_french_is_set_as_it_is_printed(typed: str, printed: str) -> None:
    assert french(typed) == printed


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [(1, 3, "33,3\u00a0%"), (2, 3, "66,7\u00a0%"), (1, 8, "12,5\u00a0%"), (0, 5, "0,0\u00a0%"), (5, 5, "100,0\u00a0%"),
     (1, 0, "–"), (1, 2000, "0,1\u00a0%"), (-1, 3, "−33,3\u00a0%"), (-1, 5000, "0,0\u00a0%")],
)  # fmt: skip
def test_shares_are_told_with_one_decimal(part: int, whole: int, told: str) -> None:
    assert Voice("fr").share(part, whole) == told


def test_numbers_are_told_in_both_languages() -> None:
    assert Voice("fr").money(275828) == "2\u202f758,28\u00a0€"
    assert Voice("en").money(-275828) == "−€2,758.28"
    assert (Voice("fr").counted(0, "dossier", "dossiers"), Voice("en").counted(0, "dossier", "dossiers")) == (
        "0\u00a0dossier",
        "0\u00a0dossiers",
    )
