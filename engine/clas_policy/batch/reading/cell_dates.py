"""Dates in cells: typed ones, ``30/10/2024`` and ``2024-10-30``; what may be several days is refused."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from clas_policy.batch.reading.cell import Cell
from clas_policy.batch.reading.cell_numbers import exact
from clas_policy.batch.reading.refusing import refuse, shown
from clas_policy.model.dates import parse_date, parse_day
from clas_policy.problem import Message
from clas_policy.reading.json_text import Json
from clas_policy.reading.values import meant_day

_FRENCH_DAY: Final = re.compile(r"(?P<d>[0-9]{1,2})/(?P<m>[0-9]{1,2})/(?P<y>[0-9]{4})")
_SHORT_DAY: Final = re.compile(r"[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{1,2}|[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2}")
_FIRST_DAY: Final = date(1899, 12, 30)
_SERIAL: Final = re.compile(r"[2-7][0-9]{4}")
_SERIALS: Final = range(20_000, 80_000)
"""The numbers that spreadsheets keep for the days from 1954 to 2119."""


_FORM: Final = Message("a date is written like `30/10/2024` or `2024-10-30`")


def day(cell: Cell) -> Json:
    if isinstance(cell, datetime):
        if cell.time() == datetime.min.time() and cell.tzinfo is None:
            return cell.date().isoformat()
        hint = Message("write the day alone, `{day}`", {"day": f"{cell:%d/%m/%Y}"})
        raise refuse(cell, "CLAS-B128", Message("`{text}` has a time of day, and no time zone", shown(cell)), hint)
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str) and _SERIAL.fullmatch(cell) is None:
        return _day_of_text(cell)
    number = Decimal(cell) if isinstance(cell, str) else exact(cell)
    if number is not None and number == int(number) and int(number) in _SERIALS:
        day = _FIRST_DAY + timedelta(days=int(number))
        hint = Message("give the cell the format of a date, and check that it is `{day}`", {"day": f"{day:%d/%m/%Y}"})
        raise refuse(cell, "CLAS-B130", Message("`{text}` is a number, where a date is due", shown(cell)), hint)
    raise refuse(cell, "CLAS-B128", Message("`{text}` is not a date", shown(cell)), _FORM)


def _day_of_text(text: str) -> Json:
    match = _FRENCH_DAY.fullmatch(text)
    try:
        if match is None:
            parse_date(text)
            return text
        return parse_day(f"{match['y']}-{match['m']:0>2}-{match['d']:0>2}").isoformat()
    except ValueError:
        pass
    hint = _FORM
    if match is not None:
        if int(match["m"]) > 12 >= int(match["d"]):
            hint = Message("the day comes first: `{day}`", {"day": f"{match['m']}/{match['d']}/{match['y']}"})
        raise refuse(text, "CLAS-B128", Message("there is no day `{text}`", shown(text)), hint)
    if _SHORT_DAY.fullmatch(text) and meant_day(text) is None:
        hint = Message("write the year with four digits, the day first: `30/10/2024`")
        raise refuse(text, "CLAS-B129", Message("`{text}` may be several days", shown(text)), hint)
    meant = meant_day(text)
    if meant is not None:
        hint = Message("write `{fixed}`", {"fixed": f"{meant[2]:02d}/{meant[1]:02d}/{meant[0]:04d}"})
    raise refuse(text, "CLAS-B128", Message("`{text}` is not a date", shown(text)), hint)
