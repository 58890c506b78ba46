"""The fixtures that plugin authors are given: they decide what an evaluation decides, and fail where it would warn."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.plugins.installing import HOOKS, Site

from clas_policy.problem import DossierError, PluginError, PolicyError
from clas_policy.testing import Decide, Desk, changed

DAY = date(2024, 11, 5)
DOSSIER: dict[str, Any] = {
    "dossier": "1",
    "annee_scolaire": "2024-2025",
    "departement": "12",
    "collectifs": [{"collectif": "a", "effectif": 6, "aveyron_commune": "Najac"}],
}


@pytest.fixture
def desk(site: Site) -> Decide:
    """What the fixture gives, made after something was installed."""
    site.install("aveyron")
    return Desk()


def size(decision: dict[str, Any]) -> str:
    return next(str(found["status"]) for found in decision["criteria"] if found["id"] == "taille_collectif")


def test_a_dossier_is_decided_by_the_plugin_of_its_department(desk: Decide) -> None:
    decision = desk(DOSSIER, as_of=DAY)

    assert decision["policy"]["id"] == "departements/12/2024-2025"
    assert "clas-policy-aveyron" in {plugin["distribution"] for plugin in decision["engine"]["plugins"]}
    assert size(decision) == "met", "six children are enough in a rural commune"
    assert size(desk(changed(DOSSIER, collectifs__0__aveyron_commune="Rodez"), as_of=DAY)) == "not_met"


def test_a_policy_can_be_named(desk: Decide) -> None:
    national = changed(DOSSIER)
    del national["collectifs"][0]["aveyron_commune"]

    assert desk(national, as_of=DAY, policy="national/2024-2025")["policy"]["id"] == "national/2024-2025"


def test_an_absent_layer_and_a_wrong_dossier_are_raised(desk: Decide) -> None:
    with pytest.raises(PolicyError):
        desk({**DOSSIER, "annee_scolaire": "2031-2032"}, as_of=DAY)
    with pytest.raises(DossierError):
        desk({**DOSSIER, "effectif": 6}, as_of=DAY)


def test_a_derivation_that_fails_fails_the_test(site: Site) -> None:
    site.install("aveyron")
    hooks = site.folder / "clas_policy_aveyron" / "hooks.py"
    hooks.write_text(
        HOOKS + "@hookimpl\ndef clas_policy_facts():\n    return {'aveyron/commune_rurale': lambda view: 1 / 0}\n",
        encoding="utf-8",
    )

    with pytest.raises(PluginError) as error:
        Desk()(DOSSIER, as_of=DAY)
    assert [problem.code for problem in error.value.problems] == ["CLAS-X309"]


def test_a_broken_plugin_fails_the_test(site: Site) -> None:
    site.yaml("caf-12", ["departements.12"], requires=["clas-policy>=9"])

    with pytest.raises(PluginError) as error:
        Desk()(DOSSIER, as_of=DAY)
    assert [problem.code for problem in error.value.problems] == ["CLAS-X301"]


def test_changing_an_answer_leaves_the_dossier_as_it_was_and_refuses_one_that_is_not_there() -> None:
    before = json.dumps(DOSSIER)

    assert changed(DOSSIER, collectifs__0__effectif=7)["collectifs"][0]["effectif"] == 7
    assert json.dumps(DOSSIER) == before
    with pytest.raises(KeyError):
        changed(DOSSIER, collectifs__0__efectif=7)
    with pytest.raises(IndexError):
        changed(DOSSIER, collectifs__1__effectif=7)


def test_the_fixtures_are_taken_by_one_import(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "from clas_policy.testing import decide, plugin_host\n__all__ = ['decide', 'plugin_host']\n", encoding="utf-8"
    )
    (tmp_path / "test_them.py").write_text(
        "def test_them(decide, plugin_host):\n    assert callable(decide)\n    plugin_host.shelves()\n",
        encoding="utf-8",
    )

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
