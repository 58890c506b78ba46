"""What the shipped national layers pay: never less for more expenses, and never changed by a department."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.document_generation import Answers, some_answers
from tests.findings import found
from tests.policy_texts import composed, policy_of, shipped
from tests.yaml_generation import LOCAL, local_layers
from tests.yaml_writing import Tree, written

from clas_policy.explain import Evaluator
from clas_policy.model.dossier import Dossier, Member
from clas_policy.model.policy import Policy

GERS = "departements/32/2024-2025"
OPENED = ("collectif.rural", "criteres_bonus_parents")
"""What the shipped référentiel opens to departments."""


@cache
def gers() -> Policy:
    return policy_of(shipped())


@cache
def national() -> Policy:
    return policy_of({name: text for name, text in shipped().items() if name != GERS})


def prestation(expenses: int) -> int:
    """32.5 % of the expenses, counted up to 8,487 €, to the cent."""
    exact = Fraction(325, 1000) * min(expenses, 848_700)
    return int(exact + Fraction(1, 2))


ENTITLING = {
    **dict.fromkeys(("axes.enfants", "axes.parents", "axes.ecole", "axes.territoire"), True),
    **dict.fromkeys(("projet.hors_temps_scolaire", "charte.respectee"), True),
    "depot.date": "2024-10-30",
    "porteur.renouvellement": False,
    "collectif.niveaux": ["elementaire", "lycee"],
    "collectif.effectif": 9,
    "collectif.bonus_enfants.projet_structure": True,
    "collectif.bonus_enfants.sorties": True,
    "collectif.bonus_parents.projet_specifique": True,
    "collectif.bonus_parents.public_cible": True,
}
"""What entitles every group to everything national."""


@st.composite
def mostly_entitled(draw: st.DrawFn, policy: Policy) -> Answers:
    """Answers of which most groups are entitled to the national grants."""
    answers = draw(some_answers(policy))
    keep = st.integers(0, 6).map(lambda number: number == 3)

    def entitling(facts: Mapping[str, Any], entity: str | None) -> dict[str, Any]:
        own = {name: value for name, value in ENTITLING.items() if policy.facts[name].entity == entity}
        return {**facts, **({} if draw(keep) else own)}

    members = {
        entity: tuple((name, entitling(facts, entity)) for name, facts in given)
        for entity, given in answers.members.items()
    }
    return replace(answers, facts=entitling(answers.facts, None), members=members)


def with_expenses(answers: Answers, expenses: Mapping[str, int | None]) -> Answers:
    """The same answers, with other expenses for some groups."""
    groups = []
    for name, facts in answers.members.get("collectif", ()):
        other = dict(facts)
        cents = expenses.get(name)
        if cents is not None:
            other["collectif.depenses"] = f"{cents // 100}.{cents % 100:02d}"
        groups.append((name, other))
    return replace(answers, members={**answers.members, **({"collectif": tuple(groups)} if groups else {})})


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_more_expenses_never_pay_less(data: st.DataObject) -> None:
    answers = data.draw(mostly_entitled(gers()))
    names = [name for name, _ in answers.members.get("collectif", ())]
    amounts = st.integers(0, 1_000_000) | st.sampled_from((0, 1, 848_699, 848_700, 848_701))
    less = {name: data.draw(amounts) for name in names}
    more = {name: cents + data.draw(st.sampled_from((1, 2, 3, 100)) | amounts) for name, cents in less.items()}

    before = found(gers(), with_expenses(answers, less).dossier()).grants
    after = found(gers(), with_expenses(answers, more).dossier()).grants

    for key, (status, low, high) in before.items():
        now, least, most = after[key]
        assert now == status
        assert least >= low
        assert most is not None
        assert high is not None
        assert most >= high
        if key[0] == "ps" and key[1] is not None and status != "refused":
            assert (low, least) == (prestation(less[key[1].id]), prestation(more[key[1].id]))


def only_national(dossier: Dossier) -> Dossier:
    """What a dossier says of national facts."""
    known = national()

    def kept(facts: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in facts.items() if name in known.facts}

    members = {
        entity: tuple(Member(member.id, kept(member.facts)) for member in given)
        for entity, given in dossier.members.items()
        if entity in known.entities
    }
    return replace(dossier, facts=kept(dossier.facts), members=members)


def a_child_changes_no_national_amount(tree: dict[str, Tree], data: st.DataObject) -> None:
    texts = shipped()
    del texts[GERS]
    policy = policy_of(texts | {LOCAL: written(tree)})
    dossier = data.draw(mostly_entitled(policy)).dossier()
    evaluation = Evaluator(policy).evaluate(dossier)
    here, there = found(policy, dossier), found(national(), only_national(dossier))

    assert here.grants.keys() >= there.grants.keys()
    for key, (status, low, high) in there.grants.items():
        now, least, most = here.grants[key]
        if status == "refused":
            assert now == "refused", key
        elif now != "refused":
            assert (least, most) == (low, high), key
        elif key[0] == "ps":
            # Nothing but admissibility can refuse what the nation grants.
            items = [item for item in policy.admissibility if item.entity == "collectif"]
            own = [dict(evaluation.truth(item.name))[key[1]] for item in items]
            assert evaluation.outcome == "inadmissible" or False in own
        if key[0] == "ps" and now == "due":
            member = next(one for one in dossier.members["collectif"] if key[1] and one.id == key[1].id)
            expenses = member.facts["collectif.depenses"]
            assert isinstance(expenses, int)
            assert (least, most) == (prestation(expenses), prestation(expenses))


LOCAL_HEAD = """\
policy: departements/98/2024-2025
extends: national/2024-2025
version: 1
status: in_force
prefix: loc
source: note-32
"""


@pytest.mark.parametrize(
    ("attempt", "code"),
    [
        ("set: {taux_ps: 50 %}", "CLAS-L205"),
        ("set: {effectif_min: 1}", "CLAS-L205"),
        ("parameters: {prix_plafond: {type: money, value: 9000 EUR, label: P}}", "CLAS-L205"),
        ("criteria: {taille_collectif: {label: T, requires: charte.respectee}}", "CLAS-L205"),
        ("choose: {taille_collectif: {reading: a, because: B}}", "CLAS-P112"),
        ("replace: {ps: {for_each: collectif, label: P, funder: caf, amount: 3000 EUR}}", "CLAS-L205"),
        ("grants: {loc_ps: {for_each: collectif, label: P, funder: caf, amount: 100 EUR}}", "CLAS-L216"),
        ("derive: {collectif.depenses: {by: x/y, reads: [collectif.effectif]}}", "CLAS-L205"),
        ("derive: {charte.respectee: {by: x/y, reads: [axes.enfants]}}", "CLAS-L205"),
        ("facts: {collectif.depenses: {type: money, max: 1 EUR, label: D}}", "CLAS-L205"),
    ],
)
def test_what_would_change_a_national_amount_is_refused(attempt: str, code: str) -> None:
    texts = shipped()
    del texts[GERS]
    policy, problems = composed(texts | {LOCAL: f"{LOCAL_HEAD}{attempt}\n"})

    assert policy is None
    assert code in [problem.code for problem in problems]


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_child_never_changes_a_national_amount(data: st.DataObject) -> None:
    a_child_changes_no_national_amount(data.draw(local_layers(national(), OPENED)), data)


@pytest.mark.slow
@settings(max_examples=3000, deadline=None)
@given(st.data())
def test_a_child_never_changes_a_national_amount_at_length(data: st.DataObject) -> None:
    a_child_changes_no_national_amount(data.draw(local_layers(national(), OPENED)), data)
