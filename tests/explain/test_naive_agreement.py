"""The compiled evaluator against one written a second time, on generated policies and dossiers."""

import math
from fractions import Fraction

from hypothesis import given
from tests.explain.naive import MAYBE, NO, YES, Naive, Of
from tests.generation import policies_and_dossiers

from clas_policy.explain import Evaluator
from clas_policy.model.dossier import Dossier
from clas_policy.model.policy import Policy
from clas_policy.model.truth import Truth

TRUTHS: dict[Fraction, Truth] = {NO: False, MAYBE: None, YES: True}


def cents(euros: Fraction | float) -> int | None:
    if euros == math.inf:
        return None
    assert Fraction(euros * 100).denominator == 1
    return int(euros * 100)


@given(policies_and_dossiers())
def test_two_evaluators_agree_on_every_rule(made: tuple[Policy, Dossier]) -> None:
    policy, dossier = made
    evaluation, naive = Evaluator(policy).evaluate(dossier), Naive(policy, dossier)

    for name, criterion in policy.criteria.items():
        expected = [TRUTHS[naive.criterion(name, who)] for who in naive.who(criterion.entity)]
        assert [truth for _, truth in evaluation.truth(name)] == expected, name
    for name, deadline in policy.deadlines.items():
        expected = [TRUTHS[naive.deadline(name, who)] for who in naive.who(deadline.entity)]
        assert [truth for _, truth in evaluation.truth(name)] == expected, name
    for name, orientation in policy.orientations.items():
        if orientation.requires is not None:
            expected = [TRUTHS[naive.truth(orientation.requires, who)] for who in naive.who(orientation.entity)]
            assert [truth for _, truth in evaluation.truth(name)] == expected, name
    outcomes = {YES: "admissible", MAYBE: "incomplete", NO: "inadmissible"}
    assert evaluation.outcome == outcomes[naive.admissible()]


@given(policies_and_dossiers())
def test_two_evaluators_agree_on_every_grant_and_total(made: tuple[Policy, Dossier]) -> None:
    policy, dossier = made
    evaluation, naive = Evaluator(policy).evaluate(dossier), Naive(policy, dossier)

    expected, entitled = [], []
    due: Fraction | float = Fraction(0)
    eligible = undetermined = due
    for name, grant in policy.grants.items():
        for who in naive.who(grant.entity):
            status = naive.status(name, who)
            entitled.append(TRUTHS[naive.entitlement(name, who)])
            low, high = (Fraction(0), Fraction(0)) if status == "refused" else naive.paid(name, who)
            expected.append((name, status, cents(low), cents(high)))
            due += high if status == "due" else 0
            eligible += high if status == "eligible" else 0
            undetermined += high if status == "undetermined" else 0
        nobody_knows = grant.entity is not None and grant.entity not in dossier.members
        if nobody_knows and naive.status(name, Of(grant.entity or "", None)) != "refused":
            undetermined = math.inf
    found = [(one.grant.name, one.status, one.at_least, one.at_most) for one in evaluation.grants]
    assert found == expected
    assert [truth for name in policy.grants for _, truth in evaluation.truth(name)] == entitled
    assert evaluation.totals == (cents(due), cents(eligible), cents(undetermined))
