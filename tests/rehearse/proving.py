"""Small policies, what is proven of their mutants, and that it holds on dossiers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.explain.small import criterion, fact, small_policy

from clas_policy.explain import Evaluation, Evaluator
from clas_policy.explain.findings import awaited, unmet, warnings
from clas_policy.model import condition as c
from clas_policy.model.dossier import Dossier
from clas_policy.model.fact import Type
from clas_policy.model.policy import Policy
from clas_policy.rehearse.mutation import Proofs, mutants

A, B, C = c.FactIsTrue("base.a"), c.FactIsTrue("base.b"), c.FactIsTrue("base.c")
NEVER = c.AmountWithin(c.Literal(0), c.Bounds(c.Literal(100)))
FACTS = (
    *(fact(f"base.{name}") for name in "abc"),
    fact("base.taille", Type.INTEGER, minimum=0),
    fact("base.argent", Type.MONEY),
    fact("base.autre", Type.MONEY),
    fact("base.limite", Type.MONEY, maximum=50_00),
    fact("base.part", Type.RATE),
    fact("base.jour", Type.DATE),
    fact("base.couleurs", Type.CHOICES),
    fact("groupe.argent", Type.MONEY),
)


def results(evaluation: Evaluation) -> Any:
    """Every status and amount, the outcome, what is unmet and why, the warnings: not the reasons, nor what to ask."""
    policy = evaluation.policy
    rules = (*policy.criteria, *(n for n, rule in policy.deadlines.items() if rule.fact), *policy.orientations)
    return (
        evaluation.outcome,
        {name: list(evaluation.truth(name)) for name in (*rules, *policy.grants)},
        [(g.grant.name, g.member, g.status, g.at_least, g.at_most) for g in evaluation.grants],
        evaluation.totals,
        evaluation.by_funder,
        unmet(evaluation),
        warnings(evaluation),
        awaited(evaluation),
    )


def proven(policy: Policy) -> dict[str, str]:
    """The mutants that are proven to change nothing, with the reasons."""
    proofs = Proofs(policy)
    found = ((mutant, proofs.unchanged(mutant.policy)) for mutant in mutants(policy, effects=True))
    return {str(mutant.change): str(because) for mutant, because in found if because is not None}


def within(name: str, lower: int | None = None, upper: int | None = None, **strict: Any) -> c.Within:
    def literal(value: int | None) -> c.Literal | None:
        return None if value is None else c.Literal(value)

    return c.Within(name, c.Bounds(literal(lower), literal(upper), **strict))


def of_rule(requires: c.Condition, **more: Any) -> Policy:
    return small_policy(facts=FACTS, criteria=[criterion("regle", requires)], **more)


def holds_on_many(policy: Policy, given: Iterable[Dossier]) -> None:
    """What is proven to change nothing changes nothing on these."""
    proofs, evaluator = Proofs(policy), Evaluator(policy)
    same = [mutant for mutant in mutants(policy, effects=True) if proofs.unchanged(mutant.policy) is not None]
    evaluators = [(mutant, Evaluator(mutant.policy)) for mutant in same]
    for one in given:
        expected = results(evaluator.evaluate(one))
        for mutant, other in evaluators:
            assert results(other.evaluate(one)) == expected, mutant.change
