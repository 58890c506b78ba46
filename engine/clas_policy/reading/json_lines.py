"""Lines and columns of a JSON text, and how paths and pieces of it are shown."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final, TypeAlias

from clas_policy.problem import Message, Problem, Related
from clas_policy.source import Span

Path: TypeAlias = tuple[str | int, ...]
"""The keys and positions that lead to a value."""

_BREAK: Final = re.compile(r"\r\n|\n|\r")
_PLAIN_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SPACES: Final = "\u00a0\u2009\u202f"
"""Spaces of French typography: they are seen."""

MAX_DEPTH: Final = 64
"""How deep objects and lists may nest; a dossier needs five."""
_LONGEST: Final = 60
"""Characters of the user's text that a message repeats."""


def shown(text: str) -> str:
    """`text` as a message repeats it: cut short, and what cannot be seen written as an escape."""
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST - 1]}…"
    if text.isprintable():
        return text
    return "".join(
        sign if sign.isprintable() or sign in _SPACES else sign.encode("unicode_escape").decode("ascii")
        for sign in text
    )


def path_text(path: Path) -> str:
    """The JSON path of a value: ``$.list[0].key``."""
    steps = (
        f"[{step}]" if isinstance(step, int) else f".{step}" if _PLAIN_KEY.fullmatch(step) else f'["{shown(step)}"]'
        for step in path
    )
    return f"${''.join(steps)}"


class Lines:
    """The lines of one text, which begins at line `first_line` of `file`."""

    __slots__ = ("_starts", "_text", "file", "first_line")

    def __init__(self, text: str, file: str, first_line: int) -> None:
        self._text = text
        self._starts = [0, *(match.end() for match in _BREAK.finditer(text))]
        self.file = file
        self.first_line = first_line

    def span(self, start: int, end: int) -> Span:
        """The place of the characters from `start` to before `end`."""
        line, column = self._place(start)
        end_line, end_column = self._place(max(start, end))
        return Span(self.file, line, column, end_line, end_column)

    def _place(self, offset: int) -> tuple[int, int]:
        index = bisect_right(self._starts, offset) - 1
        return index + self.first_line, offset - self._starts[index] + 1

    def line(self, number: int) -> str:
        """The text of a line, without its end."""
        index = number - self.first_line
        following = self._starts[index + 1 : index + 2]
        return self._text[self._starts[index] : following[0] if following else len(self._text)].rstrip("\r\n")

    def problem(
        self,
        code: str,
        message: Message,
        where: tuple[int, int],
        path: Path,
        *,
        hint: Message | None = None,
        related: tuple[Related, ...] = (),
    ) -> Problem:
        """A problem with the characters from ``where[0]`` to before ``where[1]``."""
        span = self.span(*where)
        return Problem(code, message, span, related, hint, path=path_text(path), excerpt=self.line(span.line))
