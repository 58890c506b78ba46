"""Small policies to change, and the slips that are made in them."""

from __future__ import annotations

from datetime import date

from tests.explain.small import criterion, fact, small_policy

from clas_policy.model import condition as c
from clas_policy.model.fact import Type
from clas_policy.model.policy import Policy
from clas_policy.rehearse.mutation import mutants
from clas_policy.source import Span

A, B, C = c.FactIsTrue("base.a"), c.FactIsTrue("base.b"), c.FactIsTrue("base.c")


def literal(value: int | date, line: int = 50) -> c.Literal:
    return c.Literal(value, Span("politique.yaml", line, 20, line, 24))


def policy_of(requires: c.Condition) -> Policy:
    return small_policy(
        facts=[
            *(fact(f"base.{name}") for name in "abc"),
            fact("base.taille", Type.INTEGER),
            fact("base.argent", Type.MONEY),
            fact("base.jour", Type.DATE),
            fact("base.part", Type.RATE),
            fact("base.couleur", Type.CHOICE),
            fact("base.couleurs", Type.CHOICES),
            fact("groupe.rural"),
            fact("groupe.taille", Type.INTEGER),
        ],
        criteria=[criterion("regle", requires)],
    )


def changes(policy: Policy) -> list[str]:
    return [str(mutant.change) for mutant in mutants(policy)]
