"""Amounts, rates and dates as people read them; only for text and documents, never for JSON or CSV."""

from __future__ import annotations

import re
from typing import Final

_MONTHS: Final = {
    "fr": (
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()  # noqa: SIM905
    ),
    "en": (
        "January February March April May June July August September October November December".split()  # noqa: SIM905
    ),
}
_MONEY: Final = re.compile(r"-?[0-9]+\.[0-9]{2,}")
_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_RATE: Final = re.compile(r"[0-9]+(?:\.[0-9]+)? %")
NARROW: Final = "\u202f"
NO_BREAK: Final = "\u00a0"
MINUS: Final = "\u2212"


def whole(number: int, lang: str) -> str:
    """A whole number, its thousands apart: ``2 758`` or ``2,758``."""
    digits = f"{abs(number):,}".replace(",", NARROW if lang == "fr" else ",")
    return f"{MINUS}{digits}" if number < 0 else digits


def money(amount: str, lang: str) -> str:
    """``2758.28`` as « 2 758,28 € » or « €2,758.28 »; more decimals stay as they are."""
    sign, digits = (MINUS, amount[1:]) if amount.startswith("-") else ("", amount)
    euros, _, decimals = digits.partition(".")
    if lang == "fr":
        return f"{sign}{whole(int(euros), lang)},{decimals}{NO_BREAK}€"
    return f"{sign}€{whole(int(euros), lang)}.{decimals}"


def rate(text: str, lang: str) -> str:
    """``32.5 %`` as « 32,5 % » or « 32.5% »."""
    return text.replace(".", ",").replace(" ", NARROW) if lang == "fr" else text.replace(" ", "")


def day(text: str, lang: str) -> str:
    """``2024-10-30`` as « 30 octobre 2024 » or « 30 October 2024 »."""
    match = _DAY.fullmatch(text)
    if match is None:
        return text
    year, month, number = match.groups()
    first = "1er" if number == "01" and lang == "fr" else str(int(number))
    return f"{first} {_MONTHS[lang][int(month) - 1]} {year}"


def figure(text: str, lang: str) -> str:
    """The text of a recorded value, by its form: an amount, a rate, a date, or itself."""
    if _MONEY.fullmatch(text):
        return money(text, lang)
    if _RATE.fullmatch(text):
        return rate(text, lang)
    return day(text, lang)
