"""What a loaded plugin offers, name → function: each name checked, and owned by one plugin or by none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from types import MappingProxyType
from typing import Any, Final

from clas_policy.frozen import dataclass
from clas_policy.plugins.discovery import ENGINE, Plugin
from clas_policy.plugins.hooks import is_asynchronous, place
from clas_policy.problem import Message, Problem

FACTS: Final = "clas_policy_facts"
READERS: Final = "clas_policy_readers"
RENDERERS: Final = "clas_policy_renderers"
OFFERS: Final = (FACTS, READERS, RENDERERS)

_FORMS: Final = {
    FACTS: (re.compile(r"[a-z][a-z0-9_-]*/[a-z][a-z0-9_-]*"), Message("a name like `gers/commune_rurale`")),
    READERS: (re.compile(r"(?:\.[a-z0-9]+){1,2}"), Message("a suffix with its dot, like `.portail.csv`")),
    RENDERERS: (re.compile(r"[a-z][a-z0-9-]*"), Message("lower-case letters, digits and `-`, like `fiche`")),
}
_ENGINES: Final[Mapping[str, frozenset[str]]] = {
    READERS: frozenset((".json", ".ndjson", ".csv", ".parquet")),
    RENDERERS: frozenset(("text", "json", "ndjson", "csv", "parquet", "sarif", "github", "markdown", "html")),
}
"""What the engine reads and writes itself: no plugin stands in for it."""

_MOST: Final = 1000


@dataclass(frozen=True, slots=True)
class Claim:
    """One name, the function that a plugin offers for it, and whose it is."""

    name: str
    owner: Plugin
    function: Any


def claims(plugin: Plugin, hook: str, asked: object, result: object) -> tuple[Claim, ...] | Problem:
    """The claims in what `asked` gave, or what is wrong with it; to be contained, for it runs the plugin's mapping."""
    if not isinstance(result, Mapping):
        return _no_mapping(plugin, hook, asked, Message("give a mapping of names to functions"))
    found = []
    for name, function in islice(result.items(), _MOST + 1):
        problem = _problem(plugin, hook, name, function)
        if problem is not None:
            return problem
        found.append(Claim(name, plugin, function))
    if len(found) > _MOST:
        return _no_mapping(plugin, hook, asked, Message("give at most a thousand names"))
    return tuple(found)


def _no_mapping(plugin: Plugin, hook: str, asked: object, due: Message) -> Problem:
    values = {"who": plugin.shipped_by, "hook": hook}
    return Problem(
        "CLAS-X307", Message("{who}: `{hook}` gives something else than is due", values), place(asked), hint=due
    )


def _problem(plugin: Plugin, hook: str, name: object, function: object) -> Problem | None:
    form, example = _FORMS[hook]
    values = {"who": plugin.shipped_by, "hook": hook, "name": str(name), "engine": ENGINE, "plugin": plugin.name}
    if type(name) is not str or form.fullmatch(name) is None:
        message = Message("{who}: `{name}` is not a name that `{hook}` may give", values)
        return Problem("CLAS-X307", message, place(function), hint=example)
    if hook == FACTS and name.partition("/")[0] != plugin.name:
        message = Message("{who} claims `{name}`, which is not its own", values)
        hint = Message("the facts that it derives start with `{plugin}/`", values)
        return Problem("CLAS-X302", message, place(function), hint=hint)
    if name in _ENGINES.get(hook, ()):
        return Problem("CLAS-X302", Message("{who} claims `{name}`, which is {engine}'s own", values), place(function))
    if not callable(function) or is_asynchronous(function):
        return Problem("CLAS-X306", Message("{who}: `{name}` is not an ordinary function", values), place(function))
    return None


def by_name(offered: Mapping[Plugin, tuple[Claim, ...]]) -> Mapping[str, tuple[Claim, ...]]:
    """All claims on each name, sorted by name, then by plugin: who came first makes no difference."""
    found: dict[str, list[Claim]] = {}
    for plugin in sorted(offered):
        for claim in offered[plugin]:
            found.setdefault(claim.name, []).append(claim)
    return MappingProxyType({name: tuple(found[name]) for name in sorted(found)})


def contested(rivals: tuple[Claim, ...]) -> Problem:
    """The problem of a name that several plugins claim, naming all."""
    first, *others = (claim.owner.shipped_by for claim in rivals)
    values = {"name": rivals[0].name, "first": first, "others": ", ".join(others)}
    hint = Message("nothing is chosen: uninstall one of them")
    return Problem("CLAS-X302", Message("`{name}` is claimed by {first} and by {others}", values), hint=hint)
