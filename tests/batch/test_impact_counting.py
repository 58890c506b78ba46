"""An impact that is counted in a database is the one that is counted dossier by dossier, whatever the policies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.batch.test_impact import HIGHER, dossier, impact, population, with_value
from tests.batch.test_population import SMALL
from tests.generation import policies
from tests.policy_texts import policy_of, shipped

from clas_policy.batch.impact.counting import count
from clas_policy.batch.impact.meeting import Meeting
from clas_policy.batch.impact.result import Impact
from clas_policy.batch.impact.tally import Tally
from clas_policy.batch.impact.unit_tables import Compared, Sides
from clas_policy.batch.writing.deciding import BySql, decider
from clas_policy.batch.writing.shelf import Shelf
from clas_policy.batch.writing.store import Store
from clas_policy.explain import Evaluator
from clas_policy.model import condition as c
from clas_policy.model.dossier import Dossier
from clas_policy.model.fact import Type
from clas_policy.model.policy import Policy


def by_sql(before: Policy, after: Policy, dossiers: Sequence[Dossier]) -> Impact | None:
    """The impact as a database counts it; None where a policy is not for SQL."""
    deciders = [decider(Evaluator(policy))[0] for policy in (before, after)]
    if not all(isinstance(one, BySql) for one in deciders):
        return None
    meeting, tally = Meeting(before, after), Tally()
    tally.expect(meeting)
    with Store(keep_facts=True) as store:
        shelves = [
            Shelf(store.connection, store.folder, policy, number, keeps_facts=True)
            for number, policy in enumerate((before, after))
        ]
        for shelf, one in zip(shelves, deciders, strict=True):
            one.decide(shelf, range(len(dossiers)), dossiers)
            one.finish(shelf)
        found = Sides(*(shelf.found_schema for shelf in shelves))
        tally.take(count(Compared(store.connection, meeting, shelves[0].facts_schema, found), tally.breakdowns))
    return tally.impact()


def given_lists(policy: Policy, dossiers: Sequence[Dossier]) -> list[Dossier]:
    """The dossiers whose lists are all given: the others are not counted in a database."""
    return [one for one in dossiers if set(one.members) == set(policy.entities)]


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Policy, Policy]:
    """A policy and another one that asks the same: other figures, a rule turned around, fewer rules and grants."""
    before = draw(policies())
    parameters = {
        name: replace(one, value=one.value + draw(st.integers(0, 500)))
        if isinstance(one.value, int) and one.type is not Type.RATE and draw(st.booleans())
        else one
        for name, one in before.parameters.items()
    }
    criteria = {
        name: replace(one, requires=c.Not(one.requires)) if draw(st.integers(0, 3)) == 0 else one
        for name, one in before.criteria.items()
    }
    grants = {
        name: replace(one, accord=None) if draw(st.integers(0, 2)) == 0 else one for name, one in before.grants.items()
    }
    admissibility = before.admissibility if draw(st.booleans()) else ()
    after = replace(before, parameters=parameters, criteria=criteria, grants=grants, admissibility=admissibility)
    last = before.order[-1] if before.order else None
    if last is not None and last[0] == "grant" and draw(st.booleans()):  # nothing but orientations may need it
        kept = {name: one for name, one in grants.items() if name != last[1]}
        after = replace(after, grants=kept, orientations={}, order=before.order[:-1])
    return (before, after) if draw(st.booleans()) else (after, before)


@given(pairs(), st.integers(0, 1000))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_both_ways_of_counting_agree_on_every_figure(pair: tuple[Policy, Policy], seed: int) -> None:
    before, after = pair
    dossiers = given_lists(before, population(before, 12, seed))
    assume(dossiers)
    found = by_sql(before, after, dossiers)
    assume(found is not None)
    assert found == impact(before, after, dossiers)


def test_both_ways_agree_on_the_shipped_policy() -> None:
    policy = policy_of(shipped())
    other = with_value(policy, prix_plafond=9000_00, effectif_max=11, effectif_min=7)
    dossiers = given_lists(policy, population(policy, 300, 3))
    found = by_sql(policy, other, dossiers)
    assert found == impact(policy, other, dossiers)
    assert found is not None
    assert found.dossiers.gain
    assert found.dossiers.loss
    assert found.dossiers.open


def test_a_dossier_without_a_bound_is_counted_once() -> None:
    """Two of its members have spent nobody knows how much."""
    grants = {name: replace(one, amount=c.FactValue("groupe.somme")) for name, one in SMALL.grants.items()}
    unbounded = replace(SMALL, grants=grants)
    one = dossier(groupe={"groupe.somme": None})
    both = replace(one, members={**one.members, "groupe": (*one.members["groupe"], *one.members["groupe"])})
    found = by_sql(SMALL, unbounded, [both])
    assert found == impact(SMALL, unbounded, [both])
    assert found is not None
    assert found.funders["caisse"][1].unbounded == 1


def test_both_ways_agree_where_nothing_or_nobody_changes() -> None:
    dossiers = given_lists(SMALL, population(SMALL, 40, 1))
    assert by_sql(SMALL, SMALL, dossiers) == impact(SMALL, SMALL, dossiers)
    assert by_sql(SMALL, HIGHER, []) == impact(SMALL, HIGHER, [])
