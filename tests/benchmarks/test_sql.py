"""How fast a database decides a department, as a ratio to numpy; `pytest -m benchmark tests/benchmarks/test_sql.py -s`.

Both decide the same groups under the whole shipped Gers policy, from tables in DuckDB and from arrays that are ready,
in turns; what counts is the best time of each. 1.00, the goal, would be as fast as numpy; what is asserted is a
floor below what the README tells, on a machine that does nothing else. The totals are the same.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

import pytest
from tests.explain.test_reference_cases import composed

from clas_policy.batch import engine, tables
from clas_policy.batch.sql import Compiled, compile_policy, create_table
from clas_policy.batch.tables import Column, Kind, Table
from clas_policy.model.decision import Totals
from clas_policy.model.policy import Policy

GROUPS = int(os.environ.get("CLAS_GROUPS", "1000000"))
ROUNDS = 15
YES = {"porteur.renouvellement": 50, "collectif.rural": 50, "collectif.niveaux.maternelle": 4}
"""How many in a hundred answer yes; of the others 95, about what `simulate` supposes."""

pytestmark = pytest.mark.benchmark


@pytest.fixture(scope="module")
def policy() -> Policy:
    return composed()


@pytest.fixture(scope="module")
def database(policy: Policy) -> Iterator[engine.Connection]:
    """Tables of made-up dossiers, of none to five groups: the same ones each time."""
    connection = engine.connect()
    dossiers, groups = tables.input_tables(policy)
    for table in (dossiers, groups):
        connection.execute(create_table(table, "duckdb"))
    count = GROUPS * 2 // 5
    connection.execute(f"{_insert(dossiers)} FROM (SELECT range AS dossier_no, 0 AS position FROM range({count}))")
    size = _drawn("groups", 6, position="0")
    connection.execute(
        f"{_insert(groups)} FROM (SELECT dossier_no, unnest(range({size}))::INTEGER AS position"
        f" FROM dossiers WHERE collectifs) ORDER BY dossier_no, position"
    )
    yield connection
    connection.close()


def _drawn(salt: str, below: int, position: str = "position") -> str:
    """A number that the keys and the salt alone decide."""
    return f"(hash(dossier_no * 64 + {position}, '{salt}') % {below})::BIGINT"


def _insert(table: Table) -> str:
    values = ", ".join(f'{_made(column, table)} AS "{column.name}"' for column in table.columns)
    return f'INSERT INTO "{table.name}" SELECT {values}'


def _made(column: Column, table: Table) -> str:
    name = column.name
    if name in ("dossier_no", "position"):
        return name
    if column.required:
        return f"{_drawn(name, 1000)} > 2"
    if column.fact is None:
        return f"'{name}-' || dossier_no"
    known = f"{_drawn(f'{column.fact}?', 100)} >= 1"
    match column.kind:
        case Kind.BOOLEAN:
            value = f"{_drawn(name, 100)} < {YES.get(name, 95)}"
        case Kind.BIGINT:
            value = f"{_drawn(name, 14)}"
        case Kind.DECIMAL:
            value = f"({_drawn(name, 1_200_000)} * 0.01)::DECIMAL(18, 2)"
        case Kind.DATE:
            value = f"DATE '2024-09-01' + {_drawn(name, 62)}::INTEGER"
        case _:
            value = f"CASE WHEN {_drawn(name, 10)} < 8 THEN 'elan' ELSE 'papier' END"
    return f"CASE WHEN {known} THEN {value} END"


@pytest.fixture(scope="module")
def arrays(database: engine.Connection) -> Any:
    """The same dossiers as arrays that are ready for numpy."""
    import numpy as np
    from tests.benchmarks.columns_yardstick import Columns, Known

    def column(table: str, name: str, sql: str | None = None) -> Any:
        sql = sql or f'"{name}"'
        keys = "dossier_no" if table == "dossiers" else "dossier_no, position"
        array = database.execute(f'SELECT {sql} AS x FROM "{table}" ORDER BY {keys}').fetchnumpy()["x"]
        return np.ma.getdata(array), ~np.ma.getmaskarray(array)

    def truths(table: str) -> dict[str, Any]:
        described = database.execute(f'DESCRIBE "{table}"').fetchall()
        names = [name for name, kind, *_ in described if kind == "BOOLEAN" and "." in name]
        found = {name: column(table, name) for name in names}
        return {
            name: np.where(known, values * np.int8(2), 1).astype(np.int8) for name, (values, known) in found.items()
        }

    platform = column("dossiers", "", "(\"depot.plateforme\" = 'papier')::TINYINT")
    days = column("dossiers", "depot.date")
    return Columns(
        truths("dossiers"),
        truths("collectifs"),
        Known(days[0].astype("datetime64[D]"), days[1]),
        Known(*platform),
        Known(*column("collectifs", "collectif.effectif")),
        Known(*column("collectifs", "collectif.intervenants")),
        Known(*column("collectifs", "", '("collectif.depenses" * 100)::BIGINT')),
        column("collectifs", "dossier_no")[0],
        column("dossiers", "collectifs")[0],
    )


def best(work: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """The best time of each, in turns."""
    times = [float("inf"), float("inf")]
    for _ in range(ROUNDS):
        for number, run in enumerate((work, other)):
            start = perf_counter()
            run()
            times[number] = min(times[number], perf_counter() - start)
    return times[0], times[1]


def report(what: str, numpy: float, duckdb: float) -> None:
    sys.stderr.write(
        f"\n{what}: {GROUPS / numpy / 1e6:5.1f} million groups a second in numpy,"
        f" {GROUPS / duckdb / 1e6:5.1f} in DuckDB: {numpy / duckdb:.2f}\n"
    )


def _taken(compiled: Compiled, name: str) -> str:
    """Every result of an output: amounts added up, the others computed and, like numpy's arrays, not read again.

    DuckDB computes what it gives to `any_value` for each row; what it only counts it may leave out.
    """
    taken = ", ".join(
        f'{"sum" if column.kind is Kind.DECIMAL else "any_value"}("{column.name}")' for column in compiled[name].columns
    )
    return f"SELECT {taken} FROM ({compiled[name].sql})"


def test_both_find_the_same(database: engine.Connection, policy: Policy, arrays: Any) -> None:
    from tests.benchmarks.columns_yardstick import ELIGIBLE, decide

    found, compiled = decide(arrays), compile_policy(policy, "duckdb")
    database.execute(f"CREATE OR REPLACE TEMP TABLE d AS {compiled['dossiers'].sql}")
    database.execute(f"CREATE OR REPLACE TEMP TABLE g AS {compiled['collectifs'].sql}")
    sums = database.execute(
        f"SELECT {', '.join(f'(sum({part}) * 100)::BIGINT' for part in Totals._fields)} FROM d"
    ).fetchone()
    unbounded = ~found["bounded"]
    expected = [found["due"].sum(), found["eligible"].sum(), found["undetermined_at_most"][~unbounded].sum()]
    assert list(sums or ()) == [int(cents) for cents in expected]
    (open_,) = database.execute("SELECT count(*) FROM d WHERE undetermined_at_most IS NULL").fetchone() or ()
    assert open_ == unbounded.sum()
    for name, truths in found.items():
        if "." not in name and name not in (*Totals._fields, "bounded", "admissible"):
            table = "g" if len(truths) == len(arrays.of) else "d"
            counts = database.execute(f'SELECT count("{name}"), count(*) FILTER ("{name}") FROM {table}').fetchone()
            assert counts == ((truths != 1).sum(), (truths == 2).sum()), name
    for name in ("ps", "bonus_enfants", "bonus_parents"):
        (eligible,) = (
            database.execute(f"""SELECT count(*) FROM g WHERE "{name}.status" = 'eligible'""").fetchone() or ()
        )
        assert eligible == (found[f"{name}.status"] == ELIGIBLE).sum()
        (high,) = database.execute(f'SELECT (sum("{name}.high") * 100)::BIGINT FROM g').fetchone() or ()
        assert high == found[f"{name}.high"].sum()


def test_a_department_decided_dossier_by_dossier(database: engine.Connection, policy: Policy, arrays: Any) -> None:
    """Every status of dossiers and every total, from one query."""
    from tests.benchmarks.columns_yardstick import decide

    sql = _taken(compile_policy(policy, "duckdb"), "dossiers")
    numpy, duckdb = best(lambda: decide(arrays), lambda: database.execute(sql).fetchall())
    report("dossiers", numpy, duckdb)
    assert numpy / duckdb >= 0.75


def test_a_department_decided_dossier_by_dossier_and_group_by_group(
    database: engine.Connection, policy: Policy, arrays: Any
) -> None:
    """Every status and amount of groups too, by a query of their own, so that groups are decided twice."""
    from tests.benchmarks.columns_yardstick import decide

    compiled = compile_policy(policy, "duckdb")
    both = [_taken(compiled, "dossiers"), _taken(compiled, "collectifs")]
    numpy, duckdb = best(lambda: decide(arrays), lambda: [database.execute(sql).fetchall() for sql in both])
    report("dossiers and groups", numpy, duckdb)
    assert numpy / duckdb >= 0.45
    kept = [
        f"CREATE OR REPLACE TEMP TABLE kept_{number} AS {compiled[name].sql}"
        for number, name in enumerate(("dossiers", "collectifs"))
    ]
    numpy, duckdb = best(lambda: decide(arrays), lambda: [database.execute(sql) for sql in kept])
    report("both, kept in tables", numpy, duckdb)
