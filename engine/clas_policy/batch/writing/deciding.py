"""How dossiers on a shelf are decided: by the policy's SQL, or one after the other where SQL cannot honour it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from clas_policy.batch.quoting import quoted
from clas_policy.batch.sql import Dialect, check_tables, compile_policy
from clas_policy.batch.tables import input_tables
from clas_policy.batch.writing.found import FoundRows, Written, found_tables
from clas_policy.batch.writing.shelf import Shelf
from clas_policy.explain.evaluation import Evaluator
from clas_policy.model.dossier import Dossier
from clas_policy.problem import PolicyError, Problem

_TOGETHER: Final = 100_000
"""So many dossiers wait in the database before they are decided, so that none of them waits for the memory."""


class Decider(Protocol):
    """Finds what dossiers come to under one policy, and puts it on its shelf."""

    def decide(self, shelf: Shelf, numbers: Sequence[int], dossiers: Sequence[Dossier]) -> None:
        """Decides some more dossiers, now or with those that come after."""
        ...

    def finish(self, shelf: Shelf) -> None:
        """Decides what has waited."""
        ...


class ByEvaluator:
    """Decides dossiers one after the other."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._rows = FoundRows(evaluator.policy)

    def decide(self, shelf: Shelf, numbers: Sequence[int], dossiers: Sequence[Dossier]) -> None:
        found: dict[str, list[tuple[Written, ...]]] = {table.name: [] for table in shelf.found}

        def put(name: str, row: tuple[Written, ...]) -> None:
            found[name].append(row)

        for number, dossier in zip(numbers, dossiers, strict=True):
            self._rows.add(number, self._evaluator.evaluate(dossier), put)
        shelf.put_found(found)
        if shelf.keeps_facts:
            shelf.put_facts(numbers, dossiers)

    def finish(self, shelf: Shelf) -> None: ...


class BySql:
    """Decides what lies on a shelf by the queries of its policy."""

    def __init__(self, queries: dict[str, str]) -> None:
        self._queries = queries

    def decide(self, shelf: Shelf, numbers: Sequence[int], dossiers: Sequence[Dossier]) -> None:
        shelf.put_facts(numbers, dossiers)
        if shelf.waiting >= _TOGETHER and not shelf.keeps_facts:
            self.finish(shelf)

    def finish(self, shelf: Shelf) -> None:
        """Where facts are kept, all of them are decided at once, at the end."""
        if shelf.waiting:
            self.decide_all(shelf, shelf.facts_schema)
            shelf.settle()

    def decide_all(self, shelf: Shelf, schema: str) -> None:
        """Decides the dossiers of a schema that has the tables of the policy."""
        shelf.execute(f"SET schema = '{schema}'")
        for name, query in self._queries.items():
            shelf.execute(f"INSERT INTO {shelf.found_schema}.{quoted(name)} BY NAME {query}")
        shelf.execute("RESET schema")


def decider(evaluator: Evaluator) -> tuple[Decider, tuple[Problem, ...]]:
    """How the dossiers of a policy are decided; the problems say what SQL cannot honour, if so.

    Raises PolicyError where no database can hold what is found.
    """
    policy = evaluator.policy
    check_tables(policy, (*input_tables(policy), *found_tables(policy)))
    try:
        compiled = compile_policy(policy, Dialect.DUCKDB)
    except PolicyError as refused:
        return ByEvaluator(evaluator), refused.problems
    return BySql({output.name: output.sql for output in compiled.outputs}), ()
