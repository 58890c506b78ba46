"""The mutants of a policy: which slips its rules have, where, and that each is a policy that could be evaluated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.explain.small import criterion, fact, grant, item, orientation, origin, parameter, small_policy
from tests.generation import dossiers, policies
from tests.policy_texts import GERS, ROOT
from tests.rehearse.slips import A, B, changes, literal, policy_of

from clas_policy.explain import Evaluator
from clas_policy.model import condition as c
from clas_policy.model.fact import Type
from clas_policy.model.policy import Deadline, Effect, Extension, Policy
from clas_policy.reading.deadlines import with_conditions
from clas_policy.rehearse.mutation import Mutant, mutants

DAY = date(2024, 10, 30)


def test_the_slips_in_a_grant() -> None:
    policy = small_policy(
        facts=[fact("base.a"), fact("base.accord"), fact("base.argent", Type.MONEY)],
        grants=[
            grant("aide", c.FactValue("base.argent"), requires=A, at_most=literal(100), accord="base.accord"),
        ],
    )

    assert changes(policy) == [
        "requirement `base.a` dropped",
        "`at_most: 1 EUR` dropped",
        "`at_most 1 EUR` → `at_most 0.99 EUR`",
        "`at_most 1 EUR` → `at_most 1.01 EUR`",
        "`accord: base.accord` dropped",
    ]


def test_the_slips_in_an_orientation() -> None:
    policy = policy_of(A)
    both = orientation("avis", c.All((A, B)))

    assert changes(replace(policy, orientations={"avis": both}))[-3:] == [
        "requirement `base.a` dropped",
        "requirement `base.b` dropped",
        "`all` → `any`",
    ]
    assert changes(replace(policy, orientations={"avis": orientation("avis", None)})) == []
    (only,) = mutants(replace(policy, orientations={"avis": orientation("avis", A)}))
    assert only.policy.orientations["avis"].requires is None


def deadline(**days: Any) -> Deadline:
    later = Extension(literal(date(2024, 11, 15), 62), A, origin(61))
    made = Deadline("depot", "Le dépôt", None, "base.jour", origin(60), extensions=(later,), **days)
    return with_conditions(made)


def test_the_slips_in_a_deadline_change_what_is_evaluated() -> None:
    window = deadline(opens_on=literal(date(2024, 9, 1)), last_day=literal(DAY))
    policy = replace(policy_of(A), deadlines={"depot": window}, order=(("deadline", "depot"), ("criterion", "regle")))

    made = {str(mutant.change): mutant.policy.deadlines["depot"] for mutant in mutants(policy)}

    assert set(made) == {
        "`opens_on 2024-09-01` → `opens_on 2024-08-31`",
        "`opens_on 2024-09-01` → `opens_on 2024-09-02`",
        "`last_day 2024-10-30` → `last_day 2024-10-29`",
        "`last_day 2024-10-30` → `last_day 2024-10-31`",
        "`last_day 2024-10-30` → `before 2024-10-30`",
        "the extension to `2024-11-15` dropped",
        "`last_day 2024-11-15` → `last_day 2024-11-14`",
        "`last_day 2024-11-15` → `last_day 2024-11-16`",
    }
    assert len({repr(changed.condition) for changed in made.values()}) == len(made)
    assert len({repr(changed.opened) for changed in made.values()}) == 3
    strict = made["`last_day 2024-10-30` → `before 2024-10-30`"]
    assert (strict.last_day, strict.before) == (None, literal(DAY))
    assert strict == with_conditions(strict)


def test_a_window_does_not_close_before_it_opens_nor_is_an_extension_the_last_day() -> None:
    window = deadline(opens_on=literal(DAY), last_day=literal(DAY))
    late = replace(window.extensions[0], last_day=literal(date(2024, 10, 31), 62))
    window = with_conditions(replace(window, extensions=(late,)))
    policy = replace(policy_of(A), deadlines={"depot": window})

    assert changes(policy) == [
        "`opens_on 2024-10-30` → `opens_on 2024-10-29`",
        "the extension to `2024-10-31` dropped",
        "`last_day 2024-10-31` → `last_day 2024-11-01`",
    ]


def test_an_entry_of_the_calendar_is_left_alone() -> None:
    entry = Deadline("reunion", "La réunion", None, None, origin(60), last_day=literal(DAY))

    assert changes(replace(policy_of(A), deadlines={"reunion": entry})) == []


def test_the_slips_in_admissibility() -> None:
    window = deadline(last_day=literal(DAY))
    items = (item("regle"), item("depot", is_deadline=True))
    policy = replace(policy_of(A), deadlines={"depot": window}, admissibility=items)

    found = [mutant for mutant in mutants(policy, effects=True) if mutant.kind == "admissibility"]

    assert [str(mutant.change) for mutant in found] == [
        "`regle` is no condition of admissibility any more",
        "`otherwise: inadmissible` → `otherwise: not_examined`",
        "`otherwise: inadmissible` → `otherwise: next_year`",
        "`depot` is no condition of admissibility any more",
        "`late: inadmissible` → `late: not_examined`",
        "`late: inadmissible` → `late: next_year`",
    ]
    assert found[0].policy.admissibility == items[1:]
    assert found[4].policy.deadlines["depot"].late is Effect.NOT_EXAMINED
    assert found[4].policy.admissibility[1].otherwise is Effect.NOT_EXAMINED
    assert not any("otherwise" in change or "late" in change for change in changes(policy))


def test_a_figure_that_many_read_is_changed_once_where_it_is_written() -> None:
    reader = c.Within("base.taille", c.Bounds(c.ParameterValue("seuil")))
    policy = replace(
        policy_of(A),
        parameters={"seuil": parameter("seuil", Type.INTEGER, 8), "rien": parameter("rien", Type.INTEGER, None)},
        criteria={name: criterion(name, reader) for name in ("une", "autre")},
    )

    found = [mutant for mutant in mutants(policy) if mutant.kind == "parameter"]

    assert [str(mutant.change) for mutant in found] == ["`seuil: 8` → `seuil: 7`", "`seuil: 8` → `seuil: 9`"]
    assert [mutant.policy.parameters["seuil"].value for mutant in found] == [7, 9]
    assert {(mutant.item, mutant.layer, mutant.at.line) for mutant in found} == {("seuil", "essai/1", 3)}


def test_no_figure_becomes_one_that_cannot_be_written() -> None:
    between = c.Within("base.taille", c.Bounds(c.ParameterValue("bas"), c.ParameterValue("haut")))
    figures = {
        "bas": parameter("bas", Type.INTEGER, 8),
        "haut": replace(parameter("haut", Type.INTEGER, 8), value_origin=origin(9)),
        "zero": replace(parameter("zero", Type.MONEY, 0), value_origin=origin(10)),
        "tout": replace(parameter("tout", Type.RATE, 1_000_000), value_origin=origin(11)),
    }
    policy = replace(policy_of(between), parameters=figures)

    found = [str(mutant.change) for mutant in mutants(policy) if mutant.kind == "parameter"]

    assert found == [
        "`bas: 8` → `bas: 7`",
        "`haut: 8` → `haut: 9`",
        "`zero: 0 EUR` → `zero: 0.01 EUR`",
        "`tout: 100 %` → `tout: 99.9999 %`",
    ]


def text_at(mutant: Mutant) -> str:
    """What stands in the file where a mutant says it is."""
    at = mutant.at
    shelf = ROOT / at.file if at.file.startswith("policies/") else GERS / at.file.removeprefix("gers/")
    line = shelf.read_text(encoding="utf-8").splitlines()[at.line - 1]
    return line[at.column - 1 : at.end_column - 1] if at.end_line == at.line else line[at.column - 1 :]


def test_the_mutants_of_the_shipped_policy_stand_where_their_text_does(shipped: Policy) -> None:
    found = list(mutants(shipped))

    assert {mutant.kind for mutant in found} == {
        "parameter",
        "criterion",
        "deadline",
        "admissibility",
        "grant",
        "orientation",
    }
    assert {mutant.layer for mutant in found} == {layer.id for layer in shipped.layers}
    assert len({(mutant.at, mutant.change) for mutant in found}) == len(found)
    for mutant in found:
        if mutant.kind == "parameter":
            assert str(mutant.change).startswith(f"`{mutant.item}: {text_at(mutant)}` → ")
        elif mutant.change.template == "requirement `{what}` dropped":
            what = str(mutant.change.values["what"])
            assert what.startswith("{") or text_at(mutant) == what
        assert mutant.policy != shipped


def test_every_requirement_of_the_shipped_grants_is_dropped_once(shipped: Policy) -> None:
    dropped = [str(mutant.change) for mutant in mutants(shipped) if mutant.kind == "grant" and mutant.item == "ps"]

    assert dropped[:5] == [
        f"requirement `{name}` dropped"
        for name in ("quatre_axes", "public", "hors_temps_scolaire", "charte", "taille_collectif")
    ]


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(st.data())
def test_every_mutant_evaluates_like_any_policy(data: st.DataObject) -> None:
    policy = data.draw(policies())
    dossier = data.draw(dossiers(policy))

    for mutant in mutants(policy, effects=True):
        assert mutant.policy != policy, mutant.change
        assert mutant.policy.order == policy.order
        evaluation = Evaluator(mutant.policy).evaluate(dossier)
        assert evaluation.outcome in ("admissible", "incomplete", "inadmissible")
        assert evaluation.totals is not None
