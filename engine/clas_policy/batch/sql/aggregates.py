"""What a dossier says of all members of an entity: aggregated before it is joined, guarded against lists that are
empty (no row, so NULL) or absent (unknown).
"""

from __future__ import annotations

from dataclasses import replace

from clas_policy.batch.sql import amounts, conditions, forms, truths
from clas_policy.batch.sql.ends import Ends
from clas_policy.batch.sql.exact import ZERO, Number
from clas_policy.batch.sql.forms import Sql
from clas_policy.batch.sql.scopes import Scope
from clas_policy.batch.sql.symbols import unknown_ends
from clas_policy.batch.sql.truths import Truth
from clas_policy.model import condition as c
from clas_policy.model.fact import Type

_NONE = forms.whole(0)


def _of_members(scope: Scope) -> Scope:
    """How members that are listed read names, whoever asks."""
    return Scope(scope.symbols, scope.ranges)


def _part(entity: str, scope: Scope) -> str:
    return f"{scope.policy.entities[entity].list_key}_by_dossier"


def _name(entity: str, scope: Scope, what: str) -> str:
    symbols = scope.symbols
    number = sum(definition.over is not None for definition in symbols.definitions)
    owner = symbols.rule or scope.policy.entities[entity].list_key
    return f"{owner}.{what}_{number}"


def _aggregate(entity: str, what: str, sql: Sql, scope: Scope) -> Sql:
    """The column of an aggregate; NULL where there is no member."""
    symbols = scope.symbols
    for definition in symbols.definitions:
        if definition.over == entity and definition.sql == sql:
            return forms.column(definition.name)
    name = _name(entity, scope, what)
    symbols.define(name, sql, None, _part(entity, scope), over=entity)
    return forms.column(name)


def _count(entity: str, what: str, condition: Sql, scope: Scope) -> Sql:
    return _aggregate(entity, what, forms.count_where(condition), scope)


def every(entity: str, requires: c.Condition, scope: Scope) -> Truth:
    """All members (an empty list: met; an absent one: unknown)."""
    return _settled(entity, requires, scope, by=False)


def some(entity: str, requires: c.Condition, scope: Scope) -> Truth:
    """At least one member (an empty list: not met; an absent one: unknown)."""
    return _settled(entity, requires, scope, by=True)


def _settled(entity: str, requires: c.Condition, scope: Scope, *, by: bool) -> Truth:
    inner = conditions.translated(requires, _of_members(scope))
    branches: list[tuple[Sql, Sql]] = []
    possible: set[bool | None] = {not by}
    if inner.can_be(by):
        settling = inner.sql if by else forms.negation(inner.sql)
        found = _count(entity, "met" if by else "not_met", settling, scope)
        branches.append((forms.compared(found, ">", _NONE), forms.boolean(by)))
        possible.add(by)
    if inner.can_be(None):
        unknown = _count(entity, "unknown", forms.is_null(inner.sql), scope)
        branches.append((forms.compared(unknown, ">", _NONE), forms.null()))
        possible.add(None)
    otherwise = forms.boolean(not by)
    value = truths.of(forms.case(branches, otherwise) if branches else otherwise, frozenset(possible))
    return truths.where_given(scope.symbols.given(entity), value)


def counted(entity: str, requires: c.Condition, bounds: c.Bounds[c.Operand], scope: Scope) -> Truth:
    """How many members meet a condition: from those that do to those that may."""
    inner = conditions.translated(requires, _of_members(scope))
    certain: Sql = _NONE
    if inner.can_be(True):
        certain = forms.coalesce(_count(entity, "met", inner.sql, scope), _NONE)
    possible = certain
    if inner.can_be(None):
        unknown = forms.coalesce(_count(entity, "unknown", forms.is_null(inner.sql), scope), _NONE)
        possible = forms.plus(certain, unknown)
    return _within((certain, possible), entity, bounds, Type.INTEGER, scope)


def summed(name: str, entity: str, bounds: c.Bounds[c.Operand], scope: Scope) -> Truth:
    """The total of a fact; each member that does not know it counts from its least to its most."""
    fact = scope.policy.facts[name]
    lowest, highest = (_sum(name, entity, end, fact.type, scope) for end in unknown_ends(fact))
    return _within((lowest, highest), entity, bounds, fact.type, scope)


def _sum(name: str, entity: str, instead: int | None, kind: Type, scope: Scope) -> Sql:
    """The sum with a value instead of NULL, or NULL (infinite) where there is none and one is needed."""
    column: Sql = forms.column(name)
    zero = _NONE if kind is Type.INTEGER else ZERO.sql
    exact = forms.as_decimal(column, 15, 0) if kind is Type.INTEGER else column  # Spark adds BIGINT up in 64 bits
    if instead is not None:
        value = forms.whole(instead) if kind is Type.INTEGER else forms.decimal(instead, 2)
        return forms.coalesce(_aggregate(entity, "sum", forms.total(forms.coalesce(exact, value)), scope), zero)
    found = forms.coalesce(_aggregate(entity, "sum", forms.total(exact), scope), zero)
    unknown = _count(entity, "unknown", forms.is_null(column), scope)
    return forms.case([(forms.compared(forms.coalesce(unknown, _NONE), "=", _NONE), found)])


def _within(number: tuple[Sql, Sql], entity: str, bounds: c.Bounds[c.Operand], kind: Type, scope: Scope) -> Truth:
    """A number that is a range, within bounds; NULL ends are infinite, and so never settle a comparison."""
    low, high = number
    sides: list[Truth] = []
    for operand, last, first, holds, fails in (
        (bounds.lower, low, high, *((">", "<=") if bounds.lower_strict else (">=", "<"))),
        (bounds.upper, high, low, *(("<", ">=") if bounds.upper_strict else ("<=", ">"))),
    ):
        if operand is not None:
            bound = scope.bound(operand, kind)
            if bound is None:
                sides.append(truths.UNKNOWN)
            else:
                certainly, impossible = forms.compared(last, holds, bound), forms.compared(first, fails, bound)
                sides.append(truths.between(Truth(certainly), Truth(impossible)))
    return truths.where_given(scope.symbols.given(entity), truths.conjunction(sides))


def total(grant: str, entity: str, scope: Scope) -> Ends:
    """A grant of an entity over its members: nothing without members, anything where the list is absent."""
    ends = amounts.worth(_of_members(scope).grant(grant))
    given = scope.symbols.given(entity)
    low = ZERO if ends.low is None else sum_of(ends.low, entity, scope)
    if ends.high is None:
        members = _aggregate(entity, "members", forms.count_where(forms.boolean(True)), scope)
        none = forms.compared(forms.coalesce(members, _NONE), "=", _NONE)
        high = truths.conjunction((given, Truth(none, truths.DECIDED)))
        return Ends(low, Number(forms.case([(high.sql, ZERO.sql)]), 2, 0, 0, 3, endless=True))
    found = sum_of(ends.high, entity, scope)
    bounded_where = [given]
    if ends.high.endless:
        unlimited = _count(entity, "unlimited", forms.is_null(ends.high.sql), scope)
        bounded_where.append(Truth(forms.compared(forms.coalesce(unlimited, _NONE), "=", _NONE), truths.DECIDED))
    bounded = truths.conjunction(bounded_where)
    sql = forms.case([(bounded.sql, found.sql)])
    return Ends(low, replace(found, sql=sql, endless=True))


def sum_of(added: Number, entity: str, scope: Scope) -> Number:
    """A number added up over the members; infinite ones are left out, for who asks to say."""
    return ZERO if added.constant == 0 else number(scope.ranges.exact.sum_of(added), entity, scope, "total")


def number(aggregate: Number, entity: str, scope: Scope, what: str) -> Number:
    """What the members add up to: nothing where there is none."""
    if aggregate.constant == 0:
        return ZERO
    fitted = scope.ranges.exact.fitted(aggregate)
    column = _aggregate(entity, what, fitted.sql, scope)
    return replace(fitted, sql=forms.coalesce(column, forms.decimal(0, fitted.scale)))


def any_of_members(condition: Truth, entity: str, scope: Scope) -> Truth:
    """Whether a condition, never unknown, is true of a member that is listed."""
    if not condition.can_be(True):
        return truths.FALSE
    found = forms.coalesce(_count(entity, "unlimited", condition.sql, scope), _NONE)
    return Truth(forms.compared(found, ">", _NONE), truths.DECIDED)
