"""Where each value lies while a dossier is evaluated: one list for the dossier, one for each member of an entity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from clas_policy.frozen import dataclass
from clas_policy.model.fact import Value
from clas_policy.model.policy import Policy

Row: TypeAlias = list[Any]
"""The values of the dossier or of one member, by index; None is unknown."""

POSITION: Final = 0
"""The index of a member's position in its list; `OUTSIDE` in the dossier's row."""
OUTSIDE: Final = -1
"""The position of what is no member of a list that was given."""

IDENTITY: Final = 1
"""The index of a member's id."""
_OWN_SLOTS: Final = 2

GRANT_SLOTS: Final = 4
HELD: Final = 1
STATUS: Final = 2
RANGE: Final = 3
"""What follows a grant's entitlement: its truth in a condition, its status, its rounded (low, high)."""


@dataclass(frozen=True, slots=True)
class Cell:
    """An index in the dossier's row, or in the member's."""

    of_member: bool
    index: int

    def beside(self, offset: int) -> Cell:
        return Cell(self.of_member, self.index + offset)


class _Sheet:
    """The plan of one kind of row."""

    def __init__(self, facts: tuple[str, ...]) -> None:
        self.facts = facts
        self.size = _OWN_SLOTS + len(facts)

    def take(self, count: int = 1) -> int:
        first = self.size
        self.size += count
        return first


class Layout:
    """The plan of all rows of a policy: facts first, then the results of rules."""

    def __init__(self, policy: Policy) -> None:
        self._cells: dict[str, Cell] = {}
        self._sheets: dict[str | None, _Sheet] = {}
        for scope in (None, *policy.entities):
            names = tuple(name for name, fact in policy.facts.items() if fact.entity == scope)
            self._sheets[scope] = _Sheet(names)
            for index, name in enumerate(names, start=_OWN_SLOTS):
                self._cells[name] = Cell(scope is not None, index)
        self.admissibility = self._sheets[None].take()
        self.lists = {entity: self._sheets[None].take(2) for entity in policy.entities}
        """For each entity, the index of its members' rows (None: the list is absent); at the next index stand the
        rows to evaluate, which are never absent."""
        for _, name in policy.order:
            rule = policy.criteria.get(name) or policy.deadlines.get(name)
            if rule is not None:
                self._place(name, rule.entity, 1)
            else:
                self._place(name, policy.grants[name].entity, GRANT_SLOTS)
        for name, orientation in policy.orientations.items():
            self._place(name, orientation.entity, 1)
        self._blanks: dict[str | None, Row] = {
            scope: [None] * (sheet.size - _OWN_SLOTS - len(sheet.facts)) for scope, sheet in self._sheets.items()
        }

    def _place(self, name: str, scope: str | None, count: int) -> None:
        self._cells[name] = Cell(scope is not None, self._sheets[scope].take(count))

    def cell(self, name: str) -> Cell:
        """Where a fact, criterion, deadline or orientation is; for a grant, its entitlement."""
        return self._cells[name]

    def row(self, scope: str | None, facts: Mapping[str, Value], position: int = OUTSIDE, identity: str = "") -> Row:
        """A row with its facts filled in, room for the rest."""
        return [position, identity, *map(facts.get, self._sheets[scope].facts), *self._blanks[scope]]
