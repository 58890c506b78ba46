"""A lock: which plugins may take part, and exactly as they are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from clas_policy.frozen import dataclass
from clas_policy.plugins import engine_range, folders
from clas_policy.plugins.discovery import Plugin
from clas_policy.problem import Message, PluginError, Problem
from clas_policy.reading.files import read_file, write_file
from clas_policy.source import Span

if TYPE_CHECKING:
    from clas_policy.plugins.host import Host

FORMAT: Final = "clas-policy/lock/1"
_LIMIT: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class Locked:
    """One distribution as a lock names it; the digest is of its entry points and of the files they lead to."""

    distribution: str
    version: str
    plugins: tuple[str, ...]
    sha256: str


def write_lock(host: Host, path: Path) -> None:
    """Writes what is installed now; raises reading.files.OutputError. Imports no plugin."""
    entries = [
        {
            "distribution": entry.distribution,
            "version": entry.version,
            "plugins": list(entry.plugins),
            "sha256": entry.sha256,
        }
        for entry in installed(host)
    ]
    text = json.dumps({"format": FORMAT, "distributions": entries}, ensure_ascii=False, indent=2)
    write_file(path, f"{text}\n".encode())


def lock_problems(host: Host, path: Path) -> tuple[Problem, ...]:
    """What differs between a lock and what is installed: unlisted, changed, absent. Imports no plugin.

    None where the run has no plugins at all. Raises PluginError where the file cannot be read as a lock.
    """
    if host.without_plugins:
        return ()
    listed = {engine_range.normalized(entry.distribution): entry for entry in _read(path)}
    here = {engine_range.normalized(entry.distribution): entry for entry in installed(host)}
    problems = []
    at = Span(path.as_posix(), 1, 1, 1, 2)
    for name in sorted(listed.keys() | here.keys()):
        problem = _difference(listed.get(name), here.get(name), at)
        if problem is not None:
            problems.append(problem)
    return tuple(problems)


def _difference(listed: Locked | None, here: Locked | None, at: Span) -> Problem | None:
    if listed is None and here is not None:
        message = Message(
            "{who} is installed, and the lock does not list it", {"who": f"{here.distribution} {here.version}"}
        )
        return Problem(
            "CLAS-X314", message, at, hint=Message("`{command}`", {"command": f"pip uninstall {here.distribution}"})
        )
    if listed is not None and (here is None or here.version != listed.version):
        who = f"{listed.distribution} {listed.version}"
        command = f"pip install {listed.distribution}=={listed.version}"
        message = Message("the lock lists {who}, which is not installed", {"who": who})
        if here is not None:
            message = Message("the lock lists {who}, and {version} is installed", {"who": who, "version": here.version})
        return Problem("CLAS-X315", message, at, hint=Message("`{command}`", {"command": command}))
    if listed is not None and here is not None and listed != here:
        command = f"pip install --force-reinstall {listed.distribution}=={listed.version}"
        message = Message(
            "{who} is not as the lock lists it: its files have changed", {"who": f"{here.distribution} {here.version}"}
        )
        return Problem("CLAS-X315", message, at, hint=Message("`{command}`", {"command": command}))
    return None


def installed(host: Host) -> tuple[Locked, ...]:
    """The distributions of all plugins, failed ones too, sorted."""
    groups: dict[tuple[str, str], list[Plugin]] = {}
    for plugin in host.plugins:
        groups.setdefault((plugin.distribution, plugin.version), []).append(plugin)
    return tuple(
        Locked(distribution, version, tuple(plugin.name for plugin in plugins), _digest(plugins))
        for (distribution, version), plugins in sorted(groups.items())
    )


def _digest(plugins: Sequence[Plugin]) -> str:
    whole = hashlib.sha256()
    for plugin in plugins:
        whole.update(f"{plugin.group}\0{plugin.name}\0{plugin.value}\n".encode("utf-8", "surrogatepass"))
    names = {plugin.value.partition(":")[0].strip() for plugin in plugins}
    places = {place for name in names for place in folders.of_code(name) or folders.of_package(name)}
    for name, path in sorted((name, path) for place in places for name, path in _files(place)):
        try:
            content = path.read_bytes()
        except OSError:
            content = b"unreadable"
        whole.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode("utf-8", "surrogatepass"))
    return whole.hexdigest()


def _files(place: Path) -> Iterator[tuple[str, Path]]:
    """The files that an import could use, with names that are the same for a wheel and an editable install."""
    if place.is_file():
        yield place.name, place
        return
    for path in place.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(place.parent).as_posix(), path


def _read(path: Path) -> tuple[Locked, ...]:
    display = path.as_posix()
    data = read_file(path, display, _LIMIT, PluginError)
    try:
        return _entries(json.loads(data))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        message = Message("this is no lock of plugins")
        hint = Message("`{command}` writes one", {"command": f"clas-policy plugins lock {display}"})
        raise PluginError([Problem("CLAS-X316", message, Span(display, 1, 1, 1, 2), hint=hint)]) from None


def _entries(found: Mapping[str, Any]) -> tuple[Locked, ...]:
    """Raises one of what a file of any other form leads to."""
    if found["format"] != FORMAT:
        raise ValueError(found["format"])
    entries = tuple(_locked(entry) for entry in found["distributions"])
    if len({engine_range.normalized(entry.distribution) for entry in entries}) < len(entries):
        raise ValueError("one distribution twice")
    return entries


def _locked(entry: Mapping[str, Any]) -> Locked:
    locked = Locked(entry["distribution"], entry["version"], tuple(entry["plugins"]), entry["sha256"])
    if not all(type(text) is str for text in (locked.distribution, locked.version, locked.sha256, *locked.plugins)):
        raise TypeError(entry)
    return locked
