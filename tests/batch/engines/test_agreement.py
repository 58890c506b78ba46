"""One meaning: a database finds what the evaluator finds, on generated policies and dossiers."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from tests.batch.engines.agreement import Made, differences, policies_and_many
from tests.batch.engines.engine import Engine
from tests.explain.dossiers import typed
from tests.explain.test_reference_cases import DATA, composed

from clas_policy.batch.sql import Dialect

PAIRS = int(os.environ.get("CLAS_PAIRS", "200000"))
EXAMPLES = {Dialect.DUCKDB: 25, Dialect.POSTGRES: 25, Dialect.SPARK: 6}
EACH = {Dialect.DUCKDB: 40, Dialect.POSTGRES: 40, Dialect.SPARK: 200}
"""How many dossiers meet each policy: Spark takes seconds to plan a query, whatever it is run on."""


def agree(engine: Engine, examples: int, each: int, **more: Any) -> None:
    """Meets so many policies with so many dossiers each."""

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), **more)
    @given(made=policies_and_many(each))
    def meet(made: Made) -> None:
        assert list(differences(engine, made.policy, made.dossiers)) == []

    meet()


def test_a_database_agrees_with_the_evaluator(engine: Engine) -> None:
    agree(engine, EXAMPLES[engine.dialect], EACH[engine.dialect])


@pytest.mark.slow
def test_a_database_agrees_with_the_evaluator_on_very_many(engine: Engine) -> None:
    """`CLAS_PAIRS` says how many pairs of a policy and a dossier; 200,000 if it says nothing."""
    each = EACH[engine.dialect]
    agree(engine, max(1, PAIRS // each), each, database=None, phases=[Phase.generate, Phase.shrink])


def test_a_database_decides_the_reference_cases(engine: Engine) -> None:
    """Dossiers whose results were computed independently, which the evaluator is held to, under the shipped rules."""
    policy = composed()
    lines = (DATA / "reference-cases.ndjson").read_text("utf-8").splitlines()
    dossiers = [typed(json.loads(line)["dossier"], policy) for line in lines]
    assert list(differences(engine, policy, dossiers)) == []
