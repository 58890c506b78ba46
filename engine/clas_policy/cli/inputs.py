"""What dossiers a command line names: files, folders, patterns, standard input; read one at a time."""

from __future__ import annotations

import glob
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from clas_policy.frozen import dataclass
from clas_policy.problem import DossierError, Message, Problem
from clas_policy.reading import json_text
from clas_policy.reading.files import read_file
from clas_policy.source import Span

SUFFIXES: Final = (".json", ".ndjson", ".jsonl")
_LINES: Final = (".ndjson", ".jsonl")


@dataclass(frozen=True, slots=True)
class Given:
    """One dossier as bytes, with the place where it begins; `problem` where it could not be read."""

    file: str
    first_line: int
    data: bytes
    problem: DossierError | None = None


def paths(names: Iterable[str]) -> list[str]:
    """The files that the names stand for, in order and once each; ``-`` stays; patterns that match nothing give none.

    A name that is neither a file, a folder nor a pattern stays too: reading it will say what is wrong.
    """
    found: dict[str, None] = {}
    for name in names:
        if name == "-":
            found[name] = None
        elif Path(name).is_dir():
            for path in sorted(Path(name).rglob("*")):
                if path.suffix in SUFFIXES and path.is_file() and not path.name.startswith("."):
                    found[path.as_posix()] = None
        elif not Path(name).exists() and glob.has_magic(name):
            for match in sorted(glob.iglob(name, recursive=True)):  # noqa: PTH207 - absolute patterns too
                found.update(dict.fromkeys(paths([match])))
        else:
            found[name] = None
    return list(found)


def dossiers(names: Iterable[str], stdin: BinaryIO) -> Iterator[Given]:
    """The dossiers of some files, one at a time, so that memory does not grow with their number."""
    for name in names:
        if name == "-":
            yield from _standard_input(stdin)
        elif Path(name).suffix in _LINES:
            try:
                with Path(name).open("rb") as stream:
                    yield from _lines(name, stream)
            except OSError:
                yield _whole(name)  # says what is wrong with the file
        else:
            yield _whole(name)


def _whole(name: str) -> Given:
    try:
        return Given(name, 1, read_file(Path(name), name, json_text.MAX_BYTES + 1, DossierError))
    except DossierError as error:
        return Given(name, 1, b"", error)


def _lines(name: str, stream: BinaryIO) -> Iterator[Given]:
    for number, line in json_text.iter_ndjson(stream):
        yield Given(name, number, line)


def _standard_input(stream: BinaryIO) -> Iterator[Given]:
    """One dossier, or one a line: by whether the first line that is not blank is a dossier of its own."""
    name = "-"
    head = b""
    while len(head) <= json_text.MAX_BYTES:
        line = stream.readline(json_text.MAX_BYTES + 1)
        head += line
        if not line or line.strip():
            break
    if not head.strip():
        return
    try:
        json_text.parse(head.strip(), name)
    except DossierError:
        rest = stream.read(json_text.MAX_BYTES + 1)
        yield Given(name, 1, head + rest)
        return
    yield from _lines(name, io.BufferedReader(_Chained(head, stream)))


class _Chained(io.RawIOBase):
    """What was read already, then the rest of a stream."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        super().__init__()
        self._head = head
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._head[: len(buffer)] or self._stream.read(len(buffer))
        self._head = self._head[len(data) :]
        buffer[: len(data)] = data
        return len(data)


def nothing_matched(names: Iterable[str]) -> Problem:
    """What is said where no dossier was found."""
    shown = ", ".join(f"`{name}`" for name in names)
    return Problem(
        "CLAS-U505",
        Message("no dossier in {names}", {"names": shown}),
        Span(next(iter(names), "-"), 1, 1, 1, 2),
        hint=Message("a dossier is a file whose name ends in `.json` or `.ndjson`"),
    )
