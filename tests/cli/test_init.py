"""``clas-policy init``: a workspace that works at once, that is whole or not there, and that spares what is there."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.cli.conftest import Run

from clas_policy import resources
from clas_policy.cli import settings_file
from clas_policy.editing import writing
from clas_policy.problem import Problem
from clas_policy.reading.files import OutputError
from clas_policy.reading.yaml_nodes import parse

LAYER = ("--department", "32", "--year", "2024-2025")
LANGUAGES = pytest.mark.parametrize("lang", ["fr", "en"])


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@LANGUAGES
def test_what_people_read(lang: str, here: Path, run: Run, snapshot: SnapshotAssertion) -> None:
    (here / "atelier").mkdir()
    (here / "atelier" / ".editorconfig").write_text("root = true\n", encoding="utf-8")
    assert str(run("init", "atelier", *LAYER, "--lang", lang)) == snapshot


def test_the_answer_is_the_files_written(here: Path, run: Run) -> None:
    ran = run("init", "atelier", *LAYER)
    assert ran.code == 0
    assert sorted(ran.out.splitlines()) == sorted(f"atelier/{name}" for name in contents(here / "atelier"))
    assert run("init", "ailleurs", "--quiet").err == ""


def test_the_folder_is_this_one_where_none_is_named(here: Path, run: Run) -> None:
    assert "clas-policy.toml" in run("init").out.splitlines()
    assert (here / "policies" / "departements").is_dir()
    assert (here / "policies" / "national").is_dir()


def test_a_second_run_writes_nothing_and_changes_nothing(here: Path, run: Run) -> None:
    run("init", *LAYER)
    layer = here / "policies" / "departements" / "32" / "2024-2025.yaml"
    layer.write_bytes(layer.read_bytes() + b"# moi\n")
    before = contents(here)
    ran = run("init", *LAYER, "--lang", "en")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.splitlines()[-1] == "nothing to write"
    assert "policies/departements/32/2024-2025.yaml: there already, left as it is" in ran.err.splitlines()
    assert contents(here) == before


def test_a_schema_of_another_version_is_told_and_left(here: Path, run: Run) -> None:
    run("init")
    schema = here / ".clas-policy" / "schemas" / "policy.schema.json"
    schema.write_text("{}", encoding="utf-8")
    told = run("init", "--lang", "en").err.splitlines()
    assert ".clas-policy/schemas/policy.schema.json: of another version; remove it and run `init` again" in told
    assert ".clas-policy/schemas/policy-test.schema.json: there already, left as it is" in told
    assert schema.read_text(encoding="utf-8") == "{}"


@pytest.mark.parametrize("failing", [1, 5, 13])
def test_where_one_file_cannot_be_written_none_is(
    failing: int, here: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "atelier" / "policies").mkdir(parents=True)
    (here / "atelier" / ".editorconfig").write_text("root = true\n", encoding="utf-8")
    create, calls = writing.create, []

    def fails_in_the_end(path: Path, display: str, data: bytes) -> None:
        calls.append(path)
        if len(calls) == failing:
            from clas_policy.problem import Message

            raise OutputError([Problem("CLAS-F006", Message("no room left to write this file"))])
        create(path, display, data)

    monkeypatch.setattr(writing, "create", fails_in_the_end)
    ran = run("init", "atelier", *LAYER, "--lang", "en")
    assert ran.code != 0
    assert ran.out == ""
    assert "no room left to write this file" in ran.err
    assert sorted(path.relative_to(here).as_posix() for path in here.rglob("*")) == [
        "atelier",
        "atelier/.editorconfig",
        "atelier/policies",
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--year", "2024-2025"), 2, "a local layer takes `--department` and `--year`"),
        (("--department", "32"), 2, "a local layer takes `--department` and `--year`"),
        (("--prefix", "gers"), 2, "a local layer takes `--department` and `--year`"),
        (("--department", "gers", "--year", "2024-2025"), 2, "a department is like `32` or `2A`"),
        (("--department", "32", "--year", "2024-2026"), 2, "a year like `2024-2025`"),
        (("--department", "..", "--year", "2024-2025"), 2, "a department is like `32` or `2A`"),
        (("--department", "32", "--year", "2030-2031"), 3, "available: national/2024-2025"),
        ((*LAYER, "--prefix", "Gers"), 2, "`Gers` cannot be a prefix"),
    ],
)
def test_a_layer_that_cannot_be_is_refused_and_nothing_written(
    arguments: tuple[str, ...], code: int, said: str, here: Path, run: Run
) -> None:
    ran = run("init", *arguments, "--lang", "en")
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert list(here.iterdir()) == []


def test_a_file_in_place_of_the_folder_is_refused(here: Path, run: Run) -> None:
    (here / "atelier").write_text("", encoding="utf-8")
    ran = run("init", "atelier", "--lang", "en")
    assert (ran.code, ran.out) == (2, "")
    assert "`atelier` is not a folder" in ran.err


@pytest.fixture
def workspace(here: Path, run: Run) -> Path:
    """A workspace with a first layer, in the folder that the program runs in."""
    assert run("init", *LAYER, "--prefix", "gers").code == 0
    return here


def test_the_first_layer_is_a_draft_without_any_error(workspace: Path, run: Run) -> None:
    assert run("check", "--lang", "en").code == 0
    found = json.loads(run("check", "--output", "json").out)
    assert [problem["severity"] for problem in found] == ["warning"]
    assert "note.title" in found[0]["message"]
    assert "gers_depot.last_day" in found[0]["message"]


def test_the_first_tests_pass_and_say_what_is_left_to_do(workspace: Path, run: Run) -> None:
    ran = run("test", "--output", "json")
    assert ran.code == 0
    assert ran.out.count("confirmer le dernier jour") == 2


def test_the_first_files_are_written_the_usual_way(workspace: Path, run: Run) -> None:
    ran = run("fmt", "--diff")
    assert (ran.code, ran.out) == (0, "")


def test_the_names_of_the_layer_begin_with_the_prefix_of_the_department(here: Path, run: Run) -> None:
    run("init", "--department", "2A", "--year", "2024-2025")
    text = (here / "policies" / "departements" / "2A" / "2024-2025.yaml").read_text(encoding="utf-8")
    assert "\nprefix: d2a " in text
    assert "\n  d2a_depot:\n" in text
    assert run("check").code == 0


def test_nothing_is_left_to_fill_in(workspace: Path) -> None:
    for name, data in contents(workspace).items():
        if not name.startswith(".clas-policy/"):
            assert re.findall(rb"@[a-z]+@", data) == [], name


def test_problems_are_shown_by_paths_that_code_hosts_know(workspace: Path, run: Run) -> None:
    assert run("check", "--output", "github").out.startswith(
        "::warning file=policies/departements/32/2024-2025.yaml,line=5,"
    )


def test_the_first_line_of_each_policy_file_leads_to_a_schema_of_this_program(workspace: Path) -> None:
    files = sorted((workspace / "policies").rglob("*.yaml"))
    assert len(files) == 2
    for file in files:
        first = file.read_text(encoding="utf-8").partition("\n")[0]
        path = first.removeprefix("# yaml-language-server: $schema=")
        assert path != first
        kind = "policy-test" if file.name.endswith(".test.yaml") else "policy"
        schema = (file.parent / path).resolve()
        assert schema == workspace.resolve() / ".clas-policy" / "schemas" / f"{kind}.schema.json"
        assert schema.read_bytes() == (resources.folder("schemas") / schema.name).read_bytes()


def test_the_editor_is_led_to_the_schemas_and_to_no_network(workspace: Path) -> None:
    settings: dict[str, Any] = json.loads((workspace / ".vscode" / "settings.json").read_text(encoding="utf-8"))
    assert settings["yaml.schemaStore.enable"] is False
    assert len(settings["yaml.schemas"]) == 3
    for schema in settings["yaml.schemas"]:
        assert (workspace / schema).is_file()
    extensions = json.loads((workspace / ".vscode" / "extensions.json").read_text(encoding="utf-8"))
    assert "redhat.vscode-yaml" in extensions["recommendations"]


def test_the_settings_file_is_one_that_the_program_reads(workspace: Path) -> None:
    found = settings_file.read(workspace / "clas-policy.toml")
    assert found["policies"] == ["policies"]
    assert tomllib.loads((workspace / "clas-policy.toml").read_text(encoding="utf-8")).keys() == {"policies", "lang"}


def test_every_command_of_the_workspace_is_one_of_the_program(workspace: Path, run: Run) -> None:
    """In the hooks, the CI examples and the text that explains them: no command or option that is not there."""
    found = set()
    for name in (".pre-commit-config.yaml", ".gitlab-ci.yml", ".github/workflows/clas-policy.yml", "LISEZMOI.md"):
        text = (workspace / name).read_text(encoding="utf-8")
        found |= set(re.findall(r"clas-policy (?:fmt|check|lint|test|init|help|new-year)\b[^\n`|#]*", text))
    assert len(found) >= 10
    for line in sorted(found):
        command, *arguments = shlex.split(line)[1:]
        told = run(command, "--help").out
        assert told, line
        for option in (argument for argument in arguments if argument.startswith("-")):
            assert re.search(rf"{option}\b", told), line


def test_the_yaml_of_the_workspace_is_as_strict_as_a_policy(workspace: Path) -> None:
    for name in (".pre-commit-config.yaml", ".gitlab-ci.yml", ".github/workflows/clas-policy.yml"):
        assert parse((workspace / name).read_bytes(), name).problems == (), name
