"""What the rules of a policy compare facts with, and what they want of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final, TypeAlias, assert_never

from clas_policy.frozen import dataclass
from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.policy import Criterion, Policy

Sense: TypeAlias = int
"""1: wanted, -1: wanted not to be, 0: one way among others."""

_WANTED: Final = 1
_UNWANTED: Final = -1
_EITHER: Final = 0


@dataclass(frozen=True, slots=True)
class Marks:
    """What a policy says of the values of facts.

    `cuts` are, for a fact that has an order, the values at which a rule begins to say something else, in the unit of
    the type (days as ordinals): 8 for ``from: 8``, 13 for ``to: 12``. `sums` likewise for totals over members.
    `senses` say what rules want of a boolean, `values` of the values of a choice.
    """

    cuts: Mapping[str, tuple[int, ...]]
    sums: Mapping[str, tuple[int, ...]]
    senses: Mapping[str, Sense]
    values: Mapping[str, Mapping[str, Sense]]


def marks(policy: Policy) -> Marks:
    """What is read anywhere in a policy; conditions of grants and admissibility say what is wanted, others less."""
    work = _Work(policy)
    for item in policy.admissibility:
        work.condition(c.DeadlineMet(item.name) if item.is_deadline else c.CriterionMet(item.name), _WANTED)
    for grant in policy.grants.values():
        if grant.requires is not None:
            work.condition(grant.requires, _WANTED)
        work.amount(grant.amount)
        work.amount(grant.at_most)
    for criterion in policy.criteria.values():
        if criterion.name not in work.seen:
            work.condition(c.CriterionMet(criterion.name), _WANTED)
    for orientation in policy.orientations.values():
        if orientation.requires is not None:
            work.condition(orientation.requires, _WANTED)
    return Marks(
        {name: tuple(sorted(found)) for name, found in work.cuts.items()},
        {name: tuple(sorted(found)) for name, found in work.sums.items()},
        work.senses,
        work.values,
    )


class _Work:
    """One walk over the rules of a policy."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self.cuts: dict[str, set[int]] = {}
        self.sums: dict[str, set[int]] = {}
        self.senses: dict[str, Sense] = {}
        self.values: dict[str, dict[str, Sense]] = {}
        self.seen: set[str] = set()
        self._done: set[tuple[c.Condition, Sense]] = set()

    def condition(self, node: c.Condition, sense: Sense) -> None:
        if (node, sense) in self._done:
            return
        self._done.add((node, sense))
        match node:
            case c.FactIsTrue(fact=name):
                self._wanted(self.senses, name, sense)
            case c.CriterionMet(criterion=name):
                self._criterion(self._policy.criteria[name], sense)
            case c.DeadlineMet(deadline=name):
                condition = self._policy.deadlines[name].condition
                if condition is not None:
                    self.condition(condition, sense)
            case c.GrantEntitled(grant=name):
                requires = self._policy.grants[name].requires
                if requires is not None:
                    self.condition(requires, sense)
            case c.Not(item=item):
                self.condition(item, -sense)
            case c.All(items=items):
                self._each(items, sense if sense == _WANTED or len(items) == 1 else _EITHER)
            case c.AnyOf(items=items):
                self._each(items, sense if sense == _UNWANTED or len(items) == 1 else _EITHER)
            case c.AtLeast(items=items):
                self._each(items, _EITHER)
            case c.Within(fact=name, bounds=bounds):
                self.cuts.setdefault(name, set()).update(self._cuts(bounds))
            case c.OneOf(fact=name, values=values):
                self._values(name, values, sense)
            case c.Includes(fact=name, value=value):
                self._values(name, (value,), sense)
            case c.Only(fact=name, values=values):
                others = tuple(one.value for one in self._policy.facts[name].options if one.value not in values)
                self._values(name, others, -sense)
            case c.AmountWithin(amount=amount, bounds=limits):
                self._compared(amount, limits)
            case c.Every(requires=inner):
                self.condition(inner, sense)
            case c.Some(requires=inner) | c.Count(requires=inner):
                self.condition(inner, _EITHER)
            case c.Sum(fact=name, bounds=bounds):
                self.sums.setdefault(name, set()).update(self._cuts(bounds))
            case c.OpenReadings(readings=readings):
                self._each([reading.requires for reading in readings], _EITHER)
            case _:
                assert_never(node)

    def amount(self, node: a.Amount | None) -> None:
        match node:
            case None | c.Literal() | c.ParameterValue() | c.FactValue() | a.GrantAmount() | a.IfGranted() | a.Total():
                return
            case a.Share(of=base, counted_up_to=ceiling):
                if ceiling is not None:
                    self._capped((base, ceiling))
                self.amount(base)
                self.amount(ceiling)
            case a.Smallest(items=items) | a.Largest(items=items):
                self._capped(items)
                for item in items:
                    self.amount(item)
            case a.Add(items=items):
                for item in items:
                    self.amount(item)
            case a.Minus(amount=amount, less=less):
                self.amount(amount)
                self.amount(less)
            case a.FirstMatch(cases=cases, otherwise=otherwise):
                for case in cases:
                    self.condition(case.when, _EITHER)
                    self.amount(case.then)
                self.amount(otherwise)
            case _:
                assert_never(node)

    def _criterion(self, criterion: Criterion, sense: Sense) -> None:
        """What a criterion asks for is wanted; whether it is asked for is not."""
        self.seen.add(criterion.name)
        if criterion.only_if is not None:
            self.condition(criterion.only_if, _EITHER)
        self.condition(criterion.requires, sense)

    def _each(self, items: tuple[c.Condition, ...] | list[c.Condition], sense: Sense) -> None:
        for item in items:
            self.condition(item, sense)

    def _wanted(self, told: dict[str, Sense], name: str, sense: Sense) -> None:
        """What is wanted in one place counts before what is one way among others; wanted and unwanted: either."""
        known = told.get(name)
        if known is None or known == _EITHER:
            told[name] = sense
        elif sense not in (_EITHER, known):
            told[name] = _EITHER

    def _values(self, name: str, values: tuple[str, ...], sense: Sense) -> None:
        told = self.values.setdefault(name, {})
        for value in values:
            self._wanted(told, value, sense)

    def _compared(self, amount: a.Amount, limits: c.Bounds[a.Amount]) -> None:
        self.amount(amount)
        self.amount(limits.lower)
        self.amount(limits.upper)
        if isinstance(amount, c.FactValue):
            self.cuts.setdefault(amount.fact, set()).update(self._cuts(limits))

    def _capped(self, items: tuple[a.Amount, ...]) -> None:
        """A fact that is only counted up to figures, or from them on."""
        for item in items:
            if isinstance(item, c.FactValue):
                known = [value for other in items if (value := self._value(other)) is not None]
                self.cuts.setdefault(item.fact, set()).update(value + 1 for value in known)

    def _cuts(self, bounds: c.Bounds[c.Operand] | c.Bounds[a.Amount]) -> Iterator[int]:
        """Where a rule begins to say something else, as far as its bounds are figures."""
        for operand, more in ((bounds.lower, bounds.lower_strict), (bounds.upper, not bounds.upper_strict)):
            value = self._value(operand)
            if value is not None:
                yield value + more

    def _value(self, operand: a.Amount | None) -> int | None:
        value: int | date | None = None
        match operand:
            case c.Literal(value=value):
                pass
            case c.ParameterValue(parameter=name):
                value = self._policy.parameters[name].value
            case _:
                return None
        return value.toordinal() if isinstance(value, date) else value
