"""Values as policy files write them, by the type that is due: one way to write each, and what to write instead."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar

from clas_policy.model.dates import Period, parse_day
from clas_policy.model.fact import Type
from clas_policy.model.money import MAX_DIGITS, RATE_SCALE, format_euros, format_rate, parse_euros, parse_rate
from clas_policy.problem import Message
from clas_policy.reading.nodes import Node, Scalar
from clas_policy.reading.report import Report

TO_CONFIRM: Final = "to_confirm"

E = TypeVar("E", bound=StrEnum)

_IDENTIFIER: Final = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")
_INTEGER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)")
_NUMBER: Final = re.compile(r"(-?)([0-9][0-9 \u00a0\u202f\u2009']*)(?:[.,]([0-9]+))?")
_MONEY_LOOK: Final = re.compile(
    r"(?P<number>-?[0-9][0-9 \u00a0\u202f\u2009'.,]*?)[ \u00a0\u202f\u2009]*(?:€|EUR|euros?|eur)?"
)
_RATE_LOOK: Final = re.compile(r"(?P<number>[0-9][0-9.,]*)[ \u00a0\u202f\u2009]*(?P<sign>%|pour ?cent)?")
_LONGEST_MEANT: Final = 60
"""Nobody who means a number writes more than that; the patterns need not be tried on what is longer."""
_DAY_LOOKS: Final = (
    re.compile(r"(?P<d>[0-9]{1,2})[/.-](?P<m>[0-9]{1,2})[/.-](?P<y>[0-9]{4})"),
    re.compile(r"(?P<y>[0-9]{4})[/.-]?(?P<m>[0-9]{1,2})[/.-]?(?P<d>[0-9]{1,2})"),
)
_DAY_IN_WORDS: Final = re.compile(r"(?P<d>[0-9]{1,2})(?:er)? (?P<m>[a-zéûA-ZÉÛ]+) (?P<y>[0-9]{4})")
_MONTHS: Final = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def member(kind: type[E], text: str | None) -> E | None:
    """The member of an enumeration that `text` names, or None."""
    try:
        return kind(text or "")
    except ValueError:
        return None


def is_name(text: str) -> bool:
    """Whether `text` has the form of a name (of a fact, a parameter, a criterion, …)."""
    return _IDENTIFIER.fullmatch(text) is not None


def is_to_confirm(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.plain and node.text == TO_CONFIRM


def literal(node: Scalar, due: Type, report: Report, *, signed: bool = False) -> int | date | None:
    """The value of `node` as an integer, money (cents), rate (millionths) or date; None after a problem is reported.

    A negative number is a problem unless `signed`.
    """
    match due:
        case Type.INTEGER:
            value: int | date | None = _integer(node, report)
        case Type.MONEY:
            value = _money(node, report)
        case Type.RATE:
            value = _rate(node, report)
        case Type.DATE:
            return day(node, report)
        case Type.BOOLEAN | Type.CHOICE | Type.CHOICES | Type.TEXT:
            raise AssertionError(due)
    if isinstance(value, int) and value < 0 and not signed:
        report.add("CLAS-P134", Message("`{text}` is negative", {"text": node.text}), node.span)
        return None
    return value


def _integer(node: Scalar, report: Report) -> int | None:
    if node.plain and _INTEGER.fullmatch(node.text) and len(node.text.lstrip("-")) <= MAX_DIGITS:
        return int(node.text)
    digits = re.sub(r"[ \u00a0\u202f\u2009_']", "", node.text)
    fixed = digits if _INTEGER.fullmatch(digits) else digits.removesuffix(".0")
    hint = Message("write digits only, like `12`")
    if _INTEGER.fullmatch(fixed) and len(fixed) <= MAX_DIGITS:
        hint = Message("write `{fixed}`", {"fixed": fixed})
    report.add("CLAS-P133", Message("`{text}` is not a whole number", {"text": node.text}), node.span, hint=hint)
    return None


def meant_amount(text: str) -> str | None:
    """The plain number of euros that people meant by ``8 487,00 €``, or None."""
    if len(text) > _LONGEST_MEANT:
        return None
    look = _MONEY_LOOK.fullmatch(text.strip())
    return _plain_number(look["number"]) if look else None


def meant_rate(text: str) -> Message | None:
    """How to write the rate that people meant by ``32,5%`` or ``0.325``, or None."""
    if len(text) > _LONGEST_MEANT:
        return None
    look = _RATE_LOOK.fullmatch(text.strip())
    number = _plain_number(look["number"]) if look else None
    if look is None or number is None:
        return None
    return _rate_hint(f"{number} %", times_hundred=not look["sign"] and number.startswith("0."))


def _plain_number(text: str) -> str | None:
    """The number that people meant by ``8 487,00``: digits with a decimal point, or None."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    sign, whole, decimals = match.groups()
    whole = re.sub(r"[^0-9]", "", whole).lstrip("0") or "0"
    decimals = (decimals or "").rstrip("0")
    return f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}"


def _money(node: Scalar, report: Report) -> int | None:
    text = node.text
    try:
        return parse_euros(text)
    except ValueError:
        pass
    number = meant_amount(text)
    if number is not None and len(number.partition(".")[2]) > 2:
        report.add(
            "CLAS-P137",
            Message("`{text}` has more than two decimals", {"text": text}),
            node.span,
            hint=Message("an amount has whole cents; nothing is rounded in silence"),
        )
        return None
    hint = Message("an amount is written like `8487 EUR` or `2758.28 EUR`")
    if number is not None:
        try:
            hint = Message("write `{fixed}`", {"fixed": format_euros(parse_euros(f"{number} EUR"))})
        except ValueError:
            hint = Message("an amount has at most {digits} digits", {"digits": str(MAX_DIGITS)})
    report.add("CLAS-P130", Message("`{text}` is not an amount of money", {"text": text}), node.span, hint=hint)
    return None


def _rate(node: Scalar, report: Report) -> int | None:
    text = node.text
    try:
        rate = parse_rate(text)
    except ValueError:
        pass
    else:
        if rate > RATE_SCALE:
            report.add("CLAS-P134", Message("`{text}` is more than 100 %", {"text": text}), node.span)
            return None
        return rate
    hint = meant_rate(text) or Message("a rate carries its unit, like `32.5 %`, with at most four decimals")
    report.add("CLAS-P131", Message("`{text}` is not a rate", {"text": text}), node.span, hint=hint)
    return None


def _rate_hint(text: str, *, times_hundred: bool = False) -> Message | None:
    try:
        rate = parse_rate(text)
    except ValueError:
        return None
    if times_hundred:
        return Message(
            "a rate carries its unit: write `{one}`, or `{hundred}` if that is meant",
            {"one": format_rate(rate * 100), "hundred": format_rate(rate)},
        )
    return Message("a rate carries its unit: write `{fixed}`", {"fixed": format_rate(rate)})


def day(node: Scalar, report: Report) -> date | None:
    """A day written ``AAAA-MM-JJ``; None after a problem is reported."""
    text = node.text
    try:
        return parse_day(text)
    except ValueError:
        pass
    proposal = meant_day(text)
    if proposal is None:
        message = Message("`{text}` is not a date", {"text": text})
        hint = Message("a date is written `AAAA-MM-JJ`, like `2024-10-30`")
        if "T" in text and text[:10].count("-") == 2:
            hint = Message("a policy names days, without a time: write `{fixed}`", {"fixed": text[:10]})
        report.add("CLAS-P132", message, node.span, hint=hint)
        return None
    year, month, number = proposal
    if 1 <= month <= 12 and year >= 1:
        from calendar import monthrange

        days = monthrange(year, month)[1]
        if not 1 <= number <= days:
            report.add(
                "CLAS-P138",
                Message("`{text}` does not exist", {"text": text}),
                node.span,
                hint=Message("{month} has {days} days", {"month": f"{year:04d}-{month:02d}", "days": str(days)}),
            )
            return None
        report.add(
            "CLAS-P132",
            Message("`{text}` is not a date", {"text": text}),
            node.span,
            hint=Message("write `{fixed}`", {"fixed": f"{year:04d}-{month:02d}-{number:02d}"}),
        )
        return None
    report.add("CLAS-P138", Message("`{text}` does not exist", {"text": text}), node.span)
    return None


def meant_day(text: str) -> tuple[int, int, int] | None:
    """The year, month and day that people meant by ``30/10/2024`` or ``30 octobre 2024``, or None."""
    if len(text) > _LONGEST_MEANT:
        return None
    for look in _DAY_LOOKS:
        match = look.fullmatch(text.strip())
        if match:
            return int(match["y"]), int(match["m"]), int(match["d"])
    match = _DAY_IN_WORDS.fullmatch(text.strip())
    if match and match["m"].lower() in _MONTHS:
        return int(match["y"]), _MONTHS.index(match["m"].lower()) + 1, int(match["d"])
    return None


def period(text: str) -> Period | None:
    """The period that `text` names, or None."""
    try:
        return Period.parse(text)
    except ValueError:
        return None
