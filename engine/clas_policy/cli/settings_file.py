"""``clas-policy.toml``, found upwards from where the program runs."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from clas_policy.cli import front
from clas_policy.cli.misuse import MisuseError
from clas_policy.problem import Message, Problem
from clas_policy.reading.files import read_file
from clas_policy.source import Span

_LIMIT: Final = 64 * 1024
_KINDS: Final = {
    "policies": Message("a list of folders"),
    "as_of": Message("a date, like `2024-10-30`"),
    "draft": Message("`true` or `false`"),
    "without_plugins": Message("`true` or `false`"),
    "lock": Message("the name of a file"),
    "lang": Message("`fr` or `en`"),
    "color": Message("`auto`, `always` or `never`"),
}
"""The keys that it may have, and what each takes."""


def nearest() -> Mapping[str, Any]:
    """The settings of the nearest file, paths taken from its folder; nothing where there is none.

    Raises MisuseError with every problem of the file.
    """
    try:
        place = front.find_settings(os.getcwd())  # noqa: PTH109
    except OSError:  # the folder itself is gone
        return {}
    return {} if place is None else read(Path(place))


def read(place: Path) -> Mapping[str, Any]:
    """The settings of a file, paths taken from its folder; raises MisuseError with every problem."""
    import tomllib

    text = read_file(place, place.as_posix(), _LIMIT, MisuseError).decode("utf-8", "replace")
    try:
        found = tomllib.loads(text)
    except ValueError as error:
        raise MisuseError([_broken(error, text.splitlines() or [""], place.as_posix())]) from None
    lines = text.splitlines()
    problems = [
        problem
        for key, value in found.items()
        if (problem := _problem(key, value, lines, place.as_posix())) is not None
    ]
    if problems:
        raise MisuseError(problems)
    settings = dict(found)
    settings["policies"] = [_from_here(place.parent / folder) for folder in found.get("policies", ())]
    if "lock" in found:
        settings["lock"] = str(place.parent / found["lock"])
    return settings


def _from_here(path: Path) -> str:
    """A path as people and code hosts know it: below the folder that the program runs in, where it stands there."""
    with suppress(OSError, ValueError):
        return str(path.relative_to(Path.cwd()))
    return str(path)


def _broken(error: ValueError, lines: list[str], file: str) -> Problem:
    """Where TOML ends to be TOML, of which the library tells the place in words."""
    found = re.search(r"at line ([0-9]+), column ([0-9]+)", str(error))
    line, column = (int(found[1]), int(found[2])) if found else (len(lines), len(lines[-1]) + 1)
    where = Span(file, line, column, line, column + 1)
    hint = Message('a setting is written like `lang = "fr"` or `policies = ["politiques"]`')
    excerpt = lines[line - 1] if line <= len(lines) else ""
    return Problem("CLAS-U502", Message("this is not TOML"), where, hint=hint, excerpt=excerpt)


def _problem(key: str, value: object, lines: list[str], file: str) -> Problem | None:
    number = next((n for n, line in enumerate(lines, 1) if line.lstrip().strip("[\"'").startswith(key)), 1)
    line = lines[number - 1] if lines else ""
    column = line.find(key) + 1 or 1
    where = Span(file, number, column, number, column + len(key))
    if key not in _KINDS:
        keys = ", ".join(f"`{known}`" for known in _KINDS)
        hint = Message("known here: {keys}", {"keys": keys})
        return Problem("CLAS-U501", Message("unknown setting `{key}`", {"key": key}), where, hint=hint, excerpt=line)
    if not _is_fit(key, value):
        message = Message("`{key}` takes {what}", {"key": key, "what": _KINDS[key]})
        return Problem("CLAS-U501", message, where, excerpt=line)
    return None


def _is_fit(key: str, value: object) -> bool:
    match key:
        case "policies":
            return isinstance(value, list) and all(isinstance(folder, str) for folder in value)
        case "draft" | "without_plugins":
            return isinstance(value, bool)
        case "as_of":
            return isinstance(value, str) or (isinstance(value, date) and not isinstance(value, datetime))
        case "lang":
            return value in ("fr", "en")
        case "color":
            return value in ("auto", "always", "never")
        case _:
            return isinstance(value, str)
