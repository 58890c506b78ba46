"""What comes of comparing two policies on the same dossiers, as values that others show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import NamedTuple

from clas_policy.batch.impact.classing import By, Class
from clas_policy.batch.impact.difference import GrantChange, Kind
from clas_policy.frozen import dataclass
from clas_policy.model.decision import Outcome
from clas_policy.model.policy import Policy
from clas_policy.model.truth import Truth


@dataclass(frozen=True, slots=True)
class Money:
    """Cents due, eligible and undetermined at the most, of many dossiers.

    `unbounded` counts the dossiers of which there is no upper bound: `undetermined` is that of the others.
    """

    due: int = 0
    eligible: int = 0
    undetermined: int = 0
    unbounded: int = 0

    @property
    def settled(self) -> int:
        """What is paid once the accords that are awaited are given."""
        return self.due + self.eligible

    @property
    def undetermined_at_most(self) -> int | None:
        return None if self.unbounded else self.undetermined

    def __add__(self, other: Money) -> Money:
        return Money(
            self.due + other.due,
            self.eligible + other.eligible,
            self.undetermined + other.undetermined,
            self.unbounded + other.unbounded,
        )


@dataclass(frozen=True, slots=True)
class Effects:
    """How many dossiers (or members) gain, lose, stay; and by how much in all, in cents.

    `before` and `after` are what is due or eligible; `gained`, `lost` and `opened` add up to the difference.
    """

    units: int = 0
    before: int = 0
    after: int = 0
    gain: int = 0
    gained: int = 0
    loss: int = 0
    lost: int = 0
    """Negative, or 0."""
    status: int = 0
    open: int = 0
    opened: int = 0
    """By how much what is due or eligible differs where something is undetermined."""

    @property
    def difference(self) -> int:
        return self.after - self.before

    @property
    def same(self) -> int:
        return self.units - self.gain - self.loss - self.status - self.open

    @property
    def changed(self) -> int:
        return self.units - self.same


@dataclass(frozen=True, slots=True)
class Row:
    """One class of a breakdown."""

    of: Class
    effects: Effects


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The effects by class; `spread` (0 to 1) is how far the classes tell differences apart."""

    by: By
    rows: tuple[Row, ...]
    spread: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Dossiers that gain more than `low` and at most `high` cents, or lose so (then both are negative, turned around).

    None: no end.
    """

    low: int | None
    high: int | None
    count: int
    amount: int


class Changed(NamedTuple):
    """One dossier that changes."""

    dossier: str
    department: str | None
    kind: Kind
    outcomes: tuple[Outcome, Outcome]
    before: int
    after: int
    grants: tuple[tuple[GrantChange, str | None], ...]
    """The grants that change, each with the id of its member."""

    @property
    def difference(self) -> int:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class NotCompared:
    """Dossiers that one policy or both cannot evaluate: nothing else here counts them."""

    before: int = 0
    """Only the policy before cannot evaluate them."""
    after: int = 0
    both: int = 0

    @property
    def all(self) -> int:
        return self.before + self.after + self.both


@dataclass(frozen=True, slots=True)
class Impact:
    """Two policies on the same dossiers.

    `policies` are the pairs that dossiers met. `funders` have their money before and after. `statuses` count, by grant,
    each status before and after; `rules` count what changes alone. `changed` are the dossiers that change, those by
    most first.
    """

    policies: tuple[tuple[Policy, Policy], ...]
    dossiers: Effects
    members: Mapping[str, Effects]
    funders: Mapping[str, tuple[Money, Money]]
    outcomes: Mapping[tuple[Outcome, Outcome], int]
    statuses: Mapping[str, Mapping[tuple[str, str], int]]
    rules: Mapping[str, Mapping[tuple[Truth, Truth], int]]
    breakdowns: tuple[Breakdown, ...]
    bins: tuple[Bin, ...]
    changed: tuple[Changed, ...]
    not_compared: NotCompared
    ignored: Mapping[str, int] = field(default_factory=dict)
    """Facts that only one of two policies knows, by how many dossiers answer them."""
    made_up: int = 0
    """How many of the dossiers say by their id that a simulation drew them."""

    @property
    def money(self) -> tuple[Money, Money]:
        """All funders together."""
        before, after = zip(*self.funders.values(), strict=True) if self.funders else ((), ())
        return _sum(before), _sum(after)

    @property
    def changes_nothing(self) -> bool:
        return not self.changed and not self.rules


def _sum(items: Iterable[Money]) -> Money:
    total = Money()
    for item in items:
        total += item
    return total
