"""What `check` says of any text, and that files and shelves are composed into the same policy in any order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policy_texts import assert_told_well, composed, lay_out, policy_of, shipped
from tests.text_mutation import STEPS, changed
from tests.yaml_generation import LOCAL, Layers, layers
from tests.yaml_writing import exchanged, written

from clas_policy.catalogue import Catalogue, Shelf, user_shelf
from clas_policy.checking import check, most_paid

SEEDS = st.integers(0, 10_000)


@settings(max_examples=15, deadline=None)
@given(layers(), SEEDS)
def test_check_accepts_what_the_language_allows(
    tmp_path_factory: pytest.TempPathFactory, made: Layers, seed: int
) -> None:
    folder = lay_out(made.texts(seed), tmp_path_factory.mktemp("policies"))

    report = check(Catalogue([user_shelf(folder)]))

    assert [problem.message for problem in report.problems if problem.severity == "error"] == []
    assert report.compositions == 3
    assert_told_well(report.problems, displayed(made.texts(seed), folder), with_excerpts=True)


def displayed(texts: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The texts by the file names that problems say; a text that is not UTF-8 has no lines to hold to."""
    found = {}
    for name, text in texts.items():
        try:
            decoded = text.encode("utf-8", "surrogatepass").decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
        found[f"{folder.as_posix()}/{name}.yaml"] = decoded
    return found


def assert_checked(texts: Mapping[str, str], folder: Path) -> None:
    """Check says what is wrong, at places that are there, and never raises."""
    lay_out(texts, folder)

    report = check(Catalogue([user_shelf(folder)]))

    assert_told_well(report.problems, displayed(texts, folder), with_excerpts=True)


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(sorted(shipped())), STEPS)
def test_check_never_raises_on_a_spoiled_policy(
    tmp_path_factory: pytest.TempPathFactory, name: str, steps: Any
) -> None:
    texts = shipped()
    assert_checked(texts | {name: changed(texts[name], steps)}, tmp_path_factory.mktemp("policies"))


@settings(max_examples=30, deadline=None)
@given(layers(), SEEDS, st.integers(0, 2), STEPS)
def test_check_never_raises_on_a_spoiled_generated_policy(
    tmp_path_factory: pytest.TempPathFactory, made: Layers, seed: int, which: int, steps: Any
) -> None:
    texts = made.texts(seed)
    name = list(texts)[which]
    assert_checked(texts | {name: changed(texts[name], steps)}, tmp_path_factory.mktemp("policies"))


RULES = ("criteria", "grants", "deadlines", "orientations", "admissibility", "replace", "choose", "derive")


def misnamed(made: Layers, seed: int) -> dict[str, str]:
    """The layers with some names and values in their rules taken for others."""
    random = Random(seed)  # noqa: S311
    sections = [items for tree in made.trees.values() for items in tree.values() if isinstance(items, dict)]
    words = [name for items in sections for name in items] + ["to_confirm", "3", "3 EUR", "3 %", "2024-09-05", "rouge"]
    texts = {}
    for name, tree in made.trees.items():
        rules = {key: exchanged(tree[key], random, words, 40) for key in RULES if key in tree}
        texts[name] = written(tree | rules, seed)
    return texts


@settings(max_examples=40, deadline=None)
@given(layers(), SEEDS)
def test_rules_that_name_something_else_are_refused_or_evaluated(made: Layers, seed: int) -> None:
    texts = misnamed(made, seed)

    policy, problems = composed(texts)

    assert_told_well(problems, {f"{name}.yaml": text for name, text in texts.items()}, with_excerpts=True)
    assert (policy is None) == any(problem.severity == "error" for problem in problems)
    if policy is not None:
        most_paid(policy)


@pytest.mark.slow
@settings(max_examples=3000, deadline=None)
@given(layers(), SEEDS)
def test_rules_that_name_something_else_are_refused_or_evaluated_at_length(made: Layers, seed: int) -> None:
    policy, _ = composed(misnamed(made, seed))
    if policy is not None:
        most_paid(policy)


def same(one: object, other: object) -> bool:
    """Equality, without the comparison of thousands of lines that an assertion would print."""
    return one == other


@settings(max_examples=8, deadline=None)
@given(layers(), st.permutations(range(3)), st.data())
def test_the_order_of_shelves_and_files_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, made: Layers, order: list[int], data: st.DataObject
) -> None:
    texts = made.texts()
    folder = tmp_path_factory.mktemp("shelves")
    shelves = []
    for position in order:
        name = list(texts)[position]
        owns = None if name != LOCAL else ("departements/98",)
        shelves.append(Shelf(lay_out({name: texts[name]}, folder / str(position)), "essai 1", f"s{position}", owns))
    together = policy_of(texts)
    catalogue = Catalogue(shelves)
    apart = catalogue.compose_layers(catalogue.chain(LOCAL, data.draw(st.dates())), draft=True)

    assert same(replace(apart, layers=()), replace(together, layers=()))
    assert [layer.sha256 for layer in apart.layers] == [layer.sha256 for layer in together.layers]


@settings(max_examples=15, deadline=None)
@given(layers(), SEEDS, st.integers(0, 2), STEPS)
def test_composing_is_repeatable_and_a_digest_changes_with_its_text(
    made: Layers, seed: int, which: int, steps: Any
) -> None:
    texts = made.texts(seed)
    name = list(texts)[which]
    policy = policy_of(texts)

    # Their text tells places too, which take no part in equality.
    assert same(repr(policy_of(texts)), repr(policy))
    with_remark = policy_of(texts | {name: "# remarque\n" + texts[name]})
    changes = [one.sha256 != other.sha256 for one, other in zip(policy.layers, with_remark.layers, strict=True)]
    assert changes == [position == which for position in range(3)]
    assert same(replace(with_remark, layers=()), replace(policy, layers=()))
