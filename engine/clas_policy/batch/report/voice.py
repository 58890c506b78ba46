"""The words of a report in one language; documents are French whatever the locale, what a terminal shows is not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from clas_policy import i18n
from clas_policy.frozen import dataclass

NARROW: Final = "\u202f"
NO_BREAK: Final = "\u00a0"
MINUS: Final = "\u2212"
NOTHING: Final = "–"
"""Where there is no figure: not a zero."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Says sentences and figures in a language (``fr`` or ``en``)."""

    lang: str

    def __call__(self, template: str, /, **values: str) -> str:
        return i18n.sentence(template, self.lang, **values)

    def plural(self, one: str, many: str, count: int, /, **values: str) -> str:
        """One of two sentences, by a number that fills ``{number}``."""
        return i18n.plural(one, many, count, self.lang, number=self.count(count), **values)

    @property
    def colon(self) -> str:
        return f"{NO_BREAK}: " if self.lang == "fr" else ": "

    def counted(self, count: int, one: str, many: str) -> str:
        """A number and what it counts: 0 and 1 take the singular in French, only 1 in English."""
        single = count < 2 if self.lang == "fr" else count == 1
        return f"{self.count(count)}{NO_BREAK}{one if single else many}"

    def join(self, words: Sequence[str]) -> str:
        """``a, b et c``."""
        if len(words) < 2:
            return "".join(words)
        return self("{first} and {last}", first=", ".join(words[:-1]), last=words[-1])

    def count(self, number: int) -> str:
        """A whole number, its thousands apart."""
        digits = f"{abs(number):,}".replace(",", NARROW if self.lang == "fr" else ",")
        return f"{MINUS}{digits}" if number < 0 else digits

    def money(self, cents: int) -> str:
        """``2 758,28 €`` or ``€2,758.28``: always to the cent."""
        euros, rest = divmod(abs(cents), 100)
        sign = MINUS if cents < 0 else ""
        if self.lang == "fr":
            return f"{sign}{self.count(euros)},{rest:02d}{NO_BREAK}€"
        return f"{sign}€{self.count(euros)}.{rest:02d}"

    def tenths(self, part: int, whole: int) -> str:
        """A quotient with one decimal, half up."""
        number, decimal = divmod((20 * abs(part) + whole) // (2 * whole), 10)
        sign = MINUS if part < 0 and (number or decimal) else ""
        return f"{sign}{self.count(number)}{',' if self.lang == 'fr' else '.'}{decimal}"

    def share(self, part: int, whole: int) -> str:
        """``68,3 %``; nothing of nothing is no share."""
        if not whole:
            return NOTHING
        return f"{self.tenths(100 * part, whole)}{NO_BREAK if self.lang == 'fr' else ''}%"

    def rate(self, text: str) -> str:
        """``32.5 %``, as policy files write it, with the decimal point of the language."""
        return text.replace(".", ",") if self.lang == "fr" else text

    def signed(self, text: str, number: int) -> str:
        """A change, with its sign; no change is said to be none."""
        return f"+{text}" if number > 0 else text if number < 0 else "="

    @property
    def semicolon(self) -> str:
        return f"{NO_BREAK}; " if self.lang == "fr" else "; "

    def day(self, day: date) -> str:
        """``30 octobre 2024``."""
        months = self("January February March April May June July August September October November December").split()
        first = "1er" if day.day == 1 and self.lang == "fr" else str(day.day)
        return f"{first}{NO_BREAK}{months[day.month - 1]} {day.year}"
