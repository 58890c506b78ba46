"""What is said around an impact: what was compared, on which dossiers, what the reader asked to see."""

from __future__ import annotations

from datetime import date

from clas_policy.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Simulated:
    """The dossiers are made up: so many, by this seed, by assumptions of this title."""

    count: int
    seed: int
    assumptions: str
    by_default: bool
    """Nobody chose the assumptions."""


@dataclass(frozen=True, slots=True)
class Other:
    """A figure or a day that is another one: its label, its name, its two values as they are written, and where."""

    label: str
    name: str
    before: str
    after: str
    place: str


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two policies, as the user named it (None: the one that each dossier selects)."""

    name: str | None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """`by` are the names of the breakdowns to show (None: those that tell most), `top` how many dossiers to list.

    `as_of` is the day that selected the versions of the rules.
    """

    before: Side
    after: Side
    others: tuple[Other, ...] = ()
    simulated: Simulated | None = None
    drafts: tuple[str, ...] = ()
    as_of: date | None = None
    by: tuple[str, ...] | None = None
    top: int = 20
