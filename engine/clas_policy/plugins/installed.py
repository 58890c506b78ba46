"""The installed distributions that declare plugins, from their metadata, nothing of them imported.

Ordinary folders of ``sys.path`` are read directly: two small files of each distribution that has one of our entry
points. Importing `importlib.metadata` alone costs ten times as much; it is asked where a distribution may be in another
place (an archive, a finder of its own), and the tests hold this module to it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clas_policy.frozen import dataclass

if TYPE_CHECKING:
    import importlib.metadata

LAYERS: Final = "clas_policy.layers"
CODE: Final = "clas_policy"
_GROUPS: Final = (LAYERS, CODE)


@dataclass(frozen=True, slots=True, order=True)
class EntryPoint:
    """One line of a distribution's ``entry_points.txt``."""

    group: str
    name: str
    value: str


@dataclass(frozen=True, slots=True, order=True)
class Distribution:
    """A distribution with at least one of our entry points.

    `requires` are its ``Requires-Dist`` as written, `place` the folder of its metadata (None in an archive).
    """

    name: str
    version: str
    requires: tuple[str, ...]
    entry_points: tuple[EntryPoint, ...]
    place: Path | None = None

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def distributions() -> tuple[Distribution, ...]:
    """All of them, in the order of ``sys.path``; one that is there twice is given twice."""
    found: list[Distribution] = []
    for entry in dict.fromkeys(sys.path):
        try:
            with os.scandir(entry or ".") as folder:
                names = sorted(item.name for item in folder if item.name.endswith((".dist-info", ".egg-info")))
        except NotADirectoryError:
            found.extend(_by_the_library(entry))
            continue
        except OSError:
            continue
        for name in names:
            place = Path(entry or ".", name)
            with suppress(OSError):
                declared = _read(place / "entry_points.txt")
                if CODE in declared and (points := entry_points(declared)):
                    found.append(_from_metadata(_metadata(place), place.stem, points, place))
    found.extend(_by_other_finders())
    return tuple(found)


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


def _metadata(place: Path) -> str:
    for name in ("METADATA", "PKG-INFO"):
        with suppress(OSError):
            return _read(place / name)
    return ""


def entry_points(text: str) -> tuple[EntryPoint, ...]:
    """Our entry points in an ``entry_points.txt``, sorted."""
    found: list[EntryPoint] = []
    group = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("[") and line.endswith("]"):
            group = line[1:-1].strip()
        elif group in _GROUPS and "=" in line and not line.startswith(("#", ";")):
            name, _, value = line.partition("=")
            found.append(EntryPoint(group, name.strip(), value.strip()))
    return tuple(sorted(found))


def _from_metadata(text: str, stem: str, points: tuple[EntryPoint, ...], place: Path | None) -> Distribution:
    """Reads three headers of a ``METADATA``; a distribution without one is called as its folder is."""
    name, _, version = stem.partition("-")
    requires = []
    for line in text.splitlines():
        if not line:
            break  # the description follows
        header, _, value = line.partition(":")
        match header.lower():
            case "name":
                name = value.strip()
            case "version":
                version = value.strip()
            case "requires-dist":
                requires.append(value.strip())
            case _:
                pass
    return Distribution(name, version, tuple(requires), points, place)


def _by_the_library(entry: str) -> Iterator[Distribution]:
    from importlib import metadata

    yield from _adopted(metadata.distributions(path=[entry]))


def _by_other_finders() -> Iterator[Distribution]:
    """What finders besides the usual one know (those of a frozen program, say)."""
    from importlib.machinery import PathFinder

    for finder in sys.meta_path:
        find = getattr(finder, "find_distributions", None)
        if find is not None and finder is not PathFinder:
            yield from _adopted(find())


def _adopted(found: Iterable[importlib.metadata.Distribution]) -> Iterator[Distribution]:
    for distribution in found:
        points = entry_points(distribution.read_text("entry_points.txt") or "")
        if points:
            text = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or ""
            yield _from_metadata(text, "", points, None)
