"""Small policies for tests of one thing at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter
from types import MappingProxyType
from typing import Any

from clas_policy.explain import Evaluation, Evaluator
from clas_policy.model.amount import Amount
from clas_policy.model.condition import Condition
from clas_policy.model.dates import Period
from clas_policy.model.dossier import Dossier, Member
from clas_policy.model.fact import Entity, Fact, Option, Origin, Type, Value
from clas_policy.model.policy import (
    AdmissibilityItem,
    Criterion,
    Deadline,
    Effect,
    Grant,
    LayerRef,
    Level,
    Named,
    Orientation,
    Parameter,
    Policy,
    Weight,
)
from clas_policy.model.references import Reference, of_amount, of_condition
from clas_policy.source import Span

GROUP = "groupe"
FILE = "politique.yaml"


def origin(line: int = 1, source: str | None = "doc, §1") -> Origin:
    return Origin("essai/1", source, None, Span(FILE, line, 1, line, 9))


def fact(name: str, kind: Type = Type.BOOLEAN, **more: Any) -> Fact:
    """A fact; of a group where its name says so."""
    more.setdefault("label", f"Le fait {name}")
    if kind in (Type.CHOICE, Type.CHOICES):
        more.setdefault("options", tuple(Option(value, value.upper()) for value in ("rouge", "vert", "bleu")))
    label = more.pop("label")
    return Fact(name, kind, label, origin(), GROUP if name.startswith(f"{GROUP}.") else None, **more)


def parameter(name: str, kind: Type, value: Any) -> Parameter:
    return Parameter(name, kind, f"Le chiffre {name}", value, origin(2), origin(3))


def criterion(name: str, requires: Condition, entity: str | None = None, **more: Any) -> Criterion:
    return Criterion(name, f"Le critère {name}", entity, requires, origin(4), **more)


def grant(name: str, amount: Amount, entity: str | None = None, **more: Any) -> Grant:
    return Grant(name, f"L'aide {name}", entity, more.pop("funder", "caisse"), amount, origin(5), **more)


def orientation(
    name: str, requires: Condition | None, entity: str | None = None, weight: Weight = Weight.ADVISORY
) -> Orientation:
    return Orientation(name, f"L'orientation {name}", entity, requires, weight, origin(6))


def item(
    name: str, entity: str | None = None, otherwise: Effect = Effect.INADMISSIBLE, **more: Any
) -> AdmissibilityItem:
    return AdmissibilityItem(name, more.pop("is_deadline", False), entity, otherwise, origin(7))


def small_policy(
    *,
    facts: Iterable[Fact] = (),
    parameters: Iterable[Parameter] = (),
    criteria: Iterable[Criterion] = (),
    deadlines: Iterable[Deadline] = (),
    grants: Iterable[Grant] = (),
    orientations: Iterable[Orientation] = (),
    admissibility: tuple[AdmissibilityItem, ...] = (),
    complete: bool = True,
    status: str = "in_force",
) -> Policy:
    """A policy of what is given, its rules in an order in which they can be evaluated."""
    rules: dict[str, tuple[str, list[str]]] = {}
    for one in criteria:
        rules[one.name] = "criterion", _names((*of_condition(one.only_if), *of_condition(one.requires)))
    for date in deadlines:
        rules[date.name] = "deadline", _names(of_condition(date.condition))
    for paid in grants:
        read = (*of_condition(paid.requires), *of_amount(paid.amount), *of_amount(paid.at_most))
        rules[paid.name] = "grant", [*_names(read), *(entry.name for entry in admissibility)]
    sorter = TopologicalSorter(
        {name: [other for other in needs if other in rules] for name, (_, needs) in rules.items()}
    )
    funders = {name: Named(name, f"Le financeur {name}", origin()) for name in ("caisse", "ville", "nobody")}
    return Policy(
        "essai/1",
        "Un essai",
        "essai",
        Level.REFERENTIEL,
        Period(2024, 2025),
        None,
        status,
        complete,
        (LayerRef("essai/1", 1, status, "c" * 64, "local files", "Un essai", None, FILE),),
        MappingProxyType({}),
        MappingProxyType(funders),
        MappingProxyType({GROUP: Entity(GROUP, "groupes", "Un groupe", origin())}),
        MappingProxyType({one.name: one for one in facts}),
        MappingProxyType({one.name: one for one in parameters}),
        MappingProxyType({one.name: one for one in criteria}),
        MappingProxyType({one.name: one for one in deadlines}),
        admissibility,
        MappingProxyType({one.name: one for one in grants}),
        MappingProxyType({one.name: one for one in orientations}),
        (),
        MappingProxyType({}),
        tuple((rules[name][0], name) for name in sorter.static_order()),
        tuple(one.name for one in parameters if one.value is None),
    )


def _names(references: Iterable[Reference]) -> list[str]:
    return [reference.name for reference in references if reference.kind in ("criterion", "deadline", "grant")]


def dossier(
    facts: Mapping[str, Value | None] | None = None,
    groups: Iterable[Mapping[str, Value | None]] | None = (),
    **more: Any,
) -> Dossier:
    """A dossier with some facts; `groups` None leaves the list out."""

    def known(values: Mapping[str, Value | None]) -> dict[str, Value]:
        return {name: value for name, value in values.items() if value is not None}

    members = (
        {GROUP: tuple(Member(f"g{number}", known(values)) for number, values in enumerate(groups, 1))}
        if groups is not None
        else {}
    )
    return Dossier("d-1", "2024-2025", None, known(facts or {}), members, "d" * 64, **more)


def evaluate(policy: Policy, *args: Any, **more: Any) -> Evaluation:
    """The evaluation of a dossier made of the other arguments."""
    return Evaluator(policy).evaluate(dossier(*args, **more))
