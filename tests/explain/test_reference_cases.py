"""The rules of the Gers in 2024-2025 on dossiers whose results were computed independently."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.explain.dossiers import typed
from tests.explain.gers_policy import gers_policy

from clas_policy.catalogue import Catalogue, Shelf, engine_shelf
from clas_policy.explain import Evaluator
from clas_policy.model.money import format_amount
from clas_policy.model.policy import Policy

ROOT = Path(__file__).parent.parent.parent
DATA = ROOT / "tests" / "data"


def cases() -> Iterator[Any]:
    for line in (DATA / "reference-cases.ndjson").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        yield pytest.param(case["dossier"], case["expected"], id=case["dossier"]["dossier"])


def composed() -> Policy:
    """The policy of the files that are shipped."""
    gers = ROOT / "plugins" / "clas-policy-gers" / "src" / "clas_policy_gers" / "policies"
    catalogue = Catalogue([engine_shelf(), Shelf(gers, "clas-policy-gers 0.1.0", "gers")])
    return catalogue.compose("departements/32/2024-2025", date(2024, 11, 5))


@pytest.fixture(scope="module", params=[gers_policy, composed], ids=["built", "composed"])
def evaluator(request: pytest.FixtureRequest) -> Evaluator:
    return Evaluator(request.param())


def money(cents: int | None) -> str | None:
    return None if cents is None else format_amount(cents)


@pytest.mark.parametrize(("plain", "expected"), list(cases()))
def test_a_dossier_comes_to_what_was_computed_independently(evaluator: Evaluator, plain: Any, expected: Any) -> None:
    evaluation = evaluator.evaluate(typed(plain, evaluator.policy))
    groups: dict[str, Any] = {}
    for result in evaluation.grants:
        assert result.member is not None
        entry = {"status": result.status, "amount": money(result.amount)}
        groups.setdefault(result.member.id, {})[result.grant.name] = entry
    totals = evaluation.totals
    assert {
        "outcome": evaluation.outcome,
        "due": money(totals.due),
        "eligible": money(totals.eligible),
        "undetermined_at_most": money(totals.undetermined_at_most),
        "groups": groups,
    } == expected


def sample(**changes: Any) -> Any:
    plain = json.loads((DATA / "dossier-32-2024-2025.json").read_text(encoding="utf-8"))
    for group in plain["collectifs"]:
        group.update(changes)
    return plain


@pytest.mark.parametrize(
    ("size", "rural", "status"),
    [
        (7, False, "refused"),
        (7, True, "due"),
        (13, True, "refused"),
        (7, None, "undetermined"),
        (9, None, "due"),
        (4, None, "refused"),
    ],
)
def test_the_size_of_a_group_in_town_and_in_the_country(
    evaluator: Evaluator, size: int, rural: Any, status: str
) -> None:
    evaluation = evaluator.evaluate(typed(sample(effectif=size, rural=rural), evaluator.policy))
    assert [result.status for result in evaluation.grants if result.grant.name == "ps"] == [status, status]


@pytest.mark.parametrize(
    ("day", "outcome"),
    [
        ("2024-10-30", "admissible"),
        ("2024-10-31", "inadmissible"),
        ("2024-10-30T22:30:00Z", "admissible"),
        ("2024-10-30T23:30:00Z", "inadmissible"),
    ],
)
def test_the_last_day_ends_in_paris(evaluator: Evaluator, day: str, outcome: str) -> None:
    plain = sample()
    plain["depot"]["date"] = day
    assert evaluator.evaluate(typed(plain, evaluator.policy)).outcome == outcome


def test_the_ceiling_counts_for_each_group(evaluator: Evaluator) -> None:
    plain = sample()
    for group, expenses in zip(plain["collectifs"], ("10000", "6000"), strict=True):
        group["depenses"] = expenses
    assert evaluator.evaluate(typed(plain, evaluator.policy)).totals.due == 470_828


def test_aid_above_the_expenses_is_said_and_not_capped(evaluator: Evaluator) -> None:
    agreed = {"projet_structure": True, "sorties": True, "accord": True}
    parents = {"projet_specifique": True, "intervenants": True, "accord": True}
    plain = sample(depenses="500", bonus_enfants=agreed, bonus_parents=parents)
    evaluation = evaluator.evaluate(typed(plain, evaluator.policy))
    assert evaluation.totals.due == 2 * 82_050
    assert [truth for _, truth in evaluation.truth("aide_superieure_aux_depenses")] == [False, False]
