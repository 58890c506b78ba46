"""The output edge: nothing that a file, a name or a plugin holds can move the cursor or reorder what is read."""

from __future__ import annotations

import re
from typing import Final

UNSAFE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
"""Characters that do something to a terminal or to the reading of a line, instead of being seen."""
_PLAIN: Final = {
    "\u00a0": " ",
    "\u202f": " ",
    "«": '"',
    "»": '"',
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "–": "-",
    "—": "-",
    "−": "-",
    "·": "-",
    "…": "...",
    "×": "x",
    "→": "->",
    "€": "EUR",
    "œ": "oe",
    "Œ": "OE",
    "∞": "infinity",
}
"""Likenesses of what people read here, for the streams that know no more than ASCII."""


def safe_text(text: str) -> str:
    """One line of text in which control, bidirectional and invisible characters are shown as escapes."""
    return UNSAFE.sub(lambda match: escape(match[0]), text)


def escape(character: str) -> str:
    r"""``\x1b``, ``\u202e`` or ``\U000e0001``."""
    number = ord(character)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def fallback(character: str) -> str:
    """What stands for a character in an encoding that lacks it: ``e`` for ``é``, an escape where nothing is alike."""
    import unicodedata

    if character in _PLAIN:
        return _PLAIN[character]
    letters = [part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part)]
    plain = "".join(letters)
    return plain if plain and plain.isascii() else escape(character)
