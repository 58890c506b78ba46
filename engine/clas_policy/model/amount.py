"""The amounts of the policy language: a closed union of exact formulas.

Each is a pair (low, high), equal when nothing that matters is unknown.
"""

from __future__ import annotations

from dataclasses import field
from typing import TypeAlias

from clas_policy.frozen import dataclass
from clas_policy.model.condition import Condition, FactValue, Literal, Operand, ParameterValue
from clas_policy.source import Span


@dataclass(frozen=True, slots=True)
class GrantAmount:
    """A grant's rounded amount: 0 if refused, its amount if due, otherwise between 0 and its high end."""

    grant: str
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class IfGranted:
    """A grant's rounded amount if entitled, whatever its accord; 0 if not; between 0 and its high end if unknown."""

    grant: str
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Share:
    """A rate of a base, the base counted up to a ceiling when there is one."""

    rate: Operand
    of: Amount
    counted_up_to: Amount | None = None
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Add:
    items: tuple[Amount, ...]
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Minus:
    """The first less the second: the ends cross. May be negative."""

    amount: Amount
    less: Amount
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Smallest:
    items: tuple[Amount, ...]
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Largest:
    items: tuple[Amount, ...]
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Case:
    when: Condition
    then: Amount
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class FirstMatch:
    """The first case whose condition is met, else `otherwise`; the hull of the branches that are not excluded."""

    cases: tuple[Case, ...]
    otherwise: Amount
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Total:
    """At dossier level: a grant of an entity, valued as in an amount, summed over the members; never rounds again."""

    grant: str
    entity: str
    at: Span | None = field(default=None, compare=False)


Amount: TypeAlias = (
    Literal
    | ParameterValue
    | FactValue
    | GrantAmount
    | IfGranted
    | Share
    | Add
    | Minus
    | Smallest
    | Largest
    | FirstMatch
    | Total
)
