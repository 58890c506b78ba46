"""Exact numbers in SQL: decimals of a known scale, within known limits, no wider than they must be.

A number may be NULL only where that stands for an infinite end: ``endless``. Only the constructors here and in `ends`
know which end it is; they are the only ones that compute with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlglot import exp

from clas_policy.batch.sql import forms, truths
from clas_policy.batch.sql.dialects import IN_64_BITS, MOST_DIGITS, Dialect
from clas_policy.batch.sql.forms import Sql
from clas_policy.batch.sql.truths import Truth
from clas_policy.frozen import dataclass

MONEY_SCALE: Final = 2
RATE_SCALE: Final = 6
MOST_ROWS: Final = 10**6
"""The members that a list is reckoned to have at the most; a total beyond that is an error, never a wrong number."""
_SPARK_SUM: Final = 10
"""The digits that Spark adds to those of what it sums up."""


class TooWideError(Exception):
    """A number that does not fit in 38 digits."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number between `low` and `high`, which are in units of its last decimal; `width` is its type's digits."""

    sql: Sql
    scale: int
    low: int
    high: int
    width: int
    endless: bool = False

    @property
    def constant(self) -> int | None:
        """What it always is, where its limits say so."""
        return self.low if self.low == self.high and not self.endless else None

    @property
    def digits(self) -> int:
        """The digits that it needs."""
        return _digits(self.low, self.high, self.scale)

    @property
    def finite(self) -> Number:
        """The same, where somebody else makes sure that it is not infinite."""
        return replace(self, endless=False)

    def is_same_constant(self, other: Number) -> bool:
        scale = max(self.scale, other.scale)
        return self.constant is not None and other.constant is not None and self.at(scale) == other.at(scale)

    def at(self, scale: int) -> tuple[int, int]:
        """Its limits in the units of a finer scale."""
        factor: int = 10 ** (scale - self.scale)
        return self.low * factor, self.high * factor


def literal(value: int, scale: int, *, least_scale: int = 0) -> Number:
    """A constant, without the zeros at the end of its decimals beyond the `least_scale`."""
    while scale > least_scale and value % 10 == 0:
        value //= 10
        scale -= 1
    width = max(len(str(abs(value))), scale + 1)
    return Number(forms.decimal(value, scale), scale, value, value, width)


def plain(number: Number) -> Number:
    """The number, as a literal where it is constant: what stands in its place may read columns for nothing."""
    constant = number.constant
    return number if constant is None else literal(constant, number.scale, least_scale=number.scale)


ZERO: Final = literal(0, MONEY_SCALE, least_scale=MONEY_SCALE)


def money(cents: int) -> Number:
    return literal(cents, MONEY_SCALE, least_scale=MONEY_SCALE)


class Arithmetic:
    """The arithmetic of one dialect; raises TooWideError for what would not fit."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect

    # -- types

    def fitted(self, number: Number) -> Number:
        """The number, in a type of just the digits that it needs."""
        digits = _checked(number.digits)
        if number.constant is not None or number.width == digits:
            return number
        return replace(number, sql=forms.as_decimal(number.sql, digits, number.scale), width=digits)

    def _narrowed(self, number: Number) -> Number:
        return self.fitted(number) if number.width > number.digits else number

    def _widened(self, number: Number, digits: int) -> Number:
        width = max(digits, IN_64_BITS + 1)
        return replace(number, sql=forms.as_decimal(number.sql, width, number.scale), width=width)

    def _sum_width(self, left: Number, right: Number) -> int:
        """The digits that the engine gives a sum; PostgreSQL gives as many as it takes."""
        return 0 if self.dialect is Dialect.POSTGRES else _common_width((left, right)) + 1

    def one_of(self, sql: Sql, parts: Sequence[Number], *, endless: bool) -> Number:
        """What is one of the parts, whichever it is."""
        scale = max(part.scale for part in parts)
        limits = [part.at(scale) for part in parts]
        return self._joined(sql, parts, min(low for low, _ in limits), max(high for _, high in limits), endless=endless)

    def _joined(self, sql: Sql, parts: Sequence[Number], low: int, high: int, *, endless: bool) -> Number:
        """What is one of the parts, at the finest of their scales."""
        scale = max(part.scale for part in parts)
        number = Number(sql, scale, low, high, min(_common_width(parts), MOST_DIGITS), endless)
        _checked(number.digits)
        return number

    def aligned(self, parts: Sequence[Number]) -> Sequence[Number]:
        """The parts, narrowed where the engine has no type that holds any of them."""
        if _common_width(parts) <= MOST_DIGITS:
            return parts
        narrow = [self._narrowed(part) for part in parts]
        _checked(_common_width(narrow))
        return narrow

    # -- sums and products; NULL stays NULL

    def plus(self, left: Number, right: Number) -> Number:
        return self._sum(left, right, sign=1)

    def minus(self, left: Number, right: Number) -> Number:
        return self._sum(left, right, sign=-1)

    def _sum(self, left: Number, right: Number, sign: int) -> Number:
        scale = max(left.scale, right.scale)
        (a, b), (c, d) = left.at(scale), right.at(scale)
        low, high = (a + c, b + d) if sign > 0 else (a - d, b - c)
        endless = left.endless or right.endless
        if left.constant is not None and right.constant is not None:
            return literal(low, scale, least_scale=MONEY_SCALE)
        if right.constant == 0 and left.scale == scale:
            return left
        if left.constant == 0 and sign > 0 and right.scale == scale:
            return right
        needed = _checked(_digits(low, high, scale))
        if self._sum_width(left, right) > MOST_DIGITS or needed <= IN_64_BITS < self._sum_width(left, right):
            left, right = self._narrowed(left), self._narrowed(right)
        width = self._sum_width(left, right)
        _checked(width if self.dialect is Dialect.SPARK else _common_width((left, right)))
        sql = forms.plus(left.sql, right.sql) if sign > 0 else forms.minus(left.sql, right.sql)
        return Number(sql, scale, low, high, min(max(width, needed), MOST_DIGITS), endless)

    def times(self, left: Number, right: Number) -> Number:
        """The product of two numbers; of ranges, which ends are multiplied is for `ends` to say."""
        scale = _checked(left.scale + right.scale)
        ends = [x * y for x in (left.low, left.high) for y in (right.low, right.high)]
        low, high = min(ends), max(ends)
        endless = left.endless or right.endless
        if left.constant is not None and right.constant is not None:
            return literal(low, scale, least_scale=MONEY_SCALE)
        if right.constant is not None and right.constant == 10**right.scale:
            return left
        needed = _checked(_digits(low, high, scale))
        match self.dialect:
            case Dialect.DUCKDB if needed > IN_64_BITS >= max(left.width, right.width):
                left = self._widened(left, needed)  # two 64-bit numbers have a 64-bit product
            case Dialect.SPARK if left.width + right.width + 1 > MOST_DIGITS:
                left, right = self._narrowed(left), self._narrowed(right)
                _checked(left.width + right.width + 1)  # beyond, it would round the decimals
        width = min(left.width + right.width + 1, MOST_DIGITS)
        return Number(forms.times(left.sql, right.sql), scale, low, high, max(width, needed), endless)

    def sum_of(self, number: Number) -> Number:
        """The number added up over rows; NULL is left out."""
        low, high = min(number.low * MOST_ROWS, 0), max(number.high * MOST_ROWS, 0)
        digits = _checked(_digits(low, high, number.scale))
        if self.dialect is Dialect.SPARK and number.width + _SPARK_SUM > MOST_DIGITS:
            number = self._narrowed(number)
            _checked(number.width + _SPARK_SUM)
        sql = forms.as_decimal(forms.total(number.sql), digits, number.scale)
        return Number(sql, number.scale, low, high, digits)

    # -- the smaller and the larger

    def smaller(self, parts: Sequence[Number], *, null_wins: bool) -> Number:
        """The smallest; where NULL is minus infinity it wins, where it is plus infinity it never does."""
        return self._extreme(parts, null_wins=null_wins, smallest=True)

    def larger(self, parts: Sequence[Number], *, null_wins: bool) -> Number:
        """The largest; where NULL is plus infinity it wins, where it is minus infinity it never does."""
        return self._extreme(parts, null_wins=null_wins, smallest=False)

    def _extreme(self, parts: Sequence[Number], *, null_wins: bool, smallest: bool) -> Number:
        scale = max(part.scale for part in parts)
        pick = min if smallest else max
        limits = [part.at(scale) for part in parts]
        kept = self._that_matter(parts, limits, null_wins=null_wins, smallest=smallest)
        if len(kept) == 1:
            return kept[0]
        kept = list(self.aligned(kept))
        scale = max(part.scale for part in kept)
        low, high = pick(part.at(scale)[0] for part in kept), pick(part.at(scale)[1] for part in kept)
        endless_parts = [part for part in kept if part.endless]
        endless = bool(endless_parts) if null_wins else len(endless_parts) == len(kept)
        if not null_wins and endless_parts:
            # One that is infinite is passed over: those that never are say how far it goes.
            sure = [part.at(scale) for part in kept if not part.endless] or [part.at(scale) for part in kept]
            if smallest:
                high = (max if endless else min)(most for _, most in sure)
            else:
                low = (min if endless else max)(least for least, _ in sure)
        if len(kept) == 2 and len(endless_parts) <= (0 if null_wins else 1) and all(map(_is_short, kept)):
            one, other = kept if kept[0].endless or not kept[1].endless else (kept[1], kept[0])
            sign = "<" if smallest else ">"
            sql = forms.case([(forms.compared(one.sql, sign, other.sql), one.sql)], other.sql)
        else:
            sqls = [part.sql for part in kept]
            sql = forms.least(sqls) if smallest else forms.greatest(sqls)
            if null_wins and endless_parts:
                unknown = [forms.is_null(part.sql) for part in endless_parts]
                sql = forms.case([(forms.negation(forms.disjunction(unknown)), sql)])
        return self._joined(sql, kept, low, high, endless=endless)

    @staticmethod
    def _that_matter(
        parts: Sequence[Number], limits: Sequence[tuple[int, int]], *, null_wins: bool, smallest: bool
    ) -> list[Number]:
        """The parts but those that another one always beats."""
        kept: list[Number] = []
        for index, part in enumerate(parts):
            beaten = False
            for rank, other in enumerate(parts):
                if rank == index or other.endless or (part.endless and null_wins):
                    continue
                a, b = limits[index], limits[rank]
                wins = b[1] <= a[0] if smallest else b[0] >= a[1]
                ties = a[0] == a[1] == b[0] == b[1]
                if wins and not (ties and rank > index):
                    beaten = True
            if not beaten:
                kept.append(part)
        return kept

    # -- comparisons, for conditions of CASE: what is infinite compares as NULL, and so is not true

    def holds(self, left: Number, operator: str, right: Number) -> Truth:
        """Whether a comparison holds; it can be NULL only where an end is infinite."""
        scale = max(left.scale, right.scale)
        (a, b), (c, d) = left.at(scale), right.at(scale)
        always = {"<": b < c, "<=": b <= c, ">": a > d, ">=": a >= d, "=": a == b == c == d}[operator]
        never = {"<": a >= d, "<=": a > d, ">": b <= c, ">=": b < c, "=": b < c or a > d}[operator]
        possible: set[bool | None] = {True} if always else {False} if never else {True, False}
        if left.endless or right.endless:
            possible.add(None)
        one, other = self.aligned((left, right))
        return truths.of(forms.compared(one.sql, operator, other.sql), frozenset(possible))

    # -- choices

    def chosen(self, branches: Sequence[tuple[Truth, Number]], otherwise: Number) -> Number:
        """The number of the first condition that is true."""
        kept: list[tuple[Truth, Number]] = []
        last = otherwise
        for when, then in branches:
            if when.is_always(True):
                last = then
                break
            if when.can_be(True):
                kept.append((when, then))
        if not kept or all(_same(then, last) for _, then in kept):
            return last
        parts = self.aligned([*(then for _, then in kept), last])
        sql = forms.case([(when.sql, part.sql) for (when, _), part in zip(kept, parts, strict=False)], parts[-1].sql)
        return self.one_of(sql, parts, endless=any(part.endless for part in parts))

    def rounded(self, number: Number, decimals: int) -> Number:
        """Half-up to so many decimals (negative: tens), for a number that is not negative."""
        if number.scale <= decimals:
            return self.rescaled(number, MONEY_SCALE)
        factor = 10 ** (number.scale - decimals)
        low, high = (_half_up(end, factor) for end in (number.low, number.high))
        scale = max(decimals, 0)
        if decimals < 0:
            low, high = low * 10**-decimals, high * 10**-decimals
        if number.constant is not None:
            return self.rescaled(literal(low, scale), MONEY_SCALE)
        result = Number(forms.rounded(number.sql, decimals), scale, low, high, number.width, number.endless)
        return self.rescaled(result, MONEY_SCALE)

    def rescaled(self, number: Number, scale: int) -> Number:
        """The number in a type that has so many decimals, where it has fewer."""
        if number.scale >= scale:
            return number
        low, high = number.at(scale)
        if number.constant is not None:
            return literal(low, scale, least_scale=scale)
        digits = _checked(_digits(low, high, scale))
        sql = forms.as_decimal(number.sql, digits, scale)
        return Number(sql, scale, low, high, digits, number.endless)


def _half_up(value: int, factor: int) -> int:
    return (2 * value + factor) // (2 * factor)


def _checked(digits: int) -> int:
    if digits > MOST_DIGITS:
        raise TooWideError(digits)
    return digits


def _common_width(parts: Sequence[Number]) -> int:
    """The digits of a type that holds what the type of any part holds."""
    return max(part.scale for part in parts) + max(part.width - part.scale for part in parts)


def _digits(low: int, high: int, scale: int) -> int:
    return max(len(str(abs(low))), len(str(abs(high))), scale + 1)


def _is_short(number: Number) -> bool:
    """Whether it may well stand twice: a column, a literal, one that has a value for NULL."""
    return number.sql.find(exp.Case, exp.Mul, exp.Add, exp.Sub, exp.Least) is None


def _same(one: Number, other: Number) -> bool:
    return one.sql == other.sql or (one.scale == other.scale and one.is_same_constant(other))
