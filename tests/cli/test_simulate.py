"""``simulate``: made-up dossiers in each format, what is assumed, and what cannot be asked for."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.cli.conftest import Run

LOCAL = "departements/09/2001-2002"
LANGUAGES = pytest.mark.parametrize("lang", ["fr", "en"])


@pytest.mark.usefixtures("rules")
def test_dossiers_come_one_a_line_and_evaluate_reads_them(here: Path, run: Run) -> None:
    ran = run("simulate", "--policy", LOCAL, "--dossiers", "30", "--quiet")
    assert ran.code == 0
    assert [json.loads(line)["dossier"] for line in ran.out.splitlines()][::29] == ["simule-000001", "simule-000030"]
    (here / "d.ndjson").write_text(ran.out, encoding="utf-8")
    decided = run("evaluate", "d.ndjson", "--output", "ndjson", "--brief")
    assert (decided.code, len(decided.out.splitlines())) == (0, 30)


@pytest.mark.usefixtures("rules")
def test_the_year_and_the_department_name_the_policy(run: Run) -> None:
    by_year = run("simulate", "--year", "2001-2002", "--department", "09", "--dossiers", "5")
    assert by_year.out == run("simulate", "--policy", LOCAL, "--dossiers", "5").out
    assert {json.loads(line)["departement"] for line in by_year.out.splitlines()} == {"09"}


@pytest.mark.usefixtures("rules")
def test_a_seed_gives_the_same_dossiers_again(run: Run) -> None:
    ran = [run("simulate", "--policy", LOCAL, "--dossiers", "5", "--seed", seed).out for seed in ("3", "3", "4")]
    assert ran[0] == ran[1] != ran[2]


@pytest.mark.usefixtures("rules")
def test_a_table_has_a_row_per_member_with_its_dossier(run: Run) -> None:
    rows = list(
        csv.DictReader(io.StringIO(run("simulate", "--policy", LOCAL, "--dossiers", "20", "--output", "csv").out))
    )
    lines = run("simulate", "--policy", LOCAL, "--dossiers", "20").out.splitlines()
    dossiers = [json.loads(line) for line in lines]
    assert len(rows) == sum(len(dossier["groupes"]) for dossier in dossiers)
    assert rows[0]["dossier"] == "simule-000001"
    assert rows[0]["groupe.depenses"] == dossiers[0]["groupes"][0]["depenses"]
    assert {row["charte.signee"] for row in rows} <= {"oui", "non", ""}


@pytest.mark.usefixtures("rules")
def test_a_parquet_file_has_types(here: Path, run: Run) -> None:
    duckdb = pytest.importorskip("duckdb")
    assert run("simulate", "--policy", LOCAL, "--dossiers", "20", "--output", "parquet:d.parquet").code == 0
    table = duckdb.read_parquet(str(here / "d.parquet"))
    found = dict(zip(table.columns, map(str, table.types), strict=True))
    assert found["depot.date"] == "DATE"
    assert found["groupe.depenses"] == "DECIMAL(18,2)"
    assert found["charte.signee"] == found["groupes"] == "BOOLEAN"


@LANGUAGES
@pytest.mark.usefixtures("rules")
def test_everybody_is_told_that_nothing_is_real(lang: str, run: Run, snapshot: SnapshotAssertion) -> None:
    ran = run("--lang", lang, "simulate", "--policy", LOCAL, "--dossiers", "2", "--output", "csv:d.csv")
    assert str(ran) == snapshot


@pytest.mark.usefixtures("rules")
def test_what_is_assumed_is_shown(run: Run, snapshot: SnapshotAssertion) -> None:
    ran = run("simulate", "--policy", LOCAL, "--show-assumptions")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == snapshot


@pytest.mark.usefixtures("rules")
def test_what_is_shown_can_be_handed_in(here: Path, run: Run) -> None:
    shown = run("simulate", "--policy", LOCAL, "--show-assumptions").out
    (here / "h.yaml").write_text(shown, encoding="utf-8")
    ran = run("simulate", "--policy", LOCAL, "--dossiers", "5", "--assumptions", "h.yaml")
    assert ran.out == run("simulate", "--policy", LOCAL, "--dossiers", "5").out
    (here / "h.yaml").write_text("title: À nous\nfacts: {charte.signee: {chance: 0 %}}\n", encoding="utf-8")
    changed = run("simulate", "--policy", LOCAL, "--dossiers", "5", "--assumptions", "h.yaml", "--lang", "fr")
    assert {json.loads(line)["charte"]["signee"] for line in changed.out.splitlines()} == {False}
    assert "hypothèses\u00a0: À nous" in changed.err


WRONG = {
    "format": (2, "--policy", LOCAL, "--output", "xlsx"),
    "parquet-without-a-file": (2, "--policy", LOCAL, "--output", "parquet"),
    "no-policy": (2,),
    "a-policy-and-a-year": (2, "--policy", LOCAL, "--year", "2001-2002"),
    "national-and-a-department": (2, "--year", "2001-2002", "--national", "--department", "09"),
    "assumptions-and-dossiers": (2, "--policy", LOCAL, "--show-assumptions", "--dossiers", "5"),
    "assumptions-and-a-place": (2, "--policy", LOCAL, "--show-assumptions", "--output", "csv:a.csv"),
    "a-policy-and-national": (2, "--policy", LOCAL, "--national"),
    "unknown-policy": (3, "--policy", "departements/10/2001-2002"),
    "no-year": (3, "--policy", "national/referentiel-2000"),
    "no-dossier": (2, "--policy", LOCAL, "--dossiers", "0"),
    "assumptions-not-there": (3, "--policy", LOCAL, "--assumptions", "absent.yaml"),
    "wrong-assumptions": (3, "--policy", LOCAL, "--assumptions", "h.yaml"),
    "lock-not-there": (6, "--policy", LOCAL, "--lock", "absent.json"),
    "over-an-input": (2, "--policy", LOCAL, "--assumptions", "vide.yaml", "--output", "csv:vide.yaml"),
}


@LANGUAGES
@pytest.mark.parametrize("asked", WRONG.values(), ids=WRONG)
@pytest.mark.usefixtures("rules")
def test_what_cannot_be_done_is_said(
    asked: tuple[int | str, ...], lang: str, here: Path, run: Run, snapshot: SnapshotAssertion
) -> None:
    (here / "h.yaml").write_text("facts:\n  groupe.efectif: {uniform: {from: 5, to: 12}}\n", encoding="utf-8")
    (here / "vide.yaml").write_text("title: Rien\n", encoding="utf-8")
    code, *arguments = asked
    ran = run("--lang", lang, "simulate", *map(str, arguments))
    assert (ran.code, ran.out) == (code, "")
    if asked != WRONG["no-dossier"]:  # click's own sentence
        assert ran.err == snapshot
