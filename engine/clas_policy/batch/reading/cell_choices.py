"""Choices in cells: their values or their labels, several of them parted by ``;``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from clas_policy.batch.reading.cell import Cell, folded, full_text
from clas_policy.batch.reading.refusing import refuse, shown
from clas_policy.model.fact import Option
from clas_policy.problem import Message
from clas_policy.reading.dossier_hints import Refusal, listed
from clas_policy.reading.json_text import Json
from clas_policy.reading.report import nearest

NONE: Final = frozenset(("aucun", "aucune"))
"""How a table says that a list of choices is known to be empty."""


def _chosen(options: Sequence[Option]) -> Callable[[str], str | None]:
    """Which option a text names, by its value or by its label where no other has the same."""
    labels: dict[str, str | None] = {}
    for option in options:
        key = folded(option.label)
        labels[key] = None if key in labels else option.value
    values = {option.value for option in options}
    return lambda text: text if text in values else labels.get(folded(text))


def choice(options: Sequence[Option]) -> Callable[[Cell], Json]:
    chosen = _chosen(options)

    def take(cell: Cell) -> Json:
        value = chosen(cell) if isinstance(cell, str) else None
        if value is None:
            raise _not_a_choice(cell, options)
        return value

    return take


def _not_a_choice(cell: Cell, options: Sequence[Option]) -> Refusal:
    word = folded(full_text(cell))
    known = {folded(name): name for option in options for name in (option.value, option.label)}
    near = nearest(word, known)
    hint = Message("write one of {values}", {"values": listed(option.label for option in options)})
    if near is not None:
        hint = Message("did you mean `{name}`?", {"name": known[near]})
    return refuse(cell, "CLAS-B131", Message("`{text}` is not one of the values", shown(cell)), hint)


def choices(options: Sequence[Option]) -> Callable[[Cell], Json]:
    chosen = _chosen(options)

    def take(cell: Cell) -> Json:
        if isinstance(cell, list):
            texts: Sequence[str | None] = cell
        elif isinstance(cell, str):
            if chosen(cell) is None and folded(cell) in NONE:
                return []
            texts = [piece.strip() or None for piece in cell.split(";")] if chosen(cell) is None else [cell]
        else:
            raise _not_a_choice(cell, options)
        values: list[Json] = []
        for text in texts:
            if text is None:
                hint = Message("take one `;` out")
                raise refuse(cell, "CLAS-B131", Message("a value is missing in `{text}`", shown(cell)), hint)
            value = chosen(text)
            if value is None:
                raise _not_among(text, cell, options)
            if value in values:
                hint = Message("take one out")
                raise refuse(cell, "CLAS-B131", Message("a value stands twice in `{text}`", shown(cell)), hint)
            values.append(value)
        return values

    return take


def _not_among(text: str, cell: Cell, options: Sequence[Option]) -> Refusal:
    """A part of a list that is no value: perhaps because the parts are parted by another sign."""
    chosen = _chosen(options)
    parts = [part for part in re.split(r"[,/+|\n]| et ", text) if part.strip()]
    if len(parts) > 1 and all(chosen(part.strip()) is not None for part in parts):
        hint = Message("write `{fixed}`", {"fixed": " ; ".join(part.strip() for part in parts)})
        return refuse(cell, "CLAS-B131", Message("values are parted by `;`, not as in `{text}`", shown(cell)), hint)
    return _not_a_choice(text, options)
