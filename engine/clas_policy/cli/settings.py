"""What holds for a whole run: options first, then ``CLAS_POLICY_*``, then ``clas-policy.toml`` found upwards."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from clas_policy import i18n
from clas_policy.model.dates import today
from clas_policy.problem import Message, PluginError, PolicyError, Problem
from clas_policy.source import Span

if TYPE_CHECKING:
    from clas_policy.catalogue import Catalogue
    from clas_policy.plugins import Host

FILE: Final = "clas-policy.toml"
KEYS: Final = {"policies": list, "lang": str, "color": str, "as_of": str, "draft": bool, "lock": str}
"""The keys of the settings file, and the kinds of their values."""


@dataclass
class Settings:
    """The settings of one run; what is costly is made when it is first asked for."""

    lang: str = "en"
    color: str = "auto"
    debug: bool = False
    verbose: bool = False
    quiet: bool = False
    policies: tuple[Path, ...] = ()
    as_of: date = field(default_factory=today)
    draft: bool = False
    without_plugins: bool = False
    lock: Path | None = None

    def say(self, message: Message) -> str:
        return i18n.translate(message, self.lang)

    @property
    def shows_progress(self) -> bool:
        return not self.quiet and sys.stderr.isatty()

    @cached_property
    def _host(self) -> Host:
        from clas_policy import plugins

        return plugins.host(without_plugins=self.without_plugins)

    def host(self) -> Host:
        return self._host

    @cached_property
    def _catalogue(self) -> Catalogue:
        from clas_policy.catalogue import Catalogue, engine_shelf, user_shelf

        mine = [user_shelf(folder) for folder in self.policies]
        return Catalogue([*mine, *self.host().shelves(), engine_shelf()])

    def catalogue(self) -> Catalogue:
        """Every layer at hand; raises PolicyError for a folder that is not there."""
        return self._catalogue

    def check_lock(self) -> None:
        """Raises PluginError where ``--lock`` does not list a plugin as it is installed."""
        if self.lock is None:
            return
        from clas_policy import plugins

        problems = plugins.lock_problems(self.host(), self.lock)
        if problems:
            raise PluginError(problems)


def from_file(start: Path) -> Mapping[str, Any]:
    """The keys of the nearest ``clas-policy.toml`` upwards, paths made absolute; raises PolicyError at a fault."""
    for folder in (start, *start.parents):
        place = folder / FILE
        if place.is_file():
            return _read(place)
    return {}


def _read(place: Path) -> Mapping[str, Any]:
    import tomllib

    try:
        text = place.read_text(encoding="utf-8")
        found = tomllib.loads(text)
    except (OSError, ValueError) as error:
        where = Span(place.as_posix(), 1, 1, 1, 2)
        raise PolicyError(
            [Problem("CLAS-U502", Message("the settings cannot be read: {why}", {"why": str(error)}), where)]
        ) from None
    problems = []
    lines = text.splitlines()
    for key, value in found.items():
        number = next((n for n, line in enumerate(lines, 1) if line.strip().startswith(key)), 1)
        where = Span(place.as_posix(), number, 1, number, len(key) + 1)
        if key not in KEYS:
            hint = Message("known here: {keys}", {"keys": ", ".join(f"`{known}`" for known in KEYS)})
            problems.append(Problem("CLAS-U501", Message("unknown setting `{key}`", {"key": key}), where, hint=hint))
        elif not isinstance(value, KEYS[key]):
            problems.append(Problem("CLAS-U501", Message("`{key}` is not of the right kind", {"key": key}), where))
    if problems:
        raise PolicyError(problems)
    settings = dict(found)
    settings["policies"] = [str(place.parent / path) for path in found.get("policies", [])]
    if "lock" in found:
        settings["lock"] = str(place.parent / found["lock"])
    return settings


def folders_of(variable: str) -> tuple[Path, ...]:
    """The folders of ``CLAS_POLICY_PATH``, separated as in PATH."""
    return tuple(Path(part) for part in variable.split(os.pathsep) if part)
