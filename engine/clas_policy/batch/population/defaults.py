"""Assumptions for want of better ones, derived from what a policy compares; arbitrary, and said to be."""

from __future__ import annotations

from datetime import date
from typing import Final, assert_never

from clas_policy.batch.population.assumptions import (
    Assumptions,
    Chance,
    Chances,
    Distribution,
    FactAssumption,
    ListAssumption,
    LogNormal,
    MadeUp,
    Triangular,
    Uniform,
    Weights,
)
from clas_policy.batch.population.marks import Marks, marks
from clas_policy.model.fact import Fact, Type
from clas_policy.model.money import RATE_SCALE, format_rate
from clas_policy.model.policy import Policy
from clas_policy.situations.classes import limits

TITLE: Final = "Hypothèses arbitraires, tirées des seules limites de la politique"

_PERCENT: Final = RATE_SCALE // 100
UNANSWERED: Final = 1 * _PERCENT
_ACCORD_AWAITED: Final = 50 * _PERCENT
_ACCORD_GIVEN: Final = 80 * _PERCENT
_WANTED: Final = {1: 95 * _PERCENT, 0: 50 * _PERCENT, -1: 5 * _PERCENT}
"""How often a boolean that rules want is true, and one that is one way among others."""
_CHOSEN: Final = {1: 80 * _PERCENT, 0: 40 * _PERCENT, -1: 3 * _PERCENT}
_WEIGHT: Final = {1: 18, 0: 2, -1: 1}
_COUNT: Final = Triangular(1, 2, 5)
_USUAL_COUNT: Final = 2
_MEDIAN: Final = 5_000_00
_DAYS_BEFORE: Final = 60
_DAYS_SHORT: Final = 5
_DAYS_AFTER: Final = 7


def reasons() -> tuple[str, ...]:
    """Where the defaults come from, in French, for the people who read them."""
    wanted, free, unwanted = (format_rate(_WANTED[sense]) for sense in (1, 0, -1))
    chosen, other, excluded = (format_rate(_CHOSEN[sense]) for sense in (1, 0, -1))
    heavy, usual, light = (_WEIGHT[sense] for sense in (1, 0, -1))
    awaited, given = format_rate(_ACCORD_AWAITED), format_rate(_ACCORD_GIVEN)
    dates = f"des {_DAYS_BEFORE} jours avant la première limite aux {_DAYS_AFTER} jours après la dernière"
    return (
        f"oui ou non : {wanted} de oui où les règles le demandent, {unwanted} où elles l'excluent, {free} ailleurs",
        f"une valeur : poids de {heavy} où les règles la demandent, {light} où elles l'excluent, {usual} ailleurs",
        f"plusieurs : {chosen} de chance où les règles la demandent, {excluded} où elles l'excluent, {other} ailleurs",
        "nombres : autour de ce à quoi les règles les comparent, un quart au-delà ; sinon d'une borne à l'autre",
        "montants : médiane aux quatre cinquièmes de ce à quoi les règles les comparent",
        f"dates : {dates}, le plus souvent {_DAYS_SHORT} jours avant elle",
        f"accords : attendus dans {awaited} des cas, donnés dans {given} des autres",
        f"listes : de {_COUNT.low} à {_COUNT.high}, le plus souvent {_COUNT.mode}",
    )


def defaults(policy: Policy) -> Assumptions:
    """Assumptions for every fact that a dossier of the policy gives (not those that plugins derive) and every list."""
    found = marks(policy)
    accords = {grant.accord for grant in policy.grants.values()}
    facts = {
        name: _fact(fact, found, policy, is_accord=name in accords)
        for name, fact in policy.facts.items()
        if fact.derivation is None
    }
    lists = {entity: ListAssumption(0, _COUNT) for entity in policy.entities}
    return Assumptions(TITLE, facts, lists, is_default=True)


def _fact(fact: Fact, found: Marks, policy: Policy, *, is_accord: bool) -> FactAssumption:
    if is_accord:
        return FactAssumption(_ACCORD_AWAITED, Chance(_ACCORD_GIVEN))
    step = 1
    if fact.type is Type.MONEY:
        step = 10_00
    elif fact.type is Type.RATE:
        step = _PERCENT
    if fact.maximum is not None and fact.maximum - (fact.minimum or 0) < 20 * step:
        step = 1
    return FactAssumption(UNANSWERED, _distribution(fact, found, policy), step=step)


def _distribution(fact: Fact, found: Marks, policy: Policy) -> Distribution:
    cuts = found.cuts.get(fact.name, ()) or tuple(cut // _USUAL_COUNT for cut in found.sums.get(fact.name, ()))
    match fact.type:
        case Type.BOOLEAN:
            return Chance(_WANTED[found.senses.get(fact.name, 0)])
        case Type.INTEGER:
            return _number(fact, cuts, 10)
        case Type.RATE:
            return _number(fact, cuts, RATE_SCALE)
        case Type.MONEY:
            return _money(fact, cuts)
        case Type.DATE:
            return _days(cuts, policy)
        case Type.CHOICE:
            senses = found.values.get(fact.name, {})
            return Weights(tuple((one.value, _WEIGHT[senses.get(one.value, 0)]) for one in fact.options))
        case Type.CHOICES:
            senses = found.values.get(fact.name, {})
            return Chances(tuple((one.value, _CHOSEN[senses.get(one.value, 0)]) for one in fact.options))
        case Type.TEXT:
            return MadeUp()
        case _:
            assert_never(fact.type)


def _number(fact: Fact, cuts: tuple[int, ...], usual: int) -> Distribution:
    """Around what it is compared with, a quarter of the way beyond; else over its bounds."""
    least, most = limits(fact)
    if cuts:
        beyond = max(1, (cuts[-1] - cuts[0] or cuts[-1]) // 4)
        return _within(Triangular(cuts[0] - beyond, (cuts[0] + cuts[-1]) // 2, cuts[-1] + beyond), least, most)
    if least is not None and most is not None:
        return Uniform(least, most)
    low = least if least is not None else min(0, most - usual if most is not None else 0)
    return _within(Triangular(low, low + usual // 3, low + usual), least, most)


def _within(spread: Triangular, least: int | None, most: int | None) -> Triangular:
    def held(number: int) -> int:
        number = number if least is None else max(least, number)
        return number if most is None else min(most, number)

    return Triangular(held(spread.low), held(spread.mode), held(spread.high))


def _money(fact: Fact, cuts: tuple[int, ...]) -> Distribution:
    """Mostly a little below what it is compared with."""
    least, most = limits(fact)
    median = cuts[len(cuts) // 2] * 4 // 5 if cuts else _MEDIAN
    median = max(100, median // 100 * 100)
    if (most is not None and most < median * 2) or (least is not None and least > median):
        low = least or 0
        return Uniform(low, most if most is not None else low + 2 * _MEDIAN)
    return LogNormal(median, 150 * _PERCENT)


def _days(cuts: tuple[int, ...], policy: Policy) -> Distribution:
    """Mostly in the last days before what it is compared with, a few after; else over the first year of the period."""
    if cuts:
        low, high = max(cuts[0] - _DAYS_BEFORE, 1), min(cuts[-1] - 1 + _DAYS_AFTER, date.max.toordinal())
        return Triangular(low, max(low, cuts[-1] - 1 - _DAYS_SHORT), high)
    year = policy.period.first if policy.period is not None else 2000
    return Uniform(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal())
