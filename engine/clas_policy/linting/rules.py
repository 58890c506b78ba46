"""The conditions of a policy, each with the entity that it is of: what the rules of a layer say, part by part."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TypeAlias, assert_never

from clas_policy.frozen import dataclass
from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.policy import Criterion, Deadline, Grant, Orientation, Policy
from clas_policy.model.references import Reference, of_amount, of_condition

Rule: TypeAlias = Criterion | Deadline | Grant | Orientation


@dataclass(frozen=True, slots=True)
class Placed:
    """A condition, of each member of an entity or (None) of the dossier."""

    node: c.Condition
    entity: str | None


def own_rules(policy: Policy) -> Iterator[Rule]:
    """The rules that the last layer of a policy wrote."""
    bottom = policy.layers[-1].id
    every: Iterator[Rule] = (
        rule
        for rules in (policy.criteria, policy.deadlines, policy.grants, policy.orientations)
        for rule in rules.values()
    )
    return (rule for rule in every if rule.origin.layer == bottom)


def conditions(rule: Rule) -> Iterator[Placed]:
    """The conditions that a rule writes, whole; not those in its amounts."""
    match rule:
        case Criterion():
            yield Placed(rule.requires, rule.entity)
            if rule.only_if is not None:
                yield Placed(rule.only_if, rule.entity)
        case Deadline():
            yield from (Placed(extension.when, rule.entity) for extension in rule.extensions)
        case Grant() | Orientation():
            if rule.requires is not None:
                yield Placed(rule.requires, rule.entity)
        case _:
            assert_never(rule)


def unsettled(policy: Policy) -> frozenset[Reference]:
    """The parameters without a value, and every rule that reads one, by itself or through another rule."""
    found = {Reference("parameter", name) for name, one in policy.parameters.items() if one.value is None}
    reads = {reference: frozenset(names) for reference, names in _reads(policy)}
    while more := {rule for rule, names in reads.items() if rule not in found and not found.isdisjoint(names)}:
        found |= more
    return frozenset(found)


def _reads(policy: Policy) -> Iterator[tuple[Reference, Iterator[Reference]]]:
    for criterion in policy.criteria.values():
        names = chain(of_condition(criterion.requires), of_condition(criterion.only_if))
        yield Reference("criterion", criterion.name), names
    for deadline in policy.deadlines.values():
        yield Reference("deadline", deadline.name), of_condition(deadline.condition)
    admitted = [Reference("deadline" if item.is_deadline else "criterion", item.name) for item in policy.admissibility]
    for grant in policy.grants.values():
        own = chain(of_condition(grant.requires), of_amount(grant.amount), of_amount(grant.at_most))
        yield Reference("grant", grant.name), chain(admitted, own)


def choices(rule: Rule) -> Iterator[a.FirstMatch]:
    """Where the amounts of a rule depend on which condition is met first."""
    if isinstance(rule, Grant):
        yield from _choices(rule.amount)
        yield from _choices(rule.at_most)


def _choices(node: a.Amount | None) -> Iterator[a.FirstMatch]:
    match node:
        case None | c.Literal() | c.ParameterValue() | c.FactValue() | a.GrantAmount() | a.IfGranted() | a.Total():
            return
        case a.Share(of=base, counted_up_to=ceiling):
            yield from _choices(base)
            yield from _choices(ceiling)
        case a.Add(items=items) | a.Smallest(items=items) | a.Largest(items=items):
            for item in items:
                yield from _choices(item)
        case a.Minus(amount=amount, less=less):
            yield from _choices(amount)
            yield from _choices(less)
        case a.FirstMatch(cases=cases, otherwise=otherwise):
            yield node
            for case in cases:
                yield from _choices(case.then)
            yield from _choices(otherwise)
        case _:
            assert_never(node)


def parts(placed: Placed) -> tuple[Placed, ...]:
    """What a condition is made of, one level down."""
    node, entity = placed.node, placed.entity
    match node:
        case c.Not(item=item):
            return (Placed(item, entity),)
        case c.All(items=items) | c.AnyOf(items=items) | c.AtLeast(items=items):
            return tuple(Placed(item, entity) for item in items)
        case (
            c.Every(entity=of, requires=inner) | c.Some(entity=of, requires=inner) | c.Count(entity=of, requires=inner)
        ):
            return (Placed(inner, of),)
        case c.OpenReadings(readings=readings):
            return tuple(Placed(reading.requires, entity) for reading in readings)
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
