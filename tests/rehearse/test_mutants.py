"""The mutants of a policy: which slips are made, where, and that each is a policy that could be evaluated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.explain.small import GROUP, criterion, fact, grant, item, orientation, origin, parameter, small_policy
from tests.generation import dossiers, policies

from clas_policy.catalogue import Catalogue, Shelf, engine_shelf
from clas_policy.explain import Evaluator
from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.fact import Type
from clas_policy.model.policy import Deadline, Effect, Extension, Policy
from clas_policy.reading.deadlines import with_conditions
from clas_policy.rehearse.mutation import Mutant, mutants
from clas_policy.source import Span

ROOT = Path(__file__).parents[2]
GERS = ROOT / "plugins" / "clas-policy-gers" / "src" / "clas_policy_gers" / "policies"
A, B, C = c.FactIsTrue("base.a"), c.FactIsTrue("base.b"), c.FactIsTrue("base.c")
DAY = date(2024, 10, 30)


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


def test_the_slips_in_a_grant() -> None:
    policy = small_policy(
        facts=[fact("base.a"), fact("base.accord"), fact("base.argent", Type.MONEY)],
        grants=[
            grant("aide", c.FactValue("base.argent"), requires=A, at_most=literal(100), accord="base.accord"),
        ],
    )

    assert changes(policy) == [
        "requirement `base.a` dropped",
        "`at_most: 1 EUR` dropped",
        "`at_most 1 EUR` → `at_most 0.99 EUR`",
        "`at_most 1 EUR` → `at_most 1.01 EUR`",
        "`accord: base.accord` dropped",
    ]


def test_the_slips_in_an_orientation() -> None:
    policy = policy_of(A)
    both = orientation("avis", c.All((A, B)))

    assert changes(replace(policy, orientations={"avis": both}))[-3:] == [
        "requirement `base.a` dropped",
        "requirement `base.b` dropped",
        "`all` → `any`",
    ]
    assert changes(replace(policy, orientations={"avis": orientation("avis", None)})) == []
    (only,) = mutants(replace(policy, orientations={"avis": orientation("avis", A)}))
    assert only.policy.orientations["avis"].requires is None


def deadline(**days: Any) -> Deadline:
    later = Extension(literal(date(2024, 11, 15), 62), A, origin(61))
    made = Deadline("depot", "Le dépôt", None, "base.jour", origin(60), extensions=(later,), **days)
    return with_conditions(made)


def test_the_slips_in_a_deadline_change_what_is_evaluated() -> None:
    window = deadline(opens_on=literal(date(2024, 9, 1)), last_day=literal(DAY))
    policy = replace(policy_of(A), deadlines={"depot": window}, order=(("deadline", "depot"), ("criterion", "regle")))

    made = {str(mutant.change): mutant.policy.deadlines["depot"] for mutant in mutants(policy)}

    assert set(made) == {
        "`opens_on 2024-09-01` → `opens_on 2024-08-31`",
        "`opens_on 2024-09-01` → `opens_on 2024-09-02`",
        "`last_day 2024-10-30` → `last_day 2024-10-29`",
        "`last_day 2024-10-30` → `last_day 2024-10-31`",
        "`last_day 2024-10-30` → `before 2024-10-30`",
        "the extension to `2024-11-15` dropped",
        "`last_day 2024-11-15` → `last_day 2024-11-14`",
        "`last_day 2024-11-15` → `last_day 2024-11-16`",
    }
    assert len({repr(changed.condition) for changed in made.values()}) == len(made)
    assert len({repr(changed.opened) for changed in made.values()}) == 3
    strict = made["`last_day 2024-10-30` → `before 2024-10-30`"]
    assert (strict.last_day, strict.before) == (None, literal(DAY))
    assert strict == with_conditions(strict)


def test_a_window_does_not_close_before_it_opens_nor_is_an_extension_the_last_day() -> None:
    window = deadline(opens_on=literal(DAY), last_day=literal(DAY))
    late = replace(window.extensions[0], last_day=literal(date(2024, 10, 31), 62))
    window = with_conditions(replace(window, extensions=(late,)))
    policy = replace(policy_of(A), deadlines={"depot": window})

    assert changes(policy) == [
        "`opens_on 2024-10-30` → `opens_on 2024-10-29`",
        "the extension to `2024-10-31` dropped",
        "`last_day 2024-10-31` → `last_day 2024-11-01`",
    ]


def test_an_entry_of_the_calendar_is_left_alone() -> None:
    entry = Deadline("reunion", "La réunion", None, None, origin(60), last_day=literal(DAY))

    assert changes(replace(policy_of(A), deadlines={"reunion": entry})) == []


def test_the_slips_in_admissibility() -> None:
    window = deadline(last_day=literal(DAY))
    items = (item("regle"), item("depot", is_deadline=True))
    policy = replace(policy_of(A), deadlines={"depot": window}, admissibility=items)

    found = [mutant for mutant in mutants(policy, effects=True) if mutant.kind == "admissibility"]

    assert [str(mutant.change) for mutant in found] == [
        "`regle` is no condition of admissibility any more",
        "`otherwise: inadmissible` → `otherwise: not_examined`",
        "`otherwise: inadmissible` → `otherwise: next_year`",
        "`depot` is no condition of admissibility any more",
        "`late: inadmissible` → `late: not_examined`",
        "`late: inadmissible` → `late: next_year`",
    ]
    assert found[0].policy.admissibility == items[1:]
    assert found[4].policy.deadlines["depot"].late is Effect.NOT_EXAMINED
    assert found[4].policy.admissibility[1].otherwise is Effect.NOT_EXAMINED
    assert not any("otherwise" in change or "late" in change for change in changes(policy))


def test_a_figure_that_many_read_is_changed_once_where_it_is_written() -> None:
    reader = c.Within("base.taille", c.Bounds(c.ParameterValue("seuil")))
    policy = replace(
        policy_of(A),
        parameters={"seuil": parameter("seuil", Type.INTEGER, 8), "rien": parameter("rien", Type.INTEGER, None)},
        criteria={name: criterion(name, reader) for name in ("une", "autre")},
    )

    found = [mutant for mutant in mutants(policy) if mutant.kind == "parameter"]

    assert [str(mutant.change) for mutant in found] == ["`seuil: 8` → `seuil: 7`", "`seuil: 8` → `seuil: 9`"]
    assert [mutant.policy.parameters["seuil"].value for mutant in found] == [7, 9]
    assert {(mutant.item, mutant.layer, mutant.at.line) for mutant in found} == {("seuil", "essai/1", 3)}


def test_no_figure_becomes_one_that_cannot_be_written() -> None:
    between = c.Within("base.taille", c.Bounds(c.ParameterValue("bas"), c.ParameterValue("haut")))
    figures = {
        "bas": parameter("bas", Type.INTEGER, 8),
        "haut": replace(parameter("haut", Type.INTEGER, 8), value_origin=origin(9)),
        "zero": replace(parameter("zero", Type.MONEY, 0), value_origin=origin(10)),
        "tout": replace(parameter("tout", Type.RATE, 1_000_000), value_origin=origin(11)),
    }
    policy = replace(policy_of(between), parameters=figures)

    found = [str(mutant.change) for mutant in mutants(policy) if mutant.kind == "parameter"]

    assert found == [
        "`bas: 8` → `bas: 7`",
        "`haut: 8` → `haut: 9`",
        "`zero: 0 EUR` → `zero: 0.01 EUR`",
        "`tout: 100 %` → `tout: 99.9999 %`",
    ]


@pytest.fixture(scope="module")
def shipped() -> Policy:
    gers = Shelf(GERS, "clas-policy-gers", "gers", ("departements/32",))
    return Catalogue([gers, engine_shelf()]).compose("departements/32/2024-2025", date(2024, 11, 5))


def text_at(mutant: Mutant) -> str:
    """What stands in the file where a mutant says it is."""
    at = mutant.at
    shelf = ROOT / at.file if at.file.startswith("policies/") else GERS / at.file.removeprefix("gers/")
    line = shelf.read_text(encoding="utf-8").splitlines()[at.line - 1]
    return line[at.column - 1 : at.end_column - 1] if at.end_line == at.line else line[at.column - 1 :]


def test_the_mutants_of_the_shipped_policy_stand_where_their_text_does(shipped: Policy) -> None:
    found = list(mutants(shipped))

    assert {mutant.kind for mutant in found} == {
        "parameter",
        "criterion",
        "deadline",
        "admissibility",
        "grant",
        "orientation",
    }
    assert {mutant.layer for mutant in found} == {layer.id for layer in shipped.layers}
    assert len({(mutant.at, mutant.change) for mutant in found}) == len(found)
    for mutant in found:
        if mutant.kind == "parameter":
            assert str(mutant.change).startswith(f"`{mutant.item}: {text_at(mutant)}` → ")
        elif mutant.change.template == "requirement `{what}` dropped":
            what = str(mutant.change.values["what"])
            assert what.startswith("{") or text_at(mutant) == what
        assert mutant.policy != shipped


def test_every_requirement_of_the_shipped_grants_is_dropped_once(shipped: Policy) -> None:
    dropped = [str(mutant.change) for mutant in mutants(shipped) if mutant.kind == "grant" and mutant.item == "ps"]

    assert dropped[:5] == [
        f"requirement `{name}` dropped"
        for name in ("quatre_axes", "public", "hors_temps_scolaire", "charte", "taille_collectif")
    ]


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(st.data())
def test_every_mutant_evaluates_like_any_policy(data: st.DataObject) -> None:
    policy = data.draw(policies())
    dossier = data.draw(dossiers(policy))

    for mutant in mutants(policy, effects=True):
        assert mutant.policy != policy, mutant.change
        assert mutant.policy.order == policy.order
        evaluation = Evaluator(mutant.policy).evaluate(dossier)
        assert evaluation.outcome in ("admissible", "incomplete", "inadmissible")
        assert evaluation.totals is not None
