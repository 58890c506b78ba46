"""Imports the code of plugins, one entry point at a time, and takes down what each offers."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from functools import partial

from clas_policy.plugins.calling import Caller, PolicyChangedError
from clas_policy.plugins.claims import OFFERS, Claim, claims
from clas_policy.plugins.containment import TroubleError
from clas_policy.plugins.discovery import Failure, Plugin
from clas_policy.plugins.hooks import Hooks, Implementation, misuse
from clas_policy.problem import Message, PluginError, Problem


class Loader:
    """What has been loaded so far; what fails goes into `failed`, once, and takes no further part."""

    def __init__(self, hooks: Hooks, caller: Caller, failed: MutableMapping[Plugin, Failure]) -> None:
        self._hooks = hooks
        self._caller = caller
        self._failed = failed
        self._offers: dict[Plugin, Mapping[str, tuple[Claim, ...]]] = {}

    def load(self, plugins: Iterable[Plugin]) -> None:
        """Loads those that have code and were neither loaded nor refused before."""
        for plugin in sorted(plugins):
            if not plugin.is_code or plugin in self._failed or plugin in self._offers:
                continue
            try:
                self._offers[plugin] = self._load(plugin)
            except PolicyChangedError:
                raise  # no failure of one plugin: nothing that is evaluated from now on can be trusted
            except PluginError as error:
                self._failed[plugin] = Failure.of(plugin, error.problems[0])
            except TroubleError as trouble:
                message = Message(
                    "{who}: `{name}` cannot be loaded: {said}",
                    {"who": plugin.shipped_by, "name": plugin.name, "said": trouble.said},
                )
                hint = Message("`{command}`", {"command": f"pip install --force-reinstall {plugin.distribution}"})
                self._failed[plugin] = Failure.of(plugin, Problem("CLAS-X303", message, trouble.at, hint=hint))

    def offers(self, hook: str) -> Mapping[Plugin, tuple[Claim, ...]]:
        """What each loaded plugin offers through a hook."""
        return {plugin: offered[hook] for plugin, offered in self._offers.items()}

    def implementations(self, hook: str) -> Iterator[Implementation]:
        """Who answers a hook, among the loaded plugins that have not failed."""
        return (one for one in self._hooks.implementations(hook) if one.plugin in self._offers)

    def _load(self, plugin: Plugin) -> Mapping[str, tuple[Claim, ...]]:
        answers = self._caller.call(plugin, "import", lambda: _imported(plugin.value))
        problem = self._caller.call(plugin, "import", lambda: misuse(plugin, answers))
        if problem is not None:
            raise PluginError([problem])
        self._caller.call(plugin, "import", lambda: self._hooks.register(plugin, answers))
        return {hook: self._offered(plugin, hook) for hook in OFFERS}

    def _offered(self, plugin: Plugin, hook: str) -> tuple[Claim, ...]:
        found: list[Claim] = []
        for one in self._hooks.implementations(hook):
            if one.plugin != plugin:
                continue
            try:
                answer = self._caller.call(plugin, hook, partial(_answer, one))
            except TroubleError as trouble:
                message = Message(
                    "{who}: `{hook}` failed: {said}", {"who": plugin.shipped_by, "hook": hook, "said": trouble.said}
                )
                raise PluginError([Problem("CLAS-X307", message, trouble.at)]) from trouble
            if isinstance(answer, Problem):
                raise PluginError([answer])
            found.extend(answer)
        return tuple(found)


def _answer(one: Implementation) -> tuple[Claim, ...] | Problem:
    return claims(one.plugin, one.hook, one.function, one())


def _imported(value: str) -> object:
    """The object that an entry point names: ``module`` or ``module:attribute.attribute``."""
    module, _, attributes = value.replace(" ", "").partition(":")
    found: object = importlib.import_module(module)
    for attribute in filter(None, attributes.split(".")):
        found = getattr(found, attribute)
    return found
