"""pytest collects policy tests by itself, in the folder of whoever writes them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.rehearse.rules import HEAD, LOCAL, RULES

CASES = """\
cases:
  Dix enfants font un groupe:
    expect: {criteria: {taille: met}}
  Sept enfants font un groupe:
    change: {groupe: {petits: {groupe.effectif: 7}}}
    expect: {criteria: {taille: met}}
  Six enfants, le comité dira:
    todo: demander au comité
    change: {groupe: {petits: {groupe.effectif: 6}}}
    expect: {criteria: {taille: met}}
"""


@pytest.fixture
def beside(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an author with layers, and room for tests beside them; no plugin of the machine is loaded."""
    monkeypatch.setenv("CLAS_POLICY_LANG", "en")
    folder = pytester.path / "regles"
    shutil.copytree(RULES, folder)
    return (folder / LOCAL).parent


def test_each_case_is_an_item_and_its_failure_can_be_read(beside: Path, pytester: pytest.Pytester) -> None:
    (beside / "2001-2002.test.yaml").write_text(HEAD + CASES, encoding="utf-8")

    result = pytester.runpytest_subprocess("-p", "no:randomly", "-rx", "-v")

    result.assert_outcomes(passed=1, failed=1, xfailed=1)
    result.stdout.fnmatch_lines(
        [
            "*2001-2002.test.yaml::Dix enfants font un groupe PASSED*",
            "*2001-2002.test.yaml::Sept enfants font un groupe FAILED*",
            "regles/*/2001-2002.test.yaml:12:33: `taille (petits)` is `not_met`, where `met` is expected*",
            "*expect: {criteria: {taille: met}}",
            "*the rule reads `groupe.effectif` 7",
            "XFAIL*Six enfants, le comité dira*demander au comité",
        ]
    )
    assert "Traceback" not in result.stdout.str()


def test_a_failure_speaks_the_language_of_its_reader(
    beside: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAS_POLICY_LANG", "fr")
    (beside / "2001-2002.test.yaml").write_text(HEAD + CASES, encoding="utf-8")

    result = pytester.runpytest_subprocess("-k", "Sept")

    result.stdout.fnmatch_lines(["*`taille (petits)` vaut `not_met`*"])


def test_figures_typed_twice_are_an_item(beside: Path, pytester: pytest.Pytester) -> None:
    text = f"tests: {LOCAL}\nfigures: {{taux: 31 %}}\ncases:\n  Un cas:\n    expect: {{outcome: incomplete}}\n"
    (beside / "2001-2002.test.yaml").write_text(text, encoding="utf-8")

    result = pytester.runpytest_subprocess("-v")

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*:2:17: `taux` is `30 %`, where `31 %` is expected*"])


def test_a_file_that_cannot_be_read_is_an_error_with_its_places(beside: Path, pytester: pytest.Pytester) -> None:
    (beside / "2001-2002.test.yaml").write_text(
        HEAD + "cases:\n  Un cas:\n    expect: {criteria: {tailles: met}}\n", encoding="utf-8"
    )

    result = pytester.runpytest_subprocess()

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*:9:25: no `tailles` under `criteria` of this policy*CLAS-T109*", "*did you mean `taille`*"]
    )
    assert "Traceback" not in result.stdout.str()


def test_files_that_name_no_policy_are_left_to_others(pytester: pytest.Pytester) -> None:
    (pytester.path / "autre.test.yaml").write_text("stages:\n  - name: of another tool\n", encoding="utf-8")

    assert pytester.runpytest_subprocess().ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_the_plugin_can_be_switched_off(beside: Path, pytester: pytest.Pytester) -> None:
    (beside / "2001-2002.test.yaml").write_text(HEAD + CASES, encoding="utf-8")

    assert pytester.runpytest_subprocess("-p", "no:clas_policy").ret == pytest.ExitCode.NO_TESTS_COLLECTED
