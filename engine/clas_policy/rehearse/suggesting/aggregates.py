"""Ways to goals about the members of an entity: which of them meet a condition, how many, and what they sum to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from clas_policy.explain.compiled import Test
from clas_policy.model import condition as c
from clas_policy.model.truth import Truth
from clas_policy.reading.dossier_values import limits
from clas_policy.rehearse.suggesting.scene import Scene
from clas_policy.rehearse.suggesting.synthetic import answers
from clas_policy.rehearse.suggesting.ways import Way, chain, kept

if TYPE_CHECKING:
    from clas_policy.rehearse.suggesting.planning import Planner

_MOST: Final = 60
"""No search adds more members than that."""


class Aggregates:
    """Goals about members."""

    def __init__(self, planner: Planner) -> None:
        self._planner = planner

    def somebody(self, scene: Scene, entity: str) -> Iterator[Scene]:
        """The scene, with a member where it has none."""
        if scene.ids(entity):
            yield scene
        else:
            yield from kept(self.grown(scene, entity, 1))

    def grown(self, scene: Scene, entity: str, count: int) -> Scene | None:
        """With further members, each like the first one."""
        given = scene.members.get(entity, {}).values()
        pattern = next(iter(given), answers(self._planner.policy, entity))
        return scene.with_members(entity, [pattern] * count)

    def settled(self, scene: Scene, entity: str, requires: Test, want: Truth, *, settles: bool) -> Iterator[Scene]:
        """``some`` (settled by a member that meets) or ``every`` (by one that does not)."""
        if want is None:
            yield from self._vague(scene, entity, requires, settles=settles)
        elif want is settles:
            for here in self.somebody(scene, entity):
                for member in here.ids(entity):
                    yield from self._way(requires, settles, entity, member)(here)
        else:
            if entity in scene.members:
                yield from chain(scene, self._each(scene.ids(entity), entity, requires, not settles))
            yield from kept(scene.with_list(entity, {}))

    def _vague(self, scene: Scene, entity: str, requires: Test, *, settles: bool) -> Iterator[Scene]:
        for here in self.somebody(scene, entity):
            for member in here.ids(entity):
                others = [other for other in here.ids(entity) if other != member]
                ways = [self._way(requires, None, entity, member)]
                ways += [
                    self._way(requires, not settles, entity, other)
                    for other in others
                    if here.truth(requires, (entity, other)) is settles
                ]
                yield from chain(here, ways)
        yield from kept(scene.with_list(entity, None))

    def measured(self, scene: Scene, test: Test, want: Truth) -> Iterator[Scene]:
        """A count or a sum whose comparison has a truth."""
        node = test.node
        if not isinstance(node, c.Count | c.Sum):
            return
        if want is None:
            yield from self._vague_measure(scene, test, node)
            return
        for bound in (node.bounds.lower, node.bounds.upper):
            limit = None if bound is None else self._bound(scene, bound)
            for side in (0, -1, 1):
                if limit is not None:
                    yield from self.at_measure(scene, test, limit + side)

    def _vague_measure(self, scene: Scene, test: Test, node: c.Count | c.Sum) -> Iterator[Scene]:
        if isinstance(node, c.Sum):
            for here in self.somebody(scene, node.entity):
                for member in here.ids(node.entity):
                    yield from kept(here.put(node.fact, (node.entity, member), None))
        else:
            for bound in (node.bounds.lower, node.bounds.upper):
                limit = None if bound is None else self._bound(scene, bound)
                for met in (-1, 0):
                    if limit is not None and limit + met >= 0:
                        yield from self._exactly(scene, node.entity, test.parts[0], limit + met, 1)
        yield from kept(scene.with_list(node.entity, None))

    def _bound(self, scene: Scene, operand: c.Operand) -> int | None:
        value = scene.value(operand.fact, None) if isinstance(operand, c.FactValue) else None
        found = self._planner.policy.figure(operand) if value is None else value
        return found if isinstance(found, int) else None

    def at_measure(self, scene: Scene, test: Test, number: int) -> Iterator[Scene]:
        """The scenes in which a count or a sum is a number."""
        node = test.node
        if isinstance(node, c.Count) and number >= 0:
            yield from self._exactly(scene, node.entity, test.parts[0], number, 0)
        elif isinstance(node, c.Sum):
            yield from self._summing(scene, node, number)

    def beside(self, scene: Scene, test: Test, operand: c.Operand, side: int) -> Iterator[Scene]:
        """The scenes in which a count or a sum is beside a bound."""
        limit = self._bound(scene, operand)
        if limit is not None:
            yield from self.at_measure(scene, test, limit + side)
        elif isinstance(operand, c.FactValue):
            for value in self._planner.values.of(operand.fact):
                found = scene.put(operand.fact, None, value)
                if found is not None and isinstance(value, int):
                    yield from self.at_measure(found, test, value + side)

    def _exactly(self, scene: Scene, entity: str, requires: Test, met: int, vague: int) -> Iterator[Scene]:
        """So many members meet a condition, so many may, and no other does."""
        have = scene.ids(entity)
        here: Scene | None = scene
        if met + vague > _MOST:
            return
        if entity not in scene.members or len(have) < met + vague:
            here = self.grown(scene, entity, met + vague - len(have))
        if here is None:
            return
        ordered = sorted(here.ids(entity), key=lambda member: here.truth(requires, (entity, member)) is not True)
        groups = ordered[:met], ordered[met : met + vague], ordered[met + vague :]
        ways: list[Way] = []
        wants: tuple[Truth, ...] = (True, None, False)
        for group, want in zip(groups, wants, strict=True):
            ways += self._each(group, entity, requires, want)
        yield from chain(here, ways)
        kept_members = {member: facts for member, facts in here.members[entity].items() if member not in groups[2]}
        if groups[2]:
            fewer = scene.with_list(entity, kept_members)
            if fewer is not None:
                yield from chain(fewer, ways[: met + vague])

    def _summing(self, scene: Scene, node: c.Sum, number: int) -> Iterator[Scene]:
        entity, fact = node.entity, self._planner.policy.facts[node.fact]
        lowest, highest = limits(fact)
        if number == 0:
            yield from kept(scene.with_list(entity, {}))
        least = max(lowest, 0)
        for count in range(_MOST):
            here = scene if count == 0 and scene.ids(entity) else self.grown(scene, entity, max(count, 1))
            if here is None:
                return
            members = here.ids(entity)
            for spread in (False, True):
                values = [here.value(fact.name, (entity, member)) for member in members]
                known = [least if spread or not isinstance(value, int) else value for value in values]
                for place in range(len(members)):
                    left = number - (sum(known) - known[place])
                    if lowest <= left <= highest:
                        yield from self._given(here, fact.name, entity, [*known[:place], left, *known[place + 1 :]])
            if number <= highest * len(members):
                yield from self._given(here, fact.name, entity, _filled(number, len(members), least, highest))
                return

    def _given(self, scene: Scene, fact: str, entity: str, values: Iterable[int]) -> Iterator[Scene]:
        found: Scene | None = scene
        for member, value in zip(scene.ids(entity), values, strict=True):
            found = None if found is None else found.put(fact, (entity, member), value)
        yield from kept(found)

    def _each(self, members: Iterable[str], entity: str, requires: Test, want: Truth) -> list[Way]:
        return [self._way(requires, want, entity, member) for member in members]

    def _way(self, requires: Test, want: Truth, entity: str, member: str) -> Way:
        return self._planner.conditions.way(requires, want, (entity, member))


def _filled(number: int, count: int, least: int, highest: int) -> list[int]:
    """`count` values that sum to `number` where such are, the first ones the greatest."""
    values, left = [], number
    for place in range(count):
        value = max(least, min(highest, left - least * (count - place - 1)))
        values.append(value)
        left -= value
    return values
