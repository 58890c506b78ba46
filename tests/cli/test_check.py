"""``check``: what is looked at, what is told, and in which format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.cli.conftest import Run

LOCAL = "departements/09/2001-2002"
ANNUAL = "national/2001-2002"
LANGUAGES = pytest.mark.parametrize("lang", ["fr", "en"])


def edit(rules: Path, layer: str, old: str, new: str) -> None:
    file = rules / f"{layer}.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def broken(rules: Path) -> Path:
    """A misspelt parameter (which leaves the right one without a value), a misspelt fact, a date that is none."""
    edit(rules, ANNUAL, "plafond: 5000 EUR", "plafnod: 5000 EUR")
    edit(rules, LOCAL, "requires: charte.signee", "requires: charte.singee")
    edit(rules, LOCAL, "opens_on: 2001-09-01", "opens_on: 01/09/2001")
    return rules


@LANGUAGES
@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_problems_in_each_format(form: str, lang: str, broken: Path, run: Run, snapshot: SnapshotAssertion) -> None:
    ran = run("check", "--output", form, "--lang", lang)
    assert ran.code == 1
    assert str(ran) == snapshot


def test_all_is_well(rules: Path, run: Run) -> None:
    ran = run("check")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "3 files read, 3 policies composed: no problem\n"


def test_quiet_says_nothing_where_all_is_well(rules: Path, run: Run) -> None:
    ran = run("check", "-q")
    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_a_layer_is_checked_with_its_parents(rules: Path, run: Run) -> None:
    assert run("check", ANNUAL).err.startswith("2 files read, 1 policy composed")


def test_an_absent_layer_is_named_with_what_there_is(rules: Path, run: Run) -> None:
    ran = run("check", "national/2003-2004")
    assert (ran.code, ran.out) == (3, "")
    assert "no layer `national/2003-2004` [CLAS-L210]" in ran.err
    assert LOCAL in ran.err


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_a_folder_without_layers_is_not_a_success(form: str, here: Path, run: Run) -> None:
    """Whatever the engine ships: the folder that the author named holds nothing."""
    (here / "vide").mkdir()
    ran = run("check", "--policies", "vide", "--output", form)
    assert ran.code == 5
    assert ran.err


def test_a_folder_that_is_not_there_is_a_problem(here: Path, run: Run) -> None:
    ran = run("check", "--policies", "absent")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err == "no folder `absent` [CLAS-F002]\n"


def test_only_the_folders_of_the_author_are_checked(here: Path, rules: Path, run: Run) -> None:
    (here / "autre" / "national").mkdir(parents=True)
    file = here / "autre" / "national" / "2001-2002.yaml"
    file.write_text((rules / f"{ANNUAL}.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    ran = run("check", "--policies", "autre", "--policies", "regles")
    assert ran.code in (0, 1)
    assert "autre" in ran.err or ran.code == 0


def test_problems_go_to_a_file_that_is_written_whole(broken: Path, here: Path, run: Run) -> None:
    ran = run("check", "--output", "json:problemes.json")
    assert (ran.code, ran.out) == (1, "")
    assert len(json.loads((here / "problemes.json").read_text(encoding="utf-8"))) == 3
    assert [path.name for path in here.iterdir() if path.name.startswith(".")] == []


def test_a_policy_is_never_written_over(rules: Path, run: Run) -> None:
    file = rules / f"{ANNUAL}.yaml"
    before = file.read_bytes()
    ran = run("check", "--output", f"json:regles/{ANNUAL}.yaml")
    assert ran.code == 2
    assert "CLAS-F005" in ran.err
    assert file.read_bytes() == before


def test_a_format_that_there_is_not_is_a_usage_error(rules: Path, run: Run) -> None:
    ran = run("check", "--output", "yaml")
    assert (ran.code, ran.out) == (2, "")
    assert "unknown format `yaml`" in ran.err


def test_a_warning_alone_is_no_failure(rules: Path, run: Run) -> None:
    edit(rules, "national/referentiel-2000", ", counted_up_to: plafond", "")
    edit(rules, ANNUAL, "published:\n  - {grant: aide, at_most: 1500 EUR}\n", "")
    ran = run("check", "national/referentiel-2000", "--output", "json")
    assert [problem["severity"] for problem in json.loads(ran.out)] in ([], ["warning"])
    assert ran.code == 0


def test_what_is_printed_is_recomputed(rules: Path, run: Run) -> None:
    edit(rules, ANNUAL, "1500 EUR", "1501 EUR")
    ran = run("check", "--output", "json")
    (problem,) = json.loads(ran.out)
    assert (ran.code, problem["code"], problem["line"]) == (1, "CLAS-P190", 11)
    assert problem["related"][0]["file"] == "regles/national/referentiel-2000.yaml"


def test_problems_are_sorted_by_place(broken: Path, run: Run) -> None:
    found = json.loads(run("check", "--output", "json").out)
    places = [(problem["file"], problem["line"], problem["column"]) for problem in found]
    assert places == sorted(places)
    assert len(places) == 3


def test_one_problem_of_a_parent_is_told_once(rules: Path, run: Run) -> None:
    edit(rules, "national/referentiel-2000", "from: 8", "from: huit")
    found = json.loads(run("check", "--output", "json").out)
    assert len(found) == 1


def test_nothing_in_a_layer_becomes_a_command_of_the_code_host(rules: Path, run: Run) -> None:
    edit(rules, ANNUAL, "taux: 30 %", '"taux\\n::error file=x::y%0A": 30 %')
    lines = run("check", "--output", "github").out.splitlines()
    assert lines
    assert all(line.startswith("::error file=regles/national/2001-2002.yaml,line=") for line in lines)
    assert all(line.count("::error") == 1 or "::error file=x" in line.split("::", 2)[2] for line in lines)


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_an_escape_in_a_layer_does_not_reach_the_terminal(form: str, rules: Path, run: Run) -> None:
    edit(rules, ANNUAL, "taux: 30 %", '"ta\\e]0;owned\\a\\u202e": 30 %')
    ran = run("check", "--output", form)
    assert ran.code == 1
    assert "owned" in ran.out
    assert [character for character in "\x1b\x07\u202e" if character in ran.out + ran.err] == []


# The plans of reports

PLAN = "report: Bilan d'essai\nentities:\n  groupe: {sums: [groupe.effectif]}\n"


def test_a_plan_is_checked_as_layers_are(rules: Path, run: Run) -> None:
    plan = rules / "national" / "referentiel-2000.report.yaml"
    plan.write_text(PLAN, encoding="utf-8")
    assert run("check").err == "4 files read, 3 policies composed: no problem\n"

    plan.write_text(PLAN.replace("effectif", "effectf"), encoding="utf-8")
    ran = run("check")
    assert ran.code == 1
    assert ran.out.count("CLAS-B401") == 1, "said once, of however many policies"
    assert "regles/national/referentiel-2000.report.yaml:3:19: no fact `groupe.effectf`" in ran.out
    assert "did you mean `groupe.effectif`?" in ran.out


def test_a_plan_may_name_what_layers_below_add(rules: Path, run: Run) -> None:
    """The référentiel has no report of its own: its plan is for the years."""
    edit(rules, ANNUAL, "set:\n", "facts:\n  visite.faite: {type: boolean, label: Visite faite}\nset:\n")
    text = PLAN + "dossiers: {answers: [visite.faite]}\n"
    (rules / "national" / "referentiel-2000.report.yaml").write_text(text, encoding="utf-8")
    for ids in ((), ("national/referentiel-2000",)):
        ran = run("check", *ids)
        assert (ran.code, ran.out) == (0, ""), ran


def test_a_plan_of_a_year_names_nothing_that_only_one_department_has(rules: Path, run: Run) -> None:
    edit(rules, LOCAL, "deadlines:\n", "facts:\n  ariege.visite: {type: boolean, label: Visite faite}\ndeadlines:\n")
    text = PLAN + "dossiers: {answers: [ariege.visite]}\n"
    (rules / "departements" / "09" / "2001-2002.report.yaml").write_text(text, encoding="utf-8")
    assert run("check").code == 0
    (rules / "departements" / "09" / "2001-2002.report.yaml").rename(rules / "national" / "2001-2002.report.yaml")
    assert "no fact `ariege.visite` in `national/2001-2002`" in run("check").out


def test_a_plan_beside_no_layer_is_told(rules: Path, run: Run) -> None:
    (rules / "national" / "2001-2003.report.yaml").write_text(PLAN, encoding="utf-8")
    ran = run("check")
    assert ran.code == 0
    assert "regles/national/2001-2003.report.yaml:1:1: warning: no layer `national/2001-2003`" in ran.out
    assert "did you mean `national/2001-2002`?" in ran.out
    assert run("check", ANNUAL).out == ""


def test_the_problems_are_never_written_over_a_plan(rules: Path, run: Run) -> None:
    plan = rules / "national" / "2001-2002.report.yaml"
    plan.write_text(PLAN, encoding="utf-8")
    ran = run("check", "--output", "json:regles/national/2001-2002.report.yaml")
    assert ran.code == 2
    assert plan.read_text(encoding="utf-8") == PLAN
