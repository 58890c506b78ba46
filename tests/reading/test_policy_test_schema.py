"""The schema of test files: the vocabulary that it takes, and the problems that its refusals become."""

from __future__ import annotations

import pytest
from tests.reading.schemas import said

from clas_policy.reading.nodes import Mapping
from clas_policy.reading.schema import shape_problems
from clas_policy.reading.yaml_nodes import parse

WHOLE = """\
# yaml-language-server: $schema=../../schemas/policy-test.schema.json
tests: departements/32/2024-2025
as_of: 2024-11-01
source: note-32
figures:
  taux_ps: 32.5 %
  prix_plafond: 8487 EUR
  effectif_min: 8
  ouverture: 2024-06-25
dossier:
  depot.date: 2024-10-30
  depot.plateforme: elan
  partenariat.autres_dispositifs: []
  collectif:
    nord: {collectif.effectif: 10, collectif.rural: false, collectif.niveaux: [elementaire]}
    "2": {}
cases:
  Sept enfants en ville ne font pas un collectif:
    source: note-32, §3
    as_of: 2024-12-01
    todo: attendre la réponse du comité
    change: {depot.date: unknown, collectif: {nord: {collectif.effectif: 7}}}
    add: {collectif: {sud: {collectif.effectif: 9}}}
    remove: {collectif: [nord]}
    expect:
      outcome: admissible
      criteria: {quatre_axes: met, taille_collectif: {nord: not_met}}
      deadlines: {gers_depot: met}
      orientations: {gers_reaap: unknown, deux_intervenants: {nord: met}}
      grants:
        ps: {nord: refused}
        socle: {due: 2758.28 EUR}
        bonus_enfants: {nord: {eligible: 329 EUR}, sud: undetermined}
        bonus_parents: undetermined
        reliquat: {undetermined: {from: 0 EUR, to: 329 EUR}}
        solde: {nord: {undetermined: 329 EUR}, sud: {undetermined: {from: 0 EUR, to: unknown}}}
      totals: {due: 0 EUR, eligible: 0 EUR, undetermined_at_most: 0 EUR}
      missing: [collectif.rural]
      warnings: [CLAS-W402]
  Sans liste:
    change: {collectif: unknown}
    expect: {missing: [], warnings: [], totals: {undetermined_at_most: unknown}}
  Sans membre:
    change: {collectif: []}
    expect: {outcome: incomplete}
"""


def read(text: str) -> Mapping:
    parsed = parse(text.encode(), "x.test.yaml")
    assert not parsed.problems
    assert parsed.root is not None
    return parsed.root


def test_the_whole_vocabulary_is_accepted() -> None:
    assert shape_problems(read(WHOLE), "policy-test") == []


def test_the_base_dossier_may_be_a_file_beside() -> None:
    text = "tests: a/2024\ndossier: dossier.json\ncases:\n  A: {expect: {outcome: admissible}}\n"
    assert shape_problems(read(text), "policy-test") == []


@pytest.mark.parametrize(
    ("expectation", "problems"),
    [
        (
            "{outcome: admisible}",
            ["4:23 CLAS-S008 `admisible` is not a value of `outcome` | did you mean `admissible`?"],
        ),
        ("{outcom: admissible}", ["4:14 CLAS-S001 unknown key `outcom` | did you mean `outcome`?"]),
        ("{}", ["4:13 CLAS-S005 `expect` is empty"]),
        ("", ["4:5 CLAS-S004 `expect` has no value | write a value, or remove the key"]),
        (
            "{criteria: {a: maybe}}",
            ["4:28 CLAS-S008 `maybe` is not a value of `a` | one of `met`, `not_met`, `unknown`"],
        ),
        (
            "{criteria: {a: {nord: true}}}",
            ["4:35 CLAS-S008 `true` is not a value of `nord` | one of `met`, `not_met`, `unknown`"],
        ),
        (
            "{criteria: {Ps: met}}",
            ["4:25 CLAS-S006 `Ps` cannot be a name here | small letters without accents, digits and `_`: write `ps`"],
        ),
        ("{grants: {ps: due}}", ["4:27 CLAS-S008 `due` is not a value of `ps` | one of `refused`, `undetermined`"]),
        (
            "{grants: {ps: {due: 1 EUR, eligible: 2 EUR}}}",
            ["4:40 CLAS-S009 `due`, `eligible` do not go together | keep one of them"],
        ),
        (
            "{grants: {ps: {nord: {deu: 1 EUR}}}}",
            ["4:35 CLAS-S001 unknown key `deu` | known here: `due`, `eligible`, `undetermined`"],
        ),
        (
            "{grants: {ps: {undetermined: {frm: 0 EUR}}}}",
            ["4:43 CLAS-S001 unknown key `frm` | did you mean `from`?"],
        ),
        ("{totals: {due: [1]}}", ["4:28 CLAS-S003 `due` takes a single value, not a list"]),
        ("{missing: collectif.rural}", ["4:23 CLAS-S003 `missing` takes a list | write `[collectif.rural]`"]),
        (
            "{warnings: [W402]}",
            ["4:25 CLAS-S007 `W402` does not have the form of `warnings` | write it like `CLAS-W402`"],
        ),
    ],
)
def test_what_is_wrong_with_an_expectation_is_said_at_its_place(expectation: str, problems: list[str]) -> None:
    root = read(f"tests: a/2024\ncases:\n  A:\n    expect: {expectation}\n")
    assert [said(problem) for problem in shape_problems(root, "policy-test")] == problems


@pytest.mark.parametrize(
    ("section", "problems"),
    [
        ("case: 1", ["4:1 CLAS-S001 unknown key `case` | known here: `as_of`, `source`, `figures`, `dossier`"]),
        ("source: 12", ['4:9 CLAS-S015 `source` takes a text, and without quotes `12` is a number | write `"12"`']),
        ("figures: {}", ["4:10 CLAS-S005 `figures` is empty"]),
        ("figures: {taux_ps: [3]}", ["4:20 CLAS-S003 `taux_ps` takes a single value, not a list"]),
        (
            "dossier: x.txt",
            ["4:10 CLAS-S007 `x.txt` does not have the form of `dossier` | write it like `dossier.json`"],
        ),
        (
            "dossier: ../x.json",
            ["4:10 CLAS-S007 `../x.json` does not have the form of `dossier` | write it like `dossier.json`"],
        ),
        ("dossier: {}", ["4:10 CLAS-S005 `dossier` is empty"]),
        ("dossier: {a.b: {c: d}}", ["4:16 CLAS-S003 `a.b` takes a single value"]),
        ("dossier: {a.b: }", ["4:11 CLAS-S004 `a.b` has no value | write a value, or remove the key"]),
        ("dossier: {a: 3}", ["4:14 CLAS-S003 `a` takes keys with their values, one `key: value` a line"]),
        ("dossier: {a: [nord]}", ["4:14 CLAS-S003 `a` is not written as it must be"]),
        (
            "dossier: {a: {nord: {b: 3}}}",
            ["4:22 CLAS-S006 `b` cannot be a name here | a fact has at least one dot, like `collectif.effectif`"],
        ),
    ],
)
def test_what_is_wrong_with_a_section_is_said_at_its_place(section: str, problems: list[str]) -> None:
    root = read(f"tests: a/2024\ncases:\n  A: {{expect: {{outcome: admissible}}}}\n{section}\n")
    assert [said(problem) for problem in shape_problems(root, "policy-test")] == problems


def test_a_case_needs_what_it_expects_and_a_file_its_policy_and_its_cases() -> None:
    root = read("tests: a/2024\ncases:\n  A:\n    change: {}\n    remove: {a: nord}\n    add: {a: nord}\n")
    assert [said(problem) for problem in shape_problems(root, "policy-test")] == [
        "3:3 CLAS-S002 `A` needs `expect`",
        "4:13 CLAS-S005 `change` is empty",
        "5:17 CLAS-S003 `a` takes a list | write `[nord]`",
        "6:14 CLAS-S003 `a` takes keys with their values, one `key: value` a line",
    ]
    assert [said(problem) for problem in shape_problems(read("cases: {}\n"), "policy-test")] == [
        "1:1 CLAS-S002 the file needs `tests` | add `tests: departements/32/2024-2025`",
        "1:8 CLAS-S005 `cases` is empty",
    ]
