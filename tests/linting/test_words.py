"""Words that other readers take for a boolean, and quotes that do not match."""

from __future__ import annotations

import pytest
from tests.linting.linted import LOCAL, Scheme


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "NO", "On"])
def test_a_word_that_is_a_boolean_elsewhere(word: str, scheme: Scheme) -> None:
    scheme.change(LOCAL, "label: Réunion des porteurs", f"label: {word}")
    assert scheme.marked() == [("CLAS-N301", word)]


@pytest.mark.parametrize("word", ['"no"', "'yes'", "non", "none", "nom", "oui"])
def test_a_word_that_is_no_boolean(word: str, scheme: Scheme) -> None:
    scheme.change(LOCAL, "label: Réunion des porteurs", f"label: {word}")
    assert scheme.findings() == []


@pytest.mark.parametrize("text", ["“Réunion", "Réunion”", "‘Réunion", "la “Réunion", "„Réunion", "”Réunion“"])
def test_quotes_that_do_not_match(text: str, scheme: Scheme) -> None:
    scheme.change(LOCAL, "label: Réunion des porteurs", f"label: {text}")
    assert scheme.marked() == [("CLAS-N302", text)]


@pytest.mark.parametrize("text", ["la “Réunion” des porteurs", "l’aide", "« l’aide » et les “autres”", "la „Réunion“"])
def test_quotes_that_match(text: str, scheme: Scheme) -> None:
    scheme.change(LOCAL, "label: Réunion des porteurs", f"label: {text}")
    assert scheme.findings() == []
