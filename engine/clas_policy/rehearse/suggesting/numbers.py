"""Ways to goals about amounts: known, unknown, or by a cent beside each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING, Final

from clas_policy.explain.compiled import Formula, Test
from clas_policy.model import amount as a
from clas_policy.model.references import of_amount
from clas_policy.model.truth import Truth
from clas_policy.rehearse.coverage.reach import step_of
from clas_policy.rehearse.coverage.watch import at_one_power, difference_of
from clas_policy.rehearse.suggesting.scene import Scene, Who
from clas_policy.rehearse.suggesting.ways import chain, kept

if TYPE_CHECKING:
    from clas_policy.rehearse.suggesting.planning import Planner

_STATUSES: Final = 3
"""The statuses of so many grants that an amount reads are varied together."""
Measured = Callable[[Scene], int | None]


class Numbers:
    """Goals about amounts."""

    def __init__(self, planner: Planner) -> None:
        self._planner = planner

    def known(self, scene: Scene, formulas: Iterable[Formula], who: Who) -> Iterator[Scene]:
        """The scene with amounts known: what they read is answered, for now."""
        found = scene
        for name, owner in self._facts(scene, [formula.node for formula in formulas], who):
            value = self._planner.values.of(name)[0]
            if found.value(name, owner) is None and value is not None:
                found = found.supposing(name, owner, value)
        yield found

    def unknown(self, scene: Scene, formula: Formula, who: Who) -> Iterator[Scene]:
        """The scenes in which something that an amount reads is unknown."""
        for name, owner in self._facts(scene, [formula.node], who):
            yield from kept(scene.put(name, owner, None))
        for name, owner in self._grants(scene, [formula.node], who):
            yield from self._planner.entitlements.status(scene, name, "undetermined", owner)

    def compared(self, scene: Scene, test: Test, want: Truth, who: Who) -> Iterator[Scene]:
        """The scenes in which a comparison of amounts has a truth."""
        if want is None:
            for formula in test.formulas:
                yield from self.unknown(scene, formula, who)
            return
        yield from self.seen(scene, test.formulas, who, lambda found: found.truth(test, who) is want)
        amount, *bounds = test.formulas
        for bound in bounds:
            for side in (0, -1, 1):
                yield from self.beside(scene, amount, bound, side, who)

    def seen(
        self, scene: Scene, formulas: Sequence[Formula], who: Who, holds: Callable[[Scene], bool]
    ) -> Iterator[Scene]:
        """The scenes in which something holds of amounts: by one number that they read, then by two."""
        nodes = [formula.node for formula in formulas]
        for here in self._varied(scene, nodes, formulas, who):
            if holds(here):
                yield here
            facts = [fact for fact in self._facts(here, nodes, who) if self._is_free(here, *fact)]
            for name, owner in facts:
                for value in self._planner.values.numbers(name):
                    found = here.put(name, owner, value)
                    if found is not None and holds(found):
                        yield found
            for (one, of_one), (two, of_two) in product(facts, facts):
                if (one, of_one) < (two, of_two) or one != two:
                    yield from self._by_two(here, (one, of_one), (two, of_two), holds)

    def _by_two(
        self, scene: Scene, one: tuple[str, Who], two: tuple[str, Who], holds: Callable[[Scene], bool]
    ) -> Iterator[Scene]:
        for value in self._planner.values.numbers(one[0]):
            first = scene.put(*one, value)
            for other in self._planner.values.numbers(two[0]) if first is not None else ():
                found = None if first is None else first.put(*two, other)
                if found is not None and holds(found):
                    yield found

    def beside(self, scene: Scene, amount: Formula, bound: Formula, side: int, who: Who) -> Iterator[Scene]:
        """The scenes in which an amount is beside another, by a number that they read, found by halving."""
        power, (run, limit) = at_one_power((amount, bound))
        difference = difference_of(run, limit, power)
        step = step_of((amount.node, bound.node), self._planner.policy)

        def measured(here: Scene) -> int | None:
            return difference(here.evaluation.d, here.row(who))

        window = {-1: (-step, -1), 0: (0, 0), 1: (1, step)}[side]
        nodes = [amount.node, bound.node]
        for here in self._varied(scene, nodes, (amount, bound), who):
            for name, owner in self._facts(here, nodes, who):
                if self._is_free(here, name, owner):
                    yield from self._solved(here, name, owner, measured, window)

    def _solved(
        self, scene: Scene, name: str, owner: Who, measured: Measured, window: tuple[int, int]
    ) -> Iterator[Scene]:
        """By halving between two tried numbers on whose sides the difference is on both sides of the window."""

        def at(value: int) -> tuple[Scene, int] | None:
            put = scene.put(name, owner, value)
            found = None if put is None else measured(put)
            return None if put is None or found is None else (put, found)

        last: tuple[int, int] | None = None
        current = measured(scene)
        if current is not None and window[0] <= current <= window[1]:
            yield scene
        for value in self._planner.values.numbers(name):
            tried = at(value)
            if tried is None:
                last = None
                continue
            found, difference = tried
            if window[0] <= difference <= window[1]:
                yield found
            elif last is not None and (last[1] < window[0]) != (difference < window[0]):
                yield from _halved(last, (value, difference), at, window)
            last = value, difference

    def _varied(
        self, scene: Scene, nodes: Sequence[a.Amount], formulas: Sequence[Formula], who: Who
    ) -> Iterator[Scene]:
        """The scene with its amounts known, then with the grants that they read due or refused."""
        yield from self.known(scene, formulas, who)
        grants = self._grants(scene, nodes, who)[:_STATUSES]
        for statuses in product(("due", "refused"), repeat=len(grants)):
            if not statuses:
                continue
            ways = [self._way(name, status, owner) for (name, owner), status in zip(grants, statuses, strict=True)]
            for found in chain(scene, ways):
                yield from self.known(found, formulas, who)
                break

    def _way(self, name: str, status: str, owner: Who) -> Callable[[Scene], Iterator[Scene]]:
        return lambda scene: self._planner.entitlements.status(scene, name, status, owner)

    def _is_free(self, scene: Scene, name: str, owner: Who) -> bool:
        fact = self._planner.policy.facts[name]
        return fact.type.is_number and fact.derivation is None and (name, owner) not in scene.pins

    def _facts(self, scene: Scene, nodes: Iterable[a.Amount], who: Who) -> list[tuple[str, Who]]:
        """The facts that amounts read, those of the grants that they name too, with who answers them."""
        found: dict[tuple[str, Who], None] = {}
        for name, owner in self._read(scene, nodes, who, "fact"):
            found[name, owner] = None
        for grant, owner in self._grants(scene, nodes, who):
            for name, own in self._read(scene, self._paid(grant), owner, "fact"):
                found[name, own] = None
        return list(found)

    def _grants(self, scene: Scene, nodes: Iterable[a.Amount], who: Who) -> list[tuple[str, Who]]:
        found: dict[tuple[str, Who], None] = {}
        pending = self._read(scene, nodes, who, "grant")
        while pending:
            grant = pending.pop(0)
            if grant not in found:
                found[grant] = None
                pending += self._read(scene, self._paid(grant[0]), grant[1], "grant")
        return list(found)

    def _paid(self, name: str) -> list[a.Amount]:
        grant = self._planner.policy.grants[name]
        return [grant.amount] if grant.at_most is None else [grant.amount, grant.at_most]

    def _read(self, scene: Scene, nodes: Iterable[a.Amount], who: Who, kind: str) -> list[tuple[str, Who]]:
        policy = self._planner.policy
        found: dict[tuple[str, Who], None] = {}
        for node in nodes:
            for reference in of_amount(node):
                if reference.kind == kind:
                    entity = (policy.facts if kind == "fact" else policy.grants)[reference.name].entity
                    owners = [None] if entity is None else [who] if who else [(entity, i) for i in scene.ids(entity)]
                    found.update(dict.fromkeys((reference.name, owner) for owner in owners))
        return list(found)


def _halved(
    start: tuple[int, int],
    end: tuple[int, int],
    at: Callable[[int], tuple[Scene, int] | None],
    window: tuple[int, int],
) -> Iterator[Scene]:
    (low, at_low), (high, _) = start, end
    rising = at_low < window[0]
    while high - low > 1:
        middle = (low + high) // 2
        tried = at(middle)
        if tried is None:
            return
        found, difference = tried
        if window[0] <= difference <= window[1]:
            yield found
            return
        if (difference < window[0]) == rising:
            low = middle
        else:
            high = middle
