"""``template``: a dossier to fill in, as JSON, as questions, as a workbook."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("rules", "with_plugins")

WHERE = ("--year", "2001-2002", "--department", "09")


def test_a_blank_workbook_is_written_whole_and_read_back(run: Run, here: Path) -> None:
    assert run("template", "dossier", *WHERE, "--format", "xlsx", "--output", "m.xlsx").code == 0
    assert (here / "m.xlsx").read_bytes().startswith(b"PK")

    ran = run("batch", "m.xlsx", "--out", "r.csv")

    assert ran.code == 5
    assert "but for those of examples" in ran.err


@pytest.mark.parametrize("more", [(), ("--questions",)], ids=["json", "questions"])
def test_what_is_printed_may_go_to_a_file_instead(run: Run, here: Path, more: tuple[str, ...]) -> None:
    ran = run("template", "dossier", *WHERE, *more, "--output", "m.txt")

    assert (ran.code, ran.out) == (0, "")
    assert (here / "m.txt").read_text(encoding="utf-8") == run("template", "dossier", *WHERE, *more).out


def test_questions_have_no_format(run: Run) -> None:
    ran = run("template", "dossier", *WHERE, "--questions", "--format", "json")

    assert (ran.code, ran.out) == (2, "")
    assert "`--questions` goes without `--format`" in ran.err


def test_a_department_beside_the_national_rules_stands_in_the_dossier(run: Run) -> None:
    ran = run("template", "dossier", "--year", "2001-2002", "--national", "--department", "31")

    assert (ran.code, ran.err) == (0, "")
    assert '"departement": "31"' in ran.out


@pytest.mark.parametrize(
    ("more", "said"),
    [((), "a workbook goes to a file"), (("--questions", "--output", "m.xlsx"), "questions are text")],
)
def test_a_workbook_needs_a_file_and_holds_no_questions(run: Run, here: Path, more: tuple[str, ...], said: str) -> None:
    ran = run("template", "dossier", *WHERE, "--format", "xlsx", *more)

    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert not (here / "m.xlsx").exists()
