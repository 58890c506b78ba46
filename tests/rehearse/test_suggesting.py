"""The missing cases: found by search, evaluated, and written for an author to confirm."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from tests.explain.small import GROUP, criterion, dossier, fact, grant, small_policy
from tests.generation import policies
from tests.policy_texts import GERS, NATIONAL

from clas_policy.catalogue import Catalogue, Shelf, engine_shelf
from clas_policy.explain import Evaluator
from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.dossier import Dossier
from clas_policy.model.fact import Type
from clas_policy.model.policy import Policy
from clas_policy.reading import json_text
from clas_policy.reading.dossier import DossierReader
from clas_policy.rehearse.binding import ReadySuite, load
from clas_policy.rehearse.coverage import Points, Report, cover
from clas_policy.rehearse.running import Bench
from clas_policy.rehearse.suggesting import Suggested, cases_text, file_text, starting, suggest
from clas_policy.rehearse.suggesting.yaml_text import text

LOCAL = "departements/32/2024-2025"
EXAMPLE = NATIONAL.parent / "examples" / "dossier-32-2024-2025.json"


def gers() -> tuple[Catalogue, Policy, Dossier]:
    catalogue = Catalogue([Shelf(GERS, "gers 1", "gers"), engine_shelf()])
    policy = catalogue.compose(LOCAL, date(2024, 11, 1))
    return catalogue, policy, DossierReader(policy).read(json_text.parse(EXAMPLE.read_bytes(), "d.json"))


def after(policy: Policy, base: Dossier, suggested: Suggested) -> Report:
    evaluator = Evaluator(policy)
    return cover([policy], [evaluator.evaluate(one) for one in (base, *(case.dossier for case in suggested.cases))])


def loaded(folder: Path, content: str, catalogue: Catalogue) -> ReadySuite:
    path = folder / "suggere.test.yaml"
    path.write_text(content, encoding="utf-8")
    return load(path, path.name, catalogue)


def test_from_one_dossier_everything_of_the_gers_is_reached() -> None:
    _, policy, base = gers()
    before = cover([policy], [Evaluator(policy).evaluate(base)])

    suggested = suggest(policy, [base], before.uncovered)

    assert before.ratio.percent < 50
    assert suggested.unreached == ()
    assert after(policy, base, suggested).ratio.is_whole


def test_each_case_shows_what_it_says_and_none_is_spare() -> None:
    _, policy, base = gers()
    points = Points(Evaluator(policy))
    suggested = suggest(policy, [base], points.all)

    for case in suggested.cases:
        assert frozenset(case.covers) <= points.observe([points.evaluator.evaluate(case.dossier)])
        others = [other.dossier for other in suggested.cases if other is not case]
        assert set(case.covers) - points.observe(map(points.evaluator.evaluate, others))


def test_changes_are_small() -> None:
    _, policy, base = gers()

    costs = [case.changes.cost for case in suggest(policy, [base], Points(Evaluator(policy)).all).cases]

    assert max(costs) <= 2
    assert sum(cost <= 1 for cost in costs) > len(costs) * 0.9


def test_what_is_written_is_read_holds_and_covers_as_much(tmp_path: Path) -> None:
    catalogue, policy, _ = gers()
    base = starting(policy)
    suggested = suggest(policy, [base], Points(Evaluator(policy)).all)

    found = loaded(tmp_path, file_text(suggested.cases, policy, base), catalogue)

    assert found.suite is not None, [str(problem.message) for problem in found.problems]
    result = Bench().run(found.suite)
    assert {done.verdict for done in result.cases} == {"done"}, "marked as to do, and holding"
    assert {done.case.todo for done in result.cases} == {"à confirmer"}
    assert cover([], [done.evaluation for done in result.cases]).ratio.is_whole


def test_the_dossier_to_start_from_meets_what_it_can() -> None:
    _, policy, _ = gers()

    evaluation = Evaluator(policy).evaluate(starting(policy))

    assert evaluation.outcome == "admissible"
    assert [result.status for result in evaluation.grants] == ["due", "eligible", "eligible"]


def test_a_written_case_says_what_differs_what_it_covers_and_what_comes_of_it() -> None:
    _, policy, _ = gers()
    base = starting(policy)
    case = next(
        case
        for case in suggest(policy, [base], Points(Evaluator(policy)).all).cases
        if case.changes.members.get("collectif", {}).get("collectif-1") == {"collectif.effectif": 13}
    )

    written = cases_text([case], policy)

    assert re.sub(r" *# .*\n", "", written) == (
        """\
  "Nombre d'enfants inscrits dans le collectif : 13":
    todo: à confirmer
    change:
      collectif:
        collectif-1: {collectif.effectif: 13}
    expect:
      outcome: admissible
      criteria:
        taille_collectif: {collectif-1: not_met}
      grants:
        ps: {collectif-1: refused}
        bonus_enfants: {collectif-1: refused}
        bonus_parents: {collectif-1: refused}
"""
    )
    assert "# couvre" in written
    assert ":232," in written


def test_a_taken_name_is_not_given_again() -> None:
    _, policy, base = gers()
    cases = suggest(policy, [base], Points(Evaluator(policy)).all).cases[:3]
    names = re.findall(r'^  ("?)(\S.*)\1:$', re.sub(r" *# .*\n", "", cases_text(cases, policy)), re.MULTILINE)

    again = cases_text(cases, policy, [name for _, name in names])

    assert all(f"{name} (2)" in again for _, name in names)


def small(requires: c.Condition, *amounts: a.Amount) -> Policy:
    return small_policy(
        facts=[
            fact("base.rural"),
            fact("base.argent", Type.MONEY),
            fact("base.recettes", Type.MONEY),
            fact("base.couleurs", Type.CHOICES),
            fact("groupe.rural"),
            fact("groupe.taille", Type.INTEGER, minimum=0, maximum=30),
        ],
        criteria=[criterion("regle", requires)],
        grants=[grant(f"aide_{number}", amount) for number, amount in enumerate(amounts)],
    )


def reached(policy: Policy, base: Dossier | None = None) -> list[str]:
    """What no way was found to, from a dossier that says nothing or another."""
    suggested = suggest(policy, [base or dossier()], Points(Evaluator(policy)).all)
    return [str(point.message) for point in suggested.unreached]


def test_members_are_added_and_taken_away_to_reach_a_count_or_a_sum() -> None:
    for requires in (
        c.Count(GROUP, c.FactIsTrue("groupe.rural"), c.Bounds(c.Literal(3), c.Literal(5))),
        c.Sum("groupe.taille", GROUP, c.Bounds(c.Literal(100))),
        c.Every(GROUP, c.FactIsTrue("groupe.rural")),
        c.Some(GROUP, c.Within("groupe.taille", c.Bounds(c.Literal(8), c.Literal(12)))),
    ):
        assert reached(small(requires)) == []
        assert reached(small(requires), dossier({}, [{"groupe.rural": True, "groupe.taille": 9}] * 6)) == []


def test_amounts_are_solved_to_the_cent() -> None:
    share = a.Share(c.Literal(325_000), c.FactValue("base.argent"), c.Literal(848_700))
    rest = a.Minus(c.FactValue("base.argent"), c.FactValue("base.recettes"))
    policy = small(
        c.AmountWithin(a.Add((share, c.Literal(32_900))), c.Bounds(upper=c.FactValue("base.argent"))),
        a.Smallest((rest, share, c.Literal(100_000))),
        a.FirstMatch((a.Case(c.FactIsTrue("base.rural"), share),), rest),
    )

    assert reached(policy) == []


def test_a_member_that_a_goal_is_about_is_not_taken_away_for_it() -> None:
    nobody = c.Count(GROUP, c.FactIsTrue("groupe.rural"), c.Bounds(upper=c.Literal(0)))
    both = c.All((c.Every(GROUP, c.FactIsTrue("groupe.rural")), nobody, c.FactIsTrue("groupe.loin")))
    policy = small_policy(
        facts=[fact("groupe.rural"), fact("groupe.loin")],
        criteria=[criterion("regle", both, GROUP)],
        grants=[grant("aide", c.Literal(100), GROUP, requires=c.CriterionMet("regle"))],
    )

    assert len(starting(policy).members[GROUP]) == 1


def test_what_cannot_be_reached_is_told() -> None:
    hopeless = c.AmountWithin(
        a.Minus(c.FactValue("base.argent"), c.FactValue("base.argent")), c.Bounds(c.Literal(10_000))
    )

    assert "`amount: {minus: [base.argent, …]}, from: 100 EUR`: never true" in reached(small(hopeless))


def test_a_second_base_is_tried_where_the_first_leads_nowhere() -> None:
    policy = small(c.FactIsTrue("base.rural"))
    points = Points(Evaluator(policy)).all

    suggested = suggest(policy, [dossier(), dossier({"base.rural": True})], points)

    assert {case.base for case in suggested.cases} == {0, 1}
    assert all(not case.changes.cost or case.base == 0 for case in suggested.cases)


def test_texts_that_yaml_would_take_for_something_else_are_in_quotes() -> None:
    assert [
        text(value) for value in ("nord", "true", "08", "a: b", 'dit "oui"', "a # b", "", "- x", "à confirmer")
    ] == [
        "nord",
        '"true"',
        '"08"',
        '"a: b"',
        r'"dit \"oui\""',
        '"a # b"',
        '""',
        '"- x"',
        "à confirmer",
    ]


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(policies())
def test_on_any_policy_the_search_keeps_its_word(policy: Policy) -> None:
    points = Points(Evaluator(policy))
    base: Any = starting(policy)

    suggested = suggest(policy, [base], points.all, limit=60)

    promised = {point for case in suggested.cases for point in case.covers}
    shown = points.observe(points.evaluator.evaluate(case.dossier) for case in suggested.cases)
    assert promised <= shown
    assert promised | set(suggested.unreached) == set(points.all)
