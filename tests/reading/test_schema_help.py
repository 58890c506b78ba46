"""What the schemas say to editors besides their rules: the meaning of each value, sentences for patterns, models."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.reading.schemas import SCHEMAS, subschemas

BOTH = pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
NO_PLACE = ("if", "not", "propertyNames")
"""What only asks, and takes no value of its own."""


def filled(body: Any) -> Any:
    """A model as it stands once it is inserted: the placeholders with what they hold, lists with their first value."""
    if isinstance(body, dict):
        return {filled(key): filled(value) for key, value in body.items()}
    if isinstance(body, list):
        return [filled(item) for item in body]
    text = re.sub(r"\$\{\d+[:|]([^}|,]*)[^}]*\}", r"\1", str(body))
    return json.loads(text) if re.fullmatch(r"\d+|true|false", text) else text


@BOTH
def test_each_value_of_a_choice_says_what_it_means(schema: Any) -> None:
    found = [(trail, inner) for trail, inner in subschemas(schema, without=NO_PLACE) if "enum" in inner]
    assert len(found) >= 3
    for trail, inner in found:
        told = inner.get("enumDescriptions", ())
        assert len(told) == len(inner["enum"]), trail
        assert all(text.endswith(".") for text in told), trail


@BOTH
def test_each_pattern_has_a_sentence_in_its_place(schema: Any) -> None:
    found = [
        (trail, inner) for trail, inner in subschemas(schema, without=NO_PLACE) if isinstance(inner.get("pattern"), str)
    ]
    assert len(found) > 10
    for trail, inner in found:
        assert inner.get("patternErrorMessage", "").endswith("."), trail


@BOTH
def test_each_model_is_accepted_where_it_is_proposed(schema: Any) -> None:
    models = 0
    for trail, inner in subschemas(schema, without=NO_PLACE):
        alone = Draft202012Validator({**inner, "$defs": schema["$defs"]})
        for snippet in inner.get("defaultSnippets", ()):
            models += 1
            body = filled(snippet["body"])
            assert "$" not in json.dumps(body), trail
            if "$defs" in trail and "then" in trail and trail[-2] == "properties":
                head = trail[-1]
                alone = Draft202012Validator({"$ref": f"#/$defs/{trail[1]}", "$defs": schema["$defs"]})
                wrong = [e for e in alone.iter_errors({head: body}) if e.validator != "required"]
                wrong = [e for e in wrong if e.validator != "minProperties"]
            else:
                wrong = list(alone.iter_errors(body))
            assert wrong == [], (trail, body)
    assert models >= 8
