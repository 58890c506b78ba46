"""How fast the program answers by itself, as ratios to a bare Python; `pytest -m benchmark tests/benchmarks -s`."""

import subprocess
import sys
from pathlib import Path
from time import perf_counter

import pytest

ROUNDS = 25
ROOT = Path(__file__).parents[2]
GERS = ROOT / "plugins" / "clas-policy-gers" / "src" / "clas_policy_gers" / "policies"
SAMPLE = ROOT / "examples" / "dossier-32-2024-2025.json"
BARE = (sys.executable, "-c", "pass")
PROGRAM = (sys.executable, "-m", "clas_policy")


def fastest(*command: str) -> float:
    """The seconds of the best of many starts."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        best = min(best, perf_counter() - start)
    return best


@pytest.mark.benchmark
@pytest.mark.parametrize("arguments", [("--version",), ("--help",), ("--lang", "fr", "--help")])
def test_the_program_answers_about_as_fast_as_python_starts(arguments: tuple[str, ...]) -> None:
    measured = fastest(*PROGRAM, *arguments) / fastest(*BARE)
    sys.stdout.write(f"\n{' '.join(arguments)}: {measured:.2f} times a bare Python\n")
    assert measured < 3


@pytest.mark.benchmark
def test_one_decision_takes_little_more_than_starting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAS_POLICY_CACHE", str(tmp_path))
    monkeypatch.setenv("CLAS_POLICY_PATH", str(GERS))
    command = (*PROGRAM, "evaluate", str(SAMPLE), "--as-of", "2024-11-05")
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)  # composes the policy and keeps it

    measured = fastest(*command) / fastest(*BARE)
    sys.stdout.write(f"\nevaluate: {measured:.2f} times a bare Python\n")
    assert measured < 10
