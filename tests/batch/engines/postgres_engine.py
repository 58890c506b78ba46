"""A PostgreSQL of the tests' own: in a temporary folder, on a socket of that folder, ended by its process."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from tests.batch.engines.engine import filled
from tests.batch.loading import Row

from clas_policy.batch.sql import Dialect
from clas_policy.batch.tables import Table

SECONDS = 60
"""How long the server may take to start, or to stop."""


class Postgres:
    dialect = Dialect.POSTGRES

    def __init__(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        self.connection = connection

    def load(self, tables: Sequence[Table], rows: Mapping[str, Sequence[Row]]) -> None:
        for table in tables:
            for statement in filled(table, rows[table.name], self.dialect):
                self.connection.execute(statement.encode())

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self.connection.execute(sql.encode()).fetchall()
        return rows


def programs() -> Path:
    """The folder of the server's programs: on the path, or where Debian puts them."""
    found = shutil.which("initdb")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found is None and not folders:
        raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql")
    return Path(found).resolve().parent if found is not None else folders[-1].parent


@contextmanager
def cluster() -> Iterator[Postgres]:
    """A server with an empty database, ended at the end."""
    user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
    with tempfile.TemporaryDirectory(prefix="clas-pg-") as folder:
        if user is not None:
            os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
        data = Path(folder) / "data"
        subprocess.run(
            [programs() / "initdb", "-D", data, "-U", "clas", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            check=True,
            capture_output=True,
            timeout=SECONDS,
            user=user,
        )
        settings = {
            "listen_addresses": "",
            "statement_timeout": "120s",
            "fsync": "off",
            "jit": "off",
            "log_min_messages": "log",
            "log_checkpoints": "off",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        server = subprocess.Popen(
            [programs() / "postgres", "-D", data, "-k", folder, *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            user=user,
        )
        try:
            _wait_until_ready(server)
            with psycopg.connect(host=folder, user="clas", dbname="postgres", autocommit=True) as connection:
                yield Postgres(connection)
        finally:
            _end(server)


def _wait_until_ready(server: subprocess.Popen[str]) -> None:
    """Reads what the server says until it is ready; gives up with it after a while."""
    said: list[str] = []
    alarm = threading.Timer(SECONDS, server.kill)
    alarm.start()
    try:
        for line in server.stderr or ():
            said.append(line)
            if "ready to accept connections" in line:
                return
        raise RuntimeError("".join(said))
    finally:
        alarm.cancel()


def _end(server: subprocess.Popen[str]) -> None:
    server.send_signal(signal.SIGINT)  # a fast shutdown
    try:
        server.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.communicate()
