"""How fast decisions are, as ratios to the same rules written by hand; `pytest -m benchmark tests/benchmarks -s`.

Both are measured in the same run, in turns, on the same dossiers; the best of many rounds counts, so that what else
the machine does matters little. 1.00 would be as fast as the hand-written rules.
"""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from clas_policy.explain import Context, Evaluator, PluginRef, write
from clas_policy.model.policy import Policy
from clas_policy.reading.dossier import DossierReader
from clas_policy.reading.json_text import parse
from tests.benchmarks.yardstick import decide
from tests.explain.gers_policy import gers_policy

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "data" / "reference-cases.ndjson").read_text("utf-8").splitlines()
]
PLAIN: list[Any] = [case["dossier"] for case in CASES]
TEXTS = [json.dumps(dossier, ensure_ascii=False).encode() for dossier in PLAIN]
CONTEXT = Context(date(2024, 11, 5), "0.1.0", (PluginRef("departements.32", "clas-policy-gers", "0.1.0"),))
ROUNDS = 60


def ratio(yardstick: Callable[[], object], measured: Callable[[], object]) -> float:
    """The rate of `measured` as a share of the yardstick's."""
    best = [float("inf"), float("inf")]
    for _ in range(ROUNDS):
        for number, work in enumerate((yardstick, measured)):
            start = perf_counter()
            work()
            best[number] = min(best[number], perf_counter() - start)
    print(
        f"\n{len(PLAIN) / best[0]:9.0f} dossiers/s by hand, {len(PLAIN) / best[1]:9.0f} here: {best[0] / best[1]:.2f}"
    )
    return best[0] / best[1]


@pytest.fixture(scope="module")
def policy() -> Policy:
    return gers_policy()


def test_the_yardstick_gives_what_was_computed_independently() -> None:
    assert [decide(case["dossier"]) for case in CASES] == [case["expected"] for case in CASES]


@pytest.mark.benchmark
def test_statuses_amounts_totals_and_missing_facts_of_a_parsed_dossier(policy: Policy) -> None:
    evaluator, reader = Evaluator(policy), DossierReader(policy)
    dossiers = [reader.read(parse(text, "dossier.json")) for text in TEXTS]

    def measured() -> None:
        for dossier in dossiers:
            evaluation = evaluator.evaluate(dossier)
            assert evaluation.outcome
            assert evaluation.grants is not None
            assert evaluation.totals
            assert evaluation.missing is not None

    assert ratio(lambda: [decide(dossier) for dossier in PLAIN], measured) >= 0.25


@pytest.mark.benchmark
@pytest.mark.parametrize(("brief", "goal"), [(True, 0.20), (False, 0.08)], ids=["brief", "full"])
def test_a_decision_from_bytes_to_bytes(policy: Policy, brief: bool, goal: float) -> None:
    evaluator, reader = Evaluator(policy), DossierReader(policy)

    def by_hand() -> None:
        for text in TEXTS:
            json.dumps(decide(json.loads(text)), ensure_ascii=False).encode()

    def measured() -> None:
        for text in TEXTS:
            evaluation = evaluator.evaluate(reader.read(parse(text, "dossier.json")))
            write(evaluation, CONTEXT, brief=brief).encode()

    assert ratio(by_hand, measured) >= goal


@pytest.mark.benchmark
def test_reading_alone(policy: Policy) -> None:
    """What the reader takes of the time above."""
    reader = DossierReader(policy)

    def by_hand() -> None:
        for text in TEXTS:
            json.dumps(decide(json.loads(text)), ensure_ascii=False).encode()

    assert ratio(by_hand, lambda: [reader.read(parse(text, "dossier.json")) for text in TEXTS]) >= 0.20
