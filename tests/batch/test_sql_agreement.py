"""One meaning: DuckDB finds what the evaluator finds, on generated policies and dossiers."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from tests.batch.engines.agreement import Made, differences, policies_and_many
from tests.batch.engines.duckdb_engine import DuckDB

PAIRS = int(os.environ.get("CLAS_PAIRS", "200000"))
EACH = 50


@pytest.fixture(scope="module")
def engine() -> DuckDB:
    return DuckDB()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(made=policies_and_many(20))
def test_the_database_agrees_with_the_evaluator(engine: DuckDB, made: Made) -> None:
    assert list(differences(engine, made.policy, made.dossiers)) == []


@pytest.mark.slow
def test_the_database_agrees_with_the_evaluator_on_very_many(engine: DuckDB) -> None:
    """`CLAS_PAIRS` says how many pairs of a policy and a dossier; 200,000 if it says nothing."""

    @settings(
        max_examples=max(1, PAIRS // EACH),
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(made=policies_and_many(EACH))
    def agree(made: Made) -> None:
        assert list(differences(engine, made.policy, made.dossiers)) == []

    agree()
