"""How large expressions become where an engine puts each in the place of its name.

PostgreSQL merges the parts of a query into one, DuckDB those between a join and a sum that it takes before it. An
expression that is named twice by one that is named twice by the next then doubles at each step: planning such a query
can take all memory that there is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlglot import exp

from clas_policy.batch.sql.symbols import Definition

MOST: Final = 1_000
"""The nodes that an expression may grow to before what it reads is kept instead."""


class Weights:
    """The nodes of each column of dossiers and of members, as they would be merged."""

    def __init__(self, scopes: Iterable[str | None]) -> None:
        self._of: dict[str | None, dict[str, int]] = {scope: {} for scope in scopes}

    def is_too_much(self, scope: str | None, definitions: Iterable[Definition]) -> bool:
        """Whether one of these would grow too large over what the scope has."""
        return any(self._weight(scope, definition) > MOST for definition in definitions)

    def add(self, scope: str | None, definitions: Iterable[Definition]) -> None:
        found = {definition.name: self._weight(scope, definition) for definition in definitions}
        self._of[scope].update(found)

    def join(self, entity: str, names: Iterable[str]) -> None:
        """The members read these of their dossiers."""
        self._of[entity].update({name: self._of[None].get(name, 1) for name in names})

    def keep(self, scope: str | None) -> None:
        """All that the scope has is computed once, and kept."""
        self._of[scope].clear()

    def _weight(self, scope: str | None, definition: Definition) -> int:
        nodes = 0
        for node in definition.sql.walk():
            nodes += self._of[scope].get(node.name, 1) if isinstance(node, exp.Column) else 1
        return nodes
