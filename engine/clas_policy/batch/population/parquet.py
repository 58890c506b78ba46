"""A table of texts as a Parquet file with its types."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from clas_policy.batch import engine
from clas_policy.batch.quoting import literal
from clas_policy.batch.tables import Column

_PIECE = 1 << 20


def parquet(columns: Iterable[Column], rows: Iterable[list[str]]) -> Iterator[bytes]:
    """The bytes of the file, piece by piece; an empty cell is NULL. Memory does not grow with the rows."""
    with tempfile.TemporaryDirectory(prefix="clas-policy-") as folder:
        source, target = Path(folder) / "rows.csv", Path(folder) / "rows.parquet"
        with source.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
        types = ", ".join(f"{literal(column.name)}: {literal(column.type)}" for column in columns)
        connection = engine.connect()
        try:
            connection.execute(
                f"COPY (SELECT * FROM read_csv({literal(str(source))}, header=false, nullstr='', columns={{{types}}}))"  # noqa: S608 - names of our own
                f" TO {literal(str(target))} (FORMAT parquet)"
            )
        finally:
            connection.close()
        with target.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece
