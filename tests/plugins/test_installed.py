"""What is read from folders directly is what `importlib.metadata` would say."""

import importlib.metadata
import sys
import zipfile
from collections.abc import Iterable
from importlib.machinery import PathFinder
from pathlib import Path

import pytest
from tests.plugins.installing import ENGINE, Site

from clas_policy.plugins import folders, installed

GROUPS = ("clas_policy.layers", "clas_policy")


def by_the_library(place: Path) -> list[tuple[str, str, list[tuple[str, str, str]], list[str]]]:
    found = []
    for distribution in importlib.metadata.distributions(path=[str(place)]):
        points = sorted((p.group, p.name, p.value) for p in distribution.entry_points if p.group in GROUPS)
        if points:
            found.append((distribution.metadata["Name"], distribution.version, points, distribution.requires or []))
    return sorted(found)


def by_us(place: Path) -> list[tuple[str, str, list[tuple[str, str, str]], list[str]]]:
    return sorted(
        (found.name, found.version, [(p.group, p.name, p.value) for p in found.entry_points], list(found.requires))
        for found in installed.distributions()
        if found.place is not None and found.place.is_relative_to(place)
    )


def test_what_pip_lays_out_is_read_as_the_library_reads_it(site: Site) -> None:
    site.install("aveyron")
    site.install("decazeville")
    site.yaml("caf-65", ["departements.65", "departements.65.tarbes"], requires=[ENGINE, "click", "x; extra == 'y'"])
    site.metadata("other", "1", {"console_scripts": {"clas_policy": "other:main"}})

    assert len(by_us(site.folder)) == 3
    assert by_us(site.folder) == by_the_library(site.folder)


@pytest.mark.parametrize(
    "text",
    [
        "[clas_policy.layers]\r\ndepartements.12 = caf_12\r\n",
        "  [clas_policy.layers]  \n\n  departements.12=caf_12\n# departements.13 = caf_12\n[other]\nx = y\n",
        "[other]\nclas_policy = x:y\n[clas_policy]\ncaf = caf_12.hooks:plugin\n",
        "[clas_policy]\ncaf = caf_12\n[clas_policy.layers]\ndepartements.2A = caf_12\n",
    ],
)
def test_the_forms_of_entry_points_are_read_as_the_library_reads_them(site: Site, text: str) -> None:
    info = site.metadata("caf-12", "1.0", {})
    (info / "entry_points.txt").write_bytes(text.encode())

    assert by_us(site.folder) == by_the_library(site.folder)
    assert by_us(site.folder)


def test_a_description_that_looks_like_a_header_is_none(site: Site) -> None:
    info = site.metadata("caf-12", "1.0", {"clas_policy": {"caf": "caf_12"}}, [])
    metadata = info / "METADATA"
    metadata.write_text(metadata.read_text(encoding="utf-8") + f"\nRequires-Dist: {ENGINE}\n", encoding="utf-8")

    (found,) = by_us(site.folder)

    assert found[3] == []


@pytest.mark.parametrize("damage", ["METADATA", "entry_points.txt"])
def test_damaged_metadata_stop_nobody_else(site: Site, damage: str) -> None:
    site.install("decazeville")
    info = site.metadata("caf-12", "1.0", {"clas_policy": {"caf": "caf_12"}})
    (info / damage).write_bytes(b"\xff\xfe[clas_policy\x00")

    assert ("clas-policy-decazeville", "0.3.0") in [found[:2] for found in by_us(site.folder)]


def test_a_distribution_in_an_archive_is_found_by_the_library(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.install("decazeville")
    archive = tmp_path / "plugin.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in site.folder.rglob("*"):
            file.write(path, path.relative_to(site.folder))
    monkeypatch.setattr(sys, "path", [str(archive)])

    (found,) = [one for one in installed.distributions() if one.name == "clas-policy-decazeville"]

    assert found.version == "0.3.0"
    assert found.requires == (ENGINE,)
    assert found.place is None


def test_a_finder_of_its_own_is_asked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.install("decazeville")
    folder = str(site.folder)

    class Finder(importlib.metadata.MetadataPathFinder):
        """As that of a frozen program."""

        @staticmethod
        def find_spec(*_: object) -> None:
            return None

        @classmethod
        def find_distributions(
            cls,
            _context: importlib.metadata.DistributionFinder.Context | None = None,
        ) -> Iterable[importlib.metadata.PathDistribution]:
            return super().find_distributions(importlib.metadata.DistributionFinder.Context(path=[folder]))

    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry != folder])
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder])

    assert "clas-policy-decazeville" in [found.name for found in installed.distributions()]


def test_places_on_the_path_that_are_not_there_are_passed_over(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.install("decazeville")
    (tmp_path / "text").write_text("no archive", encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "nowhere"), str(tmp_path / "text"), *sys.path])

    assert len(by_us(site.folder)) == 1


def test_folders_are_found_without_importing(site: Site) -> None:
    package = site.yaml("caf-12", ["departements.12"])
    (site.folder / package / "__init__.py").write_text("1 / 0", encoding="utf-8")
    inner = site.folder / package / "inner"
    inner.mkdir()
    (inner / "__init__.py").write_text("1 / 0", encoding="utf-8")
    (inner / "code.py").write_text("1 / 0", encoding="utf-8")
    (site.folder / "alone.py").write_text("1 / 0", encoding="utf-8")

    assert folders.of_package(package) == (site.folder / package,)
    assert folders.of_package(f"{package}.inner") == (inner,)
    assert folders.of_code(f"{package}.inner.code") == (site.folder / package,)
    assert folders.of_code("alone") == (site.folder / "alone.py",)
    assert folders.of_package("nowhere") == folders.of_code("nowhere") == ()
    assert folders.of_package("alone") == ()
    assert site.imported() == set()
    assert PathFinder.find_spec("alone") is not None
