"""``lint``: which layers are looked at, what is told in which format, and when it is a failure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.cli.conftest import Run

REFERENTIEL, ANNUAL, LOCAL = "national/referentiel-2000", "national/2001-2002", "departements/09/2001-2002"
LANGUAGES = pytest.mark.parametrize("lang", ["fr", "en"])


def add(rules: Path, section: str, lines: str, layer: str = REFERENTIEL) -> None:
    file = rules / f"{layer}.yaml"
    text = file.read_text("utf-8")
    assert f"\n{section}:\n" in text
    file.write_text(text.replace(f"\n{section}:\n", f"\n{section}:\n{lines}\n", 1), "utf-8")


@pytest.fixture
def doubtful(rules: Path) -> Path:
    """A note, warnings with a second place and without, an error, a silence too many."""
    add(rules, "documents", "  annexe: {title: Annexe}")
    add(rules, "funders", "  mairie: {label: Mairie}")
    add(
        rules,
        "criteria",
        "  tailles: # lint: N112 rien\n    for_each: groupe\n    label: Un groupe de 8 enfants au moins\n"
        "    requires: {fact: groupe.effectif, to: 30}",
    )
    return rules


@LANGUAGES
@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_findings_in_each_format(form: str, lang: str, doubtful: Path, run: Run, snapshot: SnapshotAssertion) -> None:
    ran = run("lint", "--output", form, "--lang", lang)
    assert ran.code == 1
    assert str(ran) == snapshot


def codes(run: Run, *arguments: str) -> tuple[int, list[str]]:
    ran = run("lint", "--output", "json", *arguments)
    return ran.code, [problem["code"] for problem in json.loads(ran.out)]


def test_nothing_is_doubtful(rules: Path, run: Run) -> None:
    ran = run("lint")
    assert (ran.code, ran.out, ran.err) == (0, "", "3 files read: nothing doubtful\n")
    assert run("lint", "-q").err == ""


@pytest.mark.parametrize(
    ("line", "severity", "failing"),
    [
        ("  annexe: {title: Annexe}", "note", ("note",)),
        ("  off: {title: Annexe}", "warning", ("note", "warning")),
    ],
)
def test_a_finding_fails_from_its_level_on(
    line: str, severity: str, failing: tuple[str, ...], rules: Path, run: Run
) -> None:
    add(rules, "documents", line)
    file = rules / f"{LOCAL}.yaml"
    if severity == "warning":
        file.write_text(file.read_text("utf-8").replace("source: note, §2", "source: off, §2"), "utf-8")
    for level in ("note", "warning", "error"):
        ran = run("lint", "--level", level, "--output", "json")
        assert [problem["severity"] for problem in json.loads(ran.out)] == [severity]
        assert ran.code == (1 if level in failing else 0)


@pytest.mark.parametrize(
    "name", [REFERENTIEL, f"regles/{REFERENTIEL}.yaml", "regles/national", "regles/../regles/national"]
)
def test_a_layer_a_file_or_a_folder_may_be_named(name: str, doubtful: Path, run: Run) -> None:
    code, found = codes(run, name)
    assert code == 1
    assert sorted(set(found)) == ["CLAS-N101", "CLAS-N103", "CLAS-N110", "CLAS-N111", "CLAS-N202", "CLAS-N903"]
    assert codes(run, LOCAL) == (0, [])


def test_a_layer_with_errors_is_not_judged_and_the_others_are(doubtful: Path, run: Run) -> None:
    file = doubtful / f"{LOCAL}.yaml"
    file.write_text(file.read_text("utf-8").replace("charte.signee", "charte.singee"), "utf-8")
    ran = run("lint", "--output", "json")
    assert ran.code == 3
    assert "CLAS-N202" in ran.out
    assert "CLAS-N101" not in ran.out
    assert ran.err.count("charte.singee") == 2
    assert ran.err.endswith("3 files read: 2 errors and 3 warnings in 2 files\n")


@pytest.mark.parametrize("name", ["national/1999-2000", "absent.yaml", "regles/absent.yaml"])
def test_what_is_not_there_is_named(name: str, rules: Path, run: Run) -> None:
    ran = run("lint", name)
    assert (ran.code, ran.out) == (3, "")
    assert f"`{name}`" in ran.err


def test_a_file_in_no_folder_of_layers_is_not_judged(here: Path, rules: Path, run: Run) -> None:
    (here / "seul.yaml").write_text((rules / f"{ANNUAL}.yaml").read_text("utf-8"), "utf-8")
    ran = run("lint", "seul.yaml")
    assert (ran.code, ran.out) == (3, "")
    assert "--policies" in ran.err


def test_a_folder_without_layers_is_no_success(here: Path, rules: Path, run: Run) -> None:
    (here / "vide").mkdir()
    assert run("lint", "vide").code == 5
    assert run("lint", "--policies", "vide").code == 5


def test_findings_go_to_a_file_and_never_over_a_policy(doubtful: Path, here: Path, run: Run) -> None:
    assert run("lint", "--output", "json:remarques.json").out == ""
    assert len(json.loads((here / "remarques.json").read_text("utf-8"))) == 7
    before = (doubtful / f"{ANNUAL}.yaml").read_bytes()
    assert run("lint", "--output", f"json:regles/{ANNUAL}.yaml").code == 2
    assert (doubtful / f"{ANNUAL}.yaml").read_bytes() == before


def test_a_format_that_there_is_not_is_a_usage_error(rules: Path, run: Run) -> None:
    assert run("lint", "--output", "yaml").code == 2


def test_what_is_shipped_is_not_doubtful(run: Run) -> None:
    """The national layers, and the Gers note that a plugin ships."""
    gers = Path(__file__).resolve().parents[2] / "plugins/clas-policy-gers/src/clas_policy_gers/policies"
    assert run("lint", "--level", "note").err == "2 files read: nothing doubtful\n"
    assert run("lint", "--level", "note", "--policies", str(gers)).err == "1 file read: nothing doubtful\n"
