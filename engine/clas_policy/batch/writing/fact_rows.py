"""Typed dossiers as rows of text that a database reads fast: whole numbers for amounts, which are divided there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from clas_policy.batch.quoting import quoted
from clas_policy.batch.tables import Column, Kind, Table
from clas_policy.batch.writing.row_files import rows_of
from clas_policy.model.dossier import Dossier
from clas_policy.model.fact import Value
from clas_policy.model.policy import Policy

_WIDEST: Final = 18
"""The digits that a database multiplies fast."""

Written = Value | None


class FactRows:
    """Writes the rows of one table of a policy: what stands in it is worked out once."""

    def __init__(self, policy: Policy, table: Table) -> None:
        self.entity = table.entity
        self._entities = tuple(policy.entities)
        self._head = [column for column in table.columns if column.fact is None]
        facts = [column for column in table.columns if column.fact is not None]
        self._plain = [column for column in facts if column.option is None]
        self._options = [column for column in facts if column.option is not None]
        self._names = [column.fact or "" for column in self._plain]
        self._chosen: dict[str, list[str]] = {}
        for column in self._options:
            self._chosen.setdefault(column.fact or "", []).append(column.option or "")

    def rows(self, numbers: Sequence[int], dossiers: Sequence[Dossier]) -> Iterator[list[Written]]:
        """The rows of some dossiers, or of their members."""
        names, chosen = self._names, self._chosen.items()
        for number, dossier in zip(numbers, dossiers, strict=True):
            if self.entity is None:
                given = [entity in dossier.members for entity in self._entities]
                units = [([number, dossier.id, dossier.period, dossier.department, *given], dossier.facts)]
            else:
                members = dossier.members.get(self.entity, ())
                units = [([number, at, member.id], member.facts) for at, member in enumerate(members)]
            for head, facts in units:
                row: list[Written] = [*head, *map(facts.get, names)]
                for name, options in chosen:
                    value = facts.get(name)
                    if isinstance(value, frozenset):
                        row += [option in value for option in options]
                    else:
                        row += [None] * len(options)
                yield row

    def insert(self, target: str, place: Path) -> str:
        """The statement that takes such rows from a file into a table."""
        columns = [*self._head, *self._plain, *self._options]
        types = {column.name: "BIGINT" if column.kind is Kind.DECIMAL else column.type for column in columns}
        values = ", ".join(f"{_value(column)} AS {quoted(column.name)}" for column in columns)
        return f"INSERT INTO {target} BY NAME SELECT {values} FROM {rows_of(place, types)}"  # noqa: S608


def _value(column: Column) -> str:
    name = quoted(column.name)
    if column.kind is not Kind.DECIMAL:
        return name
    # A whole number that is divided would become a binary float: the point is moved exactly instead.
    digits = min(_WIDEST, column.digits)
    unit = f"CAST({10**-column.decimals:.{column.decimals}f} AS DECIMAL({column.decimals + 1}, {column.decimals}))"
    return f"CAST(CAST({name} AS DECIMAL({digits}, 0)) * {unit} AS {column.type})"
