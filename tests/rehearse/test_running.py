"""What came out against what is expected: each kind of expectation, held and not held."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rehearse.rules import HEAD, LOCAL, ready, rehearsed, said

from clas_policy.cli import help_pages
from clas_policy.rehearse.expecting import WARNINGS
from clas_policy.rehearse.rehearsal import Rehearsal, unasserted

HOLDS = """\
  Tout va bien:
    expect:
      outcome: admissible
      deadlines: {ariege_depot: met}
      criteria: {taille: met}
      orientations: {ariege_charte: met}
      grants: {aide: {due: 300 EUR}}
      totals: {due: 300 EUR, eligible: 0 EUR, undetermined_at_most: 0 EUR, caisse: {due: 300 EUR}}
      missing: []
      warnings: []
"""


def test_a_case_that_holds_says_nothing(tmp_path: Path) -> None:
    result = rehearsed(tmp_path, HOLDS)

    assert said(result) == []
    assert not result.fails
    assert [done.verdict for done in result.cases] == ["passed"]


@pytest.mark.parametrize(
    ("expect", "told"),
    [
        ("outcome: incomplete", "`outcome` is `admissible`, where `incomplete` is expected"),
        (
            "deadlines: {ariege_depot: unknown}",
            "`ariege_depot` is `met`, where `unknown` is expected (the rule reads `depot.date` 2001-10-01)",
        ),
        (
            "criteria: {taille: not_met}",
            "`taille (petits)` is `met`, where `not_met` is expected (the rule reads `groupe.effectif` 10)",
        ),
        (
            "criteria: {taille: {petits: unknown}}",
            "`taille (petits)` is `met`, where `unknown` is expected (the rule reads `groupe.effectif` 10)",
        ),
        (
            "orientations: {ariege_charte: not_met}",
            "`ariege_charte` is `met`, where `not_met` is expected (the rule reads `charte.signee` true)",
        ),
        ("grants: {aide: refused}", "`aide (petits)` is `due`, where `refused` is expected"),
        (
            "grants: {aide: {petits: {due: 300.01 EUR}}}",
            "`aide (petits)` is `due: 300 EUR`, where `due: 300.01 EUR` is expected",
        ),
        (
            "grants: {aide: {eligible: 300 EUR}}",
            "`aide (petits)` is `due: 300 EUR`, where `eligible: 300 EUR` is expected",
        ),
        (
            "grants: {aide: {undetermined: {from: 0 EUR, to: unbounded}}}",
            "`aide (petits)` is `due: 300 EUR`, where `undetermined: {from: 0 EUR, to: unbounded}` is expected",
        ),
        ("totals: {due: 299.99 EUR}", "`totals.due` is `300 EUR`, where `299.99 EUR` is expected"),
        (
            "totals: {caisse: {undetermined_at_most: unbounded}}",
            "`totals.caisse.undetermined_at_most` is `0 EUR`, where `unbounded` is expected",
        ),
        (
            "missing: [charte.signee]",
            "`missing` is not the list that is expected (expected and not there: charte.signee)",
        ),
        ("effects: {ariege_depot: not_examined}", "`effects.ariege_depot` is `none`, where `not_examined` is expected"),
        (
            "warnings: [CLAS-W403]",
            "`warnings` is not the list that is expected (expected and not there: CLAS-W403)",
        ),
    ],
)
def test_each_expectation_that_does_not_hold_says_what_came_out(expect: str, told: str, tmp_path: Path) -> None:
    result = rehearsed(tmp_path, f"  Un cas:\n    expect:\n      {expect}\n")

    assert said(result) == [f"10: {told}"]
    assert result.fails
    assert [done.verdict for done in result.cases] == ["failed"]


def test_what_is_undetermined_says_what_it_lacks(tmp_path: Path) -> None:
    cases = """\
  Un cas:
    change: {charte.signee: unknown, groupe: {petits: {groupe.depenses: unknown}}}
    expect:
      grants: {aide: {due: 300 EUR}}
      missing: []
"""
    assert said(rehearsed(tmp_path, cases)) == [
        (
            "11: `aide (petits)` is `undetermined: {from: 0 EUR, to: 1500 EUR}`, where `due: 300 EUR` is expected "
            "(because of `charte.signee` unknown)"
        ),
        "12: `missing` is not the list that is expected (not expected: charte.signee, groupe.depenses)",
    ]


def test_what_is_refused_says_by_which_rule(tmp_path: Path) -> None:
    cases = """\
  Un cas:
    change: {depot.date: 2001-08-31, groupe: {petits: {groupe.effectif: 7}}}
    expect: {grants: {aide: {due: 300 EUR}}}
"""
    assert said(rehearsed(tmp_path, cases)) == [
        (
            "10: `aide (petits)` is `refused`, where `due: 300 EUR` is expected "
            "(because of `ariege_depot` not_met, `taille` not_met)"
        )
    ]


def test_what_is_not_met_has_its_effect(tmp_path: Path) -> None:
    cases = """\
  Trop tard:
    change: {depot.date: 2001-10-31}
    expect: {outcome: inadmissible, effects: {ariege_depot: not_examined}}
  À temps:
    expect: {effects: {ariege_depot: none}}
  Autrement:
    change: {depot.date: 2001-10-31}
    expect: {effects: {ariege_depot: next_year}}
"""
    assert said(rehearsed(tmp_path, cases)) == [
        "15: `effects.ariege_depot` is `not_examined`, where `next_year` is expected"
    ]


def test_members_are_changed_added_and_taken_away(tmp_path: Path) -> None:
    cases = """\
  Un cas:
    remove: {groupe: [petits]}
    add:
      groupe:
        moyens: {groupe.effectif: 8, groupe.depenses: 100 EUR}
        grands: {groupe.effectif: 7, groupe.depenses: 100 EUR}
    expect:
      criteria: {taille: {moyens: met, grands: not_met}}
      grants: {aide: {moyens: {due: 30 EUR}, grands: refused}}
      totals: {due: 30 EUR}
"""
    assert said(rehearsed(tmp_path, cases)) == []


def test_a_status_without_a_member_is_that_of_every_member(tmp_path: Path) -> None:
    cases = """\
  Un cas:
    add: {groupe: {grands: {groupe.effectif: 7}}}
    expect: {criteria: {taille: met}}
"""
    assert said(rehearsed(tmp_path, cases)) == [
        "10: `taille (grands)` is `not_met`, where `met` is expected (the rule reads `groupe.effectif` 7)"
    ]


def test_a_status_of_nobody_is_not_held(tmp_path: Path) -> None:
    cases = """\
  Un cas:
    change: {groupe: []}
    expect: {criteria: {taille: met}, grants: {aide: refused}}
"""
    assert said(rehearsed(tmp_path, cases)) == [
        "10: `taille` is `[]`, where `met` is expected",
        "10: `aide` is `[]`, where `refused` is expected",
    ]


def test_an_absent_list_is_missing_by_the_name_of_its_entity(tmp_path: Path) -> None:
    cases = """\
  Un cas:
    change: {groupe: unknown}
    expect: {missing: [groupe], warnings: [CLAS-W404], totals: {undetermined_at_most: unbounded}}
"""
    assert said(rehearsed(tmp_path, cases)) == []


def test_cases_do_not_change_each_other(tmp_path: Path) -> None:
    cases = """\
  Avant:
    change: {charte.signee: false, groupe: {petits: {groupe.effectif: 1}}}
    expect: {grants: {aide: refused}}
  Après:
    expect: {grants: {aide: {due: 300 EUR}}}
"""
    assert said(rehearsed(tmp_path, cases)) == []


def test_a_case_still_to_do_is_told_and_does_not_fail(tmp_path: Path) -> None:
    cases = """\
  Plus tard:
    todo: demander au comité
    expect: {outcome: incomplete}
  Déjà:
    todo: demander au comité
    expect: {outcome: admissible}
"""
    result = rehearsed(tmp_path, cases)

    assert [done.verdict for done in result.cases] == ["todo", "done"]
    assert not result.fails


def test_figures_are_compared_with_those_typed_a_second_time(tmp_path: Path) -> None:
    head = f"tests: {LOCAL}\nfigures: {{taux: 30 %, plafond: 5000.01 EUR}}\n"

    result = rehearsed(tmp_path, "  Un cas:\n    expect: {outcome: incomplete}\n", head)

    assert said(result) == ["2: `plafond` is `5000 EUR`, where `5000.01 EUR` is expected"]
    assert result.fails
    (problem,) = result.figures
    assert str(problem.hint).startswith("look at the source again: `plafond` is written at ")
    assert str(problem.hint).endswith("national/2001-2002.yaml:9")


def test_the_base_dossier_may_be_a_json_file_beside(tmp_path: Path) -> None:
    (tmp_path / "dossier.json").write_text(
        '{"dossier": "d", "annee_scolaire": "2001-2002", "departement": "09", "charte": {"signee": false},'
        ' "groupes": [{"groupe": "petits", "effectif": 9}]}',
        encoding="utf-8",
    )
    head = f"tests: {LOCAL}\ndossier: dossier.json\n"
    cases = """\
  Un cas:
    change: {groupe: {petits: {groupe.effectif: 7}}}
    expect: {criteria: {taille: not_met}, orientations: {ariege_charte: not_met}}
"""
    assert said(rehearsed(tmp_path, cases, head)) == []


def test_a_dossier_behind_a_link_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    outside = tmp_path / "ailleurs.json"
    outside.write_text("{}", encoding="utf-8")
    folder = tmp_path / "essais"
    folder.mkdir()
    (folder / "dossier.json").symlink_to(outside)

    found = ready(
        folder, f"tests: {LOCAL}\ndossier: dossier.json\ncases:\n  Un cas:\n    expect: {{outcome: incomplete}}\n"
    )

    assert found.suite is None
    assert [(problem.code, problem.span and problem.span.line) for problem in found.problems] == [("CLAS-T112", 2)]


def test_without_as_of_the_latest_versions_are_tested(tmp_path: Path) -> None:
    rules = tmp_path / "regles"
    for name in ("national/referentiel-2000", "national/2001-2002", LOCAL):
        place = rules / f"{name}.yaml"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text((Path(__file__).parents[1] / "cli" / "regles" / f"{name}.yaml").read_text("utf-8"), "utf-8")
    annual = (rules / "national/2001-2002.yaml").read_text("utf-8")
    later = annual.replace("version: 1", "version: 2\neffective_from: 2002-01-01").replace("30 %", "40 %")
    (rules / "national/2001-2002.v2.yaml").write_text(later.replace("1500 EUR", "2000 EUR"), "utf-8")
    cases = """\
cases:
  Maintenant:
    expect: {grants: {aide: {due: 400 EUR}}}
  Avant:
    as_of: 2001-12-31
    expect: {grants: {aide: {due: 300 EUR}}}
"""
    found = ready(tmp_path, HEAD + cases, rules)
    assert found.suite is not None, found.problems

    from clas_policy.rehearse.running import Bench

    assert said(Bench().run(found.suite)) == []


def test_rules_that_no_case_asserts_are_listed(tmp_path: Path) -> None:
    result = rehearsed(tmp_path, "  Un cas:\n    expect: {criteria: {taille: met}, grants: {aide: {due: 300 EUR}}}\n")

    assert [(rule.kind, rule.name) for rule in unasserted(Rehearsal((result,), ()))] == [
        ("deadlines", "ariege_depot"),
        ("orientations", "ariege_charte"),
    ]


def test_every_warning_of_a_decision_can_be_expected() -> None:
    assert sorted(WARNINGS) == [page.code for page in help_pages.pages() if page.code.startswith("CLAS-W")]
