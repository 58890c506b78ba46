"""Keys of a YAML text: a single word each; and commas in braces and brackets that cut a sentence or a number."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from clas_policy.problem import Message, Problem, Related
from clas_policy.reading import scalar_forms
from clas_policy.reading.nodes import Entry, Node, Scalar

_BOOLEANS: Final = frozenset(("true", "True", "TRUE", "false", "False", "FALSE"))
_WHOLE: Final = re.compile(r"-?[0-9]+")
_DECIMALS: Final = re.compile(r"[0-9]{1,2}(?: ?(?:%|€|EUR))?")
_LONGEST: Final = 40


def several_words(key: Node) -> Problem:
    """The problem of a list or a mapping that stands as a key."""
    return Problem(
        "CLAS-Y010",
        Message("a key must be a single word"),
        key.span,
        hint=Message("no list and no braces before a colon"),
    )


def not_a_key(key: Scalar, *, asked: bool) -> Problem | None:
    """What is wrong with a word that stands as a key; `asked` when a question mark stands before it."""
    text = key.text
    if asked:
        return Problem(
            "CLAS-Y010",
            Message("a question mark and a space before a key"),
            key.span,
            hint=Message("write `key: value`; in quotes if the question mark belongs to the text"),
        )
    if not key.plain:
        return None
    if text == "<<":
        return Problem("CLAS-Y009", Message("`<<` merges another part"), key.span, hint=Message("write the keys again"))
    if not text:
        return Problem(
            "CLAS-Y010",
            Message("a colon without a key before it"),
            key.span,
            hint=Message("write the key, or put the text in quotes if the colon belongs to it"),
        )
    if key.is_null or text in _BOOLEANS or scalar_forms.is_number(text):
        return Problem(
            "CLAS-Y010",
            Message("the key `{text}` is not a text", {"text": _shortened(text)}),
            key.span,
            hint=Message('put it in quotes: `"{text}":`', {"text": _shortened(text)}),
        )
    return None


def twice(first: Entry, second: Entry) -> Problem:
    """The problem of a key that stands twice, with both places and, where they are short, both values."""
    key = _shortened(second.key.text)
    message = Message("the key `{key}` stands twice", {"key": key})
    if isinstance(first.value, Scalar) and isinstance(second.value, Scalar):
        message = Message(
            "the key `{key}` stands twice: `{first}`, then `{second}`",
            {"key": key, "first": _shortened(first.value.text), "second": _shortened(second.value.text)},
        )
    return Problem(
        "CLAS-Y007",
        message,
        second.key.span,
        (Related(Message("first here"), first.key.span),),
        Message("keep one of them: no value is chosen in silence"),
    )


def alone(key: Scalar, before: Node | None) -> Problem:
    """The problem of a word in braces without a colon and a value: what follows the comma of a sentence, mostly."""
    text = _shortened(key.text)
    hint = Message("put the sentence in quotes, or write one key per line without braces")
    if isinstance(before, Scalar) and _is_decimal_comma(before, key):
        hint = Message(
            "a decimal point is a point: write `{fixed}`", {"fixed": _shortened(f"{before.text}.{key.text}")}
        )
    elif ":" in key.text:
        hint = Message("write a space after the colon")
    return Problem(
        "CLAS-Y011",
        Message("`{text}` stands alone: between braces, a comma separates", {"text": text}),
        key.span,
        hint=hint,
    )


def decimal_commas(items: list[Node]) -> list[Problem]:
    """Warnings for the items of a list in brackets that were probably one number with a decimal comma."""
    found = []
    used: Node | None = None
    for first, second in pairwise(items):
        if first is used or not (isinstance(first, Scalar) and isinstance(second, Scalar)):
            continue
        if _is_decimal_comma(first, second):
            used = second
            found.append(
                Problem(
                    "CLAS-Y023",
                    Message("`{text}` is two numbers here", {"text": f"{first.text},{second.text}"}),
                    first.span,
                    hint=Message("a decimal point is a point; two numbers have a space after the comma"),
                    severity="warning",
                )
            )
    return found


def _is_decimal_comma(first: Scalar, second: Scalar) -> bool:
    """Whether nothing but a comma stands between two runs of digits, the second as short as cents."""
    return (
        first.plain
        and second.plain
        and (first.span.end_line, first.span.end_column + 1) == (second.span.line, second.span.column)
        and len(first.text) <= _LONGEST
        and _WHOLE.fullmatch(first.text) is not None
        and _DECIMALS.fullmatch(second.text) is not None
    )


def _shortened(text: str) -> str:
    """The first words of a text, on one line."""
    line = text.replace("\n", " ").strip()
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
