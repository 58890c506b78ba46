"""Truths in SQL: NULL is unknown. AND, OR, NOT and comparisons are Kleene's by themselves; all else is guarded here.

What a truth can come to is kept with it, so that what the policy alone decides costs the database nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Final

from clas_policy.batch.sql import forms
from clas_policy.batch.sql.forms import Sql
from clas_policy.frozen import dataclass
from clas_policy.model import truth as kleene
from clas_policy.model.truth import Truth as Value

Possible = frozenset[Value]
ANY: Final[Possible] = frozenset((True, False, None))
DECIDED: Final[Possible] = frozenset((True, False))


@dataclass(frozen=True, slots=True)
class Truth:
    """A truth, and the values that it can have."""

    sql: Sql
    possible: Possible = ANY

    @property
    def is_constant(self) -> bool:
        return len(self.possible) == 1

    def can_be(self, value: Value) -> bool:
        return value in self.possible

    def is_always(self, value: Value) -> bool:
        return self.possible == {value}


def constant(value: Value) -> Truth:
    sql = forms.null() if value is None else forms.boolean(value)
    return Truth(sql, frozenset((value,)))


TRUE: Final = constant(True)
FALSE: Final = constant(False)
UNKNOWN: Final = constant(None)


def of(sql: Sql, possible: Possible) -> Truth:
    """A truth that can have these values; the constant where it can have but one."""
    if len(possible) == 1:
        (value,) = possible
        return constant(value)
    return Truth(sql, possible)


def column(name: str, possible: Possible = ANY) -> Truth:
    return of(forms.column(name), possible)


def negation(item: Truth) -> Truth:
    return of(forms.negation(item.sql), frozenset(map(kleene.negation, item.possible)))


def conjunction(items: Iterable[Truth]) -> Truth:
    return _joined(tuple(items), settles=False)


def disjunction(items: Iterable[Truth]) -> Truth:
    return _joined(tuple(items), settles=True)


def _joined(items: tuple[Truth, ...], *, settles: bool) -> Truth:
    """AND and OR: what settles wins, then NULL; an item that changes nothing is left out."""
    join = kleene.disjunction if settles else kleene.conjunction
    if any(item.is_always(settles) for item in items):
        return constant(settles)
    left = [item for item in items if not item.is_always(not settles)]
    kept: list[Truth] = []
    for item in left:
        if not item.is_always(None) and item not in kept:
            kept.append(item)
    if any(item.is_always(None) for item in left) and all(item.can_be(not settles) for item in kept):
        kept.append(UNKNOWN)  # what can only settle or be unknown is what it would be with another unknown
    if not kept:
        return constant(not settles)
    possible: Possible = frozenset((not settles,))
    for item in kept:
        possible = frozenset(join(pair) for pair in product(possible, item.possible))
    if len(kept) == 1:
        return kept[0]
    parts = [item.sql for item in kept]
    return of(forms.disjunction(parts) if settles else forms.conjunction(parts), possible)


def at_least(count: int, items: Sequence[Truth]) -> Truth:
    """True when so many are true for certain, false when so many cannot be."""
    if count == 1:
        return disjunction(items)
    if count == len(items):
        return conjunction(items)
    certain = forms.case([(items[0].sql, forms.whole(1))], forms.whole(0))
    possible = forms.case([(forms.negation(items[0].sql), forms.whole(0))], forms.whole(1))
    for item in items[1:]:
        certain = forms.plus(certain, forms.case([(item.sql, forms.whole(1))], forms.whole(0)))
        possible = forms.plus(possible, forms.case([(forms.negation(item.sql), forms.whole(0))], forms.whole(1)))
    needed = forms.whole(count)
    sql = forms.case(
        [
            (forms.compared(certain, ">=", needed), forms.boolean(True)),
            (forms.compared(possible, "<", needed), forms.boolean(False)),
        ]
    )
    counts = {(0, 0)}
    for item in items:
        counts = {
            (sure + (value is True), may + (value is not False)) for sure, may in counts for value in item.possible
        }
    outcomes = frozenset(True if sure >= count else False if may < count else None for sure, may in counts)
    return of(sql, outcomes)


def agreement(items: Sequence[Truth]) -> Truth:
    """What all say, unknown where one is unknown or two differ."""
    first, *others = items
    if not others:
        return first
    possible = {value for value in DECIDED if all(item.can_be(value) for item in items)}
    if not possible or not all(item.is_constant for item in items):
        possible.add(None)
    same = forms.conjunction(forms.compared(first.sql, "=", other.sql) for other in others)
    return of(forms.case([(same, first.sql)]), frozenset(possible))


def is_not_false(item: Truth) -> Truth:
    """True where it is true or unknown; never unknown itself."""
    if not item.can_be(False):
        return TRUE
    return of(forms.is_not_false(item.sql), frozenset(value is not False for value in item.possible))


def is_known(item: Truth) -> Truth:
    if not item.can_be(None):
        return TRUE
    return of(forms.is_known(item.sql), frozenset(value is not None for value in item.possible))


def between(certainly: Truth, impossible: Truth) -> Truth:
    """True where `certainly` is true, false where `impossible` is, else unknown."""
    branches = []
    possible: set[Value] = set()
    if certainly.is_always(True):
        return TRUE
    if certainly.can_be(True):
        branches.append((certainly.sql, forms.boolean(True)))
        possible.add(True)
    if impossible.can_be(True):
        branches.append((impossible.sql, forms.boolean(False)))
        possible.add(False)
    if not impossible.is_always(True):
        possible.add(None)
    if possible == {False}:
        return FALSE
    if not branches:
        return UNKNOWN
    return of(forms.case(branches), frozenset(possible))


def where_given(given: Truth, value: Truth) -> Truth:
    """The truth where a list is given, unknown where it is absent."""
    if value.is_always(None):
        return UNKNOWN
    return of(forms.case([(given.sql, value.sql)]), value.possible | {None})


def is_not_true(item: Truth) -> Truth:
    """True where it is false or unknown; never unknown itself."""
    if not item.can_be(True):
        return TRUE
    return of(forms.is_not_true(item.sql), frozenset(value is not True for value in item.possible))


def is_null(sql: Sql) -> Truth:
    """Whether an expression is NULL."""
    return Truth(forms.is_null(sql), DECIDED)


def is_unknown(item: Truth) -> Truth:
    """True where it is unknown; never unknown itself."""
    if not item.can_be(None):
        return FALSE
    return of(forms.is_null(item.sql), frozenset(value is None for value in item.possible))
