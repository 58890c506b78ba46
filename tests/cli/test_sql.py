"""What ``clas-policy sql`` prints: one query, or the tables that it reads."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlglot
from syrupy.assertion import SnapshotAssertion
from tests.cli.conftest import Run

LOCAL = ("--year", "2001-2002", "--department", "09")


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "spark"])
@pytest.mark.parametrize("output", ["dossiers", "groupes"])
def test_the_query_of_a_policy(dialect: str, output: str, rules: Path, run: Run, snapshot: SnapshotAssertion) -> None:
    ran = run("sql", *LOCAL, "--dialect", dialect, "--of", output)
    assert ran.err == ""
    assert ran.code == 0
    assert len([tree for tree in sqlglot.parse(ran.out, dialect=dialect) if tree is not None]) == 1
    assert ran.out == snapshot


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "spark"])
def test_the_tables_that_it_reads(dialect: str, rules: Path, run: Run, snapshot: SnapshotAssertion) -> None:
    ran = run("sql", *LOCAL, "--dialect", dialect, "--tables")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == snapshot


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_what_there_is_not_is_said(lang: str, rules: Path, run: Run, snapshot: SnapshotAssertion) -> None:
    said = [run("sql", *LOCAL, "--of", "collectif", "--lang", lang), run("sql", "--lang", lang)]
    assert [ran.code for ran in said] == [2, 2]
    assert "\n".join(map(str, said)) == snapshot


@pytest.mark.parametrize("more", [("--of", "groupes"), ("--of", "dossiers")], ids=" ".join)
def test_all_tables_or_one_query(more: tuple[str, str], rules: Path, run: Run) -> None:
    ran = run("sql", *LOCAL, "--tables", *more)
    assert (ran.code, ran.out) == (2, "")
    assert "`--of` goes without it" in ran.err


def test_plugins_that_a_lock_does_not_list_are_refused(rules: Path, run: Run) -> None:
    ran = run("sql", *LOCAL, "--lock", "absent.json")
    assert (ran.code, ran.out) == (6, "")


def test_what_sql_cannot_honour_is_a_problem_of_the_policy(rules: Path, run: Run) -> None:
    layer = rules / "departements" / "09" / "2001-2002.yaml"
    long = f"ariege_{'x' * 60}"
    layer.write_text(layer.read_text("utf-8").replace("ariege_charte", long), "utf-8")
    ran = run("sql", *LOCAL, "--dialect", "postgres", "--lang", "en")
    assert (ran.code, ran.out) == (3, "")
    assert f"`{long}` is longer than the 63 characters that names have in `postgres`" in ran.err
    assert "2001-2002.yaml:" in ran.err
    assert run("sql", *LOCAL, "--dialect", "duckdb").code == 0
