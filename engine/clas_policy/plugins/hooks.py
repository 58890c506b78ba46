"""The one door to pluggy: registers a plugin after looking at its functions, and asks the hooks one at a time."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType
from typing import Any, Final

import pluggy

from clas_policy import hookspecs
from clas_policy.frozen import dataclass
from clas_policy.plugins.discovery import Plugin
from clas_policy.problem import Message, Problem
from clas_policy.reading.report import nearest
from clas_policy.source import Span

_MARK: Final = f"{hookspecs.PROJECT}_impl"
_START: Final = f"{hookspecs.PROJECT}_"
LAYERS: Final = "clas_policy_layers"
HOOKS: Final = tuple(name for name in vars(hookspecs) if name.startswith(_START))


@dataclass(frozen=True, slots=True)
class Implementation:
    """One plugin's function for one hook."""

    plugin: Plugin
    hook: str
    function: Any
    arguments: tuple[str, ...]

    def __call__(self, **given: object) -> Any:
        """Calls the function with those of the hook's arguments that it takes."""
        return self.function(**{name: given[name] for name in self.arguments})


class _Layers:
    """Answers the hook of layers on behalf of a plugin that is YAML."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @hookspecs.hookimpl
    def clas_policy_layers(self) -> tuple[Path, ...]:
        return (self._folder,)


class Hooks:
    """The plugins that are registered; pluggy itself protects nothing, so it is asked only who answers what."""

    def __init__(self) -> None:
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)
        self._plugins: dict[str, Plugin] = {}

    def register(self, plugin: Plugin, answers: object) -> None:
        """Registers an object that was looked at; `check_pending` raises for a hook that does not exist."""
        name = f"{plugin.group}:{plugin.name}:{plugin.distribution}"
        self._plugins[name] = plugin
        self._manager.register(answers, name)
        try:
            self._manager.check_pending()
        except BaseException:
            self._manager.unregister(name=name)
            raise

    def register_layers(self, plugin: Plugin, folder: Path) -> None:
        """Registers the folder of a plugin that has no code to answer with."""
        self.register(plugin, _Layers(folder))

    def implementations(self, hook: str) -> Iterator[Implementation]:
        """Who answers a hook, sorted by plugin: the order of registration makes no difference."""
        found = [
            Implementation(self._plugins[impl.plugin_name], hook, impl.function, tuple(impl.argnames))
            for impl in getattr(self._manager.hook, hook).get_hookimpls()
        ]
        yield from sorted(found, key=lambda implementation: implementation.plugin)


def misuse(plugin: Plugin, answers: object) -> Problem | None:
    """What pluggy would accept in silence, or refuse in its own words; with the function's file and line."""
    for name in dir(answers):
        found = inspect.getattr_static(answers, name)
        function = inspect.unwrap(found.__func__ if isinstance(found, (staticmethod, classmethod)) else found)
        mark = getattr(function, _MARK, None)
        problem = _misnamed(plugin, name, function, marked=isinstance(mark, dict))
        if problem is None and isinstance(mark, dict):
            problem = _unfit(plugin, name, function, mark)
        if problem is not None:
            return problem
    return None


def place(function: object) -> Span | None:
    """Where a function is written, as far as it is one."""
    code = getattr(inspect.unwrap(function), "__code__", None) if callable(function) else None
    if code is None:
        return None
    return Span(code.co_filename.replace("\\", "/"), code.co_firstlineno, 1, code.co_firstlineno, 2)


def is_asynchronous(function: object) -> bool:
    """Whether calling it gives a promise instead of an answer."""
    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)


def _misnamed(plugin: Plugin, name: str, function: object, *, marked: bool) -> Problem | None:
    values = {"who": plugin.shipped_by, "name": name}
    if name in HOOKS and not marked and callable(function):
        return Problem(
            "CLAS-X306",
            Message("{who}: `{name}` is not marked, so nobody would call it", values),
            place(function),
            hint=Message("write `@hookimpl` above it, from `clas_policy.hookspecs`"),
        )
    if name == LAYERS:
        return Problem(
            "CLAS-X306",
            Message("{who}: `{name}` is not for a plugin to answer", values),
            place(function),
            hint=Message("declare the prefix as an entry point of the group `clas_policy.layers`"),
        )
    if name not in HOOKS and (marked or (name.startswith(_START) and isinstance(function, FunctionType))):
        near = nearest(name, HOOKS)
        hint = Message("did you mean `{name}`?", {"name": near}) if near else None
        return Problem("CLAS-X306", Message("{who}: no hook is called `{name}`", values), place(function), hint=hint)
    return None


def _unfit(plugin: Plugin, name: str, function: Any, mark: dict[str, Any]) -> Problem | None:
    values = {"who": plugin.shipped_by, "name": name}
    message: Message | None = None
    hint: Message | None = None
    if set_options := sorted(option for option, value in mark.items() if value):
        values["options"] = ", ".join(set_options)
        message = Message("{who}: `{name}` is marked with options ({options})", values)
        hint = Message("write `@hookimpl` alone: nobody wraps others or comes before them")
    elif is_asynchronous(function) or inspect.isgeneratorfunction(function):
        message = Message("{who}: `{name}` does not answer when it is called", values)
        hint = Message("make it an ordinary function, without `async` or `yield`")
    else:
        expected = tuple(inspect.signature(getattr(hookspecs, name)).parameters)
        values["expected"] = ", ".join(expected) or "–"
        for parameter in _parameters(function):
            values["argument"] = parameter.name
            if parameter.name not in expected or parameter.kind is not inspect.Parameter.POSITIONAL_OR_KEYWORD:
                message = Message("{who}: `{name}` has an argument `{argument}` that no call gives", values)
                hint = Message("the arguments of this hook: {expected}", values)
            elif parameter.default is not inspect.Parameter.empty:
                message = Message("{who}: `{name}` has a default for `{argument}`", values)
                hint = Message("leave the default out: with one, the argument is never given")
    return Problem("CLAS-X306", message, place(function), hint=hint) if message is not None else None


def _parameters(function: Any) -> list[inspect.Parameter]:
    found = list(inspect.signature(function).parameters.values())
    is_method = "." in function.__qualname__.rpartition("<locals>.")[2]
    return found[1:] if is_method and found and found[0].name in ("self", "cls") else found
