"""Dates, periods, and the one time zone in which a day begins and ends."""

from __future__ import annotations

import re
from datetime import date, datetime, tzinfo
from functools import cache
from typing import Final

from clas_policy.frozen import dataclass

ZONE: Final = "Europe/Paris"

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?"
    r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
_NAIVE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?")
_YEAR: Final = re.compile(r"[0-9]{4}")
_SCHOOL_YEAR: Final = re.compile(r"([0-9]{4})-([0-9]{4})")


def is_without_offset(text: str) -> bool:
    """Whether `text` is a date-time that does not say its offset, and so names no instant."""
    return _NAIVE.fullmatch(text) is not None


def parse_day(text: str) -> date:
    """A date from ``AAAA-MM-JJ`` and nothing else; raises ValueError for another form or a day that does not exist."""
    if _DAY.fullmatch(text) is None:
        raise ValueError(text)
    return date.fromisoformat(text)


def parse_date(text: str) -> date:
    """A date from ``AAAA-MM-JJ``, or from an RFC 3339 instant with its offset: the date it then is in Europe/Paris.

    Raises ValueError for any other form, a date-time without an offset included.
    """
    if _INSTANT.fullmatch(text) is None:
        return parse_day(text)
    instant = datetime.fromisoformat(text.upper())
    try:
        return instant.astimezone(_paris()).date()
    except OverflowError:
        raise ValueError(text) from None


@cache
def _paris() -> tzinfo:
    from zoneinfo import ZoneInfo

    return ZoneInfo(ZONE)


def as_number(value: int | date) -> int:
    """A value on a line of whole numbers; a day as its ordinal."""
    return value.toordinal() if isinstance(value, date) else value


def today() -> date:
    """Today in Europe/Paris, whatever the machine's zone."""
    return datetime.now(_paris()).date()


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A school year (``2024-2025``, two consecutive years) or a year (``2026``)."""

    first: int
    last: int

    @classmethod
    def parse(cls, text: str) -> Period:
        """Raises ValueError when `text` is neither a year nor two consecutive ones."""
        if _YEAR.fullmatch(text):
            return cls(int(text), int(text))
        match = _SCHOOL_YEAR.fullmatch(text)
        if match is None or int(match[2]) != int(match[1]) + 1:
            raise ValueError(text)
        return cls(int(match[1]), int(match[2]))

    def shifted(self, years: int) -> Period:
        """The period so many years later."""
        return Period(self.first + years, self.last + years)

    def meets(self, other: Period) -> bool:
        """Whether rules of one may be read in the other: the same period, or a year and a school year that has it."""
        if (self.first == self.last) == (other.first == other.last):
            return self == other
        return self.first <= other.last and other.first <= self.last

    def __str__(self) -> str:
        return f"{self.first:04d}" if self.first == self.last else f"{self.first:04d}-{self.last:04d}"
