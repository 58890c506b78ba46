"""``impact``: two policies on the same dossiers, in every form; figures set otherwise; what cannot be compared."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.cli.conftest import Ran, Run

from clas_policy.batch.engine import EngineError
from clas_policy.batch.impact.tally import Tally
from clas_policy.batch.reading import lines_bulk
from clas_policy.batch.writing.store import Twin
from clas_policy.cli import impact_bulk, impact_run
from clas_policy.cli.impact_run import TABLES

LOCAL = "departements/09/2001-2002"
LANGUAGES = pytest.mark.parametrize("lang", ["fr", "en"])
MADE_UP = ("--simulate", "60", "--policy", LOCAL)
HIGHER = ("--set", "plafond=5500 EUR")
LATER = ("--set", "ariege_depot.last_day=2001-11-06")

Json = Callable[..., Any]


@pytest.fixture
def answer(run: Run) -> Json:
    """The impact as JSON."""

    def answer(*arguments: str, code: int = 0) -> Any:
        ran = run("impact", *arguments, "--output", "json")
        assert ran.code == code, ran
        return json.loads(ran.out)

    return answer


@pytest.fixture
def dossiers(rules: Path, here: Path, run: Run) -> Path:
    """Forty made-up dossiers in a file."""
    assert run("simulate", "--policy", LOCAL, "--dossiers", "40", "--output", "ndjson:d.ndjson").code == 0
    return here / "d.ndjson"


@pytest.fixture
def other(rules: Path, here: Path) -> Path:
    """A copy of the local layer in which nobody has to be in time."""
    text = (rules / f"{LOCAL}.yaml").read_text(encoding="utf-8")
    place = here / "autre.yaml"
    place.write_text(text.replace("last_day: 2001-10-30", "last_day: 2001-12-31"), encoding="utf-8")
    return place


# What is told


@LANGUAGES
@pytest.mark.usefixtures("rules")
def test_made_up_dossiers_with_another_figure_and_another_day(lang: str, run: Run, snapshot: SnapshotAssertion) -> None:
    assert str(run("--lang", lang, "impact", *MADE_UP, *HIGHER, *LATER, "--top", "3")) == snapshot


@pytest.mark.usefixtures("rules")
def test_a_note_for_a_committee(here: Path, run: Run, snapshot: SnapshotAssertion) -> None:
    ran = run("impact", *MADE_UP, *HIGHER, "--top", "2", "--output", "markdown:note.md")
    assert (ran.code, ran.out) == (0, "")
    assert (here / "note.md").read_text(encoding="utf-8") == snapshot


def test_two_policies_that_are_named(dossiers: Path, other: Path, run: Run, snapshot: SnapshotAssertion) -> None:
    ran = run("impact", str(dossiers.name), "--before", LOCAL, "--after", "autre.yaml", "--top", "1", "--lang", "fr")
    assert str(ran) == snapshot


@LANGUAGES
def test_nothing_changes(lang: str, dossiers: Path, run: Run, snapshot: SnapshotAssertion) -> None:
    ran = run("--lang", lang, "impact", dossiers.name, "--before", LOCAL, "--after", LOCAL)
    assert str(ran) == snapshot


@pytest.mark.usefixtures("rules")
def test_the_json_has_all_figures(answer: Json, snapshot: SnapshotAssertion) -> None:
    found = answer("--simulate", "12", "--policy", LOCAL, *HIGHER, *LATER, "--top", "1")
    for layer in (layer for pair in found["policies"] for side in pair.values() for layer in side["layers"]):
        layer["sha256"] = layer["sha256"][:4]
    found["breakdowns"] = found["breakdowns"][1:3]
    assert found == snapshot


def test_the_totals_are_those_of_evaluate(dossiers: Path, run: Run, answer: Json) -> None:
    found = answer(dossiers.name, *HIGHER)
    records = [json.loads(line) for line in run("evaluate", dossiers.name, "--output", "ndjson").out.splitlines()]
    for name, field in (("due", "due"), ("eligible", "eligible"), ("undetermined_at_most", "undetermined_at_most")):
        cents = sum(round(float(record["totals"][field]) * 100) for record in records)
        assert round(float(found["total"]["before"][name]) * 100) == cents
    outcomes = {(one["before"], one["after"]): one["dossiers"] for one in found["outcomes"]}
    assert outcomes == {
        (name, name): count
        for name in ("admissible", "incomplete", "inadmissible")
        if (count := sum(record["outcome"] == name for record in records))
    }


def test_the_page_needs_nothing_else_and_is_french(dossiers: Path, here: Path, run: Run) -> None:
    ran = run("--lang", "en", "impact", "--simulate", "60", "--policy", LOCAL, *LATER, "--output", "html:p.html")
    assert (ran.code, ran.out) == (0, "")
    page = (here / "p.html").read_text(encoding="utf-8")
    assert '<html lang="fr">' in page
    assert page.count("<svg") >= 2
    assert "SIMULATION" in page
    assert not re.search(r"<script|https?://|src=|@import|url\(", page)
    for told in re.findall(r"<svg[^>]*aria-labelledby=\"([^\"]*)\"", page):
        assert all(f'id="{name}"' in page for name in told.split())


def test_a_page_of_real_dossiers_does_not_speak_of_a_simulation(dossiers: Path, run: Run) -> None:
    assert "SIMULATION : 40 de ces dossiers sont inventés" in told(run("--lang", "fr", "impact", dossiers.name, *LATER))
    dossiers.write_text(dossiers.read_text(encoding="utf-8").replace("simule-", "n-"), encoding="utf-8")
    page = run("impact", dossiers.name, *LATER, "--output", "html").out
    assert "SIMULATION" not in page
    assert "inventés" not in page


def told(ran: Ran) -> str:
    """What is written on the terminal, its no-break spaces and line ends as spaces."""
    return " ".join(ran.out.split())


# What is compared


def test_dossiers_select_their_own_policy_unless_one_is_named(dossiers: Path, answer: Json) -> None:
    assert answer(dossiers.name, *HIGHER)["total"] == answer(dossiers.name, "--policy", LOCAL, *HIGHER)["total"]


def test_tables_are_read_as_json_is(dossiers: Path, here: Path, run: Run, answer: Json) -> None:
    pytest.importorskip("duckdb")
    for form in ("csv", "parquet"):
        written = run("simulate", "--policy", LOCAL, "--dossiers", "40", "--output", f"{form}:t.{form}")
        assert written.code == 0
        assert answer(f"t.{form}", *HIGHER, *LATER) == answer(dossiers.name, *HIGHER, *LATER)


def test_every_file_that_batch_takes_for_a_table_is_one_here() -> None:
    """The list stands in impact_run so that JSON alone is compared without the libraries of batch."""
    sets = pytest.importorskip("clas_policy.batch.reading.sets", exc_type=ImportError)
    assert {*TABLES} == {*sets.SUFFIXES, *sets.OLD}


def test_departments_meet_their_own_policies_of_two_years(rules: Path, here: Path, run: Run, answer: Json) -> None:
    for code in ("09", "10"):
        for period, last_day in (("2001-2002", "2001-10-30"), ("2002-2003", "2001-09-30")):
            text = (rules / f"{LOCAL}.yaml").read_text(encoding="utf-8").replace("2001-2002", period)
            text = text.replace("departements/09", f"departements/{code}").replace("2001-10-30", last_day)
            place = rules / f"departements/{code}/{period}.yaml"
            place.parent.mkdir(exist_ok=True)
            if not place.exists():
                place.write_text(text, encoding="utf-8")
            annual = (rules / "national/2001-2002.yaml").read_text(encoding="utf-8").replace("2001-2002", period)
            (rules / f"national/{period}.yaml").write_text(annual, encoding="utf-8")
    lines = ""
    for code in ("09", "10", "11"):
        made_up = run("simulate", "--policy", LOCAL, "--dossiers", "20").out
        lines += made_up.replace('"departement":"09"', f'"departement":"{code}"')
    (here / "d.ndjson").write_text(lines, encoding="utf-8")
    ran = run("impact", "d.ndjson", "--before", "2001-2002", "--after", "2002-2003", "--output", "json")
    found = json.loads(ran.out)
    assert ran.code == 3, "department 11 has no policy"
    assert "no policy for 2001-2002 in department 11" in ran.err
    assert found["dossiers"]["count"] == 40
    assert found["not_compared"] == {"before": 0, "after": 0, "both": 20}
    assert [pair["after"]["id"][-12:] for pair in found["policies"]] == ["09/2002-2003", "10/2002-2003"]
    departments = next(one for one in found["breakdowns"] if one["by"] == "departement")
    assert [(one["of"], one["count"]) for one in departments["classes"]] == [("09", 20), ("10", 20)]
    assert found["dossiers"]["lose"]["count"] > 0


def test_what_only_one_policy_asks_is_put_aside_and_told(
    dossiers: Path, rules: Path, here: Path, run: Run, answer: Json
) -> None:
    """A fact of the policy after, which some dossiers answer; and one that nobody asks, which is an error."""
    text = (rules / f"{LOCAL}.yaml").read_text(encoding="utf-8")
    more = "facts:\n  ariege.accueil:\n    type: boolean\n    label: Un accueil\n"
    (here / "plus.yaml").write_text(text.replace("deadlines:", f"{more}deadlines:"), encoding="utf-8")
    lines = dossiers.read_text(encoding="utf-8").splitlines()
    lines[0] = lines[0].replace('"charte"', '"ariege":{"accueil":true},"charte"')
    lines[1] = lines[1].replace('"charte"', '"inconnu":1,"charte"')
    dossiers.write_text("\n".join(lines) + "\n", encoding="utf-8")
    ran = run("impact", dossiers.name, "--before", LOCAL, "--after", "plus.yaml", "--output", "json")
    found = json.loads(ran.out)
    assert ran.code == 4
    assert "d.ndjson:2:" in ran.err
    assert "unknown key `inconnu`" in ran.err
    assert found["asked_by_one_only"] == {"ariege": 1}
    assert (found["dossiers"]["count"], found["not_compared"]["both"]) == (39, 1)


def test_what_one_policy_does_not_allow_is_told_apart(dossiers: Path, rules: Path, run: Run) -> None:
    """The year after has a référentiel of its own, by which no group is so large."""
    for name, other, old, new in (
        ("national/referentiel-2000", "national/referentiel-2002", "max: 30", "max: 9"),
        ("national/2001-2002", "national/2002-2003", "referentiel-2000", "referentiel-2002"),
        (LOCAL, "departements/09/2002-2003", "last_day: 2001-10-30", "last_day: 2001-10-31"),
    ):
        text = (rules / f"{name}.yaml").read_text("utf-8").replace(old, new)
        text = text.replace("2001-2002", "2002-2003").replace("policy: national/referentiel-2000", f"policy: {other}")
        (rules / f"{other}.yaml").write_text(text, encoding="utf-8")
    ran = run("impact", dossiers.name, "--before", "2001-2002", "--after", "2002-2003", "--output", "json")
    found = json.loads(ran.out)
    assert ran.code == 4, ran.err
    left = found["not_compared"]
    assert left["after"] > 0
    assert (left["before"], left["both"]) == (0, 0)
    assert left["after"] + found["dossiers"]["count"] == 40


def test_a_dossier_that_comes_twice_is_counted_once(dossiers: Path, run: Run) -> None:
    dossiers.write_bytes(dossiers.read_bytes() * 2)
    ran = run("impact", dossiers.name, *HIGHER, "--output", "json")
    found = json.loads(ran.out)
    assert ran.code == 4
    assert (found["dossiers"]["count"], found["not_compared"]["both"]) == (40, 40)
    assert "d.ndjson:41:1: the dossier `simule-000001` was read before [CLAS-B434]" in ran.err


@pytest.mark.parametrize("fault", ["", "sums that no type holds", "no database"])
def test_much_is_compared_as_little_is(
    fault: str, dossiers: Path, here: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice the same dossier, lines that are wrong, unusual or of no policy, lists that are absent or empty."""
    lines = dossiers.read_text(encoding="utf-8").splitlines()
    odd = [json.loads(line) for line in lines[:4]]
    odd[0].pop("groupes")
    odd[1]["groupes"] = []
    odd[2]["depot"] = {"date": "hier"}
    odd[3]["annee_scolaire"] = "1999-2000"
    for number, one in enumerate(odd):
        one["dossier"] = f"autre-{number}"
    wrong = ["{", '{"dossier": "x"}', *map(json.dumps, odd), lines[5], f"  {lines[7]}  ", f"  {lines[39]} "]
    dossiers.write_text("\n".join([*lines[:30], *wrong, *lines[30:], lines[2]]) + "\n", encoding="utf-8")
    given = (dossiers.name, *HIGHER, *LATER, "--by", "all", "--output", "json", "--list", "l.json")

    def told() -> tuple[int, str, str, list[str]]:
        ran = run("--lang", "en", "impact", *given)
        return ran.code, ran.out, (here / "l.json").read_text(encoding="utf-8"), sorted(ran.err.splitlines())

    expected = told()
    assert expected[0] == 3
    assert json.loads(expected[1])["not_compared"]["both"] == 8
    finished = []
    monkeypatch.setattr(impact_run, "MUCH", 0)
    monkeypatch.setattr(lines_bulk, "LEAST", 0)
    finish = impact_bulk.Bulk.finish

    def watched(self: impact_bulk.Bulk, tally: Tally) -> Sequence[Twin]:
        finished.append(1)
        return finish(self, tally)

    monkeypatch.setattr(impact_bulk.Bulk, "finish", watched)
    if fault == "sums that no type holds":
        monkeypatch.setattr(impact_bulk, "count", _overflow)
    if fault == "no database":
        monkeypatch.setitem(sys.modules, "clas_policy.cli.impact_bulk", None)
    assert told() == expected
    assert finished == ([] if fault == "no database" else [1])


def _overflow(*_given: object) -> None:
    raise EngineError


@pytest.mark.usefixtures("rules")
def test_the_same_simulation_comes_out_again(run: Run) -> None:
    ran = [run("impact", *MADE_UP, *HIGHER, "--seed", seed, "--output", "json").out for seed in ("4", "4", "5")]
    assert ran[0] == ran[1] != ran[2]


@pytest.mark.usefixtures("rules")
def test_assumptions_change_the_simulation_and_are_named(here: Path, answer: Json) -> None:
    (here / "h.yaml").write_text("title: À nous\nfacts: {charte.signee: {chance: 0 %}}\n", encoding="utf-8")
    found = answer(*MADE_UP, *HIGHER, "--assumptions", "h.yaml")
    assert found["simulation"]["assumptions"] == "À nous"
    assert found["simulation"]["arbitrary"] is False
    assert found["total"]["before"]["due"] == "0.00"


@pytest.mark.usefixtures("rules")
def test_a_draft_says_so(rules: Path, here: Path, run: Run) -> None:
    text = (rules / f"{LOCAL}.yaml").read_text("utf-8").replace("in_force", "draft")
    (here / "b.yaml").write_text(text, encoding="utf-8")
    ran = run("impact", "--simulate", "5", "--before", LOCAL, "--after", "b.yaml", "--lang", "en")
    assert f"DRAFT: {LOCAL} v1 is not in force" in ran.out


# Figures and days


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize(
    ("setting", "place"),
    [
        ("plafond=5500 EUR", "national/2001-2002.yaml:9"),
        ("set.plafond=5500 EUR", "national/2001-2002.yaml:9"),
        ("taille.requires.from=7", "national/referentiel-2000.yaml:45"),
        ("ariege_depot.last_day=2001-11-06", f"{LOCAL}.yaml:16"),
        ("deadlines.ariege_depot.opens_on=2001-10-01", f"{LOCAL}.yaml:15"),
    ],
)
def test_a_figure_is_changed_where_it_is_written(setting: str, place: str, answer: Json) -> None:
    (changed,) = answer(*MADE_UP, "--set", setting)["changed"]
    name, _, value = setting.partition("=")
    assert (changed["name"], changed["after"]) == (name, value)
    assert changed["at"].endswith(place)


def test_no_file_is_written(rules: Path, run: Run) -> None:
    before = {path: path.read_bytes() for path in rules.rglob("*.yaml")}
    assert run("impact", *MADE_UP, *HIGHER, *LATER).code == 0
    assert {path: path.read_bytes() for path in rules.rglob("*.yaml")} == before


def test_settings_come_to_what_a_changed_file_comes_to(dossiers: Path, other: Path, answer: Json) -> None:
    by_file = answer(dossiers.name, "--before", LOCAL, "--after", other.name)
    by_setting = answer(dossiers.name, "--policy", LOCAL, "--set", "ariege_depot.last_day=2001-12-31")
    for name in ("total", "dossiers", "outcomes", "grants", "rules", "distribution", "first"):
        assert by_file[name] == by_setting[name]


# Forms of the answer


def test_every_dossier_that_changes_is_listed(dossiers: Path, here: Path, run: Run, answer: Json) -> None:
    found = answer(dossiers.name, *LATER, *HIGHER, "--top", "1000", "--list", "l.ndjson")
    lines = [json.loads(line) for line in (here / "l.ndjson").read_text(encoding="utf-8").splitlines()]
    assert lines == found["first"]
    assert len(lines) == found["changing"] == found["dossiers"]["count"] - found["dossiers"]["same"]["count"]
    assert run("impact", dossiers.name, *LATER, *HIGHER, "--list", "l.csv").code == 0
    with (here / "l.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["dossier"], row["difference"]) for row in rows] == [
        (one["dossier"], one["difference"]) for one in lines
    ]
    assert run("impact", dossiers.name, *LATER, *HIGHER, "--list", "l.json").code == 0
    assert json.loads((here / "l.json").read_text(encoding="utf-8")) == lines


def test_an_id_never_is_a_formula(dossiers: Path, here: Path, run: Run) -> None:
    dossiers.write_text(dossiers.read_text("utf-8").replace('"simule-', '"=simule-'), encoding="utf-8")
    assert run("impact", dossiers.name, *LATER, *HIGHER, "--list", "l.csv").code == 0
    assert "\n'=simule-" in (here / "l.csv").read_text(encoding="utf-8")


def test_a_breakdown_that_is_asked_for_is_shown(dossiers: Path, run: Run) -> None:
    told = run("impact", dossiers.name, *HIGHER, "--by", "groupes", "--by", "charte.signee", "--lang", "fr").out
    assert told.index(
        "Combien dans la liste « groupes »".replace("« ", "«\u00a0").replace(" »", "\u00a0»")
    ) < told.index("La charte")
    whole = run("impact", dossiers.name, *HIGHER, "--by", "all", "--lang", "fr").out
    assert "Département" in whole


def test_several_forms_at_once(dossiers: Path, here: Path, run: Run) -> None:
    ran = run(
        "impact", dossiers.name, *HIGHER, "--output", "text", "--output", "json:a.json", "--output", "html:a.html"
    )
    assert ran.code == 0
    assert ran.out
    assert json.loads((here / "a.json").read_text(encoding="utf-8"))["format"] == "clas-policy/impact/1"
    assert (here / "a.html").exists()


def test_files_appear_together_or_not_at_all(dossiers: Path, here: Path, run: Run) -> None:
    (here / "l.csv").symlink_to("/dev/full")
    ran = run("impact", dossiers.name, *HIGHER, "--output", "json:a.json", "--output", "text", "--list", "l.csv")
    assert (ran.code, ran.out) == (70, ""), ran
    assert "CLAS-F006" in ran.err
    assert not (here / "a.json").exists()


def test_places_are_looked_at_before_anything_is_read(rules: Path, here: Path, run: Run) -> None:
    (here / "d.ndjson").write_text("nothing that could be read\n", encoding="utf-8")
    ran = run("impact", "d.ndjson", *HIGHER, "--output", "json:a.json", "--list", "absent/l.csv")
    assert ran.code == 70
    assert ran.err.splitlines() == ["absent/l.csv:1:1: no folder to write this file in [CLAS-F006]"]
    assert not (here / "a.json").exists()


@pytest.mark.parametrize("named", ["dossiers", "dossiers/*.ndjson"])
def test_a_dossier_of_a_folder_is_never_written_over(named: str, dossiers: Path, here: Path, run: Run) -> None:
    (here / "dossiers").mkdir()
    own = dossiers.rename(here / "dossiers" / dossiers.name)
    before = own.read_bytes()
    ran = run("impact", named, *HIGHER, "--output", "json:dossiers/d.ndjson")
    assert (ran.code, ran.out) == (2, ""), ran
    assert "CLAS-F005" in ran.err
    assert own.read_bytes() == before


def test_nothing_and_one_are_singular_in_french(rules: Path, here: Path, run: Run) -> None:
    one = {"dossier": "a", "annee_scolaire": "2001-2002", "departement": "09", "groupes": []}
    (here / "d.json").write_text(json.dumps(one), encoding="utf-8")
    assert "1 dossier, 0\u00a0groupe\n" in run("impact", "d.json", *HIGHER, "--lang", "fr").out
    assert "1 dossier, 0\u00a0groupes\n" in run("impact", "d.json", *HIGHER, "--lang", "en").out
    made_up = run("impact", "--simulate", "1", "--policy", LOCAL, *HIGHER, "--lang", "fr")
    assert "SIMULATION\u00a0: 1 dossier, inventé (graine 1)" in made_up.out


# What cannot be done

WRONG: dict[str, tuple[int, tuple[str, ...]]] = {
    "nothing-to-compare": (2, ("d.ndjson",)),
    "one-policy": (2, ("d.ndjson", "--before", LOCAL)),
    "after-and-set": (2, ("d.ndjson", "--before", LOCAL, "--after", LOCAL, *HIGHER)),
    "before-and-policy": (2, ("d.ndjson", "--before", LOCAL, "--policy", LOCAL, *HIGHER)),
    "policy-without-set": (2, ("d.ndjson", "--before", LOCAL, "--after", LOCAL, "--policy", LOCAL)),
    "no-dossiers": (2, HIGHER),
    "dossiers-and-simulation": (2, ("d.ndjson", *MADE_UP, *HIGHER)),
    "assumptions-without-simulation": (2, ("d.ndjson", *HIGHER, "--assumptions", "h.yaml")),
    "seed-without-simulation": (2, ("d.ndjson", *HIGHER, "--seed", "1")),
    "simulation-without-a-policy": (2, ("--simulate", "5", *HIGHER)),
    "department-of-no-year": (2, ("d.ndjson", *HIGHER, "--department", "09")),
    "unknown-format": (2, ("d.ndjson", *HIGHER, "--output", "pdf")),
    "twice-the-same-file": (2, ("d.ndjson", *HIGHER, "--output", "json:x", "--list", "x")),
    "list-of-no-format": (2, ("d.ndjson", *HIGHER, "--list", "l.xlsx")),
    "over-an-input": (2, ("d.ndjson", *HIGHER, "--output", "json:d.ndjson")),
    "over-a-policy": (2, ("d.ndjson", *HIGHER, "--output", f"json:regles/{LOCAL}.yaml")),
    "unknown-breakdown": (2, ("d.ndjson", *HIGHER, "--by", "charte.signe")),
    "unknown-policy": (3, ("d.ndjson", "--before", LOCAL, "--after", "departements/09/2003-2004")),
    "no-such-file": (3, ("d.ndjson", "--before", LOCAL, "--after", "absent.yaml")),
    "a-referentiel": (3, ("d.ndjson", "--before", LOCAL, "--after", "national/referentiel-2000")),
    "a-policy-without-a-year": (3, ("d.ndjson", "--policy", "national/referentiel-2000", "--set", "taux=3 %")),
    "no-input": (4, ("absent.ndjson", *HIGHER)),
    "an-empty-folder": (5, ("vide", *HIGHER)),
    "not-a-setting": (2, ("d.ndjson", "--policy", LOCAL, "--set", "plafond")),
    "set-twice": (2, ("d.ndjson", "--policy", LOCAL, *HIGHER, *HIGHER)),
    "unknown-parameter": (2, ("d.ndjson", "--policy", LOCAL, "--set", "plafnod=5500 EUR")),
    "unlike-any-parameter": (2, ("d.ndjson", "--policy", LOCAL, "--set", "zzz=1")),
    "not-a-figure": (2, ("d.ndjson", "--policy", LOCAL, "--set", "ariege_depot.late=inadmissible")),
    "a-name": (2, ("d.ndjson", "--policy", LOCAL, "--set", "policy=x")),
    "no-unit": (3, ("d.ndjson", "--policy", LOCAL, "--set", "plafond=5500")),
    "wrong-unit": (3, ("d.ndjson", "--policy", LOCAL, "--set", "taux=5500 EUR")),
    "no-date": (3, ("d.ndjson", "--policy", LOCAL, "--set", "ariege_depot.last_day=06/11/2001")),
    "more-yaml": (3, ("d.ndjson", "--policy", LOCAL, "--set", "plafond={a: 1}")),
    "before-it-opens": (3, ("d.ndjson", "--policy", LOCAL, "--set", "ariege_depot.last_day=2001-08-01")),
    "of-a-file": (2, ("d.ndjson", "--before", "autre.yaml", *HIGHER)),
}


@LANGUAGES
@pytest.mark.parametrize(("code", "arguments"), WRONG.values(), ids=WRONG)
@pytest.mark.usefixtures("other")
def test_what_cannot_be_done_is_said(  # noqa: PLR0917 - fixtures
    code: int,
    arguments: tuple[str, ...],
    lang: str,
    dossiers: Path,
    here: Path,
    run: Run,
    snapshot: SnapshotAssertion,
) -> None:
    (here / "vide").mkdir()
    (here / "h.yaml").write_text("title: Rien\n", encoding="utf-8")
    ran: Ran = run("--lang", lang, "impact", *arguments)
    assert (ran.code, ran.out) == (code, ""), ran
    assert ran.err == snapshot
    assert json.loads(dossiers.read_text(encoding="utf-8").splitlines()[0])["dossier"] == "simule-000001"
