"""How fast `impact` and `report` are on made-up dossiers; `pytest -m benchmark tests/benchmarks/test_impact.py -s`.

The same dossiers are compared in a database, from a file, and one after the other, from standard input: in this run,
with the same answer.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter

import pytest
from tests.batch.conftest import GERS

DOSSIERS = int(os.environ.get("CLAS_DOSSIERS", "20000"))
FLOOR = 1.2
"""How much faster a database must be at least: well below what the README tells."""
LOCAL = "departements/32/2024-2025"
SETTINGS = ("--set", "prix_plafond=8610 EUR", "--set", "gers_depot.last_day=2024-11-04")

pytestmark = pytest.mark.benchmark


def run(*arguments: str, given: Path | None = None) -> float:
    """The seconds that a command takes, start included."""
    variables = {
        **os.environ, "CLAS_POLICY_PATH": str(GERS), "CLAS_POLICY_AS_OF": "2024-11-05", "CLAS_POLICY_LANG": "en",
    }  # fmt: skip
    command = [sys.executable, "-m", "clas_policy", *arguments, "-q"]
    start = perf_counter()
    with (given or Path(os.devnull)).open("rb") as stream:
        subprocess.run(command, check=True, env=variables, stdin=stream)
    return perf_counter() - start


def test_made_up_dossiers_are_compared_and_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    drawn = run("simulate", "--policy", LOCAL, "--dossiers", str(DOSSIERS), "--output", "ndjson:d.ndjson")
    database = run("impact", "d.ndjson", *SETTINGS, "--output", "json:database.json")
    one_by_one = run("impact", "-", *SETTINGS, "--output", "json:one.json", given=Path("d.ndjson"))
    figures = run("report", "d.ndjson", "--year", "2024-2025", "--department", "32", "--output", "json:r.json")

    found, expected = (json.loads(Path(name).read_bytes()) for name in ("database.json", "one.json"))
    assert found == expected
    assert found["dossiers"]["count"] == DOSSIERS
    assert json.loads(Path("r.json").read_bytes())["dossiers"]["count"] == DOSSIERS
    rates = {
        "drawn by simulate": drawn,
        "compared by impact, in a database": database,
        "compared by impact, one by one": one_by_one,
        "counted by report": figures,
    }
    told = "".join(f"{DOSSIERS / seconds:9.0f} dossiers a second {what}\n" for what, seconds in rates.items())
    sys.stderr.write(f"\n{told}{one_by_one / database:9.2f} times as fast in a database, start included\n")
    assert one_by_one / database >= FLOOR
