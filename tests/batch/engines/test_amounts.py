"""Each form of amount alone, over values at which it turns, and over what is unknown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, TypeVar

import pytest
from tests.batch.engines.agreement import agree
from tests.batch.engines.engine import Engine
from tests.explain.small import GROUP, criterion, dossier, fact, grant, parameter, small_policy

from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.fact import Type, Value

MOST = 10**17 - 1
"""The cents of the largest amount that can be written."""
TRUTHS = (True, False, None)

T = TypeVar("T")


def members(**values: Sequence[Value | None]) -> list[dict[str, Value | None]]:
    """A member for each combination of these values of the group's facts."""
    names = [f"groupe.{name}" for name in values]
    return [dict(zip(names, some, strict=True)) for some in product(*values.values())]


def money(name: str, **more: Any) -> Any:
    return fact(f"groupe.{name}", Type.MONEY, **more)


LIBRE, BORNE, SIGNE = c.FactValue("groupe.libre"), c.FactValue("groupe.borne"), c.FactValue("groupe.signe")
FACTS = [money("libre"), money("borne", minimum=100, maximum=1_000), money("signe", minimum=-1_000, maximum=None)]
FREE = members(libre=(0, 1, 500, MOST, None), borne=(100, 1_000, None), signe=(-1_000, 0, 333, None))
PARAMETERS = [
    parameter("taux", Type.RATE, 325_000),
    parameter("plafond", Type.MONEY, 848_700),
    parameter("a_confirmer", Type.MONEY, None),
    parameter("taux_a_confirmer", Type.RATE, None),
]
THIRD = c.Literal(333_333)


def of(
    engine: Engine, amounts: Sequence[a.Amount], given: Sequence[dict[str, Value | None]] = FREE, **more: Any
) -> None:
    """Each amount as a grant of its own and of the dossier's members, some at a time."""
    facts = [*FACTS, *more.pop("facts", ())]
    for some in _some_at_a_time(amounts):
        grants = [grant(f"g{number}", amount, GROUP, **more) for number, amount in enumerate(some)]
        policy = small_policy(facts=facts, parameters=PARAMETERS, grants=grants, status="draft")
        agree(engine, policy, [dossier(groups=given), dossier(groups=()), dossier(groups=None)])


def _some_at_a_time(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Spark's planner takes long over very long queries."""
    for start in range(0, len(items), 25):
        yield items[start : start + 25]


def test_figures_and_facts(engine: Engine) -> None:
    of(engine, [c.Literal(32_900), c.ParameterValue("plafond"), c.ParameterValue("a_confirmer"), LIBRE, BORNE, SIGNE])


def test_sums_and_differences(engine: Engine) -> None:
    parts: list[a.Amount] = [LIBRE, BORNE, SIGNE, c.Literal(250), c.ParameterValue("a_confirmer")]
    pairs = list(product(parts, repeat=2))
    of(engine, [a.Add(pair) for pair in pairs] + [a.Add((LIBRE,)), a.Add((LIBRE, BORNE, SIGNE))])
    of(engine, [a.Minus(one, less) for one, less in pairs] + [a.Minus(LIBRE, a.Minus(BORNE, SIGNE))])


def test_the_smallest_and_the_largest(engine: Engine) -> None:
    """An unknown is no number that could win: each end is compared with its own kind."""
    parts: tuple[a.Amount, ...] = (
        LIBRE,
        BORNE,
        SIGNE,
        c.Literal(250),
        c.ParameterValue("a_confirmer"),
        a.Minus(BORNE, LIBRE),
    )
    tuples = [*product(parts, repeat=2), (LIBRE,), (LIBRE, BORNE, SIGNE), (SIGNE, c.Literal(0), BORNE)]
    of(engine, [a.Smallest(some) for some in tuples])
    of(engine, [a.Largest(some) for some in tuples])


def test_shares(engine: Engine) -> None:
    rates: list[c.Operand] = [c.ParameterValue("taux"), THIRD, c.Literal(0), c.Literal(1_000_000)]
    rates += [c.ParameterValue("taux_a_confirmer"), c.FactValue("groupe.taux"), c.FactValue("groupe.part")]
    ceilings: list[a.Amount] = [c.ParameterValue("plafond"), BORNE, SIGNE]
    bases: list[a.Amount] = [
        LIBRE,
        BORNE,
        SIGNE,
        c.Literal(1_001),
        a.Minus(BORNE, LIBRE),
        c.ParameterValue("a_confirmer"),
    ]
    amounts = [a.Share(rate, base) for rate, base in product(rates, bases)]
    amounts += [a.Share(rate, LIBRE, ceiling) for rate, ceiling in product(rates, ceilings)]
    amounts.append(a.Share(THIRD, a.Share(c.ParameterValue("taux"), LIBRE)))
    facts = [fact("groupe.taux", Type.RATE), fact("groupe.part", Type.RATE, maximum=500_000)]
    given = members(
        libre=(0, 1, 2, 848_699, 848_701, MOST, None),
        borne=(100, None),
        signe=(-1_000, 5, None),
        taux=(0, 1, 9_999_999, None),
        part=(0, 499_999, None),
    )
    of(engine, amounts, given, facts=facts)


def test_an_unknown_expense_is_not_paid_at_the_ceiling(engine: Engine) -> None:
    """DuckDB's own `least(2758.28, 0.325 * NULL)` is 2758.28."""
    share = a.Share(c.ParameterValue("taux"), LIBRE, c.ParameterValue("plafond"))
    capped = grant("plafonne", a.Share(c.ParameterValue("taux"), LIBRE), GROUP, at_most=c.Literal(275_828))
    policy = small_policy(facts=FACTS, parameters=PARAMETERS[:2], grants=[grant("ps", share, GROUP), capped])
    given = members(libre=(None, 0, 848_699, 848_700, 848_701, 333, 1))
    agree(engine, policy, [dossier(groups=given), dossier(groups=[{}])])


@pytest.mark.parametrize("cases", [1, 2, 3])
def test_the_first_match(engine: Engine, cases: int) -> None:
    """Every branch that is not excluded counts, up to the first that is met."""
    amounts: list[a.Amount] = [LIBRE, BORNE, c.Literal(777)]
    whens = [c.FactIsTrue(f"groupe.b{number}") for number in range(cases)]
    nodes: list[a.Amount] = []
    for turn in range(3):
        some = amounts[turn:] + amounts[:turn]
        branches = tuple(a.Case(when, some[number]) for number, when in enumerate(whens))
        nodes += [
            a.FirstMatch(branches, c.Literal(100)),
            a.FirstMatch(branches, SIGNE),
            a.FirstMatch(branches, a.Minus(c.Literal(5), LIBRE)),
        ]
    nodes.append(a.FirstMatch(tuple(a.Case(when, c.Literal(42)) for when in whens), c.Literal(42)))
    nodes.append(a.FirstMatch((a.Case(c.All(()), BORNE), a.Case(whens[0], LIBRE)), SIGNE))
    nodes.append(a.FirstMatch((a.Case(c.AnyOf(()), BORNE), a.Case(whens[0], LIBRE)), SIGNE))
    known = a.Case(c.Within("groupe.libre", c.Bounds(c.Literal(100))), c.Literal(50))
    nodes.append(a.FirstMatch((known,), c.Literal(20)))
    facts = [fact(f"groupe.b{number}") for number in range(cases)]
    given = members(
        libre=(500, None), borne=(100, None), signe=(-5, None), **{f"b{number}": TRUTHS for number in range(cases)}
    )
    of(engine, nodes, given, facts=facts)


@pytest.mark.parametrize("round_to", [1, 10, 100, 1_000])
def test_rounding_half_up_once_and_down_where_that_passes_the_cap(engine: Engine, round_to: int) -> None:
    half = a.Share(c.Literal(500_000), LIBRE)
    caps: list[a.Amount | None] = [
        None,
        BORNE,
        SIGNE,
        LIBRE,
        c.Literal(5),
        c.Literal(15),
        c.Literal(104),
        c.Literal(1_500),
    ]
    caps += [a.Share(THIRD, BORNE), a.Minus(BORNE, LIBRE), c.ParameterValue("a_confirmer")]
    policy = small_policy(
        facts=FACTS,
        parameters=PARAMETERS,
        grants=[
            grant(f"g{number}{letter}", amount, GROUP, at_most=cap, round_to=round_to)
            for number, cap in enumerate(caps)
            for letter, amount in (
                ("a", half),
                ("b", LIBRE),
                ("c", SIGNE),
                ("d", a.Share(THIRD, a.Add((LIBRE, BORNE)))),
            )
        ],
        status="draft",
    )
    given = members(
        libre=(0, 1, 4, 5, 9, 10, 11, 14, 15, 50, 99, 150, 995, 999, 1_000, 1_001, 9_995, 99_950, MOST, None),
        borne=(100, 105, 149, 150, 999, None),
        signe=(-7, 5, None),
    )
    agree(engine, policy, [dossier(groups=given)])


def test_grants_by_entitlement_and_accord(engine: Engine) -> None:
    """What a grant is worth to others: in an amount, if granted, and in a condition."""
    asked = c.FactIsTrue("groupe.demande")
    grants = []
    for name, amount in (("fixe", c.Literal(500)), ("libre", LIBRE), ("borne", BORNE)):
        for accord in (None, "groupe.accord"):
            one = f"{name}_{'accord' if accord else 'simple'}"
            grants.append(grant(one, amount, GROUP, requires=asked, accord=accord))
            grants.append(grant(f"{one}_vaut", a.GrantAmount(one), GROUP, funder="ville"))
            grants.append(grant(f"{one}_si", a.IfGranted(one), GROUP, funder="ville"))
            grants.append(
                grant(f"{one}_reste", a.Minus(c.Literal(900), a.GrantAmount(one)), GROUP, requires=c.GrantEntitled(one))
            )
            grants.append(grant(f"{one}_total", a.Total(one, GROUP)))
    rules = [
        criterion(f"c{number}", c.GrantEntitled(one.name), GROUP) for number, one in enumerate(grants) if one.entity
    ]
    policy = small_policy(facts=[*FACTS, fact("groupe.demande"), fact("groupe.accord")], criteria=rules, grants=grants)
    given = members(demande=TRUTHS, accord=TRUTHS, libre=(300, None), borne=(200, None))
    lists: list[list[dict[str, Value | None]] | None] = [None, [], given, *([one] for one in given), given[:5]]
    agree(engine, policy, [dossier(groups=some) for some in lists])


@pytest.mark.parametrize("strict", [False, True])
def test_amounts_are_compared_as_ranges(engine: Engine, strict: bool) -> None:
    amounts: list[a.Amount] = [
        LIBRE,
        BORNE,
        SIGNE,
        c.Literal(500),
        a.Minus(BORNE, LIBRE),
        c.ParameterValue("a_confirmer"),
        a.Share(THIRD, LIBRE),
    ]
    nodes: list[c.Condition] = []
    for one, other in product(amounts, repeat=2):
        nodes.append(c.AmountWithin(one, c.Bounds(other, lower_strict=strict)))
        nodes.append(c.AmountWithin(one, c.Bounds(upper=other, upper_strict=strict)))
        nodes.append(c.AmountWithin(one, c.Bounds(c.Literal(50), other, strict, not strict)))
    given = members(libre=(0, 500, 1_500, MOST, None), borne=(100, 500, 1_000, None), signe=(-1_000, 500, None))
    for some in _some_at_a_time(nodes):
        rules = [criterion(f"c{number}", node, GROUP) for number, node in enumerate(some)]
        policy = small_policy(facts=FACTS, parameters=PARAMETERS, criteria=rules, status="draft")
        agree(engine, policy, [dossier(groups=given)])


def test_totals_of_several_funders_and_entitlements(engine: Engine) -> None:
    """Without a bound because of a fact or of a list, unless it is refused whoever the members are."""
    un = c.FactIsTrue("a.un")
    policy = small_policy(
        facts=[fact("a.un"), fact("groupe.un"), fact("a.depenses", Type.MONEY), *FACTS],
        grants=[
            grant("du_dossier", c.FactValue("a.depenses"), requires=un, funder="ville"),
            grant("des_groupes", BORNE, GROUP, requires=c.All((un, c.FactIsTrue("groupe.un")))),
            grant("sans_borne", LIBRE, GROUP, requires=c.All((un, c.FactIsTrue("groupe.un"))), funder="ville"),
            grant("jamais", BORNE, GROUP, requires=c.AnyOf(()), funder="nobody"),
            grant("tous", a.Total("des_groupes", GROUP), requires=c.Every(GROUP, c.GrantEntitled("des_groupes"))),
            grant("a_chiffrer", c.ParameterValue("a_confirmer"), GROUP),
            grant("en_tout", a.Total("a_chiffrer", GROUP)),
        ],
        parameters=PARAMETERS,
        status="draft",
    )
    given = members(un=TRUTHS, libre=(300, None), borne=(200, None))
    lists: list[list[dict[str, Value | None]] | None] = [None, [], given, *([one] for one in given)]
    facts = [{"a.un": un_, "a.depenses": spent} for un_ in TRUTHS for spent in (1, MOST, None)]
    agree(engine, policy, [dossier(own, some) for own in facts for some in lists])


def test_amounts_that_name_each_other_twice_do_not_double(engine: Engine) -> None:
    """PostgreSQL would merge them into one expression of a million parts, and take all memory to plan it."""
    grants = [grant("g0", BORNE, GROUP, requires=c.FactIsTrue("groupe.un"))]
    for number in range(1, 15):
        before = a.GrantAmount(f"g{number - 1}")
        amount = a.Smallest((a.Add((before, a.IfGranted(f"g{number - 1}"))), a.Largest((before, c.Literal(90_000)))))
        grants.append(grant(f"g{number}", amount, GROUP))
    policy = small_policy(facts=[*FACTS, fact("groupe.un")], grants=grants)
    agree(engine, policy, [dossier(groups=members(borne=(100, 999, None), un=TRUTHS))])
