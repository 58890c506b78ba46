"""The values that a plugin may derive for each type of fact, and what happens to any other."""

from collections.abc import Callable
from datetime import date

import pytest
from tests.plugins.deriving import Case


@pytest.mark.parametrize(
    ("type_", "value", "typed"),
    [
        ("type: boolean", "True", True),
        ("type: integer", "-3", -3),
        ("type: money", "12345", 12345),
        ("type: rate", "325000", 325000),
        ("type: date", "__import__('datetime').date(2024, 1, 2)", date(2024, 1, 2)),
        ("type: choice\n    of: {oui: Oui, non: Non}", "'oui'", "oui"),
        ("type: choices\n    of: {oui: Oui, non: Non}", "frozenset(['oui'])", frozenset({"oui"})),
        ("type: choices\n    of: {oui: Oui, non: Non}", "frozenset()", frozenset()),
        ("type: text", "'là-bas'", "là-bas"),
    ],
)
def test_each_type_has_its_own_form(case: Callable[..., Case], type_: str, value: str, typed: object) -> None:
    dossier, problems = case(f"return {value}", type_=type_).derive()

    assert problems == ()
    assert dossier.facts["essai.derive"] == typed
    assert type(dossier.facts["essai.derive"]) is type(typed)


CHOICES = "type: choices\n    min_items: 1\n    of: {oui: Oui, non: Non}"
CHOICE = "type: choice\n    of: {oui: Oui, non: Non}"


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("type: boolean", "1"),
        ("type: boolean", "'true'"),
        ("type: boolean", "float('nan')"),
        ("type: boolean", "[]"),
        ("type: boolean", "NotImplemented"),
        ("type: integer\n    min: 0", "-1"),
        ("type: integer\n    max: 10", "11"),
        ("type: integer", "True"),
        ("type: integer", "3.0"),
        ("type: integer", "10 ** 30"),
        ("type: integer", "type('Odd', (int,), {})(3)"),
        ("type: money", "-1"),
        ("type: money", "12.5"),
        ("type: money", "__import__('decimal').Decimal('12.50')"),
        ("type: money", "float('inf')"),
        ("type: rate", "1000001"),
        ("type: date", "__import__('datetime').datetime(2024, 1, 2)"),
        ("type: date", "'2024-01-02'"),
        (CHOICE, "'peut-être'"),
        (CHOICE, "{}"),
        (CHOICES, "frozenset()"),
        (CHOICES, "frozenset(['oui', 'autre'])"),
        (CHOICES, "frozenset([1])"),
        (CHOICES, "['oui']"),
        (CHOICES, "'oui'"),
        (CHOICES, "range(10 ** 6)"),
        ("type: text", "''"),
        ("type: text", "'a\\x00b'"),
        ("type: text", "b'text'"),
        ("type: text", "(c for c in 'text')"),
    ],
)
def test_a_value_of_another_form_leaves_the_fact_unknown_and_is_named(
    case: Callable[..., Case], type_: str, value: str
) -> None:
    dossier, problems = case(f"return {value}", type_=type_).derive()

    assert "essai.derive" not in dossier.facts
    (problem,) = problems
    assert problem.code == "CLAS-X310"
    assert problem.severity == "error"
    for name in ("caf-12 1.0", "caf/pour_dossier", "essai.derive", "12-2024-0001"):
        assert name in str(problem.message)
