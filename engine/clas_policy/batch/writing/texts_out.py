"""Results as CSV, Parquet and NDJSON files; no text of a CSV is one that a spreadsheet would take for a formula."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Protocol

from clas_policy.batch.formulas import START
from clas_policy.batch.quoting import literal, quoted
from clas_policy.batch.tables import DOSSIERS, Column, Kind
from clas_policy.batch.writing.shelf import NAMED, Shelf
from clas_policy.batch.writing.store import Store, key_of

BOM: Final = b"\xef\xbb\xbf"


class Sink(Protocol):
    """What takes bytes."""

    def write(self, data: bytes, /) -> object: ...


def _csv_query(store: Store, name: str, *, excel_fr: bool) -> str:
    """The results as they are written: a quote before texts that look like formulas; amounts stay numbers."""
    cells = ", ".join(
        f"{_csv_cell(column, excel_fr=excel_fr)} AS {quoted(column.name)}" for column in store.columns(name)
    )
    numbers = ", ".join(key_of(name))
    return f"SELECT {cells} FROM ({store.query(name, keys=True)}) ORDER BY {numbers}"  # noqa: S608


def _csv_cell(column: Column, *, excel_fr: bool) -> str:
    name = quoted(column.name)
    match column.kind:
        case Kind.TEXT:
            return f"CASE WHEN regexp_matches({name}, {literal(START)}) THEN '''' || {name} ELSE {name} END"
        case Kind.DECIMAL if excel_fr:
            return f"replace(CAST({name} AS VARCHAR), '.', ',')"
        case Kind.BOOLEAN if excel_fr:
            return f"CASE WHEN {name} THEN 'VRAI' WHEN NOT {name} THEN 'FAUX' END"
        case _:
            return name


def write_csv(store: Store, name: str, stream: Sink, *, excel_fr: bool) -> None:
    """One table as CSV: UTF-8, headers, empty where nothing is known."""
    place = store.folder / "out.csv"
    separator = ";" if excel_fr else ","
    store.connection.execute(
        f"COPY ({_csv_query(store, name, excel_fr=excel_fr)}) TO {literal(str(place))} "
        f"(FORMAT csv, HEADER, DELIMITER {literal(separator)}, QUOTE '\"', ESCAPE '\"', NULLSTR '')"
    )
    if excel_fr:
        stream.write(BOM)
    pour(place, stream)


def write_parquet(store: Store, name: str, stream: Sink) -> None:
    """One table as Parquet, with the types of its columns."""
    place = store.folder / "out.parquet"
    store.connection.execute(f"COPY ({store.query(name)}) TO {literal(str(place))} (FORMAT parquet, COMPRESSION zstd)")
    pour(place, stream)


def pour(place: Path, target: Sink) -> None:
    """Hands a file on, and takes it away."""
    with place.open("rb") as source:
        while chunk := source.read(1 << 20):
            target.write(chunk)
    place.unlink()


def write_ndjson(store: Store, stream: Sink) -> None:
    """One object per dossier: its columns by name, and for each list of its policy an array of objects of its columns.

    What is not known is null, a list that is known to be empty an empty array; amounts are texts with two decimals, so
    that no reader makes binary floats of them.
    """
    lists = [_Members(store, name) for name, _entity in store.lists()]
    names = [column.name for column in store.columns(DOSSIERS)]
    known = {policy: _known(shelf) for policy, shelf in store.shelves.items()}
    for number, *cells in store.stream(store.query(DOSSIERS, keys=True)):
        row = dict(zip(names, map(_plain, cells), strict=True))
        own = known[str(row["policy"])]
        row = {name: cell for name, cell in row.items() if name in own}
        for members in lists:
            found = members.of(number)
            if members.name in own:
                row[members.name] = (
                    [{name: cell for name, cell in one.items() if name in own} for one in found]
                    if members.is_given(number)
                    else None
                )
        stream.write(f"{json.dumps(row, ensure_ascii=False, separators=(',', ':'))}\n".encode())


def _known(shelf: Shelf) -> frozenset[str]:
    """The columns and lists that a policy has; another one may have more."""
    names = {column.name for table in shelf.found for column in table.columns}
    entities = shelf.policy.entities.values()
    return frozenset(
        names | {column.name for column in NAMED} | {name for one in entities for name in (one.id, one.list_key)}
    )


class _Members:
    """The members of one list, read along with the dossiers."""

    def __init__(self, store: Store, name: str) -> None:
        self.name = name
        self._names = [column.name for column in store.columns(name) if column.name != "dossier"]
        self._skip = [column.name for column in store.columns(name)].index("dossier")
        self._rows: Iterator[Sequence[Any]] = store.stream(store.query(name, keys=True))
        self._next: Sequence[Any] | None = next(self._rows, None)
        self._unknown = store.without(name)
        self._without: int | None = next(self._unknown, None)

    def is_given(self, number: int) -> bool:
        """Whether a dossier says who the members are, be it nobody; asked in the order of the input."""
        while self._without is not None and self._without < number:
            self._without = next(self._unknown, None)
        return self._without != number

    def of(self, number: int) -> list[dict[str, object]]:
        found = []
        while self._next is not None and self._next[0] <= number:
            cells = list(self._next[2:])
            del cells[self._skip]
            found.append(dict(zip(self._names, map(_plain, cells), strict=True)))
            self._next = next(self._rows, None)
        return found


def _plain(cell: object) -> object:
    if isinstance(cell, Decimal):
        return f"{cell:.2f}"
    return cell.isoformat() if isinstance(cell, date) else cell
