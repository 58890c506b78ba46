"""Words that some readers of YAML take for something else, and quotes that are not quotes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from clas_policy.linting.finding import finding
from clas_policy.problem import Message, Problem
from clas_policy.reading.layer import Layer
from clas_policy.reading.nodes import Mapping, Node, Scalar, Sequence

_BOOLEANS: Final = {"yes": "true", "no": "false", "on": "true", "off": "false"}
_OPENING: Final = "“„"
_CLOSING: Final = "”"
_SINGLE: Final = ("‘", "‚")


def words(layer: Layer) -> Iterator[Problem]:
    """The findings about single words and texts of a file."""
    for node in _scalars(layer.root):
        if node.plain and node.text.lower() in _BOOLEANS:
            yield _ambiguous(node)
        elif _is_torn(node.text):
            yield finding(
                "CLAS-N302",
                Message("curly quotes that do not match"),
                node.span,
                hint=Message("write `« »` or `“ ”` in pairs inside a text, and straight quotes around it"),
            )


def _scalars(node: Node) -> Iterator[Scalar]:
    match node:
        case Scalar():
            yield node
        case Sequence(items=items):
            for item in items:
                yield from _scalars(item)
        case Mapping():
            for key, value in node:
                yield key
                yield from _scalars(value)


def _ambiguous(node: Scalar) -> Problem:
    values = {"text": node.text, "value": _BOOLEANS[node.text.lower()]}
    return finding(
        "CLAS-N301",
        Message("`{text}` is a word here, and `{value}` to other readers of YAML", values),
        node.span,
        hint=Message('write `"{text}"` if the word is meant', {"text": node.text}),
    )


def _is_torn(text: str) -> bool:
    """Whether a curly quote opens and never closes, closes what never opened, or a single one stands at the head.

    A single closing quote is an apostrophe.
    """
    depth = 0
    for character in text:
        if character in _OPENING:
            # “ also closes what „ opened.
            depth = depth - 1 if character == "“" and depth else depth + 1
        elif character in _CLOSING:
            depth -= 1
            if depth < 0:
                return True
    return depth != 0 or (text[:1] in _SINGLE and bool(text))
