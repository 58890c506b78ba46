"""One value of a dossier, from JSON to its type: one way to write each.

What is due is compiled once per fact into a function; what to write instead is worked out only for a value that is
refused (`dossier_hints`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final, TypeAlias, assert_never, cast

from clas_policy.model.dates import Period, parse_date
from clas_policy.model.fact import Fact, Type, Value
from clas_policy.model.money import MAX_DIGITS, RATE_SCALE, parse_amount, parse_rate
from clas_policy.reading import dossier_hints as hints
from clas_policy.reading.json_text import Json, Number

Convert: TypeAlias = Callable[[Json], Value]
"""Gives the typed value of what is neither absent nor null; raises Refusal."""

LARGEST: Final = 10**MAX_DIGITS - 1
MAX_ID: Final = 200
"""The characters that an id may have."""

FORBIDDEN: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
"""What no text may have: controls, line ends, marks that turn the direction of writing, invisible spaces, halves of
characters. They make two texts look alike, or a text look like another."""

DEPARTMENT: Final = re.compile(r"[0-9]{2,3}|2[AB]")


def converter(fact: Fact) -> Convert:
    """What reads a value of `fact`."""
    match fact.type:
        case Type.BOOLEAN:
            return _boolean
        case Type.INTEGER:
            return _integer(fact)
        case Type.MONEY:
            return _money(fact)
        case Type.RATE:
            return _rate(fact)
        case Type.DATE:
            return _date
        case Type.CHOICE:
            return _choice(fact)
        case Type.CHOICES:
            return _choices(fact)
        case Type.TEXT:
            return text
        case _:
            assert_never(fact.type)


def limits(fact: Fact) -> tuple[int, int]:
    """The least and the greatest number that a dossier may give for a fact (cents, millionths, whole numbers)."""
    match fact.type:
        case Type.MONEY:
            least, most = 0, LARGEST * 100 + 99
        case Type.RATE:
            least, most = 0, RATE_SCALE
        case _:
            least, most = -LARGEST, LARGEST
    return (least if fact.minimum is None else fact.minimum, most if fact.maximum is None else fact.maximum)


def _boolean(value: Json) -> bool:
    if value is True or value is False:
        return value
    raise hints.not_boolean(value)


def _integer(fact: Fact) -> Convert:
    lowest, highest = limits(fact)

    def convert(value: Json) -> int:
        if type(value) is not int:
            raise hints.not_integer(value)
        if lowest <= value <= highest:
            return value
        raise hints.out_of_bounds(fact, value, lowest, highest)

    return convert


def _money(fact: Fact) -> Convert:
    lowest, highest = limits(fact)

    def convert(value: Json) -> int:
        if type(value) is int:
            cents = value * 100
        elif type(value) is str or type(value) is Number:
            try:
                cents = parse_amount(value)
            except ValueError:
                raise hints.not_money(value) from None
            if cents == 0 and value.startswith("-"):
                raise hints.not_money(value)
        else:
            raise hints.not_money(value)
        if lowest <= cents <= highest:
            return cents
        raise hints.out_of_bounds(fact, cents, lowest, highest)

    return convert


def _rate(fact: Fact) -> Convert:
    lowest, highest = limits(fact)

    def convert(value: Json) -> int:
        if type(value) is not str:
            raise hints.not_rate(value)
        try:
            rate = parse_rate(value)
        except ValueError:
            raise hints.not_rate(value) from None
        if lowest <= rate <= highest:
            return rate
        raise hints.out_of_bounds(fact, rate, lowest, highest)

    return convert


def _date(value: Json) -> Value:
    if type(value) is str:
        try:
            return parse_date(value)
        except ValueError:
            pass
    from clas_policy.reading import dossier_days

    raise dossier_days.not_date(value)


def _choice(fact: Fact) -> Convert:
    values = frozenset(option.value for option in fact.options)

    def convert(value: Json) -> str:
        if type(value) is str and value in values:
            return value
        raise hints.not_choice(fact, value)

    return convert


def _choices(fact: Fact) -> Convert:
    values = frozenset(option.value for option in fact.options)
    fewest = fact.min_items

    def convert(value: Json) -> frozenset[str]:
        if type(value) is list:
            try:
                chosen = frozenset(cast("list[str]", value))
            except TypeError:  # an object or a list among the items
                raise hints.not_choices(fact, value) from None
            if chosen <= values and len(chosen) == len(value) >= fewest:
                return chosen
        raise hints.not_choices(fact, value)

    return convert


def text(value: Json) -> str:
    """A text that says something; raises Refusal."""
    if type(value) is str and value and not value.isspace() and (value.isprintable() or not FORBIDDEN.search(value)):
        return value
    raise hints.not_text(value, FORBIDDEN)


def identifier(value: Json) -> str:
    """The id of a dossier or of a member: a printable text; raises Refusal."""
    if type(value) is str and value.isprintable() and value and not value.isspace() and len(value) <= MAX_ID:
        return value
    raise hints.not_id(value, MAX_ID)


def period(value: Json) -> str:
    """A school year or a year; raises Refusal."""
    if type(value) is str and _is_period(value):
        return value
    from clas_policy.reading import dossier_days

    raise dossier_days.not_period(value)


@lru_cache(maxsize=64)
def _is_period(value: str) -> bool:
    try:
        Period.parse(value)
    except ValueError:
        return False
    return True


def department(value: Json) -> str:
    """The code of a department; raises Refusal."""
    if type(value) is str and DEPARTMENT.fullmatch(value):
        return value
    raise hints.not_department(value)
