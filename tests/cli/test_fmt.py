"""``fmt``: which files, what is written, what is only told, and what is left alone."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.cli.conftest import Run

ANNUAL = "national/2001-2002"
LANGUAGES = pytest.mark.parametrize("lang", ["fr", "en"])


@pytest.fixture
def untidy(rules: Path) -> Path:
    """The annual layer with other indentation, a comment, and the line ends of another system."""
    file = rules / f"{ANNUAL}.yaml"
    text = file.read_text(encoding="utf-8").replace("  taux: 30 %", "     taux:   30 %    # le taux")
    file.write_bytes(text.replace("  plafond", "     plafond").replace("\n", "\r\n").encode())
    return file


def tidy(text: bytes) -> bool:
    return b"\n  taux: 30 % # le taux\n  plafond: 5000 EUR\n" in text


def test_files_are_written_in_place(untidy: Path, run: Run) -> None:
    ran = run("fmt")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "1 file rewritten, 2 files fine as they are\n"
    assert tidy(untidy.read_bytes())
    assert run("fmt").err == "3 files fine as they are\n"
    assert run("check").code == 0


@pytest.mark.parametrize(
    "name", [ANNUAL, "regles/national/2001-2002.yaml", "regles", "regles/*/*.yaml", "regles/../regles"]
)
def test_a_layer_a_file_a_folder_or_a_pattern_may_be_named(name: str, untidy: Path, run: Run) -> None:
    assert run("fmt", name).err.startswith("1 file rewritten")
    assert tidy(untidy.read_bytes())


def test_a_file_that_is_named_twice_is_written_once(untidy: Path, run: Run) -> None:
    assert run("fmt", ANNUAL, "regles/national/2001-2002.yaml").err == "1 file rewritten\n"


def test_what_is_usual_is_not_touched(rules: Path, run: Run) -> None:
    file = rules / f"{ANNUAL}.yaml"
    os.utime(file, ns=(1, 1))
    assert run("fmt").code == 0
    assert file.stat().st_mtime_ns == 1


def test_tests_of_policies_are_written_too(rules: Path, run: Run) -> None:
    file = rules / f"{ANNUAL}.test.yaml"
    file.write_text(
        "tests:  national/2001-2002\ncases:\n    Un cas :\n        expect: {outcome:   admissible}\n", "utf-8"
    )
    assert run("fmt").code == 0
    assert file.read_text("utf-8") == (
        "tests: national/2001-2002\ncases:\n  Un cas:\n    expect: {outcome: admissible}\n"
    )


@LANGUAGES
def test_a_check_names_what_would_change(lang: str, untidy: Path, run: Run, snapshot: SnapshotAssertion) -> None:
    before = untidy.read_bytes()
    ran = run("fmt", "--check", "--lang", lang)
    assert ran.code == 1
    assert str(ran) == snapshot
    assert untidy.read_bytes() == before


def test_a_check_of_usual_files_finds_nothing(rules: Path, run: Run) -> None:
    for option in ("--check", "--diff"):
        assert (run("fmt", option).code, run("fmt", option, "-q").err) == (0, "")


def test_a_diff_shows_what_would_change(rules: Path, run: Run, snapshot: SnapshotAssertion) -> None:
    file = rules / f"{ANNUAL}.yaml"
    file.write_text(file.read_text("utf-8").replace("taux: 30", "taux:  30").rstrip("\n"), "utf-8")
    before = file.read_bytes()
    ran = run("fmt", "--diff")
    assert ran.code == 1
    assert ran.out == snapshot
    assert file.read_bytes() == before


@LANGUAGES
def test_a_file_that_cannot_be_read_is_left_alone_and_the_others_are_written(
    lang: str, untidy: Path, rules: Path, run: Run, snapshot: SnapshotAssertion
) -> None:
    (rules / "autre.yaml").write_text("a:   1\nb: *c\n", "utf-8")
    ran = run("fmt", "--lang", lang)
    assert ran.code == 3
    assert str(ran) == snapshot
    assert tidy(untidy.read_bytes())
    assert (rules / "autre.yaml").read_text("utf-8") == "a:   1\nb: *c\n"


@pytest.mark.parametrize("arguments", [("absent.yaml",), ("national/1999-2000",), ("*.yaml", "regles/absent.yaml")])
def test_what_is_not_there_is_named(arguments: tuple[str, ...], rules: Path, run: Run) -> None:
    ran = run("fmt", *arguments)
    assert ran.code == 3
    assert arguments[-1] in ran.err


def test_a_folder_without_policies_is_no_success(here: Path, run: Run) -> None:
    (here / "vide").mkdir()
    ran = run("fmt", "vide")
    assert (ran.code, ran.out) == (5, "")
    assert "CLAS-U507" in ran.err


def test_files_have_to_be_named(here: Path, run: Run) -> None:
    """Never what is installed."""
    ran = run("fmt")
    assert (ran.code, ran.out) == (2, "")
    assert "--policies" in ran.err


def test_a_layer_that_is_installed_is_not_written(run: Run) -> None:
    ran = run("fmt", "national/2024-2025")
    assert (ran.code, ran.out) == (3, "")
    assert "CLAS-E302" in ran.err


def test_a_file_that_changes_meanwhile_is_not_written_over(
    untidy: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clas_policy.editing import formatting

    usual = formatting.formatted

    def slow(data: bytes, file: str) -> formatting.Formatted:
        if file.endswith("2001-2002.yaml") and "national" in file:
            untidy.write_bytes(data + b"# d'un collegue\n")
        return usual(data, file)

    monkeypatch.setattr(formatting, "formatted", slow)
    ran = run("fmt")
    assert ran.code == 2
    assert "CLAS-E001" in ran.err
    assert untidy.read_bytes().endswith(b"# d'un collegue\n")


def test_a_fault_of_the_program_writes_nothing(untidy: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clas_policy.editing.formatting.written", lambda *_: "a: 1\n")
    before = untidy.read_bytes()
    ran = run("fmt")
    assert ran.code == 70
    assert ran.err.count("CLAS-E301") == 3
    assert untidy.read_bytes() == before


def piped(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_standard_input_goes_to_standard_output(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    piped(monkeypatch, "\ufeffa:   é\r\n".encode())
    ran = run("fmt", "-")
    assert (ran.code, ran.out, ran.err) == (0, "a: é\n", "")


def test_standard_input_may_be_checked(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    piped(monkeypatch, b"a:   1\n")
    ran = run("fmt", "--check", "-")
    assert (ran.code, ran.out) == (1, "-\n")


@pytest.mark.parametrize(
    ("data", "code"), [(b"a: *b\n", "CLAS-Y008"), (b"", "CLAS-Y005"), (b"a" * 300_000, "CLAS-F004")]
)
def test_what_cannot_be_read_gives_no_output(data: bytes, code: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    piped(monkeypatch, data)
    ran = run("fmt", "-")
    assert (ran.code, ran.out) == (3, "")
    assert code in ran.err


def test_standard_input_stands_alone(run: Run) -> None:
    assert run("fmt", "-", "a.yaml").code == 2
