"""The hooks that a plugin may answer: one function each, keyword arguments only.

None of them receives or returns an amount to pay, a verdict or a national figure: those stay in YAML. A plugin marks
its functions with `hookimpl`, bare, and gives each argument the name that it has here, without a default.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

import pluggy

from clas_policy.model.fact import Value

PROJECT: Final = "clas_policy"

hookimpl: Final = pluggy.HookimplMarker(PROJECT)
hookspec: Final = pluggy.HookspecMarker(PROJECT)

View: TypeAlias = Mapping[str, Value | None]
"""Read-only: exactly the facts that the policy says are read, by full name; None is unknown. Money is in whole cents,
a rate in millionths, choices are a frozenset."""

Derive: TypeAlias = Callable[[View], Value | None]
"""Gives a value of the type that the policy declares, or None for unknown."""

Read: TypeAlias = Callable[[bytes], Iterable[Mapping[str, Any]]]
"""Gives the dossiers of a file, each as the object that its JSON would be, amounts as text or Decimal, never float."""

Decision: TypeAlias = Mapping[str, Any]
"""A record, read-only at every depth: mappings and tuples. ``json.dumps(decision, default=dict)`` writes it."""

Render: TypeAlias = Callable[[Decision], str]
"""Gives the text of a decision."""


@hookspec
def clas_policy_layers() -> Iterable[Path]:
    """Folders of policy layers; answered by the host itself, for each prefix that the metadata of a plugin declares.

    In ``pyproject.toml``: ``[project.entry-points."clas_policy.layers"]`` with ``"departements.32" = "my_package"``.
    """
    raise NotImplementedError


@hookspec
def clas_policy_facts() -> Mapping[str, Derive]:
    """Derived facts, by the name that policies write after ``by:``; it starts with the name of the entry point.

    ``return {"my_plugin/is_rural": lambda view: view["place.town"] in RURAL}``
    """
    raise NotImplementedError


@hookspec
def clas_policy_readers() -> Mapping[str, Read]:
    """Dossier formats, by the suffix of their files: ``return {".portail.csv": read_export}``."""
    raise NotImplementedError


@hookspec
def clas_policy_renderers() -> Mapping[str, Render]:
    """Output formats, by the name that ``--output`` takes: ``return {"fiche": write_card}``."""
    raise NotImplementedError


@hookspec
def clas_policy_decided(decision: Decision) -> None:
    """Told of each decision, after the fact; what it returns is ignored: ``journal.append(decision["dossier"])``."""
    raise NotImplementedError
