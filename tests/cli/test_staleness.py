"""``check --stale``: what nobody has compared with its source for a while."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion
from tests.cli.conftest import Run

from clas_policy.cli.staleness import months_before

ANNUAL = "national/2001-2002"


@pytest.fixture
def checked(rules: Path) -> Path:
    """The rate was compared with its source in January 2001, the ceiling in December; nothing else ever."""
    file = rules / f"{ANNUAL}.yaml"
    text = file.read_text(encoding="utf-8")
    for line, value, day in (
        ("  taux: 30 %\n", "30 %", "2001-01-15"),
        ("  plafond: 5000 EUR\n", "5000 EUR", "2001-12-01"),
    ):
        assert line in text
        name = line.partition(":")[0]
        text = text.replace(line, f"{name}:\n    value: {value}\n    checked_on: {day}\n")
    file.write_text(text, encoding="utf-8")
    return rules


def stale(run: Run, age: str, *options: str) -> list[str]:
    ran = run("check", ANNUAL, "--stale", age, "--output", "json", *options)
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    assert {problem["severity"] for problem in found} <= {"warning"}
    assert {problem["code"] for problem in found} <= {"CLAS-L221"}
    return [problem["message"].split("`")[1] for problem in found]


def test_what_was_never_compared_is_listed_whatever_the_age(checked: Path, run: Run) -> None:
    assert {"aide", "taille"} <= set(stale(run, "99y"))


def test_a_value_is_stale_from_the_day_after(checked: Path, run: Run) -> None:
    assert "taux" not in stale(run, "12m", "--as-of", "2002-01-15")
    assert "taux" in stale(run, "12m", "--as-of", "2002-01-16")
    assert "taux" in stale(run, "1y", "--as-of", "2002-01-16")
    assert "taux" not in stale(run, "13m", "--as-of", "2002-01-16")


def test_only_the_old_value_is_listed(checked: Path, run: Run) -> None:
    found = stale(run, "6m")
    assert "taux" in found
    assert "plafond" not in found


def test_places_are_in_order_and_each_once(checked: Path, run: Run) -> None:
    ran = run("check", "--stale", "6m", "--output", "json")
    places = [(problem["file"], problem["line"], problem["column"]) for problem in json.loads(ran.out)]
    assert places == sorted(set(places))


def test_without_the_option_nothing_is_said(checked: Path, run: Run) -> None:
    assert json.loads(run("check", "--output", "json").out) == []


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_what_people_read(lang: str, checked: Path, run: Run, snapshot: SnapshotAssertion) -> None:
    assert str(run("check", ANNUAL, "--stale", "6m", "--lang", lang)) == snapshot


@pytest.mark.parametrize("age", ["12", "m", "0m", "1w", "-1m", "12 m", "1000m", "un an", ""])
def test_an_age_that_is_none_is_a_usage_error(age: str, rules: Path, run: Run) -> None:
    ran = run("check", "--stale", age)
    assert (ran.code, ran.out) == (2, "")
    assert f"`{age}` is no age" in ran.err


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        ("2024-03-31", 1, "2024-02-29"),
        ("2023-03-31", 1, "2023-02-28"),
        ("2024-02-29", 12, "2023-02-28"),
        ("2024-01-15", 1, "2023-12-15"),
        ("2024-12-31", 12, "2023-12-31"),
        ("2024-10-31", 13, "2023-09-30"),
    ],
)
def test_months_before_a_day(day: str, months: int, before: str) -> None:
    assert months_before(date.fromisoformat(day), months) == date.fromisoformat(before)


@given(st.dates(), st.integers(min_value=1, max_value=999 * 12))
def test_a_day_so_many_months_before_is_earlier_and_never_another_month(day: date, months: int) -> None:
    before = months_before(day, months)
    assert before <= day
    if day.year * 12 + day.month - months > 24:
        assert (day.year - before.year) * 12 + day.month - before.month == months
