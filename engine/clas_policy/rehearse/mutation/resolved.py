"""Nodes with the figures of a policy in place of their names, so that two policies can be compared node by node."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never, overload

from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.policy import Policy


class Figures:
    """Puts the values of a policy's parameters in place; what is to confirm keeps its name."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    @overload
    def operand(self, node: c.Operand) -> c.Operand: ...
    @overload
    def operand(self, node: None) -> None: ...

    def operand(self, node: c.Operand | None) -> c.Operand | None:
        value = self._policy.figure(node)
        return node if node is None or value is None else c.Literal(value, node.at)

    def condition(self, node: c.Condition) -> c.Condition:
        match node:
            case (
                c.FactIsTrue()
                | c.CriterionMet()
                | c.DeadlineMet()
                | c.GrantEntitled()
                | c.OneOf()
                | c.Includes()
                | c.Only()
            ):
                return node
            case c.Not(item=item):
                return replace(node, item=self.condition(item))
            case c.All(items=items) | c.AnyOf(items=items) | c.AtLeast(items=items):
                return replace(node, items=tuple(map(self.condition, items)))
            case c.Within(bounds=bounds) | c.Sum(bounds=bounds):
                return replace(node, bounds=self._bounds(bounds))
            case c.Count(requires=requires, bounds=bounds):
                return replace(node, requires=self.condition(requires), bounds=self._bounds(bounds))
            case c.Every(requires=requires) | c.Some(requires=requires):
                return replace(node, requires=self.condition(requires))
            case c.AmountWithin(amount=amount, bounds=limits):
                lower = None if limits.lower is None else self.amount(limits.lower)
                upper = None if limits.upper is None else self.amount(limits.upper)
                return replace(node, amount=self.amount(amount), bounds=replace(limits, lower=lower, upper=upper))
            case c.OpenReadings(readings=readings):
                made = tuple(replace(reading, requires=self.condition(reading.requires)) for reading in readings)
                return replace(node, readings=made)
            case _:
                assert_never(node)

    def amount(self, node: a.Amount) -> a.Amount:
        match node:
            case c.Literal() | c.ParameterValue() | c.FactValue():
                return self.operand(node)
            case a.GrantAmount() | a.IfGranted() | a.Total():
                return node
            case a.Share(rate=rate, of=of, counted_up_to=ceiling):
                counted = None if ceiling is None else self.amount(ceiling)
                return replace(node, rate=self.operand(rate), of=self.amount(of), counted_up_to=counted)
            case a.Add(items=items) | a.Smallest(items=items) | a.Largest(items=items):
                return replace(node, items=tuple(map(self.amount, items)))
            case a.Minus(amount=amount, less=less):
                return replace(node, amount=self.amount(amount), less=self.amount(less))
            case a.FirstMatch(cases=cases, otherwise=otherwise):
                made = tuple(
                    replace(case, when=self.condition(case.when), then=self.amount(case.then)) for case in cases
                )
                return replace(node, cases=made, otherwise=self.amount(otherwise))
            case _:
                assert_never(node)

    def _bounds(self, bounds: c.Bounds[c.Operand]) -> c.Bounds[c.Operand]:
        return replace(bounds, lower=self.operand(bounds.lower), upper=self.operand(bounds.upper))
