"""The slips that provably change nothing, and that the proofs are right."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.explain.small import GROUP, criterion, grant, item, orientation, parameter, small_policy
from tests.generation import dossiers, policies
from tests.rehearse.proving import FACTS, NEVER, A, B, holds_on_many, of_rule, proven, within

from clas_policy.model import condition as c
from clas_policy.model.fact import Type
from clas_policy.model.policy import Deadline, Extension, Policy
from clas_policy.reading.deadlines import with_conditions

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
    assert len(found) <= 2 * len(expected)


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

    assert proven(policy) == {}


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
