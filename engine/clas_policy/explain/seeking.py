"""What an undecided condition or amount depends on: a walk through undecided nodes only, compiled like them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias, assert_never

from clas_policy.explain.compiled import Formula, Test
from clas_policy.explain.program import CompiledGrant, Program
from clas_policy.explain.slots import OUTSIDE, POSITION, RANGE, Row
from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.fact import Fact

Key: TypeAlias = tuple[int, int]
"""Something unknown: its rank (lists, then facts, then figures, each in the order of the policy) and the position of
the member that it is asked of."""
Keys: TypeAlias = set[Key]
Memo: TypeAlias = dict[Key, Keys]
Seek: TypeAlias = Callable[[Row, Row, Keys, Memo], None]
"""Adds what an undecided node depends on; called only where it is undecided."""
Reach: TypeAlias = Callable[[Row, Row, Memo], Keys]
"""What an undecided rule depends on, found once for each row that it has a result in; not to be changed."""

READINGS: Final = -1
"""The rank that says that readings differ; nothing is asked for it."""


class Seekers:
    """The walks of a program, each compiled when it is first taken."""

    def __init__(self, program: Program) -> None:
        self._program = program
        policy = program.policy
        self.lists = {entity: rank for rank, entity in enumerate(policy.entities)}
        self.facts = {name: rank for rank, name in enumerate(policy.facts, start=len(self.lists))}
        first = len(self.lists) + len(self.facts)
        self.parameters = {name: rank for rank, name in enumerate(policy.parameters, start=first)}
        self._accords = {grant.accord for grant in policy.grants.values()}
        self._rules: dict[str, Seek] = {}
        self._numbers: dict[str, int] = {}

    def admissibility(self) -> Reach:
        """What the dossier's own admissibility depends on."""
        return self._named("", self._admissibility, of_member=False)

    def condition(self, test: Test) -> Seek:
        node = test.node
        match node:
            case c.FactIsTrue(fact=name) | c.OneOf(fact=name) | c.Includes(fact=name) | c.Only(fact=name):
                return self._fact(name)
            case c.Within(fact=name, bounds=bounds):
                return _each([self._fact(name), *self._bounds(bounds)])
            case c.CriterionMet(criterion=name) | c.DeadlineMet(deadline=name):
                return _from(self.rule(name))
            case c.GrantEntitled(grant=name):
                return _from(self._entitlement_of(name))
            case c.Not() | c.All() | c.AnyOf() | c.AtLeast():
                return self._undecided(test.parts)
            case c.AmountWithin():
                return self._ranges(test.formulas)
            case c.Every(entity=entity) | c.Some(entity=entity):
                return self._members(entity, self._undecided(test.parts))
            case c.Count(entity=entity, bounds=bounds):
                return _each([self._members(entity, self._undecided(test.parts)), *self._bounds(bounds)])
            case c.Sum(fact=name, entity=entity, bounds=bounds):
                return _each([self._members(entity, self._fact(name)), *self._bounds(bounds)])
            case c.OpenReadings():
                return self._readings(test)
            case _:
                assert_never(node)

    def amount(self, formula: Formula) -> Seek:
        node = formula.node
        match node:
            case c.Literal() | c.ParameterValue() | c.FactValue():
                return self._operand(node)
            case a.GrantAmount(grant=name) | a.IfGranted(grant=name):
                return _from(self.grant(name))
            case a.Share(rate=rate):
                return _each([self._operand(rate), self._ranges(formula.parts)])
            case a.Add() | a.Minus() | a.Smallest() | a.Largest():
                return self._ranges(formula.parts)
            case a.FirstMatch():
                return self._cases(formula)
            case a.Total(grant=name, entity=entity):
                return self._members(entity, _from(self.grant(name)))
            case _:
                assert_never(node)

    def rule(self, name: str) -> Reach:
        """What an unknown criterion, deadline or orientation depends on."""
        return self._named(name, lambda: self._rule(name), of_member=self._program.layout.cell(name).of_member)

    def _rule(self, name: str) -> Seek:
        deadline = self._program.deadlines.get(name)
        if deadline is not None:
            return self.condition(deadline.condition)
        orientation = self._program.orientations.get(name)
        if orientation is not None:
            return _each(()) if orientation.requires is None else self.condition(orientation.requires)
        criterion = self._program.criteria[name]
        if criterion.only_if is None:
            return self.condition(criterion.requires)
        return self._undecided((criterion.only_if, criterion.requires))

    def _entitlement_of(self, name: str) -> Reach:
        """What an undecided entitlement depends on; nothing where only its accord is open."""
        grant = self._program.grants[name]
        return self._named(f"{name} entitlement", lambda: self._entitlement(grant), of_member=grant.cell.of_member)

    def _admissibility(self) -> Seek:
        return self._unknown_rules(item.name for item in self._program.dossier_items)

    def _entitlement(self, grant: CompiledGrant) -> Seek:
        admission, admissible = _from(self.admissibility()), self._program.layout.admissibility
        own = self._unknown_rules(item.name for item in grant.admission)
        requires = self._undecided(() if grant.requires is None else (grant.requires,))
        entitled = grant.cell

        def seek(d: Row, e: Row, keys: Keys, memo: Memo) -> None:
            if e[entitled.index] is None:
                if d[admissible] is None:
                    admission(d, d, keys, memo)
                own(d, e, keys, memo)
                requires(d, e, keys, memo)

        return seek

    def grant(self, name: str) -> Reach:
        """What an undetermined grant depends on: its entitlement, and its amount where that is a range."""
        grant = self._program.grants[name]
        return self._named(name, lambda: self._grant(grant), of_member=grant.cell.of_member)

    def _grant(self, grant: CompiledGrant) -> Seek:
        entitlement = self._entitlement(grant)
        range_at = grant.cell.index + RANGE
        amount = self._ranges(part for part in (grant.amount, grant.at_most) if part is not None)

        def seek(d: Row, e: Row, keys: Keys, memo: Memo) -> None:
            entitlement(d, e, keys, memo)
            low, high = e[range_at]
            if low != high:
                amount(d, e, keys, memo)

        return seek

    def _named(self, name: str, compiled: Callable[[], Seek], *, of_member: bool) -> Reach:
        """The walk of a rule, compiled when it is first taken."""
        number = self._numbers.setdefault(name, len(self._numbers))

        def reach(d: Row, e: Row, memo: Memo) -> Keys:
            row = e if of_member else d
            at = (number, row[POSITION])
            found = memo.get(at)
            if found is None:
                seek = self._rules.get(name)
                if seek is None:
                    seek = self._rules[name] = compiled()
                found = memo[at] = set()
                seek(d, row, found, memo)
            return found

        return reach

    def _fact(self, name: str) -> Seek:
        """The fact if it is unknown; of a derived one, what it reads, or itself where that is all known."""
        fact = self._program.policy.facts[name]
        if fact.derivation is None:
            return self._asked(fact)
        itself, cell = self._asked(fact), self._program.layout.cell(name)
        reads = _each([self._fact(read) for read in fact.derivation.reads])

        def seek(d: Row, e: Row, keys: Keys, memo: Memo) -> None:
            if (e if cell.of_member else d)[cell.index] is None:
                asked: Keys = set()
                reads(d, e, asked, memo)
                if not asked:
                    itself(d, e, asked, memo)
                keys |= asked

        return seek

    def _asked(self, fact: Fact) -> Seek:
        if fact.name in self._accords:
            return _each(())  # nobody can answer it but who gives it: it is awaited, not missing
        index, rank = self._program.layout.cell(fact.name).index, self.facts[fact.name]
        if fact.entity is None:
            of_dossier = (rank, OUTSIDE)

            def seek_in_dossier(d: Row, _: Row, keys: Keys, __: Memo) -> None:
                if d[index] is None:
                    keys.add(of_dossier)

            return seek_in_dossier
        absent = (self.lists[fact.entity], OUTSIDE)

        def seek_in_member(_: Row, e: Row, keys: Keys, __: Memo) -> None:
            if e[index] is None:
                position = e[POSITION]
                keys.add(absent if position == OUTSIDE else (rank, position))

        return seek_in_member

    def _operand(self, operand: c.Operand) -> Seek:
        match operand:
            case c.Literal():
                return _each(())
            case c.FactValue(fact=name):
                return self._fact(name)
            case c.ParameterValue(parameter=name):
                if self._program.policy.parameters[name].value is not None:
                    return _each(())
                key = (self.parameters[name], OUTSIDE)
                return lambda _, __, keys, ___: keys.add(key)
            case _:
                assert_never(operand)

    def _bounds(self, bounds: c.Bounds[c.Operand]) -> list[Seek]:
        return [self._operand(operand) for operand in (bounds.lower, bounds.upper) if operand is not None]

    def _undecided(self, tests: Iterable[Test]) -> Seek:
        walks = [(test.run, self.condition(test)) for test in tests]

        def seek(d: Row, e: Row, keys: Keys, memo: Memo) -> None:
            for run, walk in walks:
                if run(d, e) is None:
                    walk(d, e, keys, memo)

        return seek

    def _unknown_rules(self, names: Iterable[str]) -> Seek:
        walks = [(self._program.layout.cell(name), _from(self.rule(name))) for name in names]

        def seek(d: Row, e: Row, keys: Keys, memo: Memo) -> None:
            for cell, walk in walks:
                if (e if cell.of_member else d)[cell.index] is None:
                    walk(d, e, keys, memo)

        return seek

    def _ranges(self, formulas: Iterable[Formula]) -> Seek:
        walks = [(formula.run, self.amount(formula)) for formula in formulas]

        def seek(d: Row, e: Row, keys: Keys, memo: Memo) -> None:
            for run, walk in walks:
                low, high = run(d, e)
                if low != high:
                    walk(d, e, keys, memo)

        return seek

    def _cases(self, formula: Formula) -> Seek:
        tests = [(test.run, self.condition(test)) for test in formula.tests]
        amounts = [(part.run, self.amount(part)) for part in formula.parts]

        def seek(d: Row, e: Row, keys: Keys, memo: Memo) -> None:
            for number, (run, walk) in enumerate(amounts):
                if number < len(tests):
                    matches = tests[number][0](d, e)
                    if matches is False:
                        continue
                    if matches is None:
                        tests[number][1](d, e, keys, memo)
                else:
                    matches = True
                low, high = run(d, e)
                if low != high:
                    walk(d, e, keys, memo)
                if matches is True:
                    return

        return seek

    def _members(self, entity: str, walk: Seek) -> Seek:
        rows_at, absent = self._program.layout.lists[entity], (self.lists[entity], OUTSIDE)

        def seek(d: Row, _: Row, keys: Keys, memo: Memo) -> None:
            rows = d[rows_at]
            if rows is None:
                keys.add(absent)
            else:
                for row in rows:
                    walk(d, row, keys, memo)

        return seek

    def _readings(self, test: Test) -> Seek:
        runs, parts = [part.run for part in test.parts], self._undecided(test.parts)

        def seek(d: Row, e: Row, keys: Keys, memo: Memo) -> None:
            if len({run(d, e) for run in runs}) > 1:
                keys.add((READINGS, OUTSIDE))
            parts(d, e, keys, memo)

        return seek


def _from(reach: Reach) -> Seek:
    def seek(d: Row, e: Row, keys: Keys, memo: Memo) -> None:
        keys |= reach(d, e, memo)

    return seek


def _each(walks: Iterable[Seek]) -> Seek:
    several = tuple(walks)
    if len(several) == 1:
        return several[0]

    def seek(d: Row, e: Row, keys: Keys, memo: Memo) -> None:
        for walk in several:
            walk(d, e, keys, memo)

    return seek
