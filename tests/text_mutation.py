"""Texts as people spoil them: lines and characters lost, doubled, exchanged, pasted from elsewhere; names mixed up."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from hypothesis import strategies as st

NASTY: Final = (
    *"abeé019 :-#&*!|>'\"%@`,?[]{}()\\~<=+._/$\t\n",
    *("\r", "\r\n", "\x00", "\x1b", "\x7f", "\x85", "\u00a0", "\u00ad", "\u200b", "\u2028", "\u202e", "\u3000"),
    *("\ufeff", "\ufffe", "\ufffd", "\U000e0001", "\U0001f600", "e\u0301", "\u0430", "１", "٣", "€", "…", "“", "”"),
    *(
        "---\n",
        "...\n",
        "%YAML 1.1\n",
        "<<: *a\n",
        "&a ",
        "*a ",
        "!!str ",
        "!x ",
        "null",
        "true",
        "~",
        "no",
        "? ",
        ": ",
    ),
    *(
        "- ",
        "[",
        "]",
        "{",
        "}",
        "'",
        '"',
        "|\n",
        ">-\n",
        "\\x00",
        "\\ud800",
        "0x1F",
        "010",
        "1e5",
        ".nan",
        "12,50",
        "+5",
    ),
    *("to_confirm", "2025-02-30", "30/10/2024", "329 €", "32,5 %", "9" * 5000, "- " * 40, "[" * 40, "a: " * 3),
)
_WORD: Final = re.compile(r"[A-Za-z0-9_.]+")

Step = tuple[str, int, int, str]


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True) or [""]


def _on_lines(change: Callable[[list[str], int, int], None]) -> Callable[[str, int, int, str], str]:
    def changed(text: str, first: int, second: int, _: str) -> str:
        lines = _lines(text)
        change(lines, first % len(lines), second % len(lines))
        return "".join(lines)

    return changed


def _delete(lines: list[str], first: int, _: int) -> None:
    del lines[first]


def _double(lines: list[str], first: int, second: int) -> None:
    lines.insert(second, lines[first])


def _exchange(lines: list[str], first: int, second: int) -> None:
    lines[first], lines[second] = lines[second], lines[first]


def _indent(lines: list[str], first: int, second: int) -> None:
    lines[first] = " " * (second % 5) + lines[first].lstrip(" ")


def _exchange_words(text: str, first: int, second: int, _: str) -> str:
    """One word in the place of another."""
    words = list(_WORD.finditer(text))
    if not words:
        return text
    taken, place = words[first % len(words)][0], words[second % len(words)]
    return text[: place.start()] + taken + text[place.end() :]


def _insert(text: str, first: int, _: int, nasty: str) -> str:
    at = first % (len(text) + 1)
    return text[:at] + nasty + text[at:]


def _replace_word(text: str, first: int, _: int, nasty: str) -> str:
    words = list(_WORD.finditer(text))
    if not words:
        return nasty
    place = words[first % len(words)]
    return text[: place.start()] + nasty + text[place.end() :]


def _cut(text: str, first: int, second: int, _: str) -> str:
    at = first % (len(text) + 1)
    return text[:at] + text[at + 1 + second % 30 :]


CHANGES: Final[dict[str, Callable[[str, int, int, str], str]]] = {
    "delete a line": _on_lines(_delete),
    "double a line": _on_lines(_double),
    "exchange lines": _on_lines(_exchange),
    "indent a line": _on_lines(_indent),
    "exchange words": _exchange_words,
    "insert": _insert,
    "replace a word": _replace_word,
    "cut": _cut,
}


def changed(text: str, steps: list[Step]) -> str:
    for kind, first, second, nasty in steps:
        text = CHANGES[kind](text, first, second, nasty)
    return text


_PLACES: Final = st.integers(0, 2**20)
STEPS: Final[st.SearchStrategy[list[Step]]] = st.lists(
    st.tuples(st.sampled_from(sorted(CHANGES)), _PLACES, _PLACES, st.sampled_from(NASTY)), min_size=1, max_size=4
)


def spoiled(text: str) -> st.SearchStrategy[str]:
    """The text after a few accidents."""
    return STEPS.map(lambda steps: changed(text, steps))
