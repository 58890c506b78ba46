"""Problems as people and machines read them: text with the place underlined, json, sarif, github."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from unicodedata import combining, east_asian_width

import click

from clas_policy.cli import json_text, streams
from clas_policy.cli.safe_text import safe_text
from clas_policy.problem import Message, Problem
from clas_policy.speech import Speech
from clas_policy.version import __version__

if TYPE_CHECKING:
    from clas_policy.cli.settings import Settings

FORMATS: Final = ("text", "json", "sarif", "github")
_GUTTER: Final = 4
_WIDEST: Final = 100
"""Characters of a line that are shown; a longer one is cut around the place."""

_COLOURS: Final = {"warning": "yellow", "note": "blue"}
_KINDS: Final = {"warning": Message("warning"), "note": Message("note")}

Lines = Mapping[str, Sequence[str]]


def show(problems: Iterable[Problem], settings: Settings, *, lines: Lines | None = None, summary: bool = True) -> None:
    """Problems on standard error, and how many there are."""
    found = list(problems)
    colour = streams.has_colour(sys.stderr, settings.color)
    for problem in found:
        streams.tell(as_text(problem, settings, lines or {}, colour=colour))
    if summary and len(found) > 1:
        streams.tell(count(found, settings))


def count(problems: Sequence[Problem], settings: Settings) -> str:
    """« 3 erreurs dans 2 fichiers »."""
    _ = Speech(settings.lang)
    errors = sum(problem.severity == "error" for problem in problems)
    notes = sum(problem.severity == "note" for problem in problems)
    warnings = len(problems) - errors - notes
    files = len({problem.span.file for problem in problems if problem.span})
    parts = []
    if errors:
        parts.append(_.plural("{count} error", "{count} errors", errors))
    if warnings:
        parts.append(_.plural("{count} warning", "{count} warnings", warnings))
    if notes:
        parts.append(_.plural("{count} note", "{count} notes", notes))
    told = _.join(parts)
    return _.plural("{what} in {count} file", "{what} in {count} files", files, what=told) if files else told


def as_text(problem: Problem, settings: Settings, lines: Lines, *, colour: bool = False) -> str:
    """The place, the sentence and the code; the line with the place underlined; what to write; the second places."""
    red = _COLOURS.get(problem.severity, "red")

    def paint(text: str, fg: str, *, bold: bool = False) -> str:
        return click.style(text, fg=fg, bold=bold) if colour else text

    def say(message: Message) -> str:
        return safe_text(settings.say(message))

    place = ""
    if problem.span is not None:
        place = f"{safe_text(problem.span.file)}:{problem.span.line}:{problem.span.column}: "
    path = f" ({safe_text(problem.path)})" if problem.path and problem.path != "$" else ""
    colon = Speech(settings.lang).colon
    kind = f"{say(_KINDS[problem.severity])}{colon}" if problem.severity in _KINDS else ""
    out = [
        f"{paint(place, 'white', bold=True)}{kind}{paint(say(problem.message), red, bold=True)}{path} [{problem.code}]"
    ]
    out += _excerpt(problem, lines, paint, red)
    if problem.hint is not None:
        out.append(f"  {paint(say(Message('help')), 'cyan')}{colon}{say(problem.hint)}")
    for related in problem.related:
        place = safe_text(str(related.span))
        out.append(f"  {paint(say(Message('see')), 'cyan')}{colon}{place}: {say(related.message)}")
    return "\n".join(out)


def _excerpt(problem: Problem, lines: Lines, paint: Any, red: str) -> list[str]:
    span, line = problem.span, problem.excerpt
    if span is None or line is None or not line.strip():
        return []
    line = line.replace("\t", "→")
    start = span.column - 1
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    first = max(0, start - _WIDEST // 2) if len(line) > _WIDEST else 0
    shown = safe_text(line[first : first + _WIDEST])
    before = safe_text(line[first:start])
    marked = safe_text(line[start : min(end, first + _WIDEST)])
    width = max(_GUTTER, len(str(span.line)))
    above = lines.get(span.file, ())
    out = []
    if span.line > 1 and len(above) >= span.line - 1 and above[span.line - 2].strip():
        out.append(f"{span.line - 1:>{width}} | {safe_text(above[span.line - 2][:_WIDEST])}")
    out.append(f"{span.line:>{width}} | {shown}")
    out.append(f"{' ' * width} | {' ' * _cells(before)}{paint('^' * max(1, _cells(marked)), red)}")
    return out


def _cells(text: str) -> int:
    """How wide a text is on a terminal: some characters take two columns, accents that stand alone none."""
    return sum(0 if combining(sign) else 2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def render(problems: Sequence[Problem], form: str, settings: Settings, lines: Lines) -> str:
    """All problems in a format, ending in a line end where there is anything to say."""
    match form:
        case "json":
            return json_text.indented([as_json(problem, settings) for problem in problems]) + "\n"
        case "sarif":
            from clas_policy.cli.sarif import sarif

            return json_text.indented(sarif(problems, settings, __version__)) + "\n"
        case "github":
            return "".join(f"{_as_github(problem, settings)}\n" for problem in problems)
        case _:
            colour = streams.has_colour(sys.stdout, settings.color)
            return "".join(f"{as_text(problem, settings, lines, colour=colour)}\n" for problem in problems)


def as_json(problem: Problem, settings: Settings) -> dict[str, Any]:
    span = problem.span
    return {
        "code": problem.code,
        "severity": problem.severity,
        "message": settings.say(problem.message),
        "file": span.file if span else None,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "end_line": span.end_line if span else None,
        "end_column": span.end_column if span else None,
        "path": problem.path,
        "help": settings.say(problem.hint) if problem.hint else None,
        "related": [
            {
                "message": settings.say(related.message),
                "file": related.span.file,
                "line": related.span.line,
                "column": related.span.column,
            }
            for related in problem.related
        ],
    }


def _as_github(problem: Problem, settings: Settings) -> str:
    """A workflow command; what it says is encoded so that nothing in it is a command of its own."""
    properties = [f"title={_property(problem.code)}"]
    if problem.span is not None:
        span = problem.span
        columns = ["", ""]
        if span.line == span.end_line:  # the host takes columns within one line only
            columns = [f",col={span.column}", f",endColumn={span.end_column}"]
        place = f"file={_property(span.file)},line={span.line}{columns[0]},endLine={span.end_line}{columns[1]}"
        properties = [place, *properties]
    text = settings.say(problem.message)
    if problem.hint is not None:
        text = f"{text} — {settings.say(problem.hint)}"
    level = {"error": "error", "note": "notice"}.get(problem.severity, "warning")
    return f"::{level} {','.join(properties)}::{_data(text)}"


def _data(text: str) -> str:
    return safe_text(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
