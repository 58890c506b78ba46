"""Which layers exist, where they come from, which one is in force."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder of policy layers: the ids of its layers are their paths below it.

    `shipped_by` is what a decision says of their origin (``clas-policy 0.1.0``), `owns` the id prefixes that its
    layers may have (``("departements/32",)``; None: any, for the engine's own and for folders that the user names),
    `label` how paths are displayed: a path is ``<label>/<id>.yaml``.
    """

    folder: Path
    shipped_by: str
    label: str
    owns: tuple[str, ...] | None = None
