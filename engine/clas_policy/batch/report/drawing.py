"""Bars as the numbers that an SVG is drawn with: widths in percent of the chart, so that text keeps its size."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from clas_policy.batch.report.document import Bar, Before, Chart, Group
from clas_policy.batch.report.voice import Voice
from clas_policy.frozen import dataclass

_LONGEST: Final = 66.0
"""The percentage of the width that the longest bar takes at the most."""
_SHORTEST: Final = 8.0
_NARROWEST: Final = 320.0
"""The width of a chart on a telephone: the figure at the end of a bar fits there."""
_LETTER: Final = 8.0
_SMALL_LETTER: Final = 6.6
_AWAY: Final = 8.0
"""What a letter of a figure, of last year's figure, and the space before them take, in pixels."""
_CHARACTERS: Final = 46
_LINE: Final = 18
_BAR: Final = 16
_BEFORE: Final = 9
_GAP: Final = 12


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text at a height; `role` is ``heading``, ``label``, ``figure`` or ``before``."""

    y: int
    text: str
    role: str
    x: str = "0"


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A bar: where, how long (percent), how thick (pixels), how drawn."""

    y: int
    width: str
    height: int
    tone: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as it is drawn; `told` says the same in words."""

    height: int
    texts: tuple[Text, ...]
    bars: tuple[Rectangle, ...]
    told: str


def draw(chart: Chart, year_before: str, _: Voice) -> Picture:
    """Lays the bars of a chart out, one below the other, on one scale."""
    drawing = _Drawing(_scale(chart, year_before, _), year_before, _)
    for group in chart.groups:
        drawing.group(group)
    told = _.semicolon.join(_told(chart, year_before, _))
    return Picture(drawing.y, tuple(drawing.texts), tuple(drawing.bars), told)


def _scale(chart: Chart, year_before: str, _: Voice) -> float:
    """How many percent of the width one unit takes, so that every figure fits behind its bar."""
    scales = [_LONGEST]
    for group in chart.groups:
        for bar in group.bars:
            scales.append(_room(len(bar.text) * _LETTER) / max(bar.value, 1))
            if bar.before is not None:
                told = len(_before(bar.before, year_before, _)) * _SMALL_LETTER
                scales.append(_room(told) / max(bar.before.value, 1))
    return min(scales)


def _room(text: float) -> float:
    """The percentage that a bar may take before a text of so many pixels."""
    return max(_SHORTEST, min(_LONGEST, 100 * (1 - (text + _AWAY) / _NARROWEST)))


def _before(before: Before, year_before: str, _: Voice) -> str:
    return f"{year_before}{_.colon}{before.text}"


class _Drawing:
    """What has been drawn so far, down to `y`; `scale` is how many percent of the width one unit takes."""

    def __init__(self, scale: float, year_before: str, voice: Voice) -> None:
        self._scale = scale
        self._year_before = year_before
        self._voice = voice
        self.texts: list[Text] = []
        self.bars: list[Rectangle] = []
        self.y = 0

    def group(self, group: Group) -> None:
        """Draws bars under their heading."""
        if group.label is not None:
            self._lines(group.label, "heading")
            self.y += _GAP // 2
        for bar in group.bars:
            self._bar(bar)
        self.y += _GAP // 2

    def _lines(self, label: str, role: str) -> None:
        for line in _wrapped(label):
            self.texts.append(Text(self.y + 14, line, role))
            self.y += _LINE

    def _bar(self, bar: Bar) -> None:
        self._lines(bar.label, "label")
        width = f"{bar.value * self._scale:.2f}"
        self.bars.append(Rectangle(self.y + 1, width, _BAR, bar.tone.value))
        self.texts.append(Text(self.y + 14, bar.text, "figure", width))
        self.y += _BAR + 2
        if bar.before is not None:
            width = f"{bar.before.value * self._scale:.2f}"
            told = _before(bar.before, self._year_before, self._voice)
            self.bars.append(Rectangle(self.y, width, _BEFORE, "before"))
            self.texts.append(Text(self.y + 9, told, "before", width))
            self.y += _BEFORE + 2
        self.y += _GAP


def _wrapped(label: str) -> list[str]:
    """Lines that fit on a telephone; no-break spaces stay unbroken."""
    return textwrap.wrap(label, _CHARACTERS, break_on_hyphens=False) or [""]


def _told(chart: Chart, year_before: str, _: Voice) -> Iterator[str]:
    for group in chart.groups:
        for bar in group.bars:
            label = bar.label if group.label is None else f"{group.label}, {bar.label}"
            earlier = f" ({_before(bar.before, year_before, _)})" if bar.before is not None else ""
            yield f"{label}{_.colon}{bar.text}{earlier}"
