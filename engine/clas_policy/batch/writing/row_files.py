"""Rows on their way into the database: a text file, since that is how it takes many at once."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from clas_policy.batch.quoting import literal


def write_rows(place: Path, rows: Iterable[Iterable[Any]]) -> None:
    """Writes rows for `rows_of`: nothing for what is not known; no text of ours is empty, or has a line end."""
    with place.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


def rows_of(place: Path, types: Mapping[str, str]) -> str:
    """Such a file as the source of a query, with the names and types of its columns in their order."""
    columns = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in types.items())
    return (
        f"read_csv({literal(str(place))}, header = false, auto_detect = false, delim = ',', quote = '\"', "
        f"escape = '\"', nullstr = '', new_line = '\\n', columns = {{{columns}}})"
    )
