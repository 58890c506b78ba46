"""What a name in a condition stands for: the condition of a criterion, of a deadline, of an entitlement."""

from __future__ import annotations

from typing import TypeAlias, assert_never

from clas_policy.model import condition as c
from clas_policy.model.policy import Criterion, Grant, Policy

Rule: TypeAlias = c.CriterionMet | c.DeadlineMet | c.GrantEntitled


def definition(policy: Policy, rule: Rule) -> c.Condition:
    """The condition that has the truth of a rule; for a grant, but for the unknown of a policy that is incomplete."""
    match rule:
        case c.CriterionMet(criterion=name):
            return of_criterion(policy.criteria[name])
        case c.DeadlineMet(deadline=name):
            return policy.deadlines[name].condition or c.All(())
        case c.GrantEntitled(grant=name):
            grant = policy.grants[name]
            accord = () if grant.accord is None else (c.FactIsTrue(grant.accord),)
            return c.All((entitlement(policy, grant), *accord))
        case _:
            assert_never(rule)


def of_criterion(criterion: Criterion) -> c.Condition:
    if criterion.only_if is None:
        return criterion.requires
    return c.AnyOf((c.Not(criterion.only_if), criterion.requires))


def entitlement(policy: Policy, grant: Grant) -> c.Condition:
    """The entitlement to a grant but for its accord."""
    admitted = [item.condition for item in policy.admissibility if item.entity in (None, grant.entity)]
    return c.All((*admitted, grant.requires) if grant.requires is not None else tuple(admitted))
