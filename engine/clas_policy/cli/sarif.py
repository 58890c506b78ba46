"""Problems in SARIF 2.1.0, the format that code hosts show beside the lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from clas_policy.cli.help_pages import page
from clas_policy.problem import Problem
from clas_policy.source import Span

if TYPE_CHECKING:
    from clas_policy.cli.settings import Settings

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(problems: Sequence[Problem], settings: Settings, version: str) -> dict[str, Any]:
    """One run with its rules (the help pages of the codes) and its results."""
    codes = sorted({problem.code for problem in problems})
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "clas-policy",
                        "version": version,
                        "rules": [_rule(code, settings.lang) for code in codes],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(problem, codes, settings) for problem in problems],
            }
        ],
    }


def _rule(code: str, lang: str) -> dict[str, Any]:
    found = page(code)
    if found is None:
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": found.title[lang]},
        "fullDescription": {"text": found.text[lang]},
    }


def _result(problem: Problem, codes: Sequence[str], settings: Settings) -> dict[str, Any]:
    text = settings.say(problem.message)
    if problem.hint is not None:
        text = f"{text} — {settings.say(problem.hint)}"
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": codes.index(problem.code),
        "level": problem.severity,
        "message": {"text": text},
    }
    if problem.span is not None:
        result["locations"] = [_location(problem.span)]
    related: list[dict[str, Any]] = []
    for other in problem.related:
        place = {**_location(other.span), "message": {"text": settings.say(other.message)}}
        if place not in related:  # the standard asks for a set
            related.append(place)
    if related:
        result["relatedLocations"] = related
    return result


def _location(span: Span) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _reference(span.file)},
            "region": {
                "startLine": span.line,
                "startColumn": span.column,
                "endLine": span.end_line,
                "endColumn": span.end_column,
            },
        }
    }


def _reference(file: str) -> str:
    """A file as a reference: relative to where the program ran, or a `file:` address where its path is absolute."""
    from pathlib import PurePath
    from urllib.parse import quote

    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(file.encode("utf-8", "surrogateescape"))
