"""What a broken YAML text is told, in words of ours."""

from __future__ import annotations

from typing import Any, Final

from clas_policy.problem import Message, Problem, Related
from clas_policy.reading.characters import Text
from clas_policy.source import Span

_MISALIGNED: Final = Message("this line is not aligned with those above it")
_QUOTE_IT: Final = Message("put the whole text in quotes")
_SENTENCES: Final[tuple[tuple[str, Message, Message], ...]] = (
    (
        "mapping values are not allowed",
        Message("a colon and a space inside an unquoted text"),
        Message('put the sentence in quotes: `"Attention : date"`'),
    ),
    (
        "found character '\\t'",
        Message("a tab (→) where only spaces may stand"),
        Message("indent with spaces, two per level"),
    ),
    (
        "tab",
        Message("a tab (→) where only spaces may stand"),
        Message("indent with spaces, two per level"),
    ),
    (
        "while scanning a quoted scalar",
        Message("a quote that is never closed"),
        Message("close it, or double the apostrophe inside single quotes"),
    ),
    (
        "unknown escape character",
        Message("a backslash that means nothing here"),
        Message("use single quotes, in which a backslash is a backslash"),
    ),
    (
        "could not find expected ':'",
        Message("a line that is neither a key with its colon nor a list entry"),
        Message("write `key: value`, or indent the line under the text that it continues"),
    ),
    (
        "expected ',' or '}'",
        Message("a brace that is never closed, or a comma missing between two keys"),
        Message("close it with `}}`, or write one key per line without braces"),
    ),
    (
        "expected ',' or ']'",
        Message("a bracket that is never closed, or a comma missing between two entries"),
        Message("close it with `]`"),
    ),
    (
        "expected <block end>",
        _MISALIGNED,
        Message("keys of one level begin in the same column"),
    ),
    (
        "sequence entries are not allowed",
        Message("a list entry cannot stand here"),
        Message("begin the list on the line after its key"),
    ),
    (
        "cannot start any token",
        Message("an unquoted text cannot start with this character"),
        _QUOTE_IT,
    ),
    (
        "expected alphabetic or numeric character",
        Message("an unquoted text cannot start with this character"),
        _QUOTE_IT,
    ),
    (
        "expected the node content",
        Message("a value is missing here"),
        _QUOTE_IT,
    ),
    (
        "duplicate",
        Message("twice the same directive"),
        Message("remove the lines that begin with `%`"),
    ),
    (
        "directive",
        Message("a directive, `%…`"),
        Message("remove the line; in quotes if the sign belongs to the text"),
    ),
    (
        "expected '<document start>'",
        Message("this line does not belong to what stands above it"),
        Message("keys of one level begin in the same column"),
    ),
    (
        "did not find expected",
        _MISALIGNED,
        Message("keys of one level begin in the same column"),
    ),
)


def problem(error: Any, text: Text) -> Problem:
    """The problem of a syntax error that the YAML reader found."""
    what = " ".join(str(part) for part in (error.problem, error.context) if part) if hasattr(error, "problem") else ""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    at = _place(mark.index, text) if mark is not None else Span(text.file, 1, 1, 1, 2)
    message, hint = Message("this line cannot be read"), _QUOTE_IT
    for sign, sentence, advice in _SENTENCES:
        if sign in what:
            message, hint = sentence, advice
            break
    if message is _MISALIGNED and text.lines[at.line - 1][: at.column - 1].rstrip().endswith(("'", '"')):
        message = Message("the text goes on after its closing quote")
        hint = Message("double an apostrophe inside single quotes, or use double quotes around the whole")
    related: tuple[Related, ...] = ()
    context = getattr(error, "context_mark", None)
    if context is not None and mark is not None and context.line != mark.line:
        related = (Related(Message("what it belongs to begins here"), _place(context.index, text)),)
    return Problem("CLAS-Y016", message, at, related, hint)


def _place(index: int, text: Text) -> Span:
    index = min(index, len(text.text))
    # The end of the text is after its last character: point at the last line that has one.
    while index > 0 and index >= len(text.text.rstrip()):
        index -= 1
        if not text.text[index].isspace():
            break
    return text.span(index, index + 1)
