"""Problems as text and for code hosts: the place underlined, every part where it belongs."""

from __future__ import annotations

import json
from typing import Any

import click
import pytest
from syrupy.assertion import SnapshotAssertion

from clas_policy.cli import problems
from clas_policy.cli.help_pages import page
from clas_policy.cli.settings import Settings
from clas_policy.problem import Message, Problem, Related
from clas_policy.source import Span

FILE = "policies/national/2024-2025.yaml"
PARENT = Span("policies/national/referentiel-2019.yaml", 31, 3, 31, 15)
LINE = "  prix_plafnod: 8487 EUR"
MISSPELT = Problem(
    "CLAS-P104",
    Message("unknown parameter `{name}`", {"name": "prix_plafnod"}),
    Span(FILE, 9, 3, 9, 15),
    hint=Message("did you mean `{name}`, declared at {place}?", {"name": "prix_plafond", "place": str(PARENT)}),
    excerpt=LINE,
)
LINES = {FILE: ["", "", "", "", "", "", "", "  taux_ps: 32.5 %", LINE]}
FR, EN = Settings(lang="fr"), Settings(lang="en")


def at(line: str, first: int, last: int, **more: Any) -> list[str]:
    """The lines under the sentence of a problem from column `first` to before `last` of a line."""
    problem = Problem("CLAS-P101", Message("unknown fact"), Span("f.yaml", 3, first, 3, last), excerpt=line, **more)
    return problems.as_text(problem, EN, {}).splitlines()[1:]


def test_a_problem_reads_as_the_house_says() -> None:
    assert problems.as_text(MISSPELT, EN, LINES) == (
        "policies/national/2024-2025.yaml:9:3: unknown parameter `prix_plafnod` [CLAS-P104]\n"
        "   8 |   taux_ps: 32.5 %\n"
        "   9 |   prix_plafnod: 8487 EUR\n"
        "     |   ^^^^^^^^^^^^\n"
        "  help: did you mean `prix_plafond`, declared at policies/national/referentiel-2019.yaml:31:3?"
    )


@pytest.mark.parametrize("settings", [FR, EN], ids=["fr", "en"])
def test_the_second_places_come_last(settings: Settings, snapshot: SnapshotAssertion) -> None:
    problem = Problem(
        "CLAS-P182",
        Message("`{name}` has no value in `{layer}`", {"name": "taux_ps", "layer": "national/2024-2025"}),
        Span(FILE, 9, 3, 9, 15),
        related=(Related(Message("declared here"), PARENT),),
        hint=Message("give it under `set:`, or write `to_confirm` in a draft"),
        excerpt=LINE,
        severity="warning",
    )
    assert problems.as_text(problem, settings, LINES) == snapshot


def test_the_line_above_is_shown_where_it_says_something() -> None:
    above = {FILE: ["", "", "", "", "", "", "", "   ", LINE]}
    assert "\n   8 |" not in problems.as_text(MISSPELT, EN, above)
    assert "\n   8 |" not in problems.as_text(MISSPELT, EN, {})
    assert "\n   8 |" in problems.as_text(MISSPELT, EN, LINES)


def test_the_gutter_is_as_wide_as_the_number() -> None:
    problem = Problem("CLAS-P101", Message("unknown fact"), Span("f.yaml", 10000, 1, 10000, 3), excerpt="ab")
    above = {"f.yaml": ["x"] * 10000}
    assert problems.as_text(problem, EN, above).splitlines()[1:] == [" 9999 | x", "10000 | ab", "      | ^^"]


def test_a_problem_without_a_place_has_no_excerpt() -> None:
    problem = Problem("CLAS-L210", Message("no layer `{id}`", {"id": "x"}), excerpt="x")
    assert problems.as_text(problem, EN, {}) == "no layer `x` [CLAS-L210]"


def test_a_problem_that_goes_on_below_is_underlined_to_the_end_of_its_line() -> None:
    problem = Problem("CLAS-S001", Message("unknown key"), Span("f.yaml", 3, 3, 5, 1), excerpt="  ab: [")
    assert problems.as_text(problem, EN, {}).splitlines()[2] == "     |   ^^^^^"


def test_nothing_is_underlined_beyond_a_line_but_one_sign() -> None:
    assert at("ab", 3, 4)[1] == "     |   ^"
    assert at("ab", 1, 1)[1] == "     | ^"


def test_tabs_take_one_column() -> None:
    assert at("\tab: 1", 2, 4) == ["   3 | →ab: 1", "     |  ^^"]


def test_an_escape_is_as_wide_as_it_is_shown() -> None:
    assert at("a\x1bb: 1", 1, 4) == [r"   3 | a\x1bb: 1", "     | ^^^^^^"]


def test_a_long_line_is_cut_around_the_place() -> None:
    line = "x" * 500 + "ICI" + "y" * 500
    shown, marks = at(line, 501, 504)
    assert len(shown) <= 110
    start = marks.index("^")
    assert shown[start : start + 3] == "ICI"
    assert marks.count("^") == 3


def test_a_combining_or_wide_character_does_not_break_the_excerpt() -> None:
    assert at("名前: 1", 1, 3)[0] == "   3 | 名前: 1"


def test_the_path_of_a_dossier_is_told_in_brackets() -> None:
    problem = Problem("CLAS-D101", Message("unknown key"), Span("d.json", 1, 1, 1, 2), path="$.collectifs[0].effectf")
    assert "unknown key ($.collectifs[0].effectf) [CLAS-D101]" in problems.as_text(problem, EN, {})
    whole = Problem("CLAS-D101", Message("unknown key"), Span("d.json", 1, 1, 1, 2), path="$")
    assert "$" not in problems.as_text(whole, EN, {})


def test_what_a_user_wrote_stays_on_the_line() -> None:
    problem = Problem(
        "CLAS-P101", Message("unknown fact `{name}`", {"name": "a\nb\x1b[2J"}), Span("f\n.yaml", 1, 1, 1, 2)
    )
    assert problems.as_text(problem, EN, {}) == r"f\x0a.yaml:1:1: unknown fact `a\x0ab\x1b[2J` [CLAS-P101]"


def test_colour_is_only_added() -> None:
    plain, coloured = (problems.as_text(MISSPELT, EN, LINES, colour=colour) for colour in (False, True))
    assert coloured != plain
    assert click.unstyle(coloured) == plain


@pytest.mark.parametrize(
    ("files", "severities", "fr", "en"),
    [
        (["a"], ["error"], "1 erreur dans 1 fichier", "1 error in 1 file"),
        (["a", "b", "b"], ["error"] * 3, "3 erreurs dans 2 fichiers", "3 errors in 2 files"),
        (
            ["a", "a", "b"],
            ["error", "warning", "warning"],
            "1 erreur et 2 avertissements dans 2 fichiers",
            "1 error and 2 warnings in 2 files",
        ),
        ([None], ["error"], "1 erreur", "1 error"),
    ],
)
def test_the_summary(files: list[str | None], severities: list[str], fr: str, en: str) -> None:
    found = [
        Problem("CLAS-S001", Message("unknown key"), Span(file, n, 1, n, 2) if file else None, severity=severity)
        for n, (file, severity) in enumerate(zip(files, severities, strict=True), 1)
    ]
    assert (problems.count(found, FR), problems.count(found, EN)) == (fr, en)


def test_commands_of_a_code_host_hold_nothing_but_themselves() -> None:
    problem = Problem(
        "CLAS-P101",
        Message("unknown fact `{name}`", {"name": "a%\r\n::set-env name=X::y"}),
        Span("a,b:c%.yaml", 3, 5, 3, 9),
        severity="warning",
    )
    assert problems.render([problem], "github", EN, {}) == (
        "::warning file=a%2Cb%3Ac%25.yaml,line=3,col=5,endLine=3,endColumn=9,title=CLAS-P101::"
        "unknown fact `a%25%0D%0A::set-env name=X::y`\n"
    )


def test_sarif_has_what_its_standard_requires() -> None:
    without_place = Problem("CLAS-L210", Message("no layer `{id}`", {"id": "x"}))
    log = json.loads(problems.render([MISSPELT, without_place], "sarif", EN, LINES))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "clas-policy"
    ids = [rule["id"] for rule in driver["rules"]]
    assert ids == sorted(set(ids)) == ["CLAS-L210", "CLAS-P104"]
    for rule in driver["rules"]:
        found = page(rule["id"])
        assert found is not None
        assert rule["shortDescription"]["text"] == found.title["en"]
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("error", "warning")
        assert result["message"]["text"]
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 9, "startColumn": 3, "endLine": 9, "endColumn": 15}
    assert "locations" not in run["results"][1]


def test_the_place_of_a_sarif_result_is_a_relative_reference() -> None:
    problem = Problem("CLAS-P101", Message("unknown fact"), Span("à vérifier/règle#1.yaml", 1, 1, 1, 2))
    log = json.loads(problems.render([problem], "sarif", EN, {}))
    location = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "%C3%A0%20v%C3%A9rifier/r%C3%A8gle%231.yaml"


def test_json_has_the_same_keys_for_every_problem() -> None:
    without_place = Problem("CLAS-L210", Message("no layer `{id}`", {"id": "x"}))
    first, second = json.loads(problems.render([MISSPELT, without_place], "json", FR, LINES))
    assert set(first) == set(second)
    assert (first["message"], first["help"].split(",")[0]) == (
        "paramètre inconnu\u00a0: `prix_plafnod`",
        "vouliez-vous dire `prix_plafond`",
    )
    assert (second["file"], second["line"]) == (None, None)
