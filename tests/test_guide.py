"""The authors' guide, done: every command of it, in order, in an empty folder."""

from __future__ import annotations

import os
import pty
import re
import select
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

GUIDE = Path(__file__).parents[1] / "policies" / "README.md"
TEXT = GUIDE.read_text(encoding="utf-8")
DAY = TEXT[TEXT.index("## La journée") : TEXT.index("## Trois niveaux")]
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"\s+# code (\d+) : .*$")
INLINE = {
    "clas-policy help CODE": ["help", "CLAS-P190"],
    "clas-policy diff --since HEAD": ["diff", "--help"],
    "clas-policy check --watch": ["check", "--help"],
}
"""Commands in sentences; those that need a repository or that do not end have tests of their own."""
ASKED = "clas-policy confirm national/2025-2026"
"""The command that asks questions, answered below by a person at a terminal."""


@dataclass(frozen=True)
class Step:
    """A command of the guide, the exit code that it says, and the lines that it shows."""

    command: str
    code: int
    shown: tuple[str, ...]


def steps() -> list[Step]:
    found: list[Step] = []
    for kind, body in BLOCK.findall(DAY):
        lines = body.splitlines()
        if kind == "sh":
            for line in lines:
                code = CODE.search(line)
                found.append(Step(CODE.sub("", line), int(code[1]) if code else 0, ()))
        else:
            # What is shown is of the commands of the block before it.
            found[-1] = Step(found[-1].command, found[-1].code, tuple(lines))
    return found


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLAS_POLICY_")}
    return {**kept, "HOME": str(home), "CLAS_POLICY_CACHE": "", "CLAS_POLICY_LANG": "fr", "PYTHONUTF8": "1"}


def test_the_day_can_be_done_from_the_guide_alone(tmp_path: Path) -> None:
    here, told = tmp_path, ""
    for step in steps():
        words = shlex.split(step.command)
        if words[0] == "cd":
            here /= words[1]
            continue
        assert words[0] == "clas-policy", step
        target: Path | None = None
        if ">" in words:
            target = here / words[words.index(">") + 1]
            words = words[: words.index(">")]
        done = subprocess.run(
            [sys.executable, "-m", "clas_policy", *words[1:]],
            cwd=here,
            env=environment(tmp_path),
            capture_output=True,
            check=False,
        )
        if target is not None:
            target.write_bytes(done.stdout)
        said = (done.stdout + done.stderr).decode()
        told += said
        assert done.returncode == step.code, f"{step.command}\n{said}"
        for line in step.shown:
            assert plain(line) in plain(told), f"{step.command}\n{line}\n{said}"
    assert (here / "couverture.html").is_file()
    assert (here / "comparaison.md").is_file()


def plain(text: str) -> str:
    """Without the kinds of space, which a reader does not see."""
    return " ".join(re.sub("[\u00a0\u202f]", " ", text).split())


def test_commands_in_sentences_exist(tmp_path: Path) -> None:
    inline = set(re.findall(r"`(clas-policy [^`]+)`", DAY))
    assert inline == {*INLINE, ASKED}
    for words in INLINE.values():
        done = subprocess.run(
            [sys.executable, "-m", "clas_policy", *words], env=environment(tmp_path), capture_output=True, check=False
        )
        assert done.returncode == 0
    helped = [" ".join(words) for words in INLINE.values() if "--help" in words]
    assert helped
    for command in INLINE:
        for option in re.findall(r"--[a-z-]+", command):
            name = command.split()[1]
            said = subprocess.run(
                [sys.executable, "-m", "clas_policy", name, "--help"], capture_output=True, check=True
            ).stdout.decode()
            assert option in said


def test_questions_are_answered_one_by_one(tmp_path: Path) -> None:
    for words in (["init", "bureau"],):
        subprocess.run(
            [sys.executable, "-m", "clas_policy", *words], cwd=tmp_path, env=environment(tmp_path), check=True
        )
    desk = tmp_path / "bureau"
    subprocess.run(
        [sys.executable, "-m", "clas_policy", "new-year", "2025-2026"], cwd=desk, env=environment(tmp_path), check=True
    )
    said = at_a_terminal([*ASKED.split()[1:]], "\n" * 12, desk, environment(tmp_path))

    assert "Taux de prise en charge" in said
    assert "32.5 %" in said
    layer = (desk / "policies" / "national" / "2025-2026.yaml").read_text(encoding="utf-8")
    assert layer.count("to_confirm") == 6, "an empty answer leaves it for later"


def at_a_terminal(words: list[str], typed: str, here: Path, env: dict[str, str]) -> str:
    """What a person sees who types some answers; at most half a minute."""
    controller, terminal = pty.openpty()
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "clas_policy", *words],
            cwd=here,
            env=env,
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
        )
        os.close(terminal)
        os.write(controller, typed.encode())
        seen, until = b"", time.monotonic() + 30
        while time.monotonic() < until:
            ready, _, _ = select.select([controller], [], [], 0.5)
            try:
                part = os.read(controller, 4096) if ready else b""
            except OSError:  # the other end is gone
                break
            seen += part
            if not part and process.poll() is not None:
                break
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            pytest.fail(f"it still waits:\n{seen.decode(errors='replace')}")
    finally:
        os.close(controller)
    return seen.decode()
