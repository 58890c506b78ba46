"""Each form of amount, exact and as a range, and what becomes of it when it is paid."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import floor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.explain.small import GROUP, evaluate, fact, grant, parameter, small_policy

from clas_policy.explain.ranges import exact, rounded
from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.decision import GrantResult
from clas_policy.model.fact import Type
from clas_policy.model.truth import Truth, conjunction

MONEY = Type.MONEY
ONE, TWO = c.FactValue("groupe.un"), c.FactValue("groupe.deux")
YES = c.FactIsTrue("groupe.oui")
FACTS = (
    fact("groupe.oui"),
    fact("groupe.accord"),
    fact("groupe.un", MONEY, maximum=10_000),
    fact("groupe.deux", MONEY),
    fact("groupe.dette", MONEY, minimum=-5_000),
    fact("groupe.taux", Type.RATE),
    fact("groupe.taux_borne", Type.RATE, minimum=100_000, maximum=500_000),
)
PARAMETERS = (
    parameter("taux", Type.RATE, 325_000),
    parameter("plafond", MONEY, 848_700),
    parameter("taux_a_confirmer", Type.RATE, None),
    parameter("montant_a_confirmer", MONEY, None),
)
UNBOUNDED = None


def paid(amount: a.Amount, known: dict[str, Any] | None = None, **more: Any) -> tuple[int, int | None]:
    """The low and high ends of a grant of this amount, in cents."""
    policy = small_policy(facts=FACTS, parameters=PARAMETERS, grants=[grant("aide", amount, GROUP, **more)])
    (result,) = evaluate(policy, {}, [known or {}]).grants
    return result.at_least, result.at_most


def test_a_value_an_unknown_fact_and_a_figure_to_confirm() -> None:
    assert paid(c.Literal(123)) == (123, 123)
    assert paid(c.ParameterValue("plafond")) == (848_700, 848_700)
    assert paid(ONE, {"groupe.un": 5}) == (5, 5)
    assert paid(ONE) == (0, 10_000)
    assert paid(TWO) == (0, UNBOUNDED)
    assert paid(c.ParameterValue("montant_a_confirmer")) == (0, UNBOUNDED)


def test_the_published_maximum_is_the_exact_product_rounded_once() -> None:
    share = a.Share(c.ParameterValue("taux"), TWO, c.ParameterValue("plafond"))
    assert paid(share, {"groupe.deux": 1_000_000}) == (275_828, 275_828)
    assert paid(share, {"groupe.deux": 600_000}) == (195_000, 195_000)
    assert paid(share) == (0, 275_828)


def test_a_rate_is_a_literal_a_figure_or_a_fact() -> None:
    assert paid(a.Share(c.Literal(500_000), c.Literal(301))) == (151, 151)
    assert paid(a.Share(c.FactValue("groupe.taux"), c.Literal(300)), {"groupe.taux": 500_000}) == (150, 150)
    assert paid(a.Share(c.FactValue("groupe.taux"), c.Literal(300))) == (0, UNBOUNDED)
    assert paid(a.Share(c.FactValue("groupe.taux_borne"), c.Literal(300))) == (30, 150)
    assert paid(a.Share(c.ParameterValue("taux_a_confirmer"), c.Literal(300))) == (0, 300)


def test_nothing_of_an_unbounded_amount_is_nothing() -> None:
    assert paid(a.Share(c.Literal(0), TWO)) == (0, 0)
    assert paid(a.Share(c.FactValue("groupe.taux"), TWO), {"groupe.taux": 0}) == (0, 0)
    assert paid(a.Share(c.FactValue("groupe.taux"), c.Literal(0))) == (0, 0)


def test_a_ceiling_counts_before_the_rate() -> None:
    assert paid(a.Share(c.Literal(500_000), ONE, c.Literal(1_000)), {"groupe.un": 4_000}) == (500, 500)
    assert paid(a.Share(c.Literal(500_000), ONE, TWO), {"groupe.deux": 100}) == (0, 50)


def test_rates_of_rates_stay_exact() -> None:
    third = c.Literal(333_333)
    nested = a.Share(third, a.Share(third, a.Share(third, c.Literal(10**14))))
    expected = floor(Fraction(333_333, 10**6) ** 3 * 10**14 + Fraction(1, 2))
    assert paid(nested) == (expected, expected)


def test_so_many_rates_that_no_float_could_hold_the_scale_still_add_up() -> None:
    deep: a.Amount = c.Literal(10_000)
    for _ in range(80):
        deep = a.Share(c.Literal(1_000_000), deep)
    assert paid(deep) == (10_000, 10_000)
    assert paid(a.Add((deep, TWO))) == (10_000, UNBOUNDED)
    assert paid(a.Smallest((deep, TWO))) == (0, 10_000)
    assert paid(a.Largest((deep, TWO))) == (10_000, UNBOUNDED)


def test_add_and_minus_cross_the_ends() -> None:
    assert paid(a.Add((ONE, c.Literal(7))), {"groupe.un": 5}) == (12, 12)
    assert paid(a.Add((ONE, c.Literal(7)))) == (7, 10_007)
    assert paid(a.Minus(c.Literal(12_000), ONE)) == (2_000, 12_000)
    assert paid(a.Minus(c.Literal(3_000), ONE)) == (0, 3_000)
    assert paid(a.Minus(TWO, ONE)) == (0, UNBOUNDED)
    assert paid(a.Minus(c.Literal(3_000), TWO)) == (0, 3_000)
    assert paid(a.Minus(c.Literal(0), c.FactValue("groupe.dette"))) == (0, 5_000)


def test_smallest_and_largest_are_taken_end_by_end() -> None:
    assert paid(a.Smallest((ONE, c.Literal(300)))) == (0, 300)
    assert paid(a.Largest((ONE, c.Literal(300)))) == (300, 10_000)
    assert paid(a.Smallest((ONE, TWO))) == (0, 10_000)
    assert paid(a.Largest((ONE, TWO))) == (0, UNBOUNDED)


@pytest.mark.parametrize(("when", "expected"), [(True, (100, 100)), (False, (300, 300)), (None, (100, 300))])
def test_the_first_match_is_the_hull_of_what_is_not_excluded(when: Truth, expected: tuple[int, int]) -> None:
    node = a.FirstMatch((a.Case(YES, c.Literal(100)),), c.Literal(300))
    assert paid(node, {"groupe.oui": when}) == expected


def test_cases_after_one_that_is_met_do_not_count() -> None:
    met = c.Not(c.All((YES, c.Not(YES), c.FactIsTrue("groupe.accord"))))  # false in it, so met
    cases = (a.Case(YES, c.Literal(100)), a.Case(met, c.Literal(200)), a.Case(YES, c.Literal(9_999)))
    node = a.FirstMatch(cases, c.Literal(9_999))
    assert paid(node, {"groupe.accord": False}) == (100, 200)


# -- rounding


@given(
    st.integers(-5_000_000, 60_000_000),
    st.none() | st.integers(-1_000_000, 60_000_000),
    st.sampled_from((1, 10, 100, 1_000)),
    st.sampled_from((0, 1)),
)
def test_a_payment_is_capped_then_not_negative_then_rounded_once(
    value: int, cap: int | None, step: int, power: int
) -> None:
    scale = 10 ** (6 * power)
    found = rounded(value, cap, step * scale, step)
    limit = None if cap is None else Fraction(cap, scale)
    exactly = Fraction(value, scale)
    exactly = max(exactly if limit is None else min(exactly, limit), Fraction(0))
    half_up = floor(exactly / step + Fraction(1, 2)) * step
    expected = half_up if limit is None or half_up <= limit else floor(exactly / step) * step
    assert found == expected
    assert found >= 0
    assert limit is None or found <= max(limit, Fraction(0))


@given(st.integers(0, 50_000), st.integers(0, 50_000), st.integers(0, 50_000), st.sampled_from((1, 10, 100)))
def test_rounding_never_turns_more_into_less(value: int, more: int, cap: int, step: int) -> None:
    def pay(amount: int, limit: int | None) -> float:
        return rounded(amount, limit, step * 10, step)

    assert pay(value, None) <= pay(value + more, None)
    assert pay(value, cap) <= pay(value + more, cap)
    assert pay(value, cap) <= pay(value, cap + more)


def test_half_a_cent_goes_up_and_half_a_euro_too() -> None:
    half = a.Share(c.Literal(500_000), ONE)
    assert paid(half, {"groupe.un": 1}) == (1, 1)
    assert paid(half, {"groupe.un": 100}, round_to=100) == (100, 100)
    assert paid(half, {"groupe.un": 99}, round_to=100) == (0, 0)


def test_a_rounding_that_would_pass_the_cap_goes_down() -> None:
    assert paid(c.Literal(1_060), at_most=c.Literal(1_070), round_to=100) == (1_000, 1_000)
    assert paid(c.Literal(1_060), at_most=c.Literal(1_100), round_to=100) == (1_100, 1_100)


def test_a_cap_below_zero_pays_nothing() -> None:
    assert paid(c.Literal(100), at_most=a.Minus(c.Literal(50), c.Literal(80))) == (0, 0)


def test_each_end_meets_the_matching_end_of_the_cap() -> None:
    cap = a.Minus(c.Literal(12_000), ONE)  # from 20 € to 120 €
    assert paid(c.Literal(5_000), at_most=cap) == (2_000, 5_000)
    assert paid(TWO, at_most=cap) == (0, 12_000)


@given(st.integers(-(10**20), 10**20), st.integers(0, 3))
def test_an_exact_amount_is_written_without_losing_a_digit(value: int, power: int) -> None:
    text = exact(value, power)
    assert Decimal(text).as_integer_ratio() == Fraction(value, 100 * 10 ** (6 * power)).as_integer_ratio()
    assert len(text.partition(".")[2]) == 2 or not text.endswith("0")


# -- grants in amounts


def settled(node: a.Amount, requires: Truth, accord: Truth, worth: int | None) -> tuple[GrantResult, GrantResult]:
    """A grant, and one that is worth what `node` says of it."""
    first = grant("premiere", ONE, GROUP, requires=YES, accord="groupe.accord")
    policy = small_policy(facts=FACTS, grants=[first, grant("seconde", node, GROUP)])
    known = {"groupe.oui": requires, "groupe.accord": accord, "groupe.un": worth}
    one, two = evaluate(policy, {}, [known]).grants
    return one, two


TRUTHS: tuple[Truth, ...] = (True, False, None)


@pytest.mark.parametrize(("requires", "accord"), list(product(TRUTHS, TRUTHS)))
@pytest.mark.parametrize("worth", [500, None])
def test_the_status_of_a_grant(requires: Truth, accord: Truth, worth: int | None) -> None:
    result, _ = settled(c.Literal(0), requires, accord, worth)
    entitled = conjunction((requires, accord is not False))
    if entitled is False:
        assert result[2:] == ("refused", 0, 0)
    elif entitled is None or worth is None:
        assert result[2:] == ("undetermined", *((500, 500) if worth else (0, 10_000)))
    else:
        assert result[2:] == ("due" if accord else "eligible", 500, 500)
    assert result.amount == (0 if entitled is False else worth)


@pytest.mark.parametrize(("requires", "accord"), list(product(TRUTHS, TRUTHS)))
@pytest.mark.parametrize("worth", [500, None])
def test_a_grant_in_an_amount_is_nothing_its_amount_or_up_to_it(
    requires: Truth, accord: Truth, worth: int | None
) -> None:
    first, second = settled(a.GrantAmount("premiere"), requires, accord, worth)
    most = 500 if worth else 10_000
    expected = {"refused": (0, 0), "due": (500, 500)}.get(first.status, (0, most))
    assert second[3:] == expected


@pytest.mark.parametrize(("requires", "accord"), list(product(TRUTHS, TRUTHS)))
@pytest.mark.parametrize("worth", [500, None])
def test_if_granted_looks_past_the_accord(requires: Truth, accord: Truth, worth: int | None) -> None:
    _, second = settled(a.IfGranted("premiere"), requires, accord, worth)
    entitled = conjunction((requires, accord is not False))
    low, high = (500, 500) if worth else (0, 10_000)
    assert second[3:] == {True: (low, high), False: (0, 0), None: (0, high)}[entitled]


def total(groups: Iterable[dict[str, Any]] | None, **more: Any) -> tuple[int, int | None]:
    each = grant("chacun", a.Share(c.Literal(325_000), TWO, c.Literal(848_700)), GROUP, requires=YES)
    policy = small_policy(facts=FACTS, grants=[each, grant("tous", a.Total("chacun", GROUP), **more)])
    result = evaluate(policy, {}, groups).grants[-1]
    return result.at_least, result.at_most


def test_a_total_adds_what_is_rounded_and_never_rounds_again() -> None:
    ceiling = {"groupe.oui": True, "groupe.deux": 900_000}
    assert total([ceiling, ceiling]) == (551_656, 551_656)


def test_a_total_over_no_list_is_unknown_and_over_an_empty_one_nothing() -> None:
    assert total(None) == (0, UNBOUNDED)
    assert total([]) == (0, 0)
    assert total([{"groupe.oui": False, "groupe.deux": 900_000}, {"groupe.oui": True}]) == (0, 275_828)


def test_what_the_others_leave_to_be_paid_is_a_cap() -> None:
    first = grant("premiere", a.Share(c.Literal(600_000), ONE), GROUP)
    cap = a.Minus(ONE, a.GrantAmount("premiere"))
    policy = small_policy(facts=FACTS, grants=[first, grant("seconde", c.Literal(5_000), GROUP, at_most=cap)])
    _, second = evaluate(policy, {}, [{"groupe.un": 10_000}]).grants
    assert second.amount == 4_000
