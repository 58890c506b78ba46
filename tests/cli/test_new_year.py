"""``new-year``: a draft of the next year beside last year's layer, and nothing written over."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.cli.conftest import Run
from tests.policy_texts import GERS

from clas_policy.cli import own_folders

LOCAL, NEXT_LOCAL = "departements/09/2001-2002", "departements/09/2002-2003"
ANNUAL, NEXT_ANNUAL = "national/2001-2002", "national/2002-2003"
LANGUAGES = pytest.mark.parametrize("lang", ["fr", "en"])
TESTS = """\
# yaml-language-server: $schema=../../schemas/policy-test.schema.json
tests: national/2001-2002
figures:
  taux: 30 %
dossier: dossier.json
cases:
  Un cas: {expect: {outcome: incomplete}}
"""


def written(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@LANGUAGES
def test_the_national_layer_then_the_department(lang: str, rules: Path, run: Run, snapshot: SnapshotAssertion) -> None:
    with (rules / f"{LOCAL}.yaml").open("a", encoding="utf-8") as file:
        file.write("  ariege_bilan:\n    label: Bilan de 2001\n    weight: advisory # depuis 2001\n")
    national = run("new-year", "2002-2003", "--lang", lang)
    local = run("new-year", "2002-2003", "--from", "2001-2002", "--department", "09", "--lang", lang)
    assert (national.code, local.code) == (0, 0)
    assert f"{national}{local}" == snapshot
    assert (rules / f"{NEXT_ANNUAL}.yaml").read_text(encoding="utf-8") == snapshot
    assert (rules / f"{NEXT_LOCAL}.yaml").read_text(encoding="utf-8") == snapshot
    checked = run("check", "--output", "json")
    assert {(problem["code"], problem["severity"]) for problem in json.loads(checked.out)} == {("CLAS-L222", "warning")}


def test_a_department_waits_for_the_national_layer(rules: Path, run: Run) -> None:
    ran = run("new-year", "2002-2003", "--department", "09")
    assert (ran.code, ran.out) == (3, "")
    assert "CLAS-E102" in ran.err
    assert "clas-policy new-year 2002-2003 --from national/2001-2002" in ran.err
    assert NEXT_LOCAL not in run("list").out


def test_all_layers_of_a_year_in_their_order(rules: Path, run: Run) -> None:
    ran = run("new-year", "2002-2003", "--all", "--output", "json")
    assert ran.code == 0
    assert [item["id"] for item in json.loads(ran.out)] == [NEXT_ANNUAL, NEXT_LOCAL]
    assert json.loads(ran.out)[0]["to_confirm"] == ["source", "taux", "plafond", "published.aide.at_most"]
    assert json.loads(ran.out)[0]["file"] == "regles/national/2002-2003.yaml"


def test_where_one_file_is_there_already_none_is_written(rules: Path, run: Run) -> None:
    (rules / f"{NEXT_LOCAL}.yaml").write_text("à moi", encoding="utf-8")
    before = written(rules)
    ran = run("new-year", "2002-2003", "--all")
    assert (ran.code, ran.out) == (2, "")
    assert "regles/departements/09/2002-2003.yaml:1:1" in ran.err
    assert "CLAS-E002" in ran.err
    assert written(rules) == before
    assert (rules / f"{NEXT_LOCAL}.yaml").read_text(encoding="utf-8") == "à moi"


def test_the_tests_roll_over_with_the_dossier_that_they_start_from(rules: Path, here: Path, run: Run) -> None:
    (rules / f"{ANNUAL}.test.yaml").write_text(TESTS, encoding="utf-8")
    (rules / "national" / "dossier.json").write_text('{"annee_scolaire": "2001-2002"}', encoding="utf-8")
    ran = run("new-year", "2002-2003", "--into", "neuf")
    assert ran.code == 0
    assert written(here / "neuf") == [
        "national/2002-2003.test.yaml",
        "national/2002-2003.yaml",
        "national/dossier.json",
    ]
    text = (here / "neuf" / f"{NEXT_ANNUAL}.test.yaml").read_text(encoding="utf-8")
    assert text.startswith("tests: national/2002-2003\n"), "its schema is not where the first line said"
    assert "#   taux: 30 %\n" in text
    assert "Un cas: {todo: à revoir pour 2002-2003, expect" in text
    assert "2002-2003" in (here / "neuf" / "national" / "dossier.json").read_text(encoding="utf-8")
    assert "neuf/national/2002-2003.test.yaml: 1 case to look at again" in ran.out


def test_tests_that_are_there_already_are_not_written_over(rules: Path, run: Run) -> None:
    (rules / f"{ANNUAL}.test.yaml").write_text(TESTS, encoding="utf-8")
    (rules / f"{NEXT_ANNUAL}.test.yaml").write_text("à moi", encoding="utf-8")
    ran = run("new-year", "2002-2003")
    assert ran.code == 2
    assert "regles/national/2002-2003.test.yaml:1:1" in ran.err
    assert not (rules / f"{NEXT_ANNUAL}.yaml").exists()


def test_the_line_for_editors_stays_where_the_schema_is(rules: Path, here: Path, run: Run) -> None:
    file = rules / f"{ANNUAL}.yaml"
    file.write_text(
        "# yaml-language-server: $schema=../../schemas/policy.schema.json\n" + file.read_text("utf-8"), "utf-8"
    )
    (here / "schemas").mkdir()
    (here / "schemas" / "policy.schema.json").write_text("{}", "utf-8")
    assert run("new-year", "2002-2003").code == 0
    assert (rules / f"{NEXT_ANNUAL}.yaml").read_text("utf-8").startswith("# yaml-language-server")


def test_the_last_version_is_the_one_that_is_rolled_over(rules: Path, run: Run) -> None:
    text = (rules / f"{ANNUAL}.yaml").read_text(encoding="utf-8")
    second = text.replace("version: 1", "version: 2\neffective_from: 2001-12-01").replace("30 %", "31 %")
    second = second.replace("1500", "1550")
    (rules / f"{ANNUAL}.v2.yaml").write_text(second, encoding="utf-8")
    assert run("new-year", "2002-2003").code == 0
    text = (rules / f"{NEXT_ANNUAL}.yaml").read_text(encoding="utf-8")
    assert "# 2001-2002 : 31 %" in text
    assert "version: 1\n" in text
    assert "effective_from" not in text


def test_a_layer_that_is_wrong_is_mended_first(rules: Path, run: Run) -> None:
    file = rules / f"{ANNUAL}.yaml"
    file.write_text(file.read_text("utf-8").replace("taux: 30 %", "taux 30 %"), "utf-8")
    ran = run("new-year", "2002-2003")
    assert (ran.code, ran.out) == (3, "")
    assert "regles/national/2001-2002.yaml:8" in ran.err
    assert not (rules / f"{NEXT_ANNUAL}.yaml").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("2003-2004",), "no national policy for 2002-2003"),
        (("2001-2002", "--from", "2001-2002"), "does not come after"),
        (("2000-2001", "--from", "2001-2002"), "does not come after"),
        (("2002", "--from", "2001-2002"), "does not come after"),
        (("2002-2004",), "`2002-2004` is no year"),
        (("2002-2003", "--from", "../2001-2002"), "no layer `../2001-2002`"),
        (("2002-2003", "--from", "departements/09/absent"), "`absent` is no year"),
        (("2002-2003", "--all", "--department", "09"), "not several"),
    ],
)
def test_what_is_no_next_year_is_refused(arguments: tuple[str, ...], said: str, rules: Path, run: Run) -> None:
    before = written(rules)
    ran = run("new-year", *arguments)
    assert (ran.code in (2, 3), ran.out) == (True, "")
    assert said in ran.err
    assert written(rules) == before


def test_a_layer_of_its_own_is_named_by_its_id(rules: Path, run: Run) -> None:
    place = rules / "departements" / "09" / "foix"
    place.mkdir()
    text = (rules / f"{LOCAL}.yaml").read_text(encoding="utf-8").replace(LOCAL, "departements/09/foix/2001-2002")
    (place / "2001-2002.yaml").write_text(text, encoding="utf-8")
    assert run("new-year", "2002-2003").code == 0
    ran = run("new-year", "2002-2003", "--from", "departements/09/foix/2001-2002")
    assert ran.code == 0
    assert (place / "2002-2003.yaml").is_file()


def test_nothing_is_written_into_what_was_installed(here: Path, run: Run) -> None:
    folder = here / "lib" / "site-packages" / "politiques"
    folder.mkdir(parents=True)
    ran = run("new-year", "2025-2026", "--into", str(folder))
    assert (ran.code, ran.out) == (3, "")
    assert "CLAS-E101" in ran.err
    assert written(folder) == []
    assert own_folders.is_installed(Path(own_folders.__file__).parent / "x.yaml")


def test_somewhere_to_write_is_asked_for(here: Path, run: Run) -> None:
    ran = run("new-year", "2025-2026")
    assert (ran.code, ran.out) == (2, "")
    assert "--into" in ran.err


def test_what_is_shipped_rolls_over_into_a_folder_of_ones_own(here: Path, run: Run) -> None:
    shutil.copytree(GERS, here / "gers")
    assert run("new-year", "2025-2026", "--from", "2024-2025", "--into", "mes-politiques").code == 0
    ran = run("new-year", "2025-2026", "--department", "32", "--policies", "gers", "--into", "mes-politiques")
    assert (ran.code, ran.err) == (
        0,
        "next: clas-policy confirm mes-politiques/departements/32/2025-2026.yaml\n",
    )
    assert "mes-politiques/departements/32/2025-2026.yaml: 7 places to confirm\n" in ran.out
