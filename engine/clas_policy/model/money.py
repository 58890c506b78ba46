"""Exact money and rates: whole numbers of cents and of millionths, never a binary float."""

from __future__ import annotations

import re
from typing import Final, NewType

Cents = NewType("Cents", int)
"""An amount of money in whole cents of a euro."""

Millionths = NewType("Millionths", int)
"""A rate in millionths: 32.5 % is 325 000."""

RATE_SCALE: Final = 1_000_000
MAX_DIGITS: Final = 15
"""The digits that a written number may have: enough for a thousand billion euros, and short of any trouble."""

_AMOUNT: Final = re.compile(r"(-?)(0|[1-9][0-9]{0,14})(?:\.([0-9]{1,2}))?")
_EUROS: Final = re.compile(r"(?P<number>[^ ]+) EUR")
_RATE: Final = re.compile(r"(0|[1-9][0-9]{0,14})(?:\.([0-9]{1,4}))? %")


def parse_amount(text: str) -> Cents:
    """Cents of a plain decimal number (``2758.28``, ``8487``, ``-0.50``); raises ValueError for any other form."""
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise ValueError(text)
    sign, whole, decimals = match.groups()
    cents = int(whole) * 100 + int((decimals or "").ljust(2, "0"))
    return Cents(-cents if sign else cents)


def parse_euros(text: str) -> Cents:
    """Cents of the form that policy files use (``8487 EUR``); raises ValueError for any other form."""
    match = _EUROS.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return parse_amount(match["number"])


def parse_rate(text: str) -> Millionths:
    """Millionths of a percentage (``32.5 %``, at most four decimals); raises ValueError for any other form."""
    match = _RATE.fullmatch(text)
    if match is None:
        raise ValueError(text)
    whole, decimals = match.groups()
    return Millionths(int(whole) * 10_000 + int((decimals or "").ljust(4, "0")))


def format_amount(cents: int) -> str:
    """The decimal string with two digits that records use: ``2758.28``."""
    sign = "-" if cents < 0 else ""
    euros, rest = divmod(abs(cents), 100)
    return f"{sign}{euros}.{rest:02d}"


def format_euros(cents: int) -> str:
    """The canonical form in policy files: ``8487 EUR``, ``2758.28 EUR``."""
    text = format_amount(cents)
    return f"{text.removesuffix('.00')} EUR"


def format_rate(millionths: int) -> str:
    """The canonical form in policy files: ``32.5 %``."""
    whole, rest = divmod(millionths, 10_000)
    decimals = f"{rest:04d}".rstrip("0")
    return f"{whole}.{decimals} %" if decimals else f"{whole} %"
