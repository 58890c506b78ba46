"""What code hosts are told: SARIF by its own schema, workflow commands by their own grammar."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator
from tests.cli.conftest import Run
from tests.editor.tools import tool

from clas_policy.cli import problems
from clas_policy.cli.settings import Settings
from clas_policy.problem import Message, Problem, Related
from clas_policy.source import Span

SCHEMA = "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
BAD = Path(__file__).parents[1] / "bad" / "meaning"
EN, FR = Settings(lang="en"), Settings(lang="fr")

NAMES = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), min_size=1, max_size=30)
PLACES = st.builds(
    lambda file, line, column, lines, columns: Span(
        file, line, column, line + lines, column + columns if not lines else columns
    ),
    st.one_of(NAMES, st.sampled_from(["a,b:c%.yaml", "/srv/à vérifier/règle#1?.yaml", "a:b/c.yaml", "-", "100%.yaml"])),
    st.integers(1, 9999),
    st.integers(1, 200),
    st.integers(0, 3),
    st.integers(1, 50),
)
SENTENCES = st.builds(lambda text: Message("unknown fact `{name}`", {"name": text}), st.text(max_size=30))
PROBLEMS = st.builds(
    Problem,
    st.sampled_from(["CLAS-P101", "CLAS-S001", "CLAS-X999"]),
    SENTENCES,
    st.none() | PLACES,
    st.lists(st.builds(Related, SENTENCES, PLACES), max_size=2).map(tuple),
    st.none() | SENTENCES,
    severity=st.sampled_from(["error", "warning"]),
)


# Workflow commands


@dataclass(frozen=True)
class Command:
    """A workflow command as the runner of a code host reads it."""

    name: str
    properties: dict[str, str]
    data: str


PROPERTY = re.compile(r"([a-zA-Z]+)=((?:[^%:,\r\n]|%25|%0D|%0A|%3A|%2C)*)")
COMMAND = re.compile(r"::(error|warning|notice) ([^:\r\n]*)::((?:[^%\r\n]|%25|%0D|%0A)*)")


def commands(text: str) -> Iterator[Command]:
    """The commands of an output that holds nothing else; fails at the first line that is none."""
    assert text == "" or text.endswith("\n")
    for line in text.split("\n")[:-1]:
        found = COMMAND.fullmatch(line)
        assert found is not None, line
        pairs = [PROPERTY.fullmatch(part) for part in found[2].split(",")]
        properties = {}
        for pair in pairs:
            assert pair is not None, line
            assert pair[1] not in properties, line
            properties[pair[1]] = decoded(pair[2])
        yield Command(found[1], properties, decoded(found[3]))


def decoded(text: str) -> str:
    for code, sign in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, sign)
    return text


@settings(max_examples=60)
@given(st.lists(PROBLEMS, max_size=4))
def test_each_problem_is_one_workflow_command_and_nothing_else(found: list[Problem]) -> None:
    read = list(commands(problems.render(found, "github", EN, {})))
    assert [(command.name, command.properties["title"]) for command in read] == [
        (problem.severity, problem.code) for problem in found
    ]
    for command, problem in zip(read, found, strict=True):
        keys = {"title"}
        if problem.span is not None:
            keys |= {"file", "line", "endLine"}
            assert command.properties["line"] == str(problem.span.line)
            if problem.span.line == problem.span.end_line:
                keys |= {"col", "endColumn"}
                assert command.properties["col"] == str(problem.span.column)
        assert set(command.properties) == keys, "columns stand only where a problem is in one line"
        assert command.data.startswith("unknown fact `")


def test_names_and_sentences_come_back_as_they_were() -> None:
    span = Span("a,b:c%25.yaml", 3, 5, 3, 9)
    problem = Problem("CLAS-P101", Message("unknown fact `{name}`", {"name": "100 %, ::x"}), span)
    (command,) = commands(problems.render([problem], "github", EN, {}))
    assert command.properties["file"] == "a,b:c%25.yaml"
    assert command.data == "unknown fact `100 %, ::x`"


@pytest.mark.parametrize("line", ["::error file=a:b::x", "::error file=a%::x", "::error::x", "x", "::debug file=a::x"])
def test_the_grammar_refuses_what_is_no_command(line: str) -> None:
    with pytest.raises(AssertionError):
        list(commands(f"{line}\n"))


def test_a_whole_run_of_check_is_workflow_commands(here: Path, run: Run) -> None:
    spoil(here)
    assert len(list(commands(run("check", "--policies", "regles", "--output", "github").out))) > 20


# SARIF


def spoil(here: Path) -> None:
    """Policies with a problem each, in ``regles``."""
    for number, file in enumerate(sorted(BAD.glob("*.yaml"))[:60], 1):
        target = here / "regles" / "departements" / f"{number:02}" / "2024-2025.yaml"
        target.parent.mkdir(parents=True)
        shutil.copy(file, target)


@pytest.fixture(scope="session")
def standard() -> Draft4Validator:
    """The schema of SARIF 2.1.0, as its authors publish it."""
    schema: dict[str, Any] = json.loads(tool(SCHEMA).read_text(encoding="utf-8"))
    Draft4Validator.check_schema(schema)
    return Draft4Validator(schema)


def uris(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("uri"), str):
            yield value["uri"]
        for inner in value.values():
            yield from uris(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from uris(inner)


@settings(max_examples=60)
@given(st.lists(PROBLEMS, max_size=4))
def test_places_are_references_to_files(found: list[Problem]) -> None:
    log = json.loads(problems.render(found, "sarif", FR, {}))
    for uri in uris(log):
        assert re.fullmatch(r"(?:file://)?(?:[A-Za-z0-9\-._~!$&'()*+,;=@/]|%[0-9A-F]{2})+", uri), uri
        assert not uri.startswith("/"), "a path from the root is a `file:` reference"


@pytest.mark.editor
def test_any_problems_make_a_log_that_the_standard_accepts(standard: Draft4Validator) -> None:
    @settings(max_examples=60, deadline=None)
    @given(st.lists(PROBLEMS, max_size=4))
    def holds(found: list[Problem]) -> None:
        for reader in (EN, FR):
            log = json.loads(problems.render(found, "sarif", reader, {}))
            assert [error.message for error in standard.iter_errors(log)] == []

    holds()


@pytest.mark.editor
def test_a_whole_run_of_check_is_a_log_that_the_standard_accepts(
    here: Path, run: Run, standard: Draft4Validator
) -> None:
    assert list(standard.iter_errors(json.loads(run("check", "--output", "sarif").out))) == []
    spoil(here)
    log = json.loads(run("check", "--policies", "regles", "--output", "sarif").out)
    assert [error.message for error in standard.iter_errors(log)] == []
    assert len(log["runs"][0]["results"]) > 20


@pytest.mark.editor
@pytest.mark.parametrize("command", [("test",), ("lint",)], ids=lambda command: str(command[0]))
def test_the_other_commands_too(command: tuple[str, ...], here: Path, run: Run, standard: Draft4Validator) -> None:
    run("init", "--department", "32", "--year", "2024-2025")
    for file in (here / "policies").rglob("*.yaml"):
        file.write_text(file.read_text(encoding="utf-8").replace("unknown", "met"), encoding="utf-8")
    log = json.loads(run(*command, "--output", "sarif").out)
    assert [error.message for error in standard.iter_errors(log)] == []


@pytest.mark.editor
def test_the_standard_refuses_what_it_does_not_know(standard: Draft4Validator) -> None:
    log = json.loads(problems.render([Problem("CLAS-P101", Message("unknown fact"))], "sarif", EN, {}))
    log["runs"][0]["results"][0]["severity"] = "error"
    assert list(standard.iter_errors(log))
