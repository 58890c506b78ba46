"""What is wrong with a file, as a value; a sentence is one rendering of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from types import MappingProxyType

from clas_policy.frozen import dataclass
from clas_policy.source import Span


def _nothing() -> Mapping[str, str | Message]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Message:
    """An English template with named places, and what fills them.

    The template is the message id of the translation catalogue, so it is always a literal where it is written:
    ``Message("unknown parameter `{name}`", {"name": name})``. Lower case, no full stop, user input in backticks. What
    fills a place may be a message itself, which is then translated too.
    """

    template: str
    values: Mapping[str, str | Message] = field(default_factory=_nothing)

    def __str__(self) -> str:
        return self.template.format(**self.values)

    def __hash__(self) -> int:
        return hash((self.template, tuple(sorted((name, str(value)) for name, value in self.values.items()))))


@dataclass(frozen=True, slots=True)
class Related:
    """The second place of a problem: where the other thing stands, and what it is."""

    message: Message
    span: Span


@dataclass(frozen=True, slots=True)
class Problem:
    """One root cause: a stable code, what is wrong, where, and what to write instead.

    ``span`` is None only where no file can be named. ``path`` is the JSON path of a problem in a dossier
    (``$.groupes[0].taille``), ``excerpt`` the line of text that ``span`` points at, kept because the file may
    not be readable again (standard input).
    """

    code: str
    message: Message
    span: Span | None = None
    related: tuple[Related, ...] = ()
    hint: Message | None = None
    path: str | None = None
    excerpt: str | None = field(default=None, compare=False)
    severity: str = "error"  # or "warning", or "note"

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """Sorts problems by place, then by code and text."""
        span = self.span or Span("", 0, 0, 0, 0)
        return (span.file, span.line, span.column, self.code, str(self.message))


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The distinct problems, sorted by place."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: problem.order))


def errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems that keep a thing from being used; warnings and notes do not."""
    return tuple(problem for problem in problems if problem.severity == "error")


class ClasPolicyError(Exception):
    """Carries every problem found in one piece of work; the base of the errors that this library raises."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = in_order(problems)
        super().__init__("; ".join(f"{p.span}: {p.message} [{p.code}]" for p in self.problems))


class PolicyError(ClasPolicyError):
    """A policy is invalid or absent."""


class DossierError(ClasPolicyError):
    """A dossier is invalid."""


class PluginError(ClasPolicyError):
    """A plugin failed."""
