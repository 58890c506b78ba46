"""How cells of a workbook are answered, in the French of those who fill them in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final, assert_never

from clas_policy.model.fact import Fact, Type
from clas_policy.model.money import RATE_SCALE, format_amount
from clas_policy.model.policy import Policy

YES: Final = "oui"
NO: Final = "non"


def answer(fact: Fact) -> str:
    """What to write for a fact: ``un nombre entier, de 0 à 500``."""
    match fact.type:
        case Type.BOOLEAN:
            return "oui ou non"
        case Type.INTEGER:
            return f"un nombre entier{_bounds(fact, str)}"
        case Type.MONEY:
            return f"un montant en euros, au centime près{_bounds(fact, _euros)}"
        case Type.RATE:
            return "un taux avec son unité, comme 32,5 %"
        case Type.DATE:
            return "une date, comme 30/10/2024"
        case Type.CHOICE:
            return "un choix de la liste"
        case Type.CHOICES:
            least = f" ; au moins {fact.min_items} oui" if fact.min_items else ""
            return f"oui ou non pour chaque valeur, ou rien nulle part si ce n'est pas connu{least}"
        case Type.TEXT:
            return "un texte"
        case _:
            assert_never(fact.type)


def _euros(cents: int) -> str:
    return f"{format_amount(cents).replace('.', ',').removesuffix(',00')} €"


def _bounds(fact: Fact, show: Callable[[int], str]) -> str:
    low, high = fact.minimum, fact.maximum
    if low is not None and high is not None:
        return f", de {show(low)} à {show(high)}"
    if low is not None:
        return f", au moins {show(low)}"
    return "" if high is None else f", au plus {show(high)}"


def example(fact: Fact, policy: Policy) -> str | int | float | date:
    """A made-up answer: euros for money, the label of a choice; for a set of choices, one of its values."""
    match fact.type:
        case Type.BOOLEAN:
            return YES
        case Type.INTEGER:
            low, high = fact.minimum or 0, fact.maximum
            return low + 10 if high is None else min(low + 10, high)
        case Type.MONEY:
            cents = max(fact.minimum or 0, min(123_450, fact.maximum if fact.maximum is not None else 123_450))
            return cents / 100
        case Type.RATE:
            millionths = min(max(fact.minimum or 0, 100_000), fact.maximum or RATE_SCALE)
            return f"{millionths / 10_000:g} %".replace(".", ",")
        case Type.DATE:
            return date(policy.period.first if policy.period else 2000, 10, 1)
        case Type.CHOICE | Type.CHOICES:
            return fact.options[0].label
        case Type.TEXT:
            return "Exemple"
        case _:
            assert_never(fact.type)
