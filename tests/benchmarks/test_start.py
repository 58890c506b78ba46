"""How fast the program answers by itself, as ratios to a bare Python; `pytest -m benchmark tests/benchmarks -s`."""

import subprocess
import sys
from time import perf_counter

import pytest

ROUNDS = 25
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
