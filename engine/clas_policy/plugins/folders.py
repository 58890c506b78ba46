"""Where code and data are, by the import system's specs: nothing is imported, wheel and editable install alike."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path


def of_package(package: str) -> tuple[Path, ...]:
    """The folders of a package, several where it is spread; none where there is no such package."""
    for spec in _specs(package):
        if spec.name == package:
            return tuple(map(Path, spec.submodule_search_locations or ()))
    return ()


def of_code(module: str) -> tuple[Path, ...]:
    """What holds the code of a module: the folder of its outermost package, or its file where it is in none."""
    for spec in _specs(module):
        if spec.has_location and spec.origin:
            origin = Path(spec.origin)
            return (origin.parent,) if spec.submodule_search_locations is not None else (origin,)
    return ()


def _specs(name: str) -> Iterator[ModuleSpec]:
    """The specs of a dotted name, outermost first; they end early where there is none, or a finder fails."""
    full = ""
    locations: list[str] | None = None
    for part in name.split("."):
        full = f"{full}.{part}" if full else part
        try:
            spec = importlib.util.find_spec(full) if locations is None else PathFinder.find_spec(full, locations)
        except (ImportError, ValueError, AttributeError, OSError):
            return
        if spec is None:
            return
        yield spec
        locations = list(spec.submodule_search_locations or ())
