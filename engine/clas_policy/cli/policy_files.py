"""Which policy files a command line names: files, folders, patterns, layers by their ids."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clas_policy.problem import Message, PolicyError, Problem

if TYPE_CHECKING:
    from clas_policy.cli.settings import Settings

ENDINGS: Final = (".yaml", ".yml")


def below(folder: Path) -> Iterator[Path]:
    """The layers and the test files in a folder, hidden ones apart."""
    for path in sorted(folder.rglob("*.yaml")):
        if not any(part.startswith(".") for part in path.relative_to(folder).parts) and path.is_file():
            yield path


def named(names: Iterable[str], settings: Settings) -> dict[Path, str]:
    """The files that names stand for, each with how it is displayed, in order and once.

    Raises PolicyError for the id of a layer that is not there, or that is no file of the user's.
    """
    found: dict[Path, str] = {}
    for name in names:
        path = Path(name)
        if path.is_dir():
            found.update((file, file.as_posix()) for file in below(path))
        elif not os.path.lexists(name) and glob.has_magic(name):
            matches = [Path(match) for match in sorted(glob.iglob(name, recursive=True))]  # noqa: PTH207
            found.update((file, file.as_posix()) for file in matches if file.suffix in ENDINGS)
        elif os.path.lexists(name) or name.endswith(ENDINGS):
            found[path] = path.as_posix()
        else:
            found.update((file, file.as_posix()) for file in _of_layer(name, settings))
    by_place: dict[str, Path] = {}
    for path in found:
        by_place.setdefault(os.path.realpath(path), path)
    return {path: found[path] for path in by_place.values()}


def _of_layer(name: str, settings: Settings) -> Iterator[Path]:
    """The versions of a layer of the user's."""
    catalogue = settings.catalogue()
    files = catalogue.files(name)
    mine = sorted({file.id for file in catalogue.own_files()})
    if not files:
        hint = Message("available: {ids}", {"ids": ", ".join(mine) or "–"})
        raise PolicyError([Problem("CLAS-L210", Message("no layer `{id}`", {"id": name}), hint=hint)])
    for file in files:
        if not file.shelf.of_the_user:
            message = Message(
                "`{id}` is installed with {who}: it is not yours to write", {"id": name, "who": file.shelf.shipped_by}
            )
            hint = Message("name the file itself, or its folder with `--policies`")
            raise PolicyError([Problem("CLAS-E302", message, file.start, hint=hint)])
        yield file.path
