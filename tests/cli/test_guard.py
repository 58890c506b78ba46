"""The guard: a fault of the program is one line, and what it holds is shown when it is asked for."""

from __future__ import annotations

from typing import NoReturn

import pytest
from tests.cli.conftest import Run

from clas_policy.catalogue import Catalogue
from clas_policy.cli import guard, streams


class FaultError(Exception):
    """A mistake in the program."""


def fail(*_arguments: object) -> NoReturn:
    raise FaultError("quelque chose\n\x1b[2J")


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Catalogue, "ids", fail)


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("en", r"clas-policy has a fault of its own (FaultError: quelque chose\x0a\x1b[2J); `--debug` shows where"),
        ("fr", r"clas-policy a un défaut (FaultError : quelque chose\x0a\x1b[2J) ; `--debug` montre où"),
    ],
)
@pytest.mark.usefixtures("broken")
def test_a_fault_is_one_line(lang: str, line: str, run: Run) -> None:
    ran = run("check", "--lang", lang)
    assert (ran.code, ran.out) == (70, "")
    assert len(ran.err.splitlines()) == 1
    assert "`--debug`" in ran.err
    assert r"FaultError: quelque chose\x0a\x1b[2J" in ran.err
    if lang == "en":
        assert ran.err == f"{line}\n"


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize("arguments", [("--debug", "check"), ("check", "--debug")])
def test_debug_shows_where(arguments: tuple[str, ...], run: Run) -> None:
    ran = run(*arguments)
    assert ran.code == 70
    assert ran.err.startswith("Traceback (most recent call last):\n")
    assert "test_guard.py" in ran.err
    assert "\x1b" not in ran.err


@pytest.mark.parametrize(
    ("error", "code", "lines"),
    [
        (KeyboardInterrupt(), 130, 0),
        (BrokenPipeError(), 1, 0),
        (streams.StreamError(), 70, 1),
        (MemoryError(), 70, 1),
        (RecursionError("x"), 70, 1),
    ],
)
def test_what_ends_a_run(
    error: BaseException, code: int, lines: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(streams, "close_quietly", lambda *_: None)  # the standard output here is that of the tests

    def work() -> int:
        raise error

    assert guard.guarded(work, "en") == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == lines


def test_a_long_fault_stays_short(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> int:
        raise FaultError("x" * 10_000)

    assert guard.guarded(work, "en") == 70
    assert len(capsys.readouterr().err) < 500
