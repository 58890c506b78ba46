"""Composed policies come back from the cache as they were, places included, or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policy_texts import lay_out, policy_of, shipped
from tests.yaml_generation import Layers, layers

from clas_policy import cache
from clas_policy.catalogue import Catalogue, engine_shelf, user_shelf
from clas_policy.model.policy import Policy
from clas_policy.problem import PolicyError

DAY = date(2024, 11, 5)
LOCAL = "departements/98/2024-2025"
TEXT = """\
policy: departements/98/2024-2025
extends: national/2024-2025
version: 1
status: in_force
prefix: loc
source: note-32
"""


def assert_exact(one: Any, other: Any, path: str = "policy") -> None:
    """Equal down to the types and to the fields that take no part in equality."""
    assert type(one) is type(other), path
    if is_dataclass(one) and not isinstance(one, type):
        for field in fields(one):
            assert_exact(getattr(one, field.name), getattr(other, field.name), f"{path}.{field.name}")
    elif isinstance(one, tuple):
        assert len(one) == len(other), path
        for number, (first, second) in enumerate(zip(one, other, strict=True)):
            assert_exact(first, second, f"{path}[{number}]")
    elif isinstance(one, Mapping):
        assert list(one) == list(other), path
        for key in one:
            assert_exact(one[key], other[key], f"{path}[{key}]")
    else:
        assert isinstance(one, (bool, int, str, date, Enum, type(None))), path
        assert one == other, path


def through_json(policy: Policy) -> Any:
    return cache.decode(json.loads(json.dumps(cache.encode(policy), ensure_ascii=False)))


@settings(max_examples=30, deadline=None)
@given(layers(), st.integers(0, 1000))
def test_every_policy_comes_back_exactly(made: Layers, seed: int) -> None:
    policy = policy_of(made.texts(seed))

    assert_exact(through_json(policy), policy)


def test_the_shipped_policy_comes_back_exactly() -> None:
    policy = policy_of(shipped())

    assert_exact(through_json(policy), policy)
    with pytest.raises(AssertionError, match=r"layers\[2\]"):
        assert_exact(through_json(policy_of({**shipped(), "departements/32/2024-2025": moved()})), policy)


def moved() -> str:
    """The layer of the Gers one line further down: an equal policy but for its places and its digest."""
    return "\n" + shipped()["departements/32/2024-2025"]


def composed(folder: Path, day: date = DAY, *, draft: bool = False) -> Policy:
    """As a new process would: nothing is remembered but what the cache keeps."""
    return Catalogue([user_shelf(folder), engine_shelf()]).compose(LOCAL, day, draft=draft)


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder in use."""
    monkeypatch.setenv("CLAS_POLICY_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return lay_out({LOCAL: TEXT}, tmp_path / "policies")


def only_file(kept: Path) -> Path:
    (file,) = kept.iterdir()
    return file


def falsified(kept: Path, **entries: Any) -> None:
    """Writes something else into the file of the cache."""
    stored = json.loads(only_file(kept).read_bytes())
    only_file(kept).write_text(json.dumps(stored | entries), encoding="utf-8")


def test_the_second_time_is_served_from_the_cache(kept: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = composed(folder)
    monkeypatch.setattr(Catalogue, "chain", None)  # composing would need it

    assert_exact(composed(folder), first)


def test_what_is_served_is_what_the_file_says_while_its_evidence_is_current(kept: Path, folder: Path) -> None:
    policy = composed(folder)
    falsified(kept, value=cache.encode(policy.layers))

    assert_exact(composed(folder), policy)  # not a policy: composed again


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"[]", b"null", b"[" * 100_000, b'{"engine": 1}', b"\xff\xfe", b'{"engine": "", "evidence": 3}'],
    ids=lambda damage: repr(damage[:20]),
)
def test_a_damaged_file_is_no_fault(kept: Path, folder: Path, damage: bytes) -> None:
    policy = composed(folder)
    only_file(kept).write_bytes(damage)

    assert_exact(composed(folder), policy)


@pytest.mark.parametrize(
    "value", [["Path", "/etc/passwd"], ["Policy"], ["e", "Level", "autre"], ["d", -1], ["d", 10**30], [[]], ["{", 1]]
)
def test_a_value_that_is_none_of_the_models_is_not_taken(kept: Path, folder: Path, value: list[Any]) -> None:
    policy = composed(folder)
    falsified(kept, value=value)

    assert_exact(composed(folder), policy)


def test_another_program_does_not_take_it(kept: Path, folder: Path) -> None:
    other = cache.encode(replace(composed(folder), title="autre"))
    falsified(kept, value=other)
    assert composed(folder).title == "autre", "what this program kept is taken"
    falsified(kept, engine="0" * 64)

    assert composed(folder).title == LOCAL


def test_a_change_of_any_layer_is_seen(kept: Path, folder: Path) -> None:
    before = composed(folder)
    lay_out({LOCAL: TEXT.replace("note-32", "note-32, §1")}, folder)
    after = composed(folder)

    assert before.layers[2].sha256 != after.layers[2].sha256
    lay_out(
        {"national/2024-2025": shipped()["national/2024-2025"].replace("32.5 %", "30 %").partition("published:")[0]},
        folder,
    )
    assert composed(folder).parameters["taux_ps"].value == 300_000


def test_a_new_version_is_seen_on_the_days_that_it_holds(kept: Path, folder: Path) -> None:
    assert composed(folder).layers[2].version == 1
    second = TEXT.replace("version: 1", "version: 2\neffective_from: 2024-11-01")
    lay_out({f"{LOCAL}.v2": second}, folder)

    assert composed(folder).layers[2].version == 2
    assert composed(folder, date(2024, 10, 31)).layers[2].version == 1
    assert composed(folder).layers[2].version == 2


def test_a_draft_is_not_served_to_who_does_not_ask_for_drafts(kept: Path, folder: Path) -> None:
    lay_out({LOCAL: TEXT.replace("in_force", "draft")}, folder)

    assert composed(folder, draft=True).status == "draft"
    with pytest.raises(PolicyError):
        composed(folder)


def test_a_file_that_became_wrong_is_told(kept: Path, folder: Path) -> None:
    composed(folder)
    lay_out({LOCAL: TEXT.replace("version: 1", "version: un")}, folder)

    with pytest.raises(PolicyError):
        composed(folder)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may do everything")
def test_a_cache_that_cannot_be_written_is_no_fault(kept: Path, folder: Path) -> None:
    kept.mkdir()
    kept.chmod(0o500)

    assert composed(folder).id == LOCAL


def test_a_cache_that_is_no_folder_is_no_fault(kept: Path, folder: Path) -> None:
    kept.write_bytes(b"")

    assert composed(folder).id == LOCAL
    assert kept.read_bytes() == b""


def test_a_folder_whose_name_is_no_text_is_served_too(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/r\xe8gles"))
    try:
        lay_out({LOCAL: TEXT}, folder)
    except OSError:
        pytest.skip("this file system only has names that are text")
    policy = composed(folder)
    monkeypatch.setattr(Catalogue, "chain", None)

    assert_exact(composed(folder), policy)
    assert only_file(kept).suffix == ".json", "nothing half written is left"


def test_switched_off_it_writes_nothing(kept: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for off in ("", "0"):
        monkeypatch.setenv("CLAS_POLICY_CACHE", off)
        composed(folder)

    assert cache.folder() is None
    assert not kept.exists()


def test_its_place_follows_the_users_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CLAS_POLICY_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache.folder() == tmp_path / "clas-policy"

    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path / "maison"))
    assert cache.folder() == tmp_path / "maison" / ".cache" / "clas-policy"
