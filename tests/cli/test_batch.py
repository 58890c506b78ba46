"""``batch``: from files and tables to files and tables."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from tests.cli.batch_cases import TABLE, dossier, lines, save
from tests.cli.conftest import Run

from clas_policy.batch import engine
from clas_policy.batch.writing import deciding
from clas_policy.problem import Message, PolicyError, Problem

pytestmark = pytest.mark.usefixtures("rules", "with_plugins")


def add_aude(rules: Path) -> None:
    """Gives the department 11 a layer like that of 09."""
    other = (rules / "departements" / "09" / "2001-2002.yaml").read_text(encoding="utf-8")
    folder = rules / "departements" / "11"
    folder.mkdir()
    (folder / "2001-2002.yaml").write_text(
        other.replace("departements/09", "departements/11").replace("ariege", "aude"), encoding="utf-8"
    )


def test_a_table_is_decided_into_a_table(run: Run, here: Path) -> None:
    (here / "d.csv").write_text(TABLE, encoding="utf-8")

    ran = run("batch", "d.csv", "--out", "r.csv")

    assert (ran.code, ran.out) == (0, "")
    assert ran.err == (
        "2 dossiers: 2 admissible, 0 to be completed, 0 not admissible\nresults in `r.csv` and `r-groupes.csv`\n"
    )
    rows = list(csv.DictReader(io.StringIO((here / "r-groupes.csv").read_text(encoding="utf-8"))))
    assert [(row["dossier"], row["groupe"], row["aide.status"], row["aide.high"]) for row in rows] == [
        ("A1", "petits", "due", "1200.00"),
        ("A1", "grands", "refused", "0.00"),
        ("A2", "petits", "due", "1500.00"),
    ]


def test_batch_and_evaluate_find_the_same(run: Run, here: Path) -> None:
    some = [
        dossier("A1"),
        dossier("A2", charte={"signee": None}),
        dossier("A3", groupes=[]),
        dossier("A4", depot={"date": None}),
        dossier("A5", departement="10", groupes=[{"groupe": "x", "effectif": 8, "depenses": 17.95}]),
        {key: value for key, value in dossier("A6").items() if key != "groupes"},
    ]
    save(here / "d.ndjson", *some)

    evaluated = run("evaluate", "d.ndjson", "--output", "ndjson", "--brief", "--national")
    assert run("batch", "d.ndjson", "--out", "r.ndjson", "--national").code == 0

    decisions = [json.loads(line) for line in evaluated.out.splitlines()]
    for row, decision in zip(lines(here / "r.ndjson"), decisions, strict=True):
        assert row["dossier"] == decision["dossier"]["id"]
        assert row["outcome"] == decision["outcome"]
        for part in ("due", "eligible", "undetermined_at_most"):
            assert row[part] == decision["totals"][part]
        statuses = [group["aide.status"] for group in row["groupes"] or ()]
        assert statuses == [grant["status"] for grant in decision["grants"] if grant["id"] == "aide"]


def test_periods_and_departments_each_meet_their_own_policy(run: Run, here: Path, rules: Path) -> None:
    add_aude(rules)
    (here / "d.csv").write_text(TABLE.replace("A2;2001-2002;09", "A2;2001-2002;11"), encoding="utf-8")

    ran = run("batch", "d.csv", "--out", "r.ndjson")

    assert ran.code == 0, ran.err
    assert [(row["dossier"], row["policy"]) for row in lines(here / "r.ndjson")] == [
        ("A1", "departements/09/2001-2002"),
        ("A2", "departements/11/2001-2002"),
    ]


def test_policies_none_of_whose_rows_sql_can_prove_are_read_row_by_row(run: Run, here: Path, rules: Path) -> None:
    """Ids with spaces around are such rows."""
    add_aude(rules)
    with engine.connect() as connection:
        rows = "(VALUES (' A1', '09'), (' A2', '11')) AS t (dossier, departement)"
        connection.execute(
            f"COPY (SELECT *, '2001-2002' AS annee_scolaire, false AS groupes FROM {rows}) TO 'd.parquet'"
        )

    ran = run("batch", "d.parquet", "--out", "r.ndjson")

    assert ran.code == 0, ran.err
    assert [(row["dossier"], row["departement"]) for row in lines(here / "r.ndjson")] == [("A1", "09"), ("A2", "11")]


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b"\n\n"], ids=["plain", "marked", "below-blank-lines"])
def test_a_table_on_standard_input_is_told_to_be_named_as_a_file(
    start: bytes, run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(start + TABLE.encode())))
    ran = run("batch", "-", "--out", "r.ndjson")
    assert ran.code == 4
    assert "CLAS-J024" in ran.err
    assert "name the file" in ran.err
    assert ran.err.count("CLAS-") == 1


@pytest.mark.parametrize("form", ["ndjson", "csv", "parquet"])
def test_a_list_that_is_empty_is_told_from_one_that_is_not_known(form: str, run: Run, here: Path) -> None:
    save(
        here / "d.ndjson",
        dossier("A1", groupes=[]),
        {key: value for key, value in dossier("A2").items() if key != "groupes"},
        dossier("A3"),
        dossier("A4", groupes=None),
    )
    (here / "d.csv").write_text(
        "dossier;annee_scolaire;departement;groupes;groupe;groupe.effectif\nA1;2001-2002;09;oui;;\n"
        "A2;2001-2002;09;non;;\nA3;2001-2002;09;oui;petits;9\nA4;2001-2002;09;non;;\n",
        encoding="utf-8",
    )
    with engine.connect() as database:
        database.execute("COPY (SELECT * REPLACE (CAST(groupes AS BOOLEAN) AS groupes) FROM (SELECT * REPLACE ("
                         "CASE groupes WHEN 'oui' THEN true ELSE false END AS groupes) FROM read_csv('d.csv', "
                         "all_varchar = true))) TO 'd.parquet' (FORMAT parquet)")  # fmt: skip

    ran = run("batch", f"d.{form}", "--out", "r.ndjson")

    assert ran.code == 0, ran
    found = [row["groupes"] for row in lines(here / "r.ndjson")]
    assert (found[0], found[1], found[3]) == ([], None, None)
    assert [group["groupe"] for group in found[2]] == ["petits"]


def test_folders_give_all_that_can_be_read(run: Run, here: Path) -> None:
    save(here / "in" / "b.ndjson", dossier("B1"), dossier("B2"))
    save(here / "in" / "sub" / "c.json", dossier("C1"))
    (here / "in" / "a.csv").write_text(TABLE, encoding="utf-8")
    (here / "in" / "notes.txt").write_text("rien", encoding="utf-8")

    ran = run("batch", "in", "--out", "r.ndjson")

    assert ran.code == 0, ran.err
    assert [row["dossier"] for row in lines(here / "r.ndjson")] == ["A1", "A2", "B1", "B2", "C1"]


def test_tables_are_joined_across_files_of_the_command_line(run: Run, here: Path) -> None:
    (here / "d.csv").write_text("dossier;annee_scolaire;departement\nA1;2001-2002;09\n", encoding="utf-8")
    (here / "g.csv").write_text("dossier;groupe;groupe.effectif\nA1;petits;9\n", encoding="utf-8")

    ran = run("batch", "g.csv", "d.csv", "--out", "r.ndjson")

    assert ran.code == 0, ran.err
    assert [len(row["groupes"]) for row in lines(here / "r.ndjson")] == [1]


def test_tables_of_a_database_are_replaced(run: Run, here: Path) -> None:
    save(here / "d.ndjson", dossier("A1"))

    for _time in range(2):
        assert run("batch", "d.ndjson", "--out", "duckdb:r.duckdb#decisions").code == 0

    with engine.connect(here / "r.duckdb") as connection:
        assert connection.execute("SELECT dossier FROM decisions").fetchall() == [("A1",)]
        assert connection.execute("SELECT groupe FROM decisions_groupes").fetchall() == [("petits",)]


def test_results_do_not_depend_on_how_many_are_decided_together(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(here / "d.ndjson", *(dossier(f"A{at}", departement=("09", "33")[at % 2]) for at in range(40)))
    assert run("batch", "d.ndjson", "--out", "a.csv").code == 3

    monkeypatch.setattr("clas_policy.cli.batch_run._TOGETHER", 3)
    monkeypatch.setattr("clas_policy.batch.writing.deciding._TOGETHER", 5)
    assert run("batch", "d.ndjson", "--out", "b.csv").code == 3

    for name in ("", "-groupes"):
        assert (here / f"a{name}.csv").read_bytes() == (here / f"b{name}.csv").read_bytes()


def test_what_sql_refuses_is_decided_one_by_one_and_said(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(here / "d.ndjson", dossier("A1"))
    assert run("batch", "d.ndjson", "--out", "a.csv").code == 0

    def refuse(*_found: object) -> None:
        raise PolicyError([Problem("CLAS-B201", Message("too wide"))])

    monkeypatch.setattr(deciding, "compile_policy", refuse)
    ran = run("batch", "d.ndjson", "--out", "b.csv")

    assert ran.code == 0
    assert "note: too wide [CLAS-B201]" in ran.err
    assert "dossiers of `departements/09/2001-2002` are decided one by one, not by SQL" in ran.err
    assert (here / "a.csv").read_bytes() == (here / "b.csv").read_bytes()
