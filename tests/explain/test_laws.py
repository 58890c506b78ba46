"""Laws of any policy and any dossier, on generated ones."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from math import inf
from types import MappingProxyType
from typing import TypeVar

from hypothesis import given
from hypothesis import strategies as st
from tests.explain.naive import Naive, Of
from tests.generation import policies_and_dossiers, policies_and_forgotten, policies_and_refinements

from clas_policy.explain import Evaluation, Evaluator
from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.decision import GrantResult, MemberRef
from clas_policy.model.dossier import Dossier, Member
from clas_policy.model.fact import Value
from clas_policy.model.policy import Policy

T = TypeVar("T")


def key(result: GrantResult) -> tuple[str, object]:
    return result.grant.name, result.member


def endless(end: int | None) -> float:
    return inf if end is None else end


def supposed(node: object) -> Iterator[str]:
    """The grants that stand in a policy under `if_granted`."""
    if isinstance(node, a.IfGranted):
        yield node.grant
    elif isinstance(node, Mapping):
        for part in node.values():
            yield from supposed(part)
    elif isinstance(node, tuple):
        for part in node:
            yield from supposed(part)
    elif is_dataclass(node) and not isinstance(node, type):
        for one in fields(node):
            yield from supposed(getattr(node, one.name))


def as_supposed(made: tuple[Policy, Dossier, Dossier]) -> tuple[Policy, Dossier, Dossier]:
    """The second dossier without the refusals that ``if_granted`` supposes away: what an amount is if a grant is
    granted may well change when it is not.
    """
    policy, less, more = made
    accords = {policy.grants[name].accord for name in supposed((policy.criteria, policy.grants, policy.orientations))}

    def granted(known: Mapping[str, Value], facts: Mapping[str, Value]) -> dict[str, Value]:
        return {name: True if name in accords and name not in known else value for name, value in facts.items()}

    nothing: tuple[Member, ...] = (Member("", {}),) * 9
    members = {
        entity: tuple(
            replace(one, facts=granted(before.facts, one.facts))
            for one, before in zip(given_, less.members.get(entity, nothing), strict=False)
        )
        for entity, given_ in more.members.items()
    }
    return policy, less, replace(more, facts=granted(less.facts, more.facts), members=members)


@given(policies_and_refinements())
def test_what_becomes_known_never_contradicts_a_decided_truth(made: tuple[Policy, Dossier, Dossier]) -> None:
    policy, less, more = as_supposed(made)
    before, after = Evaluator(policy).evaluate(less), Evaluator(policy).evaluate(more)

    if before.outcome != "incomplete":
        assert after.outcome == before.outcome
    for name in (*policy.criteria, *policy.deadlines, *policy.orientations):
        later = dict(after.truth(name))
        for member, truth in before.truth(name):
            assert truth is None or later[member] is truth, name


@given(policies_and_refinements())
def test_what_becomes_known_never_leaves_the_range_of_an_amount(made: tuple[Policy, Dossier, Dossier]) -> None:
    policy, less, more = as_supposed(made)
    before, after = Evaluator(policy).evaluate(less), Evaluator(policy).evaluate(more)

    later = {key(result): result for result in after.grants}
    for old in before.grants:
        new = later[key(old)]
        if old.status == "refused":
            assert new.status == "refused"
        if old.status == "due":
            assert new == old
        if old.status == "eligible" and new.status != "refused":
            assert new[3:] == old[3:]
            assert new.status in ("eligible", "due")
        if new.status != "refused":
            assert old.at_least <= new.at_least <= endless(new.at_most) <= endless(old.at_most)


@given(policies_and_refinements())
def test_what_becomes_known_never_raises_what_could_be_paid_in_all(made: tuple[Policy, Dossier, Dossier]) -> None:
    policy, less, more = as_supposed(made)
    before, after = Evaluator(policy).evaluate(less), Evaluator(policy).evaluate(more)

    for old, new in (
        (before.totals, after.totals),
        *zip(before.by_funder.values(), after.by_funder.values(), strict=True),
    ):
        assert new.due >= old.due
        most_before = old.due + old.eligible + endless(old.undetermined_at_most)
        assert new.due + new.eligible + endless(new.undetermined_at_most) <= most_before


@given(policies_and_dossiers())
def test_an_amount_is_never_negative_nor_above_its_cap(made: tuple[Policy, Dossier]) -> None:
    policy, dossier = made
    naive = Naive(policy, dossier)
    for result in Evaluator(policy).evaluate(dossier).grants:
        assert 0 <= result.at_least <= endless(result.at_most)
        assert result.at_most is None or result.at_most % result.grant.round_to == 0
        if result.grant.at_most is not None:
            who = None
            if result.member is not None:
                ids = [member.id for member in dossier.members[result.member.entity]]
                who = Of(result.member.entity, ids.index(result.member.id))
            _, cap = naive.amount(result.grant.at_most, who)
            assert endless(result.at_most) <= max(cap * 100, 0)


@given(policies_and_forgotten())
def test_only_what_is_missing_can_change_what_is_undecided(made: tuple[Policy, Dossier, Dossier]) -> None:
    """Every unknown that is not asked for may become known without any undecided result noticing."""
    policy, dossier, known = made
    before = Evaluator(policy).evaluate(dossier)
    asked = {(item.fact, item.member) for item in before.missing}
    accords = {grant.accord for grant in policy.grants.values()}

    def answered(
        facts: Mapping[str, Value], answers: Mapping[str, Value], member: MemberRef | None
    ) -> dict[str, Value]:
        def may(name: str) -> bool:
            return name not in accords and policy.facts[name].derivation is None and (name, member) not in asked

        return {**{name: value for name, value in answers.items() if may(name)}, **facts}

    members = {
        entity: tuple(
            replace(one, facts=answered(one.facts, other.facts, MemberRef(entity, one.id)))
            for one, other in zip(given_, known.members[entity], strict=True)
        )
        for entity, given_ in dossier.members.items()
    }
    facts = answered(dossier.facts, known.facts, None)
    after = Evaluator(policy).evaluate(replace(dossier, facts=facts, members=members))

    assert after.outcome == before.outcome
    assert after.grants == before.grants
    for name in policy.orientations:
        assert list(after.truth(name)) == list(before.truth(name))


@st.composite
def shuffled(draw: st.DrawFn) -> tuple[Policy, Policy, Dossier, Dossier]:
    """A policy and a dossier, and the same with everything that has no meaningful order in another one."""
    policy, dossier = draw(policies_and_dossiers())

    def mixed(mapping: Mapping[str, T]) -> Mapping[str, T]:
        return MappingProxyType(dict(draw(st.permutations(list(mapping.items())))))

    other = replace(
        policy,
        facts=mixed(policy.facts),
        parameters=mixed(policy.parameters),
        criteria=mixed(
            {name: replace(rule, requires=_turned(rule.requires)) for name, rule in policy.criteria.items()}
        ),
        deadlines=mixed(policy.deadlines),
        grants=mixed(policy.grants),
        orientations=mixed(policy.orientations),
        admissibility=tuple(draw(st.permutations(policy.admissibility))),
    )
    again = replace(
        dossier,
        facts=mixed(dossier.facts),
        members={
            entity: tuple(replace(member, facts=mixed(member.facts)) for member in members)
            for entity, members in mixed(dossier.members).items()
        },
    )
    return policy, other, dossier, again


def _turned(node: c.Condition) -> c.Condition:
    """A condition with the parts of its conjunctions and disjunctions turned round."""
    match node:
        case c.All(items=items) | c.AnyOf(items=items) | c.AtLeast(items=items):
            return replace(node, items=tuple(_turned(item) for item in reversed(items)))
        case c.Not(item=item):
            return replace(node, item=_turned(item))
        case c.OpenReadings(readings=readings):
            return replace(node, readings=tuple(reversed(readings)))
        case _:
            return node


@given(shuffled())
def test_the_order_of_rules_parts_and_keys_is_irrelevant(made: tuple[Policy, Policy, Dossier, Dossier]) -> None:
    policy, other, dossier, again = made
    one, two = Evaluator(policy).evaluate(dossier), Evaluator(other).evaluate(again)

    def found(evaluation: Evaluation) -> object:
        names = (*policy.criteria, *policy.deadlines, *policy.orientations)
        return (
            evaluation.outcome,
            {key(result): result[2:] for result in evaluation.grants},
            evaluation.totals,
            evaluation.by_funder,
            {name: dict(evaluation.truth(name)) for name in names},
            {(item.fact, item.list, item.member, frozenset(item.could_change)) for item in evaluation.missing},
            evaluation.incomplete_because,
        )

    assert found(one) == found(two)
