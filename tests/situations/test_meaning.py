"""Which truths conditions can have, and when two are one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.explain.small import GROUP, criterion, fact, grant, item, parameter, small_policy
from tests.generation import dossiers, policies

from clas_policy.explain import Evaluator
from clas_policy.explain.conditions import compiled
from clas_policy.model import condition as c
from clas_policy.model.fact import Type
from clas_policy.model.policy import Policy
from clas_policy.model.truth import Truth
from clas_policy.situations import Differs, Same, Situations, Undecided

A, B, C = c.FactIsTrue("base.a"), c.FactIsTrue("base.b"), c.FactIsTrue("base.c")
SIZE, LIMIT = "base.taille", "base.borne"
ANY = frozenset((True, False, None))


def within(name: str, lower: int | str | None = None, upper: int | str | None = None, **strict: bool) -> c.Within:
    def operand(value: int | str | None) -> c.Operand | None:
        return None if value is None else c.FactValue(value) if isinstance(value, str) else c.Literal(value)

    return c.Within(name, c.Bounds(operand(lower), operand(upper), **strict))


@pytest.fixture(scope="module")
def policy() -> Policy:
    return small_policy(
        facts=[
            *(fact(f"base.{name}") for name in "abcdefghijklmnopqrst"),
            fact(SIZE, Type.INTEGER, minimum=0, maximum=20),
            fact(LIMIT, Type.INTEGER, minimum=0),
            fact("base.libre", Type.INTEGER),
            fact("base.jour", Type.DATE),
            fact("base.part", Type.RATE),
            fact("base.couleur", Type.CHOICE),
            fact("base.couleurs", Type.CHOICES),
            fact("base.deux_couleurs", Type.CHOICES, min_items=2),
            fact("base.argent", Type.MONEY),
            fact("groupe.rural"),
            fact("groupe.taille", Type.INTEGER, minimum=0),
        ],
        parameters=[parameter("seuil", Type.INTEGER, 8), parameter("inconnu", Type.INTEGER, None)],
        criteria=[
            criterion("les_deux", c.All((A, B))),
            criterion("si", B, only_if=A),
            criterion("rural", c.FactIsTrue("groupe.rural"), GROUP),
            criterion("toujours", c.AnyOf((c.Not(c.All((A, c.FactIsTrue("base.f")))), within(SIZE, 0)))),
        ],
        grants=[
            grant("aide", c.Literal(100), requires=C, accord="base.d"),
            grant("bonus", c.Literal(100), GROUP, requires=c.CriterionMet("rural")),
        ],
        admissibility=(item("les_deux"),),
    )


@pytest.mark.parametrize(
    ("node", "truths"),
    [
        (A, ANY),
        (c.All((A, c.Not(A))), {False, None}),
        (c.AnyOf((A, c.Not(A))), {True, None}),
        (within(SIZE, 0), {True, None}),
        (within(SIZE, 21), {False, None}),
        (within(SIZE, 20), ANY),
        (within(SIZE, 20, lower_strict=True), {False, None}),
        (within("base.libre", -1, -1), ANY),
        (within("base.argent", -5, -1), {False, None}),
        (within("base.part", None, 1_000_000), {True, None}),
        (c.All((within(SIZE, 4), within(SIZE, None, 4))), ANY),
        (c.All((within(SIZE, 4), within(SIZE, None, 4, upper_strict=True))), {False, None}),
        (c.All((within(SIZE, 4, lower_strict=True), within(SIZE, None, 5, upper_strict=True))), {False, None}),
        (within(SIZE, LIMIT), ANY),
        (c.All((within(SIZE, LIMIT), within(LIMIT, SIZE, lower_strict=True))), {False, None}),
        (c.All((within(SIZE, LIMIT), within(LIMIT, 21))), {False, None}),
        (within(SIZE, SIZE), {True, None}),
        (c.Within(SIZE, c.Bounds(c.ParameterValue("inconnu"))), {None}),
        (c.Within(SIZE, c.Bounds(c.ParameterValue("inconnu"), c.Literal(21))), {None}),
        (c.Within(SIZE, c.Bounds(c.ParameterValue("inconnu"), c.Literal(12))), {None, False}),
        (c.OneOf("base.couleur", ("rouge", "vert", "bleu")), {True, None}),
        (c.OneOf("base.couleur", ("rouge",)), ANY),
        (c.All((c.OneOf("base.couleur", ("rouge",)), c.OneOf("base.couleur", ("vert",)))), {False, None}),
        (c.Only("base.deux_couleurs", ("rouge",)), {False, None}),
        (c.Only("base.couleurs", ("rouge",)), ANY),
        (
            c.All((c.Includes("base.couleurs", "rouge"), c.Only("base.couleurs", ("vert", "bleu")))),
            {False, None},
        ),
        (c.All((c.Includes("base.couleurs", "rouge"), c.Includes("base.couleurs", "vert"))), ANY),
        (c.AtLeast(2, (A, c.Not(A), A)), ANY),
        (c.AtLeast(3, (A, c.Not(A), A)), {False, None}),
        (c.OpenReadings((c.Reading("x", "X", A), c.Reading("y", "Y", c.Not(A)))), {None}),
        (c.All((c.CriterionMet("les_deux"), c.Not(A))), {False, None}),
        (c.AnyOf((c.CriterionMet("si"), A)), {True, None}),
        (c.CriterionMet("toujours"), {True, None}),
        (c.All((c.GrantEntitled("aide"), c.Not(c.FactIsTrue("base.d")))), {False, None}),
        (c.All((c.GrantEntitled("aide"), c.Not(A))), {False, None}),
        (c.Every(GROUP, within("groupe.taille", 0)), {True, None}),
        (c.Every(GROUP, within("groupe.taille", 1)), ANY),
        (c.Some(GROUP, within("groupe.taille", None, -1)), {False, None}),
        (c.Count(GROUP, within("groupe.taille", 0), c.Bounds(c.Literal(0))), {True, None}),
        (c.Count(GROUP, within("groupe.taille", None, -1), c.Bounds(c.Literal(1))), {False, None}),
        (c.Count(GROUP, c.FactIsTrue("groupe.rural"), c.Bounds(c.Literal(3), c.Literal(3))), ANY),
        (c.Sum("groupe.taille", GROUP, c.Bounds(c.Literal(0))), {True, None}),
        (c.Sum("groupe.taille", GROUP, c.Bounds(c.Literal(5))), ANY),
        (c.AmountWithin(c.FactValue("base.argent"), c.Bounds(c.Literal(0))), {True}),
        (c.AmountWithin(c.FactValue("base.argent"), c.Bounds(c.Literal(1))), ANY),
    ],
)
def test_the_truths_that_a_condition_can_have(policy: Policy, node: c.Condition, truths: set[Truth]) -> None:
    assert Situations(policy).possible_truths(node, None) == truths


@pytest.mark.parametrize(
    ("node", "other"),
    [
        (c.All((A, B)), c.All((B, A))),
        (c.All((A, c.AnyOf((A, B)))), A),
        (c.Not(c.All((A, B))), c.AnyOf((c.Not(B), c.Not(A)))),
        (c.AtLeast(1, (A, B)), c.AnyOf((A, B))),
        (c.AtLeast(2, (A, B)), c.All((A, B))),
        (within(SIZE, 8, lower_strict=True), within(SIZE, 9)),
        (within(SIZE, 0, 12), within(SIZE, None, 12)),
        (within(SIZE, LIMIT), within(LIMIT, None, SIZE)),
        (c.Not(within(SIZE, LIMIT)), within(SIZE, None, LIMIT, upper_strict=True)),
        (c.Within(SIZE, c.Bounds(c.ParameterValue("seuil"))), within(SIZE, 8)),
        (
            c.Within("base.jour", c.Bounds(upper=c.Literal(date(2024, 10, 30)))),
            c.Within("base.jour", c.Bounds(upper=c.Literal(date(2024, 10, 31)), upper_strict=True)),
        ),
        (c.Only("base.couleurs", ("rouge", "vert")), c.Not(c.Includes("base.couleurs", "bleu"))),
        (c.CriterionMet("les_deux"), c.All((A, B))),
        (c.CriterionMet("si"), c.AnyOf((c.Not(A), B))),
        (c.GrantEntitled("aide"), c.All((A, B, C, c.FactIsTrue("base.d")))),
        (c.Every(GROUP, c.CriterionMet("rural")), c.Every(GROUP, c.FactIsTrue("groupe.rural"))),
        (
            c.Count(GROUP, within("groupe.taille", 8), c.Bounds(c.Literal(1))),
            c.Count(GROUP, within("groupe.taille", 7, lower_strict=True), c.Bounds(c.Literal(1))),
        ),
    ],
)
def test_two_ways_to_say_the_same(policy: Policy, node: c.Condition, other: c.Condition) -> None:
    assert Situations(policy).same_meaning(node, other, None) == Same()


@pytest.mark.parametrize(
    ("node", "other", "expected"),
    [
        (A, B, {"base.a", "base.b"}),
        (c.All((A, B)), c.AnyOf((A, B)), {"base.a", "base.b"}),
        # the same but where it is unknown: `not a or a` is then unknown, not true
        (c.All((B, c.AnyOf((A, c.Not(A))))), B, {"base.a", "base.b"}),
        (within(SIZE, 8), within(SIZE, 9), {SIZE}),
        (within(SIZE, 8), within(SIZE, 8, lower_strict=True), {SIZE}),
        (within(SIZE, 20, lower_strict=True), within(SIZE, 20), {SIZE}),
        (c.OneOf("base.couleur", ("rouge",)), c.OneOf("base.couleur", ("vert",)), {"base.couleur"}),
        (c.Only("base.couleurs", ()), c.Only("base.couleurs", ("vert",)), {"base.couleurs"}),
        (c.CriterionMet("les_deux"), A, {"base.a", "base.b"}),
        (c.Every(GROUP, c.FactIsTrue("groupe.rural")), A, {"base.a", GROUP}),
    ],
)
def test_two_conditions_that_differ_come_with_a_situation(
    policy: Policy, node: c.Condition, other: c.Condition, expected: set[str]
) -> None:
    verdict = Situations(policy).same_meaning(node, other, None)

    assert isinstance(verdict, Differs)
    assert set(verdict.situation) == expected
    assert verdict.one is not verdict.other


def test_a_situation_that_differs_evaluates_as_told(policy: Policy) -> None:
    node, other = c.All((c.CriterionMet("si"), within(SIZE, 8))), c.All((c.CriterionMet("si"), within(SIZE, 9)))

    verdict = Situations(policy).same_meaning(node, other, None)

    assert isinstance(verdict, Differs)
    program = Evaluator(policy).program
    d = program.layout.row(None, {k: v for k, v in verdict.situation.items() if v is not None})
    d[program.layout.cell("si").index] = compiled(c.AnyOf((c.Not(A), B)), program.names).run(d, d)
    assert compiled(node, program.names).run(d, d) is verdict.one
    assert compiled(other, program.names).run(d, d) is verdict.other


@pytest.mark.parametrize(
    ("node", "other"),
    [
        # the same, but not by what is known of lists
        (c.Every(GROUP, c.FactIsTrue("groupe.rural")), c.Not(c.Some(GROUP, c.Not(c.FactIsTrue("groupe.rural"))))),
        (
            c.AmountWithin(c.FactValue("base.argent"), c.Bounds(c.Literal(100))),
            c.AmountWithin(c.FactValue("base.argent"), c.Bounds(c.Literal(99), lower_strict=True)),
        ),
        (c.Sum("groupe.taille", GROUP, c.Bounds(c.Literal(5))), c.Sum("groupe.taille", GROUP, c.Bounds(c.Literal(6)))),
    ],
)
def test_what_is_not_proven_is_not_decided(policy: Policy, node: c.Condition, other: c.Condition) -> None:
    assert isinstance(Situations(policy).same_meaning(node, other, None), Undecided)


def test_twenty_booleans_are_no_trouble(policy: Policy) -> None:
    items = tuple(c.FactIsTrue(f"base.{name}") for name in "abcdefghijklmnopqrst")
    situations = Situations(policy)

    assert situations.same_meaning(c.All(items), c.All(items[::-1]), None) == Same()
    assert isinstance(situations.same_meaning(c.All(items), c.All(items[1:]), None), Differs)
    assert situations.possible_truths(c.AtLeast(10, items), None) == ANY


def test_beyond_the_limit_rules_may_be_anything(policy: Policy) -> None:
    tight = Situations(policy, limit=8)
    rule = c.CriterionMet("toujours")

    assert Situations(policy).possible_truths(rule, None) == {True, None}
    assert tight.possible_truths(rule, None) == ANY
    assert tight.same_meaning(rule, c.AnyOf((rule,)), None) == Same()
    assert isinstance(tight.same_meaning(rule, c.AnyOf((rule, C)), None), Undecided)


def test_beyond_any_limit_nothing_is_said(policy: Policy) -> None:
    nothing = Situations(policy, limit=0)

    assert nothing.possible_truths(within(SIZE, 0), None) == ANY
    assert isinstance(nothing.same_meaning(A, A, None), Undecided)
    assert nothing.situation(A, None, True) is None


def test_an_example_of_a_truth(policy: Policy) -> None:
    situations = Situations(policy)

    assert situations.situation(c.All((A, within(SIZE, 9))), None, True) == {"base.a": True, SIZE: 9}
    assert situations.situation(c.All((A, c.Not(A))), None, True) is None
    assert situations.situation(c.Every(GROUP, c.FactIsTrue("groupe.rural")), None, None) == {GROUP: None}


def test_of_an_incomplete_policy_no_grant_is_held(policy: Policy) -> None:
    incomplete = replace(policy, complete=False)

    assert Situations(incomplete).possible_truths(c.GrantEntitled("aide"), None) == {False, None}
    assert Situations(incomplete).possible_truths(c.GrantEntitled("bonus"), GROUP) == {False, None}


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(st.data())
def test_no_dossier_shows_a_truth_that_was_said_impossible(data: st.DataObject) -> None:
    policy = data.draw(policies())
    evaluation = Evaluator(policy).evaluate(data.draw(dossiers(policy)))
    situations = Situations(policy)
    nodes: list[tuple[str, c.Condition, str | None]] = [
        *((name, c.CriterionMet(name), rule.entity) for name, rule in policy.criteria.items()),
        *((name, c.DeadlineMet(name), rule.entity) for name, rule in policy.deadlines.items()),
        *((n, r.requires, r.entity) for n, r in policy.orientations.items() if r.requires is not None),
    ]
    for name, node, entity in nodes:
        possible = situations.possible_truths(node, entity)
        for _, truth in evaluation.truth(name):
            assert truth in possible, name
    for name, rule in policy.grants.items():
        possible = situations.possible_truths(c.GrantEntitled(name), rule.entity)
        cell = evaluation.program.layout.cell(name).beside(1)
        for row, _ in evaluation.rows(rule.entity):
            assert row[cell.index] in possible, name


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(st.data())
def test_what_is_called_the_same_evaluates_the_same(data: st.DataObject) -> None:
    """Rules against each other, and against themselves without a part: some are the same, by chance or by logic."""
    policy = data.draw(policies())
    evaluation = Evaluator(policy).evaluate(data.draw(dossiers(policy)))
    situations = Situations(policy)
    rules = [(name, rule.requires, rule.entity) for name, rule in policy.criteria.items()]
    for name, node, entity in rules:
        others = [other for _, other, scope in rules if scope == entity]
        if isinstance(node, c.All | c.AnyOf) and len(node.items) > 1:
            others += [replace(node, items=node.items[:n] + node.items[n + 1 :]) for n in range(len(node.items))]
        for other in others:
            verdict = situations.same_meaning(node, other, entity)
            if isinstance(verdict, Same):
                tests = [compiled(condition, evaluation.program.names).run for condition in (node, other)]
                for row, _ in evaluation.rows(entity):
                    assert tests[0](evaluation.d, row) is tests[1](evaluation.d, row), name
