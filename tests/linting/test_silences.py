"""What an author wants to keep is silenced with a reason; a silence that helps nobody is told."""

from __future__ import annotations

import pytest
from tests.linting.linted import REFERENTIEL, Scheme

UNUSED = "mairie:{}\n  label: Mairie"


@pytest.mark.parametrize(
    "comment",
    [
        "# lint: CLAS-N101 les communes la choisissent",
        "# lint: N101 parce que les communes la choisissent",
        "#lint:n101: les communes la choisissent",
        "# LINT: CLAS-N101 — les communes la choisissent",
    ],
)
def test_a_finding_is_silenced_with_a_reason(comment: str, scheme: Scheme) -> None:
    scheme.add(REFERENTIEL, "funders", UNUSED.format(f" {comment}"))
    assert scheme.findings() == []


def test_a_silence_may_stand_above(scheme: Scheme) -> None:
    scheme.add(REFERENTIEL, "funders", f"# lint: N101 les communes la choisissent\n# deux mots\n{UNUSED.format('')}")
    assert scheme.findings() == []


def test_one_silence_may_name_several_rules(scheme: Scheme) -> None:
    scheme.add(REFERENTIEL, "funders", "# lint: N101, N301 le mot est celui du texte\noff: {label: Mairie}")
    assert scheme.findings() == []


@pytest.mark.parametrize(
    ("comment", "code"),
    [
        ("# lint: N101", "CLAS-N901"),
        ("# lint: N101 …", "CLAS-N901"),
        ("# lint: N101, N301 les communes", "CLAS-N903"),
    ],
)
def test_a_doubtful_silence(comment: str, code: str, scheme: Scheme) -> None:
    scheme.add(REFERENTIEL, "funders", UNUSED.format(f" {comment}"))
    assert scheme.marked() == [(code, comment)]


@pytest.mark.parametrize(
    ("comment", "code"),
    [
        ("# lint: N102 ce n'est pas la règle", "CLAS-N903"),
        ("# lint: N999 il n'y a pas de règle", "CLAS-N902"),
        ("# lint: CLAS-P104 ce n'est pas une règle", "CLAS-N902"),
        ("# lint: N901 on ne peut pas", "CLAS-N902"),
        ("# lint: parce que", "CLAS-N902"),
        ("# lint:", "CLAS-N902"),
    ],
)
def test_a_silence_that_silences_nothing(comment: str, code: str, scheme: Scheme) -> None:
    scheme.add(REFERENTIEL, "funders", UNUSED.format(f" {comment}"))
    assert sorted(scheme.marked()) == [("CLAS-N101", "mairie"), (code, comment)]


def test_a_silence_is_about_its_line_only(scheme: Scheme) -> None:
    scheme.add(REFERENTIEL, "funders", UNUSED.format("") + " # lint: N101 une ligne trop bas")
    assert [code for code, _ in scheme.marked()] == ["CLAS-N101", "CLAS-N903"]


def test_other_comments_are_no_silences(scheme: Scheme) -> None:
    scheme.add(REFERENTIEL, "funders", UNUSED.format(" # voir lint: N101") + "\n  # linter: rien")
    assert [code for code, _ in scheme.marked()] == ["CLAS-N101"]


def test_a_text_that_looks_like_a_silence_is_a_text(scheme: Scheme) -> None:
    scheme.change(REFERENTIEL, "label: Caisse d'essai", 'label: "# lint: N101 parce que"')
    assert scheme.findings() == []
