"""What a simulation takes for granted, as values: nothing in it was observed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from clas_policy.frozen import dataclass
from clas_policy.model.fact import Value


@dataclass(frozen=True, slots=True)
class Uniform:
    """Any number of an interval, ends included; numbers here are in the unit of the fact's type, days as ordinals."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Triangular:
    """Most often around `mode`, less and less often towards the ends, which are included."""

    low: int
    mode: int
    high: int


@dataclass(frozen=True, slots=True)
class Normal:
    """The bell curve around `mean`, cut at four deviations: two thirds lie within one `deviation`."""

    mean: int
    deviation: int


@dataclass(frozen=True, slots=True)
class LogNormal:
    """Half below `median`; two thirds between the median divided and multiplied by `factor` (in millionths)."""

    median: int
    factor: int


Spread: TypeAlias = Uniform | Triangular | Normal | LogNormal
"""How numbers and days spread."""


@dataclass(frozen=True, slots=True)
class Chance:
    """A boolean is true with this chance, in millionths."""

    true: int


@dataclass(frozen=True, slots=True)
class Weights:
    """One of some values, each as often as its weight says."""

    items: tuple[tuple[str | int, int], ...]


@dataclass(frozen=True, slots=True)
class Chances:
    """A set of choices, each in it with its own chance (millionths); where too few come, more are drawn by chance."""

    items: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class MadeUp:
    """A text that says that it is made up."""


Distribution: TypeAlias = Spread | Chance | Weights | Chances | MadeUp


@dataclass(frozen=True, slots=True)
class FactAssumption:
    """How the answers to one fact spread.

    `unanswered` is the chance that there is no answer, `alike` the chance that a member answers what is common to its
    dossier instead of drawing its own (both in millionths). Numbers are cut to multiples of `step`.
    """

    unanswered: int
    distribution: Distribution
    alike: int = 0
    step: int = 1


@dataclass(frozen=True, slots=True)
class ListAssumption:
    """How many members an entity's list has; `absent` is the chance (millionths) that the list is not given."""

    absent: int
    count: Uniform | Triangular | Normal | Weights


@dataclass(frozen=True, slots=True)
class Assumptions:
    """All that the dossiers of a simulation are drawn by.

    `departments` are weights of the codes that dossiers name; empty: that of the policy.
    """

    title: str
    facts: Mapping[str, FactAssumption]
    lists: Mapping[str, ListAssumption]
    departments: tuple[tuple[str, int], ...] = ()
    is_default: bool = False
    """Nobody chose them: they were derived from the policy."""


Drawn: TypeAlias = Value | None
"""A value of a fact, or no answer."""
