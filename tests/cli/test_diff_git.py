"""``diff`` with Git: a file as it was in a revision, and what Git cannot give."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.cli.conftest import Edit, Run

ANNUAL = "national/2001-2002"
LANGUAGES = pytest.mark.parametrize("lang", ["fr", "en"])


@pytest.fixture
def repository(rules: Path, here: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """The author's folder in a Git repository with one commit; runs Git there."""
    if shutil.which("git") is None:
        pytest.skip("Git is not installed")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", here.parent.as_posix())
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)

    def git(*arguments: str) -> str:
        who = ("-c", "user.name=Auteur", "-c", "user.email=auteur@example.org", "-c", "commit.gpgsign=false")
        done = subprocess.run(["git", *who, *arguments], cwd=here, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    git("init", "-q", "-b", "main")
    git("add", "regles")
    git("commit", "-q", "-m", "Premier barème")
    return git


def test_a_file_in_a_revision(repository: Callable[..., str], edit: Edit, run: Run) -> None:
    edit(ANNUAL, "plafond: 5000 EUR", "plafond: 5100 EUR")
    ran = run("diff", f"HEAD:regles/{ANNUAL}.yaml", ANNUAL)
    assert (ran.code, ran.err) == (0, "")
    assert "€5,000.00 → €5,100.00 (+2.0%)" in ran.out
    assert f"where: HEAD:regles/{ANNUAL}.yaml:9 → regles/{ANNUAL}.yaml:9" in " ".join(ran.out.split())


def test_two_revisions_of_one_file(repository: Callable[..., str], edit: Edit, run: Run) -> None:
    edit(ANNUAL, "plafond: 5000 EUR", "plafond: 5100 EUR")
    repository("commit", "-q", "-a", "-m", "Nouveau plafond")
    old, new = f"HEAD~1:regles/{ANNUAL}.yaml", f"HEAD:./regles/{ANNUAL}.yaml"
    there = json.loads(run("diff", old, new, "--output", "json").out)["changes"]
    back = json.loads(run("diff", new, old, "--output", "json").out)["changes"]
    assert [(change["old"]["value"], change["new"]["value"]) for change in (*there, *back)] == [
        ("5000.00", "5100.00"),
        ("5100.00", "5000.00"),
    ]


@pytest.mark.parametrize("name", [ANNUAL, f"regles/{ANNUAL}.yaml", "2001-2002"])
def test_a_layer_since_a_revision(name: str, repository: Callable[..., str], edit: Edit, run: Run) -> None:
    edit(ANNUAL, "plafond: 5000 EUR", "plafond: 5100 EUR")
    ran = run("diff", "--since", "main", name, "--exit-code")
    assert (ran.code, ran.err) == (1, "")
    assert "€5,000.00 → €5,100.00 (+2.0%)" in ran.out
    assert f"main:regles/{ANNUAL}.yaml:9" in ran.out


def test_a_revision_of_now_cannot_be_compared_with_now(repository: Callable[..., str], run: Run) -> None:
    ran = run("diff", "--since", "HEAD", f"HEAD:regles/{ANNUAL}.yaml")
    assert (ran.code, ran.out) == (3, "")
    assert "CLAS-C006" in ran.err


GONE = {
    "unknown revision": (f"hier:regles/{ANNUAL}.yaml", "CLAS-C003"),
    "an option": (f"--help:regles/{ANNUAL}.yaml", "CLAS-C003"),
    "unknown path": ("HEAD:2001-2002.yaml", "CLAS-C004"),
    "a folder": ("HEAD:regles", "CLAS-C004"),
    "no path": ("HEAD:", "CLAS-C004"),
    "never added": ("HEAD:ancien.yaml", "CLAS-C004"),
}


@LANGUAGES
@pytest.mark.parametrize(("name", "code"), GONE.values(), ids=GONE)
@pytest.mark.usefixtures("repository")
def test_what_git_does_not_have(name: str, code: str, lang: str, run: Run, snapshot: SnapshotAssertion) -> None:
    ran = run("diff", "--lang", lang, "--", name, ANNUAL)
    assert (ran.code, ran.out) == (3, "")
    assert code in ran.err
    assert ran.err == snapshot


def test_a_folder_in_no_repository(rules: Path, here: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", here.parent.as_posix())
    ran = run("diff", f"HEAD:regles/{ANNUAL}.yaml", ANNUAL)
    assert (ran.code, ran.out) == (3, "")
    assert "`.` is not in a Git repository [CLAS-C002]" in ran.err


def test_no_git_at_all(rules: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    ran = run("diff", f"HEAD:regles/{ANNUAL}.yaml", ANNUAL)
    assert (ran.code, ran.out) == (3, "")
    assert "Git is not installed here [CLAS-C001]" in ran.err


def test_git_that_does_not_answer(rules: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_arguments: object, timeout: float, **_more: object) -> None:
        raise subprocess.TimeoutExpired("git", timeout)

    monkeypatch.setattr(subprocess, "run", slow)
    ran = run("diff", f"HEAD:regles/{ANNUAL}.yaml", ANNUAL)
    assert (ran.code, ran.out) == (3, "")
    assert "Git gave no answer within 15 seconds [CLAS-C005]" in ran.err


def test_a_file_that_is_far_too_large(repository: Callable[..., str], here: Path, run: Run) -> None:
    (here / "grand.yaml").write_text("#" * 300_000, encoding="utf-8")
    repository("add", "grand.yaml")
    repository("commit", "-q", "-m", "Grand")
    ran = run("diff", "HEAD:grand.yaml", ANNUAL)
    assert (ran.code, ran.out) == (3, "")
    assert "`grand.yaml` is too large in `HEAD` [CLAS-C005]" in ran.err
