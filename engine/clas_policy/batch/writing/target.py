"""Where results go, by the ending or the scheme of what the user names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from clas_policy.frozen import dataclass
from clas_policy.problem import Message

FORMATS: Final = (".ndjson", ".csv", ".xlsx", ".parquet")
TABLE: Final = "decisions"
"""The table of a database, where none is named."""

_TABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,50}")
_SCHEMES: Final = ("postgresql://", "postgres://")


@dataclass(frozen=True, slots=True)
class FileTarget:
    """A file, or one for dossiers and one beside it for each list, by its ending."""

    path: Path
    kind: str


@dataclass(frozen=True, slots=True)
class DuckDbTarget:
    """Tables of a DuckDB file."""

    path: Path
    table: str


@dataclass(frozen=True, slots=True)
class PostgresTarget:
    """Tables of a PostgreSQL database; `address` may hold a password, `shown` never does."""

    address: str
    table: str
    shown: str


Target: TypeAlias = FileTarget | DuckDbTarget | PostgresTarget


class TargetError(Exception):
    """What the user names is no place for results."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def target(text: str) -> Target:
    """The place that a text names; raises TargetError."""
    if text.startswith(_SCHEMES):
        address, _, table = text.partition("#")
        return PostgresTarget(address, _table(table), _without_password(address))
    if text.startswith("duckdb:"):
        place, _, table = text.removeprefix("duckdb:").partition("#")
        if not place:
            raise TargetError(Message("a DuckDB file is named like `duckdb:resultats.duckdb#decisions`"))
        return DuckDbTarget(Path(place), _table(table))
    kind = Path(text).suffix.lower()
    if kind not in FORMATS:
        raise TargetError(
            Message(
                "`{name}` ends in none of {endings}, and is neither `duckdb:FILE#TABLE` nor `postgresql://…#TABLE`",
                {"name": text, "endings": ", ".join(f"`{ending}`" for ending in FORMATS)},
            )
        )
    return FileTarget(Path(text), kind)


def _table(text: str) -> str:
    table = text or TABLE
    if _TABLE.fullmatch(table) is None:
        raise TargetError(
            Message("`{table}` is no name of a table: letters without accents, digits and `_`", {"table": table})
        )
    return table


def _without_password(address: str) -> str:
    """An address as it may be shown: scheme, user, host and database."""
    try:
        parts = urlsplit(address)
        user = f"{parts.username}@" if parts.username else ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "postgresql://…"
    return f"postgresql://{user}{parts.hostname or ''}{port}{parts.path}"


def beside(path: Path, name: str) -> Path:
    """The file of a list, beside that of dossiers: ``X-groupes.csv`` for ``X.csv``."""
    return path.with_name(f"{path.stem}-{name}{path.suffix}")
