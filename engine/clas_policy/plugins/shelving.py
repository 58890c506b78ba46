"""The layers of plugins: where their folders are, and what stands in them that is not theirs; nothing is imported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from clas_policy.catalogue import Shelf
from clas_policy.plugins import folders
from clas_policy.plugins.discovery import Failure, Plugin
from clas_policy.problem import Message, Problem

FOLDER: Final = "policies"


def places(plugins: Iterable[Plugin]) -> tuple[Mapping[Plugin, Path], Mapping[Plugin, Failure]]:
    """The folder of each plugin, and the failures of those without one, or with layers of others in it."""
    plugins = tuple(plugins)
    stands: dict[Plugin, Path] = {}
    failures: dict[Plugin, Failure] = {}
    for plugin in plugins:
        own = [p.prefixes[0] for p in plugins if (p.distribution, p.version) == (plugin.distribution, plugin.version)]
        found = [place for folder in folders.of_package(plugin.value) if (place := folder / FOLDER).is_dir()]
        problem = _misplaced(plugin, found) or _strays(plugin, found[0], own)
        if problem is not None:
            failures[plugin] = Failure.of(plugin, problem)
        else:
            stands[plugin] = found[0]
    return stands, failures


def shelves(stands: Mapping[Plugin, Path]) -> tuple[Shelf, ...]:
    """One shelf for each folder, with all the prefixes that are owned in it."""
    found: dict[tuple[str, str, Path], list[str]] = {}
    for plugin, folder in stands.items():
        found.setdefault((plugin.distribution, plugin.version, folder), []).extend(plugin.prefixes)
    return tuple(
        Shelf(folder, f"{distribution} {version}", distribution, tuple(sorted(prefixes)))
        for (distribution, version, folder), prefixes in sorted(found.items())
    )


def _misplaced(plugin: Plugin, found: list[Path]) -> Problem | None:
    if len(found) == 1:
        return None
    values = {"who": plugin.shipped_by, "package": plugin.value}
    message = Message("{who}: the package `{package}` has no folder `policies`", values)
    if found:
        message = Message("{who}: the package `{package}` has several folders `policies`", values)
    hint = Message("layers stand in `policies/` of the package that the entry point names, and travel in its wheel")
    return Problem("CLAS-X303", message, hint=hint)


def _strays(plugin: Plugin, folder: Path, own: Iterable[str]) -> Problem | None:
    """A layer under no prefix of its distribution: were it put on a shelf, it would stand in its owner's way."""
    for path in sorted(folder.rglob("*.yaml")):
        name = path.relative_to(folder).as_posix()
        if name.endswith(".test.yaml") or any(name.startswith((f"{prefix}/", f"{prefix}.")) for prefix in own):
            continue
        values = {"who": plugin.shipped_by, "id": name.removesuffix(".yaml"), "own": ", ".join(sorted(own))}
        message = Message("{who} ships `{id}`, which is not its own", values)
        return Problem("CLAS-X302", message, hint=Message("it owns what is under {own}", values))
    return None
