"""Policies and dossiers made ready for those who run many: with the plugins that are installed, each thing once."""

from __future__ import annotations

from datetime import date

from clas_policy.catalogue import Catalogue
from clas_policy.model.dossier import Dossier
from clas_policy.model.policy import Policy
from clas_policy.plugins import Host, derive
from clas_policy.problem import PluginError, Problem


def require_open(host: Host, layer_id: str) -> None:
    """Raises PluginError where the plugin that owns a layer is broken: no amount is told then."""
    failure = host.closed(layer_id)
    if failure is not None:
        raise PluginError([failure.problem])


class Stage:
    """The layers at hand and the plugins that derive facts; drafts are allowed, since they are what is rehearsed."""

    def __init__(self, catalogue: Catalogue, host: Host) -> None:
        self._catalogue = catalogue
        self._host = host
        self._composed: dict[tuple[str, date], Policy] = {}

    def compose(self, layer_id: str, day: date) -> Policy:
        """The policy of a layer in the versions of a day; raises PolicyError or PluginError."""
        key = layer_id, day
        if key not in self._composed:
            require_open(self._host, layer_id)
            self._composed[key] = self._catalogue.compose(layer_id, day, draft=True)
        return self._composed[key]

    def prepare(self, policy: Policy, dossier: Dossier) -> tuple[Dossier, tuple[Problem, ...]]:
        """The dossier with what plugins derive, and a problem for each derivation that failed."""
        if all(fact.derivation is None for fact in policy.facts.values()):
            return dossier, ()
        return derive(policy, dossier, self._host)
