"""The problems that the refusals of the schema of policies become, and what it leaves to later readers."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.reading.schemas import DATES, SCHEMAS, layer, read, said

from clas_policy.reading.heads import expression_problems
from clas_policy.reading.schema import instance, shape_problems

SCHEMA = SCHEMAS["policy"]
HELP = Path(__file__).parents[2] / "engine" / "clas_policy" / "help" / "S.toml"

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


@pytest.mark.parametrize("part", ["failing", "fixed"])
def test_the_pages_of_help_show_what_they_say(part: str) -> None:
    for code, page in tomllib.loads(HELP.read_text("utf-8")).items():
        codes = {problem.code for problem in shape_problems(layer(page[part]))}
        assert codes == ({code} if part == "failing" else set()), code


def test_every_code_of_shape_has_its_page_and_is_used() -> None:
    engine = HELP.parents[1]
    used = {code for file in engine.rglob("*.py") for code in re.findall(r"CLAS-S[0-9]+", file.read_text("utf-8"))}
    assert used == set(tomllib.loads(HELP.read_text("utf-8")))
