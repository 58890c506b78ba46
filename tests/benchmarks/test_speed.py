"""How fast decisions are, as ratios to the same rules written by hand; `pytest -m benchmark tests/benchmarks -s`.

Both are measured in the same run, in turns, on the same dossiers. What counts is each dossier's best time over many
rounds, so that what else the machine does matters little. 1.00 would be as fast as the hand-written rules.
"""

import json
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

import pytest
from tests.benchmarks.yardstick import decide
from tests.explain.gers_policy import gers_policy

from clas_policy.explain import Context, Evaluator, PluginRef, write
from clas_policy.model.policy import Policy
from clas_policy.reading.dossier import DossierReader
from clas_policy.reading.json_text import parse

T = TypeVar("T")
U = TypeVar("U")

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "data" / "reference-cases.ndjson").read_text("utf-8").splitlines()
]
PLAIN: list[Any] = [case["dossier"] for case in CASES]
TEXTS = [json.dumps(dossier, ensure_ascii=False).encode() for dossier in PLAIN]
CONTEXT = Context(date(2024, 11, 5), "0.1.0", (PluginRef("departements.32", "clas-policy-gers", "0.1.0"),))
ROUNDS = 100


def ratio(by_hand: tuple[Callable[[T], object], Sequence[T]], here: tuple[Callable[[U], object], Sequence[U]]) -> float:
    """How many dossiers are done here while one is done by hand."""
    sums = [0.0, 0.0]
    for one, other in zip(by_hand[1], here[1], strict=True):
        best = [float("inf"), float("inf")]
        for _ in range(ROUNDS):
            start = perf_counter()
            by_hand[0](one)
            middle = perf_counter()
            here[0](other)
            end = perf_counter()
            best = [min(best[0], middle - start), min(best[1], end - middle)]
        sums = [sums[0] + best[0], sums[1] + best[1]]
    rates = [len(PLAIN) / seconds for seconds in sums]
    sys.stderr.write(f"\n{rates[0]:9.0f} dossiers a second by hand, {rates[1]:9.0f} here: {rates[1] / rates[0]:.3f}\n")
    return rates[1] / rates[0]


def decide_bytes(text: bytes) -> bytes:
    return json.dumps(decide(json.loads(text)), ensure_ascii=False).encode()


@pytest.fixture(scope="module")
def policy() -> Policy:
    return gers_policy()


def test_the_yardstick_gives_what_was_computed_independently() -> None:
    assert [decide(case["dossier"]) for case in CASES] == [case["expected"] for case in CASES]


@pytest.mark.benchmark
def test_statuses_amounts_totals_and_missing_facts_of_a_parsed_dossier(policy: Policy) -> None:
    evaluator, reader = Evaluator(policy), DossierReader(policy)
    dossiers = [reader.read(parse(text, "dossier.json")) for text in TEXTS]

    def measured(dossier: Any) -> object:
        evaluation = evaluator.evaluate(dossier)
        return evaluation.outcome, evaluation.grants, evaluation.totals, evaluation.by_funder, evaluation.missing

    assert ratio((decide, PLAIN), (measured, dossiers)) >= 0.25


@pytest.mark.benchmark
@pytest.mark.parametrize(("brief", "goal"), [(True, 0.20), (False, 0.08)], ids=["brief", "full"])
def test_a_decision_from_bytes_to_bytes(policy: Policy, brief: bool, goal: float) -> None:
    evaluator, reader = Evaluator(policy), DossierReader(policy)

    def measured(text: bytes) -> bytes:
        evaluation = evaluator.evaluate(reader.read(parse(text, "dossier.json")))
        return write(evaluation, CONTEXT, brief=brief).encode()

    assert ratio((decide_bytes, TEXTS), (measured, TEXTS)) >= goal


@pytest.mark.benchmark
def test_reading_takes_less_than_half_of_a_brief_decision(policy: Policy) -> None:
    """What remains for evaluating and writing."""
    reader = DossierReader(policy)
    assert ratio((decide_bytes, TEXTS), (lambda text: reader.read(parse(text, "dossier.json")), TEXTS)) >= 0.40
