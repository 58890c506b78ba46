"""Every problem code has its page, in both languages, with an example that fails and one that does not."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from clas_policy import i18n
from clas_policy.cli import help_pages

ENGINE = Path(help_pages.__file__).resolve().parents[1]
CODE = re.compile(r"CLAS-[A-Z][0-9]{3}")
PAGES = sorted(help_pages.FOLDER.glob("*.toml"))


def _used() -> set[str]:
    return {code for path in ENGINE.rglob("*.py") for code in CODE.findall(path.read_text(encoding="utf-8"))}


def _entries() -> list[tuple[str, str, dict[str, Any]]]:
    """The letter of the file, the code, its page."""
    return [
        (path.stem, code, entry)
        for path in PAGES
        for code, entry in tomllib.loads(path.read_text(encoding="utf-8")).items()
    ]


def test_every_code_has_its_page() -> None:
    assert sorted(_used() - {code for _letter, code, _entry in _entries()}) == []


def test_every_page_is_of_a_code_that_is_used() -> None:
    assert sorted({code for _letter, code, _entry in _entries()} - _used()) == []


def test_a_page_stands_in_the_file_of_its_letter_once_and_in_order() -> None:
    codes = [code for _letter, code, _entry in _entries()]
    assert [code for code, times in Counter(codes).items() if times > 1] == []
    assert [code for letter, code, _entry in _entries() if code[5] != letter] == []
    assert codes == sorted(codes)


@pytest.mark.parametrize(("code", "entry"), [(code, entry) for _letter, code, entry in _entries()])
def test_a_page_says_all_in_both_languages(code: str, entry: dict[str, Any]) -> None:
    assert set(entry) == {"title", "text", "failing", "fixed"}
    for part in ("title", "text"):
        assert set(entry[part]) == set(i18n.LANGUAGES)
        assert all(said.strip() for said in entry[part].values())
    assert entry["title"]["fr"] != entry["title"]["en"]
    assert entry["text"]["fr"] != entry["text"]["en"]
    for lang in i18n.LANGUAGES:
        title, text = entry["title"][lang], entry["text"][lang]
        assert not title.endswith("."), f"{code}: a title is no sentence"
        assert "\n" not in title
        assert text.rstrip(")")[-1] in ".!?", f"{code}: a text ends its last sentence"
    assert entry["failing"].strip()
    assert entry["fixed"].strip()
    assert entry["failing"] != entry["fixed"]


def test_pages_are_found_by_their_code() -> None:
    for _letter, code, entry in _entries():
        found = help_pages.page(code)
        assert found is not None
        assert (found.code, found.title, found.text) == (code, entry["title"], entry["text"])


@pytest.mark.parametrize("code", ["CLAS-Z999", "CLAS-Y000", "../Y", "", "CLAS-Y001\n"])
def test_there_is_no_page_for_what_is_no_code(code: str) -> None:
    assert help_pages.page(code) is None


def test_the_list_of_pages_is_in_order_and_whole() -> None:
    codes = [page.code for page in help_pages.pages()]
    assert codes == sorted(code for _letter, code, _entry in _entries())


def test_the_codes_of_the_corpora_of_bad_inputs_are_explained() -> None:
    """A code that a case expects and nobody explains would be a dead end for the reader."""
    bad = Path(__file__).parent / "bad"
    expected = {
        code
        for path in bad.rglob("*")
        if path.suffix in (".expected", ".json")
        for code in CODE.findall(path.read_text(encoding="utf-8", errors="replace"))
    }
    assert expected
    assert sorted(expected - {page.code for page in help_pages.pages()}) == []


def test_an_example_in_json_is_json() -> None:
    """Examples are copied; one that starts like an object or a list must be one."""
    broken = []
    for _letter, code, entry in _entries():
        text = entry["fixed"].strip()
        if text.startswith("{") and text.endswith("}") and "…" not in text:
            try:
                json.loads(text)
            except ValueError:
                broken.append(code)
    assert broken == []
