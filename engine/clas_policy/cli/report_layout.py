"""Which plan a report follows: the user's, the one beside the nearest layer, or what the facts themselves tell."""

from __future__ import annotations

from pathlib import Path

from clas_policy.batch.report.layout import Layout, default_layout
from clas_policy.batch.report.layout_reading import ENDING, load
from clas_policy.cli.settings import Settings
from clas_policy.model.policy import Policy


def plan(settings: Settings, policy: Policy, own: Path | None) -> Layout:
    """The plan for a policy; raises PolicyError where the file that it stands in is wrong."""
    if own is not None:
        return load(own, own.as_posix(), policy)
    beside = _beside(settings, policy)
    return default_layout(policy) if beside is None else load(*beside, policy)


def _beside(settings: Settings, policy: Policy) -> tuple[Path, str] | None:
    """The plan beside the nearest layer that has one, and how its path is displayed."""
    for layer in reversed(policy.layers):
        for file in settings.catalogue().files(layer.id):
            name = f"{layer.id.rpartition('/')[2]}{ENDING}"
            path = file.path.with_name(name)
            if path.is_file():
                return path, f"{file.display.rpartition('/')[0]}/{name}"
    return None
