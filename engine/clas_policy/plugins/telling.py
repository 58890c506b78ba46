"""Tells plugins of a decision, after the fact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from clas_policy.plugins.calling import Caller
from clas_policy.plugins.containment import TroubleError
from clas_policy.plugins.formats import frozen
from clas_policy.plugins.hooks import Implementation
from clas_policy.problem import Message, Problem


def tell(implementations: Iterable[Implementation], caller: Caller, record: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Calls each with a read-only copy of its own; what they return is ignored, what they raise is a problem."""
    problems = []
    for implementation in implementations:
        plugin = implementation.plugin
        copy = frozen(record)
        try:
            caller.call(plugin, implementation.hook, lambda: implementation(decision=copy))  # noqa: B023
        except TroubleError as trouble:
            dossier = str(record.get("dossier", {}).get("id", ""))
            message = Message(
                "{who}: told of the decision on `{dossier}`, it failed: {said}",
                {"who": plugin.shipped_by, "dossier": dossier, "said": trouble.said},
            )
            problems.append(Problem("CLAS-X312", message, trouble.at))
    return tuple(problems)
