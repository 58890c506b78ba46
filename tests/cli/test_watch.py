"""``check --watch``: the check again after every change, once the change is over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from tests.cli.conftest import Run

from clas_policy.cli.settings import Settings
from clas_policy.cli.watch import State, Watcher, look, watch
from clas_policy.problem import Message, PolicyError, Problem

ANNUAL = "national/2001-2002.yaml"
NOON = datetime(2002, 1, 15, 12, 0, 0)  # noqa: DTZ001


class Over(Exception):  # noqa: N818
    """No more is to be seen."""


class Film:
    """What a watcher sees, frame after frame; time passes by the waits that it asks for."""

    def __init__(self, frames: Iterable[State]) -> None:
        self._frames = iter(frames)
        self.waits: list[float] = []

    def see(self) -> State:
        try:
            return next(self._frames)
        except StopIteration:
            raise Over from None

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)


def frame(**sizes: int) -> State:
    return {name: (size, size, 1) for name, size in sizes.items()}


def test_nothing_is_told_while_nothing_changes() -> None:
    film = Film([frame(a=1)] * 5)
    watcher = Watcher(film.see, film.wait)
    with pytest.raises(Over):
        watcher.change()
    assert film.waits == [0.5] * 4


@pytest.mark.parametrize(
    ("after", "changed"),
    [
        (frame(a=2, b=1), ("a",)),
        (frame(a=1), ("b",)),
        (frame(a=1, b=1, c=1), ("c",)),
        (frame(a=2, c=1), ("a", "b", "c")),
        ({"a": (1, 1, 2), "b": (1, 1, 1)}, ("a",)),
        ({"a": (2, 1, 1), "b": (1, 1, 1)}, ("a",)),
        ({}, ("a", "b")),
    ],
)
def test_what_came_went_or_changed_is_told(after: State, changed: tuple[str, ...]) -> None:
    film = Film([frame(a=1, b=1), frame(a=1, b=1), after, after])
    assert Watcher(film.see, film.wait).change() == changed


def test_a_change_is_told_once_it_is_over() -> None:
    """An editor empties the file, writes half of it, then all; or removes it and puts another in its place."""
    film = Film([frame(a=9), frame(a=0), frame(a=4), {}, frame(a=8), frame(a=8)])
    assert Watcher(film.see, film.wait).change() == ("a",)
    assert film.waits == [0.1] * 4


def test_a_change_that_is_taken_back_is_none() -> None:
    film = Film([frame(a=9), {}, frame(a=9), frame(a=9), frame(a=9)])
    watcher = Watcher(film.see, film.wait)
    with pytest.raises(Over):
        watcher.change()


def test_changes_add_up_between_two_calls() -> None:
    film = Film([frame(a=1), frame(a=2), frame(a=2), frame(a=2), frame(a=2, b=1), frame(a=2, b=1)])
    watcher = Watcher(film.see, film.wait)
    assert watcher.change() == ("a",)
    assert watcher.change() == ("b",)


def test_layers_and_plans_are_looked_at_and_nothing_else(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.test.yaml", "b.report.yaml", "c.txt", ".d.yaml", "sous/e.yaml", ".cache/f.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", "utf-8")
    (tmp_path / "g.yaml").symlink_to("absent")
    seen = look([tmp_path, tmp_path / "absent"])
    names = [Path(name).relative_to(tmp_path).as_posix() for name in sorted(seen)]
    assert names == ["a.yaml", "b.report.yaml", "sous/e.yaml"]


def rounds(frames: Iterable[State], once: Callable[[], object], **changes: object) -> None:
    film = Film(frames)
    settings = Settings(lang="en", policies=(Path("regles"),), **changes)  # type: ignore[arg-type]
    with pytest.raises(Over):
        watch(settings, once, see=film.see, wait=film.wait, now=lambda: NOON)


def test_each_round_says_the_time_and_what_changed(capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[int] = []
    rounds([frame(a=1), frame(a=2), frame(a=2), frame(a=2)], lambda: seen.append(1))
    assert len(seen) == 2
    err = capsys.readouterr().err
    assert err == "— 12:00:00: watching regles, until ^C\n— 12:00:00: changed: a\n"


def test_many_changes_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    after = frame(a=1, b=1, c=1, d=1, e=1)
    rounds([{}, after, after], lambda: None)
    assert capsys.readouterr().err.endswith("changed: a, b, c, 2 others\n")


def test_quiet_says_only_what_the_check_says(capsys: pytest.CaptureFixture[str]) -> None:
    rounds([frame(a=1), frame(a=2), frame(a=2)], lambda: None, quiet=True)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("error", [PolicyError([Problem("CLAS-F001", Message("no such file"))]), FileNotFoundError()])
def test_a_file_that_vanishes_does_not_end_the_watch(error: Exception) -> None:
    seen: list[int] = []

    def once() -> None:
        seen.append(1)
        if len(seen) == 1:
            raise error

    rounds([frame(a=1), frame(a=2), frame(a=2)], once)
    assert len(seen) == 2


def test_a_terminal_is_cleared_before_each_round(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    rounds([frame(a=1), frame(a=2), frame(a=2)], lambda: None)
    assert capsys.readouterr().out == "\x1b[2J\x1b[3J\x1b[H"


def test_layers_are_read_anew(rules: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second round sees what the first did not."""
    from clas_policy.cli import watch as module

    def change(_self: Watcher) -> tuple[str, ...]:
        file = rules / ANNUAL
        if "30 %" not in file.read_text("utf-8"):
            raise KeyboardInterrupt
        file.write_text(file.read_text("utf-8").replace("30 %", "31 %"), "utf-8")
        return (ANNUAL,)

    monkeypatch.setattr(module.Watcher, "change", change)
    ran = run("check", "--watch")
    assert ran.code == 130
    assert ran.out.count("CLAS-P190") == 1
    assert "no problem" in ran.err
    assert "1 error" in ran.err


def test_only_folders_of_the_author_are_watched(here: Path, run: Run) -> None:
    ran = run("check", "--watch")
    assert (ran.code, ran.out) == (2, "")
    assert "--policies" in ran.err


@pytest.fixture
def process(rules: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "clas_policy", "check", "--watch", "--policies", "regles", "--lang", "en"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as started:
        try:
            yield started
        finally:
            started.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="^C is sent otherwise there")
def test_a_real_change_is_seen_and_an_interrupt_ends_it(process: subprocess.Popen[bytes], rules: Path) -> None:
    assert process.stderr is not None
    os.set_blocking(process.stderr.fileno(), False)
    told = b""

    def until(words: bytes) -> None:
        nonlocal told
        end = time.monotonic() + 30
        while words not in told:
            assert time.monotonic() < end, told
            told += (process.stderr.read() if process.stderr else b"") or b""
            time.sleep(0.02)

    until(b"until ^C\n")
    file = rules / ANNUAL
    new = file.with_suffix(".new")
    new.write_text(file.read_text("utf-8").replace("taux: 30 %", "taux: 30"), "utf-8")
    new.replace(file)
    until(b"changed: regles/national/2001-2002.yaml\n")
    until(b"1 error")
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 130
    assert b"Traceback" not in told
