"""Dossiers that are refused: each file beside the problems that it must get, found from disk.

The numbers to 87 are those of a list of inputs that readers get wrong; 90 and above are what else a dossier can get
wrong. Each problem is a line ``line:column path CODE message``, then what helps.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from tests.reading.dossier_policies import small

from clas_policy.problem import DossierError
from clas_policy.reading import json_text
from clas_policy.reading.dossier import DossierReader

HERE = Path(__file__).parent
CASES = sorted((HERE / "dossier").glob("*.json"))
HELP = HERE.parents[1] / "engine" / "clas_policy" / "help"
READER = DossierReader(small())


def told(data: bytes) -> list[str]:
    with pytest.raises(DossierError) as caught:
        READER.read(json_text.parse(data, "dossier.json"))
    lines = []
    for problem in caught.value.problems:
        assert problem.span is not None
        lines.append(f"{problem.span.line}:{problem.span.column} {problem.path} {problem.code} {problem.message}")
        lines += [f"    {one.message}: {one.span.line}:{one.span.column}" for one in problem.related]
        if problem.hint:
            lines.append(f"    help: {problem.hint}")
    return lines


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_each_bad_dossier_gets_its_problems_at_their_places(case: Path) -> None:
    expected = case.with_suffix(".expected").read_text(encoding="utf-8").splitlines()
    assert expected

    assert told(case.read_bytes()) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_what_is_said_of_a_bad_dossier_can_be_printed(case: Path) -> None:
    for line in told(case.read_bytes()):
        line.encode()
        assert line.replace("\u00a0", " ").replace("\u202f", " ").isprintable()


PAGES = {
    code: page
    for letter in "JD"
    for code, page in tomllib.loads((HELP / f"{letter}.toml").read_text(encoding="utf-8")).items()
}
NOT_JSON = {"CLAS-J001", "CLAS-J002", "CLAS-J003", "CLAS-J021", "CLAS-J024"}
"""Their examples are words: the fault is not in what a page can show."""
ELSEWHERE = {"CLAS-J021", "CLAS-J024"}
"""A file of a megabyte, and a table on standard input: each has a test of its own."""


def as_a_dossier(example: str) -> bytes:
    """An example of a page: whole where it begins like a document, else some keys of one."""
    text = example.strip("\n")
    if not text.startswith(("{", "[")):
        text = f'{{"dossier": "32-2024-0017", "annee_scolaire": "2024-2025", {text}\n}}'
    return text.encode()


@pytest.mark.parametrize("code", sorted(set(PAGES) - NOT_JSON))
def test_the_failing_example_of_a_page_fails_by_its_code_alone(code: str) -> None:
    with pytest.raises(DossierError) as caught:
        READER.read(json_text.parse(as_a_dossier(PAGES[code]["failing"]), "dossier.json"))
    assert {problem.code for problem in caught.value.problems} == {code}


@pytest.mark.parametrize("code", sorted(set(PAGES) - NOT_JSON))
def test_the_fixed_example_of_a_page_is_read(code: str) -> None:
    READER.read(json_text.parse(as_a_dossier(PAGES[code]["fixed"]), "dossier.json"))


def test_every_code_has_a_case_on_disk_and_a_page() -> None:
    texts = [case.with_suffix(".expected").read_text(encoding="utf-8") for case in CASES]
    codes = {word for text in texts for word in text.split() if word.startswith("CLAS-")}
    assert set(PAGES) - codes == ELSEWHERE
    assert codes <= set(PAGES)
