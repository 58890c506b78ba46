"""The names that generated policies use, and the values of their types."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from clas_policy.model.fact import Type
from clas_policy.model.money import format_euros, format_rate
from clas_policy.model.policy import Policy

NUMBERS = (Type.INTEGER, Type.MONEY, Type.RATE, Type.DATE)
FIRST_DAY = date(2024, 9, 1)
AMOUNTS = (0, 1, 50, 99, 100, 101, 32_900, 33_333, 848_700, 848_701)
RATES = (0, 1, 325_000, 333_333, 500_000, 1_000_000)


def values_of(kind: Type) -> st.SearchStrategy[Any]:
    """Values of a type; few, so that bounds are met and crossed."""
    match kind:
        case Type.INTEGER:
            return st.integers(0, 12)
        case Type.MONEY:
            return st.sampled_from(AMOUNTS) | st.integers(0, 20_000)
        case Type.RATE:
            return st.sampled_from(RATES) | st.integers(0, 1_000_000)
        case _:
            return st.integers(0, 9).map(lambda days: FIRST_DAY + timedelta(days))


def figure(kind: Type, value: Any) -> str:
    """A value as policy files write it."""
    match kind:
        case Type.MONEY:
            return format_euros(value)
        case Type.RATE:
            return format_rate(value)
        case _:
            return str(value)


@dataclass(frozen=True)
class Name:
    """A name that rules may use.

    `values` are what a parameter may come to, `planned` the one that a child will set; `late` rules may stand behind
    a grant; `options` are a choice's.
    """

    name: str
    section: str
    scope: str | None
    type: Type | None = None
    values: tuple[Any, ...] = ()
    planned: Any = None
    late: bool = False
    funder: str = ""
    readings: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    open_to: str | None = None


@dataclass
class Known:
    """The names of the layers so far."""

    names: list[Name] = field(default_factory=list)
    entities: list[str] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    derived: set[str] = field(default_factory=set)
    """The facts that are derived, or that a derivation reads."""
    listed: set[str] = field(default_factory=set)
    """The criteria and deadlines that `admissibility` has."""

    def of(self, section: str, scope: str | None, *kinds: Type, late: bool = True) -> list[Name]:
        """The names of a section that a rule of this scope may use, of some types where these are given."""
        return [
            name
            for name in self.names
            if name.section == section
            and name.scope in (None, scope)
            and (not kinds or name.type in kinds)
            and (late or not name.late)
        ]


def known_of(policy: Policy, opened: Iterable[str] = ()) -> Known:
    """The names of a composed policy, of which some are open to a local layer."""
    level = dict.fromkeys(opened, "local")
    known = Known([], list(policy.entities), list(policy.documents))
    for fact in policy.facts.values():
        options = tuple(option.value for option in fact.options)
        known.names.append(
            Name(fact.name, "facts", fact.entity, fact.type, options=options, open_to=level.get(fact.name))
        )
    for figure in policy.parameters.values():
        values = () if figure.value is None else (figure.value,)
        known.names.append(Name(figure.name, "parameters", None, figure.type, values))
    for rule in policy.criteria.values():
        readings = tuple(reading.id for reading in getattr(rule.requires, "readings", ()))
        open_to = level.get(rule.name)
        known.names.append(Name(rule.name, "criteria", rule.entity, readings=readings, open_to=open_to, late=True))
    for grant in policy.grants.values():
        known.names.append(Name(grant.name, "grants", grant.entity, late=True, funder=grant.funder))
    return known
