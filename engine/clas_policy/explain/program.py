"""A policy compiled once: the steps that fill the rows of a dossier, in the order of what needs what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from clas_policy.explain import amounts, conditions, logic
from clas_policy.explain.compiled import Formula, RunRange, Test
from clas_policy.explain.logic import Run
from clas_policy.explain.names import Names
from clas_policy.explain.ranges import NOTHING, Range, rounded, scale
from clas_policy.explain.slots import HELD, RANGE, STATUS, Cell, Layout, Row
from clas_policy.frozen import dataclass
from clas_policy.model import condition as c
from clas_policy.model.dossier import Dossier
from clas_policy.model.policy import AdmissibilityItem, Criterion, Deadline, Grant, Orientation, Policy, Weight
from clas_policy.model.truth import Truth

Step: TypeAlias = tuple[int, Run, int]
"""What one rule fills in: an index, what to put there, and the index of the rows (0: the dossier's own)."""


@dataclass(frozen=True, slots=True)
class CompiledCriterion:
    rule: Criterion
    cell: Cell
    requires: Test
    only_if: Test | None


@dataclass(frozen=True, slots=True)
class CompiledDeadline:
    """A deadline that has a fact; `opened` is the part whose failure means *early*."""

    rule: Deadline
    cell: Cell
    condition: Test
    opened: Test | None


@dataclass(frozen=True, slots=True)
class CompiledGrant:
    """A grant; `admission` are the items of its own entity, `capped` runs its formula and cap at one power."""

    rule: Grant
    cell: Cell
    admission: tuple[AdmissibilityItem, ...]
    requires: Test | None
    amount: Formula
    at_most: Formula | None
    accord: Cell | None


@dataclass(frozen=True, slots=True)
class CompiledOrientation:
    """An orientation; without a `requires`, the committee judges."""

    rule: Orientation
    cell: Cell
    requires: Test | None


class Program:
    """A policy ready to run on any dossier; it holds nothing of a dossier."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.layout = Layout(policy)
        self.names = Names(policy, self.layout)
        self.criteria: dict[str, CompiledCriterion] = {}
        self.deadlines: dict[str, CompiledDeadline] = {}
        self.grants: dict[str, CompiledGrant] = {}
        self.dossier_items = tuple(item for item in policy.admissibility if item.entity is None)
        self.orientations = {name: self._orientation(rule) for name, rule in policy.orientations.items()}
        self._steps: tuple[Step, ...] = tuple(self._compile())
        self.grants = {name: self.grants[name] for name in policy.grants}
        self.ambiguous = tuple(self._ambiguous())
        """The criteria with readings among which nobody has chosen, and their readings."""
        self.mandatory = tuple(
            orientation for orientation in self.orientations.values() if orientation.rule.weight is Weight.MANDATORY
        )
        self.accorded = tuple((grant, grant.accord) for grant in self.grants.values() if grant.accord is not None)
        """The grants that need an accord."""
        paid_by = {grant.funder for grant in policy.grants.values()}
        self.paying = tuple(funder for funder in policy.funders if funder in paid_by)
        """The funders that have a grant."""

    def _ambiguous(self) -> Iterator[tuple[CompiledCriterion, tuple[tuple[str, Run], ...]]]:
        for name, rule in self.policy.criteria.items():
            if isinstance(rule.requires, c.OpenReadings):
                criterion = self.criteria[name]
                readings = zip(rule.requires.readings, criterion.requires.parts, strict=True)
                yield criterion, tuple((reading.id, part.run) for reading, part in readings)

    def run(self, dossier: Dossier) -> Row:
        """The dossier's row, filled in; the rows of members hang in it."""
        layout = self.layout
        d = layout.row(None, dossier.facts)
        members = dossier.members
        for entity, at in layout.lists.items():
            given = members.get(entity)
            if given is None:
                d[at + 1] = [layout.row(entity, {})]
            else:
                d[at] = d[at + 1] = [
                    layout.row(entity, member.facts, number, member.id) for number, member in enumerate(given)
                ]
        for index, run, rows_at in self._steps:
            if rows_at:
                for row in d[rows_at]:
                    row[index] = run(d, row)
            else:
                d[index] = run(d, d)
        return d

    def _compile(self) -> Iterator[Step]:
        policy, admitted = self.policy, False
        for kind, name in policy.order:
            if kind == "criterion":
                yield self._step(policy.criteria[name].entity, *self._criterion(policy.criteria[name]))
            elif kind == "deadline":
                yield self._step(policy.deadlines[name].entity, *self._deadline(policy.deadlines[name]))
            else:
                if not admitted:
                    admitted = True
                    yield self._admission()
                yield self._step(policy.grants[name].entity, *self._grant(policy.grants[name]))
        if not admitted:
            yield self._admission()
        for orientation in self.orientations.values():
            if orientation.requires is not None:
                yield self._step(orientation.rule.entity, orientation.cell, orientation.requires.run)

    def _step(self, entity: str | None, cell: Cell, run: Run) -> Step:
        return cell.index, run, 0 if entity is None else self.layout.lists[entity] + 1

    def _admission(self) -> Step:
        """The dossier's admissibility: its items, and an unknown where the local conditions are not known."""
        cells = [self.layout.cell(item.name) for item in self.dossier_items]
        unknown: list[Run] = [] if self.policy.complete else [lambda _, __: None]
        return self.layout.admissibility, logic.conjunction(cells, unknown), 0

    def _test(self, node: c.Condition) -> Test:
        return conditions.compiled(node, self.names)

    def _criterion(self, rule: Criterion) -> tuple[Cell, Run]:
        requires = self._test(rule.requires)
        only_if = None if rule.only_if is None else self._test(rule.only_if)
        compiled = CompiledCriterion(rule, self.layout.cell(rule.name), requires, only_if)
        self.criteria[rule.name] = compiled
        return compiled.cell, requires.run if only_if is None else logic.only_if(only_if.run, requires.run)

    def _deadline(self, rule: Deadline) -> tuple[Cell, Run]:
        condition = self._test(rule.condition if rule.condition is not None else c.All(()))
        opened = None if rule.opened is None else self._test(rule.opened)
        compiled = CompiledDeadline(rule, self.layout.cell(rule.name), condition, opened)
        self.deadlines[rule.name] = compiled
        return compiled.cell, condition.run

    def _orientation(self, rule: Orientation) -> CompiledOrientation:
        requires = None if rule.requires is None else self._test(rule.requires)
        return CompiledOrientation(rule, self.layout.cell(rule.name), requires)

    def _grant(self, rule: Grant) -> tuple[Cell, Run]:
        grant = CompiledGrant(
            rule,
            self.layout.cell(rule.name),
            tuple(item for item in self.policy.admissibility if item.entity == rule.entity is not None),
            None if rule.requires is None else self._test(rule.requires),
            amounts.compiled(rule.amount, self.names),
            None if rule.at_most is None else amounts.compiled(rule.at_most, self.names),
            None if rule.accord is None else self.layout.cell(rule.accord),
        )
        self.grants[rule.name] = grant
        return grant.cell, _settled(grant, self._entitled(grant), paid_amount(grant))

    def _entitled(self, grant: CompiledGrant) -> Run:
        """The entitlement but for the accord."""
        cells = [Cell(of_member=False, index=self.layout.admissibility)]
        cells += [self.layout.cell(item.name) for item in grant.admission]
        requires = grant.requires
        if requires is None:
            return logic.conjunction(cells, ())
        parts = requires.parts if isinstance(requires.node, c.All) else (requires,)
        cells += [part.cell for part in parts if part.cell is not None]
        return logic.conjunction(cells, [part.run for part in parts if part.cell is None])


def capped(grant: CompiledGrant) -> tuple[int, RunRange, RunRange | None]:
    """The power of a grant's formula and cap together, and how both are run at it."""
    if grant.at_most is None:
        return grant.amount.power, grant.amount.run, None
    power = max(grant.amount.power, grant.at_most.power)
    return power, amounts.rescaled(grant.amount, power), amounts.rescaled(grant.at_most, power)


def paid_amount(grant: CompiledGrant) -> RunRange:
    """The amount of a grant in cents: the formula, capped, not below zero, rounded."""
    power, formula, cap = capped(grant)
    round_to = grant.rule.round_to
    unit = round_to * scale(power)
    if cap is None:

        def paid(d: Row, e: Row) -> Range:
            low, high = formula(d, e)
            least = rounded(low, None, unit, round_to)
            return least, least if low == high else rounded(high, None, unit, round_to)

        return paid

    def paid_capped(d: Row, e: Row) -> Range:
        low, high = formula(d, e)
        least, most = cap(d, e)
        return rounded(low, least, unit, round_to), rounded(high, most, unit, round_to)

    return paid_capped


def _settled(grant: CompiledGrant, entitled: Run, paid: RunRange) -> Run:
    """Fills in what stands beside a grant's entitlement, and gives the entitlement."""
    index, accord = grant.cell.index, grant.accord
    held_at, status_at, range_at = index + HELD, index + STATUS, index + RANGE

    def settled(d: Row, e: Row) -> Truth:
        entitlement = entitled(d, e)
        agreed: Truth = True
        if accord is not None:
            agreed = (e if accord.of_member else d)[accord.index]
            if agreed is False:
                entitlement = False
        if entitlement is False:
            e[held_at], e[status_at], e[range_at] = False, "refused", NOTHING
            return False
        amount = e[range_at] = paid(d, e)
        e[held_at] = entitlement if agreed is True else None
        if entitlement is None or amount[0] != amount[1]:
            e[status_at] = "undetermined"
        else:
            e[status_at] = "due" if agreed is True else "eligible"
        return entitlement

    return settled
