"""What dossiers a command line names: files, folders, patterns, standard input; read one at a time."""

from __future__ import annotations

import codecs
import glob
import io
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias

from clas_policy.frozen import dataclass
from clas_policy.problem import ClasPolicyError, DossierError, Message, PluginError, Problem
from clas_policy.reading import json_text
from clas_policy.reading.files import read_file
from clas_policy.source import Span

SUFFIXES: Final = (".json", ".ndjson", ".jsonl")
LINES: Final = (".ndjson", ".jsonl")
_SEPARATORS: Final = (b",", b";", b"\t", b"|")
_TABLES: Final = (b"PK\x03\x04", b"PAR1")
"""What workbooks and Parquet files begin with."""
_LARGEST_EXPORT: Final = 64 << 20

Readers: TypeAlias = Callable[[], Mapping[str, Callable[[bytes, str], tuple[bytes, ...]]]]
"""The dossier formats of plugins by suffix, asked for where a name is not of a format of the engine."""


@dataclass(frozen=True, slots=True)
class Given:
    """One dossier as bytes, with the place where it begins; `problem` where it could not be read."""

    file: str
    first_line: int
    data: bytes
    problem: ClasPolicyError | None = None


def hold_many(names: Sequence[str]) -> bool | None:
    """Whether the files may hold several dossiers; None for standard input alone, of which only reading can tell."""
    if names == ["-"]:
        return None
    return len(names) != 1 or not names[0].endswith(".json")


def paths(names: Iterable[str], readers: Readers, known: tuple[str, ...] = SUFFIXES) -> list[str]:
    """The files that the names stand for, in order and once each; ``-`` stays; patterns that match nothing give none.

    Of a folder, the files whose names end in what is `known`, or in what a plugin reads. A name that is neither a file,
    a folder nor a pattern stays too: reading it will say what is wrong.
    """
    found: dict[str, None] = {}
    for name in names:
        if name == "-":
            found[name] = None
        elif Path(name).is_dir():
            suffixes = (*known, *readers())
            for path in sorted(Path(name).rglob("*")):
                if path.name.endswith(suffixes) and path.is_file() and not path.name.startswith("."):
                    found[path.as_posix()] = None
        elif not os.path.lexists(name) and glob.has_magic(name):
            for match in sorted(glob.iglob(name, recursive=True)):  # noqa: PTH207 - absolute patterns too
                found.update(dict.fromkeys(paths([match], readers, known)))
        else:
            found[name] = None
    return list(found)


def dossiers(names: Iterable[str], stdin: BinaryIO, readers: Readers) -> Iterator[Given]:
    """The dossiers of some files, one at a time, so that memory does not grow with their number."""
    for name in names:
        if name == "-":
            yield from _standard_input(stdin)
        elif name.endswith(LINES) and Path(name).is_file():
            try:
                with Path(name).open("rb") as stream:
                    yield from _lines(name, stream)
            except OSError:
                yield whole(name)  # says what is wrong with the file
        elif name.endswith(SUFFIXES):
            yield whole(name)
        else:
            yield from _by_plugins(name, readers)


def whole(name: str) -> Given:
    """A file as one dossier, or what is wrong with it."""
    try:
        return Given(name, 1, read_file(Path(name), name, json_text.MAX_BYTES + 1, DossierError))
    except DossierError as error:
        return Given(name, 1, b"", error)


def _by_plugins(name: str, readers: Readers) -> Iterator[Given]:
    """The dossiers of a file in a format that a plugin reads; as JSON where none does."""
    known = readers()
    suffix = next((suffix for suffix in sorted(known, key=len, reverse=True) if name.endswith(suffix)), None)
    if suffix is None:
        yield whole(name)
        return
    try:
        read = known[suffix](read_file(Path(name), name, _LARGEST_EXPORT, DossierError), name)
    except (DossierError, PluginError) as error:
        yield Given(name, 1, b"", error)
        return
    # The dossiers of an export have no lines of their own: their number stands for it.
    yield from (Given(name, number, data) for number, data in enumerate(read, 1))


def _lines(name: str, stream: BinaryIO) -> Iterator[Given]:
    for number, line in json_text.iter_ndjson(stream):
        yield Given(name, number, line)


def _standard_input(stream: BinaryIO) -> Iterator[Given]:
    """One dossier, or one a line: by whether the first line that is not blank could be a dossier of its own."""
    name = "-"
    head = b""
    while len(head) <= json_text.MAX_BYTES:
        line = stream.readline(json_text.MAX_BYTES + 1)
        head += line
        if not line or line.strip():
            break
    first = head.strip()
    if not first:
        return
    text = first.removeprefix(codecs.BOM_UTF8)
    if _begins_a_table(text):
        number = head[: head.index(first)].count(b"\n") + 1
        yield Given(name, number, head, DossierError([_table_on_stdin(number, text)]))
    elif first.startswith(b"{") and first.endswith(b"}"):
        yield from _lines(name, io.BufferedReader(_Chained(head, stream)))
    else:
        yield Given(name, 1, head + stream.read(json_text.MAX_BYTES + 1))


def _begins_a_table(line: bytes) -> bool:
    """Whether a first line is one of a table, and not of a document that is wrong."""
    is_row = any(separator in line for separator in _SEPARATORS) and b"\0" not in line
    return (is_row and not line.startswith((b"{", b"["))) or line.startswith(_TABLES)


def _table_on_stdin(number: int, line: bytes) -> Problem:
    message = Message("standard input is read as JSON, and this looks like a table")
    hint = Message("name the file: `clas-policy batch FILE --out RESULT` reads tables, and so do `report` and `impact`")
    excerpt = None if line.startswith(_TABLES) else line.decode("utf-8", "replace")
    return Problem("CLAS-J024", message, Span("-", number, 1, number, 2), hint=hint, excerpt=excerpt)


class _Chained(io.RawIOBase):
    """What was read already, then the rest of a stream."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        super().__init__()
        self._head = head
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        # What is there now, not all that fits: a dossier is decided when its line has come.
        read = getattr(self._stream, "read1", self._stream.read)
        data: bytes = self._head[: len(buffer)] or read(len(buffer))
        self._head = self._head[len(data) :]
        buffer[: len(data)] = data
        return len(data)


def nothing_matched(names: Iterable[str], *, with_tables: bool = False) -> Problem:
    """What is said where no dossier was found; `with_tables` where those would have been read too."""
    shown = ", ".join(f"`{name}`" for name in names)
    hint = Message("a dossier is a file whose name ends in `.json` or `.ndjson`")
    if with_tables:
        hint = Message(
            "dossiers are the rows of `.csv`, `.xlsx` and `.parquet` tables, but for those of examples, "
            "or stand in `.json` and `.ndjson` files"
        )
    return Problem("CLAS-U505", Message("no dossier in {names}", {"names": shown}), hint=hint)
