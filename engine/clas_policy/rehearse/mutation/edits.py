"""The slips that one can make in a condition or in an amount, each alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final, TypeVar, assert_never

from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.ends import lower_word, upper_word
from clas_policy.model.fact import Type
from clas_policy.model.policy import Policy
from clas_policy.problem import Message
from clas_policy.rehearse.mutation.edit import STEPS, Edit, becomes, dropped, each, operand, without
from clas_policy.source import Span
from clas_policy.wording import Wording

B = TypeVar("B", bound=a.Amount)

_LONGEST: Final = 70


class Editor:
    """Changes nodes of a policy; what it makes may still be an empty interval."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._words = Wording(policy)

    def said(self, node: c.Condition | a.Amount, kind: Type = Type.MONEY) -> str:
        """A node as one would write it in one line of a report; what is too long is cut."""
        text = self._words.part(node, kind)
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"

    def condition(self, node: c.Condition, *, required: bool = False) -> Iterator[Edit[c.Condition]]:
        """Every small change of a condition; `required` where each item of a list is a requirement of a rule."""
        match node:
            case c.FactIsTrue() | c.CriterionMet() | c.DeadlineMet() | c.GrantEntitled():
                return
            case c.Not(item=item):
                yield Edit(item, node.at, becomes(self.said(node), self.said(item)))
                for edit in self.condition(item):
                    yield edit.inside(lambda made: replace(node, item=made))
            case c.All(items=items) | c.AnyOf(items=items):
                yield from self._joined(node, items, required=required)
            case c.AtLeast(items=items):
                yield from self._at_least(node, items)
            case c.OneOf() | c.Includes() | c.Only():
                yield from self._values(node)
            case c.Within(fact=name) | c.Sum(fact=name):
                yield from self._interval(node, self._policy.facts[name].type)
            case c.Count(requires=requires):
                yield from self._interval(node, Type.INTEGER)
                for edit in self.condition(requires):
                    yield edit.inside(lambda made: replace(node, requires=made))
            case c.Every(entity=entity, requires=requires) | c.Some(entity=entity, requires=requires):
                other: c.Condition = (
                    c.Some(entity, requires, node.at)
                    if isinstance(node, c.Every)
                    else c.Every(entity, requires, node.at)
                )
                names = ("every", "some") if isinstance(node, c.Every) else ("some", "every")
                yield Edit(other, node.at, becomes(*names))
                for edit in self.condition(requires):
                    yield edit.inside(lambda made: replace(node, requires=made))
            case c.AmountWithin():
                yield from self._amounts(node)
            case c.OpenReadings(readings=readings):
                yield from (
                    edit.inside(lambda made: replace(node, readings=made)) for edit in each(readings, self._reading)
                )
            case _:
                assert_never(node)

    def amount(self, node: a.Amount, said: str = "") -> Iterator[Edit[a.Amount]]:
        """Every small change of an amount."""
        match node:
            case c.Literal():
                yield from operand(node, Type.MONEY, said, negative=False)
            case c.ParameterValue() | c.FactValue() | a.GrantAmount() | a.IfGranted() | a.Total():
                return
            case a.Share(rate=rate, of=of, counted_up_to=ceiling):
                yield from (
                    edit.inside(lambda made: replace(node, rate=made)) for edit in operand(rate, Type.RATE, "rate")
                )
                yield from (edit.inside(lambda made: replace(node, of=made)) for edit in self.amount(of))
                if ceiling is not None:
                    change = dropped(f"counted_up_to: {self.said(ceiling)}")
                    yield Edit(replace(node, counted_up_to=None), ceiling.at or node.at, change)
                    for edit in self.amount(ceiling, "counted_up_to"):
                        yield edit.inside(lambda made: replace(node, counted_up_to=made))
            case a.Add(items=items):
                yield from self._parts(node, items, "add")
            case a.Minus(amount=amount, less=less):
                yield from (edit.inside(lambda made: replace(node, amount=made)) for edit in self.amount(amount))
                yield from (edit.inside(lambda made: replace(node, less=made)) for edit in self.amount(less))
            case a.Smallest(items=items):
                yield Edit(a.Largest(items, node.at), node.at, becomes("smallest_of", "largest_of"))
                yield from self._parts(node, items, "smallest_of")
            case a.Largest(items=items):
                yield Edit(a.Smallest(items, node.at), node.at, becomes("largest_of", "smallest_of"))
                yield from self._parts(node, items, "largest_of")
            case a.FirstMatch():
                yield from self._cases(node)
            case _:
                assert_never(node)

    def _reading(self, reading: c.Reading) -> Iterator[Edit[c.Reading]]:
        for edit in self.condition(reading.requires, required=True):
            yield edit.inside(lambda made: replace(reading, requires=made))

    def _joined(
        self, node: c.All | c.AnyOf, items: tuple[c.Condition, ...], *, required: bool
    ) -> Iterator[Edit[c.Condition]]:
        is_all = isinstance(node, c.All)
        operator = "all" if is_all else "any"
        for item, others in without(items):
            yield Edit(
                replace(node, items=others),
                item.at or node.at,
                _left_out(self.said(item), operator, required=required and is_all),
            )
        if len(items) > 1:
            other: c.Condition = c.AnyOf(items, node.at) if is_all else c.All(items, node.at)
            yield Edit(other, node.at, becomes(operator, "any" if is_all else "all"))
        yield from (edit.inside(lambda made: replace(node, items=made)) for edit in each(items, self.condition))

    def _at_least(self, node: c.AtLeast, items: tuple[c.Condition, ...]) -> Iterator[Edit[c.Condition]]:
        for count in (node.count + step for step in STEPS):
            if 1 <= count <= len(items):
                yield Edit(replace(node, count=count), node.at, becomes(f"at_least {node.count}", f"at_least {count}"))
        for item, others in without(items):
            if node.count <= len(others):
                yield Edit(
                    replace(node, items=others), item.at or node.at, _left_out(self.said(item), "of", required=False)
                )
        yield from (edit.inside(lambda made: replace(node, items=made)) for edit in each(items, self.condition))

    def _values(self, node: c.OneOf | c.Includes | c.Only) -> Iterator[Edit[c.Condition]]:
        known = [option.value for option in self._policy.facts[node.fact].options]
        if isinstance(node, c.Includes):
            for value in known:
                if value != node.value:
                    change = becomes(f"includes {node.value}", f"includes {value}")
                    yield Edit(replace(node, value=value), node.at, change)
            return
        operator = "one_of" if isinstance(node, c.OneOf) else "only"
        for value, others in without(node.values):
            yield Edit(replace(node, values=others), node.at, _left_out(value, operator, required=False))
        for value in known:
            if value not in node.values:
                change = Message("`{what}` added to `{operator}`", {"what": value, "operator": operator})
                if isinstance(node, c.OneOf) and len(node.values) == 1:
                    change = becomes(f"is {node.values[0]}", f"one_of [{node.values[0]}, {value}]")
                yield Edit(replace(node, values=(*node.values, value)), node.at, change)

    def _interval(self, node: c.Within | c.Count | c.Sum, kind: Type) -> Iterator[Edit[c.Condition]]:
        for edit in self._ends(node.bounds, kind, node.at, lambda bound, word: operand(bound, kind, word)):
            yield edit.inside(lambda made: replace(node, bounds=made))

    def _amounts(self, node: c.AmountWithin) -> Iterator[Edit[c.Condition]]:
        for amount in self.amount(node.amount):
            yield amount.inside(lambda made: replace(node, amount=made))
        for edit in self._ends(node.bounds, Type.MONEY, node.at, self.amount):
            yield edit.inside(lambda made: replace(node, bounds=made))

    def _ends(
        self, bounds: c.Bounds[B], kind: Type, at: Span | None, edits: Callable[[B, str], Iterator[Edit[B]]]
    ) -> Iterator[Edit[c.Bounds[B]]]:
        """The changes of each end of an interval (`edits` get the word before it), then whether it lies within."""
        lower, upper = bounds.lower, bounds.upper
        if lower is not None:
            for edit in edits(lower, lower_word(kind, strict=bounds.lower_strict)):
                yield edit.inside(lambda made: replace(bounds, lower=made))
        if upper is not None:
            for edit in edits(upper, upper_word(kind, strict=bounds.upper_strict)):
                yield edit.inside(lambda made: replace(bounds, upper=made))
        if lower is not None:
            was, now, said = bounds.lower_strict, not bounds.lower_strict, self.said(lower, kind)
            words = (f"{lower_word(kind, strict=strict)} {said}" for strict in (was, now))
            yield Edit(replace(bounds, lower_strict=now), lower.at or at, becomes(*words))
        if upper is not None:
            was, now, said = bounds.upper_strict, not bounds.upper_strict, self.said(upper, kind)
            words = (f"{upper_word(kind, strict=strict)} {said}" for strict in (was, now))
            yield Edit(replace(bounds, upper_strict=now), upper.at or at, becomes(*words))

    def _parts(
        self, node: a.Add | a.Smallest | a.Largest, items: tuple[a.Amount, ...], operator: str
    ) -> Iterator[Edit[a.Amount]]:
        for item, others in without(items):
            change = _left_out(self.said(item), operator, required=False)
            yield Edit(replace(node, items=others), item.at or node.at, change)
        yield from (edit.inside(lambda made: replace(node, items=made)) for edit in each(items, self.amount))

    def _cases(self, node: a.FirstMatch) -> Iterator[Edit[a.Amount]]:
        for number, case in enumerate(node.cases):
            others = node.cases[:number] + node.cases[number + 1 :]
            left: a.Amount = replace(node, cases=others) if others else node.otherwise
            change = _left_out(f"when: {self.said(case.when)}", "first_match", required=False)
            yield Edit(left, case.at or node.at, change)
        yield from (edit.inside(lambda made: replace(node, cases=made)) for edit in each(node.cases, self._case))
        for edit in self.amount(node.otherwise, "otherwise"):
            yield edit.inside(lambda made: replace(node, otherwise=made))

    def _case(self, case: a.Case) -> Iterator[Edit[a.Case]]:
        for condition in self.condition(case.when):
            yield condition.inside(lambda made: replace(case, when=made))
        for amount in self.amount(case.then, "then"):
            yield amount.inside(lambda made: replace(case, then=made))


def _left_out(what: str, operator: str, *, required: bool) -> Message:
    if required:
        return Message("requirement `{what}` dropped", {"what": what})
    return Message("`{what}` dropped from `{operator}`", {"what": what, "operator": operator})
