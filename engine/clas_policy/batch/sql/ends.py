"""Amounts in SQL as pairs of ends, each exact; an infinite end is NULL, which only the constructors here read.

The low end is never plus infinity and the high end never minus infinity, so a NULL says which one it is by where it
stands. A pair whose ends are one and the same number is known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from clas_policy.batch.sql import forms, truths
from clas_policy.batch.sql.exact import ZERO, Arithmetic, Number
from clas_policy.batch.sql.truths import Truth
from clas_policy.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Ends:
    """The least and the most that an amount may be; None is infinite whatever the dossier."""

    low: Number | None
    high: Number | None

    @property
    def are_one(self) -> bool:
        """Whether both ends are the same expression, never infinite."""
        if self.low is None or self.high is None or self.low.endless or self.high.endless:
            return False
        return self.low is self.high or self.low.is_same_constant(self.high)


def known(number: Number) -> Ends:
    return Ends(number, number)


NOTHING = known(ZERO)
ANYTHING = Ends(ZERO, None)


class Ranges:
    """The arithmetic of pairs in one dialect."""

    def __init__(self, arithmetic: Arithmetic) -> None:
        self.exact = arithmetic

    def unknown_fact(self, column: Number, lowest: Number | None, highest: Number | None) -> Ends:
        """A fact, NULL where it is unknown: it then counts from its lowest to its highest."""
        return Ends(self._otherwise(column, lowest), self._otherwise(column, highest))

    def _otherwise(self, column: Number, instead: Number | None) -> Number:
        if instead is None:
            return replace(column, endless=True)
        sql = forms.coalesce(column.sql, instead.sql)
        low, high = instead.at(column.scale)
        return replace(column, sql=sql, low=min(low, column.low), high=max(high, column.high))

    def add(self, items: Sequence[Ends]) -> Ends:
        return self._each(items, self._sum)

    def _sum(self, numbers: Sequence[Number | None]) -> Number | None:
        total: Number | None = numbers[0]
        for number in numbers[1:]:
            total = None if total is None or number is None else self.exact.plus(total, number)
        return total

    def minus(self, amount: Ends, less: Ends) -> Ends:
        """The ends cross."""
        low = None if amount.low is None or less.high is None else self.exact.minus(amount.low, less.high)
        if amount.are_one and less.are_one:
            return Ends(low, low)
        high = None if amount.high is None or less.low is None else self.exact.minus(amount.high, less.low)
        return Ends(low, high)

    def smallest(self, items: Sequence[Ends]) -> Ends:
        lows, highs = [item.low for item in items], [item.high for item in items]
        low = None if None in lows else self.exact.smaller(_given(lows), null_wins=True)
        if all(item.are_one for item in items):
            return Ends(low, low)
        finite = _given(highs)
        return Ends(low, self.exact.smaller(finite, null_wins=False) if finite else None)

    def largest(self, items: Sequence[Ends]) -> Ends:
        lows, highs = [item.low for item in items], [item.high for item in items]
        high = None if None in highs else self.exact.larger(_given(highs), null_wins=True)
        if all(item.are_one for item in items):
            return Ends(high, high)
        finite = _given(lows)
        return Ends(self.exact.larger(finite, null_wins=False) if finite else None, high)

    def share(self, rate: Ends, base: Ends) -> Ends:
        """A rate, which is never negative, of a base: the hull of the products, where 0 times infinity is 0."""
        if rate.are_one and rate.low is not None:
            if rate.low.constant == 0:
                return NOTHING
            if base.are_one and base.low is not None:
                return known(self.exact.times(base.low, rate.low))
        return Ends(self._low_product(rate, base.low), self._high_product(rate, base.high))

    def _low_product(self, rate: Ends, base: Number | None) -> Number | None:
        """Of the low rate where the base is not negative, else of the high one."""
        if rate.low is None:
            raise ValueError(rate)
        if base is None:
            return self._unless_zero(rate.high, None)
        positive = self.exact.holds(base, ">=", ZERO)
        of_low = self.exact.times(base, rate.low)
        if positive.is_always(True) or rate.are_one:
            return self._guarded(of_low, rate.high, base)
        of_high = self._unless_zero(rate.high, base)
        if of_high is None:
            return self._only_where(positive, of_low)
        return self.exact.chosen([(positive, of_low)], of_high)

    def _high_product(self, rate: Ends, base: Number | None) -> Number | None:
        """Of the high rate where the base is not negative, else of the low one."""
        if rate.low is None:
            raise ValueError(rate)
        if base is None:
            return self._unless_zero(rate.high, None)
        negative = self.exact.holds(base, "<", ZERO)
        if negative.is_always(True) or rate.are_one:
            return self._guarded(self.exact.times(base, rate.low), rate.high, base)
        of_high = self._unless_zero(rate.high, base)
        if not negative.can_be(True):
            return of_high
        of_low = self.exact.times(base, rate.low)
        if of_high is None:
            nothing = self.exact.holds(base, "=", ZERO)
            return self._only_where(negative, of_low, (nothing, ZERO))
        return self.exact.chosen([(negative, of_low)], of_high)

    def _guarded(self, product: Number, rate: Number | None, base: Number) -> Number:
        """The product, 0 where the rate is 0 and the base infinite."""
        if not base.endless or rate is None:
            return product
        return self.exact.chosen([(self.exact.holds(rate, "=", ZERO), ZERO)], product)

    def _unless_zero(self, rate: Number | None, base: Number | None) -> Number | None:
        """The product of a rate and a base of which either may be infinite: 0 where the other is 0, else infinite."""
        if rate is None and base is None:
            return None
        if rate is None:
            return None if base is None else self._only_where(self.exact.holds(base, "=", ZERO), ZERO)
        if base is None:
            return self._only_where(self.exact.holds(rate, "=", ZERO), ZERO)
        product = self.exact.times(base, rate)
        if not product.endless:
            return product
        nothing = truths.disjunction((self.exact.holds(rate, "=", ZERO), self.exact.holds(base, "=", ZERO)))
        return self.exact.chosen([(nothing, ZERO)], product)

    def _only_where(self, when: Truth, number: Number, *more: tuple[Truth, Number]) -> Number | None:
        """The number where the condition is true, else an infinite end."""
        branches = [(one, then) for one, then in ((when, number), *more) if one.can_be(True)]
        if not branches:
            return None
        parts = self.exact.aligned([then for _, then in branches])
        sql = forms.case([(one.sql, part.sql) for (one, _), part in zip(branches, parts, strict=True)])
        return self.exact.one_of(sql, parts, endless=True)

    def hull(self, branches: Sequence[tuple[Truth, Ends]], otherwise: Ends) -> Ends:
        """What may be reached: every branch that is not excluded, up to the first that is met."""
        reached: list[tuple[Truth, Ends]] = []
        before: list[Truth] = []
        for when, then in branches:
            if when.is_always(False):
                continue
            reached.append((truths.conjunction([*before, truths.is_not_false(when)]), then))
            if when.is_always(True):
                break
            before.append(truths.is_not_true(when))
        else:
            reached.append((truths.conjunction(before), otherwise))
        if len(reached) == 1:
            return reached[0][1]
        low = self._hull_end([(when, ends.low) for when, ends in reached], smallest=True)
        return Ends(low, self._hull_end([(when, ends.high) for when, ends in reached], smallest=False))

    def _hull_end(self, reached: Sequence[tuple[Truth, Number | None]], *, smallest: bool) -> Number | None:
        """The outermost end of the branches that are reached; NULL stands for those that are not, until guarded."""
        infinite = [when for when, end in reached if end is None]
        infinite += [
            truths.conjunction((when, truths.is_null(end.sql)))
            for when, end in reached
            if end is not None and end.endless
        ]
        endless = truths.disjunction(infinite) if infinite else truths.FALSE
        finite = [(when, end) for when, end in reached if end is not None]
        if not finite or endless.is_always(True):
            return None
        first = finite[0][1]
        if not infinite and all(end.is_same_constant(first) for _, end in finite):
            return first
        parts = self.exact.aligned([end for _, end in finite])
        choices = [forms.case([(when.sql, part.sql)]) for (when, _), part in zip(finite, parts, strict=True)]
        sql = choices[0] if len(choices) == 1 else forms.least(choices) if smallest else forms.greatest(choices)
        if endless.can_be(True):
            sql = forms.case([(forms.negation(endless.sql), sql)])
        return self.exact.one_of(sql, parts, endless=endless.can_be(True))

    def paid(self, value: Ends, cap: Ends | None, round_to: int) -> Ends:
        """What a grant pays: capped, not below zero, half-up once, down where that would pass the cap."""
        if cap is None:
            low = self._rounded(self._floored_low(value.low), None, round_to)
            if value.are_one:
                return known(low)
            return Ends(low, self._high_paid(value.high, None, round_to))
        low = self._capped_low(value.low, cap.low, round_to)
        if value.are_one and cap.are_one:
            return known(low)
        high = value.high
        if high is None:
            high = cap.high
        elif cap.high is not None:
            high = self.exact.smaller([high, cap.high], null_wins=False)
        return Ends(low, self._high_paid(high, cap.high, round_to))

    def _floored_low(self, low: Number | None) -> Number:
        """A low end, not below zero (minus infinity is below)."""
        return ZERO if low is None else self.exact.larger([low, ZERO], null_wins=False)

    def _capped_low(self, low: Number | None, cap: Number | None, round_to: int) -> Number:
        if low is None or cap is None:
            return ZERO
        return self._rounded(self._floored_low(self.exact.smaller([low, cap], null_wins=True)), cap, round_to)

    def _high_paid(self, high: Number | None, cap: Number | None, round_to: int) -> Number | None:
        if high is None:
            return None
        return self._rounded(self.exact.larger([high, ZERO], null_wins=True), cap, round_to)

    def _rounded(self, number: Number, cap: Number | None, round_to: int) -> Number:
        """A number that is not negative, half-up to so many cents; one unit less where that passes the cap."""
        decimals = 2 - (len(str(round_to)) - 1)
        rounded = self.exact.rounded(number, decimals)
        if cap is None or cap.scale <= decimals or rounded is number:
            return rounded
        unit = Number(forms.decimal(round_to, 2), 2, round_to, round_to, max(3, len(str(round_to))))
        above = truths.conjunction((self.exact.holds(rounded, ">", cap), self.exact.holds(cap, ">", ZERO)))
        if not above.can_be(True):
            return rounded
        down = self.exact.minus(rounded, unit)
        return self.exact.chosen([(above, replace(down, low=max(down.low, 0)))], rounded)

    @staticmethod
    def _each(items: Sequence[Ends], join: Callable[[Sequence[Number | None]], Number | None]) -> Ends:
        low = join([item.low for item in items])
        if all(item.are_one for item in items):
            return Ends(low, low)
        return Ends(low, join([item.high for item in items]))

    # -- comparisons

    def at_least(self, amount: Ends, bound: Ends, *, strict: bool) -> Truth:
        """Whether an amount is at (strictly: above) another, whatever each is between its ends."""
        certainly = self._compared(amount.low, ">" if strict else ">=", bound.high)
        impossible = self._compared(amount.high, "<=" if strict else "<", bound.low)
        if amount.are_one and bound.are_one and not (certainly.can_be(None) or impossible.can_be(None)):
            return certainly
        return truths.between(certainly, impossible)

    def _compared(self, one: Number | None, operator: str, other: Number | None) -> Truth:
        """A comparison of ends; an infinite one of them leaves it false (the other would have to be infinite too)."""
        return truths.FALSE if one is None or other is None else self.exact.holds(one, operator, other)


def _given(numbers: Sequence[Number | None]) -> list[Number]:
    return [number for number in numbers if number is not None]
