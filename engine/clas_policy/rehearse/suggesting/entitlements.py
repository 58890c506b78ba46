"""Ways to goals about grants, admissibility and outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from clas_policy.explain.compiled import Formula, Test
from clas_policy.explain.program import CompiledGrant
from clas_policy.explain.slots import STATUS
from clas_policy.model import condition as c
from clas_policy.model.policy import AdmissibilityItem
from clas_policy.model.truth import Truth
from clas_policy.rehearse.suggesting.scene import Scene, Who
from clas_policy.rehearse.suggesting.ways import Way, chain, kept

if TYPE_CHECKING:
    from clas_policy.rehearse.suggesting.planning import Planner


class Entitlements:
    """Goals about what a dossier is entitled to."""

    def __init__(self, planner: Planner) -> None:
        self._planner = planner

    def status(self, scene: Scene, name: str, want: str, who: Who) -> Iterator[Scene]:
        """The scenes in which a grant has a status."""
        grant = self._planner.program.grants[name]
        who = who if grant.rule.entity else None
        for here in kept(scene.keeping(who)):
            for found in self._towards(here, grant, want, who):
                if found.row(who)[grant.cell.index + STATUS] == want:
                    yield found

    def _towards(self, scene: Scene, grant: CompiledGrant, want: str, who: Who) -> Iterator[Scene]:
        conditions, parts = self._planner.conditions, self._parts(grant)
        if want == "refused":
            yield from conditions.all_of(scene, parts, False, who)
            yield from self._agreed(scene, grant, who, agreed=False)
        elif want == "undetermined":
            for agreed in self._not_disagreed(scene, grant, who):
                yield from conditions.all_of(agreed, parts, None, who)
                ways = [conditions.not_false(part, who) for part in parts]
                for entitled in chain(agreed, ways):
                    yield entitled
                    for formula in self._formulas(grant):
                        yield from self._planner.numbers.unknown(entitled, formula, who)
        else:
            for agreed in self._agreed(scene, grant, who, agreed=True if want == "due" else None):
                for entitled in conditions.all_of(agreed, parts, True, who):
                    yield from self._planner.numbers.known(entitled, self._formulas(grant), who)

    def held(self, scene: Scene, name: str, want: Truth, who: Who) -> Iterator[Scene]:
        """The scenes in which a grant, named in a condition, has a truth."""
        grant = self._planner.program.grants[name]
        who = who if grant.rule.entity else None
        for here in kept(scene.keeping(who)):
            yield from self._held(here, grant, want, who)

    def _held(self, scene: Scene, grant: CompiledGrant, want: Truth, who: Who) -> Iterator[Scene]:
        conditions, parts = self._planner.conditions, self._parts(grant)
        if want is False:
            yield from conditions.all_of(scene, parts, False, who)
            yield from self._agreed(scene, grant, who, agreed=False)
        elif want is True:
            for agreed in self._agreed(scene, grant, who, agreed=True):
                yield from conditions.all_of(agreed, parts, True, who)
        else:
            for agreed in self._not_disagreed(scene, grant, who):
                yield from conditions.all_of(agreed, parts, None, who)
            if grant.accord is not None:
                for awaited in self._agreed(scene, grant, who, agreed=None):
                    yield from chain(awaited, [conditions.not_false(part, who) for part in parts])

    def paid(self, grant: CompiledGrant, who: Who) -> Way:
        """Where a grant is not refused."""

        def way(scene: Scene) -> Iterator[Scene]:
            member = who if grant.rule.entity else None
            index = grant.cell.index + STATUS
            here = scene.keeping(member)
            if here is None or here.row(member)[index] != "refused":
                yield from kept(here)
                return
            ways = [self._planner.conditions.not_false(part, member) for part in self._parts(grant)]
            for agreed in self._not_disagreed(here, grant, member):
                for found in chain(agreed, ways):
                    if found.row(member)[index] != "refused":
                        yield found

        return way

    def outcome(self, scene: Scene, want: Truth) -> Iterator[Scene]:
        """The scenes in which the dossier has an outcome."""
        items = [self._planner.compiled(item.condition) for item in self._planner.program.dossier_items]
        conditions = self._planner.conditions
        yield from conditions.all_of(scene, items, want, None)
        yield from chain(scene, [conditions.not_false(item, None) for item in items])

    def _parts(self, grant: CompiledGrant) -> tuple[Test, ...]:
        items: tuple[AdmissibilityItem, ...] = (*self._planner.program.dossier_items, *grant.admission)
        parts = [self._planner.compiled(item.condition) for item in items]
        return (*parts, *self._requires(grant))

    def _requires(self, grant: CompiledGrant) -> tuple[Test, ...]:
        if grant.requires is None:
            return ()
        return grant.requires.parts if isinstance(grant.requires.node, c.All) else (grant.requires,)

    def _formulas(self, grant: CompiledGrant) -> tuple[Formula, ...]:
        return (grant.amount,) if grant.at_most is None else (grant.amount, grant.at_most)

    def _agreed(self, scene: Scene, grant: CompiledGrant, who: Who, *, agreed: Truth) -> Iterator[Scene]:
        accord = grant.rule.accord
        if accord is None:
            if agreed is True:
                yield scene
            return
        yield from kept(scene.put(accord, scene.scope(accord, who), agreed))

    def _not_disagreed(self, scene: Scene, grant: CompiledGrant, who: Who) -> Iterator[Scene]:
        accord = grant.rule.accord
        if accord is None or scene.value(accord, scene.scope(accord, who)) is not False:
            yield scene
        else:
            yield from self._agreed(scene, grant, who, agreed=True)
            yield from self._agreed(scene, grant, who, agreed=None)
