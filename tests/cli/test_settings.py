"""Settings: options before variables, variables before ``clas-policy.toml``, and nothing that is not understood."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.cli.conftest import Run

LOCAL = "departements/09/2001-2002"
VERSIONS = {"2002-01-01": "30 %", "2003-01-01": "31 %", "2004-01-01": "32 %", "2005-01-01": "33 %"}


@pytest.fixture
def dated(rules: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A layer of which each year has its version, with its own rate: the rate tells which day was taken."""
    monkeypatch.delenv("CLAS_POLICY_AS_OF")
    file = rules / "national" / "2001-2002.yaml"
    text = file.read_text(encoding="utf-8").partition("published:")[0]
    file.write_text(text, encoding="utf-8")
    for version, (day, rate) in enumerate(list(VERSIONS.items())[1:], 2):
        later = text.replace("version: 1", f"version: {version}\neffective_from: {day}").replace("30 %", rate)
        (rules / "national" / f"2001-2002.v{version}.yaml").write_text(later, encoding="utf-8")
    return rules


def rate(run: Run, *options: str) -> str:
    ran = run(*options, "show", "national/2001-2002", "taux", "--output", "json")
    assert ran.code == 0, ran.err
    line = next(line for line in json.loads(ran.out)[0]["definition"] if line.startswith("value:"))
    return str(line.removeprefix("value: ").partition("  #")[0])


def test_an_option_counts_before_a_variable_and_a_variable_before_the_file(
    dated: Path, here: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "clas-policy.toml").write_text('as_of = "2003-06-01"\n', encoding="utf-8")
    assert rate(run) == "31 %"
    monkeypatch.setenv("CLAS_POLICY_AS_OF", "2004-06-01")
    assert rate(run) == "32 %"
    assert rate(run, "--as-of", "2002-06-01") == "30 %"


def test_a_date_of_toml_is_a_date(dated: Path, here: Path, run: Run) -> None:
    (here / "clas-policy.toml").write_text("as_of = 2003-06-01\n", encoding="utf-8")
    assert rate(run) == "31 %"


def test_an_option_stands_before_or_after_its_command(rules: Path, run: Run) -> None:
    before = run("--lang", "fr", "--as-of", "2002-06-01", "show", LOCAL, "taux")
    assert before == run("show", LOCAL, "taux", "--as-of", "2002-06-01", "--lang=fr")
    assert "valeur" in before.out


def test_the_option_that_stands_nearer_to_the_command_counts(dated: Path, run: Run) -> None:
    ran = run("--as-of", "2003-06-01", "show", "national/2001-2002", "taux", "--as-of", "2004-06-01")
    assert "32 %" in ran.out


def test_the_settings_file_is_found_upwards(rules: Path, here: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLAS_POLICY_PATH")
    (here / "clas-policy.toml").write_text('policies = ["regles"]\nlang = "fr"\n', encoding="utf-8")
    below = here / "un" / "deux"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    ran = run("check")
    assert (ran.code, ran.err) == (0, "3 fichiers lus, 3 politiques composées\u00a0: aucun problème\n")


def test_the_nearest_settings_file_is_the_only_one(here: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "clas-policy.toml").write_text('lang = "fr"\n', encoding="utf-8")
    below = here / "dessous"
    below.mkdir()
    (below / "clas-policy.toml").write_text("draft = false\n", encoding="utf-8")
    monkeypatch.chdir(below)
    assert run("help", "CLAS-U505").out.startswith("CLAS-U505 — no dossier")


def test_several_folders_in_a_variable(rules: Path, here: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    (here / "autres" / "national").mkdir(parents=True)
    moved = here / "autres" / "national" / "2001-2002.yaml"
    (rules / "national" / "2001-2002.yaml").rename(moved)
    monkeypatch.setenv("CLAS_POLICY_PATH", os.pathsep.join(["regles", "autres"]))
    assert run("check").err.startswith("3 files read")


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param('lang = "fr"\npolitiques = ["regles"]\n', id="unknown-key"),
        pytest.param('policies = "regles"\n', id="unfit-value"),
        pytest.param("as_of = 2024-10-30T12:00:00Z\n", id="unfit-date"),
        pytest.param('draft = "oui"\nunknown = 1\n', id="several"),
        pytest.param("[outils]\nx = 1\n", id="table"),
        pytest.param('lang = "fr"\nlang = \n', id="not-toml"),
    ],
)
def test_what_is_wrong_with_a_settings_file(
    text: str, lang: str, here: Path, run: Run, snapshot: SnapshotAssertion
) -> None:
    (here / "clas-policy.toml").write_text(text, encoding="utf-8")
    ran = run("list", "--lang", lang)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.replace(here.as_posix(), "HERE") == snapshot


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CLAS_POLICY_AS_OF", "30/10/2024"),
        ("CLAS_POLICY_AS_OF", "2024-02-30"),
        ("CLAS_POLICY_COLOR", "toujours"),
        ("CLAS_POLICY_DRAFT", "peut-être"),
        ("CLAS_POLICY_WITHOUT_PLUGINS", "2"),
    ],
)
def test_a_variable_that_does_not_fit_is_refused(
    variable: str, value: str, rules: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    ran = run("list")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"`{variable}` is `{value}`, and takes ")
    assert "[CLAS-U503]" in ran.err


@pytest.mark.parametrize("day", ["30/10/2024", "2024-02-30", "hier", "", "2024-W10-1", "20241030"])
def test_a_day_that_is_none_is_a_usage_error(day: str, rules: Path, run: Run) -> None:
    ran = run("list", "--as-of", day)
    assert (ran.code, ran.out) == (2, "")
    assert f"`{day}` is no date" in ran.err


def test_a_settings_file_never_hides_the_help(here: Path, run: Run) -> None:
    (here / "clas-policy.toml").write_text("wrong = 1\n", encoding="utf-8")
    assert run("--help").code == 0
    assert run("--version").code == 0


def test_the_draft_variable_allows_drafts(rules: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    file = rules / f"{LOCAL}.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("in_force", "draft"), encoding="utf-8")
    assert run("show", LOCAL).code == 3
    for value, code in (("1", 0), ("true", 0), ("0", 3), ("", 3)):
        monkeypatch.setenv("CLAS_POLICY_DRAFT", value)
        assert run("show", LOCAL).code == code


def test_an_empty_variable_counts_as_unset(dated: Path, here: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "clas-policy.toml").write_text('as_of = "2003-06-01"\n', encoding="utf-8")
    monkeypatch.setenv("CLAS_POLICY_AS_OF", "")
    monkeypatch.setenv("CLAS_POLICY_COLOR", "")
    assert rate(run) == "31 %"
