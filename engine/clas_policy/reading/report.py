"""Collects the problems of one piece of reading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from clas_policy.problem import Message, Problem, Related, in_order
from clas_policy.source import Span


@dataclass(slots=True)
class Report:
    """Problems found so far; reading goes on after each."""

    problems: list[Problem] = field(default_factory=list)

    def add(
        self,
        code: str,
        message: Message,
        span: Span | None,
        *,
        hint: Message | None = None,
        related: Iterable[Related] = (),
        severity: str = "error",
    ) -> None:
        self.problems.append(Problem(code, message, span, tuple(related), hint, severity=severity))

    @property
    def has_errors(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)


def with_excerpts(problems: Iterable[Problem], lines: Mapping[str, tuple[str, ...]]) -> tuple[Problem, ...]:
    """The problems in order, each with the line of text that it points at where `lines` (by file) has it."""

    def excerpt(problem: Problem) -> Problem:
        if problem.excerpt is not None or problem.span is None:
            return problem
        text = lines.get(problem.span.file, ())
        number = problem.span.line
        return replace(problem, excerpt=text[number - 1]) if 0 < number <= len(text) else problem

    return in_order(map(excerpt, problems))


_FEW: Final = 12
"""So many names are listed when none is near."""


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that `word` was probably meant to be, or None."""
    import difflib

    close = difflib.get_close_matches(word, list(candidates), n=1, cutoff=0.7)
    return close[0] if close else None


def meant(word: str, known: Iterable[str]) -> Message | None:
    """A hint for a name that is not known: the nearest one, else those that there are where they are few."""
    names = list(known)
    near = nearest(word, names)
    if near is not None:
        return Message("did you mean `{name}`?", {"name": near})
    if 0 < len(names) <= _FEW:
        return Message("known here: {keys}", {"keys": ", ".join(f"`{name}`" for name in names)})
    return None
