"""The languages: which one is spoken, and that the French catalogue says all that the program says."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from babel.messages import Message as Entry
from babel.messages.pofile import read_po
from tests import translations

from clas_policy import i18n
from clas_policy.problem import Message

REBUILD = "run `python -m tests.translations`, translate what it lists, run it again"


def _entries() -> list[Entry]:
    return [entry for entry in translations.kept() if entry.id]


def _pairs(entry: Entry) -> list[tuple[str, str]]:
    """Each English form with the French one beside it."""
    if isinstance(entry.id, str):
        return [(entry.id, str(entry.string))]
    return list(zip(entry.id, entry.string or ("", ""), strict=True))


def _places(text: str) -> list[str]:
    return sorted(re.findall(r"\{[a-z_]+\}", text.replace("{{", "").replace("}}", "")))


def test_the_french_catalogue_says_all_that_the_program_says_and_nothing_else() -> None:
    said = {str(entry.id) for entry in translations.template() if entry.id}
    kept = {str(entry.id) for entry in _entries()}
    assert kept == said, REBUILD


def test_no_sentence_is_left_in_english() -> None:
    assert translations.untranslated(translations.kept()) == [], REBUILD


def test_the_catalogue_has_no_fuzzy_and_no_obsolete_entry() -> None:
    catalogue = translations.kept()
    assert [entry.id for entry in catalogue if entry.id and entry.fuzzy] == []
    assert list(catalogue.obsolete) == []


def test_a_translation_keeps_the_places_to_fill() -> None:
    pairs = [pair for entry in _entries() for pair in _pairs(entry)]
    assert [pair for pair in pairs if _places(pair[0]) != _places(pair[1])] == []
    for english, french in pairs:
        french.format(**{place.strip("{}"): "" for place in _places(english)})


def test_french_signs_have_their_no_break_space() -> None:
    """Outside of what is quoted: « ; » at the beginning of a line is no French."""
    wrong = [
        french
        for entry in _entries()
        for _english, french in _pairs(entry)
        if re.search(r" (?:[;:?!](?:\s|$)|»)|« ", re.sub(r"`[^`]*`", "", french))
    ]
    assert wrong == []


@pytest.mark.parametrize("text", [translations.PO, translations.CLICK], ids=lambda path: path.name)
def test_the_compiled_catalogue_is_that_of_the_text(text: Path) -> None:
    assert text.with_suffix(".mo").read_bytes() == translations.mo_bytes(text.read_bytes()), REBUILD


def test_the_text_of_the_catalogue_is_as_the_tool_writes_it() -> None:
    assert translations.PO.read_bytes() == translations.po_text(translations.updated()), REBUILD


def test_the_header_of_the_catalogue_is_read_by_babel() -> None:
    catalogue = read_po(io.BytesIO(translations.PO.read_bytes()))
    assert (str(catalogue.locale), catalogue.num_plurals, catalogue.plural_expr) == ("fr", 2, "(n > 1)")


@pytest.mark.parametrize(
    ("option", "environment", "spoken"),
    [
        ("en", {"CLAS_POLICY_LANG": "fr", "LC_ALL": "fr_FR.UTF-8"}, "en"),
        (None, {"CLAS_POLICY_LANG": "fr", "LC_ALL": "en_US.UTF-8"}, "fr"),
        (None, {"LC_ALL": "fr_FR.UTF-8", "LC_MESSAGES": "en_US", "LANG": "en_US"}, "fr"),
        (None, {"LC_MESSAGES": "fr_BE", "LANG": "en_US"}, "fr"),
        (None, {"LANG": "fr_FR.UTF-8"}, "fr"),
        (None, {"LC_ALL": "", "LANG": "fr_FR"}, "fr"),
        (None, {"LC_ALL": "C", "LANG": "fr_FR.UTF-8"}, "en"),
        (None, {"LANG": "POSIX"}, "en"),
        (None, {"LANG": "C.UTF-8"}, "en"),
        (None, {"LANG": "de_DE.UTF-8"}, "en"),
        (None, {"LANG": "fro"}, "en"),
        (None, {}, "en"),
    ],
)
def test_the_language_is_the_first_that_is_said(option: str | None, environment: dict[str, str], spoken: str) -> None:
    assert i18n.language(option, environment) == spoken


def test_a_message_is_said_in_french_with_the_messages_in_it() -> None:
    message = Message("`{name}` already is the name of {kind}", {"name": "ps", "kind": Message("a grant")})
    assert i18n.translate(message, "fr") == "`ps` est déjà le nom d'une aide"
    assert i18n.translate(message, "en") == "`ps` already is the name of a grant"


def test_what_fills_a_place_is_not_filled_again() -> None:
    message = Message("unknown key `{key}`", {"key": "{key} {0} {{"})
    assert i18n.translate(message, "fr") == "clé inconnue\u00a0: `{key} {0} {{`"


@pytest.mark.parametrize(
    ("lang", "count", "words"),
    [
        ("fr", 0, "0 erreur"),
        ("fr", 1, "1 erreur"),
        ("fr", 2, "2 erreurs"),
        ("en", 0, "0 errors"),
        ("en", 1, "1 error"),
        ("en", 2, "2 errors"),
    ],
)
def test_counts_follow_the_rule_of_the_language(lang: str, count: int, words: str) -> None:
    assert i18n.plural("{count} error", "{count} errors", count, lang) == words
