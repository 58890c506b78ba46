"""Conditions in SQL: one guarded constructor per node."""

from __future__ import annotations

from typing import assert_never

from clas_policy.batch.sql import aggregates, amounts, forms, truths
from clas_policy.batch.sql.forms import Sql
from clas_policy.batch.sql.refusing import placed
from clas_policy.batch.sql.scopes import Scope
from clas_policy.batch.sql.truths import Truth
from clas_policy.batch.tables import option_column
from clas_policy.model import condition as c
from clas_policy.model.amount import Amount


def translated(node: c.Condition, scope: Scope) -> Truth:
    """The condition over the columns of a scope; NULL is unknown."""
    with placed(node.at):
        return _translated(node, scope)


def _translated(node: c.Condition, scope: Scope) -> Truth:
    match node:
        case c.FactIsTrue(fact=name):
            return scope.boolean(name, name)
        case c.CriterionMet(criterion=name) | c.DeadlineMet(deadline=name):
            return scope.truth(name)
        case c.GrantEntitled(grant=name):
            return scope.grant(name).held
        case c.Not(item=item):
            return truths.negation(translated(item, scope))
        case c.All(items=items):
            return truths.conjunction([translated(item, scope) for item in items])
        case c.AnyOf(items=items):
            return truths.disjunction([translated(item, scope) for item in items])
        case c.AtLeast(count=count, items=items):
            return truths.at_least(count, [translated(item, scope) for item in items])
        case c.Within(fact=name, bounds=bounds):
            return _within(name, bounds, scope)
        case c.OneOf(fact=name, values=values):
            fact = scope.fact(name)
            return truths.UNKNOWN if fact is None else Truth(_one_of(fact, values))
        case c.Includes(fact=name, value=value):
            return scope.boolean(name, option_column(name, value))
        case c.Only(fact=name, values=values):
            return _only(name, values, scope)
        case c.AmountWithin(amount=amount, bounds=limits):
            return _amount_within(amount, limits, scope)
        case c.Every(entity=entity, requires=requires):
            return aggregates.every(entity, requires, scope)
        case c.Some(entity=entity, requires=requires):
            return aggregates.some(entity, requires, scope)
        case c.Count(entity=entity, requires=requires, bounds=bounds):
            return aggregates.counted(entity, requires, bounds, scope)
        case c.Sum(fact=name, entity=entity, bounds=bounds):
            return aggregates.summed(name, entity, bounds, scope)
        case c.OpenReadings(readings=readings):
            return truths.agreement([translated(item, scope) for item in _agreeing(readings)])
        case _:
            assert_never(node)


def _agreeing(readings: tuple[c.Reading, ...]) -> tuple[c.Condition, ...]:
    """The conditions that say the same where the readings do: of `all` and `any` of the same items, the items."""
    requires = tuple(reading.requires for reading in readings)
    match requires:
        case (c.All(items=items), c.AnyOf(items=others)) | (c.AnyOf(items=others), c.All(items=items)):
            return items if items and _alternatives(items) == _alternatives(others) else requires
        case _:
            return requires


def _alternatives(items: tuple[c.Condition, ...]) -> list[c.Condition]:
    """The items, those of an `any` each on its own."""
    found: list[c.Condition] = []
    for item in items:
        found += _alternatives(item.items) if isinstance(item, c.AnyOf) else [item]
    return found


def _within(name: str, bounds: c.Bounds[c.Operand], scope: Scope) -> Truth:
    """The conjunction of two comparisons, each unknown where one of its sides is."""
    fact, kind = scope.fact(name), scope.policy.facts[name].type
    sides: list[Truth] = []
    for operand, operator, strict in (
        (bounds.lower, ">", bounds.lower_strict),
        (bounds.upper, "<", bounds.upper_strict),
    ):
        if operand is not None:
            limit = scope.bound(operand, kind)
            if fact is None or limit is None:
                sides.append(truths.UNKNOWN)
            else:
                sides.append(Truth(forms.compared(fact, operator if strict else f"{operator}=", limit)))
    return truths.conjunction(sides)


def _one_of(fact: Sql, values: tuple[str, ...]) -> Sql:
    if len(values) == 1:
        return forms.compared(fact, "=", forms.text(values[0]))
    return forms.is_one_of(fact, values)


def _only(name: str, values: tuple[str, ...], scope: Scope) -> Truth:
    """None of the other values; where there is no other, the list has but to be known."""
    options = [option.value for option in scope.policy.facts[name].options]
    others = [scope.boolean(name, option_column(name, value)) for value in options if value not in values]
    if others:
        return truths.conjunction([truths.negation(other) for other in others])
    one = scope.boolean(name, option_column(name, options[0]))
    return truths.between(truths.is_known(one), truths.FALSE)


def _amount_within(amount: Amount, limits: c.Bounds[Amount], scope: Scope) -> Truth:
    ranges = scope.ranges
    value = amounts.translated(amount, scope)
    sides: list[Truth] = []
    if limits.lower is not None:
        bound = amounts.translated(limits.lower, scope)
        sides.append(ranges.at_least(value, bound, strict=limits.lower_strict))
    if limits.upper is not None:
        bound = amounts.translated(limits.upper, scope)
        sides.append(ranges.at_least(bound, value, strict=limits.upper_strict))
    return truths.conjunction(sides)
