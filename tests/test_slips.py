"""Slips that a tired author makes in a copy of the shipped policies: the tests shipped with them notice each."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from clas_policy import resources
from clas_policy.catalogue import Catalogue, engine_shelf, user_shelf
from clas_policy.rehearse.binding import load
from clas_policy.rehearse.files import on_shelf
from clas_policy.rehearse.running import Bench

GERS = Path(__file__).parents[1] / "plugins" / "clas-policy-gers" / "src" / "clas_policy_gers" / "policies"
REFERENTIEL = "national/referentiel-2019.yaml"
ANNUAL = "national/2024-2025.yaml"
LOCAL = "departements/32/2024-2025.yaml"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The shipped policies and their tests, in one folder of the author's."""
    folder = tmp_path / "politiques"
    shutil.copytree(resources.folder("policies"), folder)
    shutil.copytree(GERS, folder, dirs_exist_ok=True)
    return folder


def noticed(folder: Path) -> list[str]:
    """The names of the cases that fail, and of the figures that differ."""
    shelf = user_shelf(folder)
    catalogue = Catalogue([shelf, engine_shelf()])
    bench, names = Bench(), []
    for file in on_shelf(shelf):
        ready = load(file.path, file.display, catalogue)
        assert ready.suite is not None, ready.problems
        result = bench.run(ready.suite)
        names += [str(problem.message) for problem in result.figures]
        names += [done.case.name for done in result.cases if done.fails]
    return names


def slip(folder: Path, file: str, old: str, new: str) -> None:
    place = folder / file
    text = place.read_text(encoding="utf-8")
    assert text.count(old) >= 1, old
    place.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_copy_without_a_slip_passes(copy: Path) -> None:
    assert noticed(copy) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "by"),
    [
        pytest.param(
            ANNUAL,
            "prix_plafond: 8487 EUR",
            "prix_plafond: 8487.01 EUR",
            "`prix_plafond` is `8487.01 EUR`, where `8487 EUR` is expected",
            id="a ceiling off by a cent, which changes no amount",
        ),
        pytest.param(
            ANNUAL,
            "prix_plafond: 8487 EUR",
            "prix_plafond: 8486.99 EUR",
            "Des dépenses au prix plafond",
            id="a ceiling off by a cent, which changes one",
        ),
        pytest.param(
            LOCAL,
            "last_day: 2024-10-30",
            "last_day: 2024-10-31",
            "Une demande le lendemain n'est plus recevable",
            id="a last day off by one",
        ),
        pytest.param(
            REFERENTIEL,
            "      any:\n        - {fact: collectif.effectif, from: effectif_min",
            "      all:\n        - {fact: collectif.effectif, from: effectif_min",
            "Huit enfants en ville",
            id="all for any",
        ),
        pytest.param(
            REFERENTIEL,
            "- {fact: collectif.effectif, from: effectif_min,",
            "- {fact: collectif.effectif, above: effectif_min,",
            "Huit enfants en ville",
            id="strict for inclusive",
        ),
        pytest.param(
            REFERENTIEL,
            "requires: [axes.enfants, axes.parents, axes.ecole, axes.territoire]",
            "requires: [axes.enfants, axes.parents, axes.ecole]",
            "Sans action avec les partenaires locaux",
            id="a forgotten axis",
        ),
    ],
)
def test_each_slip_is_noticed(file: str, old: str, new: str, by: str, copy: Path) -> None:
    slip(copy, file, old, new)

    assert by in noticed(copy)
