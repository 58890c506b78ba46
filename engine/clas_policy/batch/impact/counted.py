"""What was counted of many dossiers at once, to be added to a tally."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from clas_policy.batch.impact.breaking_down import Cell
from clas_policy.batch.impact.classing import Raw
from clas_policy.batch.impact.result import Changed
from clas_policy.model.decision import Outcome
from clas_policy.model.truth import Truth

PLACES: Final = {"due": 0, "eligible": 1, "undetermined": 2}
UNBOUNDED: Final = 3
"""Where the counts of `Money` stand, in its order."""


@dataclass
class Counted:
    """The same figures as those of a tally; `money` is by funder and side (0: before, 1: after)."""

    dossiers: Cell = field(default_factory=Cell)
    members: dict[str, Cell] = field(default_factory=dict)
    money: dict[tuple[str, int], list[int]] = field(default_factory=dict)
    outcomes: Counter[tuple[Outcome, Outcome]] = field(default_factory=Counter)
    statuses: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)
    rules: dict[str, Counter[tuple[Truth, Truth]]] = field(default_factory=dict)
    classes: list[tuple[str, Raw, Cell]] = field(default_factory=list)
    changes: Counter[int] = field(default_factory=Counter)
    changed: list[Changed] = field(default_factory=list)
    made_up: int = 0
