"""What lint finds: problems of the letter N, each rule with its level."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from clas_policy.problem import Message, Problem, Related
from clas_policy.source import Span

LEVELS: Final = ("note", "warning", "error")
"""From the least to the worst."""

RULES: Final = {
    "CLAS-N101": "warning",
    "CLAS-N102": "warning",
    "CLAS-N103": "note",
    "CLAS-N110": "warning",
    "CLAS-N111": "warning",
    "CLAS-N112": "warning",
    "CLAS-N201": "warning",
    "CLAS-N202": "error",
    "CLAS-N203": "error",
    "CLAS-N204": "warning",
    "CLAS-N205": "error",
    "CLAS-N206": "error",
    "CLAS-N301": "warning",
    "CLAS-N302": "warning",
    "CLAS-N901": "warning",
    "CLAS-N902": "warning",
    "CLAS-N903": "warning",
}
"""Every rule and how much its findings weigh; those from N900 on are about silences, and cannot be silenced."""


def finding(
    code: str, message: Message, span: Span | None, *, hint: Message | None = None, related: Iterable[Related] = ()
) -> Problem:
    return Problem(code, message, span, tuple(related), hint, severity=RULES[code])


def at_least(problem: Problem, level: str) -> bool:
    """Whether a finding weighs as much as a level, or more."""
    return LEVELS.index(problem.severity) >= LEVELS.index(level)
