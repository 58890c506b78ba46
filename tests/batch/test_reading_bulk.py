"""Parquet files taken by SQL give what reading them row by row gives, the bad rows and their places included."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.batch import loading
from tests.batch.conftest import CASES, GERS
from tests.cli.conftest import Ran

from clas_policy.batch import engine
from clas_policy.batch.quoting import quoted
from clas_policy.batch.reading import parquet_bulk
from clas_policy.batch.tables import input_tables
from clas_policy.batch.writing.shelf import columns_of, load
from clas_policy.cli import front
from clas_policy.model.dossier import Dossier
from clas_policy.model.policy import Policy

Run = Callable[..., Ran]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in (
        ("CLAS_POLICY_PATH", str(GERS)), ("CLAS_POLICY_AS_OF", "2024-11-05"), ("CLAS_POLICY_CACHE", ""),
        ("CLAS_POLICY_LANG", "en"),
    ):  # fmt: skip
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    def run(*arguments: str) -> Ran:
        capsysbinary.readouterr()
        code = front.run(arguments)
        captured = capsysbinary.readouterr()
        return Ran(int(code), captured.out.decode(), captured.err.decode())

    return run


@pytest.fixture
def database(here: Path, gers: Policy, cases: list[Dossier]) -> Iterator[Any]:
    """The reference cases as tables, to be changed and written to files."""
    with engine.connect() as connection:
        for table in input_tables(gers):
            connection.execute(f"CREATE TABLE {quoted(table.name)} ({columns_of(table.columns)})")
            load(connection, here, quoted(table.name), table.columns, loading.rows(gers, cases)[table.name])
        yield connection


def save(connection: Any, dossiers: str = "SELECT * FROM dossiers", groups: str = "SELECT * FROM collectifs") -> None:
    connection.execute(f"COPY ({dossiers}) TO 'd.parquet' (FORMAT parquet)")
    connection.execute(f"COPY ({groups}) TO 'g.parquet' (FORMAT parquet)")


def both(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch, *more: str) -> tuple[Ran, int]:
    """The run, after comparing it to one that reads row by row; and how many dossiers SQL took."""
    taken = 0
    take = parquet_bulk.take

    def counting(*arguments: Any) -> Any:
        nonlocal taken
        found = take(*arguments)
        taken += sum(count for _names, _made, count in found)
        return found

    monkeypatch.setattr(parquet_bulk, "take", counting)
    quick = run("batch", "d.parquet", "g.parquet", "--out", "a.ndjson", "--rejects", "a-bad.ndjson", "-q", *more)
    monkeypatch.setattr(parquet_bulk, "take", lambda *_arguments: [])
    slow = run("batch", "d.parquet", "g.parquet", "--out", "b.ndjson", "--rejects", "b-bad.ndjson", "-q", *more)

    assert quick == slow
    for name in (".ndjson", "-bad.ndjson"):
        left, right = here / f"a{name}", here / f"b{name}"
        assert left.exists() == right.exists()
        assert not left.exists() or left.read_bytes() == right.read_bytes()
    return quick, taken


def test_sure_rows_are_all_taken(run: Run, here: Path, database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    save(database)

    ran, taken = both(run, here, monkeypatch)

    assert ran.code == 0, ran.err
    assert taken == len(CASES)


def test_tables_joined_by_the_id_without_flags_or_positions_are_taken_too(
    run: Run, here: Path, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dossier without groups is not sure then: nobody says that it has none."""
    save(
        database,
        "SELECT * EXCLUDE (dossier_no, collectifs) FROM dossiers",
        "SELECT dossier, C.* EXCLUDE (dossier_no, position) FROM collectifs C JOIN dossiers USING (dossier_no) "
        "ORDER BY dossier_no, position",
    )

    ran, taken = both(run, here, monkeypatch)

    without = database.execute(
        "SELECT count(*) FROM dossiers WHERE dossier_no NOT IN (FROM collectifs SELECT dossier_no)"
    )
    (missing,) = without.fetchall()[0]
    assert missing > 0
    assert taken == len(CASES) - missing
    assert ran.err.count("CLAS-B116") == missing


CHANGES = {
    "too many children": 'UPDATE collectifs SET "collectif.effectif" = 501 WHERE dossier_no = 3',
    "an unknown choice": "UPDATE dossiers SET \"depot.plateforme\" = 'Elan' WHERE dossier_no = 4",
    "an amount below zero": 'UPDATE collectifs SET "collectif.depenses" = -1 WHERE dossier_no = 5',
    "a list in part": 'UPDATE collectifs SET "collectif.niveaux.college" = NULL WHERE dossier_no = 6',
    "a list without any": 'UPDATE collectifs SET "collectif.niveaux.college" = false, "collectif.niveaux.lycee" = '
    'false, "collectif.niveaux.elementaire" = false, "collectif.niveaux.maternelle" = false WHERE dossier_no = 7',
    "hidden characters": "UPDATE dossiers SET \"porteur.nom\" = 'a' || chr(8238) || 'b' WHERE dossier_no = 8",
    "spaces around": "UPDATE dossiers SET \"porteur.nom\" = ' Les Lucioles ' WHERE dossier_no = 9",
    "spaces only": "UPDATE dossiers SET \"porteur.nom\" = '  ' WHERE dossier_no = 10",
    "no id": "UPDATE dossiers SET dossier = NULL WHERE dossier_no = 11",
    "an id with spaces": "UPDATE dossiers SET dossier = ' D12' WHERE dossier_no = 12",
    "the same id": "UPDATE dossiers D SET dossier = O.dossier FROM dossiers O WHERE O.dossier_no = 2 "
    "AND D.dossier_no = 13",
    "the same number": "UPDATE dossiers SET dossier_no = 15 WHERE dossier_no = 16",
    "a member of nobody": "UPDATE collectifs SET dossier_no = 1000 WHERE dossier_no = 17 AND position = 0",
    "a member twice": "UPDATE collectifs SET collectif = 'g1' WHERE dossier_no = 18",
    "a member without id": "UPDATE collectifs SET collectif = NULL WHERE dossier_no = 19 AND position = 0",
    "a list said unknown": "UPDATE dossiers SET collectifs = false WHERE dossier_no = 20",
    "a list not said": "UPDATE dossiers SET collectifs = NULL WHERE dossier_no = 21",
    "no year": "UPDATE dossiers SET annee_scolaire = NULL WHERE dossier_no = 22",
    "another year": "UPDATE dossiers SET annee_scolaire = '1999-2000' WHERE dossier_no = 23",
    "no department": "UPDATE dossiers SET departement = NULL WHERE dossier_no = 24",
    "a short department": "UPDATE dossiers SET departement = '1' WHERE dossier_no = 25",
    "an old date": "UPDATE dossiers SET \"depot.date\" = DATE '0001-01-01' WHERE dossier_no = 26",
}


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_what_is_not_sure_is_left_to_the_strict_reader(
    run: Run, here: Path, database: Any, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    database.execute(change)
    save(database)

    _ran, taken = both(run, here, monkeypatch)

    assert len(CASES) - 3 <= taken <= len(CASES)


def test_all_of_it_at_once(run: Run, here: Path, database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for change in CHANGES.values():
        database.execute(change)
    save(database)

    ran, taken = both(run, here, monkeypatch)

    assert ran.code in {3, 4}
    assert 0 < taken < len(CASES)


@pytest.mark.parametrize(
    "groups",
    [
        'SELECT * REPLACE (CAST("collectif.depenses" AS DOUBLE) AS "collectif.depenses") FROM collectifs',
        'SELECT * REPLACE (CAST("collectif.depenses" AS DECIMAL(18, 3)) AS "collectif.depenses") FROM collectifs',
        'SELECT * REPLACE (CAST("collectif.effectif" AS VARCHAR) AS "collectif.effectif") FROM collectifs',
        'SELECT *, 1 AS "remarques" FROM collectifs',
        'SELECT * EXCLUDE (collectif) FROM collectifs',
    ],
    ids=["floats", "three decimals", "texts", "an unknown column", "no ids"],
)  # fmt: skip
def test_columns_that_sql_cannot_tell_of_are_read_row_by_row(
    run: Run, here: Path, database: Any, monkeypatch: pytest.MonkeyPatch, groups: str
) -> None:
    save(database, groups=groups)

    _ran, taken = both(run, here, monkeypatch)

    assert taken == 0


def test_dossiers_of_several_departments_each_meet_their_policy(
    run: Run, here: Path, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.execute("UPDATE dossiers SET departement = '33' WHERE dossier_no % 2 = 0")
    save(database)

    ran, taken = both(run, here, monkeypatch, "--without-plugins")

    assert ran.code == 0, ran.err
    assert taken == len(CASES)
