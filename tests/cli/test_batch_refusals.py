"""``batch`` where something is bad: that is set apart or refused, and said; the good are done, nothing is half done."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.cli.batch_cases import TABLE, dossier, lines, save
from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("rules", "with_plugins")


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


def test_ten_thousand_dossiers_and_one_bad(run: Run, here: Path) -> None:
    save(here / "d.ndjson", *(dossier(f"A{number}") for number in range(9_999)), dossier("B", charte=3))

    ran = run("batch", "d.ndjson", "--out", "r.csv", "--quiet")

    assert ran.code == 4
    assert ran.err.count("CLAS-D104") == 1
    assert len((here / "r.csv").read_text(encoding="utf-8").splitlines()) == 10_000


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


def test_problems_beyond_what_can_be_read_are_counted(run: Run, here: Path) -> None:
    save(here / "d.ndjson", *(dossier(f"A{number}", charte=number) for number in range(300)))

    ran = run("batch", "d.ndjson", "--out", "r.csv")
    kept = run("batch", "d.ndjson", "--out", "r.csv", "--rejects", "bad.ndjson")

    assert ran.err.count("CLAS-D104") == kept.err.count("CLAS-D104") == 200
    assert "100 more problems are not shown; `--rejects FILE` keeps them all" in ran.err
    assert "100 more problems are not shown\n" in kept.err
    assert len(lines(here / "bad.ndjson")) == 300


def test_one_more_problem_is_one(run: Run, here: Path) -> None:
    save(here / "d.ndjson", *(dossier(f"A{number}", charte=number) for number in range(201)))

    ran = run("batch", "d.ndjson", "--out", "r.csv", "--lang", "fr")

    assert "1 autre problème n'est pas affiché\u00a0; `--rejects FICHIER` les conserve tous" in ran.err


@pytest.mark.parametrize("name", ["d.xls", "d.ods"])
def test_workbooks_of_other_formats_are_refused_by_name(run: Run, here: Path, name: str) -> None:
    (here / name).write_bytes(b"\xd0\xcf\x11\xe0")

    ran = run("batch", name, "--out", "r.csv")

    assert ran.code == 4
    assert "CLAS-B120" in ran.err
    assert not (here / "r.csv").exists()


def test_where_nothing_is_decided_what_was_there_stays(run: Run, here: Path) -> None:
    save(here / "d.ndjson", dossier("A1", charte=3))
    (here / "r.csv").write_text("avant", encoding="utf-8")

    ran = run("batch", "d.ndjson", "--out", "r.csv")

    assert ran.code == 4
    assert ran.err.endswith("1 could not be decided; no result was written\n")
    assert (here / "r.csv").read_text(encoding="utf-8") == "avant"
    assert sorted(path.name for path in here.iterdir()) == ["d.ndjson", "r.csv", "regles"]


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


def test_a_password_is_never_said(run: Run, here: Path) -> None:
    save(here / "d.ndjson", dossier("A1"))

    ran = run("batch", "d.ndjson", "--out", "postgresql://moi:tres-secret@127.0.0.1:1/clas#t", "--debug")

    assert ran.code == 70
    assert "tres-secret" not in ran.err + ran.out
    assert "CLAS-B30" in ran.err


def test_hidden_characters_of_a_table_do_not_reach_the_terminal(run: Run, here: Path) -> None:
    (here / "d.csv").write_text(TABLE.replace(";9;", ";9\x1b[31m\u202e;"), encoding="utf-8")

    ran = run("batch", "d.csv", "--out", "r.csv")

    assert ran.code == 4
    assert "\x1b" not in ran.err
    assert "\u202e" not in ran.err


COMMANDS = {
    "batch": ["--out", "r.csv"],
    "report": ["--output", "html:r.csv", "--year", "2001-2002", "--department", "09"],
}


@pytest.mark.parametrize(
    ("old", "new"), [("taille", "dossier_no"), ("taille", "position"), ("list: groupes", "list: dossiers")]
)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_policy_that_no_table_can_hold_is_refused_by_name(
    command: str, old: str, new: str, *, run: Run, rules: Path, here: Path
) -> None:
    layer = rules / "national" / "referentiel-2000.yaml"
    layer.write_text(layer.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    envelope = {"annee_scolaire": "2001-2002", "departement": "09"}
    save(here / "d.ndjson", *({"dossier": f"A{number}", **envelope} for number in range(3)))

    ran = run(command, "d.ndjson", *COMMANDS[command])

    name = new.rpartition(" ")[2]
    assert ran.code == 3, ran
    assert ran.err.count(f"two columns of the tables would be called `{name}`") == 1
    assert not (here / "r.csv").exists()
