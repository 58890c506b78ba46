"""The laws of the language, held from the text of policies and dossiers to their decisions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from random import Random
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.document_generation import Answers, refinements, some_answers
from tests.findings import Findings, everything, found
from tests.policy_texts import CODES, policy_of
from tests.yaml_generation import LOCAL, Layers, layers
from tests.yaml_writing import Tree, Words, shuffled, written

from clas_policy.explain import Evaluator
from clas_policy.model.dossier import Dossier
from clas_policy.model.policy import Policy
from clas_policy.problem import DossierError
from clas_policy.publish.dossier_schema import dossier_schema
from clas_policy.reading import json_text
from clas_policy.reading.dossier import DossierReader

SEEDS = st.integers(0, 10_000)


def rewritten(made: Layers, seed: int) -> dict[str, str]:
    """The same layers with their keys, sections and lists in another order, and in another way of writing."""
    random = Random(seed)  # noqa: S311
    trees: dict[str, Tree] = {name: shuffled(tree, random) for name, tree in made.trees.items()}
    return {name: written(tree, seed) for name, tree in trees.items() if isinstance(tree, dict)}


def order_changes_nothing(made: Layers, seed: int, data: st.DataObject) -> None:
    first, second = policy_of(made.texts()), policy_of(rewritten(made, seed))
    dossier = data.draw(some_answers(first)).dossier()

    assert found(second, dossier) == found(first, dossier)


@settings(max_examples=25, deadline=None)
@given(layers(), SEEDS, st.data())
def test_the_order_of_keys_sections_and_lists_changes_no_status_and_no_amount(
    made: Layers, seed: int, data: st.DataObject
) -> None:
    order_changes_nothing(made, seed, data)


# --- whatever the dossier -------------------------------------------------------------------------------------------

ODD: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 12, 13, 500, 10**15 - 1, 10**15, 0.5, 12.25, 1e300, -0.0),
    *("", " ", "é", "0", "12.50", "-3.00", "32.5 %", "100 %", "2024-10-30", "2024-02-30", "2024-10-30T23:30:00Z"),
    *([], ["rouge"], ["rouge", "rouge"], ["vert", "bleu"], "rouge", {}, [{}], "\u202e", "a\nb", "x" * 300),
)


def spoil(document: Any, random: Random) -> None:
    """Puts something odd somewhere in a document, or takes something away."""
    place = document
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return
        key = random.choice(keys)
        inner = place[key]
        if isinstance(inner, (dict, list)) and inner and random.random() < 0.8:
            place = inner
            continue
        if random.random() < 0.2:
            del place[key]
        else:
            place[key] = random.choice(ODD)
        return


def nothing_raises(policy: Policy, answers: Answers, seed: int) -> None:
    """What the schema accepts is evaluated, or refused by the reader with codes that have pages."""
    schema = dossier_schema(policy)
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker(["date"]))
    evaluator, reader = Evaluator(policy), DossierReader(policy)
    document = answers.document()
    assert [error.message for error in validator.iter_errors(document)] == []
    dossier = reader.read(json_text.parse(answers.text(), "d.json"))
    told, full, brief = everything(evaluator, dossier)
    assert (told, full, brief) == everything(Evaluator(policy), dossier)
    assert set(json.loads(brief)) == set(json.loads(full))
    random, document = Random(seed), json.loads(answers.text())  # noqa: S311
    for _ in range(4):
        spoil(document, random)
        raw = json_text.parse(json.dumps(document).encode(), "d.json")
        accepted = validator.is_valid(document)
        odd = read_or_refused(reader, raw)
        if odd is not None:
            assert accepted, document
            everything(evaluator, odd)


def read_or_refused(reader: DossierReader, raw: json_text.RawJson) -> Dossier | None:
    try:
        return reader.read(raw)
    except DossierError as error:
        refusal = error
    assert {problem.code for problem in refusal.problems} <= CODES
    assert all(str(problem.message) and problem.span for problem in refusal.problems)
    return None


@settings(max_examples=25, deadline=None)
@given(layers(), SEEDS, st.data())
def test_what_check_accepts_evaluates_any_dossier_that_its_schema_accepts(
    made: Layers, seed: int, data: st.DataObject
) -> None:
    policy = policy_of(made.texts())
    nothing_raises(policy, data.draw(some_answers(policy)), seed)


def supposed(tree: Tree) -> Iterator[str]:
    """The grants that stand under `if_granted`."""
    match tree:
        case dict():
            for key, value in tree.items():
                if key == "if_granted":
                    yield str(value)
                yield from supposed(value)
        case list():
            for item in tree:
                yield from supposed(item)
        case _:
            return


def as_supposed(made: Layers, policy: Policy, less: Answers, more: Answers) -> tuple[Answers, Answers]:
    """The same, without the refusals that come to be known of grants under `if_granted`.

    What something is if a grant is granted may well change when it is not: the language says so of `if_granted`, and
    this is the one exception to the law.
    """
    names = {name for tree in made.trees.values() for name in supposed(tree)}
    accords = {policy.grants[name].accord for name in names}

    def granted(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
        return {name: True if name in accords and name not in before else value for name, value in after.items()}

    members = {}
    for entity, given_ in more.members.items():
        known = dict(less.members.get(entity, ()))
        members[entity] = tuple((name, granted(known.get(name, {}), facts)) for name, facts in given_)
    return less, replace(more, facts=granted(less.facts, more.facts), members=members)


def refining_contradicts_nothing(policy: Policy, less: Answers, more: Answers) -> None:
    evaluator = Evaluator(policy)
    before, after = everything(evaluator, less.dossier())[0], everything(evaluator, more.dossier())[0]

    assert before.outcome in ("incomplete", after.outcome)
    for key, truth in before.truths.items():
        assert truth in (None, after.truths[key]), key
    for key, (status, low, high) in before.grants.items():
        now, least, most = after.grants[key]
        assert now in FOLLOWING[status], (key, status, now)
        if now != "refused":
            assert low <= least, key
            assert high is None or (most is not None and most <= high), key
    assert ceiling(after) <= ceiling(before)
    assert after.totals.due >= before.totals.due


FOLLOWING = {
    "refused": {"refused"},
    "due": {"due"},
    "eligible": {"eligible", "due", "refused"},
    "undetermined": {"undetermined", "eligible", "due", "refused"},
}
"""What a status may become when more is known: an accord may still be refused."""


def ceiling(findings: Findings) -> float:
    """The most that can come out."""
    totals = findings.totals
    if totals.undetermined_at_most is None:
        return float("inf")
    return totals.due + totals.eligible + totals.undetermined_at_most


@settings(max_examples=40, deadline=None)
@given(layers(), st.data())
def test_an_unknown_that_becomes_known_contradicts_nothing(made: Layers, data: st.DataObject) -> None:
    policy = policy_of(made.texts())
    less, more = as_supposed(made, policy, *data.draw(refinements(policy)))
    refining_contradicts_nothing(policy, less, more)


def with_ceilings(made: Layers) -> Layers:
    """The layers with an orientation for each cap, which says that the grant does not pass it.

    A grant that has a cap requires nothing more, so that the cap is met more often.
    """
    for name, tree in made.trees.items():
        stem = {LOCAL: "loc_"}.get(name, "")
        sections: dict[str, dict[str, Tree]] = {
            section: dict(_entries(tree.get(section))) for section in ("orientations", "grants", "replace")
        }
        for section in ("grants", "replace"):
            for grant, body in sections[section].items():
                if isinstance(body, dict) and "at_most" in body and not _replaced(made, grant, section):
                    sections[section][grant] = {
                        key: value for key, value in body.items() if key not in ("requires", "accord")
                    }
                    floor: Tree = {"largest_of": [body["at_most"], "0 EUR"]}
                    each = {"for_each": body["for_each"]} if "for_each" in body else {}
                    condition: Tree = {"amount": grant, "to": floor}
                    item: dict[str, Tree] = {"label": Words("Plafond"), "weight": "advisory", "requires": condition}
                    note = tree.get("source") or _source(tree, section, body)
                    sections["orientations"][f"{stem}plafond_{grant}"] = {**item, **each, "source": note}
        made = made.with_tree(name, tree | {section: items for section, items in sections.items() if items})
    return made


def _entries(section: Tree | None) -> dict[str, Tree]:
    return section if isinstance(section, dict) else {}


def _replaced(made: Layers, grant: str, section: str) -> bool:
    return section == "grants" and any(grant in _entries(tree.get("replace")) for tree in made.trees.values())


def _source(tree: Mapping[str, Tree], section: str, body: Mapping[str, Tree]) -> Tree:
    return body.get("source") or _entries(tree[section])["source"]


def amounts_keep_to_their_bounds(policy: Policy, findings: Findings) -> None:
    for (name, _), (status, low, high) in findings.grants.items():
        step = policy.grants[name].round_to
        assert low >= 0, name
        assert low % step == 0, name
        if high is not None:
            assert low <= high, name
            assert high % step == 0, name
        if status in ("due", "eligible"):
            assert low == high, name
    for (name, _), truth in findings.truths.items():
        if "plafond_" in name:
            assert truth is not False, name


@settings(max_examples=40, deadline=None)
@given(layers().map(with_ceilings), st.data())
def test_amounts_are_never_negative_nor_above_their_ceiling(made: Layers, data: st.DataObject) -> None:
    policy = policy_of(made.texts())
    for _ in range(2):
        amounts_keep_to_their_bounds(policy, found(policy, data.draw(some_answers(policy)).dossier()))


@pytest.mark.slow
@settings(max_examples=3000, deadline=None)
@given(layers().map(with_ceilings), SEEDS, st.data())
def test_all_laws_at_length(made: Layers, seed: int, data: st.DataObject) -> None:
    order_changes_nothing(made, seed, data)
    policy = policy_of(made.texts(seed))
    less, more = as_supposed(made, policy, *data.draw(refinements(policy)))
    nothing_raises(policy, less, seed)
    refining_contradicts_nothing(policy, less, more)
    for answers in (less, more):
        amounts_keep_to_their_bounds(policy, found(policy, answers.dossier()))
