"""What people read of each command, in both languages, as snapshots; and what programs read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.cli.conftest import Run

from clas_policy.cli import front

LOCAL = "departements/09/2001-2002"
LANGUAGES = pytest.mark.parametrize("lang", ["fr", "en"])

READ = {
    "list": ("list",),
    "check": ("check",),
    "show": ("show", LOCAL),
    "show-a-grant": ("show", LOCAL, "aide"),
    "show-a-parameter": ("show", LOCAL, "taux"),
    "show-an-absent-name": ("show", LOCAL, "aid"),
    "show-an-absent-layer": ("show", "national/2003-2004"),
    "deadlines": ("deadlines", "--year", "2001-2002", "--department", "09"),
    "deadlines-of-a-layer-without-any": ("deadlines", "--policy", "national/2001-2002"),
    "deadlines-of-an-absent-department": ("deadlines", "--year", "2001-2002", "--department", "31"),
    "questions": ("template", "dossier", "--year", "2001-2002", "--department", "09", "--questions"),
    "plugins-list": ("plugins", "list"),
    "help-of-a-code": ("help", "CLAS-U505"),
}


@LANGUAGES
@pytest.mark.parametrize("arguments", READ.values(), ids=READ)
def test_what_people_read(
    arguments: tuple[str, ...], lang: str, rules: Path, run: Run, snapshot: SnapshotAssertion
) -> None:
    assert str(run(*arguments, "--lang", lang)) == snapshot


@LANGUAGES
@pytest.mark.parametrize("arguments", [arguments for name, arguments in READ.items() if not name.startswith("show")])
def test_what_people_read_fits_in_80_columns(arguments: tuple[str, ...], lang: str, rules: Path, run: Run) -> None:
    """All but `show`, which shows policy text as it is written."""
    ran = run(*arguments, "--lang", lang)
    assert [line for line in ran.out.splitlines() if len(line) > 80] == []


@LANGUAGES
@pytest.mark.parametrize("command", front.MODULES)
def test_the_help_of_a_command(command: str, lang: str, run: Run, snapshot: SnapshotAssertion) -> None:
    ran = run(command, "--help", "--lang", lang)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == snapshot


@LANGUAGES
def test_the_help_of_the_program(lang: str, run: Run, snapshot: SnapshotAssertion) -> None:
    ran = run("--help", "--lang", lang)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == snapshot
    assert run("--lang", lang, "-h").out == ran.out


def test_the_help_of_the_program_names_every_command_and_every_common_option(run: Run) -> None:
    told = run("--help").out
    assert [name for name in front.MODULES if f"\n  {name} " not in told] == []
    assert set(front.summaries(str)) == set(front.MODULES)
    listed = run("list", "--help").out
    assert [option for option in front.common_options(str) if option.split()[0] not in listed] == []


def test_list_as_json_has_every_layer(rules: Path, run: Run) -> None:
    ran = run("list", "--output", "json")
    assert ran.code == 0
    first = json.loads(ran.out)[0]
    assert first == {
        "id": LOCAL,
        "version": 1,
        "status": "in_force",
        "title": "Note d'essai de l'Ariège 2001-2002",
        "effective_from": None,
        "from": "local files",
        "file": f"regles/{LOCAL}.yaml",
    }


def test_a_layer_that_cannot_be_read_is_listed_all_the_same(rules: Path, run: Run) -> None:
    (rules / "national" / "2001-2002.yaml").write_text("policy: [\n", encoding="utf-8")
    ran = run("list", "--output", "json")
    states = {entry["id"]: entry["status"] for entry in json.loads(ran.out)}
    assert states["national/2001-2002"] is None
    assert "cannot be read" in run("list").out.replace("\n", " ") or "cannot" in run("list").out


def test_nothing_to_list_is_not_silent(here: Path, rules: Path, run: Run) -> None:
    (here / "vide").mkdir()
    ran = run("list", "--policies", "vide")
    assert (ran.code, ran.out) == (5, "")
    assert ran.err


def test_show_as_json_says_origins_values_and_readers(rules: Path, run: Run) -> None:
    found = json.loads(run("show", LOCAL, "taux", "--output", "json").out)
    assert [(entry["section"], entry["name"], entry["read_by"]) for entry in found] == [
        ("parameters", "taux", ["aide"])
    ]
    assert found[0]["origin"]["at"] == "national/referentiel-2000:33"
    assert found[0]["value_origin"] == {"at": "national/2001-2002:8", "source": "circulaire, §2", "checked_on": None}


@pytest.mark.parametrize(
    ("name", "readers"),
    [
        ("charte.signee", ["aide", "ariege_charte"]),
        ("taille", ["aide"]),
        ("plafond", ["aide"]),
        ("caisse", ["aide"]),
        ("ariege_depot", ["admissibility"]),
    ],
)
def test_show_says_who_reads_a_name(name: str, readers: list[str], rules: Path, run: Run) -> None:
    assert json.loads(run("show", LOCAL, name, "--output", "json").out)[0]["read_by"] == readers


def test_show_tells_the_version_that_the_day_selects(rules: Path, run: Run) -> None:
    text = (rules / "national" / "2001-2002.yaml").read_text(encoding="utf-8")
    later = text.replace("version: 1", "version: 2\neffective_from: 2002-02-01").replace("30 %", "40 %")
    later = later.replace("1500 EUR", "2000 EUR")
    (rules / "national" / "2001-2002.v2.yaml").write_text(later, encoding="utf-8")
    for day, value in (("2002-01-31", "30 %"), ("2002-02-01", "40 %")):
        assert f"value: {value}" in run("show", "national/2001-2002", "taux", "--as-of", day).out


def test_a_draft_is_shown_where_it_is_asked_for(rules: Path, run: Run) -> None:
    file = rules / f"{LOCAL}.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("in_force", "draft"), encoding="utf-8")
    refused = run("show", LOCAL)
    assert (refused.code, refused.out) == (3, "")
    assert "CLAS-L213" in refused.err
    assert run("show", LOCAL, "--draft").code == 0


def test_deadlines_as_json(rules: Path, run: Run) -> None:
    found = json.loads(run("deadlines", "--policy", LOCAL, "--output", "json").out)
    assert found[0] == {
        "id": "ariege_depot",
        "label": "Dépôt de la demande",
        "fact": "depot.date",
        "opens_on": "2001-09-01",
        "last_day": "2001-10-30",
        "before": None,
        "extensions": [],
        "when_text": None,
        "late": "not_examined",
        "source": "note, §1",
        "at": f"{LOCAL}:12",
    }
    assert (found[1]["fact"], found[1]["late"], found[1]["when_text"]) == (None, None, "au cours de l'année")


@pytest.mark.parametrize("kind", ["policy", "policy-test", "decision", "report", "report-layout"])
def test_the_schemas_of_files_are_those_that_travel_with_the_program(kind: str, run: Run) -> None:
    shipped = Path(front.__file__).parents[3] / "schemas" / f"{kind}.schema.json"
    assert run("schema", kind).out == shipped.read_text(encoding="utf-8")


def test_the_schema_of_a_dossier_accepts_the_template(rules: Path, run: Run) -> None:
    from jsonschema import Draft202012Validator

    where = ("--year", "2001-2002", "--department", "09")
    schema = json.loads(run("schema", "dossier", *where).out)
    template = json.loads(run("template", "dossier", *where).out)
    Draft202012Validator.check_schema(schema)
    assert list(Draft202012Validator(schema).iter_errors(template)) == []
    assert (template["annee_scolaire"], template["departement"]) == ("2001-2002", "09")
    assert run("schema", "dossier", "--policy", LOCAL).out == run("schema", "dossier", *where).out


def test_the_national_schema_is_that_of_the_annual_layer(rules: Path, run: Run) -> None:
    national = run("schema", "dossier", "--year", "2001-2002", "--national")
    assert national.code == 0
    assert national.out == run("schema", "dossier", "--policy", "national/2001-2002").out


def test_plugins_as_json_are_a_list(run: Run) -> None:
    ran = run("plugins", "list", "--output", "json")
    assert (ran.code, json.loads(ran.out)) == (0, [])


def test_help_takes_a_code_in_any_case_and_lists_all_of_them(run: Run) -> None:
    assert run("help", "clas-u505").out == run("help", "CLAS-U505").out
    listed = run("help").out.splitlines()
    assert [line for line in listed if line.startswith("CLAS-U505 ")]
    assert listed == sorted(listed)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_the_shell(shell: str, run: Run) -> None:
    ran = run("completion", shell)
    assert ran.code == 0
    assert "_CLAS_POLICY_COMPLETE" in ran.out
