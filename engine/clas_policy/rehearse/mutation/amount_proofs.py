"""Whether two amounts pay the same, to the cent, on every dossier: a proof, or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise, product
from typing import Final

from clas_policy.explain import amounts
from clas_policy.explain.compiled import RunRange
from clas_policy.explain.names import Names
from clas_policy.explain.program import CompiledGrant, paid_amount
from clas_policy.explain.ranges import UNBOUNDED
from clas_policy.explain.slots import Layout
from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.fact import Type
from clas_policy.model.policy import Grant, Policy
from clas_policy.model.references import amounts_in, conditions_in, of_amount
from clas_policy.rehearse.mutation.forms import Region, Span
from clas_policy.situations import Situations
from clas_policy.situations.classes import limits

_MOST_REGIONS: Final = 512
_MOST_VALUES: Final = 500_000

Spans = Mapping[str, Span | None]


class AmountProofs:
    """Proofs about the grants of one policy, whose figures are in place."""

    def __init__(self, policy: Policy, situations: Situations) -> None:
        self._policy = policy
        self._situations = situations
        self._whens: dict[str | None, list[c.Condition]] = {}
        self._numbers: dict[tuple[str | None, c.Condition], int] = {}

    def same(self, one: Grant, other: Grant) -> bool:
        """Whether two grants that are rounded alike pay the same, or the same range, whatever a dossier says.

        The facts are cut where the figures of the amounts are; in each region, amounts are simplified and compared. A
        last resort where a single fact decides: every value of it.
        """
        if one.round_to != other.round_to:
            return False
        grants = self._pruned(one), self._pruned(other)
        return all(self._same_in(region, *grants) for region in self._regions(*grants))

    def _pruned(self, grant: Grant) -> Grant:
        cap = None if grant.at_most is None else self._reached(grant.at_most, grant.entity)
        return replace(grant, amount=self._reached(grant.amount, grant.entity), at_most=cap)

    def _same_in(self, spans: Spans | None, one: Grant, other: Grant) -> bool:
        if spans is None:
            return False
        entity = one.entity
        region = Region(self._policy.facts, spans, lambda when: self._known(when, entity))
        forms = [region.paid(grant.amount, grant.at_most, grant.round_to) for grant in (one, other)]
        return forms[0].key == forms[1].key or self._same_values(spans, one, other)

    # -- conditions

    def _known(self, when: c.Condition, entity: str | None) -> int:
        """The number of a condition; that of one proven the same, if there is one."""
        key = (entity, when)
        found = self._numbers.get(key)
        if found is None:
            known = self._whens.setdefault(entity, [])
            same = (n for n, other in enumerate(known) if self._situations.are_one(other, when, entity))
            found = self._numbers[key] = next(same, len(known))
            if found == len(known):
                known.append(when)
        return found

    def _reached(self, node: a.Amount, entity: str | None) -> a.Amount:
        """The amount without the cases that no dossier reaches."""
        match node:
            case a.FirstMatch(cases=cases, otherwise=otherwise):
                kept: list[a.Case] = []
                last = self._reached(otherwise, entity)
                for case in cases:
                    then = self._reached(case.then, entity)
                    first = c.All((*(c.Not(before.when) for before in kept), case.when))
                    if self._situations.possible_truths(first, entity) == {False}:
                        continue  # whenever this may hold, one before it does
                    if self._situations.possible_truths(case.when, entity) == {True}:
                        last = then
                        break
                    kept.append(replace(case, then=then))
                return a.FirstMatch(tuple(kept), last, node.at) if kept else last
            case a.Share(of=of, counted_up_to=ceiling):
                counted = None if ceiling is None else self._reached(ceiling, entity)
                return replace(node, of=self._reached(of, entity), counted_up_to=counted)
            case a.Add(items=items) | a.Smallest(items=items) | a.Largest(items=items):
                return replace(node, items=tuple(self._reached(item, entity) for item in items))
            case a.Minus(amount=amount, less=less):
                return replace(node, amount=self._reached(amount, entity), less=self._reached(less, entity))
            case _:
                return node

    # -- regions

    def _regions(self, *grants: Grant) -> Iterator[Spans | None]:
        """Every combination of unknown and cut facts; None where there are too many."""
        figures: set[int] = set()
        facts: dict[str, None] = {}
        for grant in grants:
            for node in (grant.amount, grant.at_most):
                for operand in _operands(node):
                    match operand:
                        case c.Literal(value=int() as value):
                            figures.add(value)
                        case c.FactValue(fact=name):
                            facts[name] = None
                        case _:
                            pass
        spans = {name: (None, *self._cut(name, figures)) for name in facts}
        count = 1
        for cuts in spans.values():
            count *= len(cuts)
        if count > _MOST_REGIONS:
            yield None
            return
        for chosen in product(*spans.values()):
            yield dict(zip(spans, chosen, strict=True))

    def _cut(self, name: str, figures: set[int]) -> Iterator[Span]:
        """What a dossier may say of a fact, cut where the figures are."""
        fact = self._policy.facts[name]
        least, most = limits(fact)
        starts = figures if fact.type is Type.MONEY else ()
        first = -UNBOUNDED if least is None else least
        last = UNBOUNDED if most is None else most
        marks = [first, *sorted(number for number in starts if first < number <= last)]
        for start, following in pairwise((*marks, last + 1)):
            yield start, following - 1

    # -- values

    def _same_values(self, spans: Spans, one: Grant, other: Grant) -> bool:
        """Whether all values of the only fact that is open in a region pay the same, if they can be tried."""
        ranges = {name: span for name, span in spans.items() if span is not None and span[0] != span[1]}
        if len(ranges) != 1 or not (_is_plain(one) and _is_plain(other)):
            return False
        ((name, (low, high)),) = ranges.items()
        if not (isinstance(low, int) and isinstance(high, int)) or high - low >= _MOST_VALUES:
            return False
        names = Names(self._policy, Layout(self._policy))
        d = names.layout.row(None, {})
        e = d if one.entity is None else names.layout.row(one.entity, {})
        cells = {fact: names.layout.cell(fact) for fact in spans}
        for fact, span in spans.items():
            if span is not None:
                (e if cells[fact].of_member else d)[cells[fact].index] = span[0]
        runs = [_paid(grant, names) for grant in (one, other)]
        row, index = (e if cells[name].of_member else d), cells[name].index
        for value in range(high, low - 1, -1):
            row[index] = value
            if runs[0](d, e) != runs[1](d, e):
                return False
        return True


def _operands(node: a.Amount | None) -> Iterator[c.Operand]:
    """The figures and facts of an amount, not of the conditions in it."""
    for part in amounts_in(node):
        match part:
            case c.Literal() | c.ParameterValue() | c.FactValue():
                yield part
            case a.Share(rate=rate):
                yield rate
            case _:
                pass


def _is_plain(grant: Grant) -> bool:
    """Whether the amount depends on facts and figures alone."""
    nodes = (grant.amount, grant.at_most)
    return not any(
        next(conditions_in(node), None) is not None or any(ref.kind in ("grant", "entity") for ref in of_amount(node))
        for node in nodes
    )


def _paid(grant: Grant, names: Names) -> RunRange:
    cap = None if grant.at_most is None else amounts.compiled(grant.at_most, names)
    cell = names.layout.cell(grant.name)
    return paid_amount(CompiledGrant(grant, cell, (), None, amounts.compiled(grant.amount, names), cap, None))
