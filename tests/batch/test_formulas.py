"""Texts that a spreadsheet would run."""

from __future__ import annotations

import pytest

from clas_policy.batch import engine
from clas_policy.batch.formulas import START, as_text

RUN = ["=1+1", "+33 6", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1"]
HARMLESS = ["", "Les Lucioles", "a=1", "1-2", " =1", "'=1", "a\n=1"]


@pytest.mark.parametrize("text", RUN)
def test_a_quote_stands_before_what_a_spreadsheet_would_run(text: str) -> None:
    assert as_text(text) == f"'{text}"


@pytest.mark.parametrize("text", HARMLESS)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert as_text(text) == text


@pytest.mark.parametrize("text", [*RUN, *HARMLESS])
def test_the_database_sees_the_same_formulas(text: str) -> None:
    with engine.connect() as database:
        found = database.execute("SELECT regexp_matches($1, $2)", [text, START]).fetchone()
    assert found == (as_text(text) != text,)
