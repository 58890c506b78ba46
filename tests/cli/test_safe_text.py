"""Nothing that a file holds can move the cursor, reorder what is read, or add a line."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clas_policy.cli.safe_text import escape, fallback, safe_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mrouge\x1b[0m", r"\x1b[31mrouge\x1b[0m"),
        ("\x1b]0;titre\x07", r"\x1b]0;titre\x07"),
        ("\x9b31m", r"\x9b31m"),
        ("deux\nlignes\r", r"deux\x0alignes\x0d"),
        ("tab\tulation", r"tab\x09ulation"),
        ("\u202emonter\u2066", r"\u202emonter\u2066"),
        ("invi\u200bsible\ufeff", r"invi\u200bsible\ufeff"),
        ("\u2028", r"\u2028"),
        ("\U000e0041", r"\U000e0041"),
        ("\ud800", r"\ud800"),
    ],
)
def test_what_is_unsafe_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert safe_text(text) == shown


@pytest.mark.parametrize("text", ["", "Dépôt à l'Élan — « œuvre » 8 487,00 €", "名前", "a\u0301", "👪", "{}%\\x1b"])
def test_what_people_write_stays(text: str) -> None:
    assert safe_text(text) == text


@given(st.text(alphabet=st.characters()))
def test_no_control_format_or_surrogate_character_is_left(text: str) -> None:
    shown = safe_text(text)
    left = {unicodedata.category(character) for character in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert left == set()
    bidirectional = {unicodedata.bidirectional(character) for character in shown}
    assert not bidirectional & {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    assert safe_text(shown) == shown


@given(st.text(alphabet=st.characters()))
def test_a_text_stays_on_one_line(text: str) -> None:
    assert len(safe_text(f"x{text}x").splitlines()) == 1


@given(st.characters())
def test_a_likeness_is_plain_and_never_empty(character: str) -> None:
    plain = fallback(character)
    assert plain
    assert plain.isascii()


@pytest.mark.parametrize(
    ("character", "plain"), [("é", "e"), ("œ", "oe"), ("€", "EUR"), ("→", "->"), ("名", "\\u540d")]
)
def test_the_likeness_of_a_character(character: str, plain: str) -> None:
    assert fallback(character) == plain


@given(st.characters())
def test_an_escape_says_which_character_it_was(character: str) -> None:
    assert escape(character).encode().decode("unicode_escape") == character
