"""Whose lines a run of tests answers for: those of the layers that stand with the tests."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from clas_policy.catalogue import Catalogue
from clas_policy.model.policy import Policy
from clas_policy.shelves import Shelf

if TYPE_CHECKING:
    from clas_policy.rehearse.coverage import Point


def own_files(tested: Iterable[tuple[Path, Policy]], catalogue: Catalogue) -> tuple[str, ...]:
    """The files of layers (as displayed) that some tests answer for, parents first.

    A test beside layers answers for its policy's layers of that folder, not for those that others ship: the tests of a
    department need not cover the national rules again. A test that stands in no folder of layers answers for all.
    """
    shelves = {file.display: file.shelf for file in catalogue.files()}
    found: dict[str, None] = {}
    for path, policy in tested:
        home = _home(path, catalogue.shelves)
        for layer in policy.layers:
            if home is None or shelves.get(layer.file) == home:
                found[layer.file] = None
    return tuple(found)


def is_own(point: Point, files: Collection[str]) -> bool:
    """Whether tests that answer for some files answer for a point: it stands in one, or the figure that it is about."""
    return any(at.file in files for at in (point.at, *point.also))


def _home(path: Path, shelves: Iterable[Shelf]) -> Shelf | None:
    real = path.resolve()
    return next((shelf for shelf in shelves if real.is_relative_to(shelf.folder.resolve())), None)
