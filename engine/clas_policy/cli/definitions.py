"""The names of a composed policy, each written back in the words of the policy language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import assert_never

from clas_policy.frozen import dataclass
from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.fact import Fact, Origin, Type
from clas_policy.model.money import format_euros, format_rate
from clas_policy.model.policy import Criterion, Deadline, Grant, Orientation, Parameter, Policy
from clas_policy.model.references import Reference, of_amount, of_condition


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
    for name, funder in policy.funders.items():
        yield Definition("funders", name, funder.label, (f"label: {funder.label}",), funder.origin)
    for name, entity in policy.entities.items():
        yield Definition(
            "entities", name, entity.label, (f"label: {entity.label}", f"list: {entity.list_key}"), entity.origin
        )
    for name, fact in policy.facts.items():
        yield Definition("facts", name, fact.label, tuple(_fact(fact)), fact.origin)
    for name, parameter in policy.parameters.items():
        value = f"value: {written(parameter.value, parameter.type)}"
        if parameter.value_origin.place != parameter.origin.place:
            value = f"{value}  # {parameter.value_origin.place}"
        lines = (f"label: {parameter.label}", f"type: {parameter.type.value}", value)
        yield Definition("parameters", name, parameter.label, lines, parameter.origin, parameter.value_origin)
    for name, criterion in policy.criteria.items():
        yield Definition("criteria", name, criterion.label, tuple(_criterion(criterion, policy)), criterion.origin)
    for name, deadline in policy.deadlines.items():
        yield Definition("deadlines", name, deadline.label, tuple(_deadline(deadline, policy)), deadline.origin)
    for name, grant in policy.grants.items():
        yield Definition("grants", name, grant.label, tuple(_grant(grant, policy)), grant.origin)
    for name, orientation in policy.orientations.items():
        yield Definition(
            "orientations", name, orientation.label, tuple(_orientation(orientation, policy)), orientation.origin
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


def written(value: int | date | None, kind: Type) -> str:
    """A value in its canonical form; ``to_confirm`` where a draft has none."""
    if value is None:
        return "to_confirm"
    if isinstance(value, date):
        return value.isoformat()
    match kind:
        case Type.MONEY:
            return format_euros(value)
        case Type.RATE:
            return format_rate(value)
        case _:
            return str(value)


def _fact(fact: Fact) -> Iterator[str]:
    yield f"label: {fact.label}"
    yield f"type: {fact.type.value}"
    for key, bound in (("min", fact.minimum), ("max", fact.maximum)):
        if bound is not None:
            yield f"{key}: {written(bound, fact.type)}"
    if fact.min_items:
        yield f"min_items: {fact.min_items}"
    if fact.options:
        yield "of: {" + ", ".join(f"{option.value}: {option.label}" for option in fact.options) + "}"
    if fact.derivation is not None:
        yield f"derived by: {fact.derivation.by}, from {', '.join(fact.derivation.reads)}"


def _criterion(criterion: Criterion, policy: Policy) -> Iterator[str]:
    yield f"label: {criterion.label}"
    if criterion.entity:
        yield f"for_each: {criterion.entity}"
    if criterion.only_if is not None:
        yield f"only_if: {condition(criterion.only_if, policy)}"
    if isinstance(criterion.requires, c.OpenReadings):
        yield "readings:"
        for reading in criterion.requires.readings:
            yield f"  {reading.id} ({reading.label}): {condition(reading.requires, policy)}"
        return
    if criterion.chosen is not None:
        yield f"reading: {criterion.chosen.reading} ({criterion.chosen.because})  # {criterion.chosen.origin.place}"
    yield f"requires: {condition(criterion.requires, policy)}"


def _deadline(deadline: Deadline, policy: Policy) -> Iterator[str]:
    yield f"label: {deadline.label}"
    if deadline.fact:
        yield f"fact: {deadline.fact}"
    for key, day in (("opens_on", deadline.opens_on), ("last_day", deadline.last_day), ("before", deadline.before)):
        if day is not None:
            yield f"{key}: {_operand(day, Type.DATE, policy)}"
    for extension in deadline.extensions:
        last = _operand(extension.last_day, Type.DATE, policy)
        yield f"extension: {{last_day: {last}, when: {condition(extension.when, policy)}}}"
    if deadline.when_text:
        yield f"when_text: {deadline.when_text}"
    if deadline.fact:
        yield f"late: {deadline.late.value}"


def _grant(grant: Grant, policy: Policy) -> Iterator[str]:
    yield f"label: {grant.label}"
    if grant.entity:
        yield f"for_each: {grant.entity}"
    yield f"funder: {grant.funder}"
    if grant.requires is not None:
        yield f"requires: {condition(grant.requires, policy)}"
    yield f"amount: {amount(grant.amount, policy)}"
    if grant.at_most is not None:
        yield f"at_most: {amount(grant.at_most, policy)}"
    if grant.round_to != 1:
        yield f"round_to: {format_euros(grant.round_to)}"
    if grant.accord:
        yield f"accord: {grant.accord}"


def _orientation(orientation: Orientation, policy: Policy) -> Iterator[str]:
    yield f"label: {orientation.label}"
    if orientation.entity:
        yield f"for_each: {orientation.entity}"
    if orientation.requires is not None:
        yield f"requires: {condition(orientation.requires, policy)}"
    yield f"weight: {orientation.weight.value}"


def condition(node: c.Condition, policy: Policy) -> str:
    """A condition in flow style, with the values of the parameters that it names."""
    match node:
        case c.FactIsTrue(fact=name):
            return name
        case c.CriterionMet(criterion=name) | c.DeadlineMet(deadline=name) | c.GrantEntitled(grant=name):
            return name
        case c.Not(item=item):
            return f"{{not: {condition(item, policy)}}}"
        case c.All(items=items):
            return f"[{_list(items, policy)}]"
        case c.AnyOf(items=items):
            return f"{{any: [{_list(items, policy)}]}}"
        case c.AtLeast(count=count, items=items):
            return f"{{at_least: {count}, of: [{_list(items, policy)}]}}"
        case c.Within(fact=name, bounds=bounds):
            return f"{{fact: {name}{_bounds(bounds, policy.facts[name].type, policy)}}}"
        case c.OneOf(fact=name, values=(value,)):
            return f"{{fact: {name}, is: {value}}}"
        case c.OneOf(fact=name, values=values):
            return f"{{fact: {name}, one_of: [{', '.join(values)}]}}"
        case c.Includes(fact=name, value=value):
            return f"{{fact: {name}, includes: {value}}}"
        case c.Only(fact=name, values=values):
            return f"{{fact: {name}, only: [{', '.join(values)}]}}"
        case c.AmountWithin(amount=compared, bounds=limits):
            pairs = _named_bounds(limits, date_like=False)
            told = "".join(f", {key}: {amount(limit, policy)}" for key, limit in pairs)
            return f"{{amount: {amount(compared, policy)}{told}}}"
        case c.Every(entity=entity, requires=inner):
            return f"{{every: {entity}, requires: {condition(inner, policy)}}}"
        case c.Some(entity=entity, requires=inner):
            return f"{{some: {entity}, requires: {condition(inner, policy)}}}"
        case c.Count(entity=entity, requires=inner, bounds=bounds):
            told = _bounds(bounds, Type.INTEGER, policy)
            return f"{{count: {entity}, requires: {condition(inner, policy)}{told}}}"
        case c.Sum(fact=name, bounds=bounds):
            return f"{{sum: {name}{_bounds(bounds, policy.facts[name].type, policy)}}}"
        case c.OpenReadings(readings=readings):
            return f"{{readings: [{', '.join(reading.id for reading in readings)}]}}"
        case _:
            assert_never(node)


def _list(items: tuple[c.Condition, ...], policy: Policy) -> str:
    return ", ".join(condition(item, policy) for item in items)


def _named_bounds(bounds: c.Bounds[c.T], *, date_like: bool) -> list[tuple[str, c.T]]:
    lower = ("after", "on_or_after") if date_like else ("above", "from")
    upper = ("before", "on_or_before") if date_like else ("below", "to")
    found = []
    if bounds.lower is not None:
        found.append((lower[0] if bounds.lower_strict else lower[1], bounds.lower))
    if bounds.upper is not None:
        found.append((upper[0] if bounds.upper_strict else upper[1], bounds.upper))
    return found


def _bounds(bounds: c.Bounds[c.Operand], kind: Type, policy: Policy) -> str:
    pairs = _named_bounds(bounds, date_like=kind is Type.DATE)
    return "".join(f", {key}: {_operand(operand, kind, policy)}" for key, operand in pairs)


def _operand(operand: c.Operand, kind: Type, policy: Policy) -> str:
    match operand:
        case c.Literal(value=value):
            return written(value, kind)
        case c.ParameterValue(parameter=name):
            return f"{name} ({_value(policy.parameters[name])})"
        case c.FactValue(fact=name):
            return name
        case _:
            assert_never(operand)


def _value(parameter: Parameter) -> str:
    return written(parameter.value, parameter.type)


def amount(node: a.Amount, policy: Policy) -> str:
    """An amount in flow style, with the values of the parameters that it names."""
    match node:
        case c.Literal() | c.ParameterValue() | c.FactValue():
            return _operand(node, Type.MONEY, policy)
        case a.GrantAmount(grant=name):
            return name
        case a.IfGranted(grant=name):
            return f"{{if_granted: {name}}}"
        case a.Share(rate=rate, of=base, counted_up_to=ceiling):
            limit = f", counted_up_to: {amount(ceiling, policy)}" if ceiling is not None else ""
            return f"{{rate: {_operand(rate, Type.RATE, policy)}, of: {amount(base, policy)}{limit}}}"
        case a.Add(items=items):
            return f"{{add: [{_amounts(items, policy)}]}}"
        case a.Minus(amount=first, less=less):
            return f"{{minus: [{_amounts((first, less), policy)}]}}"
        case a.Smallest(items=items):
            return f"{{smallest_of: [{_amounts(items, policy)}]}}"
        case a.Largest(items=items):
            return f"{{largest_of: [{_amounts(items, policy)}]}}"
        case a.FirstMatch(cases=cases, otherwise=otherwise):
            told = ", ".join(
                f"{{when: {condition(case.when, policy)}, then: {amount(case.then, policy)}}}" for case in cases
            )
            return f"{{first_match: [{told}], otherwise: {amount(otherwise, policy)}}}"
        case a.Total(grant=name):
            return f"{{total: {name}}}"
        case _:
            assert_never(node)


def _amounts(items: tuple[a.Amount, ...], policy: Policy) -> str:
    return ", ".join(amount(item, policy) for item in items)
