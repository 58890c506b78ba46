"""The tables of a policy, as values: what a database holds of dossiers, and what it finds.

A table of dossiers, and one for each entity: one row per member. Facts stand under their full names; a set of choices
takes one column per value. NULL is what is not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Final, assert_never

from clas_policy.frozen import dataclass
from clas_policy.model.fact import Entity, Fact, Type
from clas_policy.model.policy import Policy

DOSSIERS: Final = "dossiers"
"""The table of dossiers."""
NUMBER: Final = "dossier_no"
"""The key of a dossier: its number in the order of the input, from 0."""
POSITION: Final = "position"
"""Where a member stands in its list, from 0."""


class Kind(StrEnum):
    """The types of columns."""

    BOOLEAN = "BOOLEAN"
    INTEGER = "INTEGER"
    BIGINT = "BIGINT"
    DECIMAL = "DECIMAL"
    DATE = "DATE"
    TEXT = "TEXT"


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `digits` and `decimals` are those of a DECIMAL.

    Of a fact, `fact` is its name, and `option` the value that a column of a set of choices stands for.
    """

    name: str
    kind: Kind
    digits: int = 0
    decimals: int = 0
    required: bool = False
    fact: str | None = None
    option: str | None = None

    @property
    def type(self) -> str:
        """``DECIMAL(18, 2)``, ``TEXT``."""
        return f"DECIMAL({self.digits}, {self.decimals})" if self.kind is Kind.DECIMAL else self.kind.value


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `entity` is the id of the entity whose members it holds, None for dossiers."""

    name: str
    columns: tuple[Column, ...]
    entity: str | None = None

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


def input_tables(policy: Policy) -> tuple[Table, ...]:
    """The table of dossiers, then those of the policy's entities."""
    return (dossiers(policy), *(members(policy, entity) for entity in policy.entities.values()))


def dossiers(policy: Policy) -> Table:
    """One row per dossier; for each entity, a column named like its list says whether the list was given."""
    return Table(
        DOSSIERS,
        (
            Column(NUMBER, Kind.BIGINT, required=True),
            Column("dossier", Kind.TEXT),
            Column("annee_scolaire", Kind.TEXT),
            Column("departement", Kind.TEXT),
            *(Column(entity.list_key, Kind.BOOLEAN, required=True) for entity in policy.entities.values()),
            *_facts(policy, None),
        ),
    )


def members(policy: Policy, entity: Entity) -> Table:
    """One row per member of an entity."""
    return Table(
        entity.list_key,
        (
            Column(NUMBER, Kind.BIGINT, required=True),
            Column(POSITION, Kind.INTEGER, required=True),
            Column(entity.id, Kind.TEXT),
            *_facts(policy, entity.id),
        ),
        entity.id,
    )


def _facts(policy: Policy, scope: str | None) -> Iterator[Column]:
    for fact in policy.facts.values():
        if fact.entity == scope:
            yield from columns_of(fact)


def columns_of(fact: Fact) -> tuple[Column, ...]:
    """The columns of a fact: one, or one per value of a set of choices."""
    name = fact.name
    match fact.type:
        case Type.BOOLEAN:
            return (Column(name, Kind.BOOLEAN, fact=name),)
        case Type.INTEGER:
            return (Column(name, Kind.BIGINT, fact=name),)
        case Type.MONEY:
            return (Column(name, Kind.DECIMAL, 18, 2, fact=name),)
        case Type.RATE:
            return (Column(name, Kind.DECIMAL, 7, 6, fact=name),)
        case Type.DATE:
            return (Column(name, Kind.DATE, fact=name),)
        case Type.CHOICE | Type.TEXT:
            return (Column(name, Kind.TEXT, fact=name),)
        case Type.CHOICES:
            return tuple(
                Column(option_column(name, option.value), Kind.BOOLEAN, fact=name, option=option.value)
                for option in fact.options
            )
        case _:
            assert_never(fact.type)


def option_column(fact: str, option: str) -> str:
    """The column of one value of a set of choices."""
    return f"{fact}.{option}"
