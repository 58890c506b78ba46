"""Why a date or a period of a dossier is refused, and what to write instead."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from clas_policy.model.dates import ZONE, is_without_offset, parse_date
from clas_policy.problem import Message
from clas_policy.reading.dossier_hints import Complaint, Refusal, refusal, written
from clas_policy.reading.json_text import Json
from clas_policy.reading.values import meant_day

_INSTANT_LIKE: Final = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt]| +)(?P<time>[0-9]{2}:[0-9]{2})(?P<seconds>:[0-9]{2}(?:\.[0-9]+)?)?"
    r" ?(?P<offset>[Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)
_FORM: Final = Message("a date is written `AAAA-MM-JJ`, like `2024-10-30`")
_SHORT_YEARS: Final = re.compile(r"([0-9]{2})[ ]?[-/–—][ ]?([0-9]{2})")
_YEARS: Final = re.compile(r"([0-9]{4})[ ]?[-/–—][ ]?([0-9]{4}|[0-9]{2})")


def not_date(value: Json) -> Refusal:
    text = written(value)
    instant = _INSTANT_LIKE.fullmatch(text)
    meant = meant_day(instant["day"] if instant else text)
    if meant is not None and (reason := _no_such_day(*meant)):
        return Refusal(Complaint("CLAS-D116", Message("`{text}` does not exist", {"text": text}), reason))
    if is_without_offset(text):
        message = Message("`{text}` does not say in which time zone it is", {"text": text})
        return Refusal(Complaint("CLAS-D117", message, _offset_hint(text)))
    hint = _FORM
    if instant is not None:
        fixed = _instant(instant)
        if fixed is None:
            reason = Message("hours go from 00 to 23, minutes and seconds from 00 to 59")
            return Refusal(Complaint("CLAS-D116", Message("`{text}` does not exist", {"text": text}), reason))
        hint = Message('write `"{fixed}"`', {"fixed": fixed})
    elif meant is not None:
        hint = Message('write `"{fixed}"`', {"fixed": f"{meant[0]:04d}-{meant[1]:02d}-{meant[2]:02d}"})
    return refusal(value, "CLAS-D115", Message("`{text}` is not a date", {"text": text}), hint)


def _no_such_day(year: int, month: int, day: int) -> Message | None:
    """Why there is no such day; None where there is."""
    if not (1 <= month <= 12 and year >= 1):
        return _FORM
    days = monthrange(year, month)[1]
    if 1 <= day <= days:
        return None
    return Message("{month} has {days} days", {"month": f"{year:04d}-{month:02d}", "days": str(days)})


def _instant(match: re.Match[str]) -> str | None:
    """The RFC 3339 form of an instant that was written in another; None where there is no such instant."""
    offset = match["offset"] or "+00:00"
    if offset not in ("Z", "z") and ":" not in offset:
        offset = f"{offset[:3]}:{offset[3:]}"
    seconds = (match["seconds"] or ":00")[:10]
    text = f"{match['day']}T{match['time']}{seconds}{offset}"
    try:
        parse_date(text)
    except ValueError:
        return None
    return text


def _offset_hint(text: str) -> Message:
    """The two ways out for a date-time without an offset: the day alone, or the offset of Paris where it has one."""
    day = text[:10]
    try:
        local = datetime.fromisoformat(text.upper()).replace(tzinfo=ZoneInfo(ZONE))
    except ValueError:
        return Message("write the day alone, `{day}`: there is no such hour", {"day": day})
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        return Message(
            "write the day alone, `{day}`, or add the offset: in Paris the clocks change at that hour", {"day": day}
        )
    values = {"day": day, "instant": local.isoformat()}
    return Message("write the day alone, `{day}`, or with the offset `{instant}` if it is Paris time", values)


def not_period(value: Json) -> Refusal:
    text = written(value)
    hint = Message('write a school year, like `"2024-2025"`, or a year, like `"2026"`')
    form = hint
    years = _YEARS.fullmatch(text.strip()) or _YEARS.fullmatch(_SHORT_YEARS.sub(r"20\1-20\2", text.strip()))
    if years is not None:
        first, last = int(years[1]), int(years[2] if len(years[2]) == 4 else years[1][:2] + years[2])
        if last == first + 1:
            hint = Message('write `"{fixed}"`', {"fixed": f"{first}-{last}"})
        else:
            hint = Message(
                "a school year is two years that follow each other, like `{fixed}`", {"fixed": f"{first}-{first + 1}"}
            )
    elif type(value) is int and 1000 <= value <= 9999:
        hint = Message('write `"{fixed}"`', {"fixed": text})
    message = Message("`{text}` is neither a school year nor a year", {"text": text})
    return refusal(value, "CLAS-D127", message, hint, when_empty=form)
