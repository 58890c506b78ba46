"""Amounts in SQL: one guarded constructor per node."""

from __future__ import annotations

from typing import assert_never

from clas_policy.batch.sql import aggregates, conditions
from clas_policy.batch.sql.ends import Ends
from clas_policy.batch.sql.exact import ZERO
from clas_policy.batch.sql.refusing import placed
from clas_policy.batch.sql.scopes import Scope
from clas_policy.batch.sql.symbols import GrantColumns
from clas_policy.model import amount as a
from clas_policy.model.condition import FactValue, Literal, ParameterValue


def translated(node: a.Amount, scope: Scope) -> Ends:
    """The least and the most that the amount may be, in euros."""
    with placed(node.at):
        return _translated(node, scope)


def _translated(node: a.Amount, scope: Scope) -> Ends:
    ranges = scope.ranges
    match node:
        case Literal() | ParameterValue() | FactValue():
            return scope.money(node)
        case a.GrantAmount(grant=name):
            return worth(scope.grant(name))
        case a.IfGranted(grant=name):
            return _if_granted(scope.grant(name), scope)
        case a.Share(rate=rate, of=base, counted_up_to=ceiling):
            counted = translated(base, scope)
            if ceiling is not None:
                counted = ranges.smallest((counted, translated(ceiling, scope)))
            return ranges.share(scope.rate(rate), counted)
        case a.Add(items=items):
            return ranges.add([translated(item, scope) for item in items])
        case a.Minus(amount=amount, less=less):
            return ranges.minus(translated(amount, scope), translated(less, scope))
        case a.Smallest(items=items):
            return ranges.smallest([translated(item, scope) for item in items])
        case a.Largest(items=items):
            return ranges.largest([translated(item, scope) for item in items])
        case a.FirstMatch(cases=cases, otherwise=otherwise):
            branches = [(conditions.translated(case.when, scope), translated(case.then, scope)) for case in cases]
            return ranges.hull(branches, translated(otherwise, scope))
        case a.Total(grant=name, entity=entity):
            return aggregates.total(name, entity, scope)
        case _:
            assert_never(node)


def worth(grant: GrantColumns) -> Ends:
    """A grant in an amount: nothing if refused, its amount if due, otherwise from nothing to its high end."""
    ends = grant.ends
    if grant.due.is_always(True) or (grant.settled == grant.due and not grant.entitled.can_be(None) and ends.are_one):
        return ends
    return Ends(grant.payable, ends.high)


def _if_granted(grant: GrantColumns, scope: Scope) -> Ends:
    """Its amount if entitled, whatever its accord; nothing if not; from nothing to its high end if unknown."""
    ends = grant.ends
    if not grant.entitled.can_be(None):
        return ends
    if grant.settled == grant.entitled:
        return Ends(grant.granted, ends.high)
    low = ZERO if ends.low is None else scope.ranges.exact.chosen([(grant.entitled, ends.low)], ZERO)
    return Ends(low, ends.high)
