"""The schema of policies, the tables of forms and the reader of values say the same."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.reading.schemas import DATES, SCHEMAS, read

from clas_policy.model.fact import Type
from clas_policy.reading import forms, values
from clas_policy.reading.forms import Form, Kind
from clas_policy.reading.nodes import Scalar
from clas_policy.reading.report import Report
from clas_policy.reading.schema import instance

SCHEMA = SCHEMAS["policy"]


def _reference_of(schema: dict[str, Any]) -> str:
    return str(schema.get("$ref", "")).removeprefix("#/$defs/")


KINDS = {
    "condition": Kind.CONDITION,
    "conditions": Kind.CONDITIONS,
    "amount": Kind.AMOUNT,
    "amounts": Kind.AMOUNTS,
    "two_amounts": Kind.TWO_AMOUNTS,
    "cases": Kind.CASES,
    "references": Kind.SCALARS,
    "reference": Kind.SCALAR,
    "operand": Kind.SCALAR,
    "day_operand": Kind.SCALAR,
    "at_least": Kind.SCALAR,
}


def _branches(name: str) -> dict[str, list[dict[str, Any]]]:
    """The closed branches of a chain of heads, by head."""
    found: dict[str, list[dict[str, Any]]] = {}
    for rule in SCHEMA["$defs"][name]["allOf"]:
        if "required" in rule["if"]:
            (head,) = rule["if"]["required"]
            branch = SCHEMA["$defs"][_reference_of(rule["then"])]
            if "allOf" in branch and "properties" not in branch:
                found[head] = [
                    SCHEMA["$defs"][_reference_of(inner["then"])]
                    for inner in branch["allOf"]
                    if "$ref" in inner["then"]
                ]
            else:
                found[head] = [branch]
    return found


def _as_form(branches: list[dict[str, Any]]) -> tuple[dict[str, Kind], set[str]]:
    keys = {key: KINDS[_reference_of(s)] for branch in branches for key, s in branch["properties"].items()}
    required = set.intersection(*(set(branch["required"]) for branch in branches))
    return keys, required


@pytest.mark.parametrize(
    ("name", "table"),
    [("condition_form", forms.CONDITIONS), ("amount_form", forms.AMOUNTS)],
    ids=["condition", "amount"],
)
def test_heads_and_keys_are_the_same_in_the_schema_and_in_the_tables(name: str, table: dict[str, Form]) -> None:
    branches = _branches(name)
    assert list(branches) == list(table)
    for head, form in table.items():
        keys, required = _as_form(branches[head])
        assert keys == form.keys, head
        assert required == set(form.needs), head
    last = SCHEMA["$defs"][name]["allOf"][-1]
    assert last["if"]["not"] == {"anyOf": [{"required": [head]} for head in table]}
    assert last["then"]["propertyNames"]["enum"] == list(table) == list(last["then"]["properties"])


def test_each_comparison_of_a_fact_is_a_branch_of_the_schema() -> None:
    *branches, alone = SCHEMA["$defs"]["condition_fact"]["allOf"]
    families = [set(SCHEMA["$defs"][_reference_of(rule["then"])]["properties"]) - {"fact"} for rule in branches]
    assert sorted(families, key=sorted) == sorted((set(f.keys) for f in forms.COMPARISONS), key=sorted)
    assert set(alone["then"]["properties"]) == {"fact"}.union(*families)


def test_a_case_of_first_match_has_the_same_keys_in_both() -> None:
    keys, required = _as_form([SCHEMA["$defs"]["cases"]["items"]])
    assert keys == forms.CASE.keys
    assert required == set(forms.CASE.needs)


def test_expressions_stand_in_the_same_places_in_both() -> None:
    found: set[tuple[tuple[str, ...], Kind]] = set()

    def walk(schema: Any, trail: tuple[str, ...]) -> None:
        if not isinstance(schema, dict):
            return
        name = _reference_of(schema)
        if name in ("condition", "amount"):
            found.add((trail, KINDS[name]))
            return
        target = SCHEMA["$defs"][name] if name else schema
        for key, inner in target.get("properties", {}).items():
            walk(inner, (*trail, key))
        for key in ("items", "additionalProperties"):
            walk(target.get(key), (*trail, "*"))

    walk({key: value for key, value in SCHEMA.items() if key != "$defs"}, ())
    assert found == set(forms.PLACES)


@pytest.mark.parametrize(
    ("definition", "due"),
    [("whole", Type.INTEGER), ("money", Type.MONEY), ("rate", Type.RATE), ("day", Type.DATE)],
)
def test_editors_and_the_semantic_reader_accept_the_same_figures(definition: str, due: Type) -> None:
    alone = Draft202012Validator({**SCHEMA["$defs"][definition], "$defs": SCHEMA["$defs"]}, format_checker=DATES)
    texts = [
        "8",
        "08",
        "-8",
        "8.0",
        "8,0",
        "8487",
        "8487.5",
        "1_000",
        "'8'",
        "999999999999999",
        "1e3",
        "0x1F",
        "8487EUR",
        "8487€",
        "32.5%",
        "0.325",
        "2024-10-30",
        "2024-2-3",
        "20241030",
        "2025-02-30",
        "2024-10-30T10:00:00Z",
        "vrai",
        "true",
        "~",
    ]
    texts += ["8487 EUR", "2758.28 EUR", "2758.285 EUR", "2758,28 EUR", "08 EUR", "8487 €", "8 487 EUR", "1e3 EUR"]
    texts += ["32.5 %", "32,5 %", "0.0001 %", "0.00001 %", "100 %", "-3 %", "30/10/2024", "30 octobre 2024", "EUR"]
    for text in texts:
        node = read(f"a: {text}").get("a")
        assert isinstance(node, Scalar)
        report = Report()
        values.literal(node, due, report, signed=due is Type.INTEGER)
        assert alone.is_valid(instance(node)) == (not report.problems), text


def test_plain_numbers_and_truth_values_are_read_and_all_else_is_text() -> None:
    root = read(
        "a: 8\nb: -8\nc: 2.50\nd: true\ne: 'true'\nf: '8'\ng: 8487 EUR\nh: 2024-10-30\ni: [~, no, 010]\nj: {}\n"
    )
    assert json.dumps(instance(root), default=str) == (
        '{"a": 8, "b": -8, "c": "2.50", "d": true, "e": "true", "f": "8", "g": "8487 EUR", "h": "2024-10-30", '
        '"i": [null, "no", "010"], "j": {}}'
    )
