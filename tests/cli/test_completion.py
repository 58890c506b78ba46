"""Completion in a shell: commands, options, years, departments, ids, codes; and never an error in the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from clas_policy.cli import help_pages
from clas_policy.cli.app import program


def complete(*words: str) -> list[str]:
    """What is proposed for the last word."""
    found = ShellComplete(program, {}, "clas-policy", "_CLAS_POLICY_COMPLETE")
    return [item.value for item in found.get_completions(list(words[:-1]), words[-1])]


def test_commands() -> None:
    assert complete("ch") == ["check"]
    assert {"evaluate", "show", "help"} <= set(complete(""))


@pytest.mark.parametrize(
    "words", [("check", ""), ("show", ""), ("deadlines", "--policy", ""), ("evaluate", "--policy", "")]
)
def test_ids(words: tuple[str, ...], rules: Path) -> None:
    assert complete(*words) == ["departements/09/2001-2002", "national/2001-2002", "national/referentiel-2000"]
    assert complete(*words[:-1], "dep") == ["departements/09/2001-2002"]


@pytest.mark.parametrize("command", [("deadlines",), ("schema", "dossier"), ("template", "dossier")])
def test_years_and_departments(command: tuple[str, ...], rules: Path) -> None:
    assert complete(*command, "--year", "") == ["2001-2002"]
    assert complete(*command, "--department", "") == ["09"]
    assert complete(*command, "--department", "3") == []


def test_the_folders_of_the_command_line_count(here: Path, rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLAS_POLICY_PATH")
    assert complete("show", "") == []
    assert complete("show", "--policies", "regles", "dep") == ["departements/09/2001-2002"]
    assert complete("--policies", "regles", "show", "dep") == ["departements/09/2001-2002"]


def test_codes() -> None:
    codes = [page.code for page in help_pages.pages()]
    assert complete("help", "clas-u50") == [code for code in codes if code.startswith("CLAS-U50")]
    assert complete("help", "") == codes


def test_choices() -> None:
    assert complete("completion", "z") == ["zsh"]
    assert complete("list", "--output", "") == ["text", "json"]
    assert complete("--color", "al") == ["always"]


def test_a_folder_that_is_not_there_is_no_error(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAS_POLICY_PATH", "absent")
    assert complete("show", "") == []
    assert complete("deadlines", "--year", "") == []
