"""Pieces of JSON text: a record is mostly policy text, encoded once, with a dossier's values put in between."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from json import JSONEncoder
from json.encoder import encode_basestring
from typing import Any, Final, TypeAlias

from clas_policy.explain.ranges import End, exact
from clas_policy.explain.slots import Row
from clas_policy.model.decision import MemberRef
from clas_policy.model.money import format_amount
from clas_policy.model.truth import STATUS, Truth

Tell: TypeAlias = Callable[[Row, Row], str]
"""Writes a piece of JSON from the rows that a condition is run on."""

text: Final = JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode
"""A value as JSON, on one line."""


quoted: Final[Callable[[str], str]] = encode_basestring
"""A text as JSON."""


def opened(**entries: Any) -> str:
    """An object with its first entries, still open; an entry that is None is left out."""
    return "{" + more(**entries)[1:]


def more(**entries: Any) -> str:
    """Further entries of an object; one that is None is left out."""
    return "".join([f',"{key}":{_value(value)}' for key, value in entries.items() if value is not None])


def _value(value: Any) -> str:
    return quoted(value) if type(value) is str else text(value)


def by_status(before: str, after: str) -> dict[Truth, str]:
    """For each truth, its status between two pieces of an object."""
    return {truth: f'{before},"status":"{status}"{after}' for truth, status in STATUS.items()}


def always(piece: str) -> Tell:
    return lambda _, __: piece


def member_text(member: MemberRef | None) -> str:
    """The `entity` of an entry."""
    return "null" if member is None else f"{{{quoted(member.entity)}:{quoted(member.id)}}}"


@lru_cache(maxsize=4096)
def amount_text(cents: int | None) -> str:
    """Cents as a decimal string with two digits, or null."""
    return "null" if cents is None else f'"{format_amount(cents)}"'


def priced(low: End, high: End, power: int) -> str:
    """Entries for an amount: its exact value, or its ends where it is a range (null: unbounded)."""
    if low == high:
        return f',"value":{end_text(low, power)}'
    return f',"value":null,"low":{end_text(low, power)},"high":{end_text(high, power)}'


def end_text(end: End, power: int) -> str:
    return "null" if isinstance(end, float) else f'"{exact(end, power)}"'
