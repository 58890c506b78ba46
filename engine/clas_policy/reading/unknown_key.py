"""A key that is not known there: what was probably meant."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

from clas_policy.problem import Message, Problem
from clas_policy.reading.nodes import Scalar
from clas_policy.reading.report import nearest

_LOOK_ALIKES: Final = {
    "\N{CYRILLIC SMALL LETTER A}": "a",
    "\N{CYRILLIC SMALL LETTER IE}": "e",
    "\N{CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I}": "i",
    "\N{CYRILLIC SMALL LETTER JE}": "j",
    "\N{CYRILLIC SMALL LETTER O}": "o",
    "\N{CYRILLIC SMALL LETTER ER}": "p",
    "\N{CYRILLIC SMALL LETTER ES}": "c",
    "\N{CYRILLIC SMALL LETTER DZE}": "s",
    "\N{CYRILLIC SMALL LETTER U}": "y",
    "\N{CYRILLIC SMALL LETTER HA}": "x",
    "\N{CYRILLIC SMALL LETTER SHHA}": "h",
    "\N{CYRILLIC SMALL LETTER KOMI DE}": "d",
    "\N{GREEK SMALL LETTER ALPHA}": "a",
    "\N{GREEK SMALL LETTER IOTA}": "i",
    "\N{GREEK SMALL LETTER NU}": "v",
    "\N{GREEK SMALL LETTER OMICRON}": "o",
    "\N{GREEK SMALL LETTER RHO}": "p",
    "\N{LATIN SMALL LETTER DOTLESS I}": "i",
}
"""Letters that look like one of ``a`` to ``z`` and are another."""

_FEW: Final = 12
"""So many keys are listed when none is near."""

_LONGEST: Final = 60


def shortened(text: str) -> str:
    """What a message repeats of the user's `text`."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def plain(text: str) -> str:
    """`text` with look-alike letters, full-width forms and accents made plain."""
    spread = unicodedata.normalize("NFKD", text)
    return "".join(_LOOK_ALIKES.get(letter, letter) for letter in spread if not unicodedata.combining(letter))


def meant_by(key: Scalar, absent: Iterable[str]) -> tuple[str, ...]:
    """The key that was probably meant, among those that are still absent; empty where none is near."""
    near = nearest(plain(key.text).lower(), absent)
    return (near,) if near else ()


def other_letter(text: str) -> Message | None:
    """What to say where a letter of `text` looks like a plain one and is another."""
    letter = next((letter for letter in text if letter in _LOOK_ALIKES), None)
    if letter is None:
        return None
    values = {"letter": letter, "name": unicodedata.name(letter).lower(), "plain": _LOOK_ALIKES[letter]}
    return Message("the letter `{letter}` is not `{plain}` but the {name}: type it again", values)


def unknown_key(key: Scalar, absent: Iterable[str]) -> Problem:
    """The problem of a key that is not known at its place, where `absent` are the known keys not yet written."""
    absent = tuple(absent)
    near = meant_by(key, absent)
    hint = other_letter(key.text)
    if hint is None and near:
        hint = Message("did you mean `{name}`?", {"name": near[0]})
    elif hint is None and 0 < len(absent) <= _FEW:
        hint = Message("known here: {keys}", {"keys": ", ".join(f"`{name}`" for name in absent)})
    return Problem("CLAS-S001", Message("unknown key `{key}`", {"key": shortened(key.text)}), key.span, hint=hint)
