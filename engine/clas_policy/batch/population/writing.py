"""Assumptions as a file to read, to change and to hand in: French, since it is for the people of the scheme."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Final, assert_never

from clas_policy.batch.population.assumptions import (
    Assumptions,
    Chance,
    Chances,
    Distribution,
    FactAssumption,
    LogNormal,
    MadeUp,
    Normal,
    Triangular,
    Uniform,
    Weights,
)
from clas_policy.batch.population.defaults import reasons
from clas_policy.model.fact import Fact, Type
from clas_policy.model.money import RATE_SCALE, format_euros, format_rate
from clas_policy.model.policy import Policy

_HEAD: Final = (
    "# Ce que suppose une simulation de dossiers : rien ici n'a été observé.",
    "# Chaque ligne est une hypothèse à discuter et à changer ; ce que l'on efface reprend sa valeur par défaut.",
)
_APART: Final = (
    "# Les réponses sont tirées indépendamment les unes des autres, sauf `alike` ; de vraies ne le sont pas.",
    "# Comment lire une ligne :",
    "#   unanswered : la part des réponses qui manquent ; absent : la part des dossiers qui ne donnent pas la liste",
    "#   alike : la part des membres qui répondent tous comme un tirage commun à leur dossier",
    "#   chance : la part des oui ; chances : chaque valeur choisie avec sa propre chance",
    "#   weights : chaque valeur d'autant plus souvent que son poids est grand",
    "#   uniform : tout nombre de `from` à `to`, aussi souvent",
    "#   triangular : le plus souvent autour de `mode`, de moins en moins jusqu'à `from` et `to`",
    "#   normal : courbe en cloche, les deux tiers à moins d'une `deviation` de `mean`",
    "#   log_normal : la moitié sous `median`, les deux tiers entre `median` divisée et multipliée par `factor`",
    "#   step : les nombres en sont des multiples",
)
_DEFAULT: Final = (
    "# Celles-ci sont arbitraires et sans source : elles sont tirées des seules limites que les règles comparent.",
)


def yaml(assumptions: Assumptions, policy: Policy) -> str:
    """The file; reading it gives the same assumptions back."""
    return "".join(f"{line}\n" for line in _lines(assumptions, policy))


def _lines(assumptions: Assumptions, policy: Policy) -> Iterator[str]:
    yield from _HEAD
    yield from _APART
    if assumptions.is_default:
        yield from _DEFAULT
        yield from (f"#   {reason}" for reason in reasons())
    yield f"title: {_text(assumptions.title)}"
    rates = Counter(fact.unanswered for fact in assumptions.facts.values())
    usual = rates.most_common(1)[0][0] if rates else 0
    yield f"unanswered: {format_rate(usual)} # part des réponses qui manquent, sauf pour les faits qui disent la leur"
    if assumptions.departments:
        told = ", ".join(f"{_text(code)}: {weight}" for code, weight in assumptions.departments)
        yield f"departments: {{{told}}} # poids de chaque département"
    if assumptions.lists:
        yield "lists:"
    for name, listed in assumptions.lists.items():
        yield f"  # {_comment(policy.entities[name].label)} : combien par dossier"
        count = _distribution(listed.count, None)
        yield f"  {name}: {{absent: {format_rate(listed.absent)}, {count}}}"
    yield "facts:"
    for name, assumption in assumptions.facts.items():
        fact = policy.facts[name]
        yield f"  # {_comment(fact.label)}"
        yield f"  {name}: {{{', '.join(_fact(fact, assumption, usual))}}}"


def _fact(fact: Fact, assumption: FactAssumption, usual: int) -> Iterator[str]:
    if assumption.unanswered != usual:
        yield f"unanswered: {format_rate(assumption.unanswered)}"
    if assumption.alike:
        yield f"alike: {format_rate(assumption.alike)}"
    told = _distribution(assumption.distribution, fact)
    if told:
        yield told
    if isinstance(assumption.distribution, Uniform | Triangular | Normal | LogNormal) and assumption.step != 1:
        yield f"step: {_value(assumption.step, fact.type)}"


def _distribution(distribution: Distribution, fact: Fact | None) -> str:
    """A distribution as a key and its value; nothing for a text that is made up."""
    kind = Type.INTEGER if fact is None else fact.type
    match distribution:
        case Uniform(low, high):
            return f"uniform: {{from: {_value(low, kind)}, to: {_value(high, kind)}}}"
        case Triangular(low, mode, high):
            ends = f"from: {_value(low, kind)}, mode: {_value(mode, kind)}, to: {_value(high, kind)}"
            return f"triangular: {{{ends}}}"
        case Normal(mean, deviation):
            around = str(deviation) if kind is Type.DATE else _value(deviation, kind)
            return f"normal: {{mean: {_value(mean, kind)}, deviation: {around}}}"
        case LogNormal(median, factor):
            whole, rest = divmod(factor, RATE_SCALE)
            decimals = f"{rest:06d}".rstrip("0")
            times = f"{whole}.{decimals}" if decimals else str(whole)
            return f"log_normal: {{median: {_value(median, kind)}, factor: {times}}}"
        case Chance(true):
            return f"chance: {format_rate(true)}"
        case Weights(items):
            return f"weights: {{{', '.join(f'{_text(str(value))}: {weight}' for value, weight in items)}}}"
        case Chances(items):
            return f"chances: {{{', '.join(f'{_text(value)}: {format_rate(chance)}' for value, chance in items)}}}"
        case MadeUp():
            return ""
        case _:
            assert_never(distribution)


def _value(value: int, kind: Type) -> str:
    match kind:
        case Type.MONEY:
            return format_euros(value)
        case Type.RATE:
            return format_rate(value)
        case Type.DATE:
            return date.fromordinal(value).isoformat()
        case _:
            return str(value)


def _text(text: str) -> str:
    """A text or a key in the quotes that it may need."""
    return (
        text if text.isascii() and text.isidentifier() and not _is_taken(text) else json.dumps(text, ensure_ascii=False)
    )


def _is_taken(text: str) -> bool:
    return text.lower() in ("true", "false", "null", "yes", "no", "on", "off", "to_confirm")


def _comment(text: str) -> str:
    return " ".join(text.split())
