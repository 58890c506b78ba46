"""Blocks as Markdown: a document to put in a file or a message; nothing that a dossier says is taken for markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, assert_never

from clas_policy.cli.blocks import Block, Heading, Item, Items, Paragraph, Table
from clas_policy.cli.safe_text import safe_text

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
_LEADING: Final = re.compile(r"^([0-9]*)([-+=.)])")


def escaped(text: str) -> str:
    """Text in which no character is Markdown or HTML; spaces around it would begin a block of code."""
    shown = _SPECIAL.sub(r"\\\1", safe_text(text).strip(" "))
    shown = _LEADING.sub(r"\1\\\2", shown)
    # A bare address would become a link.
    return shown.replace("://", ":\u200b//")


def render(blocks: Iterable[Block]) -> str:
    """The Markdown of a document, ending in a line end."""
    parts: list[str] = []
    for block in blocks:
        match block:
            case Heading(text, level):
                parts.append(f"{'#' * level} {escaped(text)}")
            case Paragraph(text, tone):
                parts.append(f"**{escaped(text)}**" if tone else escaped(text))
            case Table():
                parts.append("\n".join(_table(block)))
            case Items(items):
                parts.append("\n".join(line for item in items for line in _item(item, 0)))
            case _:
                assert_never(block)
    return "\n\n".join(parts) + "\n"


def _item(item: Item, depth: int) -> Iterator[str]:
    yield f"{'  ' * depth}- {escaped(item.text)}"
    for below in item.items:
        yield from _item(below, depth + 1)


def _table(table: Table) -> Iterator[str]:
    yield f"| {' | '.join(map(escaped, table.headers))} |"
    yield f"| {' | '.join('---:' if column in table.right else '---' for column in range(len(table.headers)))} |"
    totals_from = len(table.rows) - table.totals
    for index, row in enumerate(table.rows):
        cells = [escaped(cell) for cell in row]
        if index >= totals_from:
            cells = [f"**{cell}**" if cell else "" for cell in cells]
        yield f"| {' | '.join(cells)} |"
