"""Names that are declared and never used, over every policy that holds their layer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from clas_policy.linting.finding import finding
from clas_policy.model.fact import Type, cited
from clas_policy.model.policy import Level, Policy
from clas_policy.model.references import Reference, of_condition, of_operand, of_rule, rules_of
from clas_policy.problem import Message, Problem
from clas_policy.reading.layer import Item, Layer
from clas_policy.reading.nodes import Mapping, Node, Scalar, Sequence

_KINDS: Final = {
    "parameters": ("parameter", Message("no rule reads the parameter `{name}`")),
    "criteria": ("criterion", Message("nothing requires the criterion `{name}`")),
    "funders": ("funder", Message("`{name}` pays no grant")),
    "entities": ("entity", Message("no fact and no rule is about `{name}`")),
}
_UNUSED: Final = Message("remove it, or use it")


def unused(layer: Layer, policies: Iterable[Policy], layers: Iterable[Layer]) -> Iterator[Problem]:
    """What a layer declares and nobody uses; `policies` and `layers` are all those that hold or extend it."""
    used = {reference for policy in policies for reference in references(policy)}
    for section, (kind, message) in _KINDS.items():
        for item in layer.items(section):
            if Reference(kind, item.name) not in used:
                yield _finding("CLAS-N101", message, item)
    if layer.identity.level is Level.LOCAL:
        # A référentiel declares the vocabulary of all departments, whether or not a rule of its own reads it.
        for item in layer.items("facts"):
            if Reference("fact", item.name) not in used and item.text("type") != Type.TEXT:
                yield _finding("CLAS-N102", Message("no rule reads the fact `{name}`"), item)
    documents = {name for one in layers for name in _cited(one.root)}
    for item in layer.items("documents"):
        if item.name not in documents:
            yield _finding("CLAS-N103", Message("no source cites the document `{name}`"), item)


def _finding(code: str, message: Message, item: Item) -> Problem:
    return finding(code, replace(message, values={"name": item.name}), item.at, hint=_UNUSED)


def references(policy: Policy) -> Iterator[Reference]:
    """Every name that a policy uses somewhere."""
    for fact in policy.facts.values():
        if fact.entity is not None:
            yield Reference("entity", fact.entity)
        if fact.derivation is not None:
            yield from (Reference("fact", name) for name in fact.derivation.reads)
    for rule in rules_of(policy):
        if rule.entity is not None:
            yield Reference("entity", rule.entity)
        yield from of_rule(rule)
    for deadline in policy.deadlines.values():
        if deadline.fact is not None:
            yield Reference("fact", deadline.fact)
        for day in (deadline.opens_on, deadline.last_day, deadline.before):
            yield from of_operand(day)
    for item in policy.admissibility:
        yield from of_condition(item.condition)
    for grant in policy.grants.values():
        yield Reference("funder", grant.funder)
        if grant.accord is not None:
            yield Reference("fact", grant.accord)


def _cited(node: Node) -> Iterator[str]:
    """The documents that sources below a node begin with."""
    match node:
        case Mapping():
            for key, value in node:
                if key.text == "source" and isinstance(value, Scalar):
                    yield cited(value.text)
                yield from _cited(value)
        case Sequence(items=items):
            for item in items:
                yield from _cited(item)
        case Scalar():
            return
