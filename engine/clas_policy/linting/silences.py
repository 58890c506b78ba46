"""Findings that the author has looked at and wants to keep: ``# lint: CLAS-N102 because …``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from clas_policy.frozen import dataclass
from clas_policy.linting.finding import RULES, finding
from clas_policy.problem import Message, Problem
from clas_policy.reading.comments import Layout
from clas_policy.reading.layer import Layer
from clas_policy.reading.report import nearest
from clas_policy.source import Span

_SILENCE: Final = re.compile(r"#+\s*lint\s*:\s*(?P<rest>.*)", re.IGNORECASE)
_CODE: Final = re.compile(r"(?:CLAS-)?[A-Z][0-9]{3}\b", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"[\s,;]*")
_HELD: Final = "CLAS-N9"


@dataclass(frozen=True, slots=True)
class Silence:
    """One comment that silences rules on a line."""

    codes: tuple[str, ...]
    reason: str
    line: int
    """The line whose findings it silences."""
    at: Span


def silences(layer: Layer) -> tuple[Silence, ...]:
    """The silences of a file: each is about its own line, or about the one below where it stands alone."""
    found = []
    layout = Layout(layer.root, layer.lines)
    alone = {comment.span.line for comment in layout.comments if comment.alone}
    for comment in layout.comments:
        match = _SILENCE.fullmatch(comment.text)
        if match is None:
            continue
        codes, reason = _parts(match["rest"])
        line = comment.span.line
        while line in alone:
            line += 1
        found.append(Silence(codes, reason, line, comment.span))
    return tuple(found)


def _parts(rest: str) -> tuple[tuple[str, ...], str]:
    """The codes at the head of a text, and the reason after them."""
    codes, position = [], 0
    while (match := _CODE.match(rest, position)) is not None:
        code = match[0].upper()
        codes.append(code if code.startswith("CLAS-") else f"CLAS-{code}")
        between = _BETWEEN.match(rest, match.end())
        position = between.end() if between else match.end()
    return tuple(codes), rest[position:].strip(" \t:–—-")


def heard(findings: Iterable[Problem], layer: Layer) -> Iterator[Problem]:
    """The findings of a file that no silence covers, then what is wrong with the silences themselves."""
    quiet = silences(layer)
    used: set[tuple[Silence, str]] = set()
    for problem in findings:
        covering = [one for one in quiet if _covers(one, problem)]
        if covering:
            used.update((one, problem.code) for one in covering)
        else:
            yield problem
    for silence in quiet:
        yield from _doubts(silence, [code for code in silence.codes if (silence, code) in used])


def _covers(silence: Silence, problem: Problem) -> bool:
    """A silence without a reason covers too: that it lacks one is its own finding."""
    return problem.span is not None and problem.span.line == silence.line and problem.code in silence.codes


def _doubts(silence: Silence, used: Sequence[str]) -> Iterator[Problem]:
    if not silence.codes:
        hint = Message("write `# lint: CLAS-N101 because …`, in your own words")
        yield finding("CLAS-N902", Message("this silence names no rule"), silence.at, hint=hint)
        return
    if not any(character.isalpha() for character in silence.reason):
        hint = Message("say after the code why the rule does not hold here")
        yield finding("CLAS-N901", Message("a silence without a reason"), silence.at, hint=hint)
    for code in silence.codes:
        if code not in RULES or code.startswith(_HELD):
            yield _unknown(code, silence.at)
        elif code not in used:
            message = Message("`{code}` has nothing to say here: this silence can go", {"code": code})
            yield finding("CLAS-N903", message, silence.at)


def _unknown(code: str, at: Span) -> Problem:
    if code in RULES:
        return finding("CLAS-N902", Message("`{code}` cannot be silenced", {"code": code}), at)
    near = nearest(code, [name for name in RULES if not name.startswith(_HELD)])
    hint = Message("did you mean `{name}`?", {"name": near}) if near else None
    return finding("CLAS-N902", Message("`{code}` is no rule of lint", {"code": code}), at, hint=hint)
