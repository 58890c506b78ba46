"""The command line as people run it: arguments in, exit code and two texts out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from clas_policy import resources
from clas_policy.cli import front

RULES = Path(__file__).parent / "regles"


@dataclass(frozen=True)
class Ran:
    """What came of a run."""

    code: int
    out: str
    err: str

    def __str__(self) -> str:
        """As snapshots keep it."""
        parts = [f"exit {self.code}\n"]
        if self.out:
            parts += ["--- stdout\n", self.out]
        if self.err:
            parts += ["--- stderr\n", self.err]
        return "".join(parts)


Run = Callable[..., Ran]
Edit = Callable[[str, str, str], None]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to run in, no plugin, one day, none of the variables of who runs the tests."""
    for name in list(os.environ):
        if name.startswith("CLAS_POLICY_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("CLAS_POLICY_CACHE", "")
    monkeypatch.setenv("CLAS_POLICY_WITHOUT_PLUGINS", "1")
    monkeypatch.setenv("CLAS_POLICY_AS_OF", "2002-01-15")
    monkeypatch.setenv("COLUMNS", "80")
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def rules(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The policies of an author, in ``regles`` below the folder that the program runs in; the engine ships none."""
    nothing = here.parent / "nothing"
    nothing.mkdir()
    folder = resources.folder
    monkeypatch.setattr(resources, "folder", lambda name: nothing if name == "policies" else folder(name))
    shutil.copytree(RULES, here / "regles")
    monkeypatch.setenv("CLAS_POLICY_PATH", "regles")
    return here / "regles"


@pytest.fixture
def with_plugins(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without plugins, a department without a layer of its own would meet the national rules."""
    monkeypatch.delenv("CLAS_POLICY_WITHOUT_PLUGINS")


@pytest.fixture
def edit(rules: Path) -> Edit:
    """Changes the author's layer in place."""

    def edit(layer: str, old: str, new: str) -> None:
        file = rules / f"{layer}.yaml"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Runs the program in this process."""

    def run(*arguments: str) -> Ran:
        capsysbinary.readouterr()
        code = front.run(arguments)
        captured = capsysbinary.readouterr()
        return Ran(int(code), captured.out.decode(), captured.err.decode())

    return run


@pytest.fixture
def environment(here: Path) -> dict[str, str]:
    """The variables of a process of its own: little more than where programs and a home are."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "CLAS_POLICY_AS_OF") if name in os.environ}
    return {**kept, "HOME": str(here), "CLAS_POLICY_CACHE": "", "CLAS_POLICY_WITHOUT_PLUGINS": "1", "PYTHONUTF8": "1"}


@pytest.fixture
def start(environment: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Runs the program in a process of its own."""

    def start(
        *arguments: str, variables: Mapping[str, str] | None = None, **more: object
    ) -> subprocess.CompletedProcess[bytes]:
        streams: dict[str, object] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "timeout": 60, **more}
        return subprocess.run(  # type: ignore[call-overload,no-any-return]
            [sys.executable, "-m", "clas_policy", *arguments],
            env={**environment, **(variables or {})},
            check=False,
            **streams,
        )

    return start
