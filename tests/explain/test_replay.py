"""Comparing a recorded decision with the same one recomputed."""

import copy
from typing import Any

import pytest

from clas_policy.explain import compare

RECORD: dict[str, Any] = {
    "outcome": "admissible",
    "grants": [{"id": "ps", "amount": "2758.28"}, {"id": "bonus", "amount": None}],
    "totals": {"due": "2758.28", "by_funder": {"caf": {"due": "2758.28"}}},
}


def test_the_same_record_has_no_difference_whatever_the_order_of_its_keys() -> None:
    assert compare(RECORD, dict(reversed(copy.deepcopy(RECORD).items()))) == []


@pytest.mark.parametrize(
    ("change", "paths"),
    [
        (lambda other: other.update(outcome="incomplete"), ["$.outcome"]),
        (lambda other: other["grants"][0].update(amount="2758.27"), ["$.grants[0].amount"]),
        (lambda other: other["grants"][1].update(amount="0.00"), ["$.grants[1].amount"]),
        (lambda other: other["grants"].pop(), ["$.grants[1]"]),
        (lambda other: other["grants"].append({}), ["$.grants[2]"]),
        (lambda other: other.update(grants={}), ["$.grants"]),
        (lambda other: other.pop("totals"), ["$.totals"]),
        (lambda other: other.update(effects=[]), ["$.effects"]),
        (lambda other: other["totals"]["by_funder"]["caf"].update(due=2758.28), ["$.totals.by_funder.caf.due"]),
        (lambda other: other["totals"].update(due=1, other=2), ["$.totals.due", "$.totals.other"]),
    ],
)
def test_each_difference_is_named_by_its_path(change: Any, paths: list[str]) -> None:
    other = copy.deepcopy(RECORD)
    change(other)
    assert compare(RECORD, other) == paths


def test_one_is_not_true_and_a_text_is_not_a_list() -> None:
    assert compare({"a": 1, "b": "x"}, {"a": True, "b": ["x"]}) == ["$.a", "$.b"]
