"""What the schemas promise to editors."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.reading.schemas import DATES, SCHEMAS, keys, subschemas

BOTH = pytest.mark.parametrize("name", SCHEMAS)
KEYS = {"policy": 120, "policy-test": 25}
PATTERNS = {"policy": 12, "policy-test": 10}
"""More than so many, so that a test of all of them is one of some."""


@BOTH
def test_the_schema_is_valid_draft_2020_12(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])
    assert SCHEMAS[name]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMAS[name]["$id"] == f"urn:clas-policy:schema:{name}:1"


@BOTH
def test_every_key_explains_itself_with_an_example(name: str) -> None:
    found = keys(SCHEMAS[name])
    assert len(found) > KEYS[name]
    for where, schema in found.items():
        for part in ("title", "description"):
            assert re.match(r"[A-ZÀÉÊ]", schema.get(part, "")), f"{where}: {part}"
        assert schema["description"].endswith("."), where
        assert schema.get("examples"), where


@BOTH
def test_every_example_is_valid_at_its_key(name: str) -> None:
    for where, schema in keys(SCHEMAS[name]).items():
        alone = {**schema, "$defs": SCHEMAS[name]["$defs"]}
        for example in schema["examples"]:
            errors = list(Draft202012Validator(alone, format_checker=DATES).iter_errors(example))
            assert not errors, f"{where}: {example}"


@BOTH
def test_every_mapping_is_closed(name: str) -> None:
    for trail, schema in subschemas(SCHEMAS[name]):
        if schema.get("type") == "object" and "if" not in trail:
            assert "additionalProperties" in schema, trail
            assert schema["additionalProperties"] is not True, trail


@BOTH
def test_alternatives_are_only_asked_in_conditions_so_that_no_error_lists_them_all(name: str) -> None:
    for trail, schema in subschemas(SCHEMAS[name]):
        assert "oneOf" not in schema, trail
        assert "anyOf" not in schema or "if" in trail, trail


@BOTH
def test_references_stay_in_the_file(name: str) -> None:
    for trail, schema in subschemas(SCHEMAS[name]):
        if isinstance(target := schema.get("$ref"), str):
            assert target.startswith("#/$defs/"), trail
            found: Any = SCHEMAS[name]
            for step in target.removeprefix("#/").split("/"):
                found = found[step]


@BOTH
def test_patterns_are_anchored_ascii_and_quick(name: str) -> None:
    hostile = ["a" * 5000 + "!", "a." * 2500 + "!", "0" * 5000, "a/" * 2500, " " * 5000 + "\n", "1.1" * 2000]
    patterns = {schema["pattern"] for _, schema in subschemas(SCHEMAS[name]) if isinstance(schema.get("pattern"), str)}
    assert len(patterns) > PATTERNS[name]
    for pattern in patterns:
        assert pattern.startswith("^"), pattern
        assert pattern.endswith("$"), pattern
        assert r"\d" not in pattern, pattern
        assert r"\w" not in pattern, pattern
        for text in hostile:
            re.search(pattern, text)


def test_the_library_of_schemas_is_loaded_only_when_a_file_is_checked() -> None:
    code = "import sys, clas_policy.reading.schema; sys.exit('jsonschema' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
