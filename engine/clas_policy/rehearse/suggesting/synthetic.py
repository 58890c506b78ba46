"""A dossier that answers every question, for a policy that has no tests yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from clas_policy.model import condition as c
from clas_policy.model.dossier import Dossier, Member
from clas_policy.model.fact import Fact, Type, Value
from clas_policy.model.policy import Policy
from clas_policy.reading.dossier_values import limits

_NUMBER = 10


def synthetic(policy: Policy) -> Dossier:
    """A dossier with every fact that is not a text, and one member of each entity; accords are not given yet."""
    members = {name: (Member(f"{name}-1", answers(policy, name)),) for name in policy.entities}
    return blank(policy, answers(policy, None), members)


def blank(policy: Policy, facts: Mapping[str, Value], members: Mapping[str, tuple[Member, ...]]) -> Dossier:
    """A dossier of the policy's own period and department, without a digest: nobody decides by it."""
    period = "" if policy.period is None else str(policy.period)
    return Dossier("essai", period, policy.department, facts, members)


def answers(policy: Policy, entity: str | None) -> dict[str, Value]:
    """The answers of a member of an entity (None: of the dossier itself)."""
    accords = {grant.accord for grant in policy.grants.values()}
    found: dict[str, Value] = {}
    for fact in policy.facts.values():
        if fact.entity == entity and fact.derivation is None and fact.name not in accords:
            value = _value(fact, policy)
            if value is not None:
                found[fact.name] = value
    return found


def _value(fact: Fact, policy: Policy) -> Value | None:
    match fact.type:
        case Type.BOOLEAN:
            return True
        case Type.CHOICE:
            return fact.options[0].value
        case Type.CHOICES:
            return frozenset(option.value for option in fact.options[: max(1, fact.min_items)])
        case Type.DATE:
            return _day(fact, policy)
        case Type.TEXT:
            return None
        case Type.INTEGER | Type.MONEY | Type.RATE:
            lowest, highest = limits(fact)
            usual = _NUMBER * {Type.MONEY: 100_000, Type.RATE: 10_000}.get(fact.type, 1)
            return max(lowest, min(highest, usual))


def _day(fact: Fact, policy: Policy) -> date:
    """The last day of a deadline, or a usual one."""
    for deadline in policy.deadlines.values():
        for operand, days in ((deadline.last_day, 0), (deadline.opens_on, 0), (deadline.before, -1)):
            if deadline.fact == fact.name and isinstance(operand, c.Literal) and isinstance(operand.value, date):
                return operand.value + timedelta(days=days)
    return usual_day(policy)


def usual_day(policy: Policy) -> date:
    """A day of the policy's period."""
    return date(policy.period.first if policy.period else 2024, 10, 1)
