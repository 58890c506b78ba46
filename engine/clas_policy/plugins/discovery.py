"""Which plugins there are, and which of them are refused before anything is imported."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from clas_policy import resources
from clas_policy.frozen import dataclass
from clas_policy.model.decision import PluginRef
from clas_policy.plugins import engine_range
from clas_policy.plugins.installed import LAYERS, Distribution, EntryPoint
from clas_policy.problem import Message, Problem
from clas_policy.version import __version__

ENGINE: Final = f"clas-policy {__version__}"
_CODE_NAME: Final = re.compile(r"[a-z][a-z0-9_-]*")
_PREFIX: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9][A-Za-z0-9_-]*)*")
_DEPARTMENTS: Final = "departements"
_PACKAGE: Final = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_OBJECT: Final = re.compile(rf"{_PACKAGE.pattern}(?:\s*:\s*{_PACKAGE.pattern})?")


@dataclass(frozen=True, slots=True, order=True)
class Plugin:
    """One entry point of ours: its name, what ships it, and whether it is layers or code.

    `value` is the package that holds the layers, or the object of the code. `prefixes` are the ids it opens and, when
    it fails, closes: its own for layers, all those of its distribution for code.
    """

    name: str
    distribution: str
    version: str
    group: str
    value: str
    prefixes: tuple[str, ...]

    @property
    def is_code(self) -> bool:
        return self.group != LAYERS

    @property
    def claim(self) -> tuple[str, str]:
        """What only one plugin may have; capitals make no difference, as on some machines they make none to files."""
        return self.group, self.name.casefold()

    @property
    def shipped_by(self) -> str:
        return f"{self.distribution} {self.version}"

    def ships(self, shipped_by: str, layer_id: str) -> bool:
        """Whether a layer is this plugin's, by what it says of its origin and by its id."""
        return shipped_by == self.shipped_by and any(f"{layer_id}/".startswith(f"{own}/") for own in self.prefixes)

    @property
    def ref(self) -> PluginRef:
        return PluginRef(self.name, self.distribution, self.version)


@dataclass(frozen=True, slots=True)
class Failure:
    """A plugin that takes no part, why, and the id prefixes that are closed for it."""

    name: str
    distribution: str
    version: str
    prefixes: tuple[str, ...]
    problem: Problem

    @classmethod
    def of(cls, plugin: Plugin, problem: Problem) -> Failure:
        return cls(plugin.name, plugin.distribution, plugin.version, plugin.prefixes, problem)


@dataclass(frozen=True, slots=True)
class Listed:
    """One plugin as a list shows it; `kind` is ``layers`` or ``code``, `problem` why it takes no part."""

    name: str
    distribution: str
    version: str
    kind: str
    prefixes: tuple[str, ...]
    problem: Problem | None

    @classmethod
    def of(cls, plugin: Plugin, failure: Failure | None) -> Listed:
        kind = "code" if plugin.is_code else "layers"
        problem = failure.problem if failure is not None else None
        return cls(plugin.name, plugin.distribution, plugin.version, kind, plugin.prefixes, problem)


@dataclass(frozen=True, slots=True)
class Discovery:
    """The plugins found, sorted, and those among them that are refused by their metadata."""

    plugins: tuple[Plugin, ...]
    failures: dict[Plugin, Failure]


def discover(distributions: Sequence[Distribution]) -> Discovery:
    """Sorts out what is installed; the order of `distributions` makes no difference."""
    refused: dict[Plugin, Problem] = {}
    found: dict[Plugin, None] = {}
    for copies in _by_name(distributions):
        several = _several(copies)
        for distribution in copies:
            for plugin in _plugins(distribution):
                found[plugin] = None
                problem = several or _out_of_range(distribution) or _malformed(plugin)
                if problem is not None:
                    refused[plugin] = problem
    plugins = tuple(sorted(found))
    for plugin in plugins:
        rivals = [other for other in plugins if other.claim == plugin.claim]
        if len(rivals) > 1:
            refused.setdefault(plugin, _claimed_twice(rivals))
    return Discovery(plugins, {plugin: Failure.of(plugin, refused[plugin]) for plugin in plugins if plugin in refused})


def prefix_of(name: str) -> str:
    """The id prefix that an entry point's name says: ``departements.32`` is ``departements/32``."""
    return name.replace(".", "/")


def _by_name(distributions: Iterable[Distribution]) -> Iterator[list[Distribution]]:
    """The distributions of one name together; the very same one found again (on a second path) is one."""
    groups: dict[str, dict[tuple[str, tuple[EntryPoint, ...]], Distribution]] = {}
    for distribution in distributions:
        copies = groups.setdefault(engine_range.normalized(distribution.name), {})
        copies.setdefault((distribution.version, distribution.entry_points), distribution)
    for copies in groups.values():
        yield sorted(copies.values())


def _plugins(distribution: Distribution) -> Iterator[Plugin]:
    layers = [point for point in distribution.entry_points if point.group == LAYERS]
    everything = tuple(prefix_of(point.name) for point in layers)
    for point in distribution.entry_points:
        prefixes = (prefix_of(point.name),) if point.group == LAYERS else everything
        yield Plugin(point.name, distribution.name, distribution.version, point.group, point.value, prefixes)


def _several(copies: Sequence[Distribution]) -> Problem | None:
    if len({copy.version for copy in copies}) < 2:
        return None
    versions = sorted(copy.version for copy in copies)
    return Problem(
        "CLAS-X305",
        Message(
            "`{name}` is installed in several versions: {versions}",
            {"name": copies[0].name, "versions": ", ".join(versions)},
        ),
        hint=Message(
            "`{command}` until none is left, then install the one to use",
            {"command": f"pip uninstall {copies[0].name}"},
        ),
    )


def _out_of_range(distribution: Distribution) -> Problem | None:
    values = {"who": str(distribution), "engine": __version__}
    clauses = engine_range.on_engine(distribution.requires)
    if not clauses:
        return Problem(
            "CLAS-X301",
            Message("{who} does not say which versions of clas-policy it works with", values),
            hint=Message('it needs `dependencies = ["clas-policy>=0.1,<0.2"]` in its `pyproject.toml`'),
        )
    for clause in clauses:
        values["range"] = clause
        try:
            if not engine_range.admits(clause, __version__):
                return Problem(
                    "CLAS-X301",
                    Message("{who} works with clas-policy {range}, and this is {engine}", values),
                    hint=Message(
                        "`{upgrade}`, or `{install}`",
                        {
                            "upgrade": f"pip install --upgrade {distribution.name}",
                            "install": f'pip install "clas-policy{clause}"',
                        },
                    ),
                )
        except ValueError:
            return Problem(
                "CLAS-X301", Message("{who} requires a version of clas-policy that cannot be read: `{range}`", values)
            )
    return None


def _malformed(plugin: Plugin) -> Problem | None:
    """A name that no plugin may have, or a value that is not the name of a package or an object."""
    values = {"who": plugin.shipped_by, "name": plugin.name, "value": plugin.value}
    if plugin.is_code:
        if _CODE_NAME.fullmatch(plugin.name) is None:
            return Problem(
                "CLAS-X304",
                Message("{who}: `{name}` is not the name of a plugin", values),
                hint=Message("lower-case letters, digits, `_` and `-`, like `gers`"),
            )
        form, example = _OBJECT, Message("name a module: `my_package.facts`")
    else:
        problem = _unownable(plugin, values)
        if problem is not None:
            return problem
        form, example = _PACKAGE, Message("name the package that holds `policies/`: `my_package`")
    if form.fullmatch(plugin.value) is None:
        return Problem("CLAS-X304", Message("{who}: `{value}` is not what `{name}` can refer to", values), hint=example)
    return None


def _unownable(plugin: Plugin, values: dict[str, str]) -> Problem | None:
    if _PREFIX.fullmatch(plugin.name) is None or plugin.name.casefold() == _DEPARTMENTS:
        return Problem(
            "CLAS-X304",
            Message("{who}: `{name}` is not a prefix of ids", values),
            hint=Message("the segments of an id with dots between them, like `departements.32`"),
        )
    root = plugin.name.partition(".")[0].casefold()
    if any(folder.is_dir() and folder.name.casefold() == root for folder in resources.folder("policies").iterdir()):
        values = {**values, "engine": ENGINE}
        return Problem("CLAS-X302", Message("{who} claims `{name}`, which is {engine}'s own", values))
    return None


def _claimed_twice(rivals: Sequence[Plugin]) -> Problem:
    names = [rival.shipped_by for rival in rivals]
    return Problem(
        "CLAS-X302",
        Message(
            "`{name}` is claimed by {first} and by {others}",
            {
                "name": rivals[0].name,
                "first": names[0],
                "others": ", ".join(names[1:]),
            },
        ),
        hint=Message("nothing is chosen: uninstall one of them"),
    )
