"""Ce que la note du Gers pour 2024-2025 ajoute : le jour limite, les pièces, les orientations, et rien d'autre."""

import json
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from clas_policy.plugins import Host
from clas_policy.problem import DossierError
from clas_policy.testing import Decide, changed

DOSSIER: dict[str, Any] = json.loads(Path(__file__).with_name("dossier.json").read_text(encoding="utf-8"))
DAY = date(2024, 11, 5)


def statuses(decision: dict[str, Any]) -> dict[str, str]:
    """Le statut de chaque orientation du Gers."""
    return {found["id"]: found["status"] for found in decision["orientations"] if found["id"].startswith("gers_")}


def test_the_layer_is_installed_by_metadata_alone(plugin_host: Host) -> None:
    (shelf,) = [shelf for shelf in plugin_host.shelves() if shelf.label == "clas-policy-gers"]

    assert shelf.owns == ("departements/32",)
    assert (shelf.folder / "departements" / "32" / "2024-2025.yaml").is_file()
    assert ("departements.32", "clas-policy-gers") in {(ref.name, ref.distribution) for ref in plugin_host.refs()}
    assert [failure for failure in plugin_host.failures if failure.distribution == "clas-policy-gers"] == []


def test_the_distribution_holds_yaml_and_no_code() -> None:
    spec = find_spec("clas_policy_gers")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent

    assert [path.name for path in package.rglob("*.py")] == ["__init__.py"]
    assert any(package.glob("policies/departements/32/*.yaml"))


def test_a_whole_dossier_is_admissible_and_the_ps_is_due(decide: Decide) -> None:
    decision = decide(DOSSIER, as_of=DAY)

    assert decision["outcome"] == "admissible"
    assert decision["policy"]["id"] == "departements/32/2024-2025"
    assert decision["totals"]["due"] == "1300.00", "32,5 % de 4 000 €"
    assert set(statuses(decision).values()) == {"met"}


@pytest.mark.parametrize(
    ("deposited", "outcome"),
    [
        ("2024-10-30", "admissible"),
        ("2024-10-31", "inadmissible"),
        ("2024-10-30T23:59:59+01:00", "admissible"),
        ("2024-10-30T22:30:00Z", "admissible"),
        ("2024-10-30T23:30:00Z", "inadmissible"),
        (None, "incomplete"),
    ],
)
def test_the_30th_of_october_is_the_last_day_in_paris(decide: Decide, deposited: str | None, outcome: str) -> None:
    decision = decide(changed(DOSSIER, depot__date=deposited), as_of=DAY)

    assert decision["outcome"] == outcome


@pytest.mark.parametrize("piece", ["bilan__financier_afas", "bilan__questionnaire_sphinx"])
def test_last_years_papers_are_asked_of_those_who_come_back(decide: Decide, piece: str) -> None:
    without = changed(DOSSIER, **{piece: False})

    assert decide(without, as_of=DAY)["outcome"] == "inadmissible"
    assert decide(changed(without, porteur__renouvellement=None), as_of=DAY)["outcome"] == "incomplete"
    assert decide(changed(DOSSIER, **{piece: None}), as_of=DAY)["outcome"] == "incomplete"


def test_a_first_dossier_is_never_blocked_by_papers_that_cannot_exist(decide: Decide) -> None:
    first = changed(
        DOSSIER, porteur__renouvellement=False, bilan__financier_afas=None, bilan__questionnaire_sphinx=None
    )

    decision = decide(first, as_of=DAY)

    assert decision["outcome"] == "admissible"
    assert not [entry for entry in decision["missing"] if entry["fact"].startswith("bilan.")]


@pytest.mark.parametrize(
    ("answers", "orientation"),
    [
        ({"partenariat__etablissements_scolaires": False}, "gers_partenariat_ecoles"),
        ({"depot__plateforme": "papier"}, "gers_elan"),
        ({"depot__pluriannualite": False}, "gers_pluriannualite"),
        ({"description__ressources": False}, "gers_description"),
        ({"projet__besoins_identifies": False}, "gers_besoins"),
        ({"partenariat__reaap": False}, "gers_reaap"),
        ({"partenariat__autres_dispositifs": []}, "gers_dispositifs"),
    ],
)
def test_an_orientation_is_told_to_the_committee_and_changes_nothing_else(
    decide: Decide, answers: dict[str, Any], orientation: str
) -> None:
    whole = decide(DOSSIER, as_of=DAY)

    decision = decide(changed(DOSSIER, **answers), as_of=DAY)

    assert {name for name, status in statuses(decision).items() if status != "met"} == {orientation}
    assert decision["outcome"] == whole["outcome"]
    assert decision["totals"] == whole["totals"]


def test_only_the_coordination_with_schools_is_mandatory_and_comes_first(decide: Decide) -> None:
    without = changed(DOSSIER, partenariat__etablissements_scolaires=False, partenariat__reaap=False)

    decision = decide(without, as_of=DAY)

    weights = {found["id"]: found["weight"] for found in decision["orientations"] if found["id"].startswith("gers_")}
    assert [name for name, weight in weights.items() if weight == "mandatory"] == ["gers_partenariat_ecoles"]
    assert decision["warnings"][0]["ids"] == ["gers_partenariat_ecoles"]


def test_a_misspelt_answer_is_refused(decide: Decide) -> None:
    with pytest.raises(DossierError):
        decide({**DOSSIER, "bilans": {}}, as_of=DAY)
