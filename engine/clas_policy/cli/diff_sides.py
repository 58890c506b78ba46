"""What is compared: a layer by its id, a period, a policy file, a file as it was in a Git revision."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from clas_policy.catalogue import MAX_BYTES
from clas_policy.cli import diff_git, policy_files
from clas_policy.cli.settings import Settings
from clas_policy.frozen import dataclass
from clas_policy.model.dates import Period
from clas_policy.model.policy import Policy
from clas_policy.problem import Message, PolicyError, Problem, errors
from clas_policy.stage import require_open

if TYPE_CHECKING:
    from clas_policy.reading.layer import ReadLayer


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: its policy, the files that it was read from, and the file of its last layer where it has one."""

    policy: Policy
    files: tuple[Path, ...]
    own: Path | None


def side(settings: Settings, name: str, department: str | None) -> Side:
    """The policy that a name stands for; drafts are allowed. Raises PolicyError or PluginError."""
    if os.path.lexists(name) or (name.endswith(policy_files.ENDINGS) and ":" not in name):
        return of_file(settings, Path(name))
    if ":" in name:
        return of_text(settings, name, diff_git.content(name, MAX_BYTES))
    if is_period(name):
        if department is not None:
            require_open(settings.host(), f"departements/{department}/{name}")
        name = settings.catalogue().select(name, department, national=department is None)
    return of_layer(settings, name)


def of_layer(settings: Settings, name: str) -> Side:
    """The composed policy of a layer, in the versions that the day selects."""
    require_open(settings.host(), name)
    catalogue = settings.catalogue()
    policy = catalogue.compose(name, settings.as_of, draft=True)
    files = tuple(file.path for file in catalogue.chain(name, settings.as_of))
    return Side(policy, files, files[-1])


def of_file(settings: Settings, path: Path) -> Side:
    """The policy of a file, wherever it stands; its id says which parents it has."""
    from clas_policy.reading.files import read_file

    display = path.as_posix()
    return of_text(settings, display, read_file(path, display, MAX_BYTES, PolicyError), path)


def of_text(settings: Settings, display: str, data: bytes, own: Path | None = None) -> Side:
    """The policy of a layer in `data`, with its parents from the catalogue."""
    from clas_policy.reading.compose import compose

    catalogue = settings.catalogue()
    read = _read(data, display)
    wrong = errors(read.problems)
    if read.layer is None or wrong:
        raise PolicyError(wrong or read.problems)
    require_open(settings.host(), read.layer.id)
    above = catalogue.parents(read.layer, settings.as_of)
    layers = [catalogue.read(file) for file in above]
    problems = errors(problem for one in layers for problem in one.problems)
    whole = [one.layer for one in layers if one.layer is not None]
    if problems or len(whole) < len(above):
        raise PolicyError(catalogue.told(problems))
    composition = compose((*whole, read.layer))
    if composition.policy is None:
        raise PolicyError(errors(composition.problems))
    files = [file.path for file in above]
    return Side(composition.policy, (*files, own) if own is not None else tuple(files), own)


def since(settings: Settings, revision: str, name: str, department: str | None) -> tuple[Side, Side]:
    """A layer or a file as it was in a revision, and as it is now."""
    now = side(settings, name, department)
    if now.own is None:
        hint = Message(
            "name a layer or a file: it is compared with what it was in `{revision}`", {"revision": revision}
        )
        raise PolicyError([Problem("CLAS-C006", Message("`{name}` is no file of today", {"name": name}), hint=hint)])
    # Git is asked where the file really is, so that no path has to be worked out.
    path = Path(os.path.realpath(now.own))
    data = diff_git.content(f"{revision}:./{path.name}", MAX_BYTES, path.parent)
    return of_text(settings, f"{revision}:{now.policy.layers[-1].file}", data), now


def _read(data: bytes, display: str) -> ReadLayer:
    """The layer in `data`, under the id and version that it says itself."""
    from clas_policy.reading import yaml_nodes
    from clas_policy.reading.layer import read_layer
    from clas_policy.reading.nodes import Scalar

    root = yaml_nodes.parse(data, display).root
    said = {key: root.get(key) if root is not None else None for key in ("policy", "version")}
    name, version = (node.text if isinstance(node, Scalar) else "" for node in said.values())
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 7 else 1
    return read_layer(data, display, "local files", expected_id=name, expected_version=max(number, 1))


def is_period(name: str) -> bool:
    """Whether a name is a year, and not that of a layer or a file."""
    try:
        Period.parse(name)
    except ValueError:
        return False
    return True
