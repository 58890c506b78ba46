"""``diff``: what can be compared, what is told of it in each format, and where it goes."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion
from tests.cli.conftest import Edit, Run
from tests.generation import policies

from clas_policy import resources
from clas_policy.catalogue import Catalogue, user_shelf
from clas_policy.cli import decision_markdown, decision_text, diff_json, diff_text, json_text
from clas_policy.compare import compare
from clas_policy.model.policy import Policy
from clas_policy.speech import Speech

FIXTURES = Path(__file__).parents[1] / "compare" / "policies"
LOCAL = "departements/09/2001-2002"
ANNUAL = "national/2001-2002"


@pytest.fixture
def older(rules: Path, here: Path) -> Path:
    """A copy of the author's annual layer, outside of any folder of policies."""
    (here / "ancien").mkdir()
    return Path(shutil.copy(rules / f"{ANNUAL}.yaml", here / "ancien" / "2001-2002.yaml"))


def whole_pair(here: Path) -> tuple[str, str]:
    """Two folders of layers that differ in every way; the policy is that of the local layer of each."""
    shutil.copytree(FIXTURES, here / "deux")
    return "deux/avant", "deux/apres"


def composed(folder: str) -> Policy:
    return Catalogue([user_shelf(Path(folder))]).compose(LOCAL, date(2002, 1, 1), draft=True)


# -- what is told


FORMS = pytest.mark.parametrize(
    ("form", "lang"), [("text", "fr"), ("text", "en"), ("markdown", "fr"), ("markdown", "en"), ("json", "fr")]
)
"""JSON is in no language."""


@FORMS
def test_every_kind_of_change(form: str, lang: str, here: Path, snapshot: SnapshotAssertion) -> None:
    comparison = compare(*map(composed, whole_pair(here)))
    match form:
        case "json":
            told = json_text.indented(diff_json.as_json(comparison))
        case "markdown":
            told = decision_markdown.render(diff_text.tables(comparison, Speech(lang)))
        case _:
            told = decision_text.render(diff_text.blocks(comparison, Speech(lang)))
    assert told == snapshot


@FORMS
@pytest.mark.usefixtures("older")
def test_a_ceiling_that_rose(form: str, lang: str, edit: Edit, run: Run, snapshot: SnapshotAssertion) -> None:
    edit(ANNUAL, "plafond: 5000 EUR", "plafond: 5100 EUR")
    ran = run("diff", "ancien/2001-2002.yaml", ANNUAL, "--output", form, "--lang", lang)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == snapshot


def test_the_shipped_national_policy_with_another_ceiling(here: Path, run: Run) -> None:
    shipped = resources.folder("policies") / "national" / "2024-2025.yaml"
    text = shipped.read_text(encoding="utf-8").replace("8487 EUR", "8610 EUR")
    (here / "2025.yaml").write_text(text, encoding="utf-8")
    ran = run("diff", "2024-2025", "2025.yaml", "--lang", "fr", "--as-of", "2024-11-01")
    assert ran.code == 0
    line = "- Prix plafond annuel d'un collectif\u00a0: 8\u202f487,00\u00a0€ → 8\u202f610,00\u00a0€ (+1,4\u202f%)\n"
    assert line in ran.out


def test_json_has_canonical_values_with_units(older: Path, edit: Edit, run: Run) -> None:
    edit(ANNUAL, "taux: 30 %", "taux: 32.5 %")
    edit(ANNUAL, "plafond: 5000 EUR", "plafond: 4999.99 EUR")
    found = json.loads(run("diff", "ancien/2001-2002.yaml", ANNUAL, "--output", "json").out)
    rate, ceiling = found["changes"]
    assert (rate["old"], rate["new"]) == ({"value": "30", "unit": "%"}, {"value": "32.5", "unit": "%"})
    assert (rate["difference"], rate["percent"]) == ({"value": "2.5", "unit": "%"}, "8.3")
    assert (ceiling["old"]["value"], ceiling["new"]["value"]) == ("5000.00", "4999.99")
    assert (ceiling["difference"], ceiling["percent"]) == ({"value": "-0.01", "unit": "EUR"}, "0.0")
    assert ceiling["old_at"] == {
        "layer": ANNUAL,
        "place": "ancien/2001-2002.yaml:9",
        "source": "circulaire, §2",
        "checked_on": None,
    }
    assert (ceiling["new_at"]["place"], ceiling["read_by"]) == (f"regles/{ANNUAL}.yaml:9", ["aide"])


def test_a_cent_is_told_as_a_cent(older: Path, edit: Edit, run: Run) -> None:
    edit(ANNUAL, "plafond: 5000 EUR", "plafond: 5000.01 EUR")
    assert "€5,000.00 → €5,000.01 (+€0.01)" in run("diff", "ancien/2001-2002.yaml", ANNUAL).out


def test_nothing_to_tell_of_the_same_text(rules: Path, run: Run) -> None:
    ran = run("diff", LOCAL, LOCAL, "--exit-code")
    assert ran.code == 0
    assert "Nothing changed in meaning: the texts are the same." in ran.out


def test_nothing_to_tell_of_comments_and_order(older: Path, edit: Edit, run: Run) -> None:
    edit(ANNUAL, "  taux: 30 %\n  plafond: 5000 EUR", "  plafond: 5000.00 EUR # par groupe\n  taux: 30 %")
    ran = run("diff", "ancien/2001-2002.yaml", ANNUAL, "--exit-code")
    assert ran.code == 0
    assert "the texts differ in comments, layout or order alone" in " ".join(ran.out.split())


def test_words_alone_are_told_as_such(older: Path, edit: Edit, run: Run) -> None:
    edit(ANNUAL, "title: Barème d'essai 2001-2002", "title: Barème")
    ran = run("diff", "ancien/2001-2002.yaml", ANNUAL, "--exit-code")
    assert ran.code == 1
    assert "The rules are the same; 1 change of words and sources." in ran.out


def test_a_draft_is_compared_and_said_to_be_one(older: Path, edit: Edit, run: Run) -> None:
    edit(ANNUAL, "status: in_force", "status: draft")
    edit(ANNUAL, "plafond: 5000 EUR", "plafond: to_confirm")
    ran = run("diff", "ancien/2001-2002.yaml", ANNUAL, "--lang", "fr")
    assert ran.code == 0
    assert "BROUILLON\u00a0: national/2001-2002 v1 n'est pas en vigueur" in ran.out
    assert "Plafond des dépenses\u00a0: 5\u202f000,00\u00a0€ → à confirmer\n" in ran.out


def test_markup_in_labels_is_no_markup(older: Path, edit: Edit, run: Run) -> None:
    edit(ANNUAL, "title: Barème d'essai 2001-2002", 'title: "<script>a|b</script> `x` [y](javascript:z)"')
    out = run("diff", "ancien/2001-2002.yaml", ANNUAL, "--output", "markdown").out
    assert "<script>" not in out
    (row,) = [line for line in out.splitlines() if line.startswith("| title")]
    assert len(re.findall(r"(?<!\\)\|", row)) == 7
    assert "\\[y\\](javascript:z)" in row


# -- what can be compared


def test_years_are_layers(rules: Path, run: Run) -> None:
    assert f"({LOCAL}" not in run("diff", "2001-2002", ANNUAL).out
    out = run("diff", "2001-2002", "2001-2002", "--department", "09").out
    assert LOCAL in out


def test_a_year_that_is_not_there_is_named_with_what_there_is(rules: Path, run: Run) -> None:
    ran = run("diff", "2001-2002", "2003-2004")
    assert (ran.code, ran.out) == (3, "")
    assert "no national policy for 2003-2004 [CLAS-L210]" in ran.err
    assert ANNUAL in ran.err


def test_the_last_layer_alone(rules: Path, here: Path, edit: Edit, run: Run) -> None:
    shutil.copy(rules / f"{LOCAL}.yaml", here / "ancien.yaml")
    edit(LOCAL, "late: not_examined", "late: next_year")
    whole = run("diff", "ancien.yaml", LOCAL, "--layer", "--output", "json")
    assert [change["name"] for change in json.loads(whole.out)["changes"]] == ["ariege_depot"]
    # Against a layer above it, all that is its own is new, and nothing of what both stand on.
    other = run("diff", ANNUAL, LOCAL, "--layer", "--output", "json")
    assert {change["new_at"]["layer"] for change in json.loads(other.out)["changes"] if change["new_at"]} == {LOCAL}


def test_a_file_says_itself_where_it_belongs(older: Path, run: Run) -> None:
    ran = run("diff", "ancien/2001-2002.yaml", ANNUAL)
    assert ran.code == 0
    assert "stands on: national/referentiel-2000 v1\n    (regles/national/referentiel-2000.yaml)" in ran.out


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("policy: national/2001-2002\nextends: national/referentiel-1900\nversion: 1\nstatus: in_force\n", "CLAS-L204"),
        ("policy: national/2001-2002\nextends: national/2000-2001\nversion: 1\nstatus: in_force\n", "CLAS-L203"),
        ("policy: nimporte\nversion: 1\n", "CLAS-L202"),
        ("rien: du tout\n", "CLAS-"),
        ("- une liste\n", "CLAS-Y"),
        ("", "CLAS-Y005"),
        ("policy: [a\n", "CLAS-Y"),
    ],
)
def test_a_file_that_is_no_policy_is_a_problem_with_its_place(
    text: str, code: str, rules: Path, here: Path, run: Run
) -> None:
    (here / "x.yaml").write_text(text, encoding="utf-8")
    ran = run("diff", "x.yaml", ANNUAL)
    assert (ran.code, ran.out) == (3, "")
    assert "x.yaml:" in ran.err
    assert code in ran.err


def test_a_file_of_a_later_version_needs_no_name_of_its_own(older: Path, run: Run) -> None:
    text = older.read_text(encoding="utf-8").replace("version: 1", "version: 2\neffective_from: 2002-01-01")
    older.write_text(text, encoding="utf-8")
    ran = run("diff", ANNUAL, "ancien/2001-2002.yaml", "--output", "json")
    (change,) = json.loads(ran.out)["changes"]
    assert (change["key"], change["old"], change["new"]) == ("version", "1", "2 (2002-01-01)")


@pytest.mark.parametrize("name", ["absent.yaml", "national/1900-1901", "rien", ""])
def test_what_is_not_there_is_a_problem(name: str, rules: Path, run: Run) -> None:
    ran = run("diff", name, ANNUAL)
    assert (ran.code, ran.out) == (3, "")
    assert "[CLAS-" in ran.err


def test_a_name_with_a_colon_that_is_a_file_is_a_file(older: Path, here: Path, run: Run) -> None:
    try:
        older.rename(here / "HEAD:2001.yaml")
    except OSError:
        pytest.skip("no such names here")
    ran = run("diff", "HEAD:2001.yaml", ANNUAL)
    assert (ran.code, ran.err) == (0, "")


# -- where it goes


def test_one_where_anything_changed(older: Path, edit: Edit, run: Run) -> None:
    edit(ANNUAL, "plafond: 5000 EUR", "plafond: 5100 EUR")
    assert run("diff", "ancien/2001-2002.yaml", ANNUAL).code == 0
    assert run("diff", "ancien/2001-2002.yaml", ANNUAL, "--exit-code").code == 1


def test_a_file_is_written_whole_and_in_french(older: Path, edit: Edit, here: Path, run: Run) -> None:
    edit(ANNUAL, "plafond: 5000 EUR", "plafond: 5100 EUR")
    ran = run("diff", "ancien/2001-2002.yaml", ANNUAL, "--output", "markdown:note.md", "--lang", "en")
    assert (ran.code, ran.out) == (0, "")
    assert (here / "note.md").read_text(encoding="utf-8").startswith("# Ce qui a changé\n")


@pytest.mark.parametrize(
    "name", ["ancien/2001-2002.yaml", f"regles/{ANNUAL}.yaml", "regles/national/referentiel-2000.yaml"]
)
def test_a_policy_is_never_written_over(name: str, older: Path, here: Path, run: Run) -> None:
    before = (here / name).read_bytes()
    ran = run("diff", "ancien/2001-2002.yaml", ANNUAL, "--output", f"text:{name}")
    assert ran.code == 2
    assert "CLAS-F005" in ran.err
    assert (here / name).read_bytes() == before


@pytest.mark.parametrize(
    "arguments", [("2001-2002",), ("a", "b", "--since", "HEAD"), ("2001-2002", "2001-2002", "--output", "yaml")]
)
def test_a_misuse_is_told_before_anything_is_read(arguments: tuple[str, ...], rules: Path, run: Run) -> None:
    ran = run("diff", *arguments)
    assert (ran.code, ran.out) == (2, "")


# -- any two policies


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(policies(), policies(), st.sampled_from(("fr", "en")))
def test_any_two_policies_can_be_told_in_any_format(one: Policy, other: Policy, lang: str) -> None:
    comparison = compare(one, other)
    text = decision_text.render(diff_text.blocks(comparison, Speech(lang)))
    assert [line for line in text.splitlines() if len(line) > decision_text.WIDTH or line != line.rstrip()] == []
    markdown = decision_markdown.render(diff_text.tables(comparison, Speech(lang)))
    assert set(map(cells, markdown.splitlines())) <= {0, 7}
    assert len(json.loads(json_text.indented(diff_json.as_json(comparison)))["changes"]) == len(comparison.changes)


def cells(line: str) -> int:
    """The bars of a line that stand for themselves."""
    return len(re.findall(r"(?<!\\)\|", line))
