"""``test``: which tests are run, what is told of them, and in which format."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.cli.conftest import Run

LOCAL = "departements/09/2001-2002"
ANNUAL = "national/2001-2002"
HEAD = f"""\
tests: {LOCAL}
figures: {{taux: 30 %, plafond: 5000 EUR}}
dossier:
  depot.date: 2001-10-01
  charte.signee: true
  groupe:
    petits: {{groupe.effectif: 10, groupe.depenses: 1000 EUR}}
cases:
"""
GOOD = """\
  Dix enfants font un groupe:
    expect: {criteria: {taille: met}, grants: {aide: {due: 300 EUR}}}
"""
BAD = """\
  Sept enfants font un groupe:
    change: {groupe: {petits: {groupe.effectif: 7}}}
    expect: {criteria: {taille: met}, grants: {aide: {due: 300 EUR}}, missing: [charte.signee]}
"""
TO_DO = """\
  Une demande à la veille de l'ouverture:
    todo: demander au comité
    change: {depot.date: 2001-08-31}
    expect: {outcome: admissible}
  Une demande le jour de l'ouverture:
    todo: demander au comité
    change: {depot.date: 2001-09-01}
    expect: {outcome: admissible}
"""
LANGUAGES = pytest.mark.parametrize("lang", ["fr", "en"])


def put(rules: Path, text: str, name: str = LOCAL) -> Path:
    place = rules / f"{name}.test.yaml"
    place.write_text(text, encoding="utf-8")
    return place


@pytest.fixture
def mixed(rules: Path) -> Path:
    """Tests that hold, fail, are still to do, and a figure that was mistyped."""
    text = (HEAD + GOOD + BAD + TO_DO).replace("plafond: 5000 EUR", "plafond: 5001 EUR")
    return put(rules, text)


@LANGUAGES
@pytest.mark.parametrize("form", ["text", "json", "junit", "sarif", "github"])
def test_results_in_each_format(form: str, lang: str, mixed: Path, run: Run, snapshot: SnapshotAssertion) -> None:
    ran = run("test", "--output", form, "--lang", lang)
    assert ran.code == 1
    assert str(ran) == snapshot


def test_tests_that_all_hold(rules: Path, run: Run) -> None:
    put(rules, HEAD + GOOD)
    ran = run("test")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"regles/{LOCAL}.test.yaml ({LOCAL}): 1 case\n1 case: 1 case holds\n"


def test_every_case_is_named_where_more_is_asked_for(rules: Path, run: Run) -> None:
    put(rules, HEAD + GOOD)
    assert "  ✓ Dix enfants font un groupe\n" in run("test", "-v").out


@LANGUAGES
def test_what_is_not_covered(lang: str, rules: Path, run: Run, snapshot: SnapshotAssertion) -> None:
    put(rules, HEAD + GOOD)
    ran = run("test", "--coverage", "--unasserted", "--lang", lang)
    assert ran.code == 0
    assert str(ran) == snapshot


def test_tests_answer_for_the_layers_of_their_folder_and_for_the_boundaries_of_their_figures(
    rules: Path, run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = here / "autres" / "national"
    others.mkdir(parents=True)
    (rules / "national" / "referentiel-2000.yaml").rename(others / "referentiel-2000.yaml")
    monkeypatch.setenv("CLAS_POLICY_PATH", "regles:autres")
    put(rules, HEAD + GOOD)

    found = json.loads(run("test", "--coverage", "--output", "json").out)["coverage"]

    assert set(found["by_file"]) == {f"regles/{LOCAL}.yaml", f"regles/{ANNUAL}.yaml"}
    assert found["by_file"][f"regles/{ANNUAL}.yaml"]["total"] == 3, "just below, at and just above its ceiling"
    places = {point["file"] for point in found["missing"]}
    assert places == {f"regles/{LOCAL}.yaml", "autres/national/referentiel-2000.yaml"}


def test_too_little_coverage_is_a_finding(rules: Path, run: Run) -> None:
    put(rules, HEAD + GOOD)
    ran = run("test", "--min", "95")
    assert ran.code == 1
    assert "% is covered, and 95 % is asked for [CLAS-T210]" in ran.out
    assert run("test", "--min", "20").code == 0


def test_coverage_as_a_page(rules: Path, run: Run, here: Path) -> None:
    put(rules, HEAD + GOOD)
    assert run("test", "--html", "couverture.html").code == 0
    page = (here / "couverture.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert f"regles/{LOCAL}.yaml" in page


@pytest.mark.parametrize("lost", [LOCAL, f"regles/{LOCAL}.test.yaml", "regles", "regles/departements"])
def test_tests_are_named_by_layer_file_or_folder(lost: str, rules: Path, run: Run) -> None:
    put(rules, HEAD + GOOD)
    ran = run("test", lost)
    assert ran.code == 0
    assert ran.out.endswith("1 case: 1 case holds\n")


def test_a_test_file_brings_the_folder_that_it_stands_in(
    rules: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = put(rules, HEAD + GOOD)
    monkeypatch.delenv("CLAS_POLICY_PATH")
    monkeypatch.chdir(place.parent)
    ran = run("test", place.name)
    assert ran.code == 0, ran
    assert ran.out == f"{place.name} ({LOCAL}): 1 case\n1 case: 1 case holds\n"


def test_only_the_cases_whose_name_has_a_text(rules: Path, run: Run) -> None:
    put(rules, HEAD + GOOD + BAD)
    assert run("test", "-k", "dix").code == 0
    assert run("test", "-k", "SEPT").code == 1
    ran = run("test", "-k", "onze")
    assert (ran.code, ran.out) == (5, "")
    assert "no case has `onze` in its name [CLAS-T114]" in ran.err


def test_nothing_to_test(rules: Path, run: Run) -> None:
    ran = run("test")
    assert (ran.code, ran.out) == (5, "")
    assert "no policy test in `regles` [CLAS-T114]" in ran.err


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("national/2003-2004", "no layer `national/2003-2004` [CLAS-L210]"),
        ("regles/absent.test.yaml", "no such file `regles/absent.test.yaml` [CLAS-F001]"),
    ],
)
def test_what_is_not_there(name: str, said: str, rules: Path, run: Run) -> None:
    ran = run("test", name)
    assert (ran.code, ran.out) == (3, "")
    assert said in ran.err


def test_a_file_that_cannot_be_read_leaves_the_others(rules: Path, run: Run) -> None:
    put(rules, HEAD + GOOD)
    put(rules, f"tests: {ANNUAL}\ncases:\n  Un cas:\n    expect: {{outcom: admissible}}\n", ANNUAL)
    ran = run("test")
    assert ran.code == 3
    assert f"regles/{ANNUAL}.test.yaml:4:14: unknown key `outcom` [CLAS-S001]" in ran.out
    assert ran.out.endswith("1 case: 1 case holds\n")


def test_the_same_in_a_format_for_programs(rules: Path, run: Run) -> None:
    put(rules, HEAD + GOOD)
    put(rules, f"tests: {ANNUAL}\ncases:\n  Un cas:\n    expect: {{outcom: admissible}}\n", ANNUAL)
    ran = run("test", "--output", "json")
    assert ran.code == 3
    answer = json.loads(ran.out)
    assert [problem["code"] for problem in answer["problems"]] == ["CLAS-S001"]
    assert answer["passed"] == 1
    ran = run("test", "--output", "junit")
    suites = ET.fromstring(ran.out)  # noqa: S314 - our own text
    assert [suite.get("errors") for suite in suites] == ["0", "1"]


def test_results_in_several_places(rules: Path, run: Run, here: Path) -> None:
    put(rules, HEAD + GOOD)
    ran = run("test", "--output", "text", "--output", "junit:essais.xml", "--output", "json:essais.json")
    assert ran.code == 0
    assert ran.out.endswith("1 case: 1 case holds\n")
    assert ET.parse(here / "essais.xml").getroot().tag == "testsuites"  # noqa: S314
    assert json.loads((here / "essais.json").read_text(encoding="utf-8"))["failed"] == 0


def test_an_output_is_never_written_over_a_test(rules: Path, run: Run) -> None:
    place = put(rules, HEAD + GOOD)
    ran = run("test", "--output", f"json:{place.relative_to(rules.parent)}")
    assert ran.code == 2
    assert place.read_text(encoding="utf-8") == HEAD + GOOD


@pytest.mark.parametrize("output", ["xml", "text:a --output json:a"])
def test_outputs_that_make_no_sense(output: str, rules: Path, run: Run) -> None:
    put(rules, HEAD + GOOD)
    assert run("test", "--output", *output.split()).code == 2


def test_a_lock_is_looked_at_before_any_case_is_run(rules: Path, run: Run) -> None:
    put(rules, HEAD + GOOD)
    ran = run("test", "--lock", "verrou.json")
    assert (ran.code, ran.out) == (6, "")
    assert "verrou.json" in ran.err


def test_xml_holds_no_character_that_it_may_not(rules: Path, run: Run) -> None:
    put(rules, HEAD + '  "Un cas ]]> & <b>":\n    expect: {outcome: incomplete}\n')
    ran = run("test", "--output", "junit")
    names = [case.get("name") for case in _cases(ran.out)]
    assert "Un cas ]]> & <b>" in names


def test_slips_that_no_test_notices(rules: Path, run: Run, snapshot: SnapshotAssertion) -> None:
    put(rules, HEAD + GOOD)
    ran = run("test", "--mutants", "--lang", "fr")
    assert ran.code == 1
    assert str(ran) == snapshot
    answer = json.loads(run("test", "--mutants", "--output", "json").out)
    assert answer["mutants"]["noticed"] > 0
    assert {"change", "item", "file", "line"} <= set(answer["mutants"]["survived"][0])


def test_suggested_cases_cover_what_was_missing_once_they_are_confirmed(rules: Path, run: Run) -> None:
    place = put(rules, HEAD + GOOD)
    before = json.loads(run("test", "--coverage", "--output", "json").out)["coverage"]["percent"]
    ran = run("test", "--suggest")
    assert ran.code == 0
    assert "1 case holds" in ran.err
    place.write_text(HEAD + GOOD + ran.out.replace("    todo: à confirmer\n", ""), encoding="utf-8")

    again = run("test", "--coverage", "--output", "json")

    assert again.code == 0, again
    assert before < 50
    assert json.loads(again.out)["coverage"]["percent"] == 100


def test_a_layer_without_tests_gets_a_whole_file(rules: Path, run: Run) -> None:
    ran = run("test", LOCAL, "--suggest")
    assert ran.code == 0
    put(rules, ran.out)
    again = run("test", "--min", "100")
    assert again.code == 0, again
    assert "to do" not in again.out


def _cases(text: str) -> Iterator[ET.Element]:
    return ET.fromstring(text).iter("testcase")  # noqa: S314
