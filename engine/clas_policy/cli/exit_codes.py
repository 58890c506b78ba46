"""Exit codes: what a program that calls this one may rely on."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Final


class ExitCode(IntEnum):
    """0 evaluated, whatever the answer; the others say why there is no answer, or that there are findings."""

    EVALUATED = 0
    FINDINGS = 1
    USAGE = 2
    POLICY = 3
    DOSSIER = 4
    NOTHING = 5
    PLUGIN = 6
    INTERNAL = 70
    INTERRUPTED = 130


_WORST_FIRST: Final = (
    ExitCode.INTERRUPTED,
    ExitCode.INTERNAL,
    ExitCode.PLUGIN,
    ExitCode.POLICY,
    ExitCode.DOSSIER,
    ExitCode.NOTHING,
    ExitCode.USAGE,
    ExitCode.FINDINGS,
)


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """The code of a run over several inputs: 70 before 6, 3, 4, 1."""
    found = set(codes)
    return next((code for code in _WORST_FIRST if code in found), ExitCode.EVALUATED)
