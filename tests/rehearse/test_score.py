"""The score of a policy: which mutants are noticed, which survive, and of several policies together."""

from __future__ import annotations

from tests.explain.small import dossier, small_policy
from tests.rehearse.proving import A, B, of_rule, results, within

from clas_policy.explain import Evaluator
from clas_policy.model import condition as c
from clas_policy.model.dossier import Dossier
from clas_policy.model.policy import Policy
from clas_policy.rehearse.mutation import Score, mutants, score, together


def score_of(policy: Policy, given: list[Dossier]) -> Score:
    """The score of tests that expect every result of some dossiers."""
    expected = [results(Evaluator(policy).evaluate(one)) for one in given]

    def notices(mutant: Policy) -> bool:
        evaluator = Evaluator(mutant)
        return any(results(evaluator.evaluate(one)) != was for one, was in zip(given, expected, strict=True))

    return score(policy, notices)


def test_mutants_are_noticed_proven_or_survive() -> None:
    policy = of_rule(c.All((c.AnyOf((A, B)), within("base.taille", 0, 12))))

    none = score_of(policy, [])
    half = score_of(policy, [dossier({"base.a": True, "base.b": False, "base.taille": 12})])
    full = score_of(
        policy,
        [
            dossier({"base.a": True, "base.b": False, "base.taille": 12}),
            dossier({"base.a": False, "base.b": True, "base.taille": 0}),
            dossier({"base.a": False, "base.b": False, "base.taille": 5}),
            dossier({"base.a": True, "base.b": True, "base.taille": 13}),
        ],
    )

    assert (none.percent, len(none.killed)) == (0.0, 0)
    assert 0 < half.percent < 100
    assert full.percent == 100
    assert full.survived == ()
    assert [str(one.mutant.change) for one in full.equivalent] == ["`from 0` → `from -1`"]
    assert {score.total for score in (none, half, full)} == {len(list(mutants(policy)))}
    assert score_of(small_policy(), []).percent == 100.0


def test_what_one_policy_notices_is_noticed_for_all_that_share_the_layer() -> None:
    policy = of_rule(c.All((A, B)))
    none = score_of(policy, [])
    some = score_of(policy, [dossier({"base.a": True, "base.b": False})])

    both = together([none, some])

    assert both.killed == some.killed
    assert both.total == none.total
    assert together([]).percent == 100.0
