"""Breaks dossiers and members down by their answers, while they are read one after the other."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Final, cast

from clas_policy.batch.impact.classing import (
    By,
    Class,
    Classes,
    Interval,
    Place,
    Raw,
    is_numeric,
    members_of,
    place_of,
    widest,
)
from clas_policy.batch.impact.difference import Kind, Unit
from clas_policy.batch.impact.result import Breakdown, Effects, Row
from clas_policy.model.dossier import Dossier
from clas_policy.model.fact import Value

_FINEST: Final = 20_000
"""So many different numbers are kept apart until all policies are known."""


class Cell:
    """The effects on some units, while they are added up."""

    __slots__ = ("after", "before", "gain", "gained", "loss", "lost", "open", "opened", "squares", "status", "units")

    def __init__(self) -> None:
        self.units = self.before = self.after = 0
        self.gain = self.gained = self.loss = self.lost = self.status = self.open = self.opened = 0
        self.squares = 0

    def add_many(self, kind: Kind, units: int, before: int, after: int, squares: int) -> None:
        """Adds units of one kind: how many, their sums, and the sum of the squares of their differences."""
        self.units += units
        self.before += before
        self.after += after
        self.squares += squares
        if kind is Kind.GAIN:
            self.gain += units
            self.gained += after - before
        elif kind is Kind.LOSS:
            self.loss += units
            self.lost += after - before
        elif kind is Kind.OPEN:
            self.open += units
            self.opened += after - before
        elif kind is Kind.STATUS:
            self.status += units

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

    def take(self, other: Cell) -> None:
        """Adds what is in another cell."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

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


class Breakdowns:
    """The breakdowns of all policies together, so that no two classes of one overlap.

    Where numbers are cut is known when the last policy is met; until then each number has a cell of its own, unless
    there are too many.
    """

    def __init__(self) -> None:
        self._classes: dict[str, dict[Raw, Cell]] = {}
        self._ways: dict[str, By] = {}
        self._cuts: dict[str, set[int]] = {}
        self._places: dict[str, Place] = {}

    def expect(self, classes: Classes) -> None:
        """Two policies that dossiers may meet; said before any does."""
        for name, by in classes.ways.items():
            known = self._ways.setdefault(name, by)
            if known.fact is not None and by.fact is not None:
                self._ways[name] = replace(known, fact=widest(known.fact, by.fact))
            self._classes.setdefault(name, {})
        for name, cuts in classes.cuts.items():
            self._cuts.setdefault(name, set()).update(cuts)

    def add_whole(self, classes: Classes, dossier: Dossier, unit: Unit) -> None:
        """A dossier and what becomes of it."""
        for name, one in classes.of_whole(dossier):
            self._cell(name, one).add(unit)
        self.add(classes, None, dossier.facts, unit)

    def add(self, classes: Classes, scope: str | None, facts: Mapping[str, Value], unit: Unit) -> None:
        """The loop that speed depends on: a cell for each fact that breaks down, of each dossier and each member."""
        for name in classes.sets[scope]:
            for one in members_of(facts.get(name)):
                self._cell(name, one).add(unit)
        if unit.kind is not Kind.SAME:
            for name in classes.plain[scope]:
                self._cell(name, facts.get(name)).add(unit)  # type: ignore[arg-type] # no set
            return
        _, before, after = unit
        of = self._classes
        for name in classes.plain[scope]:
            answer = facts.get(name)
            cell = of[name].get(answer) or self._cell(name, answer)  # type: ignore[arg-type]
            cell.units += 1
            cell.before += before
            cell.after += after

    def take(self, name: str, one: Raw, cell: Cell) -> None:
        """Adds what was counted elsewhere of one class."""
        self._cell(name, one).take(cell)

    def cuts(self, name: str) -> Collection[int] | None:
        """Where the numbers of a fact are cut by the policies met so far; None where it does not break down by them."""
        by, cuts = self._ways[name], self._cuts.get(name, ())
        if by.fact is None or not is_numeric(by):
            return ()
        return None if place_of(by.fact, cuts) is None else cuts

    def found(self) -> Iterator[Breakdown]:
        """The breakdowns of all policies together: numbers are cut where any of them compares, so no class overlaps."""
        for name, by in self._ways.items():
            cells = self._classes[name]
            if by.fact is not None and is_numeric(by):
                place = self._places.get(name) or place_of(by.fact, self._cuts.get(name, ()))
                if place is None or place is _anywhere:
                    continue
                cells = _placed(cells, place)
            yield _breakdown(by, cells)

    def _cell(self, name: str, one: Raw) -> Cell:
        cells = self._classes[name]
        cell = cells.get(one)
        if cell is not None:
            return cell
        if name in self._places and isinstance(one, int | date):
            return self._cell(name, self._places[name](one))
        if name not in self._places and len(cells) >= _FINEST and is_numeric(self._ways[name]):
            self._settle(name)
            return self._cell(name, one)
        cell = cells[one] = Cell()
        return cell

    def _settle(self, name: str) -> None:
        """Puts too many different numbers into intervals for good: a policy that is met later cannot cut them."""
        fact = self._ways[name].fact
        place = place_of(fact, self._cuts.get(name, ())) if fact is not None else None
        self._places[name] = place if place is not None else _anywhere
        self._classes[name] = _placed(self._classes[name], self._places[name])


def _anywhere(_value: int | date) -> Interval:
    """The place of numbers that no policy met so far compares."""
    return Interval(None, None)


def _placed(cells: Mapping[Raw, Cell], place: Place) -> dict[Raw, Cell]:
    """The cells of numbers or days, by the intervals that they lie in."""
    found: dict[Raw, Cell] = {}
    for one, cell in cells.items():
        key = place(one) if isinstance(one, int | date) else one
        if key in found:
            found[key].take(cell)
        else:
            found[key] = Cell()
            found[key].take(cell)
    return found


def _breakdown(by: By, cells: Mapping[Raw, Cell]) -> Breakdown:
    classes = cast("Mapping[Class, Cell]", cells)  # numbers and days are in their intervals
    ordered = sorted(classes.items(), key=lambda item: _place(item[0], by))
    return Breakdown(by, tuple(Row(one, cell.effects()) for one, cell in ordered), _spread(by, cells.values()))


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


def _spread(by: By, cells: Collection[Cell]) -> float:
    """The part of the differences' variance that lies between the classes, and not within them."""
    units = sum(cell.units for cell in cells)
    if by.overlaps or not units:
        return 0.0
    mean = Fraction(sum(cell.after - cell.before for cell in cells) ** 2, units)
    whole = sum(cell.squares for cell in cells) - mean
    if not whole:
        return 0.0
    between = sum(Fraction((cell.after - cell.before) ** 2, cell.units) for cell in cells) - mean
    return float(between / whole)
