"""DuckDB: the only door to it. It runs in this process, within limits, and never reaches for the network."""

from __future__ import annotations

from pathlib import Path

import duckdb

Connection = duckdb.DuckDBPyConnection
EngineError = duckdb.Error


def connect(
    path: Path | None = None,
    *,
    memory_limit: str | None = None,
    threads: int | None = None,
    spill_to: Path | None = None,
) -> Connection:
    """A connection to the database in `path`, or to one in memory.

    `memory_limit` is written like ``4GiB`` (by default DuckDB's: 80 % of the machine's), `threads` is by default one a
    processor; what does not fit in memory goes to the folder `spill_to` (by default one beside the file). Extensions
    are neither fetched nor loaded. Raises EngineError where the file cannot be opened.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
    }
    if threads is not None:
        config["threads"] = threads
    if memory_limit is not None:
        config["memory_limit"] = memory_limit
    if spill_to is not None:
        config["temp_directory"] = str(spill_to)
    connection = duckdb.connect(":memory:" if path is None else str(path), config=config)
    connection.execute("SET enable_progress_bar = false")
    return connection
