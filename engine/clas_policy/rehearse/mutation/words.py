"""Nodes in the words of policy files, short enough for one line of a report."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final, assert_never

from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.fact import Type
from clas_policy.model.money import format_euros, format_rate
from clas_policy.model.policy import Policy

_LONGEST: Final = 70


def value(number: int | date, kind: Type) -> str:
    """A value as a policy file writes it: ``8``, ``329 EUR``, ``32.5 %``, ``2024-10-30``."""
    if isinstance(number, date):
        return number.isoformat()
    match kind:
        case Type.MONEY:
            return format_euros(number)
        case Type.RATE:
            return format_rate(number)
        case _:
            return str(number)


def operand(node: c.Operand, kind: Type) -> str:
    match node:
        case c.Literal(value=number):
            return value(number, kind)
        case c.ParameterValue(parameter=name) | c.FactValue(fact=name):
            return name
        case _:
            assert_never(node)


def lower_word(kind: Type, *, strict: bool) -> str:
    if kind is Type.DATE:
        return "after" if strict else "on_or_after"
    return "above" if strict else "from"


def upper_word(kind: Type, *, strict: bool) -> str:
    if kind is Type.DATE:
        return "before" if strict else "on_or_before"
    return "below" if strict else "to"


def condition(node: c.Condition, policy: Policy) -> str:
    """The condition as one would write it in a line; what is too long is cut."""
    return _short(_condition(node, policy))


def amount(node: a.Amount) -> str:
    """The amount as one would write it in a line; what is too long is cut."""
    return _short(_amount(node))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _listed(items: Iterable[str]) -> str:
    return f"[{', '.join(items)}]"


def _bounds(bounds: c.Bounds[Any], kind: Type, said: Callable[[Any], str]) -> str:
    parts: list[str] = []
    if bounds.lower is not None:
        parts.append(f"{lower_word(kind, strict=bounds.lower_strict)}: {said(bounds.lower)}")
    if bounds.upper is not None:
        parts.append(f"{upper_word(kind, strict=bounds.upper_strict)}: {said(bounds.upper)}")
    return ", ".join(parts)


def _condition(node: c.Condition, policy: Policy) -> str:
    def several(items: Iterable[c.Condition]) -> str:
        return _listed(_condition(item, policy) for item in items)

    def numbers(bounds: c.Bounds[c.Operand], kind: Type) -> str:
        return _bounds(bounds, kind, lambda one: operand(one, kind))

    match node:
        case (
            c.FactIsTrue(fact=name)
            | c.CriterionMet(criterion=name)
            | c.DeadlineMet(deadline=name)
            | c.GrantEntitled(grant=name)
        ):
            return name
        case c.Not(item=item):
            return f"{{not: {_condition(item, policy)}}}"
        case c.All(items=items):
            return f"{{all: {several(items)}}}"
        case c.AnyOf(items=items):
            return f"{{any: {several(items)}}}"
        case c.AtLeast(count=count, items=items):
            return f"{{at_least: {count}, of: {several(items)}}}"
        case c.Within(fact=name, bounds=bounds):
            return f"{{fact: {name}, {numbers(bounds, policy.facts[name].type)}}}"
        case c.OneOf(fact=name, values=values):
            chosen = f"is: {values[0]}" if len(values) == 1 else f"one_of: {_listed(values)}"
            return f"{{fact: {name}, {chosen}}}"
        case c.Includes(fact=name, value=chosen):
            return f"{{fact: {name}, includes: {chosen}}}"
        case c.Only(fact=name, values=values):
            return f"{{fact: {name}, only: {_listed(values)}}}"
        case c.AmountWithin(amount=compared, bounds=limits):
            return f"{{amount: {_amount(compared)}, {_bounds(limits, Type.MONEY, _amount)}}}"
        case c.Every(entity=entity, requires=requires):
            return f"{{every: {entity}, requires: {_condition(requires, policy)}}}"
        case c.Some(entity=entity, requires=requires):
            return f"{{some: {entity}, requires: {_condition(requires, policy)}}}"
        case c.Count(entity=entity, requires=requires, bounds=bounds):
            inner = _condition(requires, policy)
            return f"{{count: {entity}, requires: {inner}, {numbers(bounds, Type.INTEGER)}}}"
        case c.Sum(fact=name, bounds=bounds):
            return f"{{sum: {name}, {numbers(bounds, policy.facts[name].type)}}}"
        case c.OpenReadings(readings=readings):
            return f"readings: {_listed(reading.id for reading in readings)}"
        case _:
            assert_never(node)


def _amount(node: a.Amount) -> str:
    match node:
        case c.Literal() | c.ParameterValue() | c.FactValue():
            return operand(node, Type.MONEY)
        case a.GrantAmount(grant=name):
            return name
        case a.IfGranted(grant=name):
            return f"{{if_granted: {name}}}"
        case a.Total(grant=name):
            return f"{{total: {name}}}"
        case a.Share(rate=rate, of=of, counted_up_to=ceiling):
            counted = "" if ceiling is None else f", counted_up_to: {_amount(ceiling)}"
            return f"{{rate: {operand(rate, Type.RATE)}, of: {_amount(of)}{counted}}}"
        case a.Add(items=items):
            return f"{{add: {_listed(map(_amount, items))}}}"
        case a.Minus(amount=first, less=less):
            return f"{{minus: {_listed((_amount(first), _amount(less)))}}}"
        case a.Smallest(items=items):
            return f"{{smallest_of: {_listed(map(_amount, items))}}}"
        case a.Largest(items=items):
            return f"{{largest_of: {_listed(map(_amount, items))}}}"
        case a.FirstMatch():
            return "{first_match: …}"
        case _:
            assert_never(node)
