"""The schema of policies: what it promises to editors, and the problems that its refusals become."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from clas_policy.model.fact import Type
from clas_policy.problem import Problem
from clas_policy.reading import forms, values
from clas_policy.reading.forms import Form, Kind
from clas_policy.reading.heads import expression_problems
from clas_policy.reading.nodes import Entry, Mapping, Node, Scalar, Sequence
from clas_policy.reading.report import Report
from clas_policy.reading.schema import SAID_ELSEWHERE, instance, shape_problems
from clas_policy.reading.yaml_nodes import parse
from clas_policy.resources import folder
from clas_policy.source import Span

SCHEMA: dict[str, Any] = json.loads((folder("schemas") / "policy.schema.json").read_text("utf-8"))
DATES = FormatChecker(formats=["date"])
HELP = Path(__file__).parents[2] / "engine" / "clas_policy" / "help" / "S.toml"
HEADER = """\
policy: departements/32/2024-2025
extends: national/2024-2025
version: 1
status: in_force
prefix: gers
"""


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


def subschemas(schema: Any, trail: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    if isinstance(schema, dict):
        yield trail, schema
        for key, value in schema.items():
            if key not in ("examples", "enum", "const", "defaultSnippets"):
                yield from subschemas(value, (*trail, key))
    elif isinstance(schema, list):
        for index, value in enumerate(schema):
            yield from subschemas(value, (*trail, str(index)))


def keys_of_objects() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every key that an author can write, with its schema."""
    for trail, schema in subschemas(SCHEMA):
        if schema.get("additionalProperties") is not None and "type" in schema:
            for key, described in schema.get("properties", {}).items():
                yield "/".join((*trail, key)), described


# What the schema promises


def test_the_schema_is_valid_draft_2020_12() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["$id"] == "urn:clas-policy:schema:policy:1"


def test_every_key_explains_itself_with_an_example() -> None:
    keys = dict(keys_of_objects())
    assert len(keys) > 120
    for where, schema in keys.items():
        for part in ("title", "description"):
            assert re.match(r"[A-ZÀÉÊ]", schema.get(part, "")), f"{where}: {part}"
        assert schema["description"].endswith("."), where
        assert schema.get("examples"), where


def test_every_example_is_valid_at_its_key() -> None:
    for where, schema in keys_of_objects():
        alone = {**schema, "$defs": SCHEMA["$defs"]}
        for example in schema["examples"]:
            errors = list(Draft202012Validator(alone, format_checker=DATES).iter_errors(example))
            assert not errors, f"{where}: {example}"


def test_every_mapping_is_closed() -> None:
    for trail, schema in subschemas(SCHEMA):
        if schema.get("type") == "object" and "if" not in trail:
            assert "additionalProperties" in schema, trail
            assert schema["additionalProperties"] is not True, trail


def test_alternatives_are_only_asked_in_conditions_so_that_no_error_lists_them_all() -> None:
    for trail, schema in subschemas(SCHEMA):
        assert "oneOf" not in schema, trail
        assert "anyOf" not in schema or "if" in trail, trail


def test_references_stay_in_the_file() -> None:
    for trail, schema in subschemas(SCHEMA):
        if isinstance(target := schema.get("$ref"), str):
            assert target.startswith("#/$defs/"), trail
            found: Any = SCHEMA
            for step in target.removeprefix("#/").split("/"):
                found = found[step]


def test_patterns_are_anchored_ascii_and_quick() -> None:
    hostile = ["a" * 5000 + "!", "a." * 2500 + "!", "0" * 5000, "a/" * 2500, " " * 5000 + "\n", "1.1" * 2000]
    patterns = {schema["pattern"] for _, schema in subschemas(SCHEMA) if isinstance(schema.get("pattern"), str)}
    assert len(patterns) > 12
    for pattern in patterns:
        assert pattern.startswith("^"), pattern
        assert pattern.endswith("$"), pattern
        assert r"\d" not in pattern, pattern
        assert r"\w" not in pattern, pattern
        for text in hostile:
            re.search(pattern, text)


# The schema and the tables of forms say the same


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


# Refusals become problems

MESSAGES = [
    ("criterai: {}", ["6:1 CLAS-S001 unknown key `criterai` | did you mean `criteria`?"]),
    (
        "criteria:\n  a:\n    lable: x\n    requires: y",
        ["8:5 CLAS-S001 unknown key `lable` | did you mean `label`?"],
    ),
    (
        "criteria:\n  a:\n    label: x\n    requir\u0435s: y",
        [
            (
                "9:5 CLAS-S001 unknown key `requir\u0435s` | "
                "the letter `\u0435` is not `e` but the cyrillic small letter ie: type it again"
            )
        ],
    ),
    (
        "documents:\n  note: {title: x, author: y}",
        ["7:20 CLAS-S001 unknown key `author` | known here: `url`, `published_on`, `publisher`"],
    ),
    (
        "grants:\n  a: {label: x, amount: 329 EUR}",
        ["7:3 CLAS-S002 `a` needs `funder` | add `funder: caf`"],
    ),
    ("published:\n  - {grant: ps}", ["7:5 CLAS-S002 `published` needs `at_most` | add `at_most: 2758.28 EUR`"]),
    ("criteria: [a]", ["6:11 CLAS-S003 `criteria` takes keys with their values, not a list"]),
    ("criteria: a", ["6:11 CLAS-S003 `criteria` takes keys with their values, one `key: value` a line"]),
    ("admissibility: a", ["6:16 CLAS-S003 `admissibility` takes a list | write `[a]`"]),
    ("set: {a: [1]}", ["6:10 CLAS-S003 `a` takes a single value, not a list"]),
    ("facts: {a.b: {type: {}, label: x}}", ["6:21 CLAS-S003 `type` takes a single value"]),
    (
        "facts: {a.b: {type: choices, of: {c: d}, label: x, min_items: un}}",
        ["6:63 CLAS-S003 `min_items` takes a whole number"],
    ),
    (
        'facts: {a.b: {type: choices, of: {c: d}, label: x, min_items: "1"}}',
        ["6:63 CLAS-S003 `min_items` takes a whole number | write `1` without quotes"],
    ),
    ("admissibility:", ["6:1 CLAS-S004 `admissibility` has no value | write `[]` if there is none, or remove the key"]),
    ("criteria:", ["6:1 CLAS-S004 `criteria` has no value | write `{}` if there is none, or remove the key"]),
    ("criteria:\n  a:", ["7:3 CLAS-S004 `a` has no value | write a value, or remove the key"]),
    ("title: ''", ["6:1 CLAS-S004 `title` has no value | write a value, or remove the key"]),
    ("facts: {a.b: {type: choice, of: {}, label: x}}", ["6:33 CLAS-S005 `of` is empty"]),
    (
        "facts: {effectif: {type: integer, label: x}}",
        ["6:9 CLAS-S006 `effectif` cannot be a name here | a fact has at least one dot, like `collectif.effectif`"],
    ),
    (
        "criteria: {É-a: {label: x, requires: y}}",
        ["6:12 CLAS-S006 `É-a` cannot be a name here | small letters without accents, digits and `_`: write `e_a`"],
    ),
    (
        "criteria: {\u0430: {label: x, requires: y}}",
        [
            (
                "6:12 CLAS-S006 `\u0430` cannot be a name here | "
                "the letter `\u0430` is not `a` but the cyrillic small letter a: type it again"
            )
        ],
    ),
    (
        "facts: {a.b: {type: choice, of: {on: x}, label: x}}",
        ["6:34 CLAS-S006 `on` cannot be a name here | write it like `elementaire`"],
    ),
    (
        "title: ' x'",
        [
            (
                "6:8 CLAS-S007 ` x` does not have the form of `title` | "
                "write it like `Note de cadrage Clas du Gers 2024-2025`"
            )
        ],
    ),
    (
        "facts: {a.b: {type: intger, label: x, min: 0}}",
        ["6:21 CLAS-S008 `intger` is not a value of `type` | did you mean `integer`?"],
    ),
    (
        "orientations: {a: {label: x, weight: fort}}",
        ["6:38 CLAS-S008 `fort` is not a value of `weight` | one of `mandatory`, `priority`, `advisory`"],
    ),
    ("criteria: {a: {label: x, requires: y, open_to: local}}", ["6:39 CLAS-S009 `open_to` goes with `readings` only"]),
    (
        "criteria: {a: {label: x, requires: y, readings: {b: {label: x, requires: y}}}}",
        ["6:26 CLAS-S009 `requires` does not go with `readings` | remove `requires`"],
    ),
    ("title: 2024", ['6:8 CLAS-S015 `title` takes a text, and without quotes `2024` is a number | write `"2024"`']),
    (
        "title: true",
        ['6:8 CLAS-S015 `title` takes a text, and without quotes `true` is a truth value | write `"true"`'],
    ),
    (
        "documents: {a: {title: x, published_on: 2025-02-30}}",
        ["6:41 CLAS-P138 `2025-02-30` does not exist | 2025-02 has 28 days"],
    ),
]


@pytest.mark.parametrize(("section", "expected"), MESSAGES, ids=[section for section, _ in MESSAGES])
def test_a_refusal_is_one_problem_at_its_place(section: str, expected: list[str]) -> None:
    assert [said(problem) for problem in shape_problems(layer(section))] == expected


EXPRESSIONS = [
    ("{fcat: a.b, from: 1}", ["9:16 CLAS-S010 nothing here says what the condition is | did you mean `fact`?"]),
    (
        "{}",
        [
            (
                "9:15 CLAS-S010 nothing here says what the condition is | it starts with one of `not`, `all`, `any`, "
                "`at_least`, `fact`, `amount`, `every`, `some`, `count`, `sum`"
            )
        ],
    ),
    ("{rate: a, of: b}", ["9:16 CLAS-S010 `rate` gives an amount, and a condition is due"]),
    ("{amount: {all: [a]}, to: b}", ["9:25 CLAS-S010 `all` is a condition, and an amount is due"]),
    (
        "{not: a, any: [b]}",
        ["9:16 CLAS-S011 `not`, `any` in one condition | each takes its own: in a list, one after each `-`"],
    ),
    (
        "{amount: {add: [a], total: b}, to: c}",
        ["9:25 CLAS-S011 `add`, `total` in one amount | each takes its own: in a list, one after each `-`"],
    ),
    ("{fact: a.b, form: 3}", ["9:27 CLAS-S001 unknown key `form` | did you mean `from`?"]),
    ("{not: a, b: c}", ["9:24 CLAS-S001 unknown key `b`"]),
    (
        "{fact: a.b, from: 3, is: x}",
        ["9:36 CLAS-S012 `from`, `is` do not go together | a fact is compared in one way; write two conditions"],
    ),
    (
        "{count: e, requires: a, from: 1, above: 2}",
        ["9:48 CLAS-S012 `from`, `above` are two bounds on the same side | keep one of them"],
    ),
    ("{sum: a.b}", ["9:16 CLAS-S013 `sum` is compared with nothing | add one of `from`, `above`, `to`, `below`"]),
    ("{fact: a.b, listed_in: t}", ["9:27 CLAS-S014 `listed_in` is not available yet"]),
    ("{at_least: 2}", ["9:16 CLAS-S002 `at_least` needs `of`"]),
    ("{at_least: deux, of: [a]}", ["9:26 CLAS-S003 `at_least` takes a whole number"]),
    ("{at_least: 0, of: [a]}", ["9:26 CLAS-S016 `0` is too small for `at_least` | at least 1"]),
    ("{any: b}", ["9:21 CLAS-S003 `any` takes a list | write `[b]`"]),
    ("{any: {not: b}}", ["9:21 CLAS-S003 `any` takes a list"]),
    ("{any: []}", ["9:21 CLAS-S005 the list of `any` is empty"]),
    ("[]", ["9:15 CLAS-S005 the list of `requires` is empty"]),
    ("", ["9:5 CLAS-S004 `requires` has no value"]),
    ("{not: ~}", ["9:16 CLAS-S004 `not` has no value"]),
    ("{fact: a.b, is: [x, y]}", ["9:31 CLAS-S003 `is` takes a single value | write `one_of:`"]),
    (
        "{fact: a.b, includes: [x]}",
        ["9:37 CLAS-S003 `includes` takes a single value | write one condition for each value, under `any:` or `all:`"],
    ),
    ("{fact: {not: a}, from: 1}", ["9:22 CLAS-S003 `fact` takes a single value"]),
    (
        "{amount: [a], to: b}",
        [
            (
                "9:24 CLAS-S003 `amount` takes one amount, not a list | write `add:` before the list, "
                "or `smallest_of:`, `largest_of:`"
            )
        ],
    ),
    (
        "{amount: {minus: [a]}, to: b}",
        ["9:32 CLAS-S003 `minus` takes two amounts: the first, and what is taken off it"],
    ),
    (
        "{amount: {first_match: [a, {when: b}, {when: c, then: d, sinon: e}], otherwise: c}, to: b}",
        [
            "9:39 CLAS-S003 each case of `first_match` has a `when` and a `then`",
            "9:42 CLAS-S002 each case needs `then`",
            "9:72 CLAS-S001 unknown key `sinon`",
        ],
    ),
    (
        "{any: [{all: []}, {not: {fact: a.b}}, {every: e, requires: {some: [f], requires: b}}]}",
        [
            "9:28 CLAS-S005 the list of `all` is empty",
            (
                "9:40 CLAS-S013 `fact` is compared with nothing | add one of `from`, `above`, `to`, `below`, `is`, "
                "`one_of`, `includes`, `only`, `on_or_after`, `after`, `on_or_before`, `before`; a fact that is true "
                "or false is written alone: `a.b`"
            ),
            "9:81 CLAS-S003 `some` takes a single value",
        ],
    ),
]


@pytest.mark.parametrize(("condition", "expected"), EXPRESSIONS, ids=[condition for condition, _ in EXPRESSIONS])
def test_a_wrong_expression_is_one_problem_for_each_cause(condition: str, expected: list[str]) -> None:
    root = layer(f"criteria:\n  a:\n    label: x\n    requires: {condition}")
    assert [said(problem) for problem in shape_problems(root)] == expected


def test_expressions_are_found_wherever_they_stand() -> None:
    sections = {
        "criteria": "criteria: {a: {label: x, requires: y, only_if: {}}}",
        "readings": "criteria: {a: {label: x, readings: {b: {label: x, requires: {}}}}}",
        "grants": "grants: {a: {label: x, funder: c, requires: {}, amount: {}, at_most: {}}}",
        "replace": "replace: {a: {label: x, funder: c, requires: {}, amount: {}, at_most: {}}}",
        "deadlines": "deadlines: {a: {label: x, last_day: b, extensions: [{last_day: c, when: {}}]}}",
        "orientations": "orientations: {a: {label: x, weight: advisory, requires: {}}}",
    }
    counts = {name: len(expression_problems(layer(section))) for name, section in sections.items()}
    assert counts == {"criteria": 1, "readings": 1, "grants": 3, "replace": 3, "deadlines": 1, "orientations": 1}


def test_two_mistakes_in_two_entries_are_both_reported() -> None:
    root = layer("criteria:\n  a: {label: x, requires: {any: []}}\n  b: {label: 1, requires: y}\n  c: {label: z}")
    assert [problem.code for problem in shape_problems(root)] == ["CLAS-S005", "CLAS-S015", "CLAS-S002"]


def test_the_second_place_of_two_keys_that_exclude_each_other_is_given() -> None:
    (problem,) = shape_problems(layer("deadlines:\n  a:\n    label: x\n    when_text: juin\n    last_day: 2024-06-30"))
    assert said(problem) == "10:5 CLAS-S009 `last_day` does not go with `when_text` | remove `last_day`"
    assert [(related.span.line, related.span.column) for related in problem.related] == [(9, 5)]


@pytest.mark.parametrize(
    "section",
    [
        "facts: {a.b: {type: LONG, label: x}}",
        "criteria: {a: {label: x, requires: {any: LONG}}}",
        "criteria: {a: {label: x, requires: {fact: LONG}}}",
        "criteria: {É_LONG: {label: x, requires: y}}",
        "title: ' LONG'",
    ],
)
def test_a_long_value_does_not_make_a_long_message(section: str) -> None:
    (problem,) = shape_problems(layer(section.replace("LONG", "x" * 900)))
    assert len(said(problem)) < 330


def test_the_end_of_a_pattern_is_the_end_of_the_text() -> None:
    assert [problem.code for problem in shape_problems(layer('funders: {"caf\\n": {label: x}}'))] == ["CLAS-S006"]


def test_a_missing_header_is_said_once_for_each_key() -> None:
    problems = shape_problems(read("title: Rien d'autre"))
    assert [str(problem.message) for problem in problems] == [
        "the file needs `policy`",
        "the file needs `status`",
        "the file needs `version`",
    ]
    assert {problem.span.line for problem in problems if problem.span} == {1}


# What a later reader says better is left to it, and still shown by editors

LEFT_TO_MEANING = [
    "set: {taux: 0.325}",
    "set: {taux: '12,50 €'}",
    "parameters: {a: {type: date, value: 2025-02-30, label: x}}",
    "parameters: {a: {type: money, value: 8487, label: x}}",
    "criteria: {a: {label: x, requires: Quatre-Axes}}",
    "criteria: {a: {label: x, requires: {fact: a.b, from: 12 enfants}}}",
    "grants: {a: {label: x, funder: c, amount: 329}}",
    "facts: {a.b: {type: boolean, min: 0, label: x}}",
    "facts: {a.b: {type: choice, label: x}}",
    "deadlines: {a: {label: x, fact: depot.date}}",
    "deadlines: {a: {label: x, last_day: 2024-10-30, before: 2024-10-31}}",
    "effective_from: demain",
    "source: La note, page 3",
]


@pytest.mark.parametrize("section", LEFT_TO_MEANING)
def test_what_the_semantic_reader_says_is_refused_in_editors_and_not_here(section: str) -> None:
    root = layer(section)
    assert shape_problems(root) == []
    assert not Draft202012Validator(SCHEMA, format_checker=DATES).is_valid(instance(root))


@pytest.mark.parametrize(
    "header",
    [
        "policy: national/referentiel-2019\nextends: national/x\nversion: 1\nstatus: in_force\n",
        "policy: national/referentiel-2019\nset: {a: 1}\nversion: 1\nstatus: in_force\n",
        "policy: national/2024-2025\nversion: 1\nstatus: in_force\n",
        "policy: national/2024-2025\nextends: national/x\nprefix: gers\nversion: 1\nstatus: in_force\n",
        "policy: departements/32/2024-2025\nextends: national/x\nversion: 1\nstatus: in_force\n",
        "policy: national/2024-2025\nextends: national/x\nversion: 2\nstatus: in_force\n",
    ],
)
def test_what_a_level_may_say_is_shown_by_editors(header: str) -> None:
    root = read(header)
    assert shape_problems(root) == []
    assert not Draft202012Validator(SCHEMA).is_valid(instance(root))


# Whatever is done to a document, the schema and the problems agree

EVERYTHING = """\
documents: {note-32: {title: Note, url: "https://www.exemple.fr", published_on: 2024-06-15, publisher: Caf}}
source: note-32, §2
checked_on: 2024-09-15
funders: {source: note-32, ville: {label: Ville}}
entities: {atelier: {list: ateliers, label: Atelier}}
facts:
  gers.zone: {type: choices, min_items: 1, of: {est: Est, ouest: Ouest}, label: Zone, question: Où, help: Ici}
  gers.nombre: {type: integer, min: 0, max: 9, label: Nombre, open_to: local}
parameters: {gers_prix: {type: money, value: 10 EUR, label: Prix, checked_on: 2024-09-15}}
criteria:
  gers_a:
    label: A
    for_each: atelier
    only_if: {not: a.b}
    requires:
      - {any: [a.b, {at_least: 1, of: [a.b]}]}
      - {all: [{fact: c.d, from: 1, below: 2}, {fact: c.d, is: x}, {fact: c.d, one_of: [x]}]}
      - {every: atelier, requires: {fact: c.d, includes: x}}
      - {count: atelier, requires: {fact: c.d, only: [x]}, from: 1}
      - {sum: atelier.n, above: 1}
      - {fact: c.d, on_or_after: 2024-01-01, before: fin}
      - {amount: {minus: [g, {total: g}]}, to: {if_granted: g}}
  gers_b: {label: B, open_to: local, readings: {une: {label: Une, requires: a.b}}}
grants:
  gers_c:
    label: C
    funder: ville
    requires: [gers_a]
    amount: {first_match: [{when: a.b, then: {add: [g, 1 EUR]}}], otherwise: {smallest_of: [g]}}
    at_most: {rate: 50 %, of: {largest_of: [g]}, counted_up_to: 9 EUR}
    round_to: 1 EUR
    accord: gers.accord
deadlines:
  gers_d: {label: D, fact: a.c, opens_on: 2024-06-01, last_day: 2024-10-30, late: next_year,
    extensions: [{last_day: 2024-11-30, when: a.b, label: Plus}]}
  gers_e: {label: E, when_text: en juin}
orientations: {gers_f: {label: F, weight: priority, requires: a.b}}
admissibility: [gers_a, {criterion: gers_b, otherwise: not_examined, source: note-32}]
set: {prix: 8487 EUR, taux: {value: 30 %, source: note-32, checked_on: 2024-01-01}}
choose: {lu: {reading: une, because: Oui}}
derive: {gers.rural: {by: gers/rural, reads: [gers.zone]}}
replace: {ps: {label: P, funder: caf, amount: 1 EUR}}
published: [{grant: ps, at_most: 9.50 EUR, rounded_to: 1 EUR}]
texts: {gers_t: {label: T, text: Texte}}
"""
NOWHERE = Span("x.yaml", 1, 1, 1, 1)
NULL, WORD, NUMBER = (Scalar(text, plain=True, span=NOWHERE) for text in ("", "mot", "3"))
OTHERS: tuple[Node, ...] = (
    NULL,
    WORD,
    NUMBER,
    Sequence((), NOWHERE),
    Mapping((), NOWHERE),
    Sequence((WORD,), NOWHERE),
    Mapping((Entry(WORD, WORD),), NOWHERE),
    Mapping((Entry(Scalar("not", plain=True, span=NOWHERE), WORD),), NOWHERE),
)


def structural(schema: Any) -> Any:
    """The schema without what it says for editors only: where the semantic reader speaks, any scalar will do."""
    if isinstance(schema, list):
        return [structural(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    left: tuple[str, ...] = ("examples",)
    if schema.get("$comment") == SAID_ELSEWHERE:
        if "type" not in schema:
            return {}
        left = ("examples", "pattern", "format")
        types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
        schema = {**schema, "type": [*{*types, "string", "number", "boolean"}]}
    return {key: structural(value) for key, value in schema.items() if key not in left}


STRUCTURE = Draft202012Validator(structural(copy.deepcopy(SCHEMA)), format_checker=DATES)


def agrees(root: Mapping) -> bool:
    """Whether the schema refuses the structure just when something is said of it."""
    return bool(shape_problems(root)) != STRUCTURE.is_valid(instance(root))


def mutants(node: Node) -> Iterator[Node]:
    """The node with one thing changed: an entry dropped or renamed, a value replaced by another kind."""
    match node:
        case Mapping(entries=entries):
            for index, entry in enumerate(entries):
                others = (entries[:index], entries[index + 1 :])
                yield Mapping((*others[0], *others[1]), node.span)
                renamed = Entry(Scalar(entry.key.text + "_x", plain=True, span=entry.key.span), entry.value)
                yield Mapping((*others[0], renamed, *others[1]), node.span)
                for changed in (*OTHERS, *mutants(entry.value)):
                    yield Mapping((*others[0], Entry(entry.key, changed), *others[1]), node.span)
        case Sequence(items=items):
            for index, item in enumerate(items):
                yield Sequence((*items[:index], *items[index + 1 :]), node.span)
                for changed in (*OTHERS, *mutants(item)):
                    yield Sequence((*items[:index], changed, *items[index + 1 :]), node.span)
        case Scalar():
            return


def test_the_document_that_holds_everything_is_well_formed() -> None:
    assert shape_problems(layer(EVERYTHING)) == []
    assert Draft202012Validator(SCHEMA, format_checker=DATES).is_valid(instance(layer(EVERYTHING)))


@pytest.mark.parametrize("section", [entry.key.text for entry in layer(EVERYTHING).entries])
def test_for_every_change_of_structure_the_schema_refuses_just_when_a_problem_is_said(section: str) -> None:
    whole = layer(EVERYTHING)
    header = tuple(entry for entry in whole.entries if entry.key.text in ("policy", "extends", "version", "status"))
    one = tuple(entry for entry in whole.entries if entry.key.text == section and entry not in header)
    count = 0
    for mutant in mutants(Mapping(one or header, whole.span)):
        assert isinstance(mutant, Mapping)
        changed = Mapping((*header, *mutant.entries), whole.span) if one else mutant
        assert agrees(changed), instance(changed)
        count += 1
    assert count > 5


WORDS = sorted(
    {*SCHEMA["properties"], *(key.rsplit("/", 1)[-1] for key, _ in keys_of_objects()), "a", "a.b", "listed_in", "é"}
)
SCALARS = st.builds(
    lambda text, plain: Scalar(text, plain=plain, span=NOWHERE),
    st.sampled_from(["", "a", "a.b", "8", "2.5", "true", "8487 EUR", "32.5 %", "2024-10-30", "money", "choice", "É"]),
    st.booleans(),
)
NODES: st.SearchStrategy[Node] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: Sequence(tuple(items), NOWHERE)),
        st.dictionaries(st.sampled_from(WORDS), inner, max_size=4).map(
            lambda found: Mapping(
                tuple(Entry(Scalar(key, plain=True, span=NOWHERE), value) for key, value in found.items()), NOWHERE
            )
        ),
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(SCHEMA["properties"])),
    NODES,
)
def test_for_any_content_of_a_section_the_schema_refuses_just_when_a_problem_is_said(section: str, node: Node) -> None:
    header = tuple(entry for entry in layer("").entries if entry.key.text != section)
    assert agrees(Mapping((*header, Entry(Scalar(section, plain=True, span=NOWHERE), node)), NOWHERE))


# Other schemas, and the forms of figures


def test_another_schema_is_worded_alike_and_may_refer_to_a_shipped_one_only(monkeypatch: pytest.MonkeyPatch) -> None:
    essai = {
        "$id": "urn:essai:1",
        "type": "object",
        "properties": {
            "format": {"const": "essai/1"},
            "oui": {"type": "boolean"},
            "nom": {"$ref": "urn:clas-policy:schema:policy:1#/$defs/name"},
            "ailleurs": {"$ref": "https://exemple.invalid/schema.json"},
        },
        "patternProperties": {"^x-[a-z]+$": {}},
        "additionalProperties": False,
    }
    monkeypatch.setattr("clas_policy.reading.schema._schemas", lambda: {"essai": essai, "policy": SCHEMA})
    root = read("format: essai/2\noui: yes\nnom: Ça\nx-a: 1\nNom: a\n")
    assert [said(problem) for problem in shape_problems(root, "essai")] == [
        "1:9 CLAS-S008 `essai/2` is not a value of `format` | did you mean `essai/1`?",
        "2:6 CLAS-S003 `oui` takes `true` or `false` | write `true`",
        "3:6 CLAS-S007 `Ça` does not have the form of `nom` | write it like `taille_collectif`",
        "5:1 CLAS-S001 unknown key `Nom` | known here: `ailleurs`",
    ]
    with pytest.raises(Exception, match=r"exemple\.invalid"):
        shape_problems(read("ailleurs: 1\n"), "essai")


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


# Around


def test_plain_numbers_and_truth_values_are_read_and_all_else_is_text() -> None:
    root = read(
        "a: 8\nb: -8\nc: 2.50\nd: true\ne: 'true'\nf: '8'\ng: 8487 EUR\nh: 2024-10-30\ni: [~, no, 010]\nj: {}\n"
    )
    assert json.dumps(instance(root), default=str) == (
        '{"a": 8, "b": -8, "c": "2.50", "d": true, "e": "true", "f": "8", "g": "8487 EUR", "h": "2024-10-30", '
        '"i": [null, "no", "010"], "j": {}}'
    )


@pytest.mark.parametrize("part", ["failing", "fixed"])
def test_the_pages_of_help_show_what_they_say(part: str) -> None:
    for code, page in tomllib.loads(HELP.read_text("utf-8")).items():
        codes = {problem.code for problem in shape_problems(layer(page[part]))}
        assert codes == ({code} if part == "failing" else set()), code


def test_every_code_of_shape_has_its_page_and_is_used() -> None:
    engine = HELP.parents[1]
    used = {code for file in engine.rglob("*.py") for code in re.findall(r"CLAS-S[0-9]+", file.read_text("utf-8"))}
    assert used == set(tomllib.loads(HELP.read_text("utf-8")))


def test_the_library_of_schemas_is_loaded_only_when_a_file_is_checked() -> None:
    code = "import sys, clas_policy.reading.schema; sys.exit('jsonschema' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
