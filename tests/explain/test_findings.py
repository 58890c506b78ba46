"""Outcome, effects, totals, what is missing, awaited, ambiguous, and warnings."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.explain.small import (
    GROUP,
    criterion,
    evaluate,
    fact,
    grant,
    item,
    orientation,
    origin,
    parameter,
    small_policy,
)

from clas_policy.explain import Evaluation, findings
from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.decision import (
    Awaited,
    Lateness,
    MemberRef,
    Missing,
    OpenReading,
    RecordWarning,
    Totals,
    Unconfirmed,
    Unmet,
)
from clas_policy.model.fact import Derivation, Type
from clas_policy.model.policy import Deadline, Effect, Weight
from clas_policy.model.truth import Truth

FIRST, SECOND = MemberRef(GROUP, "g1"), MemberRef(GROUP, "g2")
FACTS = (
    fact("a.oui"),
    fact("a.autre", question="Et l'autre ?"),
    fact("a.date", Type.DATE),
    fact("groupe.oui"),
    fact("groupe.accord"),
    fact("groupe.argent", Type.MONEY, maximum=5_000),
    fact("groupe.libre", Type.MONEY),
)
YES, OTHER, OWN = c.FactIsTrue("a.oui"), c.FactIsTrue("a.autre"), c.FactIsTrue("groupe.oui")
HUNDRED = c.Literal(10_000)


def asked(evaluation: Evaluation) -> dict[tuple[str | None, MemberRef | None], tuple[str, ...]]:
    return {(one.fact or one.list, one.member): one.could_change for one in evaluation.missing}


# -- outcome


@pytest.mark.parametrize(
    ("truth", "complete", "outcome"),
    [
        (True, True, "admissible"),
        (False, True, "inadmissible"),
        (None, True, "incomplete"),
        (True, False, "incomplete"),
        (False, False, "inadmissible"),
    ],
)
def test_the_outcome_is_what_the_dossiers_items_and_the_local_conditions_say(
    truth: Truth, complete: bool, outcome: str
) -> None:
    policy = small_policy(
        facts=FACTS, criteria=[criterion("tenu", YES)], admissibility=(item("tenu"),), complete=complete
    )
    assert evaluate(policy, {"a.oui": truth}).outcome == outcome


def test_without_anything_to_admit_a_dossier_is_admissible() -> None:
    assert evaluate(small_policy()).outcome == "admissible"


def test_without_the_local_conditions_nothing_is_above_undetermined() -> None:
    policy = small_policy(facts=FACTS, grants=[grant("aide", HUNDRED)], complete=False)
    evaluation = evaluate(policy)
    assert [(one.status, one.amount) for one in evaluation.grants] == [("undetermined", 10_000)]
    assert evaluation.incomplete_because == ("local_conditions",)
    assert evaluation.missing == ()


def test_an_item_of_an_entity_refuses_only_that_member() -> None:
    policy = small_policy(
        facts=FACTS,
        criteria=[criterion("tenu", OWN, GROUP)],
        grants=[grant("aide", HUNDRED, GROUP), grant("autre", HUNDRED)],
        admissibility=(item("tenu", GROUP, Effect.NEXT_YEAR),),
    )
    evaluation = evaluate(policy, {}, [{"groupe.oui": True}, {"groupe.oui": False}])
    assert evaluation.outcome == "admissible"
    assert [one.status for one in evaluation.grants] == ["due", "refused", "due"]
    assert findings.unmet(evaluation) == (Unmet("tenu", SECOND, Effect.NEXT_YEAR, None),)


def window(**more: Any) -> Deadline:
    opened = c.Within("a.date", c.Bounds(c.Literal(date(2024, 6, 1))))
    in_time = c.Within("a.date", c.Bounds(None, c.Literal(date(2024, 10, 30))))
    return Deadline(
        "depot",
        "Le dépôt",
        None,
        "a.date",
        origin(),
        Effect.NOT_EXAMINED,
        condition=c.All((opened, in_time)),
        opened=opened,
        **more,
    )


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2024, 5, 31), "early"),
        (date(2024, 6, 1), None),
        (date(2024, 10, 30), None),
        (date(2024, 10, 31), "late"),
    ],
)
def test_a_deadline_that_is_not_met_is_early_or_late(day: date, reason: Lateness | None) -> None:
    deadline = window()
    policy = small_policy(
        facts=FACTS, deadlines=[deadline], admissibility=(item("depot", None, deadline.late, is_deadline=True),)
    )
    evaluation = evaluate(policy, {"a.date": day})
    expected = () if reason is None else (Unmet("depot", None, Effect.NOT_EXAMINED, reason),)
    assert findings.unmet(evaluation) == expected
    assert evaluation.outcome == ("admissible" if reason is None else "inadmissible")


# -- totals


def test_totals_are_by_funder_and_in_all() -> None:
    policy = small_policy(
        facts=FACTS,
        grants=[
            grant("due", HUNDRED, funder="ville"),
            grant("possible", c.Literal(1), GROUP, accord="groupe.accord"),
            grant("inconnue", c.FactValue("groupe.argent"), GROUP),
            grant("refusee", HUNDRED, requires=c.Not(YES)),
        ],
    )
    evaluation = evaluate(policy, {"a.oui": True}, [{}, {"groupe.argent": 7, "groupe.accord": True}])
    assert evaluation.totals == Totals(10_008, 1, 5_000)
    assert dict(evaluation.by_funder) == {"caisse": Totals(8, 1, 5_000), "ville": Totals(10_000, 0, 0)}


def test_the_total_of_the_undetermined_has_no_bound_when_one_has_none() -> None:
    grants = [grant("sans_borne", c.FactValue("groupe.libre"), GROUP), grant("autre", HUNDRED, funder="ville")]
    evaluation = evaluate(small_policy(facts=FACTS, grants=grants), {}, [{}, {"groupe.libre": 1}])
    assert evaluation.totals == Totals(10_001, 0, None)
    assert evaluation.by_funder["ville"] == Totals(10_000, 0, 0)
    assert findings.warnings(evaluation) == (RecordWarning("CLAS-W404", ("sans_borne",), FIRST),)


def test_an_absent_list_leaves_no_bound_unless_nobody_could_have_anything() -> None:
    grants = [grant("aide", HUNDRED, GROUP, requires=YES)]
    policy = small_policy(facts=FACTS, grants=grants)
    open_, refused = evaluate(policy, {"a.oui": True}, None), evaluate(policy, {"a.oui": False}, None)
    assert (open_.grants, open_.totals) == ((), Totals(0, 0, None))
    assert (refused.grants, refused.totals) == ((), Totals(0, 0, 0))
    assert asked(open_) == {("groupes", None): ("aide",)}
    assert asked(refused) == {}
    assert findings.warnings(open_) == (RecordWarning("CLAS-W404", ("aide",)),)
    assert findings.warnings(refused) == ()


# -- what is missing


def test_a_missing_fact_says_its_question_and_all_that_it_could_change() -> None:
    policy = small_policy(
        facts=FACTS,
        criteria=[criterion("tenu", OTHER)],
        grants=[grant("aide", HUNDRED, GROUP), grant("autre", HUNDRED, requires=YES)],
        orientations=[orientation("vers", OTHER)],
        admissibility=(item("tenu"),),
    )
    evaluation = evaluate(policy, {"a.oui": True}, [{}, {}])
    assert evaluation.missing == (
        Missing("a.autre", None, None, "Le fait a.autre", "Et l'autre ?", ("outcome", "aide", "autre", "vers")),
    )
    assert evaluation.incomplete_because == ("facts",)


def test_nothing_is_asked_for_what_is_decided() -> None:
    either = c.AnyOf((YES, OTHER))
    policy = small_policy(facts=FACTS, grants=[grant("aide", HUNDRED, requires=either)])
    assert asked(evaluate(policy, {"a.oui": True})) == {}
    assert asked(evaluate(policy, {"a.oui": False})) == {("a.autre", None): ("aide",)}
    refused = grant("aide", c.FactValue("groupe.argent"), GROUP, requires=YES)
    assert asked(evaluate(small_policy(facts=FACTS, grants=[refused]), {"a.oui": False}, [{}])) == {}


def test_a_base_above_its_ceiling_is_not_asked_for() -> None:
    amount = a.Share(c.Literal(500_000), a.Add((c.Literal(9_000), c.FactValue("groupe.argent"))), c.Literal(8_000))
    policy = small_policy(facts=FACTS, grants=[grant("aide", amount, GROUP)])
    evaluation = evaluate(policy, {}, [{}])
    assert [one.status for one in evaluation.grants] == ["due"]
    assert asked(evaluation) == {}


def test_members_are_asked_each_for_its_own() -> None:
    policy = small_policy(facts=FACTS, grants=[grant("aide", c.FactValue("groupe.argent"), GROUP, requires=OWN)])
    evaluation = evaluate(policy, {}, [{"groupe.oui": True}, {"groupe.argent": 1}])
    assert asked(evaluation) == {("groupe.oui", SECOND): ("aide",), ("groupe.argent", FIRST): ("aide",)}


def test_a_list_that_a_condition_needs_is_missing() -> None:
    some = c.Some(GROUP, OWN)
    policy = small_policy(
        facts=FACTS, grants=[grant("aide", HUNDRED, requires=some)], orientations=[orientation("vers", some)]
    )
    assert asked(evaluate(policy, {}, None)) == {("groupes", None): ("aide", "vers")}


def test_a_derived_fact_is_asked_for_by_what_it_reads() -> None:
    derived = replace(fact("groupe.rural"), derivation=Derivation("essai/rural", ("groupe.oui", "a.oui"), origin()))
    policy = small_policy(
        facts=(*FACTS, derived), grants=[grant("aide", HUNDRED, GROUP, requires=c.FactIsTrue("groupe.rural"))]
    )
    assert asked(evaluate(policy, {"a.oui": True}, [{}])) == {("groupe.oui", FIRST): ("aide",)}
    (left,) = evaluate(policy, {"a.oui": True}, [{"groupe.oui": True}]).missing
    assert (left.fact, left.member, left.derived_by) == ("groupe.rural", FIRST, "essai/rural")
    assert asked(evaluate(policy, {}, [{"groupe.rural": True}])) == {}


def test_an_accord_is_awaited_and_never_missing() -> None:
    policy = small_policy(
        facts=FACTS,
        grants=[grant("aide", HUNDRED, GROUP, requires=OWN, accord="groupe.accord")],
        orientations=[orientation("vers", c.FactIsTrue("groupe.accord"), GROUP)],
    )
    evaluation = evaluate(policy, {}, [{"groupe.oui": True}, {"groupe.oui": None}])
    assert findings.awaited(evaluation) == (Awaited("groupe.accord", FIRST, "aide"),)
    assert asked(evaluation) == {("groupe.oui", SECOND): ("aide",)}


def test_an_orientation_that_the_committee_judges_asks_nothing() -> None:
    policy = small_policy(facts=FACTS, orientations=[orientation("vers", None), orientation("autre", None, GROUP)])
    evaluation = evaluate(policy, {}, [{}])
    assert evaluation.missing == ()
    assert list(evaluation.truth("vers")) == [(None, None)]


def test_a_draft_says_which_figures_it_lacks() -> None:
    figures = [
        parameter("connu", Type.MONEY, 5),
        parameter("inconnu", Type.MONEY, None),
        parameter("jour", Type.DATE, None),
    ]
    in_time = criterion("a_temps", c.Within("a.date", c.Bounds(None, c.ParameterValue("jour"))))
    policy = small_policy(
        facts=FACTS,
        parameters=figures,
        criteria=[in_time],
        grants=[grant("aide", a.Add((c.ParameterValue("connu"), c.ParameterValue("inconnu"))))],
        admissibility=(item("a_temps"),),
        status="draft",
    )
    evaluation = evaluate(policy, {"a.date": date(2024, 1, 1)})
    assert evaluation.unconfirmed == (
        Unconfirmed("inconnu", "Le chiffre inconnu", ("aide",)),
        Unconfirmed("jour", "Le chiffre jour", ("outcome", "aide")),
    )
    assert evaluation.missing == ()
    assert evaluation.incomplete_because == ("parameters",)


# -- readings


def ambiguous(**more: Any) -> Any:
    readings = (c.Reading("une", "La première", YES), c.Reading("deux", "La seconde", OTHER))
    return criterion("ambigu", c.OpenReadings(readings), **more)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((True, False), (("une", "met"), ("deux", "not_met"))),
        ((True, None), (("une", "met"), ("deux", "unknown"))),
        ((None, None), None),
        ((True, True), None),
    ],
)
def test_readings_that_differ_are_open(values: tuple[Truth, Truth], expected: Any) -> None:
    policy = small_policy(facts=FACTS, criteria=[ambiguous()], admissibility=(item("ambigu"),))
    evaluation = evaluate(policy, dict(zip(("a.oui", "a.autre"), values, strict=True)))
    found = () if expected is None else (OpenReading("ambigu", None, expected),)
    assert findings.open_readings(evaluation) == found
    lacks = {(True, False): ("readings",), (True, None): ("facts", "readings"), (None, None): ("facts",)}
    assert evaluation.incomplete_because == lacks.get(values, ())


def test_readings_of_a_criterion_that_does_not_apply_are_not_open() -> None:
    policy = small_policy(facts=FACTS, criteria=[ambiguous(only_if=OTHER)])
    assert findings.open_readings(evaluate(policy, {"a.oui": True, "a.autre": False})) == ()


# -- warnings


def test_a_mandatory_orientation_that_is_not_met_comes_first() -> None:
    policy = small_policy(
        facts=FACTS,
        grants=[grant("aide", HUNDRED, GROUP, requires=OWN, accord="groupe.accord")],
        orientations=[
            orientation("conseillee", YES),
            orientation("obligatoire", YES, None, Weight.MANDATORY),
            orientation("inconnue", OTHER, None, Weight.MANDATORY),
        ],
        status="draft",
        complete=False,
    )
    evaluation = evaluate(
        policy, {"a.oui": False}, [{"groupe.oui": False, "groupe.accord": True}], ignored=("b.x", "b.y")
    )
    assert findings.warnings(evaluation) == (
        RecordWarning("CLAS-W401", ("obligatoire",)),
        RecordWarning("CLAS-W402", ("aide",), FIRST),
        RecordWarning("CLAS-W405", ("essai/1",)),
        RecordWarning("CLAS-W406", ("essai/1",)),
        RecordWarning("CLAS-W407", ("b.x", "b.y")),
    )


def test_an_accord_for_a_grant_that_is_not_refused_is_no_warning() -> None:
    policy = small_policy(facts=FACTS, grants=[grant("aide", HUNDRED, GROUP, requires=OWN, accord="groupe.accord")])
    groups = [{"groupe.oui": True, "groupe.accord": True}, {"groupe.oui": False, "groupe.accord": False}]
    assert findings.warnings(evaluate(policy, {}, groups)) == ()


def test_an_empty_list_is_a_warning_and_an_absent_one_is_not() -> None:
    policy = small_policy(facts=FACTS)
    assert findings.warnings(evaluate(policy, {}, [])) == (RecordWarning("CLAS-W403", (GROUP,)),)
    assert findings.warnings(evaluate(policy, {}, None)) == ()
