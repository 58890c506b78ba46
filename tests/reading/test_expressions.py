"""What each written form of a condition, an amount and a deadline comes to, from its text to the decision."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policy_texts import policy_of
from tests.reading.small_layers import ANNUAL, HEADS, LOCAL, REFERENTIEL

from clas_policy.explain import Evaluation, Evaluator
from clas_policy.model.dossier import Dossier, Member
from clas_policy.model.policy import Policy
from clas_policy.model.truth import Truth

HEAD = """\
source: doc
documents: {doc: {title: Un document}}
funders: {caisse: {label: La caisse}}
entities: {groupe: {list: groupes, label: Un groupe}}
facts:
  base.oui: {type: boolean, label: O}
  base.non: {type: boolean, label: N}
  base.inconnu: {type: boolean, label: I}
  base.nombre: {type: integer, label: N}
  base.taux: {type: rate, label: T}
  base.somme: {type: money, label: S}
  base.reste: {type: money, max: 5 EUR, label: R}
  base.jour: {type: date, label: J}
  base.choix: {type: choice, of: {a: A, b: B, c: C}, label: C}
  base.liste: {type: choices, of: {a: A, b: B, c: C}, label: L}
  groupe.oui: {type: boolean, label: G}
  groupe.nombre: {type: integer, label: G}
  groupe.somme: {type: money, label: G}
parameters:
  huit: {type: integer, value: 8, label: H}
  dix_euros: {type: money, value: 10 EUR, label: D}
  moitie: {type: rate, value: 50 %, label: M}
  rentree: {type: date, value: 2024-09-01, label: R}
"""
FACTS: dict[str, Any] = {
    "base.oui": True,
    "base.non": False,
    "base.nombre": 8,
    "base.taux": 250_000,
    "base.somme": 1001,
    "base.jour": date(2024, 9, 1),
    "base.choix": "a",
    "base.liste": frozenset({"a", "b"}),
}
GROUPS = (
    Member("g1", {"groupe.oui": True, "groupe.nombre": 3, "groupe.somme": 100}),
    Member("g2", {"groupe.oui": False, "groupe.nombre": 4, "groupe.somme": 250}),
    Member("g3", {"groupe.nombre": 5}),
)


def composed(rules: str, head: str = HEAD) -> Policy:
    """The policy of a department that adds nothing to a référentiel."""
    return policy_of({REFERENTIEL: HEADS[REFERENTIEL] + head + rules, ANNUAL: HEADS[ANNUAL], LOCAL: HEADS[LOCAL]})


def evaluated(rules: str, facts: dict[str, Any] | None = None, groups: tuple[Member, ...] = GROUPS) -> Evaluation:
    known = FACTS if facts is None else facts
    return Evaluator(composed(rules)).evaluate(Dossier("d", "2024-2025", "98", known, {"groupe": groups}))


def truth(condition: str) -> Truth:
    ((_, found),) = evaluated(f"criteria: {{c: {{label: C, requires: {condition}}}}}\n").truth("c")
    return found


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("base.oui", True),
        ("base.non", False),
        ("base.inconnu", None),
        ("{not: base.non}", True),
        ("{not: base.inconnu}", None),
        ("[base.oui, base.inconnu]", None),
        ("[base.inconnu, base.non]", False),
        ("{all: [base.oui, {not: base.non}]}", True),
        ("{any: [base.inconnu, base.oui]}", True),
        ("{any: [base.inconnu, base.non]}", None),
        ("{at_least: 2, of: [base.oui, base.inconnu, base.non]}", None),
        ("{at_least: 2, of: [base.oui, base.non, base.non]}", False),
        ("{at_least: 1, of: [base.inconnu, base.oui]}", True),
        ("{fact: base.nombre, from: 8}", True),
        ("{fact: base.nombre, above: 8}", False),
        ("{fact: base.nombre, to: huit}", True),
        ("{fact: base.nombre, below: huit}", False),
        ("{fact: base.nombre, above: 7, below: 9}", True),
        ("{fact: base.nombre, from: base.nombre}", True),
        ("{fact: base.taux, to: moitie}", True),
        ("{fact: base.taux, from: 25.0001 %}", False),
        ("{fact: base.somme, above: dix_euros}", True),
        ("{fact: base.somme, to: 10 EUR}", False),
        ("{fact: base.reste, to: 10 EUR}", None),
        ("{fact: base.jour, on_or_after: 2024-09-01}", True),
        ("{fact: base.jour, after: rentree}", False),
        ("{fact: base.jour, on_or_before: rentree}", True),
        ("{fact: base.jour, before: 2024-09-01}", False),
        ("{fact: base.choix, is: a}", True),
        ("{fact: base.choix, is: b}", False),
        ("{fact: base.choix, one_of: [b, a]}", True),
        ("{fact: base.choix, one_of: [b, c]}", False),
        ("{fact: base.liste, includes: b}", True),
        ("{fact: base.liste, includes: c}", False),
        ("{fact: base.liste, only: [c, b, a]}", True),
        ("{fact: base.liste, only: [a, c]}", False),
        ("{amount: base.somme, from: 10.01 EUR}", True),
        ("{amount: base.somme, above: 10.01 EUR}", False),
        ("{amount: 3 EUR, to: {minus: [base.somme, base.reste]}}", True),
        ("{amount: base.reste, below: 3 EUR}", None),
        ("{amount: base.reste, above: 5 EUR}", False),
        ("{every: groupe, requires: groupe.oui}", False),
        ("{every: groupe, requires: {fact: groupe.nombre, from: 3}}", True),
        ("{some: groupe, requires: groupe.oui}", True),
        ("{some: groupe, requires: {fact: groupe.somme, from: 3 EUR}}", None),
        ("{some: groupe, requires: {fact: groupe.nombre, above: 5}}", False),
        ("{count: groupe, requires: groupe.oui, from: 1}", True),
        ("{count: groupe, requires: groupe.oui, from: 2}", None),
        ("{count: groupe, requires: groupe.oui, above: 2}", False),
        ("{sum: groupe.nombre, from: 12, to: 12}", True),
        ("{sum: groupe.somme, from: 3.50 EUR}", True),
        ("{sum: groupe.somme, above: 3.50 EUR}", None),
        ("{sum: groupe.somme, below: 3.50 EUR}", False),
    ],
)
def test_each_condition_means_what_the_language_says(condition: str, expected: Truth) -> None:
    assert truth(condition) is expected


GRANTS = """\
grants:
  due: {label: D, funder: caisse, amount: 7 EUR}
  refusee: {label: R, funder: caisse, amount: 7 EUR, requires: base.non}
  attendue: {label: A, funder: caisse, amount: 7 EUR, accord: base.inconnu}
  de_groupe: {label: G, for_each: groupe, funder: caisse, amount: groupe.somme}
"""


@pytest.mark.parametrize(
    ("amount", "low", "high"),
    [
        ("3.05 EUR", 305, 305),
        ("dix_euros", 1000, 1000),
        ("base.somme", 1001, 1001),
        ("base.reste", 0, 500),
        ("{rate: 50 %, of: base.somme}", 501, 501),
        ("{rate: moitie, of: base.somme, counted_up_to: 9.99 EUR}", 500, 500),
        ("{rate: base.taux, of: dix_euros}", 250, 250),
        ("{add: [1 EUR, base.somme, base.reste]}", 1101, 1601),
        ("{minus: [base.somme, 10 EUR]}", 1, 1),
        ("{minus: [10 EUR, base.somme]}", 0, 0),
        ("{minus: [10 EUR, base.reste]}", 500, 1000),
        ("{smallest_of: [base.somme, 3 EUR, 4 EUR]}", 300, 300),
        ("{smallest_of: [base.reste, 3 EUR]}", 0, 300),
        ("{largest_of: [base.somme, 3 EUR]}", 1001, 1001),
        ("{largest_of: [base.reste, 3 EUR]}", 300, 500),
        ("{first_match: [{when: base.non, then: 1 EUR}, {when: base.oui, then: 2 EUR}], otherwise: 3 EUR}", 200, 200),
        ("{first_match: [{when: base.non, then: 1 EUR}], otherwise: 3 EUR}", 300, 300),
        (
            "{first_match: [{when: base.inconnu, then: 1 EUR}, {when: base.oui, then: 2 EUR}], otherwise: 3 EUR}",
            100,
            200,
        ),
        ("due", 700, 700),
        ("refusee", 0, 0),
        ("attendue", 0, 700),
        ("{if_granted: attendue}", 700, 700),
        ("{if_granted: refusee}", 0, 0),
        ("{total: de_groupe}", 350, None),
    ],
)
def test_each_amount_means_what_the_language_says(amount: str, low: int, high: int | None) -> None:
    found = evaluated(f"{GRANTS}  vue: {{label: V, funder: caisse, amount: {amount}}}\n")

    (result,) = (one for one in found.grants if one.grant.name == "vue")
    assert (result.at_least, result.at_most) == (low, high)
    assert result.status == ("due" if low == high else "undetermined")


@pytest.mark.parametrize(
    ("window", "day", "expected"),
    [
        ("last_day: 2024-10-30", date(2024, 10, 30), True),
        ("last_day: 2024-10-30", date(2024, 10, 31), False),
        ("before: 2024-10-30", date(2024, 10, 29), True),
        ("before: 2024-10-30", date(2024, 10, 30), False),
        ("last_day: 2024-10-30, opens_on: rentree", date(2024, 8, 31), False),
        ("last_day: 2024-10-30, opens_on: rentree", date(2024, 9, 1), True),
        ("last_day: 2024-10-30", None, None),
        ("last_day: 2024-10-30, extensions: [{last_day: 2024-11-15, when: base.oui}]", date(2024, 11, 15), True),
        ("last_day: 2024-10-30, extensions: [{last_day: 2024-11-15, when: base.oui}]", date(2024, 11, 16), False),
        ("last_day: 2024-10-30, extensions: [{last_day: 2024-11-15, when: base.non}]", date(2024, 11, 15), False),
        ("last_day: 2024-10-30, extensions: [{last_day: 2024-11-15, when: base.inconnu}]", date(2024, 11, 1), None),
        ("last_day: 2024-10-30, extensions: [{last_day: 2024-11-15, when: base.inconnu}]", date(2024, 10, 30), True),
    ],
)
def test_each_window_means_what_the_language_says(window: str, day: date | None, expected: Truth) -> None:
    facts = {**FACTS, **({"base.jour": day} if day else {})}
    if day is None:
        del facts["base.jour"]
    found = evaluated(f"deadlines: {{d: {{label: D, fact: base.jour, {window}}}}}\n", facts)

    assert dict(found.truth("d")) == {None: expected}
    assert found.outcome == {True: "admissible", False: "inadmissible", None: "incomplete"}[expected]


@pytest.mark.parametrize(
    ("item", "effect"),
    [("c", "inadmissible"), ("{criterion: c}", "inadmissible"), ("{criterion: c, otherwise: next_year}", "next_year")],
)
def test_what_is_listed_makes_a_dossier_inadmissible_and_refuses_every_grant(item: str, effect: str) -> None:
    policy = composed(f"{GRANTS}criteria: {{c: {{label: C, requires: base.non}}}}\nadmissibility: [{item}]\n")
    found = Evaluator(policy).evaluate(Dossier("d", "2024-2025", "98", FACTS, {"groupe": GROUPS}))

    assert found.outcome == "inadmissible"
    assert {result.status for result in found.grants} == {"refused"}
    assert [(one.name, one.is_deadline, one.otherwise.value) for one in policy.admissibility] == [("c", False, effect)]


def test_an_item_of_each_group_refuses_the_grants_of_that_group_alone() -> None:
    rules = f"{GRANTS}criteria: {{c: {{label: C, for_each: groupe, requires: groupe.oui}}}}\nadmissibility: [c]\n"
    found = evaluated(rules)

    assert found.outcome == "admissible"
    groups = {result.member.id: result.status for result in found.grants if result.member}
    assert groups == {"g1": "due", "g2": "refused", "g3": "undetermined"}


@pytest.mark.parametrize(("only_if", "expected"), [("base.non", True), ("base.oui", False), ("base.inconnu", None)])
def test_a_criterion_that_does_not_apply_is_met(only_if: str, expected: Truth) -> None:
    found = evaluated(f"criteria: {{c: {{label: C, only_if: {only_if}, requires: base.non}}}}\n")

    assert dict(found.truth("c")) == {None: expected}


STEPS = {"0.01 EUR": 1, "0.10 EUR": 10, "1 EUR": 100, "100 EUR": 10_000}
CENTS = st.integers(0, 300) | st.integers(0, 1_000_000) | st.integers(0, 10**12)


def to_pay(exact: Fraction, cap: int, step: int) -> int:
    """Capped, not below zero, half-up once, and down where that would pass the cap."""
    value = max(min(exact, Fraction(cap)), Fraction(0))
    whole = int(value / step + Fraction(1, 2)) * step
    return whole if whole <= cap else int(value / step) * step


@settings(max_examples=60, deadline=None)
@given(
    rate=st.integers(0, 1_000_000),
    step=st.sampled_from(sorted(STEPS)),
    first=st.tuples(CENTS, CENTS, CENTS),
    second=st.tuples(CENTS, CENTS, CENTS),
)
def test_a_grant_is_capped_then_rounded_once_and_its_ends_hold_what_it_may_be(
    rate: int, step: str, first: tuple[int, int, int], second: tuple[int, int, int]
) -> None:
    percent = f"{rate // 10_000}.{rate % 10_000:04d} %"
    head = HEAD.replace("max: 5 EUR, ", "").replace("facts:\n", "facts:\n  base.plafond: {type: money, label: P}\n")
    rules = f"""\
grants:
  aide:
    label: A
    funder: caisse
    amount: {{minus: [{{rate: {percent}, of: base.somme}}, base.reste]}}
    at_most: base.plafond
    round_to: {step}
"""
    evaluator = Evaluator(composed(rules, head))

    def paid(known: dict[str, int]) -> tuple[int, int | None]:
        (result,) = evaluator.evaluate(Dossier("d", "2024-2025", "98", known, {})).grants
        return result.at_least, result.at_most

    names = ("base.somme", "base.reste", "base.plafond")
    for somme, reste, plafond in (first, second):
        known = dict(zip(names, (somme, reste, plafond), strict=True))
        exact = to_pay(Fraction(rate, 1_000_000) * somme - reste, plafond, STEPS[step])
        assert paid(known) == (exact, exact)
        assert exact <= plafond
        for unknown in names:
            least, most = paid({name: value for name, value in known.items() if name != unknown})
            assert least <= exact
            assert most is None or exact <= most
