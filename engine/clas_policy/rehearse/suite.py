"""Policy tests as values: what a test file says once its names are resolved against the policy that it tests."""

from __future__ import annotations

from dataclasses import field
from datetime import date
from pathlib import Path
from typing import TypeAlias

from clas_policy.frozen import dataclass
from clas_policy.model.decision import GrantStatus, Outcome
from clas_policy.model.dossier import Dossier
from clas_policy.model.fact import Type
from clas_policy.model.policy import Effect, Policy
from clas_policy.model.truth import Truth
from clas_policy.source import Span


@dataclass(frozen=True, slots=True)
class OutcomeIs:
    """The dossier is admissible, incomplete or inadmissible."""

    outcome: Outcome
    at: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class StatusIs:
    """A criterion, deadline or orientation is met, not met or unknown; `member` None: the dossier, or every member."""

    name: str
    member: str | None
    truth: Truth
    at: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class GrantIs:
    """A grant has a status and, where `amount` is given, these cents (low, high; None: unbounded)."""

    grant: str
    member: str | None
    status: GrantStatus
    amount: tuple[int, int | None] | None
    at: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class TotalIs:
    """A total in cents (None: without an upper bound), of one funder or of all; `total` is a field of Totals."""

    total: str
    funder: str | None
    cents: int | None
    at: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class MissingAre:
    """Exactly these facts (or entities, where a list is absent) are missing, of whichever members."""

    names: frozenset[str]
    at: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class WarningsAre:
    """Exactly these codes of warnings come up, each however often."""

    codes: frozenset[str]
    at: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class EffectIs:
    """An admissibility item is not met, with this effect; None: it has none, since it is met or unknown."""

    item: str
    effect: Effect | None
    at: Span = field(compare=False)


Expectation: TypeAlias = OutcomeIs | StatusIs | GrantIs | TotalIs | MissingAre | WarningsAre | EffectIs


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the policy typed a second time, from the source: cents, millionths, a whole number or a date."""

    parameter: str
    type: Type
    value: int | date
    at: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Case:
    """One named dossier and what must come of it under `policy`; with `todo`, a failure is told and does not count."""

    name: str
    at: Span
    policy: Policy
    dossier: Dossier
    expectations: tuple[Expectation, ...]
    todo: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Suite:
    """One test file, ready to run; `policy` is the one of the file's own `as_of`."""

    file: str
    path: Path
    policy: Policy
    figures: tuple[Figure, ...]
    cases: tuple[Case, ...]
    base: Dossier
    """What the cases start from."""
    lines: tuple[str, ...] = field(default=(), compare=False, repr=False)
