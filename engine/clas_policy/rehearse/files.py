"""Where test files are: beside the layers on the shelves, or where the user says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from clas_policy.frozen import dataclass
from clas_policy.problem import Message, PolicyError, Problem
from clas_policy.shelves import Shelf, user_shelf
from clas_policy.source import Span

ENDING: Final = ".test.yaml"
_TESTS: Final = re.compile(rb"^(?:\xef\xbb\xbf)?tests: *[\"']?(?P<id>[a-z0-9][A-Za-z0-9_/-]*)", re.MULTILINE)
_LOOKED_AT: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class TestFile:
    """A test file, and how its path is displayed."""

    __test__ = False  # for pytest, which takes the name for a class of tests

    path: Path
    display: str


def on_shelf(shelf: Shelf) -> Iterator[TestFile]:
    """The test files of a folder of layers, sorted; raises PolicyError for a link that leads out of it."""
    root = shelf.folder.resolve()
    for path in sorted(shelf.folder.rglob(f"*{ENDING}")):
        relative = path.relative_to(shelf.folder).as_posix()
        if "/." in f"/{relative}":
            continue
        display = f"{shelf.label}/{relative}"
        try:
            outside = not path.resolve(strict=True).is_relative_to(root)
        except (OSError, RuntimeError):
            outside = False  # reading it will say what is wrong
        if outside:
            at = Span(display, 1, 1, 1, 2)
            raise PolicyError([Problem("CLAS-L218", Message("this link leads out of the folder"), at)])
        yield TestFile(path, display)


def below(folder: Path) -> Iterator[TestFile]:
    """The test files of any folder, sorted."""
    for path in sorted(folder.rglob(f"*{ENDING}")):
        if not any(part.startswith(".") for part in path.relative_to(folder).parts):
            yield TestFile(path, path.as_posix())


def policy_named_in(path: Path) -> str | None:
    """The id that a test file names, at a glance; None where it does not look like a file of policy tests."""
    try:
        with path.open("rb") as file:
            start = file.read(_LOOKED_AT)
    except OSError:
        return None
    match = _TESTS.search(start)
    return match["id"].decode() if match else None


def home(path: Path, shelves: Iterable[Shelf]) -> Shelf | None:
    """The folder of layers that a test file stands in, where none of `shelves` has it and its path says so.

    A file in ``x/departements/32/`` that tests ``departements/32/2024-2025`` stands in ``x``.
    """
    real = path.resolve()
    if any(real.is_relative_to(shelf.folder.resolve()) for shelf in shelves):
        return None
    tested = policy_named_in(path)
    if tested is None:
        return None
    above = tested.split("/")[:-1]
    folder = path.parent
    if not above or folder.resolve().parts[-len(above) :] != tuple(above):
        return None
    for _ in above:
        folder = folder.parent if folder.name not in ("", "..") else folder / ".."
    return user_shelf(folder)
