"""What the id of a layer says: its level, its scheme or department, its period."""

from __future__ import annotations

import re
from typing import Final

from clas_policy.frozen import dataclass
from clas_policy.model.dates import Period
from clas_policy.model.policy import Level
from clas_policy.reading import values

LOCAL_ROOT: Final = "departements"

_SEGMENT: Final = re.compile(r"[a-z0-9][a-z0-9_-]*|[0-9][0-9AB][0-9]?")
_REFERENTIEL: Final = re.compile(r"referentiel-[0-9]{4}")
_DEPARTMENT: Final = re.compile(r"[0-9]{2,3}|2[AB]")


@dataclass(frozen=True, slots=True)
class Identity:
    """What an id says: its level, scheme or department, and period."""

    id: str
    level: Level
    root: str
    period: Period | None
    department: str | None

    @classmethod
    def parse(cls, text: str) -> Identity | None:
        """None when `text` is not the id of a layer."""
        if "/" not in text:
            return None
        first, *middle, last = text.split("/")
        if not all(_SEGMENT.fullmatch(segment) for segment in (first, *middle, last)):
            return None
        period = values.period(last)
        if first == LOCAL_ROOT:
            if period is None or not middle or _DEPARTMENT.fullmatch(middle[0]) is None:
                return None
            return cls(text, Level.LOCAL, first, period, middle[0])
        if middle:
            return None
        if period is not None:
            return cls(text, Level.ANNUAL, first, period, None)
        if _REFERENTIEL.fullmatch(last):
            return cls(text, Level.REFERENTIEL, first, None, None)
        return None
