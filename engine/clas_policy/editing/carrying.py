"""What of a layer holds for its own year only, and what is carried over to the next one."""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

from clas_policy.frozen import dataclass
from clas_policy.model.dates import Period
from clas_policy.reading.places import Place

_RULES: Final = ("criteria", "grants", "replace", "deadlines", "orientations", "admissibility")
_TEXTS: Final = ("label", "text", "question", "help", "publisher", "title")
_WHOLE: Final = ("at_least", "round_to", "rounded_to", "min", "max", "min_items")
"""Figures that have no `to_confirm`: they are carried over, and marked to be read again."""
_FIGURE: Final = re.compile(r"-?[0-9].*")
_NOTHING: Final = re.compile(r"0(?: EUR| %)?")


@dataclass(frozen=True, slots=True)
class Turn:
    """From which period to which one."""

    old: Period
    new: Period

    @property
    def years(self) -> int:
        return self.new.first - self.old.first


class Fate(Enum):
    """What becomes of a value in the next year's layer."""

    CONFIRM = "confirm"
    AGAIN = "again"
    DROP = "drop"
    KEEP = "keep"


def fate(place: Place, period: Period) -> Fate:
    """What becomes of one value of a layer of `period`; its header is another matter."""
    if place.is_to_confirm:
        return Fate.KEEP
    if _is_option(place):
        return _of_text(place, period)
    name = place.name
    if name == "checked_on":
        return Fate.DROP
    if name in ("source", "because", "when_text"):
        return Fate.CONFIRM
    match place.section:
        case "documents":
            return Fate.KEEP if name == "publisher" else Fate.CONFIRM
        case "set":
            return Fate.CONFIRM
        case "parameters" if name == "value":
            return Fate.CONFIRM
        case "published" if name == "at_most":
            return Fate.CONFIRM
        case _:
            pass
    if name in _WHOLE:
        is_bound = name in ("min", "min_items") and _NOTHING.fullmatch(place.node.text)
        return Fate.KEEP if is_bound else Fate.AGAIN
    if name in _TEXTS:
        return _of_text(place, period)
    if place.section in _RULES and _FIGURE.fullmatch(place.node.text):
        return Fate.CONFIRM
    return Fate.KEEP


def _is_option(place: Place) -> bool:
    """Whether it is the label of a value of a choice, whatever that value is called."""
    return place.section == "facts" and len(place.keys) == 4 and place.keys[2] == "of"


def _of_text(place: Place, period: Period) -> Fate:
    return Fate.AGAIN if mentions(place.node.text, period) else Fate.KEEP


def is_carried_over(place: Place) -> bool:
    """Whether a value may have been carried over as it was, to be read again: a text, or a figure of that kind."""
    return len(place.keys) > 1 and (place.name in (*_WHOLE, *_TEXTS) or _is_option(place))


def mentions(text: str, period: Period) -> bool:
    """Whether a text speaks of a period, or of one of its years."""
    return re.search(rf"(?<![0-9])(?:{period.first:04d}|{period.last:04d})(?![0-9])", text) is not None


def renewed(text: str, turn: Turn) -> str:
    """A text with the words that are the old period put into the new one; other years are left as they are."""
    old, new = turn.old, turn.new
    if old.first == old.last:
        return re.sub(rf"(?<![0-9/-]){old.first:04d}(?![0-9/-])", f"{new.first:04d}", text)
    between = "(?P<between>[-/\u2013\u2011]| / | - | \u2013 )"
    words = rf"(?<![0-9]){old.first:04d}{between}{old.last:04d}(?![0-9])"
    return re.sub(words, lambda match: f"{new.first:04d}{match['between']}{new.last:04d}", text)
