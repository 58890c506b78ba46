"""What a broken YAML text is told, in words of ours: from what ruamel says, and from the lines that it says it of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from clas_policy.problem import Message, Problem, Related
from clas_policy.reading import characters
from clas_policy.reading.characters import Text
from clas_policy.source import Span

_QUOTE_IT: Final = Message("put the whole text in quotes")
_ALIGN: Final = Message("keys of one level begin in the same column")
_TAB: Final = Message("a tab (→) where only spaces may stand")
_INDENT: Final = Message("indent with spaces, two per level")
_BACKSLASH: Final = Message("a backslash that means nothing here")
_SINGLE_QUOTES: Final = Message("use single quotes, in which a backslash is a backslash")
_OPEN_QUOTE: Final = Message("a quote that is never closed")
_COLON: Final = Message("a colon and a space inside an unquoted text")
_TAG: Final = Message("a tag, `!…`")


class _Sign(NamedTuple):
    """A part of what ruamel says, and what we say; `at_start` puts it where the broken thing begins."""

    sign: str
    message: Message
    hint: Message
    at_start: bool = False
    code: str = "CLAS-Y016"


_SIGNS: Final = (
    _Sign("mapping values are not allowed", _COLON, Message("put the sentence in quotes")),
    _Sign("found character '\\t'", _TAB, _INDENT),
    _Sign("but found '\\t'", _TAB, _INDENT),
    _Sign("unknown escape character", _BACKSLASH, _SINGLE_QUOTES),
    _Sign("expected escape sequence", _BACKSLASH, _SINGLE_QUOTES),
    _Sign(
        "while scanning a quoted scalar",
        _OPEN_QUOTE,
        Message("close it, or double the apostrophe inside single quotes"),
        at_start=True,
    ),
    _Sign(
        "could not find expected ':'",
        Message("a line that is neither a key with its colon nor a list entry"),
        Message("write `key: value`, or indent the line under the text that it continues"),
        at_start=True,
    ),
    _Sign(
        "expected ',' or '}'",
        Message("a brace that is never closed, or a comma missing between two keys"),
        Message("close it with `}}`, or write one key per line without braces"),
    ),
    _Sign(
        "expected ',' or ']'",
        Message("a bracket that is never closed, or a comma missing between two entries"),
        Message("close it with `]`"),
    ),
    _Sign(
        "invalid intendation or unclosed",
        Message("a closing bracket or brace is missing, or this line is not indented under what it belongs to"),
        Message("close it, or indent this line"),
    ),
    _Sign("expected <block end>", Message("this line is not aligned with those above it"), _ALIGN),
    _Sign(
        "sequence entries are not allowed",
        Message("a list entry cannot stand here"),
        Message("begin the list on the line after its key; in quotes if the dash belongs to the text"),
    ),
    _Sign(
        "mapping keys are not allowed",
        Message("a question mark and a space at the beginning of a text"),
        _QUOTE_IT,
    ),
    _Sign(
        "while scanning a block scalar",
        Message("`|` and `>` begin a text on the lines below, and nothing else stands on their own line"),
        Message("put the whole text in quotes, or move it to the next line"),
    ),
    _Sign(
        "more indented follow up line",
        Message("the lines of a text after `|` or `>` are not aligned"),
        Message("begin its first line, blank or not, in the column of the others"),
    ),
    _Sign("after document end marker", Message("`...` ends a document, and nothing follows on its line"), _QUOTE_IT),
    _Sign("cannot start any token", Message("an unquoted text cannot start with this character"), _QUOTE_IT),
    _Sign(
        "expected alphabetic or numeric character",
        Message("an unquoted text cannot start with this character"),
        _QUOTE_IT,
        at_start=True,
    ),
    _Sign(
        "tag",
        _TAG,
        Message("remove it; in quotes if the exclamation mark belongs to the text"),
        at_start=True,
        code="CLAS-Y015",
    ),
    _Sign(
        "expected the node content",
        Message("a value is missing here"),
        Message("write it, or remove the sign; in quotes if the sign belongs to a text"),
    ),
    _Sign("expected '<document start>'", Message("this line does not belong to what stands above it"), _ALIGN),
    _Sign(
        "document separator",
        Message("`---` or `...` inside a text in quotes, or a quote that is not closed above it"),
        Message("close the quote, or indent this line"),
        at_start=True,
    ),
)
_SIGN_OF_ALL_ELSE: Final = _Sign("", Message("this line cannot be read"), _QUOTE_IT)
_GOES_ON: Final = _Sign(
    "",
    Message("the text goes on after its closing quote"),
    Message("double an apostrophe inside single quotes, or use double quotes around the whole"),
)
# Spaces at the beginning of a line and after a sign are layout, where a pasted one breaks what follows.
_LAYOUT: Final = re.compile(r"^(?:\s*-(?=\s))*\s*|(?<=:)\s+")
_ENTRY_MARKS: Final = r"[ ]*(?:- +)*"
_KEY: Final = re.compile(rf"{_ENTRY_MARKS}[^\s:#'\"{{}}\[\]]+ ?")
_GLUED_KEY: Final = re.compile(rf"(?P<before>{_ENTRY_MARKS}[a-z][a-z0-9_.]*):(?P<value>[^\s:/][^:]*)$")
_KEY_AND_SENTENCE: Final = re.compile(rf"{_ENTRY_MARKS}[^\s:#'\"{{}}\[\]]+ ?: +(?P<sentence>[^\s'\"{{\[].*)")
_COMMENT: Final = re.compile(r" #.*$")
_LARGE_CHARACTER: Final = re.compile(r"\\U(?!0010[0-9A-Fa-f]{4}|000[0-9A-Fa-f]{5})[0-9A-Fa-f]{8}")
_LONGEST: Final = 80


def problem(error: Any, text: Text, last: Span | None) -> Problem:
    """The problem of a syntax error that the YAML reader found.

    `last` is the place of the last text in quotes before it.
    """
    what = " ".join(str(part) for part in (error.problem, error.context) if part) if hasattr(error, "problem") else ""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    opened = getattr(error, "context_mark", None)
    at = _place(mark.index, text) if mark is not None else Span(text.file, 1, 1, 1, 2)
    start = _place(opened.index, text) if opened is not None else None
    above = [line for line in (_line_above(at.line, text),) if line is not None]
    space = _odd_space([at.line, *above, *([start.line] if start is not None else [])], text)
    if space is not None:
        return space
    if "mapping values are not allowed" in what:
        return _colon(at, text)
    sign = next((sign for sign in _SIGNS if sign.sign in what), _SIGN_OF_ALL_ELSE)
    before = text.lines[at.line - 1][: at.column - 1].rstrip()
    at_end = mark is not None and not text.text[mark.index :].strip("\0 \r\n")
    if sign.sign in ("expected ',' or '}'", "expected ',' or ']'", "expected <block end>") and not at_end:
        if "but got ':'" in what and ": " in before:
            return _colon(at, text)
        if before.endswith(("'", '"')):
            sign = _GOES_ON
            start = last if last is not None and last.line < last.end_line == at.line else None
    if sign.sign == "could not find expected ':'" and start is not None:
        word = glued(start.line, text)
        if word is not None:
            return word
    hint = sign.hint
    if sign.message is _OPEN_QUOTE and start is not None and re.search("[“”„‘]", text.lines[start.line - 1]):
        hint = Message("curly quotes close nothing: write straight ones, `\"` or `'`")
    if start is not None and (sign.at_start or (at_end and sign.sign.startswith("expected ',' or"))):
        return Problem(sign.code, sign.message, start, hint=hint)
    related: tuple[Related, ...] = ()
    if start is not None and start.line != at.line:
        related = (Related(Message("what it belongs to begins here"), start.start),)
    return Problem(sign.code, sign.message, at, related, hint)


def large_character(text: Text, after: int) -> Problem | None:
    r"""The problem of a ``\U…`` beyond the last character there is; None where there is none after an index."""
    match = _LARGE_CHARACTER.search(text.text, after)
    if match is None:
        return None
    return Problem("CLAS-Y016", _BACKSLASH, text.span(match.start(), match.end()), hint=_SINGLE_QUOTES)


def tab_before(at: Span, text: Text) -> Problem | None:
    """The problem of a tab in the indentation of the line at whose first word `at` begins."""
    before = text.lines[at.line - 1][: at.column - 1]
    if "\t" not in before or before.strip():
        return None
    column = before.index("\t") + 1
    return Problem("CLAS-Y016", _TAB, Span(at.file, at.line, column, at.line, column + 1), hint=_INDENT)


def _odd_space(lines: Iterable[int], text: Text) -> Problem | None:
    """What pasted spaces broke: the first one that stands on one of the lines where only layout is."""
    for number in lines:
        for layout in _LAYOUT.finditer(text.lines[number - 1]):
            odd = characters.first_odd_space(layout[0])
            if odd is not None:
                column = layout.start() + odd[0] + 1
                return characters.odd_space(odd[1], Span(text.file, number, column, number, column + 1))
    return None


def _colon(at: Span, text: Text) -> Problem:
    """A colon where no value can follow: in a sentence, on a line too far right, or below a line without a colon."""
    line = text.lines[at.line - 1]
    before = line[: at.column - 1]
    above = _line_above(at.line, text)
    if above is not None and _KEY.fullmatch(before):
        indentation = Span(at.file, at.line, len(before) - len(before.lstrip()) + 1, at.line, at.column)
        word = glued(above, text)
        if word is not None:
            return word
        if not re.search(r":(?:\s|$)", text.lines[above - 1]):
            first = len(text.lines[above - 1]) - len(text.lines[above - 1].lstrip())
            place = Span(at.file, above, first + 1, above, len(text.lines[above - 1].rstrip()) + 1)
            return Problem(
                "CLAS-Y016",
                Message("a line that is neither a key with its colon nor a list entry"),
                place,
                hint=Message("a key is followed by a colon; a text on several lines goes in quotes"),
            )
        return Problem(
            "CLAS-Y016",
            Message("this line is further right than the one above it, which has its value already"),
            indentation,
            hint=_ALIGN,
        )
    return Problem("CLAS-Y016", _COLON, at, hint=_in_quotes(line))


def _in_quotes(line: str) -> Message:
    """How to write the value of a line; without the words where they cannot be told apart or are long."""
    match = _KEY_AND_SENTENCE.fullmatch(line)
    sentence = _COMMENT.sub("", match["sentence"]).strip() if match is not None else ""
    if not sentence or len(sentence) > _LONGEST:
        return Message("put the sentence in quotes")
    quoted = f'"{sentence}"'
    if '"' in sentence or "\\" in sentence:
        quoted = "'" + sentence.replace("'", "''") + "'"
    return Message("put the sentence in quotes: `{fixed}`", {"fixed": quoted})


def glued(line: int, text: Text) -> Problem | None:
    """The problem of a line such as ``label:Bonus``, which YAML takes for one word."""
    match = _GLUED_KEY.fullmatch(text.lines[line - 1].rstrip())
    if match is None:
        return None
    column = match.end("before") + 1
    return Problem(
        "CLAS-Y016",
        Message("a colon without a space after it"),
        Span(text.file, line, column, line, column + 1),
        hint=Message("write `{key}: …`", {"key": match["before"].lstrip(" -")}),
    )


def _line_above(line: int, text: Text) -> int | None:
    """The number of the nearest line above that holds more than a comment; None where there is none."""
    while (line := line - 1) >= 1:
        words = text.lines[line - 1].strip()
        if words and not words.startswith("#"):
            return line
    return None


def _place(index: int, text: Text) -> Span:
    """The character at an index; the last one that can be seen where the text ends there."""
    seen = len(text.text.rstrip())
    index = min(index, max(seen - 1, 0)) if index >= seen else index
    return text.span(index, index + 1)
