"""What is found of dossiers, in every form: the same statuses and amounts, and nothing that runs in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from python_calamine import load_workbook
from tests.batch.conftest import CASES

from clas_policy.batch import engine
from clas_policy.batch.writing.deciding import ByEvaluator, Decider, decider
from clas_policy.batch.writing.destination import Circumstances, destination
from clas_policy.batch.writing.store import Store
from clas_policy.batch.writing.summary import summary
from clas_policy.batch.writing.target import DuckDbTarget, FileTarget, PostgresTarget, TargetError, target
from clas_policy.catalogue import Catalogue, engine_shelf
from clas_policy.explain import Evaluator
from clas_policy.model.dossier import Dossier, Member
from clas_policy.model.policy import Policy
from clas_policy.reading.files import OutputError

EXPECTED = [json.loads(line) for line in CASES]


class Taken(NamedTuple):
    number: int
    file: str
    line: int
    dossier: Dossier


def put(store: Store, policy: Policy, dossiers: list[Dossier], how: Decider | None = None) -> None:
    one = how or decider(Evaluator(policy))[0]
    store.add(policy, one, [Taken(number, "d.ndjson", number + 1, found) for number, found in enumerate(dossiers)])
    one.finish(store.shelves[policy.id])


@pytest.fixture
def store(gers: Policy, cases: list[Dossier]) -> Iterator[Store]:
    with Store() as made:
        put(made, gers, cases)
        yield made


def write(store: Store, place: str, **given: Any) -> None:
    to = destination(target(place), [])
    to.claim(name for name, _entity in store.lists())
    to.write(store, Circumstances(date(2024, 11, 5), **given))
    to.keep()


def test_lines_say_what_was_computed_independently(store: Store, tmp_path: Path) -> None:
    write(store, str(tmp_path / "r.ndjson"))

    lines = [json.loads(line) for line in (tmp_path / "r.ndjson").read_text(encoding="utf-8").splitlines()]

    assert len(lines) == len(EXPECTED)
    for line, case in zip(lines, EXPECTED, strict=True):
        expected = case["expected"]
        assert line["dossier"] == case["dossier"]["dossier"]
        assert line["outcome"] == expected["outcome"]
        assert (line["due"], line["eligible"]) == (expected["due"], expected["eligible"])
        assert line["undetermined_at_most"] == expected["undetermined_at_most"]
        for group in line["collectifs"]:
            for grant, result in expected["groups"][group["collectif"]].items():
                assert group[f"{grant}.status"] == result["status"]


@pytest.mark.parametrize("ending", ["ndjson", "csv", "parquet"])
def test_sql_and_the_evaluator_write_the_same_bytes(
    gers: Policy, cases: list[Dossier], store: Store, tmp_path: Path, ending: str
) -> None:
    write(store, str(tmp_path / f"sql.{ending}"))
    with Store() as other:
        put(other, gers, cases, ByEvaluator(Evaluator(gers)))
        write(other, str(tmp_path / f"one.{ending}"))

    written = sorted(path for path in tmp_path.iterdir() if path.name.startswith("sql"))
    assert len(written) == (1 if ending == "ndjson" else 2)
    for path in written:
        assert path.read_bytes() == path.with_name(path.name.replace("sql", "one")).read_bytes()


def test_csv_files_are_one_of_dossiers_and_one_for_each_list(store: Store, tmp_path: Path) -> None:
    write(store, str(tmp_path / "r.csv"))

    with (tmp_path / "r.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with (tmp_path / "r-collectifs.csv").open(encoding="utf-8", newline="") as stream:
        groups = list(csv.DictReader(stream))
    assert [row["dossier"] for row in rows] == [case["dossier"]["dossier"] for case in EXPECTED]
    assert [row["due"] for row in rows] == [case["expected"]["due"] for case in EXPECTED]
    assert len(groups) == sum(len(case["dossier"]["collectifs"]) for case in EXPECTED)
    assert {row["ps.status"] for row in groups} == {"due", "refused", "undetermined"}


def test_a_french_excel_opens_the_csv_as_it_is(store: Store, tmp_path: Path) -> None:
    write(store, str(tmp_path / "r.csv"), excel_fr=True)

    data = (tmp_path / "r.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert rows[0]["due"] == EXPECTED[0]["expected"]["due"].replace(".", ",")
    assert {row["quatre_axes"] for row in rows} == {"VRAI", "FAUX", ""}


FORMULAS = ["=1+1", "+33612345678", "-2", "@SUM(A1)", "=cmd|' /C calc'!A0"]
"""Tabs and ends of lines, with which a formula may begin too, are in no id and no text that a reader lets pass."""


@pytest.fixture
def hostile(gers: Policy, cases: list[Dossier]) -> Iterator[Store]:
    """Dossiers and groups whose ids a spreadsheet would run."""
    first = next(one for one in cases if one.members["collectif"])
    group = first.members["collectif"][0]
    with Store() as made:
        odd = [
            replace(first, id=f"{text} {at}", members={"collectif": (Member(text, group.facts),)})
            for at, text in enumerate(FORMULAS)
        ]
        put(made, gers, odd)
        yield made


@pytest.mark.parametrize("excel_fr", [False, True])
def test_no_text_of_a_csv_is_a_formula_and_amounts_stay_numbers(hostile: Store, tmp_path: Path, excel_fr: bool) -> None:
    write(hostile, str(tmp_path / "r.csv"), excel_fr=excel_fr)

    for name in ("r.csv", "r-collectifs.csv"):
        with (tmp_path / name).open(encoding="utf-8-sig", newline="") as stream:
            header, *rows = csv.reader(stream, delimiter=";" if excel_fr else ",")
        assert len(rows) == len(FORMULAS)
        for row in rows:
            for column, cell in zip(header, row, strict=True):
                assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
                if column.endswith((".low", ".high", "due", "eligible")) and cell:
                    Decimal(cell.replace(",", "."))
    assert rows[0][1] == "'=1+1"


def test_a_workbook_has_no_formula_and_no_link_from_data(hostile: Store, tmp_path: Path) -> None:
    write(hostile, str(tmp_path / "r.xlsx"))

    with zipfile.ZipFile(tmp_path / "r.xlsx") as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if "worksheets/sheet" in name]
        assert not any("hyperlink" in sheet or "<f>" in sheet for sheet in sheets)
    groups = load_workbook(tmp_path / "r.xlsx").get_sheet_by_name("Collectifs").to_python()
    assert {row[1] for row in groups[1:]} >= {"=1+1", "@SUM(A1)", "-2"}


def test_a_workbook_is_for_people(store: Store, tmp_path: Path) -> None:
    write(store, str(tmp_path / "r.xlsx"), rejected=3)

    book = load_workbook(tmp_path / "r.xlsx")
    assert book.sheet_names == ["Synthèse", "Dossiers", "Collectifs"]
    told = {str(row[0]): row for row in book.get_sheet_by_name("Synthèse").to_python()}
    counts = {
        name: sum(case["expected"]["outcome"] == name for case in EXPECTED) for name in ("admissible", "incomplete")
    }
    assert told["Recevable"][1] == counts["admissible"]
    assert told["À compléter"][1] == counts["incomplete"]
    assert told["Dossiers mis de côté, non décidés"][1] == 3
    due = sum(Decimal(case["expected"]["due"]) for case in EXPECTED)
    assert told["Caisse d'allocations familiales"][1] == float(due)
    rows = book.get_sheet_by_name("Dossiers").to_python()
    assert rows[0][:5] == ["Numéro du dossier", "Année scolaire", "Département", "Politique", "Issue"]
    assert {row[4] for row in rows[1:]} == {"recevable", "à compléter", "irrecevable"}
    with zipfile.ZipFile(tmp_path / "r.xlsx") as archive:
        sheet = archive.read("xl/worksheets/sheet2.xml").decode()
    assert 'state="frozen"' in sheet
    assert "<autoFilter" in sheet


def test_parquet_keeps_the_types(store: Store, tmp_path: Path) -> None:
    write(store, str(tmp_path / "r.parquet"))

    connection = engine.connect()
    described = connection.execute(
        "DESCRIBE SELECT * FROM read_parquet(?)", [str(tmp_path / "r-collectifs.parquet")]
    ).fetchall()
    types = {row[0]: row[1] for row in described}
    assert types["ps.status"] == "VARCHAR"
    assert types["ps.high"].startswith("DECIMAL(")
    assert types["taille_collectif"] == "BOOLEAN"
    ((total,),) = connection.execute("SELECT sum(due) FROM read_parquet(?)", [str(tmp_path / "r.parquet")]).fetchall()
    assert total == sum(Decimal(case["expected"]["due"]) for case in EXPECTED)
    connection.close()


def test_tables_of_a_database_replace_those_of_an_earlier_run_and_no_other(store: Store, tmp_path: Path) -> None:
    place = tmp_path / "r.duckdb"
    for _time in range(2):
        write(store, f"duckdb:{place}#essai")
        with engine.connect(place) as connection:
            assert connection.execute("SELECT count(*) FROM essai").fetchall() == [(len(EXPECTED),)]
            groups = connection.execute("SELECT count(*) FROM essai_collectifs").fetchall()[0][0]
            assert groups == sum(len(case["dossier"]["collectifs"]) for case in EXPECTED)
            connection.execute("CREATE TABLE IF NOT EXISTS autre AS SELECT 1 AS un")
    with engine.connect(place) as connection:
        assert connection.execute("SELECT * FROM autre").fetchall() == [(1,)]


def test_a_file_of_another_kind_is_not_written_over_as_a_database(store: Store, tmp_path: Path) -> None:
    place = tmp_path / "notes.txt"
    place.write_text("à garder", encoding="utf-8")

    with pytest.raises(OutputError) as caught:
        destination(target(f"duckdb:{place}#t"), [])

    assert [problem.code for problem in caught.value.problems] == ["CLAS-B301"]
    assert place.read_text(encoding="utf-8") == "à garder"


def test_an_output_is_never_an_input(tmp_path: Path) -> None:
    place = tmp_path / "r.csv"
    place.write_text("dossier\n", encoding="utf-8")
    beside = tmp_path / "r-collectifs.csv"
    beside.write_text("dossier\n", encoding="utf-8")

    with pytest.raises(OutputError):
        destination(target(str(place)), [place])
    to = destination(target(str(place)), [beside])
    with pytest.raises(OutputError):
        to.claim(["collectifs"])
    to.discard()
    assert beside.read_text(encoding="utf-8") == "dossier\n"


@pytest.mark.parametrize("ending", [".ndjson", ".csv", ".xlsx", ".parquet"])
def test_nothing_appears_before_it_is_kept(store: Store, tmp_path: Path, ending: str) -> None:
    place = tmp_path / f"r{ending}"
    place.write_bytes(b"avant")
    to = destination(target(str(place)), [])
    to.claim(["collectifs"])
    to.write(store, Circumstances(date(2024, 11, 5)))

    assert place.read_bytes() == b"avant"
    to.discard()
    assert [path.name for path in tmp_path.iterdir()] == [place.name]
    assert place.read_bytes() == b"avant"


def test_policies_that_differ_share_tables_with_the_columns_of_all(
    gers: Policy, cases: list[Dossier], tmp_path: Path
) -> None:
    national = Catalogue([engine_shelf()]).compose("national/2024-2025", date(2024, 11, 5))
    with Store() as store:
        for policy, start in ((national, 0), (gers, 1)):
            one = decider(Evaluator(policy))[0]
            taken = [
                Taken(2 * at + start, "d", at, replace(found, id=f"{start}-{at}")) for at, found in enumerate(cases[:5])
            ]
            store.add(policy, one, taken)
            one.finish(store.shelves[policy.id])
        write(store, str(tmp_path / "r.csv"))
        write(store, str(tmp_path / "r.ndjson"))

    with (tmp_path / "r.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["dossier"] for row in rows] == [f"{start}-{at}" for at in range(5) for start in (0, 1)]
    assert {row["gers_depot"] for row in rows if row["policy"] == "national/2024-2025"} == {""}
    lines = [json.loads(line) for line in (tmp_path / "r.ndjson").read_text(encoding="utf-8").splitlines()]
    assert ["gers_depot" in line for line in lines] == [False, True] * 5


def test_a_dossier_that_was_read_twice_is_told_with_both_places(gers: Policy, cases: list[Dossier]) -> None:
    with Store() as store:
        put(store, gers, [cases[0], cases[1], cases[0], cases[2], cases[0]])

        twins = store.twins()

        assert [(twin.number, twin.place, twin.first) for twin in twins] == [
            (2, ("d.ndjson", 3), ("d.ndjson", 1)),
            (4, ("d.ndjson", 5), ("d.ndjson", 1)),
        ]
        assert sum(count for _outcome, count in summary(store).outcomes) == 3


def test_facts_may_be_kept_beside_what_is_found(gers: Policy, cases: list[Dossier]) -> None:
    with Store(keep_facts=True) as store:
        put(store, gers, cases)
        shelf = store.shelves[gers.id]

        for schema in (shelf.facts_schema, shelf.found_schema):
            assert store.rows(f"SELECT count(*) FROM {schema}.dossiers") == [(len(cases),)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("r.ndjson", FileTarget(Path("r.ndjson"), ".ndjson")),
        ("dossier/R.XLSX", FileTarget(Path("dossier/R.XLSX"), ".xlsx")),
        ("duckdb:a.duckdb#t1", DuckDbTarget(Path("a.duckdb"), "t1")),
        ("duckdb:a.duckdb", DuckDbTarget(Path("a.duckdb"), "decisions")),
        (
            "postgresql://moi:secret@serveur:5433/clas#t",
            PostgresTarget("postgresql://moi:secret@serveur:5433/clas", "t", "postgresql://moi@serveur:5433/clas"),
        ),
    ],
)
def test_a_place_is_told_by_its_ending_or_its_scheme(text: str, expected: object) -> None:
    assert target(text) == expected


@pytest.mark.parametrize("text", ["r.txt", "r", "duckdb:#t", "duckdb:a#1t", 'duckdb:a#t"; DROP TABLE x', "-"])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(TargetError):
        target(text)
