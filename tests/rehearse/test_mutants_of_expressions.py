"""The slips that are made in a condition and in an amount."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.explain.small import GROUP, fact, grant, parameter, small_policy
from tests.rehearse.slips import A, B, C, changes, literal, policy_of

from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.fact import Type

DAY = date(2024, 10, 30)


@pytest.mark.parametrize(
    ("requires", "expected"),
    [
        (A, []),
        (c.Not(A), ["`{not: base.a}` → `base.a`"]),
        (
            c.All((A, B)),
            ["requirement `base.a` dropped", "requirement `base.b` dropped", "`all` → `any`"],
        ),
        (
            c.AnyOf((A, c.All((B, C)))),
            [
                "`base.a` dropped from `any`",
                "`[base.b, base.c]` dropped from `any`",
                "`any` → `all`",
                "`base.b` dropped from `all`",
                "`base.c` dropped from `all`",
                "`all` → `any`",
            ],
        ),
        (
            c.AtLeast(2, (A, B, C)),
            [
                "`at_least 2` → `at_least 1`",
                "`at_least 2` → `at_least 3`",
                "`base.a` dropped from `of`",
                "`base.b` dropped from `of`",
                "`base.c` dropped from `of`",
            ],
        ),
        (c.AtLeast(2, (A, B)), ["`at_least 2` → `at_least 1`"]),
        (
            c.Within("base.taille", c.Bounds(literal(8), literal(12))),
            [
                "`from 8` → `from 7`",
                "`from 8` → `from 9`",
                "`to 12` → `to 11`",
                "`to 12` → `to 13`",
                "`from 8` → `above 8`",
                "`to 12` → `below 12`",
            ],
        ),
        # nothing lies from 9 to 8, nor above 8 and to 8
        (
            c.Within("base.taille", c.Bounds(literal(8), literal(8))),
            ["`from 8` → `from 7`", "`to 8` → `to 9`"],
        ),
        (
            c.Within("base.jour", c.Bounds(upper=literal(DAY), upper_strict=True)),
            [
                "`before 2024-10-30` → `before 2024-10-29`",
                "`before 2024-10-30` → `before 2024-10-31`",
                "`before 2024-10-30` → `on_or_before 2024-10-30`",
            ],
        ),
        (
            c.Within("base.argent", c.Bounds(lower=literal(500_00), lower_strict=True)),
            [
                "`above 500 EUR` → `above 499.99 EUR`",
                "`above 500 EUR` → `above 500.01 EUR`",
                "`above 500 EUR` → `from 500 EUR`",
            ],
        ),
        # no rate is above 100 %
        (
            c.Within("base.part", c.Bounds(upper=literal(1_000_000))),
            ["`to 100 %` → `to 99.9999 %`", "`to 100 %` → `below 100 %`"],
        ),
        (
            c.Within("base.taille", c.Bounds(c.FactValue("groupe.taille"))),
            ["`from groupe.taille` → `above groupe.taille`"],
        ),
        (
            c.OneOf("base.couleur", ("rouge", "vert")),
            [
                "`rouge` dropped from `one_of`",
                "`vert` dropped from `one_of`",
                "`bleu` added to `one_of`",
            ],
        ),
        (
            c.OneOf("base.couleur", ("rouge",)),
            ["`is rouge` → `one_of [rouge, vert]`", "`is rouge` → `one_of [rouge, bleu]`"],
        ),
        (
            c.Includes("base.couleurs", "rouge"),
            ["`includes rouge` → `includes vert`", "`includes rouge` → `includes bleu`"],
        ),
        (
            c.Only("base.couleurs", ("rouge", "vert")),
            ["`rouge` dropped from `only`", "`vert` dropped from `only`", "`bleu` added to `only`"],
        ),
        (
            c.Every(GROUP, c.All((A, c.FactIsTrue("groupe.rural")))),
            [
                "`every` → `some`",
                "`base.a` dropped from `all`",
                "`groupe.rural` dropped from `all`",
                "`all` → `any`",
            ],
        ),
        (c.Some(GROUP, c.FactIsTrue("groupe.rural")), ["`some` → `every`"]),
        (
            c.Count(GROUP, c.Not(c.FactIsTrue("groupe.rural")), c.Bounds(literal(2))),
            [
                "`from 2` → `from 1`",
                "`from 2` → `from 3`",
                "`from 2` → `above 2`",
                "`{not: groupe.rural}` → `groupe.rural`",
            ],
        ),
        (
            c.Sum("groupe.taille", GROUP, c.Bounds(upper=literal(9))),
            ["`to 9` → `to 8`", "`to 9` → `to 10`", "`to 9` → `below 9`"],
        ),
        (
            c.AmountWithin(c.FactValue("base.argent"), c.Bounds(upper=literal(100))),
            ["`to 1 EUR` → `to 0.99 EUR`", "`to 1 EUR` → `to 1.01 EUR`", "`to 1 EUR` → `below 1 EUR`"],
        ),
        (
            c.OpenReadings((c.Reading("x", "X", c.All((A, B))), c.Reading("y", "Y", A))),
            ["requirement `base.a` dropped", "requirement `base.b` dropped", "`all` → `any`"],
        ),
    ],
)
def test_the_slips_in_a_condition(requires: c.Condition, expected: list[str]) -> None:
    assert changes(policy_of(requires)) == expected


def test_a_rule_that_applies_sometimes() -> None:
    policy = policy_of(A)
    applies = replace(policy.criteria["regle"], only_if=c.All((B, C)))

    assert changes(replace(policy, criteria={"regle": applies})) == [
        "`only_if: [base.b, base.c]` dropped",
        "`base.b` dropped from `all`",
        "`base.c` dropped from `all`",
        "`all` → `any`",
    ]


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (literal(329_00), ["`amount 329 EUR` → `amount 328.99 EUR`", "`amount 329 EUR` → `amount 329.01 EUR`"]),
        (literal(0), ["`amount 0 EUR` → `amount 0.01 EUR`"]),
        (c.FactValue("base.argent"), []),
        (
            a.Share(literal(325_000), c.FactValue("base.argent"), literal(8487_00)),
            [
                "`rate 32.5 %` → `rate 32.4999 %`",
                "`rate 32.5 %` → `rate 32.5001 %`",
                "`counted_up_to: 8487 EUR` dropped",
                "`counted_up_to 8487 EUR` → `counted_up_to 8486.99 EUR`",
                "`counted_up_to 8487 EUR` → `counted_up_to 8487.01 EUR`",
            ],
        ),
        (
            a.Add((c.FactValue("base.argent"), c.ParameterValue("plus"))),
            ["`base.argent` dropped from `add`", "`plus` dropped from `add`"],
        ),
        (a.Minus(c.FactValue("base.argent"), literal(1)), ["`0.01 EUR` → `0 EUR`", "`0.01 EUR` → `0.02 EUR`"]),
        (
            a.Smallest((c.FactValue("base.argent"), c.ParameterValue("plus"))),
            [
                "`smallest_of` → `largest_of`",
                "`base.argent` dropped from `smallest_of`",
                "`plus` dropped from `smallest_of`",
            ],
        ),
        (
            a.Largest((c.FactValue("base.argent"), c.ParameterValue("plus"))),
            [
                "`largest_of` → `smallest_of`",
                "`base.argent` dropped from `largest_of`",
                "`plus` dropped from `largest_of`",
            ],
        ),
        (
            a.FirstMatch(
                (a.Case(c.Not(A), literal(100)), a.Case(B, c.FactValue("base.argent"))),
                literal(500),
            ),
            [
                "`when: {not: base.a}` dropped from `first_match`",
                "`when: base.b` dropped from `first_match`",
                "`{not: base.a}` → `base.a`",
                "`then 1 EUR` → `then 0.99 EUR`",
                "`then 1 EUR` → `then 1.01 EUR`",
                "`otherwise 5 EUR` → `otherwise 4.99 EUR`",
                "`otherwise 5 EUR` → `otherwise 5.01 EUR`",
            ],
        ),
    ],
)
def test_the_slips_in_an_amount(amount: a.Amount, expected: list[str]) -> None:
    policy = small_policy(
        facts=[fact("base.a"), fact("base.b"), fact("base.argent", Type.MONEY)],
        parameters=[parameter("plus", Type.MONEY, None)],
        grants=[grant("aide", amount)],
    )

    assert changes(policy) == expected
