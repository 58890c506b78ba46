"""Ways to make a condition true, false or unknown, by what it is made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, islice
from typing import TYPE_CHECKING, Final, assert_never

from clas_policy.explain.compiled import Test
from clas_policy.model import condition as c
from clas_policy.model.fact import Type, Value
from clas_policy.model.references import of_condition
from clas_policy.model.truth import Truth
from clas_policy.rehearse.coverage.reach import SIDES, beside, can_be
from clas_policy.rehearse.suggesting.scene import Scene, Who
from clas_policy.rehearse.suggesting.ways import Way, chain, kept

if TYPE_CHECKING:
    from clas_policy.rehearse.suggesting.planning import Planner

_CHOICES: Final = 12
"""So many choices of what is met are tried where some of several must be."""


class Conditions:
    """Goals about conditions."""

    def __init__(self, planner: Planner) -> None:
        self._planner = planner

    def truth(self, scene: Scene, test: Test, want: Truth, who: Who) -> Iterator[Scene]:
        """The scenes in which a condition has a truth: as it is, if it has, then the least changes.

        A member that the goal is about stays; where it has been taken away there is no way.
        """
        for here in kept(scene.keeping(who)):
            yield from self._truth(here, test, want, who)

    def _truth(self, scene: Scene, test: Test, want: Truth, who: Who) -> Iterator[Scene]:
        if isinstance(test.node, c.FactIsTrue | c.Within | c.OneOf | c.Includes | c.Only):
            yield from self._of_facts(scene, test, want, who)
            return
        holds = scene.truth(test, who) is want
        if holds:
            yield scene
        for found in self._changed(scene, test, want, who):
            if (found is not scene or not holds) and found.truth(test, who) is want:
                yield found

    def _changed(self, scene: Scene, test: Test, want: Truth, who: Who) -> Iterator[Scene]:
        node, planner = test.node, self._planner
        match node:
            case c.CriterionMet(criterion=name):
                return self.criterion(scene, name, want, who)
            case c.DeadlineMet(deadline=name):
                deadline = planner.program.deadlines[name]
                return self.truth(scene, deadline.condition, want, who if deadline.rule.entity else None)
            case c.GrantEntitled(grant=name):
                return planner.entitlements.held(scene, name, want, who)
            case c.Not():
                return self.truth(scene, test.parts[0], None if want is None else not want, who)
            case c.All():
                return self.all_of(scene, test.parts, want, who)
            case c.AnyOf():
                return self._settled(scene, test.parts, want, who, by=True)
            case c.AtLeast(count=count):
                return self._at_least(scene, test.parts, count, want, who)
            case c.OpenReadings():
                return self._agreed(scene, test.parts, want, who)
            case c.Every(entity=entity) | c.Some(entity=entity):
                settles = isinstance(node, c.Some)
                return planner.aggregates.settled(scene, entity, test.parts[0], want, settles=settles)
            case c.Count() | c.Sum():
                return planner.aggregates.measured(scene, test, want)
            case c.AmountWithin():
                return planner.numbers.compared(scene, test, want, who)
            case c.FactIsTrue() | c.Within() | c.OneOf() | c.Includes() | c.Only():
                return self._of_facts(scene, test, want, who)
            case _:
                assert_never(node)

    def criterion(self, scene: Scene, name: str, want: Truth, who: Who) -> Iterator[Scene]:
        """The scenes in which a criterion has a truth."""
        criterion = self._planner.program.criteria[name]
        who = who if criterion.rule.entity else None
        requires, only_if = criterion.requires, criterion.only_if
        if only_if is None:
            yield from self.truth(scene, requires, want, who)
            return
        by_want: dict[Truth, list[list[tuple[Test, Truth]]]] = {
            True: [[(requires, True)], [(only_if, False)]],
            False: [[(only_if, True), (requires, False)]],
            None: [
                [(only_if, True), (requires, None)],
                [(only_if, None), (requires, False)],
                [(only_if, None), (requires, None)],
            ],
        }
        for goals in by_want[want]:
            yield from chain(scene, self._in_turn(scene, goals, who))

    def all_of(self, scene: Scene, parts: Sequence[Test], want: Truth, who: Who) -> Iterator[Scene]:
        """The scenes in which all conditions together have a truth."""
        return self._settled(scene, parts, want, who, by=False)

    def _settled(self, scene: Scene, parts: Sequence[Test], want: Truth, who: Who, *, by: bool) -> Iterator[Scene]:
        """A conjunction (settled by a false part) or a disjunction (by a true one)."""
        if want is by:
            for part in parts:
                yield from self.truth(scene, part, by, who)
        elif want is None:
            for part in parts:
                others = [other for other in parts if other is not part]
                yield from chain(
                    scene, [self.way(part, None, who), *(self._not(other, unwanted=by, who=who) for other in others)]
                )
        else:
            yield from chain(scene, self._in_turn(scene, [(part, not by) for part in parts], who))

    def _at_least(self, scene: Scene, parts: Sequence[Test], count: int, want: Truth, who: Who) -> Iterator[Scene]:
        met = count - 1 if want is None else count if want else 0
        unmet = len(parts) - count + 1 if want is False else len(parts) - count if want is None else 0
        ordered = sorted(parts, key=lambda part: scene.truth(part, who) is not True)
        for first in islice(combinations(ordered, met), _CHOICES):
            rest = [part for part in reversed(ordered) if part not in first]
            for last in islice(combinations(rest, unmet), _CHOICES):
                goals: list[tuple[Test, Truth]] = [(part, True) for part in first]
                goals += [(part, False) for part in last]
                if want is None:
                    goals += [(part, None) for part in rest if part not in last]
                yield from chain(scene, self._in_turn(scene, goals, who))

    def _agreed(self, scene: Scene, parts: Sequence[Test], want: Truth, who: Who) -> Iterator[Scene]:
        if want is not None:
            yield from chain(scene, self._in_turn(scene, [(part, want) for part in parts], who))
            return
        for part in parts:
            yield from self.truth(scene, part, None, who)
        for one, other in combinations(parts, 2):
            yield from self.apart(scene, one, other, who)

    def apart(self, scene: Scene, one: Test, other: Test, who: Who) -> Iterator[Scene]:
        """The scenes in which one condition is met and the other is not."""
        for met, unmet in ((one, other), (other, one)):
            yield from chain(scene, self._in_turn(scene, [(met, True), (unmet, False)], who))

    def _in_turn(self, scene: Scene, goals: Sequence[tuple[Test, Truth]], who: Who) -> list[Way]:
        """The ways of several goals: those that do not hold yet first, then the others, in case they were undone."""
        ordered = sorted(goals, key=lambda goal: scene.truth(goal[0], who) is goal[1])
        return [self.way(test, want, who) for test, want in ordered]

    def way(self, test: Test, want: Truth, who: Who) -> Way:
        """The scenes in which a condition has a truth, from any scene."""
        return lambda scene: self.truth(scene, test, want, who)

    def _not(self, test: Test, *, unwanted: bool, who: Who) -> Way:
        """Where a condition does not have a truth."""

        def way(scene: Scene) -> Iterator[Scene]:
            for here in kept(scene.keeping(who)):
                if here.truth(test, who) is not unwanted:
                    yield here
                    return
                for want in (not unwanted, None):
                    yield from self.truth(here, test, want, who)

        return way

    def not_false(self, test: Test, who: Who) -> Way:
        """Where a condition is not false."""
        return self._not(test, unwanted=False, who=who)

    def not_true(self, test: Test, who: Who) -> Way:
        """Where a condition is not true."""
        return self._not(test, unwanted=True, who=who)

    def _of_facts(self, scene: Scene, test: Test, want: Truth, who: Who) -> Iterator[Scene]:
        """By the facts that a condition reads itself: as they are, then one of them changed, then two."""
        names = [reference.name for reference in of_condition(test.node) if reference.kind == "fact"]
        names = list(dict.fromkeys(names))
        if scene.truth(test, who) is want:
            held: Scene | None = scene
            for name in names:
                held = None if held is None else held.put(name, scene.scope(name, who), self._of(scene, name, who))
            if held is not None:
                yield held
        derived = [name for name in names if self._planner.policy.facts[name].derivation is not None]
        if derived:
            yield from self._derived(scene, derived[0], test, want, who)
        for name in names:
            for value in self._tried(scene, name, names, who):
                found = scene.put(name, scene.scope(name, who), value)
                if found is not None and value != self._of(scene, name, who) and found.truth(test, who) is want:
                    yield found
        if len(names) > 1:
            yield from self._by_two(scene, (names[0], names[1]), test, want, who)

    def _of(self, scene: Scene, name: str, who: Who) -> Value | None:
        return scene.value(name, scene.scope(name, who))

    def _tried(self, scene: Scene, name: str, names: Sequence[str], who: Who) -> list[Value | None]:
        """The values to try for a fact, beside those of the facts that it is compared with."""
        fact = self._planner.policy.facts[name]
        near: list[Value | None] = []
        for other in names:
            value = self._of(scene, other, who)
            if other != name and isinstance(value, int) | (fact.type is Type.DATE) and value is not None:
                sides = [beside(value, side) for side in SIDES if not isinstance(value, str | frozenset)]
                near += [side for side in sides if can_be(fact, side)]
        return list(dict.fromkeys((*near, *self._planner.values.of(name))))

    def _by_two(self, scene: Scene, names: tuple[str, str], test: Test, want: Truth, who: Who) -> Iterator[Scene]:
        one, two = names
        for value in self._planner.values.of(two):
            first = scene.put(two, scene.scope(two, who), value)
            if first is None or value is None:
                continue
            for other in self._tried(first, one, names, who):
                found = first.put(one, scene.scope(one, who), other)
                if found is not None and found.truth(test, who) is want:
                    yield found

    def _derived(self, scene: Scene, name: str, test: Test, want: Truth, who: Who) -> Iterator[Scene]:
        """By what a derived fact is derived from."""
        derivation = self._planner.policy.facts[name].derivation
        for read in derivation.reads if derivation else ():
            for value in self._planner.values.of(read):
                found = scene.put(read, scene.scope(read, who), value)
                if found is not None and found.truth(test, who) is want:
                    yield found
