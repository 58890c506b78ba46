"""An impact as blocks, for a terminal and for Markdown: what its page says, without the charts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from clas_policy.batch.report import document as d
from clas_policy.batch.report.voice import Voice
from clas_policy.cli.blocks import Block, Heading, Item, Items, Paragraph, Table

_WIDE: Final = 6
"""A table of more columns does not fit into a terminal: some of them are left out."""


def blocks(document: d.Document, *, narrow: bool) -> Iterator[Block]:
    """The document; a chart is left out, since a table beside it has its figures.

    What is `narrow` fits into 80 columns: some of the figures are left out.
    """
    voice = Voice(document.lang)
    yield Heading(document.title, 1)
    yield Paragraph(document.subtitle)
    for notice in document.notices:
        yield Paragraph(notice, "notice")
    if document.introduction:
        yield Paragraph(" ".join(text for _name, text in document.introduction), "open")
    for section in document.sections:
        yield Heading(section.title)
        below = False
        said = {section.title}
        for block in section.blocks:
            if narrow and below and not isinstance(block, d.Chart | d.Heading) and not _is_headed(block, said):
                yield Paragraph("")
            below = below or not isinstance(block, d.Chart)
            match block:
                case d.Chart():
                    continue
                case d.Table(caption=caption):
                    if _is_headed(block, said):
                        yield Paragraph(caption, "heading")
                    yield from _table(block, voice, narrow=narrow)
                case d.Terms(items):
                    yield Items(tuple(Item(f"{term}{voice.colon}{meaning}") for term, meaning in items))
                case d.Heading(_, title):
                    yield Paragraph(title, "heading")
                    said.add(title)
                    below = False
                case str():
                    yield Paragraph(block)


def _is_headed(block: d.Block, said: set[str]) -> bool:
    """Whether a table needs a heading of its own."""
    return isinstance(block, d.Table) and block.caption not in said | {block.columns[0].label}


def _table(table: d.Table, voice: Voice, *, narrow: bool) -> Iterator[Block]:
    kept = [at for at in range(len(table.columns)) if not narrow or not _is_left_out(table, at)]
    headers = tuple(table.columns[at].label for at in kept)
    rows = tuple(tuple(d.shown(row.cells[at], table.columns[at].kind, voice) for at in kept) for row in table.rows)
    right = frozenset(number for number, at in enumerate(kept) if table.columns[at].kind is not d.Kind.TEXT)
    totals = 0
    while totals < len(table.rows) and table.rows[-1 - totals].is_total:
        totals += 1
    yield Table(headers, rows, right, totals if totals < len(table.rows) else 0)
    for note in table.notes:
        yield Paragraph(note)


def _is_left_out(table: d.Table, at: int) -> bool:
    """Whether a column of a wide table goes: amounts, and texts that are the same in every line; changes stay."""
    if at == 0 or len(table.columns) <= _WIDE:
        return False
    kind = table.columns[at].kind
    if kind is d.Kind.MONEY:
        return True
    return kind is d.Kind.TEXT and len(table.rows) > 1 and len({row.cells[at] for row in table.rows}) == 1
