"""The conditions of a policy, each with the entity that it is of: what the rules of a layer say, part by part."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TypeAlias, assert_never

from clas_policy.frozen import dataclass
from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.policy import Criterion, Deadline, Grant, Orientation, Policy
from clas_policy.model.references import Reference, amounts_in, of_amount, of_condition, parts_of

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
    admitted = [name for item in policy.admissibility for name in of_condition(item.condition)]
    for grant in policy.grants.values():
        own = chain(of_condition(grant.requires), of_amount(grant.amount), of_amount(grant.at_most))
        yield Reference("grant", grant.name), chain(admitted, own)


def choices(rule: Rule) -> Iterator[a.FirstMatch]:
    """Where the amounts of a rule depend on which condition is met first."""
    if isinstance(rule, Grant):
        for node in chain(amounts_in(rule.amount), amounts_in(rule.at_most)):
            if isinstance(node, a.FirstMatch):
                yield node


def parts(placed: Placed) -> tuple[Placed, ...]:
    """What a condition is made of, one level down."""
    node = placed.node
    entity = node.entity if isinstance(node, c.Every | c.Some | c.Count) else placed.entity
    return tuple(Placed(part, entity) for part in parts_of(node))
