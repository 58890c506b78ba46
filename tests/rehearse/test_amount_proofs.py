"""The slips in amounts that no cent shows, and that their proofs are right."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.explain.small import dossier, grant, small_policy
from tests.rehearse.proving import FACTS, NEVER, A, B, holds_on_many, proven

from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.dossier import Dossier
from clas_policy.model.policy import Grant

MONEY, OTHER = c.FactValue("base.argent"), c.FactValue("base.autre")
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
