"""Folders that may be written in: an author's own, never the installed program's or a plugin's."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import clas_policy
from clas_policy.problem import Message, PolicyError, Problem
from clas_policy.source import Span

_INSTALLED: Final = frozenset(("site-packages", "dist-packages"))


def is_installed(path: Path) -> bool:
    """Whether a path lies in what was installed, links followed."""
    real = path.resolve()
    package = Path(clas_policy.__file__).resolve().parent
    return real.is_relative_to(package) or not _INSTALLED.isdisjoint(real.parts)


def require_own(path: Path, display: str) -> None:
    """Raises PolicyError for a file that was installed."""
    if is_installed(path):
        raise PolicyError(
            [
                Problem(
                    "CLAS-E101",
                    Message("this file belongs to an installed program, and is not changed"),
                    Span(display, 1, 1, 1, 2),
                    hint=Message("work in a folder of yours, named with `--policies` or `--into`"),
                )
            ]
        )
