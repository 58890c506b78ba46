"""One cell to the value that a dossier would give in JSON: what is sure is read, all else is refused and said.

French habits are read: ``8 487,00 €``, ``oui``, ``31/10/2024``, labels of choices. Bounds and the rest are checked by
the reader of dossiers, which is given what comes out of here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias, assert_never

from clas_policy.batch.reading.cell import Cell, folded, full_text
from clas_policy.batch.reading.cell_choices import choice, choices
from clas_policy.batch.reading.cell_dates import day
from clas_policy.batch.reading.cell_numbers import exact, integer, money, rate
from clas_policy.batch.reading.refusing import refuse, shown
from clas_policy.model.fact import Fact, Type
from clas_policy.model.money import MAX_DIGITS
from clas_policy.problem import Message
from clas_policy.reading.json_text import Json

Take: TypeAlias = Callable[[Cell], Json]
"""Gives the JSON value of a cell that is not empty; raises Refusal."""

YES: Final = frozenset(("oui", "vrai", "true"))
NO: Final = frozenset(("non", "faux", "false"))
_MAYBE_YES: Final = frozenset(("x", "o", "1", "yes", "y", "ok", "v", "✓", "✔", "☑"))
_MAYBE_NO: Final = frozenset(("n", "0", "no", "f", "☐"))


def taker(fact: Fact) -> Take:
    """What reads the cells of a fact."""
    match fact.type:
        case Type.BOOLEAN:
            return boolean
        case Type.INTEGER:
            return integer
        case Type.MONEY:
            return money
        case Type.RATE:
            return rate
        case Type.DATE:
            return day
        case Type.CHOICE:
            return choice(fact.options)
        case Type.CHOICES:
            return choices(fact.options)
        case Type.TEXT:
            return text
        case _:
            assert_never(fact.type)


def boolean(cell: Cell) -> bool:
    """Yes or no; raises Refusal."""
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, str):
        word = folded(cell)
        if word in YES or word in NO:
            return word in YES
    word = folded(full_text(cell))
    hint = Message("write `oui`, `non`, or nothing where the answer is not known")
    if word in _MAYBE_YES or word in _MAYBE_NO:
        hint = Message("write `{fixed}`", {"fixed": "oui" if word in _MAYBE_YES else "non"})
    raise refuse(cell, "CLAS-B122", Message("`{text}` is neither `oui` nor `non`", shown(cell)), hint)


def text(cell: Cell) -> Json:
    if isinstance(cell, str):
        return cell
    hint = Message("give the cell the format of a text: zeros in front may have been lost")
    raise refuse(cell, "CLAS-B132", Message("`{text}` stands where a text is due", shown(cell)), hint)


def identifier(cell: Cell) -> Json:
    """An id: a text, or a whole number that a spreadsheet made of one; raises Refusal."""
    number = exact(cell)
    if number is not None and number == number.to_integral_value() and 0 <= number < 10**MAX_DIGITS:
        return str(int(number))
    return text(cell)


def department(cell: Cell) -> Json:
    """The code of a department; raises Refusal for a number that may have lost its zero."""
    number = exact(cell)
    if number is not None and 1 <= number <= 9 and number == int(number):
        hint = Message("give the cell the format of a text and write `{fixed}`", {"fixed": f"0{int(number)}"})
        raise refuse(
            cell, "CLAS-B132", Message("`{text}` is a number, where the code of a department is due", shown(cell)), hint
        )
    return identifier(cell)
