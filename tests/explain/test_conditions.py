"""Each form of condition, over all that its parts can be."""

from collections.abc import Callable, Iterable
from datetime import date
from itertools import product
from typing import Any

import pytest
from tests.explain.small import GROUP, criterion, evaluate, fact, grant, parameter, small_policy

from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.fact import Type
from clas_policy.model.truth import Truth, at_least, conjunction, disjunction, negation

TRUTHS: tuple[Truth, ...] = (True, False, None)
BOOLEANS = ("a.un", "a.deux", "groupe.un", "groupe.deux")


def truth_of(
    node: c.Condition, values: dict[str, Any], facts: Iterable[Any] = (), parameters: Iterable[Any] = ()
) -> Truth:
    """What a criterion of a group that requires `node` is, for a dossier with one group."""
    declared = tuple(facts) or tuple(fact(name) for name in BOOLEANS)
    policy = small_policy(facts=declared, parameters=parameters, criteria=[criterion("tenu", node, GROUP)])
    own = {name: value for name, value in values.items() if name.startswith("groupe.")}
    others = {name: value for name, value in values.items() if name not in own}
    ((_, truth),) = evaluate(policy, others, [own]).truth("tenu")
    return truth


def is_true(name: str) -> c.Condition:
    return c.FactIsTrue(name)


def computed(name: str) -> c.Condition:
    """The same truth, but not a mere reading of a fact."""
    return c.Not(c.Not(c.FactIsTrue(name)))


@pytest.mark.parametrize("shape", [is_true, computed])
@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_all_any_and_at_least_are_kleenes(length: int, shape: Callable[[str], c.Condition]) -> None:
    names = BOOLEANS[-length:]
    for values in product(TRUTHS, repeat=length):
        items, known = tuple(shape(name) for name in names), dict(zip(names, values, strict=True))
        assert truth_of(c.All(items), known) is conjunction(values)
        assert truth_of(c.AnyOf(items), known) is disjunction(values)
        for count in range(1, length + 1):
            assert truth_of(c.AtLeast(count, items), known) is at_least(count, values)


def test_facts_and_computed_parts_mix_in_any_order() -> None:
    for values in product(TRUTHS, repeat=4):
        known = dict(zip(BOOLEANS, values, strict=True))
        items = (computed("a.un"), is_true("a.deux"), computed("groupe.un"), is_true("groupe.deux"))
        assert truth_of(c.All(items), known) is conjunction(values)
        assert truth_of(c.AnyOf(items), known) is disjunction(values)


@pytest.mark.parametrize("value", TRUTHS)
def test_not_leaves_the_unknown_unknown(value: Truth) -> None:
    assert truth_of(c.Not(is_true("a.un")), {"a.un": value}) is negation(value)


@pytest.mark.parametrize("values", list(product(TRUTHS, TRUTHS)))
def test_a_criterion_that_does_not_apply_is_met(values: tuple[Truth, Truth]) -> None:
    applies, requires = values
    rule = criterion("tenu", is_true("a.deux"), only_if=is_true("a.un"))
    policy = small_policy(facts=[fact("a.un"), fact("a.deux")], criteria=[rule])
    evaluation = evaluate(policy, {"a.un": applies, "a.deux": requires})
    assert [truth for _, truth in evaluation.truth("tenu")] == [disjunction((negation(applies), requires))]


@pytest.mark.parametrize("values", list(product(TRUTHS, TRUTHS, TRUTHS)))
def test_open_readings_say_what_all_of_them_say(values: tuple[Truth, ...]) -> None:
    names = BOOLEANS[:3]
    node = c.OpenReadings(tuple(c.Reading(f"r{number}", "Lecture", is_true(name)) for number, name in enumerate(names)))
    expected = values[0] if len(set(values)) == 1 else None
    assert truth_of(node, dict(zip(names, values, strict=True))) is expected


DAY = date(2024, 10, 30)
SIDES = {
    "from": lambda value, bound: value >= bound,
    "above": lambda value, bound: value > bound,
    "to": lambda value, bound: value <= bound,
    "below": lambda value, bound: value < bound,
}


def bounds(side: str, bound: Any) -> c.Bounds[Any]:
    strict = side in ("above", "below")
    return c.Bounds(bound, None, strict, False) if side in ("from", "above") else c.Bounds(None, bound, False, strict)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(
    ("kind", "numbers"), [(Type.INTEGER, (7, 8, 9)), (Type.DATE, (date(2024, 10, 29), DAY, date(2024, 10, 31)))]
)
def test_a_bound_is_a_value_a_figure_or_a_fact(side: str, kind: Type, numbers: tuple[Any, ...]) -> None:
    middle = numbers[1]
    facts = [fact("groupe.valeur", kind), fact("a.borne", kind)]
    figures = [parameter("connu", kind, middle), parameter("a_confirmer", kind, None)]
    for value in (*numbers, None):
        expected = None if value is None else SIDES[side](value, middle)
        known = {"groupe.valeur": value, "a.borne": middle}
        for bound in (c.Literal(middle), c.ParameterValue("connu"), c.FactValue("a.borne")):
            assert truth_of(c.Within("groupe.valeur", bounds(side, bound)), known, facts, figures) is expected
        for bound in (c.ParameterValue("a_confirmer"), c.FactValue("a.borne")):
            only_value = {"groupe.valeur": value}
            assert truth_of(c.Within("groupe.valeur", bounds(side, bound)), only_value, facts, figures) is None


@pytest.mark.parametrize("strict", list(product((False, True), repeat=2)))
def test_an_interval_is_the_conjunction_of_its_two_sides(strict: tuple[bool, bool]) -> None:
    facts = [fact("groupe.valeur", Type.INTEGER), fact("a.bas", Type.INTEGER), fact("a.haut", Type.INTEGER)]
    of_facts = c.Within("groupe.valeur", c.Bounds(c.FactValue("a.bas"), c.FactValue("a.haut"), *strict))
    for value, low, high in product((None, 4, 5, 8, 12, 13), (5, None), (12, None)):
        sides: list[Truth] = [
            None if None in (value, low) else value > low if strict[0] else value >= low,  # type: ignore[operator]
            None if None in (value, high) else value < high if strict[1] else value <= high,  # type: ignore[operator]
        ]
        known = {"groupe.valeur": value, "a.bas": low, "a.haut": high}
        assert truth_of(of_facts, known, facts) is conjunction(sides)
        if low is not None and high is not None:
            literal = c.Within("groupe.valeur", c.Bounds(c.Literal(low), c.Literal(high), *strict))
            assert truth_of(literal, known, facts) is conjunction(sides)


def test_thirteen_is_not_met_whatever_the_unknown_lower_bound() -> None:
    facts = [fact("groupe.valeur", Type.INTEGER), fact("a.bas", Type.INTEGER)]
    node = c.Within("groupe.valeur", c.Bounds(c.FactValue("a.bas"), c.Literal(12)))
    assert truth_of(node, {"groupe.valeur": 13}, facts) is False


def test_a_choice_is_one_of_the_values() -> None:
    facts = [fact("groupe.couleur", Type.CHOICE)]
    node = c.OneOf("groupe.couleur", ("rouge", "vert"))
    found = [truth_of(node, {"groupe.couleur": value}, facts) for value in ("rouge", "vert", "bleu", None)]
    assert found == [True, True, False, None]


def test_an_empty_set_of_choices_includes_nothing_and_has_nothing_else() -> None:
    facts = [fact("groupe.couleurs", Type.CHOICES)]
    sets: tuple[Any, ...] = (frozenset({"rouge"}), frozenset({"rouge", "bleu"}), frozenset({"bleu"}), frozenset(), None)
    includes = [truth_of(c.Includes("groupe.couleurs", "rouge"), {"groupe.couleurs": one}, facts) for one in sets]
    only = [truth_of(c.Only("groupe.couleurs", ("rouge", "vert")), {"groupe.couleurs": one}, facts) for one in sets]
    assert includes == [True, True, False, False, None]
    assert only == [True, False, False, True, None]


def aggregate(
    node: c.Condition,
    groups: list[dict[str, Any]] | None,
    facts: Iterable[Any] = (),
    known: dict[str, Any] | None = None,
) -> Truth:
    declared = (
        *facts,
        fact("groupe.oui"),
        fact("groupe.nombre", Type.INTEGER, minimum=0, maximum=10),
        fact("a.borne", Type.INTEGER),
    )
    policy = small_policy(facts=declared, criteria=[criterion("tenu", node)])
    ((_, truth),) = evaluate(policy, known or {}, groups).truth("tenu")
    return truth


def groups_of(values: Iterable[Any], name: str = "groupe.oui") -> list[dict[str, Any]]:
    return [{name: value} for value in values]


def between(lower: int | None, upper: int | None) -> c.Bounds[c.Operand]:
    low, high = (None if end is None else c.Literal(end) for end in (lower, upper))
    return c.Bounds(low, high)


def test_every_and_some_over_an_absent_an_empty_and_a_known_list() -> None:
    every, some = c.Every(GROUP, is_true("groupe.oui")), c.Some(GROUP, is_true("groupe.oui"))
    assert (aggregate(every, None), aggregate(some, None)) == (None, None)
    assert (aggregate(every, []), aggregate(some, [])) == (True, False)
    for values in product(TRUTHS, repeat=3):
        assert aggregate(every, groups_of(values)) is conjunction(values)
        assert aggregate(some, groups_of(values)) is disjunction(values)


def test_a_count_is_a_range_while_members_are_unknown() -> None:
    def count(lower: int | None, upper: int | None, values: Iterable[Truth] | None) -> Truth:
        node = c.Count(GROUP, is_true("groupe.oui"), between(lower, upper))
        return aggregate(node, None if values is None else groups_of(values))

    assert count(2, None, (True, True, None)) is True
    assert count(2, None, (True, False, None)) is None
    assert count(3, None, (True, False, None)) is False
    assert count(None, 1, (True, True, None)) is False
    assert count(None, 2, (True, None, False)) is True
    assert count(1, 2, (True, None)) is True
    assert count(2, 2, (True, None)) is None
    assert count(0, None, ()) is True
    assert count(1, None, ()) is False
    assert count(0, None, None) is None


def test_a_sum_counts_unknown_members_from_their_minimum_to_their_maximum() -> None:
    def total(lower: int | None, upper: int | None, values: Iterable[int | None] | None) -> Truth:
        node = c.Sum("groupe.nombre", GROUP, between(lower, upper))
        return aggregate(node, None if values is None else groups_of(values, "groupe.nombre"))

    assert total(5, None, (3, 2)) is True
    assert total(5, None, (3, None)) is None
    assert total(14, None, (3, None)) is False
    assert total(None, 13, (3, None)) is True
    assert total(None, 2, (3, None)) is False
    assert total(0, None, ()) is True
    assert total(0, None, None) is None


def test_a_sum_without_a_minimum_is_unbounded_below_unless_it_is_money() -> None:
    numbers = [fact("groupe.entier", Type.INTEGER), fact("groupe.argent", Type.MONEY)]
    entier = c.Sum("groupe.entier", GROUP, c.Bounds(c.Literal(0)))
    argent = c.Sum("groupe.argent", GROUP, c.Bounds(c.Literal(0)))
    assert aggregate(entier, [{}], numbers) is None
    assert aggregate(argent, [{}], numbers) is True
    assert aggregate(c.Sum("groupe.argent", GROUP, c.Bounds(None, c.Literal(10**15))), [{}], numbers) is None


def test_an_unknown_bound_leaves_a_count_unknown() -> None:
    node = c.Count(GROUP, is_true("groupe.oui"), c.Bounds(c.FactValue("a.borne"), c.Literal(1)))
    assert aggregate(node, groups_of((True,))) is None
    assert aggregate(node, groups_of((True, True))) is False
    assert aggregate(node, groups_of((True,)), known={"a.borne": 1}) is True


@pytest.mark.parametrize(
    ("side", "expected"),
    [
        ("from", (True, None, None, False)),
        ("above", (True, None, False, False)),
        ("to", (False, None, True, True)),
        ("below", (False, None, None, True)),
    ],
)
def test_amounts_are_compared_as_ranges(side: str, expected: tuple[Truth, ...]) -> None:
    # Between 1 € and 3 €, against 0.99 €, 2 €, 3 € and 3.01 €.
    facts = [fact("groupe.argent", Type.MONEY, minimum=100, maximum=300)]
    found = tuple(
        truth_of(c.AmountWithin(c.FactValue("groupe.argent"), bounds(side, c.Literal(cents))), {}, facts)
        for cents in (99, 200, 300, 301)
    )
    assert found == expected


def test_amounts_at_different_scales_are_compared_exactly() -> None:
    facts = [fact("groupe.argent", Type.MONEY)]
    third = a.Share(c.Literal(333_333), c.FactValue("groupe.argent"))
    for bound, expected in ((c.Literal(33), True), (c.Literal(34), False), (third, False)):
        node = c.AmountWithin(third, c.Bounds(bound, None, True))
        assert truth_of(node, {"groupe.argent": 100}, facts) is expected


@pytest.mark.parametrize(("accord", "requires"), list(product(TRUTHS, TRUTHS)))
def test_a_grant_in_a_condition_is_unknown_while_its_accord_is_open(accord: Truth, requires: Truth) -> None:
    paid = grant("aide", c.Literal(100), GROUP, requires=is_true("groupe.un"), accord="groupe.deux")
    rule = criterion("tenu", c.GrantEntitled("aide"), GROUP)
    policy = small_policy(facts=[fact(name) for name in BOOLEANS], criteria=[rule], grants=[paid])
    ((_, truth),) = evaluate(policy, {}, [{"groupe.un": requires, "groupe.deux": accord}]).truth("tenu")
    assert truth is conjunction((requires, accord))


def test_a_grant_in_a_condition_does_not_wait_for_its_amount() -> None:
    paid = grant("aide", c.FactValue("groupe.argent"), GROUP)
    rule = criterion("tenu", c.GrantEntitled("aide"), GROUP)
    policy = small_policy(facts=[fact("groupe.argent", Type.MONEY)], criteria=[rule], grants=[paid])
    evaluation = evaluate(policy, {}, [{}])
    assert [truth for _, truth in evaluation.truth("tenu")] == [True]
    assert evaluation.grants[0].status == "undetermined"
