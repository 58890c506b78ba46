"""How fast a batch is, and how much memory it takes; `pytest -m benchmark tests/benchmarks/test_batch.py -s`.

The lines of a file are measured against `orjson.loads` over the same lines and the rules in numpy, with what makes
arrays of lines between them (`lines_yardstick.py`), and without: both in this run, with the same totals. Ten million
groups come to totals by department in a process of its own, whose greatest memory is told.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from time import perf_counter

import pytest
from tests.batch import loading
from tests.batch.conftest import CASES as LINES_OF_CASES
from tests.batch.conftest import GERS
from tests.explain.test_reference_cases import composed

from clas_policy.batch import engine
from clas_policy.batch.quoting import quoted
from clas_policy.batch.tables import input_tables
from clas_policy.batch.writing.shelf import columns_of, load
from clas_policy.reading import json_text
from clas_policy.reading.dossier import DossierReader

CASES = [json.loads(line)["dossier"] for line in LINES_OF_CASES]
LINES = int(os.environ.get("CLAS_LINES", "200000"))
GROUPS = int(os.environ.get("CLAS_GROUPS", "10000000"))
GIB = 1 << 30
FLOOR = 0.4
"""Well below what a quiet machine reaches, which the README tells."""

pytestmark = pytest.mark.benchmark


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> tuple[float, int]:
    """Seconds, and the greatest memory in bytes of this process or of one that ran before."""
    variables = {
        **os.environ, "CLAS_POLICY_PATH": str(GERS), "CLAS_POLICY_AS_OF": "2024-11-05", "CLAS_POLICY_LANG": "en",
    }  # fmt: skip
    start = perf_counter()
    subprocess.run([sys.executable, "-m", "clas_policy", "batch", *arguments, "-q"], check=True, env=variables)
    return perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024


def test_a_file_of_lines_to_a_parquet_file(here: Path) -> None:
    from tests.benchmarks.columns_yardstick import decide
    from tests.benchmarks.lines_yardstick import columns

    orjson = pytest.importorskip("orjson")
    with Path("d.ndjson").open("w", encoding="utf-8") as stream:
        for number in range(LINES):
            one = {**CASES[number % len(CASES)], "dossier": f"32-{number:07}"}
            stream.write(f"{json.dumps(one)}\n")
    start = perf_counter()
    lines = Path("d.ndjson").read_bytes().splitlines()
    for line in lines:
        orjson.loads(line)
    read = perf_counter() - start
    start = perf_counter()
    lines = Path("d.ndjson").read_bytes().splitlines()
    given = columns(lines, orjson.loads)
    ready = perf_counter()
    decided = decide(given)
    end = perf_counter()
    del lines, given
    seconds, _memory = run("d.ndjson", "--out", "r.parquet")

    with engine.connect() as connection:
        found = connection.execute("SELECT sum(due), sum(eligible) FROM read_parquet('r.parquet')").fetchall()
    assert found == [tuple(Decimal(int(decided[name].sum())).scaleb(-2) for name in ("due", "eligible"))]
    by_hand, least = end - start, read + end - ready
    sys.stderr.write(
        f"\n{LINES / seconds:9.0f} dossiers a second from lines to Parquet, start included; "
        f"{LINES / by_hand:9.0f} by hand, from lines to totals: {by_hand / seconds:.2f}; "
        f"{LINES / least:9.0f} in orjson.loads and numpy alone, without what brings one to the other: "
        f"{least / seconds:.2f}\n"
    )
    assert by_hand / seconds >= FLOOR


@pytest.fixture
def many(here: Path) -> int:
    """Tables of very many groups in Parquet files, of 95 departments; how many groups."""
    policy = composed()
    reader = DossierReader(policy)
    rows = loading.rows(policy, [reader.read(json_text.parse(json.dumps(one).encode(), "-")) for one in CASES])
    times = max(1, GROUPS // len(rows["collectifs"]))
    with engine.connect(memory_limit="2GiB", spill_to=here / "spill") as connection:
        for table in input_tables(policy):
            connection.execute(f"CREATE TABLE {quoted(table.name)} ({columns_of(table.columns)})")
            load(connection, here, quoted(table.name), table.columns, rows[table.name])
        number = f"dossier_no + time * {len(CASES)}"
        dossiers = (
            f"SELECT * EXCLUDE (time) REPLACE ({number} AS dossier_no, 'D' || ({number}) AS dossier, "
            f"lpad(CAST(1 + time % 95 AS VARCHAR), 2, '0') AS departement) FROM range({times}) t(time), dossiers"
        )
        groups = (
            f'SELECT * EXCLUDE (time) REPLACE ({number} AS dossier_no, CAST("collectif.depenses" + '
            f'(time * 37 % 100000) / 100 AS DECIMAL(18, 2)) AS "collectif.depenses") '
            f"FROM range({times}) t(time), collectifs"
        )
        connection.execute(f"COPY ({dossiers}) TO 'dossiers.parquet' (FORMAT parquet)")
        connection.execute(f"COPY ({groups}) TO 'groups.parquet' (FORMAT parquet)")
    return times * len(rows["collectifs"])


def test_ten_million_groups_under_four_gibibytes(many: int) -> None:
    seconds, memory = run(
        "dossiers.parquet", "groups.parquet", "--out", "r.parquet", "--policy", "departements/32/2024-2025"
    )

    with engine.connect(memory_limit="1GiB") as connection:
        totals = connection.execute(
            "SELECT departement, sum(due), sum(eligible) FROM read_parquet('r.parquet') GROUP BY 1 ORDER BY 1"
        ).fetchall()
        ((found,),) = connection.execute("SELECT count(*) FROM read_parquet('r-collectifs.parquet')").fetchall()
    assert found == many
    assert len(totals) == 95
    sys.stderr.write(f"\n{many:,} groups in {seconds:.0f} s, {many / seconds:,.0f} a second, {memory / GIB:.2f} GiB\n")
    assert memory < 4 * GIB
