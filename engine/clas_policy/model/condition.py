"""The conditions of the policy language: a closed union; a reader is a ``match`` that ends in ``assert_never``.

Every node has a place (`at`) that takes no part in equality. Names are those of the composed policy, already resolved.
"""

from __future__ import annotations

from dataclasses import field
from datetime import date
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from clas_policy.frozen import dataclass
from clas_policy.source import Span

if TYPE_CHECKING:
    from clas_policy.model.amount import Amount


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in place: whole number, cents, millionths (by the type expected there), or a date."""

    value: int | date
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """The value of a parameter; unknown while a draft has it to confirm."""

    parameter: str
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class FactValue:
    """The value of a fact of type integer, money, rate or date."""

    fact: str
    at: Span | None = field(default=None, compare=False)


Operand: TypeAlias = Literal | ParameterValue | FactValue

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Bounds(Generic[T]):
    """An interval; a bound that is None is left out, `strict` leaves the bound itself out. At least one is given."""

    lower: T | None = None
    upper: T | None = None
    lower_strict: bool = False
    upper_strict: bool = False


@dataclass(frozen=True, slots=True)
class FactIsTrue:
    """A boolean fact."""

    fact: str
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class CriterionMet:
    """Another criterion, of the same entity or of the dossier."""

    criterion: str
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class DeadlineMet:
    """A deadline that has a fact."""

    deadline: str
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class GrantEntitled:
    """The entitlement to a grant; unknown while the grant's own accord is open."""

    grant: str
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    item: Condition
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class All:
    items: tuple[Condition, ...]
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class AnyOf:
    items: tuple[Condition, ...]
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class AtLeast:
    count: int
    items: tuple[Condition, ...]
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Within:
    """A fact of type integer, money, rate or date inside an interval: the Kleene conjunction of its two comparisons.

    An unknown fact leaves a comparison unknown (its `min` and `max` are not used here). ``on_or_before: d`` is an
    upper bound, ``before: d`` a strict one, and so on.
    """

    fact: str
    bounds: Bounds[Operand]
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class OneOf:
    """A choice fact that has one of the values; ``is: v`` has a single one."""

    fact: str
    values: tuple[str, ...]
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Includes:
    """A choices fact that has the value among others."""

    fact: str
    value: str
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Only:
    """A choices fact that has no value but these; an empty list has none."""

    fact: str
    values: tuple[str, ...]
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class AmountWithin:
    """Amounts compared as ranges: true or false only when the (low, high) pairs leave no doubt."""

    amount: Amount
    bounds: Bounds[Amount]
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Every:
    """From the dossier: all members of the entity (an empty list: met; an absent one: unknown)."""

    entity: str
    requires: Condition
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Some:
    """From the dossier: at least one member of the entity (an empty list: not met; an absent one: unknown)."""

    entity: str
    requires: Condition
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Count:
    """From the dossier: how many members meet a condition, a range when members are unknown."""

    entity: str
    requires: Condition
    bounds: Bounds[Operand]
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Sum:
    """From the dossier: the total of an integer or money fact of the entity's members.

    A range when members are unknown: each then counts from the fact's minimum to its maximum (0 for money that says
    no minimum; otherwise none is unbounded).
    """

    fact: str
    entity: str
    bounds: Bounds[Operand]
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read an ambiguous text."""

    id: str
    label: str
    requires: Condition
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class OpenReadings:
    """Readings among which nobody has chosen: met where all say so, not met where all say so, otherwise unknown."""

    readings: tuple[Reading, ...]
    at: Span | None = field(default=None, compare=False)


Condition: TypeAlias = (
    FactIsTrue
    | CriterionMet
    | DeadlineMet
    | GrantEntitled
    | Not
    | All
    | AnyOf
    | AtLeast
    | Within
    | OneOf
    | Includes
    | Only
    | AmountWithin
    | Every
    | Some
    | Count
    | Sum
    | OpenReadings
)
