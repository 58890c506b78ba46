"""Plugins: distributions that bring layers in YAML and, where YAML cannot say it, code that derives facts.

``host()`` finds them by their metadata; what they are never depends on the order in which they were found.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from clas_policy.model.decision import PluginRef, RecordWarning
from clas_policy.model.dossier import Dossier
from clas_policy.model.policy import Policy
from clas_policy.plugins.discovery import Failure, Plugin, discover
from clas_policy.plugins.host import Host
from clas_policy.plugins.installed import distributions
from clas_policy.problem import Problem

__all__ = [
    "Failure",
    "Host",
    "Plugin",
    "PluginRef",
    "RecordWarning",
    "derive",
    "host",
    "lock_problems",
    "record_warnings",
    "write_lock",
]


def host(*, without_plugins: bool = False) -> Host:
    """A host for what is installed; imports nothing of it."""
    return Host(discover(() if without_plugins else distributions()), without_plugins=without_plugins)


def derive(policy: Policy, dossier: Dossier, host: Host) -> tuple[Dossier, tuple[Problem, ...]]:
    """The dossier with the facts that plugins derive, and a problem for each that failed: its fact is unknown.

    Its digest stays that of what was given. Raises PluginError where a plugin is absent or has failed. Without plugins,
    derived facts are unknown.
    """
    from clas_policy.plugins import deriving

    return deriving.derive(policy, dossier, host)


def record_warnings(problems: Iterable[Problem]) -> tuple[RecordWarning, ...]:
    """What a decision records of the problems that `derive` gave."""
    from clas_policy.plugins import deriving

    return deriving.record_warnings(problems)


def lock_problems(host: Host, path: Path) -> tuple[Problem, ...]:
    """What differs between a lock and what is installed: unlisted, changed, absent; imports no plugin.

    Raises PluginError where the file cannot be read as a lock.
    """
    from clas_policy.plugins import locking

    return locking.lock_problems(host, path)


def write_lock(host: Host, path: Path) -> None:
    """Writes a lock of what is installed; raises reading.files.OutputError; imports no plugin."""
    from clas_policy.plugins import locking

    locking.write_lock(host, path)
