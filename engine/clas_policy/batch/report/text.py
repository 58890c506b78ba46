"""The report as plain text, for a terminal: every table, as narrow as its figures allow."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from clas_policy.batch.report.document import Block, Chart, Document, Heading, Kind, Table, Terms, shown
from clas_policy.batch.report.voice import Voice

_WIDTH: Final = 100
_FIRST: Final = 44
_BETWEEN: Final = "  "


def text(document: Document) -> str:
    """The whole document."""
    _ = Voice(document.lang)
    lines = [document.title, document.subtitle, ""]
    lines += [f"! {notice}" for notice in document.notices]
    width = max((len(tile.label) for tile in document.tiles), default=0)
    values = [shown(tile.figure, Kind.COUNT, _) for tile in document.tiles]
    right = max(map(len, values), default=0)
    for tile, value in zip(document.tiles, values, strict=True):
        notes = ", ".join(part for part in (tile.before, tile.note) if part)
        lines.append(f"{tile.label:<{width}}  {value:>{right}}  {notes}".rstrip())
    for section in document.sections:
        lines += ["", "", section.title, "=" * len(section.title)]
        for block in section.blocks:
            lines += _block(block, _)
    return "\n".join((*lines, "", document.foot, ""))


def _block(block: Block, _: Voice) -> Iterator[str]:
    match block:
        case str():
            yield ""
            yield from textwrap.wrap(block, _WIDTH)
        case Heading(title=title):
            yield from ("", title, "-" * len(title))
        case Terms(items=items):
            yield ""
            for term, meaning in items:
                yield from textwrap.wrap(f"{term}{_.colon}{meaning}", _WIDTH, subsequent_indent="  ")
        case Chart():
            return  # its figures are those of the table beside
        case Table():
            yield ""
            yield block.caption
            yield from _table(block, _)
            for note in block.notes:
                yield from textwrap.wrap(note, _WIDTH)


def _table(table: Table, _: Voice) -> Iterator[str]:
    head = [column.label for column in table.columns]
    rows = [
        [shown(cell, column.kind, _) for cell, column in zip(row.cells, table.columns, strict=True)]
        for row in table.rows
    ]
    widths = _widths(table, head, rows)
    numbers = [column.kind is not Kind.TEXT for column in table.columns]
    yield from _lines(head, widths, numbers)
    yield _BETWEEN.join("-" * width for width in widths)
    for row in rows:
        yield from _lines(row, widths, numbers)


def _widths(table: Table, head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """Figures are never cut; headings and texts are wrapped."""
    widths = []
    for index, column in enumerate(table.columns):
        longest = max((len(row[index]) for row in rows), default=0)
        word = max(map(len, head[index].split(" ")))
        most = longest if column.kind is not Kind.TEXT else min(longest, _FIRST if index == 0 else 28)
        widths.append(max(most, word, 4))
    return widths


def _lines(cells: Sequence[str], widths: Sequence[int], numbers: Sequence[bool]) -> Iterator[str]:
    wrapped = [textwrap.wrap(cell, width) or [""] for cell, width in zip(cells, widths, strict=True)]
    for index in range(max(map(len, wrapped))):
        parts = []
        for lines, width, is_number in zip(wrapped, widths, numbers, strict=True):
            part = lines[index] if index < len(lines) else ""
            parts.append(f"{part:>{width}}" if is_number else f"{part:<{width}}")
        yield _BETWEEN.join(parts).rstrip()
