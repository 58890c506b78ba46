"""The files for pre-commit and for code hosts: accepted by their own programs, and run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.editor.conftest import LAYER, ROOT, make_workspace
from tests.editor.tools import program

pytestmark = pytest.mark.editor

TESTS = LAYER.replace(".yaml", ".test.yaml")
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def atelier(tmp_path: Path) -> Path:
    return make_workspace(tmp_path / "atelier")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a program in a folder; no hook environment of the person is used, and nothing can be fetched."""
    home = tmp_path / "home"
    home.mkdir()
    environment = {
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
        "HOME": str(home),
        "PRE_COMMIT_HOME": str(home / "pre-commit"),
        "CLAS_POLICY_WITHOUT_PLUGINS": "1",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@exemple.fr",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@exemple.fr",
        "https_proxy": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
        "PYTHONUTF8": "1",
    }

    def run(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            arguments,
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def repository(atelier: Path, run: Run) -> Path:
    """The workspace as a Git repository."""
    for arguments in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message", "Atelier")):
        done = run(atelier, "git", *arguments)
        assert done.returncode == 0, done.stdout
    return atelier


def test_the_hooks_pass_in_a_new_workspace(repository: Path, run: Run) -> None:
    done = run(repository, program("pre-commit"), "run", "--all-files", "--color", "never", "--verbose")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("...Passed\n") == 4, done.stdout
    assert run(repository, "git", "status", "--porcelain").stdout == ""


@pytest.mark.parametrize(
    ("file", "slip", "hook"),
    [
        (LAYER, ("late: inadmissible", "late: trop_tard"), "check"),
        (LAYER, ("  note:\n", "  note:\n\n\n"), "fmt"),
        (TESTS, ("outcome: incomplete", "outcome: admissible"), "test"),
    ],
    ids=["check", "fmt", "test"],
)
def test_a_slip_keeps_a_commit_from_being_made(
    file: str, slip: tuple[str, str], hook: str, repository: Path, run: Run
) -> None:
    assert run(repository, program("pre-commit"), "install").returncode == 0
    path = repository / file
    text = path.read_text(encoding="utf-8")
    assert text.count(slip[0]) == 1
    path.write_text(text.replace(*slip), encoding="utf-8")
    run(repository, "git", "add", file)
    done = run(repository, "git", "commit", "--message", "Une faute")
    assert done.returncode != 0, done.stdout
    assert f"- hook id: clas-policy-{hook}\n" in done.stdout
    assert run(repository, "git", "log", "--format=%s").stdout == "Atelier\n"


def test_pre_commit_accepts_its_files(atelier: Path, run: Run) -> None:
    config = run(atelier, program("pre-commit"), "validate-config", ".pre-commit-config.yaml")
    assert (config.returncode, config.stdout) == (0, "")
    hooks = run(ROOT, program("pre-commit"), "validate-manifest", ".pre-commit-hooks.yaml")
    assert (hooks.returncode, hooks.stdout) == (0, "")


@pytest.mark.parametrize(
    ("schema", "file", "options"),
    [
        ("vendor.github-workflows", ".github/workflows/clas-policy.yml", ()),
        ("vendor.gitlab-ci", ".gitlab-ci.yml", ("--data-transform", "gitlab-ci")),
    ],
    ids=["github", "gitlab"],
)
def test_code_hosts_accept_their_files(
    schema: str, file: str, options: tuple[str, ...], atelier: Path, run: Run
) -> None:
    check = (program("check-jsonschema"), "--builtin-schema", schema, *options, file)
    done = run(atelier, *check)
    assert done.returncode == 0, done.stdout
    path = atelier / file
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("runs-on:", "run-on:").replace("script:\n", "scripts:\n"), encoding="utf-8")
    assert run(atelier, *check).returncode != 0, "the schema accepts anything"
