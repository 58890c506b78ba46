"""``batch`` that is stopped, or cannot begin: what a terminal and a system do to a run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from tests.cli.batch_cases import dossier, save
from tests.cli.conftest import Run

from clas_policy.batch.writing import deciding
from clas_policy.batch.writing.store import Store

pytestmark = pytest.mark.usefixtures("rules", "with_plugins")


def _started(here: Path, environment: dict[str, str], *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "clas_policy", "batch", *arguments],
        cwd=here,
        env={**environment, "CLAS_POLICY_PATH": "regles"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


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


def _wait_for_temporary(here: Path) -> None:
    """Until the program holds the place of its results, which it does when it has begun."""
    end = time.monotonic() + 30
    while time.monotonic() < end and not any(path.name.startswith(".bad") for path in here.iterdir()):
        os.sched_yield()
    assert any(path.name.startswith(".bad") for path in here.iterdir())


def test_an_interrupt_while_the_database_works_is_one_like_others(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(here / "d.ndjson", dossier("A1"))

    def interrupted(*_found: object) -> None:
        raise RuntimeError("Query interrupted")

    monkeypatch.setattr(deciding.BySql, "decide_all", interrupted)
    ran = run("batch", "d.ndjson", "--out", "r.csv")

    assert ran.code == 130
    assert ran.err == "interrupted after 1 dossier; no file was written\n"
    assert not (here / "r.csv").exists()


def test_what_a_killed_run_has_left_goes_with_the_next(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(here))
    mine, dead, other = (here / f"clas-policy-batch-{name}-x" for name in (os.getpid(), 2**22 + 1, "autre"))
    for folder in (mine, dead, other):
        folder.mkdir()

    with Store():
        assert not dead.exists()

    assert mine.exists()
    assert other.exists()


def test_one_more_interrupt_does_not_leave_the_folder(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(here))

    def interrupted(folder: Any) -> None:
        folder._finalizer.detach()
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(tempfile.TemporaryDirectory, "cleanup", interrupted)
        with pytest.raises(KeyboardInterrupt), Store() as store:
            assert store.folder.is_dir()

    assert list(here.glob("clas-policy-batch-*")) == []


def test_without_the_libraries_of_the_extra_it_says_what_to_install(here: Path, environment: dict[str, str]) -> None:
    (here / "sans").mkdir()
    (here / "sans" / "duckdb.py").write_text("raise ModuleNotFoundError(name='duckdb')\n", encoding="utf-8")
    save(here / "d.ndjson", dossier("A1"))

    process = _started(here, {**environment, "PYTHONPATH": "sans"}, "d.ndjson", "--out", "r.csv")
    _out, err = process.communicate(timeout=60)

    assert process.returncode == 2
    assert b"pip install 'clas-policy[batch]'" in err
