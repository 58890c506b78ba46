"""Single values as they are written: on one line, folded over several, or as a block below `>` or `|`."""

from __future__ import annotations

import re
from typing import Final

from clas_policy.reading.comments import Layout
from clas_policy.reading.nodes import Scalar

STEP: Final = 2
"""So much further right stands what belongs to something."""

_HEADER: Final = re.compile(r"([|>])([-+]?)([1-9]?)([-+]?)")


def lines(layout: Layout, node: Scalar, indent: int) -> list[str]:
    """The lines of a value in quotes or without, those after the first at `indent`."""
    raw = layout.raw(node.span)
    first, *others = raw.split("\n")
    if not others:
        return [raw]
    out = [_stripped(first, node)]
    out += [_stripped(line.lstrip(" \t"), node) for line in others[:-1]]
    out.append(others[-1].lstrip(" \t"))
    return [out[0], *(f"{' ' * indent}{line}" if line else "" for line in out[1:])]


def _stripped(line: str, node: Scalar) -> str:
    """A line without the spaces at its end, which fold away; but the one that a backslash protects."""
    bare = line.rstrip(" \t")
    slashes = len(bare) - len(bare.rstrip("\\"))
    return f"{bare} " if not node.plain and slashes % 2 and bare != line else bare


def block(layout: Layout, node: Scalar, column: int, indent: int) -> tuple[str, list[str]]:
    """The header of a block and its lines, moved to `indent`; `column` (from 0) is that of what it belongs to."""
    raw = layout.raw(node.span)
    match = _HEADER.match(raw)
    if match is None:
        raise ValueError(raw)
    style, chomping, digit = match[1], match[2] or match[4], match[3]
    written = raw.split("\n")[1:]
    if layout.end(node.span) < len(layout.text) or layout.text.endswith("\n"):
        written = written[:-1]  # the end of a block is the start of the line after it
    elif not node.text.endswith("\n"):
        chomping = "-"  # the last line of the file gets the end that it lacks, and the text must not
    old = column + int(digit) if digit else _depth(written)
    moved = [f"{' ' * indent}{line[old:]}" if line[old:] else "" for line in written]
    if chomping != "+":
        while moved and not moved[-1]:
            moved.pop()
    return f"{style}{str(STEP) if digit else ''}{chomping}", moved


def _depth(written: list[str]) -> int:
    """How far right the first line that says something stands."""
    return next((len(line) - len(line.lstrip(" ")) for line in written if line.strip(" ")), 0)
