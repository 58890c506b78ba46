"""What a report counts, sums and breaks down by: data, written beside the policy or drawn from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from clas_policy.frozen import dataclass
from clas_policy.model.fact import Fact, Type
from clas_policy.model.policy import Policy

SUMMED: Final = (Type.INTEGER, Type.MONEY)
CHOSEN: Final = (Type.BOOLEAN, Type.CHOICE, Type.CHOICES)


class Part(StrEnum):
    """The parts of a report that a layout may order or leave out; the summary comes first, the method last."""

    DOSSIERS = "dossiers"
    ENTITIES = "entities"
    GRANTS = "grants"
    REFUSALS = "refusals"
    MISSING = "missing"
    ACCORDS = "accords"
    ORIENTATIONS = "orientations"
    APPLICANTS = "applicants"


@dataclass(frozen=True, slots=True)
class Summed:
    """An integer or money fact whose total is told."""

    fact: str
    label: str


@dataclass(frozen=True, slots=True)
class Split:
    """A boolean, choice or choices fact by whose values rows are told apart; `values` are their labels."""

    fact: str
    label: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answered:
    """A boolean fact whose answers are counted, and nothing else."""

    fact: str
    label: str


@dataclass(frozen=True, slots=True)
class Rows:
    """What is told of dossiers, or of the members of an entity; `one` and `many` are what they are called."""

    one: str
    many: str
    sums: tuple[Summed, ...] = ()
    splits: tuple[Split, ...] = ()
    answers: tuple[Answered, ...] = ()


@dataclass(frozen=True, slots=True)
class Applicants:
    """The fact of the dossier that names who applies, and what they are called."""

    fact: str
    one: str
    many: str


@dataclass(frozen=True, slots=True)
class Layout:
    """The plan of a report; `introduction` are texts of the policy."""

    title: str
    dossiers: Rows
    entities: Mapping[str, Rows]
    introduction: tuple[str, ...] = ()
    applicants: Applicants | None = None
    parts: tuple[Part, ...] = tuple(Part)


YES: Final = "true"
NO: Final = "false"


def value_labels(fact: Fact) -> dict[str, str]:
    """The values of a boolean, choice or choices fact, with the labels that the policy gives them."""
    if fact.type is Type.BOOLEAN:
        return {YES: "Oui", NO: "Non"}
    return {option.value: option.label for option in fact.options}


def default_layout(policy: Policy) -> Layout:
    """Everything that the policy's facts can tell: totals of numbers, choices broken down, yes and no counted.

    Accords are left out, since awaiting them is a part of its own. Where a single text fact of the dossier is there,
    it is taken for the name of who applies.
    """
    texts = [fact for fact in policy.facts.values() if fact.entity is None and fact.type is Type.TEXT]
    applicants = Applicants(texts[0].name, "demandeur", "demandeurs") if len(texts) == 1 else None
    return Layout(
        "Bilan de l'année",
        default_rows(policy, None),
        MappingProxyType({entity: default_rows(policy, entity) for entity in policy.entities}),
        applicants=applicants,
    )


def default_rows(policy: Policy, entity: str | None) -> Rows:
    """What the facts of a scope can tell; its words are the id of the entity and the name of its list."""
    one, many = nouns(policy, entity)
    facts = tuple(_own_facts(policy, entity))
    return Rows(
        one,
        many,
        tuple(Summed(fact.name, fact.label) for fact in facts if fact.type in SUMMED),
        tuple(
            Split(fact.name, fact.label, MappingProxyType(value_labels(fact)))
            for fact in facts
            if fact.type in (Type.CHOICE, Type.CHOICES)
        ),
        tuple(Answered(fact.name, fact.label) for fact in facts if fact.type is Type.BOOLEAN),
    )


def nouns(policy: Policy, entity: str | None) -> tuple[str, str]:
    """``dossier`` and ``dossiers``, or what the policy calls a member of an entity and several of them."""
    if entity is None:
        return "dossier", "dossiers"
    return entity.replace("_", " "), policy.entities[entity].list_key.replace("_", " ")


def _own_facts(policy: Policy, entity: str | None) -> Iterator[Fact]:
    accords = {grant.accord for grant in policy.grants.values()}
    return (fact for fact in policy.facts.values() if fact.entity == entity and fact.name not in accords)
