"""Adds up one dossier after the other, so that memory grows with what changes and not with what is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from clas_policy.batch.impact.bins import bins
from clas_policy.batch.impact.breaking_down import Breakdowns, Cell
from clas_policy.batch.impact.counted import PLACES, UNBOUNDED, Counted
from clas_policy.batch.impact.difference import Difference, GrantChange, Kind
from clas_policy.batch.impact.meeting import Meeting
from clas_policy.batch.impact.result import Changed, Impact, Money, NotCompared
from clas_policy.batch.population.population import is_made_up
from clas_policy.model.decision import Outcome
from clas_policy.model.dossier import Dossier
from clas_policy.model.policy import Policy
from clas_policy.model.truth import Truth


class Tally:
    """What is known so far of two policies, or of several pairs of them, on the same dossiers."""

    def __init__(self) -> None:
        self._pairs: dict[tuple[str, str], tuple[Policy, Policy]] = {}
        self._dossiers = Cell()
        self._members: dict[str, Cell] = {}
        self._money: dict[str, tuple[list[int], list[int]]] = {}
        self._outcomes: Counter[tuple[Outcome, Outcome]] = Counter()
        self._statuses: dict[str, Counter[tuple[str, str]]] = {}
        self._rules: dict[str, Counter[tuple[Truth, Truth]]] = {}
        self._breakdowns = Breakdowns()
        self._changes: Counter[int] = Counter()
        self._changed: list[Changed] = []
        self._ignored: Counter[str] = Counter()
        self._not_compared = [0, 0, 0]
        self._made_up = 0

    def expect(self, meeting: Meeting) -> None:
        """Two policies that dossiers may meet; said before any does."""
        before, after = meeting.policies
        self._pairs[before.id, after.id] = before, after
        self._breakdowns.expect(meeting.classes)
        for policy in (before, after):
            for grant in policy.grants.values():
                self._money.setdefault(grant.funder, ([0] * 4, [0] * 4))
                self._statuses.setdefault(grant.name, Counter())
            for entity in policy.entities:
                self._members.setdefault(entity, Cell())

    def not_compared(self, *, before: bool, after: bool) -> None:
        """A dossier that a policy cannot evaluate: that of `before`, of `after`, or both."""
        self._not_compared[2 if before and after else 0 if before else 1] += 1

    def ignored(self, names: Iterable[str]) -> None:
        """Answers of a dossier that one of its two policies does not ask for."""
        self._ignored.update(names)

    def add(self, dossier: Dossier, found: Difference, meeting: Meeting) -> None:
        """A dossier with all the facts that either policy asks for, and what becomes of it."""
        self._dossiers.add(found.unit)
        self._made_up += is_made_up(dossier.id)
        self._outcomes[found.outcomes] += 1
        self._pay(found.lines, meeting)
        for line in found.lines:
            self._statuses[line.grant][line.before[0], line.after[0]] += 1
        for name, before, after in found.truths:
            self._rules.setdefault(name, Counter())[before, after] += 1
        self._breakdowns.add_whole(meeting.classes, dossier, found.unit)
        for entity, units in found.members.items():
            cell = self._members[entity]
            for member, unit in zip(dossier.members[entity], units, strict=True):
                cell.add(unit)
                self._breakdowns.add(meeting.classes, entity, member.facts, unit)
        kind, before_in_all, after_in_all = found.unit
        if kind in (Kind.GAIN, Kind.LOSS):
            self._changes[after_in_all - before_in_all] += 1
        if kind is not Kind.SAME:
            grants = tuple((line, _member(dossier, line)) for line in found.changes)
            self._changed.append(
                Changed(dossier.id, dossier.department, kind, found.outcomes, before_in_all, after_in_all, grants)
            )

    def take(self, counted: Counted) -> None:
        """Many dossiers that were compared in a database."""
        self._dossiers.take(counted.dossiers)
        for entity, cell in counted.members.items():
            self._members[entity].take(cell)
        for (funder, side), money in counted.money.items():
            sums = self._money[funder][side]
            for place, amount in enumerate(money):
                sums[place] += amount
        self._outcomes.update(counted.outcomes)
        for grant, statuses in counted.statuses.items():
            self._statuses[grant].update(statuses)
        for rule, truths in counted.rules.items():
            self._rules.setdefault(rule, Counter()).update(truths)
        for name, one, cell in counted.classes:
            self._breakdowns.take(name, one, cell)
        self._changes.update(counted.changes)
        self._changed += counted.changed
        self._made_up += counted.made_up

    @property
    def breakdowns(self) -> Breakdowns:
        return self._breakdowns

    def _pay(self, lines: Iterable[GrantChange], meeting: Meeting) -> None:
        endless: set[tuple[str, int]] = set()
        for line in lines:
            for side, (status, _low, high) in enumerate((line.before, line.after)):
                if status in ("refused", "absent"):
                    continue
                funder = meeting.funders[side][line.grant]
                if high is None:
                    endless.add((funder, side))
                else:
                    self._money[funder][side][PLACES[status]] += high
        for funder, side in endless:
            self._money[funder][side][UNBOUNDED] += 1

    def impact(self) -> Impact:
        """All that was added up."""
        members = {entity: cell.effects() for entity, cell in self._members.items()}
        return Impact(
            tuple(self._pairs.values()),
            self._dossiers.effects(),
            members,
            {funder: (Money(*before), Money(*after)) for funder, (before, after) in self._money.items()},
            dict(sorted(self._outcomes.items())),
            {grant: dict(sorted(found.items())) for grant, found in self._statuses.items()},
            {rule: dict(found) for rule, found in sorted(self._rules.items())},
            tuple(self._breakdowns.found()),
            bins(self._changes),
            tuple(sorted(self._changed, key=_by_most)),
            NotCompared(*self._not_compared),
            dict(sorted(self._ignored.items())),
            self._made_up,
        )


def _member(dossier: Dossier, line: GrantChange) -> str | None:
    if line.entity is None or line.position is None:
        return None
    return dossier.members[line.entity][line.position].id


def _by_most(changed: Changed) -> tuple[int, str, str]:
    return -abs(changed.difference), changed.department or "", changed.dossier
