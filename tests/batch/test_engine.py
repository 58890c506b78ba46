"""DuckDB is opened within limits and never reaches out."""

from __future__ import annotations

from pathlib import Path

import pytest

from clas_policy.batch import engine


def setting(connection: engine.Connection, name: str) -> object:
    (value,) = connection.execute("SELECT current_setting(?)", [name]).fetchone() or (None,)
    return value


def test_limits_are_those_that_are_asked_for(tmp_path: Path) -> None:
    connection = engine.connect(memory_limit="512MiB", threads=1, spill_to=tmp_path / "spill")
    assert setting(connection, "threads") == 1
    assert setting(connection, "memory_limit") == "512.0 MiB"
    assert setting(connection, "temp_directory") == str(tmp_path / "spill")


def test_extensions_are_neither_fetched_nor_loaded() -> None:
    connection = engine.connect(threads=1)
    for name in ("autoinstall_known_extensions", "autoload_known_extensions", "allow_community_extensions"):
        assert setting(connection, name) is False
    with pytest.raises(engine.EngineError):
        connection.execute("SELECT * FROM 'https://example.invalid/dossiers.parquet'")


def test_a_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "dossiers.duckdb"
    with engine.connect(path, threads=1) as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS x")
    with engine.connect(path, threads=1) as connection:
        assert connection.execute("SELECT x FROM t").fetchall() == [(1,)]


def test_what_is_no_database_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "dossiers.duckdb"
    path.write_text("annee_scolaire;departement\n" * 1000)
    with pytest.raises(engine.EngineError):
        engine.connect(path)
