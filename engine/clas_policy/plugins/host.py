"""The host of the plugins: finds them, loads what is needed when it is needed, and answers for them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from clas_policy.model.decision import PluginRef
from clas_policy.model.policy import Policy
from clas_policy.plugins.discovery import Discovery, Failure, Listed, Plugin
from clas_policy.problem import Message, PluginError, Problem
from clas_policy.source import Span

if TYPE_CHECKING:
    from pathlib import Path

    from clas_policy.catalogue import Shelf
    from clas_policy.plugins.calling import Caller
    from clas_policy.plugins.claims import Claim
    from clas_policy.plugins.formats import Reader, Renderer
    from clas_policy.plugins.hooks import Hooks, Implementation
    from clas_policy.plugins.loading import Loader

_FACTS: Final = "clas_policy_facts"
_READERS: Final = "clas_policy_readers"
_RENDERERS: Final = "clas_policy_renderers"
_DECIDED: Final = "clas_policy_decided"


class Host:
    """The plugins of one run; there is no state besides what it holds.

    Code is imported at the first question that needs it: of one distribution to evaluate under its prefix, of one
    plugin for a fact that it derives, of all for formats and for what is told of decisions. A plugin that fails is in
    `failures` from then on, and its prefixes are closed. `without_plugins`, there are none.
    """

    def __init__(self, discovery: Discovery, *, without_plugins: bool = False) -> None:
        self.without_plugins = without_plugins
        self.plugins: tuple[Plugin, ...] = () if without_plugins else discovery.plugins
        self._refused: dict[Plugin, Failure] = {} if without_plugins else dict(discovery.failures)
        self._failed = dict(self._refused)
        self._refs = tuple(plugin.ref for plugin in self.plugins if plugin not in self._refused)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """What has failed so far, sorted: refused by its metadata, not found, not loaded."""
        return tuple(self._failed[plugin] for plugin in sorted(self._failed))

    def refs(self, policy: Policy | None = None) -> tuple[PluginRef, ...]:
        """Every plugin that its metadata does not refuse; those that a policy rests on, where one is given.

        A policy rests on those that ship its layers, and on those that derive its facts.
        """
        if policy is None:
            return self._refs
        shipped = {(layer.shipped_by, layer.id) for layer in policy.layers}
        derived = {fact.derivation.by.partition("/")[0] for fact in policy.facts.values() if fact.derivation}
        return tuple(
            plugin.ref
            for plugin in self.plugins
            if plugin not in self._refused
            and (plugin.name in derived if plugin.is_code else any(plugin.ships(*layer) for layer in shipped))
        )

    @property
    def seconds(self) -> Mapping[tuple[Plugin, str], float]:
        """The time that each plugin has taken so far, by hook or by the name of what it offers."""
        return MappingProxyType(self.caller.seconds)

    @cached_property
    def caller(self) -> Caller:
        """Calls what plugins wrote, for whoever does it on the host's behalf."""
        from clas_policy.plugins.calling import Caller

        return Caller()

    @property
    def _has_code(self) -> bool:
        return any(plugin.is_code for plugin in self.plugins)

    @cached_property
    def hooks(self) -> Hooks:
        """The door to pluggy, which is opened for code alone; the layers that were found are registered behind it."""
        from clas_policy.plugins.hooks import Hooks

        hooks = Hooks()
        for plugin, folder in self._places.items():
            hooks.register_layers(plugin, folder)
        return hooks

    @cached_property
    def _loader(self) -> Loader:
        from clas_policy.plugins.loading import Loader

        return Loader(self.hooks, self.caller, self._failed)

    def watch(self, policy: Policy) -> None:
        """The policy in use: its digest is taken now, and after each call of a plugin."""
        self.caller.watch(policy)

    # Layers

    def shelves(self) -> tuple[Shelf, ...]:
        """The folders of layers, each with the prefixes that it owns, without those of failed plugins.

        Nothing of a plugin is imported.
        """
        return self._shelves

    @cached_property
    def _shelves(self) -> tuple[Shelf, ...]:
        if not self._places:
            return ()
        from clas_policy.plugins import shelving

        return shelving.shelves(self._places)

    @cached_property
    def _places(self) -> Mapping[Plugin, Path]:
        layers = [plugin for plugin in self.plugins if not plugin.is_code and plugin not in self._refused]
        if not layers:
            return {}
        from clas_policy.plugins import shelving

        places, failures = shelving.places(layers)
        self._refused.update(failures)
        self._failed.update(failures)
        return places

    def listing(self) -> tuple[Listed, ...]:
        """What ``plugins list`` shows: every plugin, sorted, and why one is refused before any import; imports none."""
        self.shelves()
        return tuple(Listed.of(plugin, self._refused.get(plugin)) for plugin in self.plugins)

    def closed(self, layer_id: str) -> Failure | None:
        """The failure that closes the prefix under which the id stands; loads its owner's code, and no other.

        To be asked before a layer is looked up, since those of a closed plugin are on no shelf. The longest prefix
        that anybody declares decides.
        """
        self.shelves()
        below = f"{layer_id}/"
        prefixes = {prefix for plugin in self.plugins for prefix in plugin.prefixes if below.startswith(f"{prefix}/")}
        if not prefixes:
            return None
        owned = max(prefixes, key=len)
        owners = [plugin for plugin in self.plugins if owned in plugin.prefixes]
        if any(plugin.is_code for plugin in owners):
            self._loader.load(owners)
        return next((self._failed[plugin] for plugin in owners if plugin in self._failed), None)

    def _raise_failures(self, plugins: list[Plugin]) -> None:
        problems = [self._failed[plugin].problem for plugin in plugins if plugin in self._failed]
        if problems:
            raise PluginError(problems)

    # Code

    def derivations(self) -> Mapping[str, Claim]:
        """The derived facts of all plugins: the name that policies write, the function, and whose it is."""
        return self._sole(_FACTS)

    def derivation(self, name: str, at: Span | None = None) -> Claim:
        """Who derives `name`; loads that plugin and no other.

        Raises PluginError where it is absent or has failed; `at` is where a policy asks for it.
        """
        wanted = name.partition("/")[0]
        plugins = [plugin for plugin in self.plugins if plugin.is_code and plugin.name == wanted]
        self._loader.load(plugins)
        self._raise_failures(plugins)
        for plugin in plugins:
            for claim in self._loader.offers(_FACTS)[plugin]:
                if claim.name == name:
                    return claim
        hint = Message("install the plugin that this policy relies on")
        if plugins:
            hint = Message("{who} is installed, and does not derive it", {"who": plugins[0].shipped_by})
        raise PluginError([Problem("CLAS-X308", Message("no plugin derives `{name}`", {"name": name}), at, hint=hint)])

    def readers(self) -> Mapping[str, Reader]:
        """The dossier formats of all plugins, by suffix, without those that several claim."""
        claims = self._sole(_READERS)
        if not claims:
            return {}
        from clas_policy.plugins.formats import Reader

        return {name: Reader(claim, self.caller) for name, claim in claims.items()}

    def reader(self, suffix: str) -> Reader | None:
        """Who reads files of this suffix, if anybody; raises PluginError where several claim it."""
        self._uncontested(_READERS, suffix)
        return self.readers().get(suffix)

    def renderers(self) -> Mapping[str, Renderer]:
        """The output formats of all plugins, by name, without those that several claim."""
        claims = self._sole(_RENDERERS)
        if not claims:
            return {}
        from clas_policy.plugins.formats import Renderer

        return {name: Renderer(claim, self.caller) for name, claim in claims.items()}

    def renderer(self, name: str) -> Renderer | None:
        """Who writes this format, if anybody; raises PluginError where several claim it."""
        self._uncontested(_RENDERERS, name)
        return self.renderers().get(name)

    def _claims(self, hook: str) -> Mapping[str, tuple[Claim, ...]]:
        if not self._has_code:
            return {}
        from clas_policy.plugins.claims import by_name

        self._loader.load(self.plugins)
        return by_name(self._loader.offers(hook))

    def _sole(self, hook: str) -> Mapping[str, Claim]:
        return {name: rivals[0] for name, rivals in self._claims(hook).items() if len(rivals) == 1}

    def _uncontested(self, hook: str, name: str) -> None:
        rivals = self._claims(hook).get(name, ())
        if len(rivals) > 1:
            from clas_policy.plugins.claims import contested

            raise PluginError([contested(rivals)])

    @property
    def hears_decisions(self) -> bool:
        """Whether any plugin wants to be told of decisions: without one, no record needs to be made for them."""
        return bool(self._listeners)

    @cached_property
    def _listeners(self) -> tuple[Implementation, ...]:
        if not self._has_code:
            return ()
        self._loader.load(self.plugins)
        return tuple(self._loader.implementations(_DECIDED))

    def decided(self, record: Mapping[str, Any]) -> tuple[Problem, ...]:
        """Tells every plugin that wants to know of a decision; the problems are of those that failed at it."""
        if not self._listeners:
            return ()
        from clas_policy.plugins.telling import tell

        return tell(self._listeners, self.caller, record)
