"""What a new year's draft notes at the end of a line: last year's values, and what is to be read again.

``taux: to_confirm # 2024-2025 : 32.5 %``; on a line with several, in their order, ``# 2024-2025 : 8 | 12``; then
``— à relire pour 2025-2026`` where something was carried over as it was; then the comment that stood there before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from clas_policy.frozen import dataclass

_VALUE: Final = r'(?:"(?:[^"\\]|\\.)*"|[^|"](?:(?! — )[^|])*)'
_LAST: Final = re.compile(rf"(?P<period>[0-9]{{4}}(?:-[0-9]{{4}})?) : (?P<values>{_VALUE}(?: \| {_VALUE})*)(?: — |$)")
_AGAIN: Final = re.compile(r"à relire pour (?P<period>[0-9]{4}(?:-[0-9]{4})?)(?: — |$)")
_BETWEEN: Final = " | "
_ONE: Final = re.compile(_VALUE)
_UNCLEAR: Final = re.compile(r'^["\s]|\s$|\||— |^$')


@dataclass(frozen=True, slots=True)
class Note:
    """One comment at the end of a line, taken apart; all of it is `rest` where it is not one of ours."""

    period: str | None = None
    """The year that the values are of."""
    values: tuple[str, ...] = ()
    """Last year's, in the order of what is to confirm on the line."""
    again: str | None = None
    """The year for which something on the line is to be read again."""
    rest: str = ""

    @classmethod
    def parse(cls, comment: str) -> Note:
        """What a comment says, given from its ``#`` on; an empty text is an empty note."""
        text = comment.removeprefix("#").strip()
        last = _LAST.match(text)
        values: tuple[str, ...] = ()
        if last is not None:
            values = tuple(_taken_apart(last["values"]))
            text = text[last.end() :]
        again = _AGAIN.match(text)
        if again is not None:
            text = text[again.end() :]
        return cls(last["period"] if last else None, values, again["period"] if again else None, text)

    def __str__(self) -> str:
        """The comment, with its ``#``; empty where there is nothing to say."""
        parts = []
        if self.period is not None and self.values:
            parts.append(f"{self.period} : {_BETWEEN.join(map(_encoded, self.values))}")
        if self.again is not None:
            parts.append(f"à relire pour {self.again}")
        if self.rest:
            parts.append(self.rest)
        return f"# {' — '.join(parts)}" if parts else ""


def _taken_apart(written: str) -> Iterator[str]:
    at = 0
    while (match := _ONE.match(written, at)) is not None:
        yield _decoded(match[0])
        at = match.end() + len(_BETWEEN)
        if match[0].endswith(" "):
            at -= 1  # what is not in quotes takes the space before the bar


def _encoded(value: str) -> str:
    value = " ".join(value.split())
    return json.dumps(value, ensure_ascii=False) if _UNCLEAR.search(value) else value


def _decoded(written: str) -> str:
    written = written.strip()
    if written.startswith('"'):
        try:
            return str(json.loads(written))
        except ValueError:
            return written
    return written
