"""Amounts in one region of their facts, simplified: what they surely are, or what they depend on."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from fractions import Fraction
from typing import Final, TypeAlias, assert_never

from clas_policy.explain.names import unknown_range
from clas_policy.explain.ranges import ANYTHING, UNBOUNDED, added, plus, product, rounded
from clas_policy.frozen import dataclass
from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.fact import Fact
from clas_policy.model.money import RATE_SCALE

Number: TypeAlias = Fraction | int | float
"""Exact cents, or an infinite end."""
Span: TypeAlias = tuple[Number, Number]
"""The least and the most of a known fact; None in its place is an unknown fact."""
Whens: TypeAlias = Callable[[c.Condition], Hashable]
"""What stands for a condition: the same for all that are proven the same."""

_ANY_RATE: Final[Span] = (0, 1)


@dataclass(frozen=True, slots=True)
class Form:
    """An amount of a region: `key` says what it is, `low` and `high` bound both ends of it.

    Where it is `fixed`, its (low, high) are these for every dossier of the region. Forms of the same key are the same
    pair (low, high) on every dossier of the region.
    """

    key: Hashable
    low: Number
    high: Number
    fixed: bool = False


def fixed(low: Number, high: Number) -> Form:
    return Form(("fixed", low, high), low, high, fixed=True)


class Region:
    """The dossiers in which each of some facts is unknown, or lies between two numbers."""

    def __init__(self, facts: Mapping[str, Fact], spans: Mapping[str, Span | None], whens: Whens) -> None:
        self._facts = facts
        self._spans = spans
        self._whens = whens

    def paid(self, amount: a.Amount, cap: a.Amount | None, round_to: int) -> Form:
        """What a grant pays of an amount: capped, not below zero, rounded."""
        value, limit = self.form(amount), None if cap is None else self.form(cap)
        if limit is not None and value.high + round_to <= limit.low:
            limit = None  # never reached, not even by rounding up
        if value.high <= 0:
            return fixed(0, 0)
        if limit is None and value.fixed:
            return fixed(*(rounded(end, None, round_to, round_to) for end in (value.low, value.high)))  # type: ignore[arg-type]
        if limit is not None and value.fixed and limit.fixed:
            low = rounded(value.low, limit.low, round_to, round_to)  # type: ignore[arg-type]
            return fixed(low, rounded(value.high, limit.high, round_to, round_to))  # type: ignore[arg-type]
        return Form(("paid", value.key, None if limit is None else limit.key, round_to), 0, UNBOUNDED)

    def form(self, node: a.Amount) -> Form:
        match node:
            case c.Literal() | c.ParameterValue() | c.FactValue():
                return self._operand(node, 1, ANYTHING)
            case a.GrantAmount() | a.IfGranted() | a.Total():
                return Form(node, 0, UNBOUNDED)
            case a.Share(rate=rate, of=of, counted_up_to=ceiling):
                base = self.form(of) if ceiling is None else _smallest([self.form(of), self.form(ceiling)])
                return _product(self._operand(rate, RATE_SCALE, _ANY_RATE), base)
            case a.Add(items=items):
                return _sum([self.form(item) for item in items])
            case a.Minus(amount=amount, less=less):
                return _difference(self.form(amount), self.form(less))
            case a.Smallest(items=items):
                return _smallest([self.form(item) for item in items])
            case a.Largest(items=items):
                return _largest([self.form(item) for item in items])
            case a.FirstMatch(cases=cases, otherwise=otherwise):
                return self._first(cases, self.form(otherwise))
            case _:
                assert_never(node)

    def _operand(self, node: c.Operand, scale: int, unknown: Span) -> Form:
        match node:
            case c.Literal(value=int() as value):
                return fixed(Fraction(value, scale), Fraction(value, scale))
            case c.Literal() | c.ParameterValue():
                return fixed(*unknown)
            case c.FactValue(fact=name):
                span = self._spans[name]
                low, high = unknown_range(self._facts[name]) if span is None else span
                low, high = _scaled(low, scale), _scaled(high, scale)
                if span is None or low == high:
                    return fixed(low, high)
                return Form(("fact", name), low, high)
            case _:
                assert_never(node)

    def _first(self, cases: tuple[a.Case, ...], otherwise: Form) -> Form:
        branches = [(self._whens(case.when), self.form(case.then)) for case in cases]
        while branches and branches[-1][1].key == otherwise.key:
            branches.pop()  # whether it holds or not, the same follows
        if not branches:
            return otherwise
        forms = [*(form for _, form in branches), otherwise]
        key = ("first", tuple((when, form.key) for when, form in branches), otherwise.key)
        return Form(key, min(form.low for form in forms), max(form.high for form in forms))


def _scaled(number: Number, scale: int) -> Number:
    return number if isinstance(number, float) else Fraction(number) / scale


def _made(name: str, parts: list[Form], low: Number, high: Number) -> Form:
    if all(part.fixed for part in parts):
        return fixed(low, high)
    return Form((name, tuple(part.key for part in parts)), low, high)


def _product(rate: Form, base: Form) -> Form:
    low, high = product((rate.low, rate.high), (base.low, base.high))  # type: ignore[arg-type]
    return fixed(0, 0) if low == high == 0 else _made("product", [rate, base], low, high)


def _sum(parts: list[Form]) -> Form:
    low, high = added([(part.low, part.high) for part in parts])  # type: ignore[misc]
    return _made("sum", parts, low, high)


def _difference(amount: Form, less: Form) -> Form:
    low, high = plus(amount.low, -less.high), plus(amount.high, -less.low)  # type: ignore[arg-type]
    return _made("difference", [amount, less], low, high)


def _smallest(parts: list[Form]) -> Form:
    parts = _distinct(parts)
    kept = [part for part in parts if not any(other is not part and other.high <= part.low for other in parts)]
    kept = kept or [min(parts, key=lambda part: part.low)]
    if len(kept) == 1:
        return kept[0]
    return _made("smallest", kept, min(part.low for part in kept), min(part.high for part in kept))


def _largest(parts: list[Form]) -> Form:
    parts = _distinct(parts)
    kept = [part for part in parts if not any(other is not part and other.low >= part.high for other in parts)]
    kept = kept or [max(parts, key=lambda part: part.high)]
    if len(kept) == 1:
        return kept[0]
    return _made("largest", kept, max(part.low for part in kept), max(part.high for part in kept))


def _distinct(parts: list[Form]) -> list[Form]:
    return list({part.key: part for part in parts}.values())
