"""Typed dossiers as rows of the tables of a policy, told apart from how a batch puts them there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from clas_policy.batch.tables import DOSSIERS, Column, Kind, Table, input_tables
from clas_policy.model.dossier import Dossier
from clas_policy.model.fact import Value
from clas_policy.model.policy import Policy

Cell: TypeAlias = bool | int | Decimal | date | str | None
Row: TypeAlias = tuple[Cell, ...]


def rows(policy: Policy, dossiers: Iterable[Dossier], first: int = 0) -> Mapping[str, list[Row]]:
    """The rows of each table of the policy, in the order of its columns; dossiers are numbered from `first`."""
    tables = input_tables(policy)
    found: dict[str, list[Row]] = {table.name: [] for table in tables}
    for number, dossier in enumerate(dossiers, start=first):
        given = tuple(entity in dossier.members for entity in policy.entities)
        identity = (number, dossier.id, dossier.period, dossier.department, *given)
        found[DOSSIERS].append((*identity, *_cells(tables[0], dossier.facts)))
        for table in tables[1:]:
            for position, member in enumerate(dossier.members.get(table.entity or "", ())):
                found[table.name].append((number, position, member.id, *_cells(table, member.facts)))
    return found


def _cells(table: Table, facts: Mapping[str, Value]) -> Iterator[Cell]:
    for column in table.columns:
        if column.fact is not None:
            yield _cell(column, facts.get(column.fact))


def _cell(column: Column, value: Value | None) -> Cell:
    if value is None:
        return None
    if isinstance(value, frozenset):
        return column.option in value
    if column.kind is Kind.DECIMAL and isinstance(value, int):
        return Decimal(value).scaleb(-column.decimals)
    return value
