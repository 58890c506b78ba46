"""The words of one language: sentences from the catalogue, whole numbers, and the punctuation between them."""

from __future__ import annotations

from collections.abc import Sequence

from clas_policy import i18n
from clas_policy.figures import NO_BREAK, whole
from clas_policy.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Speech:
    """Says things in a language (``fr`` or ``en``): ``say("at most {amount}", amount="…")``."""

    lang: str

    def __call__(self, template: str, /, **values: str) -> str:
        return i18n.sentence(template, self.lang, **values)

    def plural(self, one: str, many: str, count: int, /, **values: str) -> str:
        """One of two sentences, by a number that fills ``{count}``, and ``{number}`` with its thousands apart."""
        return i18n.plural(one, many, count, self.lang, **{"number": self.count(count), **values})

    def count(self, number: int) -> str:
        """A whole number, its thousands apart."""
        return whole(number, self.lang)

    @property
    def colon(self) -> str:
        return f"{NO_BREAK}: " if self.lang == "fr" else ": "

    @property
    def semicolon(self) -> str:
        return f"{NO_BREAK}; " if self.lang == "fr" else "; "

    def join(self, words: Sequence[str]) -> str:
        """``a, b et c``."""
        if len(words) < 2:
            return "".join(words)
        return self("{first} and {last}", first=", ".join(words[:-1]), last=words[-1])
