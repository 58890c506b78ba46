"""The few forms of SQL that the query is made of; each takes copies, so that a part may stand in several places."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Final

from sqlglot import exp

Sql = exp.Expression

BOOLEAN: Final = "BOOLEAN"


def column(name: str, table: str | None = None) -> Sql:
    return exp.column(name, table=table, quoted=True)


def text(value: str) -> Sql:
    return exp.Literal.string(value)


def whole(value: int) -> Sql:
    return exp.Literal.number(value)


def decimal(value: int, scale: int) -> Sql:
    """The literal of `value` divided by ten to the `scale`, with so many decimals."""
    digits = f"{abs(value):0{scale + 1}d}"
    written = f"{digits[:-scale]}.{digits[-scale:]}" if scale else digits
    literal = exp.Literal.number(written)
    return exp.Paren(this=exp.Neg(this=literal)) if value < 0 else literal


def day(value: date) -> Sql:
    return cast(text(value.isoformat()), "DATE")


def null(kind: str = BOOLEAN) -> Sql:
    return cast(exp.Null(), kind)


def boolean(value: bool) -> Sql:
    return exp.Boolean(this=value)


def cast(sql: Sql, kind: str) -> Sql:
    return exp.Cast(this=sql.copy(), to=exp.DataType.build(kind))


def as_decimal(sql: Sql, digits: int, scale: int) -> Sql:
    return cast(sql, f"DECIMAL({digits}, {scale})")


def _inside(sql: Sql) -> Sql:
    """A part of a larger expression, in parentheses where it needs them."""
    bare = isinstance(sql, exp.Column | exp.Literal | exp.Func | exp.Paren | exp.Boolean | exp.Null | exp.Cast)
    return sql.copy() if bare and not isinstance(sql, exp.And | exp.Or) else exp.Paren(this=sql.copy())


def negation(sql: Sql) -> Sql:
    return exp.Not(this=_inside(sql))


def conjunction(parts: Iterable[Sql]) -> Sql:
    return _chain(exp.And, parts)


def disjunction(parts: Iterable[Sql]) -> Sql:
    return _chain(exp.Or, parts)


def _chain(kind: type[exp.And | exp.Or], parts: Iterable[Sql]) -> Sql:
    joined: Sql | None = None
    for part in parts:
        loose = isinstance(part, exp.And | exp.Or)
        wrapped = exp.Paren(this=part.copy()) if loose else part.copy()
        joined = wrapped if joined is None else kind(this=joined, expression=wrapped)
    if joined is None:
        raise ValueError(parts)
    return joined


def compared(left: Sql, operator: str, right: Sql) -> Sql:
    """One of ``=``, ``<``, ``<=``, ``>``, ``>=``."""
    kinds: dict[str, Callable[..., Sql]] = {"=": exp.EQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}
    made: Sql = kinds[operator](this=_inside(left), expression=_inside(right))
    return made


def is_one_of(sql: Sql, values: Iterable[str]) -> Sql:
    return exp.In(this=_inside(sql), expressions=[text(value) for value in values])


def is_null(sql: Sql) -> Sql:
    return exp.Is(this=_inside(sql), expression=exp.Null())


def is_known(sql: Sql) -> Sql:
    return exp.Is(this=_inside(sql), expression=exp.Not(this=exp.Null()))


def is_not_false(sql: Sql) -> Sql:
    return exp.Is(this=_inside(sql), expression=exp.Not(this=boolean(False)))


def is_not_true(sql: Sql) -> Sql:
    return exp.Is(this=_inside(sql), expression=exp.Not(this=boolean(True)))


def case(branches: Iterable[tuple[Sql, Sql]], otherwise: Sql | None = None) -> Sql:
    """The value of the first condition that is true, else `otherwise` (NULL where there is none)."""
    ifs = [exp.If(this=when.copy(), true=then.copy()) for when, then in branches]
    return exp.Case(ifs=ifs, default=None if otherwise is None else otherwise.copy())


def plus(left: Sql, right: Sql) -> Sql:
    return exp.Add(this=_inside_sum(left), expression=_inside(right))


def minus(left: Sql, right: Sql) -> Sql:
    return exp.Sub(this=_inside_sum(left), expression=_inside(right))


def _inside_sum(sql: Sql) -> Sql:
    return sql.copy() if isinstance(sql, exp.Add | exp.Sub) else _inside(sql)


def times(left: Sql, right: Sql) -> Sql:
    return exp.Mul(this=_inside(left), expression=_inside(right))


def least(parts: Iterable[Sql]) -> Sql:
    first, *others = [part.copy() for part in parts]
    return exp.Least(this=first, expressions=others, ignore_nulls=True)


def greatest(parts: Iterable[Sql]) -> Sql:
    first, *others = [part.copy() for part in parts]
    return exp.Greatest(this=first, expressions=others, ignore_nulls=True)


def coalesce(sql: Sql, instead: Sql) -> Sql:
    return exp.Coalesce(this=sql.copy(), expressions=[instead.copy()])


def rounded(sql: Sql, decimals: int) -> Sql:
    places = whole(decimals) if decimals >= 0 else exp.Neg(this=whole(-decimals))
    return exp.Round(this=sql.copy(), decimals=places)


def total(sql: Sql) -> Sql:
    return exp.Sum(this=sql.copy())


def count_where(condition: Sql) -> Sql:
    """How many rows the condition is true of."""
    return exp.Count(this=case([(condition, whole(1))]))


def named(sql: Sql, name: str) -> Sql:
    return exp.Alias(this=sql.copy(), alias=exp.to_identifier(name, quoted=True))
