"""Random policies and dossiers, for properties that every reader of the model must have.

``policies()`` reaches every node of the model; what it makes keeps the promises of a composed policy: names resolved
and typed, no cycle, every rule after what it needs, no empty interval. ``dossiers(policy)`` keep to types and bounds.
``refinements(policy)`` are pairs of dossiers of which the second knows all that the first does, and more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from hypothesis import strategies as st
from tests.generated_rules import FILE, LAYER, Author, values_of

from clas_policy.model.dates import Period
from clas_policy.model.dossier import Dossier, Member
from clas_policy.model.fact import Entity, Value
from clas_policy.model.policy import (
    AdmissibilityItem,
    Effect,
    LayerRef,
    Level,
    Named,
    Orientation,
    Policy,
    StepKind,
    Weight,
)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Composed policies of up to two entities; drafts where a figure is to confirm, now and then incomplete ones."""
    author = Author(draw)
    author.vocabulary()
    order: list[tuple[StepKind, str]] = []
    for number in range(draw(st.integers(0, 4))):
        if author.chance(3):
            author.deadline(f"echeance_{number}")
            order.append(("deadline", f"echeance_{number}"))
        else:
            author.criterion(f"condition_{number}", grants=False)
            order.append(("criterion", f"condition_{number}"))
    admissibility = [
        AdmissibilityItem(deadline.name, True, deadline.entity, deadline.late, deadline.origin)
        for deadline in author.deadlines.values()
    ]
    admissibility += [
        AdmissibilityItem(criterion.name, False, criterion.entity, author.pick(tuple(Effect)), criterion.origin)
        for criterion in author.criteria.values()
        if author.chance(3)
    ]
    for number in range(draw(st.integers(1, 5))):
        if author.chance(3):
            author.criterion(f"critere_{number}", grants=True)
            order.append(("criterion", f"critere_{number}"))
        else:
            author.grant(f"aide_{number}")
            order.append(("grant", f"aide_{number}"))
    orientations: dict[str, Orientation] = {}
    for number in range(draw(st.integers(0, 3))):
        scope = author.scope()
        requires = None if author.chance(4) else author.condition(scope, 2, aggregates=True, grants=True)
        name = f"orientation_{number}"
        weight = author.pick(tuple(Weight))
        orientations[name] = Orientation(name, f"L'orientation {name}", scope, requires, weight, author.origin())
    unconfirmed = tuple(name for name, parameter in author.parameters.items() if parameter.value is None)
    status = "draft" if unconfirmed else "in_force"
    complete = not author.chance(8)
    names = {"caisse": "La caisse", "ville": "La ville"}
    return Policy(
        LAYER,
        "Une politique d'essai",
        "essai",
        Level.REFERENTIEL,
        Period(2024, 2025),
        None,
        status,
        complete,
        (LayerRef(LAYER, 1, status, "a" * 64, "local files", "Essai", None, FILE),),
        MappingProxyType({"doc": Named("doc", "Un document", author.origin())}),
        MappingProxyType({name: Named(name, label, author.origin()) for name, label in names.items()}),
        MappingProxyType(
            {entity: Entity(entity, f"{entity}s", f"Un {entity}", author.origin()) for entity in author.entities}
        ),
        MappingProxyType(author.facts),
        MappingProxyType(author.parameters),
        MappingProxyType(author.criteria),
        MappingProxyType(author.deadlines),
        tuple(admissibility),
        MappingProxyType(author.grants),
        MappingProxyType(orientations),
        (),
        MappingProxyType({}),
        tuple(order),
        unconfirmed,
    )


@st.composite
def _fact_values(draw: st.DrawFn, policy: Policy, scope: str | None) -> Mapping[str, Value]:
    """A value for each fact of a scope."""
    values: dict[str, Value] = {}
    for fact in policy.facts.values():
        if fact.entity == scope:
            value = draw(values_of(fact.type))
            if fact.type.is_number:
                if fact.minimum is not None and fact.minimum < 0 and draw(st.booleans()):
                    value = draw(st.integers(fact.minimum, 0))
                if fact.maximum is not None:
                    value = min(value, fact.maximum)
                if fact.minimum is not None:
                    value = max(value, fact.minimum)
            values[fact.name] = value
    return values


@st.composite
def known_dossiers(draw: st.DrawFn, policy: Policy) -> Dossier:
    """Dossiers in which nothing is unknown."""
    members = {
        entity: tuple(
            Member(f"{entity}-{number}", draw(_fact_values(policy, entity)))
            for number in range(draw(st.integers(0, 3)))
        )
        for entity in policy.entities
    }
    return Dossier("essai-1", "2024-2025", None, draw(_fact_values(policy, None)), members, "b" * 64)


@st.composite
def _forgetting(draw: st.DrawFn, dossier: Dossier) -> Dossier:
    """The dossier with some facts and perhaps a list left out."""

    def some(facts: Mapping[str, Value], one_in: int) -> dict[str, Value]:
        return {name: value for name, value in facts.items() if draw(st.integers(1, one_in)) > 1}

    one_in = draw(st.sampled_from((2, 3, 8)))
    members = {
        entity: tuple(Member(member.id, some(member.facts, one_in)) for member in given)
        for entity, given in dossier.members.items()
        if draw(st.integers(1, 6)) > 1
    }
    return replace(dossier, facts=some(dossier.facts, one_in), members=members)


@st.composite
def dossiers(draw: st.DrawFn, policy: Policy) -> Dossier:
    """Dossiers that fit a policy, from all known to hardly anything."""
    known = draw(known_dossiers(policy))
    return known if draw(st.integers(1, 4)) == 1 else draw(_forgetting(known))


@st.composite
def refinements(draw: st.DrawFn, policy: Policy) -> tuple[Dossier, Dossier]:
    """A dossier, and one that knows all of it and perhaps more."""
    known = draw(known_dossiers(policy))
    more = known if draw(st.booleans()) else draw(_forgetting(known))
    return draw(_forgetting(more)), more


@st.composite
def policies_and_dossiers(draw: st.DrawFn) -> tuple[Policy, Dossier]:
    policy = draw(policies())
    return policy, draw(dossiers(policy))


@st.composite
def policies_and_refinements(draw: st.DrawFn) -> tuple[Policy, Dossier, Dossier]:
    policy = draw(policies())
    return policy, *draw(refinements(policy))


@st.composite
def policies_and_forgotten(draw: st.DrawFn) -> tuple[Policy, Dossier, Dossier]:
    """A policy, a dossier, and the dossier that knows everything of which it is a part."""
    policy = draw(policies())
    known = draw(known_dossiers(policy))
    return policy, draw(_forgetting(known)), known
