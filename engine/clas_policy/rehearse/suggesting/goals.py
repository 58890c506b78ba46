"""From a point that nothing covers to scenes that should."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from clas_policy.model import condition as c
from clas_policy.model.fact import Type
from clas_policy.rehearse.coverage.reach import beside, can_be
from clas_policy.rehearse.coverage.watch import (
    AmountsBeside,
    Apart,
    FactBeside,
    Item,
    MeasureBeside,
    Outcomes,
    Reached,
    Sight,
    Status,
    Taken,
    Truths,
    Watch,
    Winner,
)
from clas_policy.rehearse.suggesting.planning import Planner
from clas_policy.rehearse.suggesting.scene import Scene, Who
from clas_policy.rehearse.suggesting.ways import Way, chain, kept


class Goals:
    """Ways to what watches see."""

    def __init__(self, planner: Planner) -> None:
        self._planner = planner

    def scenes(self, opening: Scene, watch: Watch, sight: Sight) -> Iterator[Scene]:
        """The scenes in which a watch sees something."""
        for scene, who in self._rows(opening, watch.entity):
            for ready in chain(scene, self._before(watch, who)):
                for found in self._towards(ready, watch, sight, who):
                    if self._sees(found, watch, sight):
                        yield found

    def _rows(self, opening: Scene, entity: str | None) -> Iterator[tuple[Scene, Who]]:
        if entity is None:
            yield opening, None
            return
        for scene in self._planner.aggregates.somebody(opening, entity):
            for member in scene.ids(entity):
                for here in kept(scene.keeping((entity, member))):
                    yield here, (entity, member)

    def _before(self, watch: Watch, who: Who) -> list[Way]:
        """What must hold for the point to count: the grant is paid, its part of a choice of cases is reached."""
        ways: list[Way] = [] if watch.paid is None else [self._planner.entitlements.paid(watch.paid, who)]
        return ways + [way for part in watch.within for way in self._reached(part, who)]

    def _reached(self, part: Reached, who: Who) -> list[Way]:
        conditions = self._planner.conditions
        ways = [conditions.not_true(test, who) for test in part.before]
        return ways if part.own is None else [*ways, conditions.not_false(part.own, who)]

    def _sees(self, scene: Scene, watch: Watch, sight: Sight) -> bool:
        evaluation = scene.evaluation
        seen = (watch.see(evaluation.d, row) for row, _ in evaluation.rows(watch.entity))
        return any(one == sight and type(one) is type(sight) for one in seen)

    def _towards(self, scene: Scene, watch: Watch, sight: Sight, who: Who) -> Iterator[Scene]:
        goal, planner = watch.goal, self._planner
        truth = sight if isinstance(sight, bool) or sight is None else None
        side = sight if isinstance(sight, int) else 0
        match goal:
            case Truths(test=test):
                return planner.truth(scene, test, truth, who)
            case Item(item=item):
                return planner.truth(scene, planner.compiled(item.condition), truth, who)
            case FactBeside(fact=name, operand=operand):
                return self._fact_beside(scene, name, operand, side, who)
            case MeasureBeside(test=test, operand=operand):
                return planner.aggregates.beside(scene, test, operand, side)
            case AmountsBeside(amount=amount, bound=bound):
                return planner.numbers.beside(scene, amount, bound, side, who)
            case Winner(formula=formula):
                return planner.numbers.seen(scene, formula.parts, who, lambda found: self._sees(found, watch, sight))
            case Taken(formula=formula):
                ways = [planner.conditions.way(test, False, who) for test in formula.tests[:side]]
                ways += [planner.conditions.way(test, True, who) for test in formula.tests[side : side + 1]]
                return chain(scene, ways)
            case Apart(first=first, second=second):
                return planner.conditions.apart(scene, first, second, who)
            case Status(grant=name):
                return planner.entitlements.status(scene, name, str(sight), who)
            case Outcomes():
                return planner.entitlements.outcome(scene, truth)
            case _:
                assert_never(goal)

    def _fact_beside(self, scene: Scene, name: str, operand: c.Operand, side: int, who: Who) -> Iterator[Scene]:
        fact, owner = self._planner.policy.facts[name], scene.scope(name, who)
        if not isinstance(operand, c.FactValue):
            bound = self._planner.policy.figure(operand)
            if bound is not None:
                yield from kept(scene.put(name, owner, beside(bound, side)))
            return
        other = operand.fact
        of_other = scene.scope(other, who)
        given = scene.value(other, of_other)
        for value in (given, *self._planner.values.of(other)):
            if value is None or isinstance(value, str | frozenset):
                continue
            first = scene.put(other, of_other, value)
            wanted = beside(value, side)
            if first is not None and (fact.type is Type.DATE or can_be(fact, wanted)):
                yield from kept(first.put(name, owner, wanted))
