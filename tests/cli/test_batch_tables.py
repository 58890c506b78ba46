"""``batch`` and tables that people really send: what is said of each, what is decided all the same, what is written."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from tests.cli.batch_cases import TABLE, dossier, lines, save
from tests.cli.conftest import Run

from clas_policy.batch import engine

pytestmark = pytest.mark.usefixtures("rules", "with_plugins")

HEADER, *ROWS = TABLE.splitlines()
OWN = "dossier;annee_scolaire;departement;depot.date;charte.signee"


def text(*rows: str) -> str:
    return "".join(f"{row}\n" for row in rows)


def codes(err: str) -> list[str]:
    return re.findall(r"\[CLAS-(\w+)\]", err)


# Tables as texts

TABLES: dict[str, tuple[dict[str, str | bytes], list[str], list[str]]] = {
    "nothing at all": ({"d.csv": ""}, ["B136"], []),
    "a header alone": ({"d.csv": text(HEADER)}, ["U505"], []),
    "two columns of one name": ({"d.csv": text(f"{HEADER};depot.date", f"{ROWS[0]};12/09/2001")}, ["B106"], []),
    "an unknown column": ({"d.csv": text(f"{HEADER};remarques", f"{ROWS[0]};rien")}, ["B105"], []),
    "two hundred unknown columns": (
        {"d.csv": text(";".join([HEADER, *(f"c{at}" for at in range(200))]), ROWS[0] + ";" * 200)}, ["B105"] * 200, [],
    ),
    "no group in one of the dossiers": (
        {"d.csv": text(HEADER, *ROWS, "A3;2001-2002;09;12/09/2001;oui;;;")}, ["B116"], ["A1", "A2"],
    ),
    "no group, in two tables": (
        {"d.csv": text(OWN, "A1;2001-2002;09;12/09/2001;oui", "A2;2001-2002;09;12/09/2001;oui"),
         "g.csv": text("dossier;groupe;groupe.effectif", "A1;petits;9")}, ["B116"], ["A1"],
    ),
    "a group without a dossier": (
        {"d.csv": text(OWN, "A1;2001-2002;09;12/09/2001;oui"),
         "g.csv": text("dossier;groupe;groupe.effectif", "A1;petits;9", "A7;petits;9")}, ["B115"], ["A1"],
    ),
    "a dossier twice in a table of dossiers": (
        {"d.csv": text(OWN, *["A1;2001-2002;09;12/09/2001;oui"] * 2, "A2;2001-2002;09;12/09/2001;oui"),
         "g.csv": text("dossier;groupe;groupe.effectif", "A1;petits;9", "A2;petits;9")}, ["B114"], ["A2"],
    ),
    "a dossier in two files": ({"d.csv": TABLE, "e.csv": text(HEADER, ROWS[2])}, ["B139"], ["A1", "A2"]),
    "two encodings": (
        {"d.csv": text(HEADER, ROWS[2].replace("petits", "élèves")).encode()
         + text(ROWS[1].replace("grands", "élèves")).encode("cp1252")}, ["B103"], [],
    ),
    "a row of totals": ({"d.csv": TABLE + "Total;;;;;;28;\n"}, ["B111"], ["A1", "A2"]),
}  # fmt: skip


@pytest.mark.parametrize(("files", "told", "decided"), TABLES.values(), ids=TABLES)
def test_what_is_wrong_with_a_table_is_said_and_the_rest_is_decided(
    files: dict[str, str | bytes], told: list[str], decided: list[str], run: Run, here: Path
) -> None:
    for name, content in files.items():
        (here / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    ran = run("batch", *files, "--out", "r.ndjson")

    assert (codes(ran.err), ran.out) == (told, ""), ran
    assert ran.code == (5 if told == ["U505"] else 4)
    assert ([row["dossier"] for row in lines(here / "r.ndjson")] if (here / "r.ndjson").exists() else []) == decided


def test_two_hundred_columns_of_facts_are_no_trouble(run: Run, here: Path, rules: Path) -> None:
    layer = rules / "national" / "referentiel-2000.yaml"
    asked = "".join(f"  question.q{at}: {{type: boolean, label: Question {at}}}\n" for at in range(200))
    layer.write_text(layer.read_text(encoding="utf-8").replace("facts:\n", f"facts:\n{asked}"), encoding="utf-8")
    names = ";".join(f"question.q{at}" for at in range(200))
    (here / "d.csv").write_text(text(f"{HEADER};{names}", ROWS[0] + ";oui" * 200), encoding="utf-8")

    ran = run("batch", "d.csv", "--out", "r.ndjson")

    assert (ran.code, codes(ran.err)) == (0, [])
    assert [row["outcome"] for row in lines(here / "r.ndjson")] == ["admissible"]


# Workbooks

ROW = ("2001-2002", "09", "12/09/2001", "oui", "petits", 9, 4000)


def workbook(path: Path, change: Callable[[Any], None]) -> None:
    """A workbook of the dossiers A1 and A2, changed before it is closed."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Dossiers")
    sheet.write_row(0, 0, HEADER.split(";"))
    for row in (1, 2):
        sheet.write_row(row, 0, (f"A{row}", *ROW))
    change(sheet)
    book.close()


WORKBOOKS: dict[str, tuple[Callable[[Any], object], list[str], int, list[str]]] = {
    "merged cells": (lambda sheet: sheet.merge_range("B2:B3", "2001-2002"), ["B118"], 4, []),
    "a formula without a result": (lambda sheet: sheet.write_formula(1, 7, "=2000*2"), ["B121"], 4, ["A2"]),
    "a hidden row": (lambda sheet: sheet.set_row(2, None, None, {"hidden": True}), ["B119"], 0, ["A1", "A2"]),
    "a column twice": (lambda sheet: sheet.write(0, 8, "groupe.effectif"), ["B106"], 4, []),
    "an unknown column": (lambda sheet: sheet.write(0, 8, "remarques"), ["B105"], 4, []),
}


@pytest.mark.parametrize(("change", "told", "code", "decided"), WORKBOOKS.values(), ids=WORKBOOKS)
def test_what_only_workbooks_have_is_said(  # noqa: PLR0917 - fixtures
    change: Callable[[Any], None], told: list[str], code: int, decided: list[str], run: Run, here: Path
) -> None:
    workbook(here / "d.xlsx", change)

    ran = run("batch", "d.xlsx", "--out", "r.ndjson")

    assert (ran.code, codes(ran.err)) == (code, told), ran
    assert ([row["dossier"] for row in lines(here / "r.ndjson")] if (here / "r.ndjson").exists() else []) == decided


def _outside(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../../evade.txt", b"dehors")


def _rewritten(path: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, change(data) if name.endswith(part) else data)


def _entities(path: Path) -> None:
    head = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    _rewritten(path, "sheet1.xml", lambda data: head + data.partition(b"?>")[2])


def _bomb(path: Path) -> None:
    _rewritten(path, "workbook.xml", lambda data: data.replace(b"</workbook>", b" " * (40 << 20) + b"</workbook>"))


def _swollen(path: Path) -> None:
    _rewritten(path, "sheet1.xml", lambda data: data.replace(b"</sheetData>", b" " * (120 << 20) + b"</sheetData>"))


@pytest.mark.parametrize(
    ("change", "told"),
    [(_entities, ["B120"]), (_bomb, ["B120"]), (_swollen, ["B120"]), (_outside, [])],
    ids=["entities", "bomb", "swollen", "outside"],
)
def test_an_archive_that_means_harm_does_none(
    change: Callable[[Path], None], told: list[str], run: Run, here: Path
) -> None:
    workbook(here / "d.xlsx", lambda _sheet: None)
    change(here / "d.xlsx")

    ran = run("batch", "d.xlsx", "--out", "r.ndjson")

    assert (ran.code, codes(ran.err)) == (4 if told else 0, told), ran
    assert not list(here.parent.rglob("evade.txt")), "nothing of it is put into a folder"


# What is written

OUT = ["r.ndjson", "r.csv", "r.xlsx", "r.parquet"]


@pytest.mark.parametrize("out", OUT)
def test_a_full_disk_is_one_line_and_leaves_nothing(out: str, run: Run, here: Path) -> None:
    save(here / "d.ndjson", dossier("A1"))
    (here / out).symlink_to("/dev/full")

    ran = run("batch", "d.ndjson", "--out", out, "--rejects", "bad.csv")

    assert ran.code == 70
    assert ran.err == f"{out}:1:1: no room left to write this file [CLAS-F006]\n"
    assert sorted(path.name for path in here.iterdir()) == ["d.ndjson", out, "regles"]


def test_a_full_disk_below_one_table_leaves_none_of_them(run: Run, here: Path) -> None:
    save(here / "d.ndjson", dossier("A1"))
    (here / "r-groupes.csv").symlink_to("/dev/full")

    ran = run("batch", "d.ndjson", "--out", "r.csv")

    assert (ran.code, codes(ran.err)) == (70, ["F006"])
    assert not (here / "r.csv").exists()


def test_two_runs_at_once_leave_the_whole_result_of_one(here: Path, environment: dict[str, str]) -> None:
    save(here / "d.ndjson", *(dossier(f"A{number}") for number in range(300)))
    command = [sys.executable, "-m", "clas_policy", "batch", "d.ndjson", "--out", "r.csv", "--quiet"]
    variables = {**environment, "CLAS_POLICY_PATH": "regles"}
    runs = [subprocess.Popen(command, cwd=here, env=variables) for _time in range(2)]

    assert [one.wait(timeout=120) for one in runs] == [0, 0]
    for name in ("r.csv", "r-groupes.csv"):
        assert len((here / name).read_text(encoding="utf-8").splitlines()) == 301
    assert sorted(path.name for path in here.iterdir()) == ["d.ndjson", "r-groupes.csv", "r.csv", "regles"]


def test_results_and_rejects_may_not_share_a_file(run: Run, here: Path) -> None:
    save(here / "d.ndjson", dossier("A1"), dossier("A2", charte=3))

    ran = run("batch", "d.ndjson", "--out", "r.csv", "--rejects", "r-groupes.csv")

    assert (ran.code, codes(ran.err)[-1]) == (2, "F005")
    assert sorted(path.name for path in here.iterdir()) == ["d.ndjson", "regles"]


@pytest.mark.parametrize(
    ("out", "names"),
    [
        ("r.ndjson", "`r.ndjson`"),
        ("r.csv", "`r.csv` and `r-groupes.csv`"),
        ("r.parquet", "`r.parquet` and `r-groupes.parquet`"),
        ("duckdb:r.duckdb#t", "`duckdb:r.duckdb#t` and `duckdb:r.duckdb#t_groupes`"),
    ],
)
def test_everything_that_was_written_is_named(out: str, names: str, run: Run, here: Path) -> None:
    save(here / "d.ndjson", dossier("A1"), dossier("A2", charte=3))

    told = run("batch", "d.ndjson", "--out", out, "--rejects", "bad.csv").err.splitlines()[-1]

    assert told == f"results in {names}; set apart in `bad.csv`"


FORMULAS = ["=cmd|' /C calc'!A0", "+33 6", "-2", "@SUM(1)"]


@pytest.mark.parametrize("more", [(), ("--excel-fr",)], ids=["plain", "french"])
def test_no_cell_that_was_sent_is_a_formula_in_a_table(more: tuple[str, ...], run: Run, here: Path) -> None:
    bad = [dossier(text, charte={"signee": text}) for text in FORMULAS]
    save(here / "d.ndjson", *(dossier(text, groupes=[{"groupe": text, "effectif": 9}]) for text in FORMULAS), *bad)

    assert run("batch", "d.ndjson", "--out", "r.csv", "--rejects", "bad.csv", *more).code == 4

    for name in ("r.csv", "r-groupes.csv", "bad.csv"):
        content = (here / name).read_text(encoding="utf-8-sig")
        cells = [cell for row in csv.reader(io.StringIO(content), delimiter=";" if more or name == "bad.csv" else ",")
                 for cell in row]  # fmt: skip
        assert len(cells) > len(FORMULAS)
        assert not [cell for cell in cells if cell[:1] in "=+-@" and cell]
    with (here / "r.csv").open(encoding="utf-8-sig") as stream:
        assert sum(any(f"'{text}" in line for text in FORMULAS) for line in stream) == len(FORMULAS)


MARKUP = "<script>alert(1)</script>|`x`![](javascript:1)"


def test_what_is_sent_is_no_markup_in_a_page_or_a_table(run: Run, here: Path) -> None:
    save(here / "d.ndjson", dossier(MARKUP, groupes=[{"groupe": MARKUP, "effectif": 9, "depenses": "9000.00"}]))
    told = ("--set", "plafond=5500 EUR", "--output", "html:i.html", "--output", "markdown:i.md")

    ran = run("impact", "d.ndjson", *told)

    assert ran.code == 0, ran
    page, note = ((here / name).read_text(encoding="utf-8") for name in ("i.html", "i.md"))
    assert "&lt;script&gt;alert(1)" in page
    for written in (page, note):
        assert "<script>alert" not in written
    assert re.search(r"(?<!\\)\|`x`", note) is None
    assert "![](javascript" not in note


@pytest.mark.parametrize("out", OUT)
def test_control_characters_reach_no_result(out: str, run: Run, here: Path) -> None:
    save(here / "d.ndjson", dossier("A1"), dossier("A\u00022"), dossier("A3", groupes=[{"groupe": "x\u000b]]>"}]))

    ran = run("batch", "d.ndjson", "--out", out)

    assert (ran.code, len(codes(ran.err))) == (4, 2), ran
    assert "\x02" not in ran.err
    assert b"\x0b" not in ran.err.encode()


@pytest.mark.slow
def test_a_million_rows_are_decided(run: Run, here: Path) -> None:
    with engine.connect() as database:
        database.execute(
            "COPY (SELECT 'D' || i // 2 AS dossier, '2001-2002' AS annee_scolaire, '09' AS departement, "
            "DATE '2001-09-12' AS \"depot.date\", true AS \"charte.signee\", 'g' || i % 2 AS groupe, "
            'CAST(i % 12 AS BIGINT) AS "groupe.effectif", CAST(3000 AS DECIMAL(18,2)) AS "groupe.depenses" '
            f"FROM range({1_000_000}) t(i)) TO 'd.parquet' (FORMAT parquet)"
        )

    ran = run("batch", "d.parquet", "--out", "r.parquet")

    assert (ran.code, codes(ran.err)) == (0, []), ran
    with engine.connect() as database:
        found = database.execute("SELECT count(*), sum(due) FROM 'r.parquet'").fetchone()
        # Of twelve numbers of children, 8 to 11 are enough.
        paid = database.execute("SELECT count(*) FROM range(1000000) t(i) WHERE i % 12 >= 8").fetchone()
    assert found is not None
    assert paid is not None
    assert (found[0], found[1]) == (500_000, 900 * paid[0])
