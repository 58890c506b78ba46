"""Blocks as plain text: 80 columns, in a pipe or a terminal, with or without colour."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator
from typing import Final, assert_never

from clas_policy.cli.blocks import Block, Heading, Item, Items, Paragraph, Table
from clas_policy.cli.safe_text import safe_text
from clas_policy.figures import NO_BREAK

WIDTH: Final = 80
_COLOURS: Final = {"good": "green", "bad": "red", "open": "yellow", "notice": "magenta"}

Style = Callable[[str, str, bool], str]
"""Colours a text: text, colour (empty for none), bold."""


def plain(text: str, _colour: str, _bold: bool) -> str:
    return text


def shown(text: str) -> str:
    """A text as it is printed: nothing unsafe, and no line end inside French quotes."""
    return safe_text(text).replace("« ", f"«{NO_BREAK}").replace(" »", f"{NO_BREAK}»")


def render(blocks: Iterable[Block], style: Style = plain) -> str:
    """The text of a document, ending in a line end."""
    lines: list[str] = []
    for block in blocks:
        match block:
            case Heading(text, level):
                title = shown(text)
                lines += ["", style(title, "", True)]
                lines += [("=" if level == 1 else "-") * min(len(title), WIDTH)]
            case Paragraph(text, tone):
                if tone:
                    lines.append("")
                wrapped = textwrap.wrap(shown(text), WIDTH) or [""]
                lines += [style(line, _COLOURS.get(tone, ""), bool(tone)) for line in wrapped]
            case Table():
                lines += _table(block)
            case Items(items):
                lines += [line for item in items for line in _item(item, 0)]
            case _:
                assert_never(block)
    while lines and not lines[0]:
        del lines[0]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _item(item: Item, depth: int) -> Iterator[str]:
    indent = "  " * depth
    sign = "- " if depth == 0 else "· "
    yield from textwrap.wrap(
        shown(item.text),
        WIDTH,
        initial_indent=indent + sign,
        subsequent_indent=indent + "  ",
        break_long_words=True,
        break_on_hyphens=False,
    )
    for below in item.items:
        yield from _item(below, depth + 1)


def _table(table: Table) -> Iterator[str]:
    rows = [tuple(shown(cell) for cell in row) for row in (table.headers, *table.rows)]
    widths = _widths(rows)
    rule = "  ".join("-" * width for width in widths)
    for index, row in enumerate(rows):
        if index == 1 or index == len(rows) - table.totals:
            yield rule
        yield from _row(row, widths, table.right)


def _widths(rows: list[tuple[str, ...]]) -> list[int]:
    """The widths of the columns: what they hold, the widest narrowed until all fit, no word cut while that can be."""
    columns = list(zip(*rows, strict=True))
    widths = [max(len(cell) for cell in column) for column in columns]
    words = [max(len(word) for cell in column for word in cell.split(" ")) for column in columns]
    for least in (words, [1] * len(words)):
        while sum(widths) + 2 * (len(widths) - 1) > WIDTH:
            narrowable = [column for column in range(len(widths)) if widths[column] > least[column]]
            if not narrowable:
                break
            widths[max(narrowable, key=lambda column: widths[column])] -= 1
    return widths


def _row(row: tuple[str, ...], widths: list[int], right: frozenset[int]) -> Iterator[str]:
    cells = [
        textwrap.wrap(cell, width, break_on_hyphens=False) or [""] for cell, width in zip(row, widths, strict=True)
    ]
    for line in range(max(map(len, cells))):
        parts = []
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True)):
            text = cell[line] if line < len(cell) else ""
            parts.append(text.rjust(width) if column in right else text.ljust(width))
        yield "  ".join(parts)
