"""An evaluator written a second time, as simply as possible, to hold the compiled one to.

It interprets the nodes again for each question. Truth is 0, 1/2 or 1, so that `all` is the smallest and `any` the
greatest; money is in euros as fractions. Nothing is shared with the compiled evaluator.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, assert_never

from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.dossier import Dossier
from clas_policy.model.fact import Fact, Type
from clas_policy.model.policy import AdmissibilityItem, Grant, Policy

NO, MAYBE, YES = Fraction(0), Fraction(1, 2), Fraction(1)
INF = math.inf
End = Fraction | float
Range = tuple[End, End]


@dataclass(frozen=True)
class Of:
    """Whom a question is about: a member of an entity by its number (None: any, when the list is absent)."""

    entity: str
    number: int | None


def _product(x: End, y: End) -> End:
    return Fraction(0) if 0 in (x, y) else x * y


def _kleene(certainly: bool, possibly: bool) -> Fraction:
    return YES if certainly else MAYBE if possibly else NO


class Naive:
    """A policy and a dossier, to be asked."""

    def __init__(self, policy: Policy, dossier: Dossier) -> None:
        self.policy = policy
        self.dossier = dossier

    def who(self, entity: str | None) -> list[Of | None]:
        """Whom a rule of this entity has results for."""
        if entity is None:
            return [None]
        return [Of(entity, number) for number in range(len(self.dossier.members.get(entity, ())))]

    def fact(self, name: str, who: Of | None) -> Any:
        fact = self.policy.facts[name]
        if fact.entity is None:
            return self.dossier.facts.get(name)
        assert who is not None
        assert who.entity == fact.entity
        return None if who.number is None else self.dossier.members[who.entity][who.number].facts.get(name)

    def operand(self, operand: c.Operand, who: Of | None) -> Any:
        if isinstance(operand, c.Literal):
            return operand.value
        if isinstance(operand, c.ParameterValue):
            return self.policy.parameters[operand.parameter].value
        return self.fact(operand.fact, who)

    # -- rules

    def criterion(self, name: str, who: Of | None) -> Fraction:
        rule = self.policy.criteria[name]
        who = who if rule.entity else None
        met = self.truth(rule.requires, who)
        return met if rule.only_if is None else max(1 - self.truth(rule.only_if, who), met)

    def deadline(self, name: str, who: Of | None) -> Fraction:
        rule = self.policy.deadlines[name]
        assert rule.condition is not None
        return self.truth(rule.condition, who if rule.entity else None)

    def item(self, item: AdmissibilityItem, who: Of | None) -> Fraction:
        return self.deadline(item.name, who) if item.is_deadline else self.criterion(item.name, who)

    def admissible(self) -> Fraction:
        known = YES if self.policy.complete else MAYBE
        return min([known, *(self.item(item, None) for item in self.policy.admissibility if item.entity is None)])

    def accord(self, grant: Grant, who: Of | None) -> Fraction:
        if grant.accord is None:
            return YES
        value = self.fact(grant.accord, who)
        return MAYBE if value is None else Fraction(value)

    def entitlement(self, name: str, who: Of | None) -> Fraction:
        grant = self.policy.grants[name]
        who = who if grant.entity else None
        own = [
            self.item(item, who) for item in self.policy.admissibility if item.entity and item.entity == grant.entity
        ]
        requires = YES if grant.requires is None else self.truth(grant.requires, who)
        return min([self.admissible(), *own, requires, NO if self.accord(grant, who) == NO else YES])

    def paid(self, name: str, who: Of | None) -> Range:
        """In euros, if it is granted."""
        grant = self.policy.grants[name]
        who = who if grant.entity else None
        low, high = self.amount(grant.amount, who)
        caps = (INF, INF) if grant.at_most is None else self.amount(grant.at_most, who)
        return self._round(low, caps[0], grant.round_to), self._round(high, caps[1], grant.round_to)

    @staticmethod
    def _round(value: End, cap: End, round_to: int) -> End:
        value = max(min(value, cap), Fraction(0))
        if value == INF:
            return value
        step = Fraction(round_to, 100)
        half_up = math.floor(value / step + Fraction(1, 2)) * step
        return half_up if half_up <= cap else math.floor(value / step) * step

    def status(self, name: str, who: Of | None) -> str:
        grant = self.policy.grants[name]
        entitled = self.entitlement(name, who)
        if entitled == NO:
            return "refused"
        low, high = self.paid(name, who)
        if entitled == MAYBE or low != high:
            return "undetermined"
        return "due" if self.accord(grant, who if grant.entity else None) == YES else "eligible"

    # -- conditions

    def truth(self, node: c.Condition, who: Of | None) -> Fraction:
        match node:
            case c.FactIsTrue(fact=name):
                value = self.fact(name, who)
                return MAYBE if value is None else Fraction(value)
            case c.CriterionMet(criterion=name):
                return self.criterion(name, who)
            case c.DeadlineMet(deadline=name):
                return self.deadline(name, who)
            case c.GrantEntitled(grant=name):
                grant = self.policy.grants[name]
                return min(self.entitlement(name, who), self.accord(grant, who if grant.entity else None))
            case c.Not(item=item):
                return 1 - self.truth(item, who)
            case c.All(items=items):
                return min(self.truth(item, who) for item in items)
            case c.AnyOf(items=items):
                return max(self.truth(item, who) for item in items)
            case c.AtLeast(count=count, items=items):
                return sorted((self.truth(item, who) for item in items), reverse=True)[count - 1]
            case c.Within(fact=name, bounds=bounds):
                value = self.fact(name, who)
                return self._between((value, value), bounds, lambda bound: (self.operand(bound, who),) * 2)
            case c.OneOf(fact=name, values=values):
                value = self.fact(name, who)
                return MAYBE if value is None else Fraction(value in values)
            case c.Includes(fact=name, value=wanted):
                value = self.fact(name, who)
                return MAYBE if value is None else Fraction(wanted in value)
            case c.Only(fact=name, values=values):
                value = self.fact(name, who)
                return MAYBE if value is None else Fraction(all(one in values for one in value))
            case c.AmountWithin(amount=amount, bounds=limits):
                return self._between(self.amount(amount, who), limits, lambda bound: self.amount(bound, who))
            case c.Every(entity=entity, requires=requires):
                if entity not in self.dossier.members:
                    return MAYBE
                return min([YES, *(self.truth(requires, each) for each in self.who(entity))])
            case c.Some(entity=entity, requires=requires):
                if entity not in self.dossier.members:
                    return MAYBE
                return max([NO, *(self.truth(requires, each) for each in self.who(entity))])
            case c.Count(entity=entity, requires=requires, bounds=bounds):
                if entity not in self.dossier.members:
                    return MAYBE
                truths = [self.truth(requires, each) for each in self.who(entity)]
                number = (truths.count(YES), len(truths) - truths.count(NO))
                return self._between(number, bounds, lambda bound: (self.operand(bound, who),) * 2)
            case c.Sum(fact=name, entity=entity, bounds=bounds):
                if entity not in self.dossier.members:
                    return MAYBE
                ranges = [self._number(name, each) for each in self.who(entity)]
                total = (sum(low for low, _ in ranges), sum(high for _, high in ranges))
                return self._between(total, bounds, lambda bound: (self.operand(bound, who),) * 2)
            case c.OpenReadings(readings=readings):
                truths_of = {self.truth(reading.requires, who) for reading in readings}
                return truths_of.pop() if len(truths_of) == 1 else MAYBE
            case _:
                assert_never(node)

    @staticmethod
    def _between(value: tuple[Any, Any], bounds: c.Bounds[Any], range_of: Any) -> Fraction:
        """Each side on its own; an end that is None is unknown."""
        sides = [YES]
        for bound, strict, is_lower in (
            (bounds.lower, bounds.lower_strict, True),
            (bounds.upper, bounds.upper_strict, False),
        ):
            if bound is None:
                continue
            limit = range_of(bound)
            greater, less = (value, limit) if is_lower else (limit, value)
            if None in (*greater, *less):
                sides.append(MAYBE)
            elif strict:
                sides.append(_kleene(greater[0] > less[1], greater[1] > less[0]))
            else:
                sides.append(_kleene(greater[0] >= less[1], greater[1] >= less[0]))
        return min(sides)

    # -- amounts, in euros

    def _number(self, name: str, who: Of | None) -> tuple[Any, Any]:
        value = self.fact(name, who)
        return self._unknown(self.policy.facts[name]) if value is None else (value, value)

    @staticmethod
    def _unknown(fact: Fact) -> tuple[Any, Any]:
        low = fact.minimum if fact.minimum is not None else -INF if fact.type is Type.INTEGER else 0
        return low, INF if fact.maximum is None else fact.maximum

    def _leaf(self, node: c.Operand, who: Of | None, unit: int, confirmed_up_to: float) -> Range:
        if isinstance(node, c.FactValue):
            low, high = self._number(node.fact, who)
        else:
            value = self.operand(node, who)
            low, high = (0, confirmed_up_to) if value is None else (value, value)
        return tuple(end if isinstance(end, float) else Fraction(end, unit) for end in (low, high))  # type: ignore[return-value]

    def amount(self, node: a.Amount, who: Of | None) -> Range:
        match node:
            case c.Literal() | c.ParameterValue() | c.FactValue():
                return self._leaf(node, who, 100, INF)
            case a.GrantAmount(grant=name):
                return self._worth(name, who)
            case a.IfGranted(grant=name):
                entitled = self.entitlement(name, who)
                low, high = self.paid(name, who)
                return (low if entitled == YES else Fraction(0)), (Fraction(0) if entitled == NO else high)
            case a.Share(rate=rate, of=of, counted_up_to=ceiling):
                rates = self._leaf(rate, who, 1_000_000, 1_000_000)
                base = self.amount(of, who)
                if ceiling is not None:
                    base = tuple(map(min, zip(base, self.amount(ceiling, who), strict=True)))  # type: ignore[assignment]
                products = [_product(x, y) for x in rates for y in base]
                return min(products), max(products)
            case a.Add(items=items):
                ranges = [self.amount(item, who) for item in items]
                return sum(low for low, _ in ranges), sum(high for _, high in ranges)
            case a.Minus(amount=amount, less=less):
                (low, high), (least, most) = self.amount(amount, who), self.amount(less, who)
                return low - most, high - least
            case a.Smallest(items=items):
                ranges = [self.amount(item, who) for item in items]
                return min(low for low, _ in ranges), min(high for _, high in ranges)
            case a.Largest(items=items):
                ranges = [self.amount(item, who) for item in items]
                return max(low for low, _ in ranges), max(high for _, high in ranges)
            case a.FirstMatch(cases=cases, otherwise=otherwise):
                reached = []
                for case in cases:
                    truth = self.truth(case.when, who)
                    if truth != NO:
                        reached.append(self.amount(case.then, who))
                    if truth == YES:
                        break
                else:
                    reached.append(self.amount(otherwise, who))
                return min(low for low, _ in reached), max(high for _, high in reached)
            case a.Total(grant=name, entity=entity):
                if entity not in self.dossier.members:
                    return Fraction(0), INF
                ranges = [self._worth(name, each) for each in self.who(entity)]
                return sum(low for low, _ in ranges), sum(high for _, high in ranges)
            case _:
                assert_never(node)

    def _worth(self, name: str, who: Of | None) -> Range:
        status = self.status(name, who)
        if status == "refused":
            return Fraction(0), Fraction(0)
        low, high = self.paid(name, who)
        return (low, high) if status == "due" else (Fraction(0), high)
