"""``replay``: an auditor makes a decision again, and is told what differs or what is missing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Ran
from tests.cli.test_evaluate import GERS, SAMPLE, changed, save

Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def _decided(here: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(GERS, here / "layers")
    monkeypatch.delenv("CLAS_POLICY_WITHOUT_PLUGINS")
    monkeypatch.setenv("CLAS_POLICY_PATH", "layers")
    monkeypatch.setenv("CLAS_POLICY_AS_OF", "2024-11-05")
    save(here / "dossier.json", SAMPLE)
    for name, options in (("full", ()), ("brief", ("--brief",))):
        assert run("evaluate", "dossier.json", "--output", f"json:{name}.json", *options).code == 0


@pytest.mark.parametrize("name", ["full", "brief"])
def test_the_same_texts_give_the_same_decision_on_any_day(run: Run, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("CLAS_POLICY_AS_OF", "2031-01-01")

    ran = run("replay", f"{name}.json", "--dossier", "dossier.json")

    assert (ran.code, ran.out) == (0, "identical\n")


def test_another_dossier_is_different_and_the_places_are_named(run: Run, here: Path) -> None:
    save(here / "dossier.json", changed(collectifs__0__depenses="8000.00"))

    ran = run("replay", "full.json", "--dossier", "dossier.json")

    assert ran.code == 1
    assert '$.totals.due: "4708.28"' in ran.out
    assert "4550.00" in ran.out


def test_a_forged_amount_is_found(run: Run, here: Path) -> None:
    record = json.loads((here / "full.json").read_text(encoding="utf-8"))
    record["totals"]["due"] = "9999.99"
    save(here / "full.json", record)

    ran = run("replay", "full.json", "--dossier", "dossier.json")

    assert ran.code == 1
    assert "9999.99" in ran.out


def test_a_text_that_has_changed_cannot_be_replayed(run: Run, here: Path) -> None:
    layer = here / "layers" / "departements" / "32" / "2024-2025.yaml"
    layer.write_text(layer.read_text(encoding="utf-8") + "# a comment\n", encoding="utf-8")

    ran = run("replay", "full.json", "--dossier", "dossier.json")

    assert ran.code == 3
    assert "departements/32/2024-2025" in ran.err


def test_what_is_no_decision_is_refused(run: Run, here: Path) -> None:
    (here / "full.json").write_text('{"format": "another/1"}', encoding="utf-8")

    assert run("replay", "full.json", "--dossier", "dossier.json").code != 0
