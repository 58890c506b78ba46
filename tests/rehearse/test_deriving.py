"""Tests of policies whose facts a plugin derives: what is read is given, the derivation is put to the test too."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from tests.rehearse.rules import LOCAL, RULES, ready

from clas_policy.model.dossier import Dossier
from clas_policy.model.policy import Policy
from clas_policy.problem import Message, Problem
from clas_policy.rehearse.running import Bench, SuiteResult

HEAD = f"""\
tests: {LOCAL}
dossier:
  depot.date: 2001-10-01
  charte.signee: true
cases:
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The small scheme, with a local fact that is derived, and a criterion that reads it."""
    folder = tmp_path / "regles"
    shutil.copytree(RULES, folder)
    layer = folder / f"{LOCAL}.yaml"
    text = layer.read_text(encoding="utf-8")
    assert "orientations:" in text
    added = """\
facts:
  ariege.montagne:
    type: boolean
    label: Le dossier concerne une commune de montagne
derive:
  ariege.montagne:
    by: ariege/montagne
    reads: [charte.signee]
orientations:
  ariege_montagne:
    label: Une commune de montagne
    requires: ariege.montagne
    weight: advisory
"""
    layer.write_text(text.replace("orientations:\n", added, 1), encoding="utf-8")
    return folder


def as_signed(_policy: Policy, dossier: Dossier) -> tuple[Dossier, tuple[Problem, ...]]:
    """What a plugin would derive."""
    return replace(dossier, facts={**dossier.facts, "ariege.montagne": dossier.facts["charte.signee"]}), ()


def failing(_policy: Policy, dossier: Dossier) -> tuple[Dossier, tuple[Problem, ...]]:
    return dossier, (Problem("CLAS-X309", Message("it failed")),)


def ran(rules: Path, cases: str, bench: Bench) -> SuiteResult:
    found = ready(rules, HEAD + cases, rules)
    assert found.suite is not None, found.problems
    return bench.run(found.suite)


def test_a_derived_fact_is_not_given(rules: Path) -> None:
    cases = "  Un cas:\n    change: {ariege.montagne: true}\n    expect: {outcome: admissible}\n"

    found = ready(rules, HEAD + cases, rules)

    assert found.suite is None
    (problem,) = found.problems
    assert (problem.code, str(problem.span)) == ("CLAS-T108", "essai.test.yaml:7:14")
    assert str(problem.hint) == "give what it is derived from: `charte.signee`"
    assert problem.related[0].span.file.endswith(f"{LOCAL}.yaml")


def test_what_is_derived_is_tested(rules: Path) -> None:
    cases = """\
  En montagne:
    expect: {orientations: {ariege_montagne: met}}
  En plaine:
    change: {charte.signee: false}
    expect: {orientations: {ariege_montagne: not_met}}
"""
    assert not ran(rules, cases, Bench(as_signed)).fails
    assert ran(rules, cases, Bench()).fails, "without the plugin the fact is unknown"


def test_a_derivation_that_fails_fails_the_case(rules: Path) -> None:
    cases = "  Un cas:\n    expect: {orientations: {ariege_montagne: unknown}}\n"

    result = ran(rules, cases, Bench(failing))

    assert result.fails
    assert [problem.code for done in result.cases for problem in done.troubles] == ["CLAS-X309"]


def test_unless_the_case_expects_it_to_fail(rules: Path) -> None:
    cases = "  Un cas:\n    expect: {warnings: [CLAS-W404, CLAS-W408], orientations: {ariege_montagne: unknown}}\n"

    assert not ran(rules, cases, Bench(failing)).fails
    assert ran(rules, cases, Bench(as_signed)).fails
