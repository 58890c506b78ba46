"""How a fact is answered, in the French of those who fill in dossiers."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from clas_policy.model.fact import Fact, Type
from clas_policy.model.money import format_amount, format_rate


def answer(fact: Fact) -> str:
    """What to write for a fact: ``un nombre entier, de 0 à 500``."""
    match fact.type:
        case Type.BOOLEAN:
            return "true (oui) ou false (non)"
        case Type.INTEGER:
            return f"un nombre entier{_bounds(fact, str, '')}"
        case Type.MONEY:
            return f'un montant en euros, comme "2758.28"{_bounds(fact, format_amount, " €")}'
        case Type.RATE:
            return f'un taux, comme "32.5 %"{_bounds(fact, format_rate, "")}'
        case Type.DATE:
            return 'une date, comme "2024-10-30"'
        case Type.CHOICE:
            return f"un choix parmi : {_options(fact)}"
        case Type.CHOICES:
            least = f", au moins {fact.min_items}" if fact.min_items else ""
            return f"une liste de choix{least}, parmi : {_options(fact)}"
        case Type.TEXT:
            return "un texte"
        case _:
            assert_never(fact.type)


def _options(fact: Fact) -> str:
    return " ; ".join(f'"{option.value}" ({option.label})' for option in fact.options)


def _bounds(fact: Fact, written: Callable[[int], str], unit: str) -> str:
    low, high = fact.minimum, fact.maximum
    if low is not None and high is not None:
        return f", de {written(low)} à {written(high)}{unit}"
    if low is not None:
        return f", au moins {written(low)}{unit}"
    return "" if high is None else f", au plus {written(high)}{unit}"
