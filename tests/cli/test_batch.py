"""``batch``: from files and tables to files and tables; what is bad is set apart, nothing is half done."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.cli.conftest import Ran

from clas_policy.batch import engine

Run = Callable[..., Ran]

DAY = "12/09/2001"
TABLE = f"""\
dossier;annee_scolaire;departement;depot.date;charte.signee;groupe;groupe.effectif;groupe.depenses
A1;2001-2002;09;{DAY};oui;petits;9;4 000,00 €
A1;2001-2002;09;{DAY};oui;grands;7;2 000,50 €
A2;2001-2002;09;{DAY};oui;petits;12;6000
"""


@pytest.fixture(autouse=True)
def _with_plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without plugins, a department without a layer of its own would meet the national rules."""
    monkeypatch.delenv("CLAS_POLICY_WITHOUT_PLUGINS")


def dossier(name: str, **changes: Any) -> dict[str, Any]:
    return {
        "dossier": name,
        "annee_scolaire": "2001-2002",
        "departement": "09",
        "depot": {"date": "2001-09-12"},
        "charte": {"signee": True},
        "groupes": [{"groupe": "petits", "effectif": 9, "depenses": "4000.00"}],
        **changes,
    }


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def save(path: Path, *dossiers: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(one)}\n" for one in dossiers), encoding="utf-8")


@pytest.mark.usefixtures("rules")
def test_a_table_is_decided_into_a_table(run: Run, here: Path) -> None:
    (here / "d.csv").write_text(TABLE, encoding="utf-8")

    ran = run("batch", "d.csv", "--out", "r.csv")

    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "2 dossiers: 2 admissible, 0 to be completed, 0 not admissible\n"
    rows = list(csv.DictReader(io.StringIO((here / "r-groupes.csv").read_text(encoding="utf-8"))))
    assert [(row["dossier"], row["groupe"], row["aide.status"], row["aide.high"]) for row in rows] == [
        ("A1", "petits", "due", "1200.00"),
        ("A1", "grands", "refused", "0.00"),
        ("A2", "petits", "due", "1500.00"),
    ]


@pytest.mark.usefixtures("rules")
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
        statuses = [group["aide.status"] for group in row["groupes"]]
        assert statuses == [grant["status"] for grant in decision["grants"] if grant["id"] == "aide"]


@pytest.mark.usefixtures("rules")
def test_the_good_are_done_and_the_bad_are_set_apart(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch, snapshot: SnapshotAssertion
) -> None:
    """Each kind of badness has its exit code; the worst counts."""
    monkeypatch.setenv("CLAS_POLICY_WITHOUT_PLUGINS", "1")
    save(
        here / "d.ndjson",
        dossier("A1"),
        dossier("A2", charte={"signee": "oui"}),
        dossier("A3", annee_scolaire="1999-2000"),
        dossier("A1"),
        dossier("A4"),
    )

    ran = run("batch", "d.ndjson", "--out", "r.ndjson", "--rejects", "bad.ndjson")

    assert str(ran) == snapshot
    assert [row["dossier"] for row in lines(here / "r.ndjson")] == ["A1", "A4"]
    rejects = lines(here / "bad.ndjson")
    assert [(one["file"], one["line"], [problem["code"] for problem in one["problems"]]) for one in rejects] == [
        ("d.ndjson", 2, ["CLAS-D105"]),
        ("d.ndjson", 3, ["CLAS-L210"]),
        ("d.ndjson", 4, ["CLAS-B139"]),
    ]
    assert json.loads(rejects[0]["given"]) == dossier("A2", charte={"signee": "oui"})


@pytest.mark.usefixtures("rules")
def test_ten_thousand_dossiers_and_one_bad(run: Run, here: Path) -> None:
    save(here / "d.ndjson", *(dossier(f"A{number}") for number in range(9_999)), dossier("B", charte=3))

    ran = run("batch", "d.ndjson", "--out", "r.csv", "--quiet")

    assert ran.code == 4
    assert ran.err.count("CLAS-D104") == 1
    assert len((here / "r.csv").read_text(encoding="utf-8").splitlines()) == 10_000


@pytest.mark.usefixtures("rules")
def test_rejects_may_be_a_table_that_a_french_spreadsheet_opens(run: Run, here: Path) -> None:
    (here / "d.csv").write_text(TABLE.replace("4 000,00 €", "4,000"), encoding="utf-8")

    ran = run("batch", "d.csv", "--out", "r.ndjson", "--rejects", "bad.csv", "--lang", "fr")

    assert ran.code == 4
    assert [row["dossier"] for row in lines(here / "r.ndjson")] == ["A2"]
    rows = list(csv.reader(io.StringIO((here / "bad.csv").read_text(encoding="utf-8")), delimiter=";"))
    assert rows[0] == ["fichier", "ligne", "endroit", "code", "motif", "aide"]
    assert rows[1] == [
        "d.csv", "2", "H2", "CLAS-B124",
        "`4,000` peut avoir des décimales ou des milliers", "écrivez `4000` ou `4,00`",
    ]  # fmt: skip


@pytest.mark.usefixtures("rules")
def test_periods_and_departments_each_meet_their_own_policy(run: Run, here: Path, rules: Path) -> None:
    other = (rules / "departements" / "09" / "2001-2002.yaml").read_text(encoding="utf-8")
    folder = rules / "departements" / "11"
    folder.mkdir()
    (folder / "2001-2002.yaml").write_text(
        other.replace("departements/09", "departements/11").replace("ariege", "aude"), encoding="utf-8"
    )
    (here / "d.csv").write_text(TABLE.replace("A2;2001-2002;09", "A2;2001-2002;11"), encoding="utf-8")

    ran = run("batch", "d.csv", "--out", "r.ndjson")

    assert ran.code == 0, ran.err
    assert [(row["dossier"], row["policy"]) for row in lines(here / "r.ndjson")] == [
        ("A1", "departements/09/2001-2002"),
        ("A2", "departements/11/2001-2002"),
    ]


@pytest.mark.usefixtures("rules")
def test_folders_give_all_that_can_be_read(run: Run, here: Path) -> None:
    save(here / "in" / "b.ndjson", dossier("B1"), dossier("B2"))
    save(here / "in" / "sub" / "c.json", dossier("C1"))
    (here / "in" / "a.csv").write_text(TABLE, encoding="utf-8")
    (here / "in" / "notes.txt").write_text("rien", encoding="utf-8")

    ran = run("batch", "in", "--out", "r.ndjson")

    assert ran.code == 0, ran.err
    assert [row["dossier"] for row in lines(here / "r.ndjson")] == ["A1", "A2", "B1", "B2", "C1"]


@pytest.mark.usefixtures("rules")
def test_tables_are_joined_across_files_of_the_command_line(run: Run, here: Path) -> None:
    (here / "d.csv").write_text("dossier;annee_scolaire;departement\nA1;2001-2002;09\n", encoding="utf-8")
    (here / "g.csv").write_text("dossier;groupe;groupe.effectif\nA1;petits;9\n", encoding="utf-8")

    ran = run("batch", "g.csv", "d.csv", "--out", "r.ndjson")

    assert ran.code == 0, ran.err
    assert [len(row["groupes"]) for row in lines(here / "r.ndjson")] == [1]


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize("name", ["d.xls", "d.ods"])
def test_workbooks_of_other_formats_are_refused_by_name(run: Run, here: Path, name: str) -> None:
    (here / name).write_bytes(b"\xd0\xcf\x11\xe0")

    ran = run("batch", name, "--out", "r.csv")

    assert ran.code == 4
    assert "CLAS-B120" in ran.err
    assert not (here / "r.csv").exists()


@pytest.mark.usefixtures("rules")
def test_where_nothing_is_decided_what_was_there_stays(run: Run, here: Path) -> None:
    save(here / "d.ndjson", dossier("A1", charte=3))
    (here / "r.csv").write_text("avant", encoding="utf-8")

    assert run("batch", "d.ndjson", "--out", "r.csv").code == 4
    assert (here / "r.csv").read_text(encoding="utf-8") == "avant"
    assert sorted(path.name for path in here.iterdir()) == ["d.ndjson", "r.csv", "regles"]


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("d.ndjson", "--out", "d.ndjson"), 2, "CLAS-F005"),
        (("d.ndjson", "--out", "r.txt"), 2, "ends in none of"),
        (("d.ndjson", "--out", "r.ndjson", "--excel-fr"), 2, "`--excel-fr` is for results in `.csv`"),
        (("d.ndjson", "--out", "r.csv", "--rejects", "bad.txt"), 2, "rejects go to"),
        (("d.ndjson", "--out", "r.csv", "--rejects", "r.csv"), 2, "two outputs go to the same place"),
        (("d.ndjson", "--out", "r.csv", "--rejects", "d.ndjson"), 2, "CLAS-F005"),
        (("d.ndjson", "--out", "nulle/part.csv"), 70, "no folder to write this file in"),
        (("d.ndjson", "--out", "r.csv", "--policy", "x", "--national"), 2, "exclude each other"),
        (("vide/*.csv", "--out", "r.csv"), 5, "CLAS-U505"),
        (("absent.csv", "--out", "r.csv"), 4, "CLAS-F001"),
        (("d.ndjson", "--out", "duckdb:d.ndjson#t"), 70, "CLAS-B301"),
    ],
)
def test_what_is_asked_wrongly_is_said_before_anything_is_done(
    run: Run, here: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    save(here / "d.ndjson", dossier("A1"))
    before = (here / "d.ndjson").read_bytes()

    ran = run("batch", *arguments)

    assert ran.code == code, ran.err
    assert said in ran.err
    assert (here / "d.ndjson").read_bytes() == before
    assert sorted(path.name for path in here.iterdir()) == ["d.ndjson", "regles"]


@pytest.mark.usefixtures("rules")
def test_tables_of_a_database_are_replaced(run: Run, here: Path) -> None:
    save(here / "d.ndjson", dossier("A1"))

    for _time in range(2):
        assert run("batch", "d.ndjson", "--out", "duckdb:r.duckdb#decisions").code == 0

    with engine.connect(here / "r.duckdb") as connection:
        assert connection.execute("SELECT dossier FROM decisions").fetchall() == [("A1",)]
        assert connection.execute("SELECT groupe FROM decisions_groupes").fetchall() == [("petits",)]


@pytest.mark.usefixtures("rules")
def test_a_password_is_never_said(run: Run, here: Path) -> None:
    save(here / "d.ndjson", dossier("A1"))

    ran = run("batch", "d.ndjson", "--out", "postgresql://moi:tres-secret@127.0.0.1:1/clas#t", "--debug")

    assert ran.code == 70
    assert "tres-secret" not in ran.err + ran.out
    assert "CLAS-B30" in ran.err


@pytest.mark.usefixtures("rules")
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


@pytest.mark.usefixtures("rules")
def test_what_sql_refuses_is_decided_one_by_one_and_said(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from clas_policy.batch.writing import deciding
    from clas_policy.problem import Message, PolicyError, Problem

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


@pytest.mark.usefixtures("rules")
def test_problems_beyond_what_can_be_read_are_counted(run: Run, here: Path) -> None:
    save(here / "d.ndjson", *(dossier(f"A{number}", charte=number) for number in range(300)))

    ran = run("batch", "d.ndjson", "--out", "r.csv", "--rejects", "bad.ndjson")

    assert ran.err.count("CLAS-D104") == 200
    assert "100 more problems are not shown; `--rejects FILE` keeps them all" in ran.err
    assert len(lines(here / "bad.ndjson")) == 300


@pytest.mark.usefixtures("rules")
def test_hidden_characters_of_a_table_do_not_reach_the_terminal(run: Run, here: Path) -> None:
    (here / "d.csv").write_text(TABLE.replace(";9;", ";9\x1b[31m\u202e;"), encoding="utf-8")

    ran = run("batch", "d.csv", "--out", "r.csv")

    assert ran.code == 4
    assert "\x1b" not in ran.err
    assert "\u202e" not in ran.err


def test_a_blank_workbook_is_written_whole_and_read_back(run: Run, here: Path, rules: Path) -> None:
    chosen = ("--year", "2001-2002", "--department", "09")

    assert run("template", "dossier", *chosen, "--format", "xlsx").code == 2
    assert run("template", "dossier", *chosen, "--format", "xlsx", "--output", "m.xlsx").code == 0
    assert (here / "m.xlsx").read_bytes().startswith(b"PK")
    assert run("batch", "m.xlsx", "--out", "r.csv").code == 5

    assert run("template", "dossier", *chosen, "--output", "m.json").code == 0
    assert (here / "m.json").read_text(encoding="utf-8") == run("template", "dossier", *chosen).out


# In processes of their own: what a terminal and a system do to a run.


def _started(here: Path, environment: dict[str, str], *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "clas_policy", "batch", *arguments],
        cwd=here,
        env={**environment, "CLAS_POLICY_PATH": "regles"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_a_run_that_is_stopped_leaves_no_half_file(
    here: Path, environment: dict[str, str], sent: signal.Signals, code: int
) -> None:
    (here / "r.csv").write_text("avant", encoding="utf-8")
    process = _started(here, environment, "-", "--out", "r.csv", "--rejects", "bad.ndjson")
    assert process.stdin is not None
    data = b"".join(json.dumps(dossier(f"A{number}")).encode() + b"\n" for number in range(200))
    process.stdin.write(data)
    process.stdin.flush()
    _wait_for_temporary(here)
    process.send_signal(sent)
    _out, err = process.communicate(timeout=60)

    assert process.returncode == code
    assert (here / "r.csv").read_text(encoding="utf-8") == "avant"
    assert not (here / "bad.ndjson").exists()
    if sent is signal.SIGINT:
        assert b"interrupted after" in err
        assert b"no file was written" in err
        assert sorted(path.name for path in here.iterdir()) == ["r.csv", "regles"]


@pytest.mark.usefixtures("rules")
def test_an_interrupt_while_the_database_works_is_one_like_others(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clas_policy.batch.writing import deciding

    save(here / "d.ndjson", dossier("A1"))

    def interrupted(*_found: object) -> None:
        raise RuntimeError("Query interrupted")

    monkeypatch.setattr(deciding.BySql, "decide_all", interrupted)
    ran = run("batch", "d.ndjson", "--out", "r.csv")

    assert ran.code == 130
    assert ran.err == "interrupted after 1 dossier; no file was written\n"
    assert not (here / "r.csv").exists()


def test_what_a_killed_run_has_left_goes_with_the_next(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from clas_policy.batch.writing.store import Store

    monkeypatch.setattr("tempfile.tempdir", str(here))
    mine, dead, other = (here / f"clas-policy-batch-{name}-x" for name in (os.getpid(), 2**22 + 1, "autre"))
    for folder in (mine, dead, other):
        folder.mkdir()

    with Store():
        assert not dead.exists()

    assert mine.exists()
    assert other.exists()


def _wait_for_temporary(here: Path) -> None:
    """Until the program holds the place of its results, which it does when it has begun."""
    end = time.monotonic() + 30
    while time.monotonic() < end and not any(path.name.startswith(".bad") for path in here.iterdir()):
        os.sched_yield()
    assert any(path.name.startswith(".bad") for path in here.iterdir())


@pytest.mark.usefixtures("rules")
def test_without_the_libraries_of_the_extra_it_says_what_to_install(here: Path, environment: dict[str, str]) -> None:
    (here / "sans").mkdir()
    (here / "sans" / "duckdb.py").write_text("raise ModuleNotFoundError(name='duckdb')\n", encoding="utf-8")
    save(here / "d.ndjson", dossier("A1"))

    process = _started(here, {**environment, "PYTHONPATH": "sans"}, "d.ndjson", "--out", "r.csv")
    _out, err = process.communicate(timeout=60)

    assert process.returncode == 2
    assert b"pip install 'clas-policy[batch]'" in err
