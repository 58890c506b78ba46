"""Kleene's strong three-valued logic: true, false, and None for unknown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias

Truth: TypeAlias = bool | None

STATUS: Final[dict[Truth, str]] = {True: "met", False: "not_met", None: "unknown"}
"""How a truth is written in a record."""


def negation(value: Truth) -> Truth:
    """Not: unknown stays unknown."""
    return None if value is None else not value


def conjunction(values: Iterable[Truth]) -> Truth:
    """All: false as soon as one is false, else unknown as soon as one is unknown."""
    unknown = False
    for value in values:
        if value is False:
            return False
        if value is None:
            unknown = True
    return None if unknown else True


def disjunction(values: Iterable[Truth]) -> Truth:
    """Any: true as soon as one is true, else unknown as soon as one is unknown."""
    unknown = False
    for value in values:
        if value is True:
            return True
        if value is None:
            unknown = True
    return None if unknown else False


def at_least(count: int, values: Iterable[Truth]) -> Truth:
    """True when `count` are true for certain, false when so many cannot be, else unknown."""
    certain = possible = 0
    for value in values:
        if value is not False:
            possible += 1
            if value is True:
                certain += 1
    if certain >= count:
        return True
    return False if possible < count else None
