"""The words of a report in one language; documents are French whatever the locale, what a terminal shows is not."""

from __future__ import annotations

from datetime import date
from typing import Final

from clas_policy import figures
from clas_policy.figures import MINUS, NO_BREAK
from clas_policy.model.money import format_amount
from clas_policy.speech import Speech

NOTHING: Final = "–"
"""Where there is no figure: not a zero."""


class Voice(Speech):
    """Says sentences and figures in a language (``fr`` or ``en``)."""

    __slots__ = ()

    def counted(self, count: int, one: str, many: str) -> str:
        """A number and what it counts: 0 and 1 take the singular in French, only 1 in English."""
        single = count < 2 if self.lang == "fr" else count == 1
        return f"{self.count(count)}{NO_BREAK}{one if single else many}"

    def money(self, cents: int) -> str:
        """``2 758,28 €`` or ``€2,758.28``: always to the cent."""
        return figures.money(format_amount(cents), self.lang)

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

    def day(self, day: date) -> str:
        """``30 octobre 2024``, the number and the month on one line."""
        return figures.day(day.isoformat(), self.lang).replace(" ", NO_BREAK, 1)
