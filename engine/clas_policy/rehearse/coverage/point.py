"""What can be covered, as values: one thing that some case should have made a policy show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from enum import StrEnum
from typing import NamedTuple

from clas_policy.frozen import dataclass
from clas_policy.model import references
from clas_policy.model.policy import Policy
from clas_policy.problem import Message
from clas_policy.source import Span


class Kind(StrEnum):
    """The kinds of points, in the order in which they are told."""

    BRANCH = "branch"
    """A condition, true, false or unknown."""
    BOUNDARY = "boundary"
    """A number, a date or an amount just below, at or just above what it is compared with."""
    CASE = "case"
    """What decides an amount among several: a case of ``first_match``, the least or the greatest of some."""
    READING = "reading"
    """Two readings of one text that come out differently."""
    ADMISSIBILITY = "admissibility"
    """An admissibility item, met, not met or unknown."""
    GRANT = "grant"
    """A grant in one of its statuses."""
    OUTCOME = "outcome"
    """An outcome of dossiers."""


class Rule(NamedTuple):
    """The rule that a point belongs to; `section` is where policies declare it (``criteria``, ``grants``…)."""

    section: str
    name: str
    entity: str | None

    def declared(self, policy: Policy) -> references.Rule | None:
        """As the policy has it; None for what is not declared, as its outcome."""
        match self.section:
            case "criteria":
                return policy.criteria[self.name]
            case "deadlines":
                return policy.deadlines[self.name]
            case "grants":
                return policy.grants[self.name]
            case "orientations":
                return policy.orientations[self.name]
            case _:
                return None


@dataclass(frozen=True, slots=True)
class Point:
    """One thing to see: at a place of a layer's file, of a kind, and which.

    Policies that share a layer share the points of its lines. `also` are further lines that it is about: where the
    figure stands that a boundary comes from. `subject` is what is seen, `sight` as what.
    """

    kind: Kind
    at: Span
    detail: tuple[str, ...]
    rule: Rule = field(compare=False)
    subject: Message = field(compare=False)
    sight: Message = field(compare=False)
    also: tuple[Span, ...] = field(default=(), compare=False)

    @property
    def message(self) -> Message:
        """What is missing while it is not covered, in words."""
        return Message("{subject}: never {sight}", {"subject": self.subject, "sight": self.sight})

    @property
    def order(self) -> tuple[str, int, int, int]:
        """Sorts points by place and kind; those of one thing keep their order, as true before false."""
        at = self.at
        return at.file, at.line, at.column, _RANK[self.kind]


_RANK = {kind: rank for rank, kind in enumerate(Kind)}


def together(points: Iterable[Point]) -> tuple[tuple[Message, tuple[Point, ...]], ...]:
    """What is missing, said once for all points of one subject: ``x: never true, never unknown``."""
    groups: dict[tuple[Span, str], list[Point]] = {}
    for point in points:
        groups.setdefault((point.at, str(point.subject)), []).append(point)
    return tuple((_said(group), tuple(group)) for group in groups.values())


def _said(group: list[Point]) -> Message:
    said = group[0].message
    for point in group[1:]:
        said = Message("{missing}, never {sight}", {"missing": said, "sight": point.sight})
    return said
