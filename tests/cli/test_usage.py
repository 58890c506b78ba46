"""What a misused command line gets: exit 2, in the reader's language, nothing on standard output."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.cli.conftest import Run

from clas_policy import __version__
from clas_policy.cli import front

LANGUAGES = pytest.mark.parametrize("lang", ["fr", "en"])
OURS = {
    "unknown-command": ("chekc",),
    "unlike-any-command": ("zzzzzz",),
    "unknown-format": ("check", "--output", "yaml"),
    "no-date": ("list", "--as-of", "demain"),
    "no-policy": ("deadlines",),
    "policy-and-national": ("evaluate", "x.json", "--policy", "x", "--national"),
    "no-page": ("help", "CLAS-Z999"),
    "escape": ("\x1b[2J\nError: rien",),
}
"""What the program's own sentences answer: told as snapshots."""
CLICKS = {
    "unknown-option": (("check", "--ouptut", "json"), "--ouptut"),
    "unlike-any-option": (("check", "--zzzzzz"), "--zzzzzz"),
    "unknown-option-before": (("--zzzzzz", "check"), "--zzzzzz"),
    "missing-argument": (("show",), "ID"),
    "missing-dossier": (("evaluate",), "DOSSIER"),
    "missing-option": (("replay", "decision.json"), "--dossier"),
    "option-without-value": (("check", "--output"), "--output"),
    "flag-with-value": (("show", "x", "--draft=1"), "--draft"),
    "one-argument-too-many": (("show", "a", "b", "c"), "c"),
    "several-too-many": (("show", "a", "b", "c", "d"), "c d"),
    "unknown-choice": (("list", "--output", "yaml"), "'yaml'"),
    "unknown-kind": (("schema", "note"), "'note'"),
    "unknown-colour": (("list", "--color", "rouge"), "'rouge'"),
    "unknown-below": (("plugins", "lits"), "lits"),
    "escape-in-an-option": (("check", "--\x1b[2J"), "--\\x1b[2J"),
}
"""What click's sentences answer, which differ from version to version; and the word that they are about."""
ENGLISH = ("such", "Missing", "Invalid", "unexpected", "requires", "does not", "is not", "Did you", "Try", "Error:")


@LANGUAGES
@pytest.mark.parametrize("arguments", OURS.values(), ids=OURS)
def test_a_misuse(arguments: tuple[str, ...], lang: str, run: Run, snapshot: SnapshotAssertion) -> None:
    ran = run("--lang", lang, *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == snapshot


@LANGUAGES
@pytest.mark.parametrize(("arguments", "about"), CLICKS.values(), ids=CLICKS)
def test_a_misuse_that_click_sees(arguments: tuple[str, ...], about: str, lang: str, run: Run) -> None:
    ran = run("--lang", lang, *arguments)
    assert (ran.code, ran.out) == (2, "")
    error = next(line for line in ran.err.splitlines() if line.startswith(("Error: ", "Erreur\u00a0: ")))
    assert about in error
    if lang == "fr":
        assert [word for word in ENGLISH if word in ran.err] == []


@LANGUAGES
def test_a_language_that_there_is_not(lang: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAS_POLICY_LANG", lang)
    ran = run("--lang", "de", "list")
    assert (ran.code, ran.out) == (2, "")
    assert "'de'" in ran.err
    assert ran.err.startswith("Usage\u00a0:" if lang == "fr" else "Usage:")


@LANGUAGES
def test_nothing_asked_is_answered_by_the_help_on_standard_error(
    lang: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAS_POLICY_LANG", lang)
    ran = run()
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == run("--help").out


def test_the_version(run: Run) -> None:
    assert run("--version").out == f"clas-policy {__version__}\n"
    assert run("--lang", "fr", "--version").out == f"clas-policy {__version__}\n"


def test_an_error_holds_no_control_character(run: Run) -> None:
    for arguments in (OURS["escape"], CLICKS["escape-in-an-option"][0]):
        err = run(*arguments).err
        assert "\x1b" not in err
        assert len(err.splitlines()) == 3


@pytest.mark.parametrize("command", front.MODULES)
def test_french_help_says_nothing_that_english_help_says(command: str, run: Run) -> None:
    """Sentences, that is: names of commands and options are the same in all languages."""

    def sentences(lang: str) -> set[str]:
        text = run(command, "--help", "--lang", lang).out
        words = " ".join(text.split())
        return {part.strip() for part in words.replace("--", "\n").splitlines() if len(part.split()) > 3}

    assert sentences("fr") & sentences("en") == set()
    assert [
        word for word in ("[required]", "[default", "Show ") if word in run(command, "--help", "--lang", "fr").out
    ] == []
