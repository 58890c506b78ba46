"""Forms of unquoted values that YAML readers take for something else, or that people write in more than one way."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from clas_policy.model.money import MAX_DIGITS
from clas_policy.problem import Message, Problem
from clas_policy.reading import characters
from clas_policy.reading.nodes import Scalar
from clas_policy.source import Span

# No pattern here may take more than linear time: a plain text has up to 256 KiB.
_NUMBERISH: Final = re.compile(r"-?[0-9][0-9 \u00a0\u202f\u2009.,_]*(?:%|€|EUR)?")
_NUMBER: Final = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_UNIT: Final = r"(?: ?(?:%|€|EUR))?"
_SHOWN: Final = 40
_Form: TypeAlias = tuple[re.Pattern[str], Callable[[str], tuple[Message, Message]]]
_FORMS: Final[tuple[_Form, ...]] = (
    (
        re.compile(rf"-?0[0-9]+(?:[.,][0-9]*)?{_UNIT}"),
        lambda text: (
            Message("`{text}` is a number that starts with a zero", {"text": text}),
            Message(
                'write `"{text}"` if it is a code, `{number}` if it is a number',
                {"text": text, "number": _without_zeros(text)},
            ),
        ),
    ),
    (
        re.compile(r"[-+]?0[xXoObB][0-9a-fA-F_]+"),
        lambda text: (
            Message("`{text}` is a number in another base", {"text": text}),
            Message("write it in digits, or in quotes if it is a code"),
        ),
    ),
    (
        re.compile(rf"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][-+]?[0-9]+{_UNIT}"),
        lambda text: (
            Message("`{text}` is a number with an exponent", {"text": text}),
            Message('write it in full, or `"{text}"` if it is a code', {"text": text}),
        ),
    ),
    (
        re.compile(r"[-+]?\.(?:nan|NaN|NAN|inf|Inf|INF)"),
        lambda text: (
            Message("`{text}` is not a number that anything can be counted with", {"text": text}),
            Message("write a number"),
        ),
    ),
    (
        re.compile(rf"\+[0-9][0-9.,]*{_UNIT}"),
        lambda text: (
            Message("`{text}` is a number with a plus sign", {"text": text}),
            Message("write `{fixed}`", {"fixed": text[1:]}),
        ),
    ),
    (
        re.compile(rf"[-+]?[0-9]+(?:_[0-9]*)+(?:\.[0-9]*)?{_UNIT}"),
        lambda text: (
            Message("`{text}` is a number with underscores", {"text": text}),
            Message("write `{fixed}`", {"fixed": text.replace("_", "")}),
        ),
    ),
    (
        re.compile(rf"-0(?:\.0*)?{_UNIT}"),
        lambda text: (
            Message("`{text}` is a negative zero", {"text": text}),
            Message("write `{fixed}`", {"fixed": re.sub(r"-0(?:\.0*)?", "0", text)}),
        ),
    ),
    (
        re.compile(rf"-?[0-9]{{{MAX_DIGITS + 1},}}(?:\.[0-9]*)?{_UNIT}"),
        lambda text: (
            Message("`{text}` has more digits than any number here", {"text": text}),
            Message("at most {digits} digits; put a code in quotes", {"digits": str(MAX_DIGITS)}),
        ),
    ),
)
_STARTS: Final = frozenset("+-.0123456789")
"""What every form above begins with."""
_QUOTES: Final = {"“": "”", "„": "“", "‘": "’", "”": "”"}
_OTHER_DIGITS: Final = re.compile(r"(?:\d|[\s.,:/%€+-]|EUR)+")


def is_number(text: str) -> bool:
    """Whether an unquoted `text` is a number, well written or not."""
    if text[:1] not in _STARTS:
        return False
    return _NUMBER.fullmatch(text) is not None or any(pattern.fullmatch(text) for pattern, _ in _FORMS)


def problems(node: Scalar, raw: str, locate: Callable[[int, int], Span]) -> list[Problem]:
    """What is wrong with the form of a value wherever it stands.

    `raw` is its text as it stands in the file, before lines are joined; `locate` places a part of that.
    """
    if not node.plain:
        hidden = characters.first_forbidden(node.text)
        return [characters.hidden_character(hidden, node.span)] if hidden else []
    text = node.text
    for pattern, say in _FORMS if text[:1] in _STARTS else ():
        if pattern.fullmatch(text):
            message, hint = say(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
            return [Problem("CLAS-Y020", message, node.span, hint=hint)]
    if raw.isascii():
        return []
    if _OTHER_DIGITS.fullmatch(text) and any(_is_foreign(char) for char in text):
        ascii_digits = "".join(str(int(char)) if char.isdecimal() else char for char in text)
        return [
            Problem(
                "CLAS-Y021",
                Message("`{text}` is written in digits of another script", {"text": text}),
                node.span,
                hint=Message("write `{fixed}`", {"fixed": ascii_digits}),
            )
        ]
    odd = characters.first_odd_space(raw)
    if odd is not None and not _NUMBERISH.fullmatch(text):
        index, space = odd
        return [characters.odd_space(space, locate(index, index + 1))]
    if text[:1] in _QUOTES and len(text) > 1 and text.endswith(_QUOTES[text[0]]):
        return [
            Problem(
                "CLAS-Y022",
                Message("curly quotes are part of the text"),
                node.span,
                hint=Message('write straight quotes, `"…"`, or none'),
            )
        ]
    return []


def _is_foreign(char: str) -> bool:
    return char.isdecimal() and not char.isascii()


def _without_zeros(text: str) -> str:
    """``8`` for ``08``, ``-0.50 EUR`` for ``-00.50 EUR``."""
    sign = "-" if text.startswith("-") else ""
    digits = text.removeprefix("-").lstrip("0").replace(",", ".")
    number = digits if digits[:1].isdigit() else f"0{digits}"
    return number if re.fullmatch(r"0(?:\.0*)?[^0-9]*", number) else f"{sign}{number}"
