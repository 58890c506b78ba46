"""Which names an expression reads: one walk over the closed unions, for graphs, indexes and checks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any, TypeAlias, assert_never

from clas_policy.frozen import dataclass
from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.policy import Criterion, Deadline, Grant, Orientation, Policy

Rule: TypeAlias = Criterion | Deadline | Grant | Orientation


@dataclass(frozen=True, slots=True)
class Reference:
    """One name read: `kind` is ``fact``, ``parameter``, ``criterion``, ``deadline``, ``grant`` or ``entity``."""

    kind: str
    name: str


def of_operand(operand: c.Operand | None) -> Iterator[Reference]:
    match operand:
        case None | c.Literal():
            return
        case c.ParameterValue(parameter=name):
            yield Reference("parameter", name)
        case c.FactValue(fact=name):
            yield Reference("fact", name)
        case _:
            assert_never(operand)


def of_condition(node: c.Condition | None) -> Iterator[Reference]:
    """The names that a condition reads, in the order it writes them."""
    match node:
        case None:
            return
        case c.FactIsTrue(fact=name) | c.OneOf(fact=name) | c.Includes(fact=name) | c.Only(fact=name):
            yield Reference("fact", name)
        case c.CriterionMet(criterion=name):
            yield Reference("criterion", name)
        case c.DeadlineMet(deadline=name):
            yield Reference("deadline", name)
        case c.GrantEntitled(grant=name):
            yield Reference("grant", name)
        case c.Not(item=item):
            yield from of_condition(item)
        case c.All(items=items) | c.AnyOf(items=items) | c.AtLeast(items=items):
            for item in items:
                yield from of_condition(item)
        case c.Within(fact=name, bounds=bounds):
            yield Reference("fact", name)
            yield from of_operand(bounds.lower)
            yield from of_operand(bounds.upper)
        case c.AmountWithin(amount=amount, bounds=limits):
            yield from of_amount(amount)
            yield from of_amount(limits.lower)
            yield from of_amount(limits.upper)
        case c.Every(entity=entity, requires=inner) | c.Some(entity=entity, requires=inner):
            yield Reference("entity", entity)
            yield from of_condition(inner)
        case c.Count(entity=entity, requires=inner, bounds=bounds):
            yield Reference("entity", entity)
            yield from of_condition(inner)
            yield from of_operand(bounds.lower)
            yield from of_operand(bounds.upper)
        case c.Sum(fact=name, entity=entity, bounds=bounds):
            yield Reference("entity", entity)
            yield Reference("fact", name)
            yield from of_operand(bounds.lower)
            yield from of_operand(bounds.upper)
        case c.OpenReadings(readings=readings):
            for reading in readings:
                yield from of_condition(reading.requires)
        case _:
            assert_never(node)


def of_amount(node: a.Amount | None) -> Iterator[Reference]:
    """The names that an amount reads, in the order it writes them."""
    match node:
        case None:
            return
        case c.Literal() | c.ParameterValue() | c.FactValue():
            yield from of_operand(node)
        case a.GrantAmount(grant=name) | a.IfGranted(grant=name):
            yield Reference("grant", name)
        case a.Share(rate=rate, of=base, counted_up_to=ceiling):
            yield from of_operand(rate)
            yield from of_amount(base)
            yield from of_amount(ceiling)
        case a.Add(items=items) | a.Smallest(items=items) | a.Largest(items=items):
            for item in items:
                yield from of_amount(item)
        case a.Minus(amount=amount, less=less):
            yield from of_amount(amount)
            yield from of_amount(less)
        case a.FirstMatch(cases=cases, otherwise=otherwise):
            for case in cases:
                yield from of_condition(case.when)
                yield from of_amount(case.then)
            yield from of_amount(otherwise)
        case a.Total(grant=name, entity=entity):
            yield Reference("entity", entity)
            yield Reference("grant", name)
        case _:
            assert_never(node)


def rules_of(policy: Policy) -> Iterator[Rule]:
    """All rules of a policy, kind by kind."""
    for rules in (policy.criteria, policy.deadlines, policy.grants, policy.orientations):
        yield from rules.values()


def of_rule(rule: Rule) -> Iterator[Reference]:
    """The names that the conditions and amounts of a rule read."""
    match rule:
        case Criterion():
            yield from of_condition(rule.only_if)
            yield from of_condition(rule.requires)
        case Deadline():
            yield from of_condition(rule.condition)
        case Grant():
            yield from of_condition(rule.requires)
            yield from of_amount(rule.amount)
            yield from of_amount(rule.at_most)
        case Orientation():
            yield from of_condition(rule.requires)
        case _:
            assert_never(rule)


def parts_of(node: c.Condition) -> tuple[c.Condition, ...]:
    """The conditions that a condition is made of, one level down; of amounts that are compared, none."""
    match node:
        case c.Not(item=item):
            return (item,)
        case c.All(items=items) | c.AnyOf(items=items) | c.AtLeast(items=items):
            return items
        case c.Every(requires=inner) | c.Some(requires=inner) | c.Count(requires=inner):
            return (inner,)
        case c.OpenReadings(readings=readings):
            return tuple(reading.requires for reading in readings)
        case (
            c.FactIsTrue()
            | c.CriterionMet()
            | c.DeadlineMet()
            | c.GrantEntitled()
            | c.Within()
            | c.OneOf()
            | c.Includes()
            | c.Only()
            | c.AmountWithin()
            | c.Sum()
        ):
            return ()
        case _:
            assert_never(node)


def amounts_in(node: a.Amount | None) -> Iterator[a.Amount]:
    """An amount, then all that it is made of, at any depth: neither rates, nor what its conditions compare."""
    match node:
        case None:
            return
        case c.Literal() | c.ParameterValue() | c.FactValue() | a.GrantAmount() | a.IfGranted() | a.Total():
            inner: tuple[a.Amount | None, ...] = ()
        case a.Share(of=base, counted_up_to=ceiling):
            inner = (base, ceiling)
        case a.Add(items=items) | a.Smallest(items=items) | a.Largest(items=items):
            inner = items
        case a.Minus(amount=amount, less=less):
            inner = (amount, less)
        case a.FirstMatch(cases=cases, otherwise=otherwise):
            inner = (*(case.then for case in cases), otherwise)
        case _:
            assert_never(node)
    yield node
    for part in inner:
        yield from amounts_in(part)


def bounds_of(node: c.Condition) -> Iterator[c.Bounds[Any]]:
    """The intervals that stand in a condition, at any depth, inside amounts too; not those of other criteria."""
    if isinstance(node, c.Within | c.Count | c.Sum | c.AmountWithin):
        yield node.bounds
    for part in chain(parts_of(node), *map(conditions_in, compared(node))):
        yield from bounds_of(part)


def compared(node: c.Condition) -> tuple[a.Amount, ...]:
    """The amounts that a comparison of amounts is made of; nothing of other conditions."""
    if not isinstance(node, c.AmountWithin):
        return ()
    return tuple(amount for amount in (node.amount, node.bounds.lower, node.bounds.upper) if amount is not None)


def conditions_in(node: a.Amount | None) -> Iterator[c.Condition]:
    """The conditions that stand in an amount, at any depth."""
    for part in amounts_in(node):
        if isinstance(part, a.FirstMatch):
            yield from (case.when for case in part.cases)


def conditions_of(rule: Rule) -> Iterator[c.Condition]:
    """The conditions that a rule writes, whole; not those in its amounts."""
    match rule:
        case Criterion():
            yield rule.requires
            if rule.only_if is not None:
                yield rule.only_if
        case Deadline():
            yield from (extension.when for extension in rule.extensions)
        case Grant() | Orientation():
            if rule.requires is not None:
                yield rule.requires
        case _:
            assert_never(rule)


def intervals_of(rule: Rule) -> Iterator[c.Bounds[Any]]:
    """The intervals that a rule writes, in its conditions and in those of its amounts."""
    amounts = (rule.amount, rule.at_most) if isinstance(rule, Grant) else ()
    for node in chain(conditions_of(rule), *map(conditions_in, amounts)):
        yield from bounds_of(node)
