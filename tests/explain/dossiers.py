"""Typed dossiers from plain ones, by a conversion that knows nothing of the dossier reader."""

from collections.abc import Iterator, Mapping
from typing import Any

from clas_policy.model.dates import parse_date
from clas_policy.model.dossier import Dossier, Member
from clas_policy.model.fact import Fact, Type, Value
from clas_policy.model.money import parse_amount, parse_rate
from clas_policy.model.policy import Policy


def typed(plain: Mapping[str, Any], policy: Policy) -> Dossier:
    """The dossier of the JSON object that people send; what it says must be well formed."""
    members = {
        entity.id: tuple(
            Member(given[entity.id], dict(_facts(given, policy, entity.id))) for given in plain[entity.list_key]
        )
        for entity in policy.entities.values()
        if plain.get(entity.list_key) is not None
    }
    return Dossier(
        plain["dossier"],
        plain["annee_scolaire"],
        plain["departement"],
        dict(_facts(plain, policy, None)),
        members,
        "0" * 64,
    )


def _facts(plain: Mapping[str, Any], policy: Policy, scope: str | None) -> Iterator[tuple[str, Value]]:
    for fact in policy.facts.values():
        if fact.entity == scope:
            value: Any = plain
            for key in fact.path:
                value = value.get(key) if value is not None else None
            if value is not None:
                yield fact.name, _value(value, fact)


def _value(value: Any, fact: Fact) -> Value:
    match fact.type:
        case Type.MONEY:
            return parse_amount(str(value))
        case Type.RATE:
            return parse_rate(value)
        case Type.DATE:
            return parse_date(value)
        case Type.CHOICES:
            return frozenset(value)
        case _:
            plain: Value = value
            return plain
