"""Conditions, amounts and values written back in the policy language's own words, each in one line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import assert_never

from clas_policy.frozen import dataclass
from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.ends import ends
from clas_policy.model.fact import Type
from clas_policy.model.money import format_euros, format_rate
from clas_policy.model.policy import Policy


def value_text(value: int | date | None, kind: Type) -> str:
    """A value as policy files write it: ``8``, ``329 EUR``, ``32.5 %``, ``2024-10-30``; ``to_confirm`` for none yet."""
    match value:
        case None:
            return "to_confirm"
        case int() if kind is Type.MONEY:
            return format_euros(value)
        case int() if kind is Type.RATE:
            return format_rate(value)
        case _:
            return str(value)


@dataclass(frozen=True, slots=True)
class Wording:
    """Writes the nodes of a policy in flow style; with `values`, each parameter is followed by its value."""

    policy: Policy
    values: bool = False

    def condition(self, node: c.Condition) -> str:
        """A condition; of readings that are left open, their ids."""
        match node:
            case (
                c.FactIsTrue(fact=name)
                | c.CriterionMet(criterion=name)
                | c.DeadlineMet(deadline=name)
                | c.GrantEntitled(grant=name)
            ):
                return name
            case c.Not(item=item):
                return f"{{not: {self.condition(item)}}}"
            case c.All(items=items):
                return self._conditions(items)
            case c.AnyOf(items=items):
                return f"{{any: {self._conditions(items)}}}"
            case c.AtLeast(count=count, items=items):
                return f"{{at_least: {count}, of: {self._conditions(items)}}}"
            case c.Within(fact=name) | c.OneOf(fact=name) | c.Includes(fact=name) | c.Only(fact=name):
                return f"{{fact: {name}, {self.comparison(node)}}}"
            case c.AmountWithin(amount=compared):
                return f"{{amount: {self.amount(compared)}, {self.comparison(node)}}}"
            case c.Every(entity=entity, requires=requires):
                return f"{{every: {entity}, requires: {self.condition(requires)}}}"
            case c.Some(entity=entity, requires=requires):
                return f"{{some: {entity}, requires: {self.condition(requires)}}}"
            case c.Count(entity=entity, requires=requires):
                return f"{{count: {entity}, requires: {self.condition(requires)}, {self.comparison(node)}}}"
            case c.Sum(fact=name):
                return f"{{sum: {name}, {self.comparison(node)}}}"
            case c.OpenReadings(readings=readings):
                return f"{{readings: {_listed(reading.id for reading in readings)}}}"
            case _:
                assert_never(node)

    def comparison(self, node: c.Within | c.OneOf | c.Includes | c.Only | c.AmountWithin | c.Count | c.Sum) -> str:
        """What a condition compares with, without what it compares: ``from: 8, below: 12``."""
        match node:
            case c.Within(fact=name, bounds=bounds) | c.Sum(fact=name, bounds=bounds):
                return self._bounds(bounds, self.policy.facts[name].type)
            case c.Count(bounds=bounds):
                return self._bounds(bounds, Type.INTEGER)
            case c.AmountWithin(bounds=limits):
                return ", ".join(f"{word}: {self.amount(limit)}" for word, limit in ends(limits, Type.MONEY))
            case c.OneOf(values=(value,)):
                return f"is: {value}"
            case c.OneOf(values=values):
                return f"one_of: {_listed(values)}"
            case c.Includes(value=value):
                return f"includes: {value}"
            case c.Only(values=values):
                return f"only: {_listed(values)}"
            case _:
                assert_never(node)

    def amount(self, node: a.Amount) -> str:
        """An amount."""
        match node:
            case c.Literal() | c.ParameterValue() | c.FactValue():
                return self.operand(node, Type.MONEY)
            case a.GrantAmount(grant=name):
                return name
            case a.IfGranted(grant=name):
                return f"{{if_granted: {name}}}"
            case a.Total(grant=name):
                return f"{{total: {name}}}"
            case a.Share(rate=rate, of=base, counted_up_to=ceiling):
                limit = f", counted_up_to: {self.amount(ceiling)}" if ceiling is not None else ""
                return f"{{rate: {self.operand(rate, Type.RATE)}, of: {self.amount(base)}{limit}}}"
            case a.Add(items=items):
                return f"{{add: {self._amounts(items)}}}"
            case a.Minus(amount=first, less=less):
                return f"{{minus: {self._amounts((first, less))}}}"
            case a.Smallest(items=items):
                return f"{{smallest_of: {self._amounts(items)}}}"
            case a.Largest(items=items):
                return f"{{largest_of: {self._amounts(items)}}}"
            case a.FirstMatch(cases=cases, otherwise=otherwise):
                return f"{{first_match: {_listed(map(self._case, cases))}, otherwise: {self.amount(otherwise)}}}"
            case _:
                assert_never(node)

    def operand(self, node: c.Operand, kind: Type) -> str:
        """A bound or a rate, of a type: a value or a name."""
        match node:
            case c.Literal(value=value):
                return value_text(value, kind)
            case c.ParameterValue(parameter=name) if self.values:
                parameter = self.policy.parameters[name]
                return f"{name} ({value_text(parameter.value, parameter.type)})"
            case c.ParameterValue(parameter=name) | c.FactValue(fact=name):
                return name
            case _:
                assert_never(node)

    def part(self, node: c.Condition | c.Reading | a.Amount | a.Case, kind: Type = Type.MONEY) -> str:
        """Any piece of a rule; `kind` is the type of one that is a mere value."""
        match node:
            case c.Reading(id=name, requires=requires):
                return f"{name}: {self.condition(requires)}"
            case a.Case():
                return self._case(node)
            case c.Literal() | c.ParameterValue() | c.FactValue():
                return self.operand(node, kind)
            case _:
                return self.amount(node) if isinstance(node, a.Amount) else self.condition(node)

    def _bounds(self, bounds: c.Bounds[c.Operand], kind: Type) -> str:
        return ", ".join(f"{word}: {self.operand(operand, kind)}" for word, operand in ends(bounds, kind))

    def _case(self, case: a.Case) -> str:
        return f"{{when: {self.condition(case.when)}, then: {self.amount(case.then)}}}"

    def _conditions(self, items: Iterable[c.Condition]) -> str:
        return _listed(map(self.condition, items))

    def _amounts(self, items: Iterable[a.Amount]) -> str:
        return _listed(map(self.amount, items))


def _listed(items: Iterable[str]) -> str:
    return f"[{', '.join(items)}]"
