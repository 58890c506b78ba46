"""Adds up one dossier after the other, so that memory grows with what changes and not with what is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final

from clas_policy.batch.impact.bins import bins
from clas_policy.batch.impact.classing import By, Class, Classes, Interval
from clas_policy.batch.impact.difference import Difference, GrantChange, Kind, Unit
from clas_policy.batch.impact.meeting import Meeting
from clas_policy.batch.impact.result import Breakdown, Changed, Effects, Impact, Money, NotCompared, Row
from clas_policy.batch.population.population import is_made_up
from clas_policy.model.decision import Outcome
from clas_policy.model.dossier import Dossier
from clas_policy.model.fact import Value
from clas_policy.model.policy import Policy
from clas_policy.model.truth import Truth


class _Cell:
    """The effects on some units, while they are added up."""

    __slots__ = ("after", "before", "gain", "gained", "loss", "lost", "open", "opened", "squares", "status", "units")

    def __init__(self) -> None:
        self.units = self.before = self.after = 0
        self.gain = self.gained = self.loss = self.lost = self.status = self.open = self.opened = 0
        self.squares = 0

    def add(self, unit: Unit) -> None:
        kind, before, after = unit
        self.units += 1
        self.before += before
        self.after += after
        if kind is Kind.SAME:
            return
        difference = after - before
        self.squares += difference * difference
        if kind is Kind.GAIN:
            self.gain += 1
            self.gained += difference
        elif kind is Kind.LOSS:
            self.loss += 1
            self.lost += difference
        elif kind is Kind.OPEN:
            self.open += 1
            self.opened += difference
        else:
            self.status += 1

    def effects(self) -> Effects:
        return Effects(
            self.units,
            self.before,
            self.after,
            self.gain,
            self.gained,
            self.loss,
            self.lost,
            self.status,
            self.open,
            self.opened,
        )


class Tally:
    """What is known so far of two policies, or of several pairs of them, on the same dossiers."""

    def __init__(self) -> None:
        self._pairs: dict[tuple[str, str], tuple[Policy, Policy]] = {}
        self._dossiers = _Cell()
        self._members: dict[str, _Cell] = {}
        self._money: dict[str, tuple[list[int], list[int]]] = {}
        self._outcomes: Counter[tuple[Outcome, Outcome]] = Counter()
        self._statuses: dict[str, Counter[tuple[str, str]]] = {}
        self._rules: dict[str, Counter[tuple[Truth, Truth]]] = {}
        self._classes: dict[str, dict[Class, _Cell]] = {}
        self._ways: dict[str, By] = {}
        self._changes: Counter[int] = Counter()
        self._changed: list[Changed] = []
        self._ignored: Counter[str] = Counter()
        self._not_compared = [0, 0, 0]
        self._made_up = 0

    def expect(self, meeting: Meeting) -> None:
        """Two policies that dossiers may meet; said before any does."""
        before, after = meeting.policies
        self._pairs[before.id, after.id] = before, after
        for name, by in meeting.classes.ways.items():
            self._ways.setdefault(name, by)
            self._classes.setdefault(name, {})
        for policy in (before, after):
            for grant in policy.grants.values():
                self._money.setdefault(grant.funder, ([0] * 4, [0] * 4))
                self._statuses.setdefault(grant.name, Counter())
            for entity in policy.entities:
                self._members.setdefault(entity, _Cell())

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
        for name, one in meeting.classes.of_whole(dossier):
            self._cell(name, one).add(found.unit)
        self._classify(meeting.classes, None, dossier.facts, found.unit)
        for entity, units in found.members.items():
            cell = self._members[entity]
            for member, unit in zip(dossier.members[entity], units, strict=True):
                cell.add(unit)
                self._classify(meeting.classes, entity, member.facts, unit)
        kind, before_in_all, after_in_all = found.unit
        if kind in (Kind.GAIN, Kind.LOSS):
            self._changes[after_in_all - before_in_all] += 1
        if kind is not Kind.SAME:
            grants = tuple((line, _member(dossier, line)) for line in found.changes)
            self._changed.append(
                Changed(dossier.id, dossier.department, kind, found.outcomes, before_in_all, after_in_all, grants)
            )

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
                    self._money[funder][side][_PLACES[status]] += high
        for funder, side in endless:
            self._money[funder][side][_UNBOUNDED] += 1

    def _cell(self, name: str, one: Class) -> _Cell:
        cells = self._classes[name]
        cell = cells.get(one)
        if cell is None:
            cell = cells[one] = _Cell()
        return cell

    def _classify(self, classes: Classes, scope: str | None, facts: Mapping[str, Value], unit: Unit) -> None:
        """The loop that speed depends on: a cell for each fact that breaks down, of each dossier and each member."""
        if unit.kind is not Kind.SAME:
            for name in classes.plain[scope]:
                self._cell(name, facts.get(name)).add(unit)  # type: ignore[arg-type] # a boolean or a choice
            for name, classify in classes.other[scope]:
                for one in classify(facts.get(name)):
                    self._cell(name, one).add(unit)
            return
        _, before, after = unit
        of = self._classes
        for name in classes.plain[scope]:
            cells, answer = of[name], facts.get(name)
            cell = cells.get(answer) or self._cell(name, answer)  # type: ignore[arg-type]
            cell.units += 1
            cell.before += before
            cell.after += after
        for name, classify in classes.other[scope]:
            for one in classify(facts.get(name)):
                cell = self._cell(name, one)
                cell.units += 1
                cell.before += before
                cell.after += after

    def impact(self) -> Impact:
        """All that was added up."""
        members = {entity: cell.effects() for entity, cell in self._members.items()}
        units: dict[str | None, _Cell] = {None: self._dossiers}
        units.update(self._members)
        return Impact(
            tuple(self._pairs.values()),
            self._dossiers.effects(),
            members,
            {funder: (Money(*before), Money(*after)) for funder, (before, after) in self._money.items()},
            dict(sorted(self._outcomes.items())),
            {grant: dict(sorted(found.items())) for grant, found in self._statuses.items()},
            {rule: dict(found) for rule, found in sorted(self._rules.items())},
            tuple(_breakdown(by, self._classes[name], units[by.entity]) for name, by in self._ways.items()),
            bins(self._changes),
            tuple(sorted(self._changed, key=_by_most)),
            NotCompared(*self._not_compared),
            dict(sorted(self._ignored.items())),
            self._made_up,
        )


_PLACES: Final = {"due": 0, "eligible": 1, "undetermined": 2}
_UNBOUNDED: Final = 3
"""Where the counts of `Money` stand, in its order."""


def _member(dossier: Dossier, line: GrantChange) -> str | None:
    if line.entity is None or line.position is None:
        return None
    return dossier.members[line.entity][line.position].id


def _by_most(changed: Changed) -> tuple[int, str, str]:
    return -abs(changed.difference), changed.department or "", changed.dossier


def _breakdown(by: By, cells: Mapping[Class, _Cell], all_units: _Cell) -> Breakdown:
    ordered = sorted(cells, key=lambda one: _place(one, by))
    return Breakdown(by, tuple(Row(one, cells[one].effects()) for one in ordered), _spread(by, cells, all_units))


def _place(one: Class, by: By) -> tuple[int, int, str]:
    """Answers in the order in which people expect them: yes before no, choices as declared, what is not known last."""
    match one:
        case None:
            return 3, 0, ""
        case bool():
            return 0, not one, ""
        case Interval(low, high):
            return 1, low if low is not None else (high or 0) - 1, ""
        case str():
            options = [option.value for option in by.fact.options] if by.fact is not None else []
            return 2, options.index(one) if one in options else len(options), one


def _spread(by: By, cells: Mapping[Class, _Cell], all_units: _Cell) -> float:
    """The part of the differences' variance that lies between the classes, and not within them."""
    if by.overlaps or not all_units.units:
        return 0.0
    mean = Fraction((all_units.after - all_units.before) ** 2, all_units.units)
    whole = all_units.squares - mean
    if not whole:
        return 0.0
    between = sum(Fraction((cell.after - cell.before) ** 2, cell.units) for cell in cells.values()) - mean
    return float(between / whole)
