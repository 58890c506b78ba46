"""Why a value of a dossier is refused, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from clas_policy.frozen import dataclass
from clas_policy.model.fact import Fact, Type
from clas_policy.model.money import MAX_DIGITS, format_amount, format_rate, parse_amount
from clas_policy.problem import Message
from clas_policy.reading.json_lines import Path, shown
from clas_policy.reading.json_text import Json, Number
from clas_policy.reading.report import nearest
from clas_policy.reading.unknown_key import other_letter, plain

_YES: Final = ("true", "oui", "vrai", "yes", "o", "x", "1")
_NO: Final = ("false", "non", "faux", "no", "n", "0")
_WHOLE: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
_SMALL_POWER: Final = re.compile(r"(-?[1-9])(?:\.0+)?[eE]\+?(0?[0-9])")
_MANY_DECIMALS: Final = re.compile(r"-?[0-9]+\.[0-9]{3,}")
UNKNOWN: Final = Message("write `null`, or leave the key out, where the answer is not known")
_MANY: Final = 12
"""So many values are listed; more only make a message long."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing wrong with a value; `below` leads from the value to the part that it is about."""

    code: str
    message: Message
    hint: Message | None = None
    below: Path = ()
    also: Path | None = None
    """The part where the same thing stands a first time."""
    at_key: bool = False
    """Whether its key is the place to show, not the value."""


class Refusal(Exception):  # noqa: N818 - a value is refused; the program is not in error
    """A value is not what is due."""

    def __init__(self, *complaints: Complaint) -> None:
        super().__init__(complaints)
        self.complaints = complaints


def written(value: Json) -> str:
    """A value that is neither object nor list, as the dossier writes it, without quotes; cut short if it is long."""
    match value:
        case True | False:
            return "true" if value else "false"
        case None:
            return "null"
        case _:
            return shown(str(value))


def refusal(value: Json, code: str, message: Message, hint: Message, *, when_empty: Message = UNKNOWN) -> Refusal:
    """Refuses `value`, after what can be said of any: that it is an object, a list or an empty text."""
    if isinstance(value, dict):
        return Refusal(Complaint("CLAS-D104", Message("an object stands where one value is due"), hint))
    if isinstance(value, list):
        return Refusal(Complaint("CLAS-D104", Message("a list stands where one value is due"), hint))
    if _is_empty(value):
        return Refusal(Complaint("CLAS-D121", Message("an empty text is not an answer"), when_empty))
    return Refusal(Complaint(code, message, hint))


def _is_empty(value: Json) -> bool:
    return type(value) is str and (not value or value.isspace())


def not_boolean(value: Json) -> Refusal:
    text = written(value)
    meant = text.strip().lower()
    hint = Message("write `true`, `false`, or `null` where the answer is not known")
    if meant in _YES or meant in _NO:
        fixed = "true" if meant in _YES else "false"
        hint = Message("write `{fixed}`", {"fixed": fixed})
        if type(value) is str:
            hint = Message("write `{fixed}`, without quotes", {"fixed": fixed})
    return refusal(value, "CLAS-D105", Message("`{text}` is neither `true` nor `false`", {"text": text}), hint)


def _too_long(text: str) -> bool:
    return len(re.sub(r"[^0-9]", "", re.split(r"[.,eE]", text, maxsplit=1)[0])) > MAX_DIGITS


def _digits() -> Message:
    return Message("a number has at most {digits} digits", {"digits": str(MAX_DIGITS)})


def not_integer(value: Json) -> Refusal:
    from clas_policy.reading import values

    text = written(value)
    hint = Message("a whole number is written with digits only, like `12`")
    number = values.meant_amount(text)
    power = _SMALL_POWER.fullmatch(text)
    if type(value) is Number and _too_long(text):
        hint = _digits()
    elif power is not None:
        hint = Message("write `{fixed}`", {"fixed": power[1] + "0" * int(power[2])})
    elif number is not None and _WHOLE.fullmatch(number):
        fixed = "0" if number == "-0" else number
        hint = Message("write `{fixed}`", {"fixed": fixed})
        if type(value) is str:
            hint = Message("write `{fixed}`, without quotes", {"fixed": fixed})
    return refusal(value, "CLAS-D106", Message("`{text}` is not a whole number", {"text": text}), hint)


def not_money(value: Json) -> Refusal:
    from clas_policy.reading import values

    text = written(value)
    number = values.meant_amount(text)
    if _MANY_DECIMALS.fullmatch(text) or (number is not None and len(number.partition(".")[2]) > 2):
        message = Message("`{text}` has more than two decimals", {"text": text})
        return Refusal(
            Complaint("CLAS-D111", message, Message("an amount has whole cents; nothing is rounded in silence"))
        )
    hint = Message('an amount is written like `"8487"` or `"2758.28"`')
    if number is not None and _too_long(number):
        hint = _digits()
    elif number is not None:
        hint = Message('write `"{fixed}"`', {"fixed": format_amount(parse_amount(number))})
    return refusal(value, "CLAS-D110", Message("`{text}` is not an amount of money", {"text": text}), hint)


def not_rate(value: Json) -> Refusal:
    from clas_policy.reading import values

    text = written(value)
    hint = values.meant_rate(text) or Message("a rate carries its unit, like `32.5 %`, with at most four decimals")
    return refusal(value, "CLAS-D113", Message("`{text}` is not a rate", {"text": text}), hint)


def out_of_bounds(fact: Fact, value: int, lowest: int, highest: int) -> Refusal:
    """`value` has the form that is due and is below `lowest` or above `highest`."""
    given, low, high = (_canonical(fact.type, number) for number in (value, lowest, highest))
    if value < 0 <= lowest:
        message = Message("`{text}` is negative", {"text": given})
        return Refusal(Complaint("CLAS-D109", message, Message("the least is `{bound}`", {"bound": low})))
    if value < lowest:
        message = Message("`{text}` is below the minimum `{bound}`", {"text": given, "bound": low})
    else:
        message = Message("`{text}` is above the maximum `{bound}`", {"text": given, "bound": high})
    hint = Message("check the figure: the policy expects it between `{low}` and `{high}`", {"low": low, "high": high})
    return Refusal(Complaint("CLAS-D109", message, hint))


def _canonical(due: Type, number: int) -> str:
    match due:
        case Type.MONEY:
            return format_amount(number)
        case Type.RATE:
            return format_rate(number)
        case _:
            return str(number)


def listed(values: Iterable[str]) -> str:
    """Values in backticks, cut short."""
    quoted = [f"`{value}`" for value in values]
    return ", ".join(quoted[:_MANY]) + (", …" if len(quoted) > _MANY else "")


def _choice_hint(fact: Fact, text: str) -> Message:
    strange = other_letter(text)
    if strange is not None:
        return strange
    words = plain(text).casefold().strip()
    for option in fact.options:
        if words in (plain(option.label).casefold(), option.value):
            return Message('write `"{fixed}"`', {"fixed": option.value})
    near = nearest(words, (option.value for option in fact.options))
    if near is not None:
        return Message("did you mean `{name}`?", {"name": near})
    return Message("write one of {values}", {"values": listed(option.value for option in fact.options)})


def not_choice(fact: Fact, value: Json) -> Refusal:
    text = written(value)
    message = Message("`{text}` is not one of the values", {"text": text})
    return refusal(value, "CLAS-D118", message, _choice_hint(fact, text))


def not_choices(fact: Fact, value: Json) -> Refusal:
    if not isinstance(value, list):
        known = [option.value for option in fact.options]
        hint = Message("write a list, like `{example}`", {"example": f'["{known[0]}"]' if known else "[]"})
        if value in known:
            hint = Message("write `{example}`", {"example": f'["{value}"]'})
        message = Message("`{text}` stands where a list is due", {"text": written(value)})
        if isinstance(value, dict):
            message = Message("an object stands where a list is due")
        elif _is_empty(value):
            return Refusal(Complaint("CLAS-D121", Message("an empty text is not an answer"), UNKNOWN))
        return Refusal(Complaint("CLAS-D104", message, hint))
    complaints = list(_items(fact, value))
    if len(value) < fact.min_items:
        values = {"count": str(len(value)), "least": str(fact.min_items)}
        message = Message("the list has {count} values, the least is {least}", values)
        complaints.append(Complaint("CLAS-D120", message, UNKNOWN))
    return Refusal(*complaints)


def _items(fact: Fact, items: list[Json]) -> Iterable[Complaint]:
    known = {option.value for option in fact.options}
    first: dict[str, int] = {}
    for index, item in enumerate(items):
        if item is None:
            message = Message("`null` stands in a list of values")
            hint = Message("take it out; write `null` instead of the whole list where it is not known")
            yield Complaint("CLAS-D119", message, hint, (index,))
        elif type(item) is not str or item not in known:
            for complaint in not_choice(fact, item).complaints:
                yield replace(complaint, below=(index,))
        elif item in first:
            message = Message("`{text}` stands twice", {"text": item})
            yield Complaint("CLAS-D119", message, Message("take one out"), (index,), (first[item],))
        else:
            first[item] = index


def not_text(value: Json, forbidden: re.Pattern[str]) -> Refusal:
    """`value` is no text, says nothing, or has a character that `forbidden` finds."""
    bad = forbidden.search(value) if type(value) is str else None
    if bad is not None:
        values = {"number": f"U+{ord(bad[0]):04X}"}
        hint = Message("take it out: it cannot be seen, or it ends the line")
        return Refusal(Complaint("CLAS-D122", Message("a text may not have the character {number}", values), hint))
    return _no_text(value)


def _no_text(value: Json, *, when_empty: Message = UNKNOWN) -> Refusal:
    text = written(value)
    hint = Message("a text stands between double quotes")
    if not isinstance(value, (dict, list)):
        hint = Message('write `"{text}"`', {"text": text})
    message = Message("`{text}` is not a text", {"text": text})
    return refusal(value, "CLAS-D123", message, hint, when_empty=when_empty)


def not_id(value: Json, longest: int) -> Refusal:
    """`value` is no text, says nothing, is longer than `longest`, or has a character that cannot be seen."""
    if type(value) is str and len(value) > longest:
        values = {"count": str(len(value)), "longest": str(longest)}
        message = Message("an id has at most {longest} characters, this one {count}", values)
        return Refusal(Complaint("CLAS-D125", message, Message("shorten it")))
    if type(value) is str and not value.isprintable():
        bad = next(sign for sign in value if not sign.isprintable())
        values = {"number": f"U+{ord(bad):04X}"}
        hint = Message("an id is made of letters, digits, signs and ordinary spaces")
        return Refusal(Complaint("CLAS-D122", Message("an id may not have the character {number}", values), hint))
    return _no_text(value, when_empty=Message("write the id that people use"))


def not_department(value: Json) -> Refusal:
    text = written(value)
    hint = Message('write the code of the department, like `"01"`, `"2A"` or `"971"`')
    code = text.strip().upper()
    if re.fullmatch(r"[0-9]{1,3}|2[AB]", code) and not isinstance(value, bool):
        hint = Message('write `"{fixed}"`', {"fixed": code.zfill(2)})
    message = Message("`{text}` is not the code of a department", {"text": text})
    return refusal(value, "CLAS-D128", message, hint)
