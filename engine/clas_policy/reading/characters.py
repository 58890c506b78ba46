"""The characters of a text file: one encoding, nothing invisible, nothing that changes what a reader sees."""

from __future__ import annotations

import codecs
import re
import unicodedata
from bisect import bisect_right
from typing import Final

from clas_policy.problem import Message, Problem
from clas_policy.source import Span

_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_FORBIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e0fff]"
)
_SPACES: Final = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_MARKLESS: Final = (
    (re.compile(rb"[^\0]\0\0\0"), "UTF-32"),
    (re.compile(rb"\0\0\0[^\0]"), "UTF-32"),
    (re.compile(rb"[^\0]\0[^\0]\0"), "UTF-16"),
    (re.compile(rb"\0[^\0]\0[^\0]"), "UTF-16"),
)
MAX_REPORTED: Final = 20


class Text:
    """A decoded text with its lines; line ends may be LF, CRLF or CR."""

    __slots__ = ("_starts", "file", "lines", "text")

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.lines: tuple[str, ...] = tuple(_LINE_END.split(text))
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def span(self, start: int, end: int) -> Span:
        """The span between two indices of the text."""
        line = bisect_right(self._starts, start)
        last = bisect_right(self._starts, max(start, end))
        return Span(
            self.file, line, start - self._starts[line - 1] + 1, last, max(start, end) - self._starts[last - 1] + 1
        )

    @property
    def with_lf(self) -> str:
        """The text with LF line ends: what digests are of."""
        return _LINE_END.sub("\n", self.text)


def decode(data: bytes, file: str) -> Text | Problem:
    """The text of UTF-8 bytes, without their byte order mark; otherwise one problem that says what was found."""
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    encoding = encoding or next((name for look, name in _MARKLESS if look.match(data)), None)
    if encoding is not None:
        return Problem(
            "CLAS-Y002",
            Message("this file is in {encoding}", {"encoding": encoding}),
            Span(file, 1, 1, 1, 2),
            hint=Message("save it in UTF-8"),
        )
    try:
        return Text(data.decode("utf-8-sig"), file)
    except UnicodeDecodeError as error:
        before = Text(data[: error.start].decode("utf-8", "replace").removeprefix("\ufeff"), file)
        at = before.span(len(before.text), len(before.text) + 1)
        guess = data[error.start : error.start + 1].decode("cp1252", "replace")
        rest = _LINE_END.split(data[error.start :].decode("cp1252", "replace"), maxsplit=1)[0]
        return Problem(
            "CLAS-Y001",
            Message("this file is not in UTF-8: the first character that is not is probably `{char}`", {"char": guess}),
            at,
            hint=Message("save it in UTF-8"),
            excerpt=before.lines[-1] + rest,
        )


def forbidden(text: Text) -> list[Problem]:
    """One problem for each character that nobody can see, or that reorders what people see (the first twenty)."""
    found = []
    for match in _FORBIDDEN.finditer(text.text):
        found.append(hidden_character(match[0], text.span(match.start(), match.end())))
        if len(found) == MAX_REPORTED:
            break
    return found


def hidden_character(character: str, span: Span) -> Problem:
    return Problem(
        "CLAS-Y003",
        Message("a character that cannot be seen: {name}", {"name": name(character)}),
        span,
        hint=Message("delete it; it often comes from copying out of another document"),
    )


def odd_space(space: str, span: Span) -> Problem:
    return Problem(
        "CLAS-Y004",
        Message("a space that is not the ordinary one: {name}", {"name": name(space)}),
        span,
        hint=Message("write an ordinary space, or put the whole text in quotes"),
    )


def first_forbidden(text: str) -> str | None:
    """The first hidden character of a read text that an escape may have brought in, tabs and line feeds aside."""
    match = _FORBIDDEN.search(text)
    # Line ends are read as line feeds, so that a carriage return left over was written as an escape.
    return match[0] if match else "\r" if "\r" in text else None


def first_odd_space(text: str) -> tuple[int, str] | None:
    """Where the first space stands that is not the ordinary one, and which it is."""
    match = _SPACES.search(text)
    return (match.start(), match[0]) if match else None


def name(character: str) -> str:
    """``U+00A0 NO-BREAK SPACE``."""
    number = ord(character)
    kind = "SURROGATE" if 0xD800 <= number <= 0xDFFF else "CONTROL CHARACTER"
    kind = kind if number < 0xE000 else "NOT A CHARACTER"
    return f"U+{number:04X} {unicodedata.name(character, kind)}"
