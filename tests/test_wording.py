"""What is written back of a policy is what its authors would write."""

from __future__ import annotations

import pytest
from tests.reading.test_expressions import GRANTS, composed

from clas_policy.model.fact import Type
from clas_policy.wording import Wording, value_text

CONDITIONS = (
    "base.oui",
    "{not: base.non}",
    "[base.oui, base.inconnu]",
    "{any: [base.inconnu, [base.oui, base.non]]}",
    "{at_least: 2, of: [base.oui, base.inconnu, base.non]}",
    "{fact: base.nombre, from: 7, below: huit}",
    "{fact: base.nombre, above: 7, to: 9}",
    "{fact: base.taux, to: 25.0001 %}",
    "{fact: base.somme, above: base.reste}",
    "{fact: base.jour, on_or_after: 2024-08-01, before: rentree}",
    "{fact: base.jour, after: 2024-08-01, on_or_before: rentree}",
    "{fact: base.choix, is: a}",
    "{fact: base.choix, one_of: [b, a]}",
    "{fact: base.liste, includes: b}",
    "{fact: base.liste, only: [c, b]}",
    "{amount: {minus: [base.somme, base.reste]}, from: 9.99 EUR, below: dix_euros}",
    "{every: groupe, requires: {fact: groupe.nombre, from: 3}}",
    "{some: groupe, requires: groupe.oui}",
    "{count: groupe, requires: groupe.oui, from: 1, to: huit}",
    "{sum: groupe.somme, above: 3.50 EUR}",
    "due",
)
AMOUNTS = (
    "3.05 EUR",
    "dix_euros",
    "base.somme",
    "due",
    "{rate: moitie, of: base.somme, counted_up_to: 9.99 EUR}",
    "{rate: 50 %, of: {add: [1 EUR, base.somme]}}",
    "{minus: [10 EUR, base.reste]}",
    "{smallest_of: [base.somme, {largest_of: [3 EUR, dix_euros]}]}",
    "{first_match: [{when: base.non, then: 1 EUR}, {when: base.oui, then: 2 EUR}], otherwise: 3 EUR}",
    "{if_granted: attendue}",
    "{total: de_groupe}",
)


@pytest.mark.parametrize("written", CONDITIONS)
def test_a_condition_comes_back_as_it_is_written(written: str) -> None:
    policy = composed(f"{GRANTS}criteria: {{c: {{label: C, requires: {written}}}}}\n")
    assert Wording(policy).condition(policy.criteria["c"].requires) == written


@pytest.mark.parametrize("written", AMOUNTS)
def test_an_amount_comes_back_as_it_is_written(written: str) -> None:
    policy = composed(f"{GRANTS}  vue: {{label: V, funder: caisse, amount: {written}}}\n")
    assert Wording(policy).amount(policy.grants["vue"].amount) == written


def test_the_values_of_parameters_stand_behind_their_names() -> None:
    policy = composed(
        "criteria: {c: {label: C, requires: {any: [{fact: base.nombre, from: huit},"
        " {amount: {rate: moitie, of: dix_euros}, to: base.somme}, {fact: base.jour, before: rentree}]}}}\n"
    )
    assert Wording(policy, values=True).condition(policy.criteria["c"].requires) == (
        "{any: [{fact: base.nombre, from: huit (8)},"
        " {amount: {rate: moitie (50 %), of: dix_euros (10 EUR)}, to: base.somme},"
        " {fact: base.jour, before: rentree (2024-09-01)}]}"
    )


def test_readings_that_are_left_open_are_their_names() -> None:
    readings = "{a: {label: A, requires: base.oui}, b: {label: B, requires: base.non}}"
    policy = composed(f"criteria: {{c: {{label: C, readings: {readings}}}}}\n")
    assert Wording(policy).condition(policy.criteria["c"].requires) == "{readings: [a, b]}"


def test_a_value_that_a_draft_lacks_is_to_confirm() -> None:
    assert value_text(None, Type.MONEY) == "to_confirm"
