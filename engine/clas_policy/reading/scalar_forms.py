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

_NUMBERISH: Final = re.compile(r"-?[0-9][0-9 \u00a0\u202f\u2009.,_]*(?: ?(?:%|€|EUR))?")
_Form: TypeAlias = tuple[re.Pattern[str], Callable[[str], tuple[Message, Message]]]
_FORMS: Final[tuple[_Form, ...]] = (
    (
        re.compile(r"0[0-9]+"),
        lambda text: (
            Message("`{text}` is a number that starts with a zero", {"text": text}),
            Message(
                'write `"{text}"` if it is a code, `{number}` if it is a number',
                {"text": text, "number": text.lstrip("0") or "0"},
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
        re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][-+]?[0-9]+"),
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
        re.compile(r"\+[0-9][0-9.]*"),
        lambda text: (
            Message("`{text}` is a number with a plus sign", {"text": text}),
            Message("write `{fixed}`", {"fixed": text[1:]}),
        ),
    ),
    (
        re.compile(r"[-+]?[0-9]+(?:_[0-9]*)+"),
        lambda text: (
            Message("`{text}` is a number with underscores", {"text": text}),
            Message("write `{fixed}`", {"fixed": text.replace("_", "")}),
        ),
    ),
    (
        re.compile(r"-0(?:\.0*)?"),
        lambda text: (
            Message("`{text}` is a negative zero", {"text": text}),
            Message("write `{fixed}`", {"fixed": "0"}),
        ),
    ),
    (
        re.compile(rf"-?[0-9]{{{MAX_DIGITS + 1},}}(?:\.[0-9]*)?"),
        lambda text: (
            Message("`{text}` has more digits than any number here", {"text": text}),
            Message("at most {digits} digits; put a code in quotes", {"digits": str(MAX_DIGITS)}),
        ),
    ),
)
_QUOTES: Final = {"“": "”", "„": "“", "‘": "’", "”": "”"}


def problems(node: Scalar, locate: Callable[[int, int], Span]) -> list[Problem]:
    """What is wrong with the form of a value wherever it stands; `locate` places a part of its text."""
    if not node.plain:
        hidden = characters.first_forbidden(node.text)
        return [characters.hidden_character(hidden, node.span)] if hidden else []
    text = node.text
    for pattern, say in _FORMS:
        if pattern.fullmatch(text):
            message, hint = say(text if len(text) <= 40 else f"{text[:40]}…")
            return [Problem("CLAS-Y020", message, node.span, hint=hint)]
    if any(char.isdigit() and not char.isascii() for char in text) and re.fullmatch(r"[\d\s.,%€EUR-]+", text):
        ascii_digits = "".join(str(int(char)) if char.isdecimal() else char for char in text)
        return [
            Problem(
                "CLAS-Y021",
                Message("`{text}` is written in digits of another script", {"text": text}),
                node.span,
                hint=Message("write `{fixed}`", {"fixed": ascii_digits}),
            )
        ]
    odd = characters.first_odd_space(text)
    if odd is not None and not _NUMBERISH.fullmatch(text):
        index, space = odd
        return [
            Problem(
                "CLAS-Y004",
                Message("a space that is not the ordinary one: {name}", {"name": characters.name(space)}),
                locate(index, index + 1),
                hint=Message("write an ordinary space, or put the whole text in quotes"),
            )
        ]
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
