"""The score of a policy: which mutants are noticed, which provably change nothing, and that the proofs are right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.explain.small import GROUP, criterion, dossier, fact, grant, item, orientation, parameter, small_policy
from tests.generation import dossiers, policies

from clas_policy.catalogue import Catalogue, Shelf, engine_shelf
from clas_policy.explain import Evaluation, Evaluator
from clas_policy.explain.findings import awaited, unmet, warnings
from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.dossier import Dossier
from clas_policy.model.fact import Type
from clas_policy.model.policy import Deadline, Extension, Grant, Policy
from clas_policy.reading.deadlines import with_conditions
from clas_policy.rehearse.mutation import Proofs, Score, mutants, score, together

ROOT = Path(__file__).parents[2]
GERS = ROOT / "plugins" / "clas-policy-gers" / "src" / "clas_policy_gers" / "policies"
A, B, C = c.FactIsTrue("base.a"), c.FactIsTrue("base.b"), c.FactIsTrue("base.c")
MONEY, OTHER = c.FactValue("base.argent"), c.FactValue("base.autre")
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


SAME = "`regle` has the same status on every dossier"


@pytest.mark.parametrize(
    ("requires", "expected"),
    [
        (c.All((A, B)), set()),
        (c.All((A, c.AnyOf((A, B)))), {"requirement `{any: [base.a, base.b]}` dropped", "`base.b` dropped from `any`"}),
        (c.All((A, A)), {"requirement `base.a` dropped", "`all` → `any`"}),
        (within("base.taille", 0), {"`from 0` → `from -1`"}),
        (
            c.AnyOf((within("base.taille", 8, 12), c.All((A, within("base.taille", 5, 12))))),
            {"`to 12` → `below 12`"},
        ),
        (
            c.AnyOf((c.Includes("base.couleurs", "rouge"), c.Not(c.Only("base.couleurs", ("vert", "bleu"))))),
            {
                "`{fact: base.couleurs, includes: rouge}` dropped from `any`",
                "`{not: {fact: base.couleurs, only: [vert, bleu]}}` dropped from `any`",
                "`any` → `all`",
            },
        ),
        (c.Every(GROUP, within("groupe.argent", 0)), {"`from 0 EUR` → `from -0.01 EUR`"}),
    ],
)
def test_a_slip_in_a_condition_that_changes_nothing_is_proven(requires: c.Condition, expected: set[str]) -> None:
    found = proven(of_rule(requires))

    assert {change for change, because in found.items() if because == SAME} == set(found)
    assert expected <= set(found)
    assert len(found) <= max(2 * len(expected), 0)


def test_a_figure_is_the_same_only_if_it_is_for_every_reader() -> None:
    figures = [parameter("seuil", Type.INTEGER, 0)]

    def reads(name: str, **strict: Any) -> Any:
        return criterion(name, c.Within("base.taille", c.Bounds(c.ParameterValue("seuil"), **strict)))

    below = criterion("sous", c.Not(c.Within("base.taille", c.Bounds(upper=c.ParameterValue("seuil")))))
    nobody = small_policy(facts=FACTS, parameters=figures)
    strict = small_policy(facts=FACTS, parameters=figures, criteria=[reads("une", lower_strict=True)])
    both = small_policy(facts=FACTS, parameters=figures, criteria=[reads("une"), below])

    assert proven(nobody) == {"`seuil: 0` → `seuil: 1`": "no rule reads it"}
    assert proven(strict) == {}
    assert proven(both) == {}


def test_an_admissibility_item_that_never_fails_may_go() -> None:
    always = criterion("regle", within("base.taille", 0))
    policy = small_policy(
        facts=FACTS,
        criteria=[always, criterion("autre", c.All((within("base.taille", 0), A)))],
        admissibility=(item("regle"), item("autre")),
        grants=[grant("aide", c.Literal(100))],
    )
    alone = small_policy(facts=FACTS, criteria=[always], admissibility=(item("regle"),))

    found = proven(policy)

    assert found["`regle` is no condition of admissibility any more"].startswith("`regle` is never not met; ")
    assert found["`otherwise: inadmissible` → `otherwise: not_examined`"] == "`regle` is never not met"
    assert "`autre` is no condition of admissibility any more" not in found
    # it may be unknown, and then the outcome is incomplete
    assert "`regle` is no condition of admissibility any more" not in proven(alone)


def test_a_last_day_that_is_always_extended_changes_nothing() -> None:
    always = Extension(c.Literal(date(2024, 11, 15)), c.Not(NEVER), criterion("regle", A).origin)
    window = with_conditions(
        Deadline(
            "depot",
            "Le dépôt",
            None,
            "base.jour",
            always.origin,
            last_day=c.Literal(date(2024, 10, 30)),
            extensions=(always,),
        )
    )
    sometimes = with_conditions(replace(window, extensions=(replace(always, when=A),)))
    policy = replace(small_policy(facts=FACTS), deadlines={"depot": window}, order=(("deadline", "depot"),))

    of_last_day = {change: because for change, because in proven(policy).items() if "`last_day 2024-10-30`" in change}
    assert of_last_day == {
        "`last_day 2024-10-30` → `last_day 2024-10-29`": "`depot` has the same status on every dossier",
        "`last_day 2024-10-30` → `last_day 2024-10-31`": "`depot` has the same status on every dossier",
        "`last_day 2024-10-30` → `before 2024-10-30`": "`depot` has the same status on every dossier",
    }
    assert proven(replace(policy, deadlines={"depot": sometimes})) == {}


CEILING = a.Share(c.Literal(325_000), MONEY, c.Literal(8487_00))


@pytest.mark.parametrize(
    ("amount", "more", "expected"),
    [
        # 8487.00 and 8487.01 are both paid 2758.28
        (CEILING, {}, {"`counted_up_to 8487 EUR` → `counted_up_to 8487.01 EUR`"}),
        # a rate that is off by its smallest unit is felt at the ceiling
        (a.Share(c.Literal(325_000), MONEY), {}, set()),
        # but not on 100 EUR at the most
        (
            a.Share(c.Literal(325_000), c.FactValue("base.limite")),
            {},
            {"`rate 32.5 %` → `rate 32.5001 %`"},
        ),
        (a.Share(c.Literal(500_000), c.FactValue("base.limite")), {}, {"`rate 50 %` → `rate 50.0001 %`"}),
        # rounded to the euro
        (
            a.Share(c.Literal(300_000), MONEY, c.Literal(5599_00)),
            {"round_to": 100},
            {
                "`counted_up_to 5599 EUR` → `counted_up_to 5598.99 EUR`",
                "`counted_up_to 5599 EUR` → `counted_up_to 5599.01 EUR`",
            },
        ),
        # a cap that is never reached, one that is
        (
            c.Literal(100_00),
            {"at_most": c.Literal(200_00)},
            {"`at_most: 200 EUR` dropped", "`at_most 200 EUR` → `at_most 199.99 EUR`"},
        ),
        (MONEY, {"at_most": c.Literal(200_00)}, set()),
        (
            c.FactValue("base.limite"),
            {"at_most": c.Literal(50_00)},
            {"`at_most: 50 EUR` dropped", "`at_most 50 EUR` → `at_most 50.01 EUR`"},
        ),
        (
            a.Smallest((c.Literal(100_00), a.Add((MONEY, c.Literal(100_00))))),
            {},
            {"`{add: [base.argent, 100 EUR]}` dropped from `smallest_of`"},
        ),
        (
            a.Largest((c.FactValue("base.limite"), c.Literal(50_00))),
            {},
            {"`base.limite` dropped from `largest_of`"},
        ),
        (a.Minus(MONEY, OTHER), {}, set()),
        (
            a.Minus(c.FactValue("base.limite"), c.Literal(60_00)),
            {},
            {"`60 EUR` → `59.99 EUR`", "`60 EUR` → `60.01 EUR`"},
        ),
        # a case behind one that holds whenever it does still shows while both are unknown
        (a.FirstMatch((a.Case(A, c.Literal(100)), a.Case(c.All((A, B)), c.Literal(400))), c.Literal(300)), {}, set()),
        (
            a.FirstMatch((a.Case(NEVER, c.Literal(100)), a.Case(c.Not(NEVER), MONEY)), c.Literal(300)),
            {},
            {
                "`when: {amount: 0 EUR, from: 1 EUR}` dropped from `first_match`",
                "`then 1 EUR` → `then 0.99 EUR`",
                "`otherwise 3 EUR` → `otherwise 3.01 EUR`",
            },
        ),
        (
            a.FirstMatch((a.Case(A, c.Literal(100)), a.Case(B, MONEY)), MONEY),
            {},
            {"`when: base.b` dropped from `first_match`"},
        ),
        # nobody is entitled
        (
            MONEY,
            {"requires": NEVER, "at_most": c.Literal(5)},
            {"`at_most: 0.05 EUR` dropped"},
        ),
    ],
)
def test_a_slip_in_an_amount_that_no_cent_shows_is_proven(
    amount: a.Amount, more: dict[str, Any], expected: set[str]
) -> None:
    policy = small_policy(facts=FACTS, grants=[grant("aide", amount, **more)])

    found = proven(policy)

    assert expected <= set(found)
    assert expected or not found
    holds_on_many(policy, grid())


def grid() -> Iterable[Dossier]:
    """Dossiers around every figure of these tests."""
    cents = (
        None,
        0,
        1,
        2,
        3,
        20,
        49_99,
        50_00,
        50_01,
        100_00,
        199_99,
        200_00,
        5598_99,
        5599_00,
        8486_99,
        8487_00,
        9999_99,
    )
    for value in cents:
        limited = None if value is None else min(value, 50_00)
        for truth in (None, True, False):
            yield dossier(
                {"base.argent": value, "base.autre": limited, "base.limite": limited, "base.a": truth, "base.b": True}
            )


def holds_on_many(policy: Policy, given: Iterable[Dossier]) -> None:
    """What is proven to change nothing changes nothing on these."""
    proofs, evaluator = Proofs(policy), Evaluator(policy)
    same = [mutant for mutant in mutants(policy, effects=True) if proofs.unchanged(mutant.policy) is not None]
    evaluators = [(mutant, Evaluator(mutant.policy)) for mutant in same]
    for one in given:
        expected = results(evaluator.evaluate(one))
        for mutant, other in evaluators:
            assert results(other.evaluate(one)) == expected, mutant.change


def test_a_rule_that_others_read_is_compared_by_what_it_means() -> None:
    policy = small_policy(
        facts=FACTS,
        criteria=[criterion("deux", c.All((A, B))), criterion("regle", c.All((c.CriterionMet("deux"), A)))],
        grants=[grant("aide", c.Literal(100), requires=c.All((c.CriterionMet("regle"), B)))],
        orientations=[orientation("avis", c.AnyOf((c.GrantEntitled("aide"), c.All((A, B)))))],
    )

    assert proven(policy) == {
        "requirement `base.a` dropped": SAME,
        "requirement `base.b` dropped": "the entitlement to `aide` is the same on every dossier",
        "`aide` dropped from `any`": "`avis` has the same status on every dossier",
        "`[base.a, base.b]` dropped from `any`": "`avis` has the same status on every dossier",
        "`any` → `all`": "`avis` has the same status on every dossier",
    }


def test_an_accord_that_is_dropped_is_noticed_by_the_status() -> None:
    policy = small_policy(facts=FACTS, grants=[grant("aide", c.Literal(0), accord="base.a")])

    assert set(proven(policy)) == set()


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


@pytest.fixture(scope="module")
def shipped() -> Policy:
    gers = Shelf(GERS, "clas-policy-gers", "gers", ("departements/32",))
    return Catalogue([gers, engine_shelf()]).compose("departements/32/2024-2025", date(2024, 11, 5))


def test_two_slips_in_the_shipped_policies_provably_change_nothing(shipped: Policy) -> None:
    """The ceiling a cent higher pays the same cent; a large rural group is no larger than any other."""
    assert proven(shipped) == {
        "`prix_plafond: 8487 EUR` → `prix_plafond: 8487.01 EUR`": "`ps` pays the same on every dossier, to the cent",
        "`to effectif_max` → `below effectif_max`": "`taille_collectif` has the same status on every dossier",
    }


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(st.data())
def test_no_dossier_shows_a_mutant_that_is_proven_to_change_nothing(data: st.DataObject) -> None:
    policy = data.draw(policies())

    holds_on_many(policy, [data.draw(dossiers(policy)) for _ in range(4)])


def simple_amounts(depth: int = 2) -> st.SearchStrategy[a.Amount]:
    """Amounts of few figures and facts, which are often the same in the end."""
    cents = st.sampled_from((0, 1, 2, 99, 100, 101)).map(c.Literal)
    leaves = cents | st.sampled_from((c.FactValue("base.argent"), c.FactValue("base.limite")))
    if depth == 0:
        return leaves
    inner = simple_amounts(depth - 1)
    rates = st.sampled_from((0, 1, 325_000, 500_000, 999_999, 1_000_000)).map(c.Literal) | st.just(
        c.FactValue("base.part")
    )
    pairs = st.tuples(inner, inner)
    whens = st.sampled_from((A, B, c.All((A, B)), c.AnyOf((A, c.Not(A)))))
    cases = st.lists(st.builds(a.Case, whens, inner), min_size=1, max_size=2).map(tuple)
    return st.one_of(
        leaves,
        st.builds(a.Share, rates, inner, st.none() | inner),
        st.builds(a.Add, pairs),
        st.builds(a.Minus, inner, inner),
        st.builds(a.Smallest, pairs),
        st.builds(a.Largest, pairs),
        st.builds(a.FirstMatch, cases, inner),
    )


def simple_grants() -> st.SearchStrategy[Grant]:
    caps = st.none() | simple_amounts(1)
    return st.builds(
        lambda amount, cap, to: grant("aide", amount, at_most=cap, round_to=to),
        simple_amounts(),
        caps,
        st.sampled_from((1, 10, 100)),
    )


CENTS = st.none() | st.sampled_from((0, 1, 2, 3, 50, 98, 99, 100, 101, 102, 103, 149, 150, 199, 200, 10_000))


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(simple_grants(), st.lists(st.tuples(CENTS, CENTS), min_size=20, max_size=20))
def test_amounts_that_are_proven_the_same_are_paid_the_same(
    made: Grant, cents: list[tuple[int | None, int | None]]
) -> None:
    policy = small_policy(facts=FACTS, grants=[made])
    given = [
        dossier(
            {
                "base.argent": one,
                "base.limite": None if other is None else min(other, 5000),
                "base.part": part,
                "base.a": truth,
            }
        )
        for (one, other), (part, truth) in zip(cents, 7 * [(None, True), (0, None), (500_000, False)], strict=False)
    ]

    holds_on_many(policy, given)
