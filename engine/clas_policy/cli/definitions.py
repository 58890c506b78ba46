"""The names of a composed policy, each written back in the words of the policy language."""

from __future__ import annotations

from collections.abc import Iterator

from clas_policy.frozen import dataclass
from clas_policy.model import condition as c
from clas_policy.model.fact import Fact, Origin, Type
from clas_policy.model.policy import Criterion, Deadline, Grant, Orientation, Policy
from clas_policy.model.references import Reference, of_amount, of_condition
from clas_policy.wording import Wording, value_text


@dataclass(frozen=True, slots=True)
class Definition:
    """One name: its section, its label, its definition in lines, where it stands, where its value stands."""

    section: str
    name: str
    label: str
    lines: tuple[str, ...]
    origin: Origin
    value_origin: Origin | None = None


def definitions(policy: Policy) -> Iterator[Definition]:
    """Every name of a policy, section by section, in declaration order."""
    words = Wording(policy, values=True)
    for name, funder in policy.funders.items():
        yield Definition("funders", name, funder.label, (f"label: {funder.label}",), funder.origin)
    for name, entity in policy.entities.items():
        yield Definition(
            "entities", name, entity.label, (f"label: {entity.label}", f"list: {entity.list_key}"), entity.origin
        )
    for name, fact in policy.facts.items():
        yield Definition("facts", name, fact.label, tuple(_fact(fact)), fact.origin)
    for name, parameter in policy.parameters.items():
        value = f"value: {value_text(parameter.value, parameter.type)}"
        if parameter.value_origin.place != parameter.origin.place:
            value = f"{value}  # {parameter.value_origin.place}"
        lines = (f"label: {parameter.label}", f"type: {parameter.type.value}", value)
        yield Definition("parameters", name, parameter.label, lines, parameter.origin, parameter.value_origin)
    for name, criterion in policy.criteria.items():
        yield Definition("criteria", name, criterion.label, tuple(_criterion(criterion, words)), criterion.origin)
    for name, deadline in policy.deadlines.items():
        yield Definition("deadlines", name, deadline.label, tuple(_deadline(deadline, words)), deadline.origin)
    for name, grant in policy.grants.items():
        yield Definition("grants", name, grant.label, tuple(_grant(grant, words)), grant.origin)
    for name, orientation in policy.orientations.items():
        yield Definition(
            "orientations", name, orientation.label, tuple(_orientation(orientation, words)), orientation.origin
        )
    for item in policy.admissibility:
        line = f"otherwise: {item.otherwise.value}"
        yield Definition("admissibility", item.name, item.name, (line,), item.origin)
    for name, text in policy.texts.items():
        yield Definition("texts", name, text.label, (f"label: {text.label}", f"text: {text.text}"), text.origin)


def readers_of(name: str, policy: Policy) -> list[str]:
    """The rules that read a name: in a condition, in an amount, as an accord, for admissibility."""
    found = [reader for reader, read in _reading(policy) if any(reference.name == name for reference in read)]
    if any(item.name == name for item in policy.admissibility):
        found.append("admissibility")
    return found


def _reading(policy: Policy) -> Iterator[tuple[str, list[Reference]]]:
    """Each rule with what it reads."""
    for rule in policy.criteria.values():
        yield rule.name, [*of_condition(rule.only_if), *of_condition(rule.requires)]
    for deadline in policy.deadlines.values():
        yield deadline.name, [*of_condition(deadline.condition)]
    for grant in policy.grants.values():
        read = [*of_condition(grant.requires), *of_amount(grant.amount), *of_amount(grant.at_most)]
        read += [Reference("fact", grant.accord)] if grant.accord else []
        yield grant.name, [*read, Reference("funder", grant.funder)]
    for orientation in policy.orientations.values():
        yield orientation.name, [*of_condition(orientation.requires)]
    for fact in policy.facts.values():
        if fact.derivation is not None:
            yield fact.name, [Reference("fact", read_by) for read_by in fact.derivation.reads]


def _fact(fact: Fact) -> Iterator[str]:
    yield f"label: {fact.label}"
    yield f"type: {fact.type.value}"
    for key, bound in (("min", fact.minimum), ("max", fact.maximum)):
        if bound is not None:
            yield f"{key}: {value_text(bound, fact.type)}"
    if fact.min_items:
        yield f"min_items: {fact.min_items}"
    if fact.options:
        yield "of: {" + ", ".join(f"{option.value}: {option.label}" for option in fact.options) + "}"
    if fact.derivation is not None:
        yield f"derived by: {fact.derivation.by}, from {', '.join(fact.derivation.reads)}"


def _criterion(criterion: Criterion, words: Wording) -> Iterator[str]:
    yield f"label: {criterion.label}"
    if criterion.entity:
        yield f"for_each: {criterion.entity}"
    if criterion.only_if is not None:
        yield f"only_if: {words.condition(criterion.only_if)}"
    if isinstance(criterion.requires, c.OpenReadings):
        yield "readings:"
        for reading in criterion.requires.readings:
            yield f"  {reading.id} ({reading.label}): {words.condition(reading.requires)}"
        return
    if criterion.chosen is not None:
        yield f"reading: {criterion.chosen.reading} ({criterion.chosen.because})  # {criterion.chosen.origin.place}"
    yield f"requires: {words.condition(criterion.requires)}"


def _deadline(deadline: Deadline, words: Wording) -> Iterator[str]:
    yield f"label: {deadline.label}"
    if deadline.fact:
        yield f"fact: {deadline.fact}"
    for key, day in (("opens_on", deadline.opens_on), ("last_day", deadline.last_day), ("before", deadline.before)):
        if day is not None:
            yield f"{key}: {words.operand(day, Type.DATE)}"
    for extension in deadline.extensions:
        last = words.operand(extension.last_day, Type.DATE)
        yield f"extension: {{last_day: {last}, when: {words.condition(extension.when)}}}"
    if deadline.when_text:
        yield f"when_text: {deadline.when_text}"
    if deadline.fact:
        yield f"late: {deadline.late.value}"


def _grant(grant: Grant, words: Wording) -> Iterator[str]:
    yield f"label: {grant.label}"
    if grant.entity:
        yield f"for_each: {grant.entity}"
    yield f"funder: {grant.funder}"
    if grant.requires is not None:
        yield f"requires: {words.condition(grant.requires)}"
    yield f"amount: {words.amount(grant.amount)}"
    if grant.at_most is not None:
        yield f"at_most: {words.amount(grant.at_most)}"
    if grant.round_to != 1:
        yield f"round_to: {value_text(grant.round_to, Type.MONEY)}"
    if grant.accord:
        yield f"accord: {grant.accord}"


def _orientation(orientation: Orientation, words: Wording) -> Iterator[str]:
    yield f"label: {orientation.label}"
    if orientation.entity:
        yield f"for_each: {orientation.entity}"
    if orientation.requires is not None:
        yield f"requires: {words.condition(orientation.requires)}"
    yield f"weight: {orientation.weight.value}"
