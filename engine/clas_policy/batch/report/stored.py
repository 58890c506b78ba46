"""The tables of a run: what its store holds of one policy, without the dossiers that were read twice."""

from __future__ import annotations

from typing import Final

from clas_policy.batch.quoting import quoted
from clas_policy.batch.report.source import Source
from clas_policy.batch.tables import DOSSIERS, NUMBER
from clas_policy.batch.writing.shelf import IDS
from clas_policy.batch.writing.store import Store
from clas_policy.model.policy import Policy

_SCHEMA: Final = "report"


def stored(store: Store, policy: Policy) -> Source:
    """The source of a report; the store has kept the facts of its dossiers."""
    shelf = store.shelf(policy)
    store.connection.execute(f"CREATE SCHEMA IF NOT EXISTS {_SCHEMA}")
    tables: dict[str | None, str] = {}
    results: dict[str | None, str] = {}
    for found, schema, kept in ((tables, shelf.facts_schema, shelf.facts), (results, shelf.found_schema, shelf.found)):
        for table in kept:
            view = f"{_SCHEMA}.{quoted(f'{schema} {table.name}')}"
            store.connection.execute(
                f"CREATE OR REPLACE VIEW {view} AS SELECT * FROM {schema}.{quoted(table.name)} "  # noqa: S608
                f"WHERE {NUMBER} IN (SELECT {NUMBER} FROM {IDS}.{DOSSIERS})"
            )
            found[table.entity] = view
    return Source(store.connection, policy, tables, results)
