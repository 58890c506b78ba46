"""Numbers in cells: whole numbers, amounts and rates, exact, the way French people write them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from clas_policy.batch.reading.cell import Cell
from clas_policy.batch.reading.refusing import refuse, shown
from clas_policy.model.money import MAX_DIGITS
from clas_policy.problem import Message
from clas_policy.reading.dossier_hints import Refusal
from clas_policy.reading.json_text import Json

_GAP: Final = "[ \u00a0\u202f\u2009]"
_NUMBER: Final = re.compile(
    rf"(?P<sign>-?)(?P<whole>[1-9][0-9]{{0,2}}(?:{_GAP}[0-9]{{3}})+|0|[1-9][0-9]*)(?:[.,](?P<decimals>[0-9]+))?"
)
_UNIT: Final = re.compile(rf"{_GAP}*(?:€|EUR|euros?)$", re.IGNORECASE)
_PERCENT: Final = re.compile(rf"(?P<number>[0-9]+(?:[.,][0-9]+)?){_GAP}?%")


def exact(cell: Cell) -> Decimal | None:
    """A number that the cell holds as one, without the noise of binary floats; None for another kind of cell."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, float):
        number = Decimal(f"{cell:.15g}")
        return number if number.is_finite() else None
    return Decimal(cell) if isinstance(cell, (int, Decimal)) else None


def _parsed(text: str) -> tuple[Decimal, str] | None:
    """A number as French people write it, and its decimals as written; None for another form."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    whole, decimals = re.sub(_GAP, "", match["whole"]), match["decimals"] or ""
    if len(whole) > MAX_DIGITS:
        return None
    return Decimal(f"{match['sign']}{whole}.{decimals or '0'}"), decimals


def _is_doubtful(text: str, decimals: str) -> bool:
    """Whether what follows the sign may be decimals or thousands: ``1,234``."""
    return len(decimals) == 3 and re.fullmatch(r"-?[1-9][0-9]{0,2}[.,][0-9]{3}", text) is not None


def _doubtful(cell: str) -> Refusal:
    plain, rounded = re.sub("[.,]", "", cell), f"{cell[:-4]},{cell[-3:]}"
    hint = Message("write `{plain}` or `{decimal}`", {"plain": plain, "decimal": rounded[:-1]})
    return refuse(cell, "CLAS-B124", Message("`{text}` may have decimals or thousands", shown(cell)), hint)


def integer(cell: Cell) -> Json:
    number = exact(cell)
    if number is None and isinstance(cell, str) and (parsed := _parsed(cell)) is not None:
        if _is_doubtful(cell, parsed[1]):
            raise _doubtful(cell)
        number = parsed[0] if not parsed[1] else None
    if number is not None and number == number.to_integral_value() and abs(number) < 10**MAX_DIGITS:
        return int(number)
    hint = Message("a whole number is written with digits only, like `12`")
    raise refuse(cell, "CLAS-B123", Message("`{text}` is not a whole number", shown(cell)), hint)


def money(cell: Cell) -> Json:
    number = exact(cell)
    if number is None and isinstance(cell, str):
        text = _UNIT.sub("", cell)
        parsed = _parsed(text)
        if parsed is not None:
            if _is_doubtful(text, parsed[1]):
                raise _doubtful(text)
            number = parsed[0]
            if len(parsed[1]) > 2:
                raise _too_fine(cell)
    hint = Message("an amount is written like `8487`, `2758,28` or `2 758,28 €`")
    if number is None or abs(number) >= 10**MAX_DIGITS:
        raise refuse(cell, "CLAS-B125", Message("`{text}` is not an amount of money", shown(cell)), hint)
    if number != round(number, 2):
        raise _too_fine(cell)
    return f"{number:.2f}" if number else "0"


def _too_fine(cell: Cell) -> Refusal:
    hint = Message("an amount has whole cents; nothing is rounded in silence")
    return refuse(cell, "CLAS-B126", Message("`{text}` has more than two decimals", shown(cell)), hint)


def rate(cell: Cell) -> Json:
    if isinstance(cell, str) and (match := _PERCENT.fullmatch(cell)) is not None:
        return f"{match['number'].replace(',', '.')} %"
    hint = Message("a rate is a text with its unit, like `32,5 %`, with at most four decimals")
    raise refuse(cell, "CLAS-B127", Message("`{text}` is not a rate", shown(cell)), hint)
