"""Which plan a report follows: the user's, the one beside the nearest layer, or what the facts themselves tell."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from clas_policy.batch.report.layout import Layout, default_layout
from clas_policy.batch.report.layout_reading import load
from clas_policy.catalogue import Catalogue
from clas_policy.cli.settings import Settings
from clas_policy.model.policy import Policy
from clas_policy.shelves import PLAN


def plan(settings: Settings, policy: Policy, own: Path | None) -> Layout:
    """The plan for a policy; raises PolicyError where the file that it stands in is wrong."""
    if own is not None:
        return load(own, own.as_posix(), policy)
    found = beside(settings.catalogue(), [layer.id for layer in policy.layers])
    return default_layout(policy) if found is None else load(*found, policy)


def beside(catalogue: Catalogue, layers: Sequence[str]) -> tuple[Path, str] | None:
    """The plan beside the last of some layers that has one, and how its path is displayed."""
    for layer in reversed(layers):
        for file in catalogue.files(layer):
            name = f"{layer.rpartition('/')[2]}{PLAN}"
            path = file.path.with_name(name)
            if path.is_file():
                return path, f"{file.display.rpartition('/')[0]}/{name}"
    return None
