"""``report``: what a department publishes, what it says of what is left out, and what it refuses to compare."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from syrupy.assertion import SnapshotAssertion
from tests.cli.conftest import Ran

Run = Callable[..., Ran]

PLAN = """\
report: Bilan d'essai
dossiers:
  answers: [charte.signee]
entities:
  groupe:
    many: groupes d'enfants
    sums: [{fact: groupe.effectif, label: Enfants}, groupe.depenses]
"""


def dossier(name: str, groups: list[dict[str, Any]] | None, *, year: str = "2001-2002", **facts: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "dossier": name,
        "annee_scolaire": year,
        "departement": "09",
        "depot": {"date": facts.get("depot", f"{year[:4]}-10-01")},
        "charte": {"signee": facts.get("charte", True)},
    }
    if groups is not None:
        found["groupes"] = [{"groupe": f"g{number}", **group} for number, group in enumerate(groups, 1)]
    return found


ALL = [
    dossier("a", [{"effectif": 10, "depenses": "9000.00"}, {"effectif": 8, "depenses": "1000.01"}]),
    dossier("b", [{"effectif": 7, "depenses": "4000"}], charte=False),
    dossier("c", [{"effectif": None, "depenses": "2000"}]),
    dossier("d", [{"effectif": 12, "depenses": "500"}], depot="2001-11-15"),
    dossier("e", None),
]


def save(here: Path, name: str, dossiers: list[dict[str, Any]]) -> str:
    lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in dossiers)
    (here / name).write_text(lines, encoding="utf-8")
    return name


@pytest.fixture
def given(here: Path, rules: Path) -> str:
    """Five fictional dossiers, and a plan beside the rules of the year."""
    (rules / "national" / "referentiel-2000.report.yaml").write_text(PLAN, encoding="utf-8")
    return save(here, "dossiers.ndjson", ALL)


YEAR = ("--year", "2001-2002", "--department", "09")


def test_the_report_is_told_on_the_terminal(run: Run, given: str, snapshot: SnapshotAssertion) -> None:
    assert str(run("report", given, *YEAR, "--lang", "fr")) == snapshot


def test_what_is_not_missing_is_not_said_to_be(run: Run, given: str, here: Path) -> None:
    whole = save(here, "un.ndjson", [dossier("a", [{"effectif": 10, "depenses": "9000.00"}])])
    for name, is_said in ((given, True), (whole, False)):
        ran = run("report", name, *YEAR, "--lang", "en")
        assert ("answers are missing" in ran.out) is is_said, ran


def test_every_output_says_the_same_figures(run: Run, given: str, here: Path) -> None:
    ran = run("report", given, *YEAR, "--output", "json:b.json", "--output", "html:b.html", "--output", "xlsx:b.xlsx")
    assert (ran.code, ran.out) == (0, "")
    found = json.loads((here / "b.json").read_text(encoding="utf-8"))
    assert found["outcomes"] == {"admissible": 4, "incomplete": 0, "inadmissible": 1}
    assert found["amounts"]["due"] == "1800.00"  # 1500.00 at the ceiling and 300.00
    assert (found["amounts"]["undetermined_at_most"], found["amounts"]["unbounded"]) == (None, 1)
    page = (here / "b.html").read_text(encoding="utf-8")
    assert "1\u202f800,00\u00a0€" in page
    assert "Bilan d’essai" in page
    assert (here / "b.xlsx").read_bytes()[:2] == b"PK"


def test_documents_are_french_whatever_the_language(run: Run, given: str, here: Path) -> None:
    ran = run("report", given, *YEAR, "--lang", "en", "--output", "html:b.html", "--output", "text")
    assert "What the aids come to" in ran.out
    page = (here / "b.html").read_text(encoding="utf-8")
    assert '<html lang="fr">' in page
    assert "What the aids come to" not in page


def test_the_plan_of_the_user_counts_before_the_one_beside_the_rules(run: Run, given: str, here: Path) -> None:
    (here / "mien.yaml").write_text("report: Mon bilan\nsections: [grants]\n", encoding="utf-8")
    ran = run("report", given, *YEAR, "--layout", "mien.yaml", "--output", "json")
    found = json.loads(ran.out)
    assert (found["title"], found["parts"]) == ("Mon bilan", ["grants"])


def test_without_any_plan_the_rules_themselves_say_what_to_count(run: Run, given: str, rules: Path) -> None:
    (rules / "national" / "referentiel-2000.report.yaml").unlink()
    found = json.loads(run("report", given, *YEAR, "--output", "json").out)
    assert [sum_["fact"] for sum_ in found["entities"][0]["sums"]] == ["groupe.effectif", "groupe.depenses"]


def test_a_plan_that_names_what_is_not_there_is_refused(run: Run, given: str, here: Path) -> None:
    (here / "faux.yaml").write_text("report: Bilan\ndossiers: {answers: [charte.signe]}\n", encoding="utf-8")
    ran = run("report", given, *YEAR, "--layout", "faux.yaml", "--output", "html:b.html", "--lang", "fr")
    assert ran.code == 3
    assert "faux.yaml:2:22: pas de fait `charte.signe` dans `departements/09/2001-2002`" in ran.err
    assert "vouliez-vous dire `charte.signee`" in ran.err
    assert not (here / "b.html").exists()


def test_what_cannot_be_read_is_said_and_the_rest_is_counted(run: Run, given: str, here: Path) -> None:
    bad = {**ALL[0], "dossier": "f", "charte": {"signee": "peut-être"}}
    save(here, "dossiers.ndjson", [*ALL, bad, ALL[0]])
    ran = run("report", given, *YEAR, "--output", "json:b.json", "--lang", "fr")
    assert ran.code == 4
    assert "dossiers.ndjson:6" in ran.err
    assert "5 dossiers comptés, 2 mis à part" in ran.err
    found = json.loads((here / "b.json").read_text(encoding="utf-8"))
    assert (found["outcomes"]["admissible"], found["origin"]["unread"]) == (4, 2)
    assert found["amounts"]["due"] == "1800.00"


def test_a_report_names_no_option_that_it_has_not(run: Run, given: str, here: Path) -> None:
    bad = [{**ALL[0], "dossier": f"f{number}", "charte": {"signee": "peut-être"}} for number in range(202)]
    save(here, "dossiers.ndjson", [*ALL, *bad])
    ran = run("report", given, *YEAR, "--output", "json:b.json", "--lang", "en")
    assert "2 more problems are not shown\n" in ran.err


def test_dossiers_of_other_years_are_left_aside_without_an_error(run: Run, given: str, here: Path) -> None:
    save(here, "dossiers.ndjson", [*ALL, dossier("z", [], year="1999-2000")])
    ran = run("report", given, *YEAR, "--output", "json:b.json", "--lang", "fr")
    assert ran.code == 0
    assert "5 dossiers comptés, 1 d'une autre année ou d'un autre département" in ran.err
    assert json.loads((here / "b.json").read_text(encoding="utf-8"))["origin"]["others"] == 1


def test_a_report_of_nothing_is_not_made(run: Run, given: str, here: Path) -> None:
    save(here, "dossiers.ndjson", [dossier("z", [], year="1999-2000")])
    ran = run("report", given, *YEAR, "--output", "html:b.html", "--lang", "fr")
    assert ran.code == 4
    assert "aucun des dossiers n'est de 2001-2002" in ran.err
    assert "CLAS-B407" in ran.err
    assert not (here / "b.html").exists()


def test_an_empty_input_is_not_a_year_without_applications(run: Run, rules: Path, here: Path) -> None:
    (here / "vide").mkdir()
    ran = run("report", "vide", *YEAR)
    assert (ran.code, ran.out) == (5, "")
    assert "`.xlsx`" in ran.err
    assert "CLAS-U505" in ran.err


def before(rules: Path) -> None:
    """The rules of the year before: the same, under their own names."""
    for folder in ("national", "departements/09"):
        text = (rules / folder / "2001-2002.yaml").read_text(encoding="utf-8")
        text = text.replace("2001-2002", "2000-2001").replace("2001-", "2000-")
        (rules / folder / "2000-2001.yaml").write_text(text, encoding="utf-8")


def test_last_year_is_counted_from_its_dossiers_by_its_own_rules(run: Run, given: str, here: Path, rules: Path) -> None:
    before(rules)
    old = save(here, "anciens.ndjson", [dossier("v", [{"effectif": 9, "depenses": "2000"}], year="2000-2001")])
    ran = run("report", given, *YEAR, "--before", old, "--lang", "fr")
    assert ran.code == 0
    assert "Comparaison avec 2000-2001" in ran.out
    (line,) = [line for line in ran.out.splitlines() if line.startswith("Aides dues ") and "+" in line]
    assert [figure in line for figure in ("600,00", "1\u202f800,00", "+1\u202f200,00")] == [True, True, True]


def test_last_year_is_read_from_the_report_that_was_kept(run: Run, given: str, here: Path, rules: Path) -> None:
    before(rules)
    old = save(here, "anciens.ndjson", [dossier("v", [{"effectif": 9, "depenses": "2000"}], year="2000-2001")])
    past = ("--year", "2000-2001", "--department", "09")
    assert run("report", old, *past, "--output", "json:avant.json").code == 0
    kept = run("report", given, *YEAR, "--before", "avant.json", "--output", "text:x.txt")
    counted = run("report", given, *YEAR, "--before", old, "--output", "text:y.txt")
    assert (kept.code, counted.code) == (0, 0)
    assert (here / "x.txt").read_bytes() == (here / "y.txt").read_bytes()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"format": "clas-policy/report/9"}, "CLAS-B404"),
        ({"outcomes": {"admissible": "beaucoup"}}, "CLAS-B404"),
        ({"amounts": None}, "CLAS-B404"),
        ({"origin.complete": "non"}, "CLAS-B404"),
        ({"origin.department": "12"}, "CLAS-B406"),
        ({"origin.period": "2001-2002"}, "CLAS-B406"),
        ({"origin.period": "2002-2003"}, "CLAS-B406"),
    ],
)
def test_what_is_no_earlier_report_of_the_department_is_refused(
    run: Run, given: str, here: Path, change: dict[str, Any], code: str
) -> None:
    kept = json.loads(run("report", given, *YEAR, "--output", "json").out)
    kept["origin"]["period"] = "2000-2001"
    for name, value in change.items():
        whole, _, part = name.partition(".")
        if part:
            kept[whole][part] = value
        else:
            kept[whole] = value
    (here / "avant.json").write_text(json.dumps(kept), encoding="utf-8")
    ran = run("report", given, *YEAR, "--before", "avant.json", "--output", "html:b.html")
    assert ran.code == 4
    assert code in ran.err
    assert not (here / "b.html").exists()


def test_several_years_before_are_no_year_to_compare_with(run: Run, given: str, here: Path, rules: Path) -> None:
    before(rules)
    old = save(here, "anciens.ndjson", [dossier("v", [], year="2000-2001"), dossier("w", [])])
    ran = run("report", given, *YEAR, "--before", old)
    assert ran.code == 4
    assert "CLAS-B405" in ran.err


@pytest.mark.parametrize(
    ("outputs", "told"),
    [
        (("pdf",), "unknown format `pdf`"),
        (("xlsx",), "a workbook goes to a file"),
        (("html:a", "json:a"), "two outputs go to the same place"),
        (("html", "json"), "two outputs go to the same place"),
    ],
)
def test_outputs_that_make_no_sense_are_refused_at_once(
    run: Run, given: str, outputs: tuple[str, ...], told: str
) -> None:
    ran = run("report", given, *YEAR, *(word for output in outputs for word in ("--output", output)))
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err


def test_an_input_is_never_written_over(run: Run, given: str, here: Path) -> None:
    text = (here / given).read_bytes()
    ran = run("report", given, *YEAR, "--output", f"json:{given}")
    assert ran.code == 2
    assert "CLAS-F005" in ran.err
    assert (here / given).read_bytes() == text


def test_a_dossier_of_a_folder_is_never_written_over(run: Run, given: str, here: Path) -> None:
    (here / "dossiers").mkdir()
    own = (here / given).rename(here / "dossiers" / given)
    text = own.read_bytes()
    ran = run("report", "dossiers", *YEAR, "--output", f"json:dossiers/{given}")
    assert ran.code == 2
    assert "CLAS-F005" in ran.err
    assert own.read_bytes() == text


def test_files_appear_together_or_not_at_all(run: Run, given: str, here: Path) -> None:
    (here / "r.html").symlink_to("/dev/full")
    ran = run("report", given, *YEAR, "--output", "json:r.json", "--output", "html:r.html", "--output", "text")
    assert (ran.code, ran.out) == (70, ""), ran
    assert "CLAS-F006" in ran.err
    assert not (here / "r.json").exists()


def test_an_earlier_year_is_for_forms_that_compare(run: Run, given: str) -> None:
    ran = run("report", given, *YEAR, "--before", given, "--output", "json")
    assert (ran.code, ran.out) == (2, "")
    assert "`--before` is for text, html and xlsx" in ran.err


def test_a_department_beside_the_national_rules_says_whose_dossiers_are_meant(run: Run, given: str, here: Path) -> None:
    others = save(here, "autres.ndjson", [{**dossier("x", []), "departement": "31"}])
    national = ("--year", "2001-2002", "--national", "--output", "json")
    all_of_them = json.loads(run("report", given, others, *national).out)
    ours = json.loads(run("report", given, others, *national, "--department", "09").out)
    assert [found["origin"]["others"] for found in (all_of_them, ours)] == [0, 1]


def test_a_policy_is_named_alone(run: Run, given: str) -> None:
    ran = run("report", given, *YEAR, "--policy", "departements/09/2001-2002")
    assert (ran.code, ran.out) == (2, "")
    assert "`--year` and `--department` go without it" in ran.err


def test_a_year_without_rules_is_an_error_that_says_which_there_are(run: Run, given: str) -> None:
    ran = run("report", given, "--year", "2010-2011", "--department", "09")
    assert (ran.code, ran.out) == (3, "")
    assert "departements/09/2001-2002" in ran.err


def test_tables_are_read_as_batch_reads_them(run: Run, rules: Path, here: Path) -> None:
    (here / "d.csv").write_text(
        "dossier;annee_scolaire;departement;depot.date;charte.signee;groupe;groupe.effectif;groupe.depenses\n"
        "a;2001-2002;09;01/10/2001;oui;g1;10;9000,00\na;2001-2002;09;01/10/2001;oui;g2;8;1000,01\n"
        "z;1999-2000;09;01/10/1999;oui;g1;8;1000,01\n",
        encoding="utf-8",
    )
    ran = run("report", "d.csv", *YEAR, "--output", "json")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["amounts"]["due"] == "1800.00"


def test_parquet_of_several_years_gives_the_one_that_is_meant(run: Run, given: str, here: Path) -> None:
    rows = [
        "('a', '2001-2002', '09', DATE '2001-10-01', TRUE, 'g1', 10, 9000.00)",
        "('a', '2001-2002', '09', DATE '2001-10-01', TRUE, 'g2', 8, 1000.01)",
        "('z', '1999-2000', '09', DATE '1999-10-01', TRUE, 'g1', 8, 1000.01)",
    ]
    names = 'dossier, annee_scolaire, departement, "depot.date", "charte.signee", groupe, "groupe.effectif"'
    with duckdb.connect() as database:
        database.execute(
            f'COPY (SELECT * FROM (VALUES {", ".join(rows)}) t({names}, "groupe.depenses")) '
            "TO 'd.parquet' (FORMAT parquet)"
        )
    ran = run("report", "d.parquet", *YEAR, "--output", "json")
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    assert (found["amounts"]["due"], found["origin"]["others"]) == ("1800.00", 1)
