"""What a derived fact may be: exactly the values that a dossier could give."""

from __future__ import annotations

from datetime import date
from typing import assert_never

from clas_policy.model.fact import Fact, Type, Value
from clas_policy.problem import Message
from clas_policy.reading.dossier_hints import Refusal
from clas_policy.reading.dossier_values import limits, text


def typed(fact: Fact, value: object) -> Value:
    """The value of a fact as a plugin gave it, of the very type and within the bounds; raises ValueError otherwise.

    Types are exact: what derives from one could bring code of the plugin along.
    """
    match fact.type:
        case Type.BOOLEAN:
            if type(value) is bool:
                return value
        case Type.INTEGER | Type.MONEY | Type.RATE:
            lowest, highest = limits(fact)
            if type(value) is int and lowest <= value <= highest:
                return value
        case Type.DATE:
            if type(value) is date:
                return value
        case Type.CHOICE:
            if type(value) is str and value in _options(fact):
                return value
        case Type.CHOICES:
            if type(value) is set or type(value) is frozenset:
                return _chosen(fact, frozenset(value))
        case Type.TEXT:
            return _printable(value)
        case _:
            assert_never(fact.type)
    raise ValueError(fact.name)


def _options(fact: Fact) -> frozenset[str]:
    return frozenset(option.value for option in fact.options)


def _chosen(fact: Fact, values: frozenset[object]) -> frozenset[str]:
    chosen = frozenset(value for value in values if type(value) is str)
    if len(chosen) < len(values) or not chosen <= _options(fact) or len(chosen) < fact.min_items:
        raise ValueError(fact.name)
    return chosen


def _printable(value: object) -> str:
    if type(value) is str:
        try:
            return text(value)
        except Refusal:
            pass
    raise ValueError


def due(fact: Fact) -> Message:
    """What a function for this fact is to give."""
    values = {"values": ", ".join(f"`{option.value}`" for option in fact.options)}
    match fact.type:
        case Type.BOOLEAN:
            return Message("give True, False or None")
        case Type.INTEGER:
            return Message("give a whole number within the bounds of the fact, or None")
        case Type.MONEY:
            return Message("give a whole number of cents within the bounds of the fact, or None")
        case Type.RATE:
            return Message("give a whole number of millionths within the bounds of the fact, or None")
        case Type.DATE:
            return Message("give a date without a time, or None")
        case Type.CHOICE:
            return Message("give one of {values}, or None", values)
        case Type.CHOICES:
            return Message("give a set of some of {values}, or None", values)
        case Type.TEXT:
            return Message("give a text that can be printed, or None")
        case _:
            assert_never(fact.type)
