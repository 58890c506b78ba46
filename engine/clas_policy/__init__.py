"""A declarative policy engine for grants: yearly rules in YAML, decisions with their reasons.

The public door: `load` a composed policy, `evaluate` a dossier under it. Both import what they need when called.
"""

from __future__ import annotations

from clas_policy.version import __version__

TYPE_CHECKING = False  # as in typing, which is not imported for this alone
if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path
    from typing import Any

    from clas_policy.model.policy import Policy

__all__ = ["__version__", "evaluate", "load"]


def load(policy_id: str, *, as_of: date | None = None, folders: Iterable[Path] = (), draft: bool = False) -> Policy:
    """The policy of a layer (``departements/32/2024-2025``) and its parents, in the versions in force on `as_of`.

    `as_of` is today in Europe/Paris where it is not given. Layers are looked for in `folders`, then in the installed
    plugins, then in the engine. Raises PolicyError with every problem, PluginError where the plugin is broken.
    """
    from clas_policy.catalogue import Catalogue, engine_shelf, user_shelf
    from clas_policy.model.dates import today
    from clas_policy.plugins import host
    from clas_policy.problem import PluginError

    plugins = host()
    failure = plugins.closed(policy_id)
    if failure is not None:
        raise PluginError([failure.problem])
    catalogue = Catalogue([*map(user_shelf, folders), *plugins.shelves(), engine_shelf()])
    return catalogue.compose(policy_id, as_of or today(), draft=draft)


def evaluate(dossier: bytes, policy: Policy, *, as_of: date | None = None, brief: bool = False) -> dict[str, Any]:
    """The decision record (``schemas/decision.schema.json``) of a dossier given as JSON.

    Raises DossierError with every problem of the dossier, PluginError where a derivation that the policy asks for is
    not installed. `as_of` is recorded; pass the day that the policy was loaded for. A derivation
    that failed leaves its fact unknown and a warning in the record.
    """
    from clas_policy.explain import Context, Evaluator, record
    from clas_policy.model.dates import today
    from clas_policy.plugins import derive, host, record_warnings
    from clas_policy.reading import json_text
    from clas_policy.reading.dossier import DossierReader

    plugins = host()
    read = DossierReader(policy).read(json_text.parse(dossier, "<dossier>"))
    read, failed = derive(policy, read, plugins)
    context = Context(as_of or today(), __version__, plugins.refs(policy), record_warnings(failed))
    return record(Evaluator(policy).evaluate(read), context, brief=brief)
