"""The scheme's own traps, on the shipped policies; and the year whose printed figure is rounded."""

import copy
import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from clas_policy.catalogue import Catalogue, Shelf, engine_shelf, user_shelf
from clas_policy.checking import check, most_paid
from clas_policy.explain import Context, Evaluator, record
from clas_policy.model.policy import Policy
from clas_policy.reading import json_text
from clas_policy.reading.dossier import DossierReader

ROOT = Path(__file__).parents[1]
GERS = ROOT / "plugins" / "clas-policy-gers" / "src" / "clas_policy_gers" / "policies"
OLDER = ROOT / "tests" / "fixtures" / "policies"
DOSSIER = json.loads((ROOT / "examples" / "dossier-32-2024-2025.json").read_text(encoding="utf-8"))
DAY = date(2024, 11, 5)

Decide = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.fixture(scope="module")
def policy() -> Policy:
    gers = Shelf(GERS, "clas-policy-gers", "gers", ("departements/32",))
    return Catalogue([gers, engine_shelf()]).compose("departements/32/2024-2025", DAY)


@pytest.fixture(scope="module")
def decide(policy: Policy) -> Decide:
    reader, evaluator = DossierReader(policy), Evaluator(policy)

    def decided(dossier: dict[str, Any]) -> dict[str, Any]:
        raw = json_text.parse(json.dumps(dossier).encode(), "dossier.json")
        return record(evaluator.evaluate(reader.read(raw)), Context(DAY, "0"))

    return decided


def dossier(*groups: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The base dossier with other groups (each what differs from the first of the base) and other answers."""
    made: dict[str, Any] = copy.deepcopy(DOSSIER)
    first = made["collectifs"][0]
    if groups:
        made["collectifs"] = [{**copy.deepcopy(first), "collectif": f"g{i}", **group} for i, group in enumerate(groups)]
    for path, value in changes.items():
        *above, last = path.split("__")
        target = made
        for key in above:
            target = target[key]
        target[last] = value
    return made


def grants(decision: dict[str, Any], name: str) -> list[tuple[str, str | None]]:
    return [(grant["status"], grant["amount"]) for grant in decision["grants"] if grant["id"] == name]


def test_two_groups_at_the_ceiling_are_paid_to_the_cent_each(decide: Decide) -> None:
    decision = decide(dossier({"depenses": "8487.00"}, {"depenses": 8487}))

    assert grants(decision, "ps") == [("due", "2758.28"), ("due", "2758.28")]
    assert decision["totals"]["due"] == "5516.56"


def test_the_ceiling_is_per_group_and_never_pooled(decide: Decide) -> None:
    decision = decide(dossier({"depenses": "10000.00"}, {"depenses": "6000.00"}))

    assert decision["totals"]["due"] == "4708.28"


@pytest.mark.parametrize(
    ("size", "rural", "status"),
    [
        (7, False, "refused"),
        (7, True, "due"),
        (5, True, "due"),
        (4, True, "refused"),
        (8, False, "due"),
        (12, False, "due"),
        (13, False, "refused"),
        (13, True, "refused"),
        (7, None, "undetermined"),
        (9, None, "due"),
        (13, None, "refused"),
        (None, True, "undetermined"),
    ],
)
def test_the_size_of_a_group(decide: Decide, size: int | None, rural: bool | None, status: str) -> None:
    decision = decide(dossier({"effectif": size, "rural": rural}))

    assert [found for found, _amount in grants(decision, "ps")] == [status]


@pytest.mark.parametrize(
    ("deposited", "outcome"),
    [
        ("2024-10-30", "admissible"),
        ("2024-10-31", "inadmissible"),
        ("2024-10-30T23:59:59+01:00", "admissible"),
        ("2024-10-31T00:30:00+01:00", "inadmissible"),
        # Paris had left summer time on 27 October: 22:30 UTC was 23:30 there, 23:30 UTC was 00:30 of the next day.
        ("2024-10-30T22:30:00Z", "admissible"),
        ("2024-10-30T23:30:00Z", "inadmissible"),
        (None, "incomplete"),
    ],
)
def test_the_last_day_is_included_and_is_that_of_paris(decide: Decide, deposited: str | None, outcome: str) -> None:
    assert decide(dossier(depot__date=deposited))["outcome"] == outcome


@pytest.mark.parametrize(
    ("accord", "status", "amount"), [(None, "eligible", "329.00"), (True, "due", "329.00"), (False, "refused", "0.00")]
)
def test_a_bonus_waits_for_the_accord(decide: Decide, accord: bool | None, status: str, amount: str) -> None:
    bonus = {**DOSSIER["collectifs"][0]["bonus_enfants"], "accord": accord}

    assert grants(decide(dossier({"bonus_enfants": bonus})), "bonus_enfants") == [(status, amount)]


def test_more_aid_than_was_spent_is_not_capped_but_is_shown(decide: Decide) -> None:
    group = {
        "depenses": "500.00",
        "bonus_enfants": {**DOSSIER["collectifs"][0]["bonus_enfants"], "accord": True},
        "bonus_parents": {**DOSSIER["collectifs"][0]["bonus_parents"], "accord": True},
    }
    decision = decide(dossier(group))

    assert decision["totals"]["due"] == "820.50"
    shown = [o["status"] for o in decision["orientations"] if o["id"] == "aide_superieure_aux_depenses"]
    assert shown == ["not_met"]
    enough = decide(dossier({**group, "depenses": "975.00"}))
    assert [o["status"] for o in enough["orientations"] if o["id"] == "aide_superieure_aux_depenses"] == ["met"]


def test_a_first_time_porteur_is_not_blocked_by_last_years_papers(decide: Decide) -> None:
    papers = {"bilan__financier_afas": None, "bilan__questionnaire_sphinx": None}

    assert decide(dossier(porteur__renouvellement=False, **papers))["outcome"] == "admissible"
    assert decide(dossier(porteur__renouvellement=True, **papers))["outcome"] == "incomplete"
    assert decide(dossier(porteur__renouvellement=True, bilan__financier_afas=False))["outcome"] == "inadmissible"


def test_the_shipped_policies_have_no_problem_at_all() -> None:
    gers = Shelf(GERS, "clas-policy-gers", "gers", ("departements/32",))
    report = check(Catalogue([gers, engine_shelf()]))

    assert report.problems == ()
    assert report.compositions == 3


def test_the_figures_of_2004_are_a_check_of_a_printed_figure_that_is_rounded(tmp_path: Path) -> None:
    catalogue = Catalogue([user_shelf(OLDER)])
    assert check(catalogue).problems == ()
    assert most_paid(catalogue.compose("national/2004-2005", DAY))["ps"] == 1_679_70

    folder = tmp_path / "policies"
    shutil.copytree(OLDER, folder)
    year = folder / "national" / "2004-2005.yaml"
    year.write_text(year.read_text(encoding="utf-8").replace("1680 EUR", "1681 EUR"), encoding="utf-8")
    assert [problem.code for problem in check(Catalogue([user_shelf(folder)])).problems] == ["CLAS-P190"]
