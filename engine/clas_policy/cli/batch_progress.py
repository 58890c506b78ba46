"""How far a long run is: how many, how fast, how long it may still take."""

from __future__ import annotations

import time
from typing import Final

from clas_policy.cli import streams
from clas_policy.cli.settings import Settings
from clas_policy.speech import Speech

_AFTER: Final = 1.0
_BETWEEN: Final = 0.2


class Progress:
    """A line on the terminal that replaces itself; nothing elsewhere."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._started = self._shown = time.monotonic()
        self._is_on = settings.shows_progress

    def tell(self, count: int, at: float) -> None:
        """Says how far the run is, now and then."""
        if not self._is_on:
            return
        now = time.monotonic()
        passed = now - self._started
        if now - self._shown < _BETWEEN or passed < _AFTER:
            return
        self._shown = now
        _ = Speech(self._settings.lang)
        dossiers = _.plural("{number} dossier", "{number} dossiers", count)
        rate = spaced(round(count / passed))
        if at < 0.01:
            streams.progress(_("{dossiers}, {rate} per second", dossiers=dossiers, rate=rate))
            return
        values = {"percent": f"{at:.0%}".rstrip("%"), "left": duration(passed * (1 - at) / at)}
        streams.progress(
            _("{percent} %: {dossiers}, {rate} per second, {left} left", dossiers=dossiers, rate=rate, **values)
        )

    def clear(self) -> None:
        if self._is_on and self._shown > self._started:
            streams.clear_line()


def spaced(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")


def duration(seconds: float) -> str:
    """``12 s``, ``3 min 05 s``, ``2 h 10 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min"
