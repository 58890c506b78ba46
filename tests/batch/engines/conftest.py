"""The engines that the tests run on: DuckDB always, the others where their marker is selected."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.batch.engines.duckdb_engine import DuckDB
from tests.batch.engines.engine import Engine

ENGINES = (
    "duckdb",
    pytest.param("postgres", marks=pytest.mark.postgres),
    pytest.param("spark", marks=pytest.mark.spark),
)
"""An engine that is selected and is not there is a failure, never a test left out."""


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    match request.param:
        case "postgres":
            from tests.batch.engines.postgres_engine import cluster

            with cluster() as postgres:
                yield postgres
        case "spark":
            from tests.batch.engines.spark_engine import session

            with session(tmp_path_factory.mktemp("spark")) as spark:
                yield spark
        case _:
            yield DuckDB()
