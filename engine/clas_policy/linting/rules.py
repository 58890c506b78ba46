"""The conditions of a policy, each with the entity that it is of: what the rules of a layer say, part by part."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from clas_policy.frozen import dataclass
from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.policy import Grant, Policy
from clas_policy.model.references import (
    Reference,
    Rule,
    amounts_in,
    compared,
    conditions_of,
    of_condition,
    of_rule,
    parts_of,
    rules_of,
)


@dataclass(frozen=True, slots=True)
class Placed:
    """A condition, of each member of an entity or (None) of the dossier."""

    node: c.Condition
    entity: str | None


def own_rules(policy: Policy) -> Iterator[Rule]:
    """The rules that the last layer of a policy wrote."""
    bottom = policy.layers[-1].id
    return (rule for rule in rules_of(policy) if rule.origin.layer == bottom)


def conditions(rule: Rule) -> Iterator[Placed]:
    """The conditions that a rule writes, whole; not those in its amounts."""
    return (Placed(node, rule.entity) for node in conditions_of(rule))


def unsettled(policy: Policy) -> frozenset[Reference]:
    """The parameters without a value, and every rule that reads one, by itself or through another rule."""
    found = {Reference("parameter", name) for name, one in policy.parameters.items() if one.value is None}
    reads = {reference: frozenset(names) for reference, names in _reads(policy)}
    while more := {rule for rule, names in reads.items() if rule not in found and not found.isdisjoint(names)}:
        found |= more
    return frozenset(found)


def _reads(policy: Policy) -> Iterator[tuple[Reference, Iterator[Reference]]]:
    for criterion in policy.criteria.values():
        yield Reference("criterion", criterion.name), of_rule(criterion)
    for deadline in policy.deadlines.values():
        yield Reference("deadline", deadline.name), of_rule(deadline)
    admitted = [name for item in policy.admissibility for name in of_condition(item.condition)]
    for grant in policy.grants.values():
        yield Reference("grant", grant.name), chain(admitted, of_rule(grant))


def choices(rule: Rule) -> Iterator[a.FirstMatch]:
    """Where the amounts of a rule, or those that it compares, depend on which condition is met first."""
    amounts = (rule.amount, rule.at_most) if isinstance(rule, Grant) else ()
    for amount in chain(amounts, *map(_compared, conditions_of(rule))):
        for node in amounts_in(amount):
            if isinstance(node, a.FirstMatch):
                yield node


def _compared(node: c.Condition) -> Iterator[a.Amount]:
    """The amounts that a condition compares, at any depth."""
    yield from compared(node)
    for part in parts_of(node):
        yield from _compared(part)


def parts(placed: Placed) -> tuple[Placed, ...]:
    """What a condition is made of, one level down."""
    node = placed.node
    entity = node.entity if isinstance(node, c.Every | c.Some | c.Count) else placed.entity
    return tuple(Placed(part, entity) for part in parts_of(node))
