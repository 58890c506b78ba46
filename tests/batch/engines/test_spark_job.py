"""The Spark job of the examples, as it is submitted: from Parquet to Parquet."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.batch.engines.duckdb_engine import DuckDB
from tests.batch.loading import rows
from tests.explain.dossiers import typed
from tests.explain.gers_policy import gers_policy
from tests.explain.test_reference_cases import DATA

from clas_policy.batch.sql import compile_policy
from clas_policy.batch.tables import input_tables

JOB = Path(__file__).parents[3] / "examples" / "spark_job.py"
SUBMIT = Path(sys.executable).with_name("spark-submit")


@pytest.mark.spark
def test_a_job_finds_in_parquet_files_what_duckdb_finds(tmp_path: Path) -> None:
    policy, engine = gers_policy(), DuckDB()
    tables = input_tables(policy)
    cases = [json.loads(line) for line in (DATA / "reference-cases.ndjson").read_text("utf-8").splitlines()]
    engine.load(tables, rows(policy, [typed(case["dossier"], policy) for case in cases]))
    folder, results = tmp_path / "tables", tmp_path / "results"
    folder.mkdir()
    for table in tables:
        engine.connection.execute(f"COPY \"{table.name}\" TO '{folder / table.name}.parquet'")
    queries = []
    for output in compile_policy(policy, "spark").outputs:
        queries.append(tmp_path / f"{output.name}.sql")
        queries[-1].write_text(f"{output.sql};\n", "utf-8")

    settings = ["--master", "local[1]", "--conf", "spark.ui.enabled=false", "--conf", "spark.sql.shuffle.partitions=1"]
    settings += ["--conf", f"spark.local.dir={tmp_path / 'local'}", "--conf", "spark.driver.bindAddress=127.0.0.1"]
    environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
    command: list[str | Path] = [SUBMIT, *settings, JOB, folder, results, *queries]
    ran = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300, env=environment)
    assert ran.returncode == 0, ran.stderr[-3000:]

    for output in compile_policy(policy, "duckdb").outputs:
        keys = "dossier_no" if output.entity is None else "dossier_no, position"
        expected = engine.query(f"SELECT * FROM ({output.sql}) ORDER BY {keys}")
        found = engine.query(f"SELECT * FROM '{results / output.name}/*.parquet' ORDER BY {keys}")
        assert len(expected) > 0
        assert found == expected
