"""The schemas of what authors write, and what is said of a text that they refuse."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any, Final

from jsonschema import FormatChecker

from clas_policy.problem import Problem
from clas_policy.reading.nodes import Mapping
from clas_policy.reading.yaml_nodes import parse
from clas_policy.resources import folder

SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    name: json.loads((folder("schemas") / f"{name}.schema.json").read_text("utf-8"))
    for name in ("policy", "policy-test")
}
DATES: Final = FormatChecker(formats=["date"])
HEADER: Final = """\
policy: departements/32/2024-2025
extends: national/2024-2025
version: 1
status: in_force
prefix: gers
"""
_VALUES: Final = ("examples", "enum", "const", "defaultSnippets")


def read(text: str) -> Mapping:
    root = parse(text.encode(), "x.yaml").root
    assert root is not None
    return root


def layer(section: str) -> Mapping:
    """A layer with one section, which starts on line 6."""
    return read(HEADER + section)


def said(problem: Problem) -> str:
    assert problem.span is not None
    place = f"{problem.span.line}:{problem.span.column}"
    return f"{place} {problem.code} {problem.message}" + (f" | {problem.hint}" if problem.hint else "")


def subschemas(
    schema: Any, trail: tuple[str, ...] = (), *, without: Collection[str] = ()
) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Every part of a schema with the keys that lead to it, but those `without` some of them."""
    if isinstance(schema, dict):
        yield trail, schema
        for key, value in schema.items():
            if key not in (*_VALUES, *without):
                yield from subschemas(value, (*trail, key), without=without)
    elif isinstance(schema, list):
        for index, value in enumerate(schema):
            yield from subschemas(value, (*trail, str(index)), without=without)


def keys(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every key that an author can write, with its schema."""
    return {
        "/".join((*trail, key)): described
        for trail, part in subschemas(schema)
        if part.get("additionalProperties") is not None and "type" in part
        for key, described in part.get("properties", {}).items()
    }
