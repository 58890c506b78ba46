"""Strict JSON from bytes, read at the speed of the standard library; places are found only where they are needed.

Numbers that are not plain whole ones keep their text (`Number`), so that no amount ever is a binary float.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import accumulate
from typing import IO, TYPE_CHECKING, Final, TypeAlias

from clas_policy.model.money import MAX_DIGITS
from clas_policy.problem import DossierError, Message, Problem
from clas_policy.reading.json_lines import MAX_DEPTH, Lines, Path
from clas_policy.source import Span

if TYPE_CHECKING:
    from clas_policy.reading.json_scan import Scan

MAX_BYTES: Final = 1 << 20
"""The size of one dossier: two thousand groups, far above any real one."""

_BOM: Final = b"\xef\xbb\xbf"
_WIDE_BOMS: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_NOT_BRACKETS: Final = bytes(byte for byte in range(256) if byte not in b"[]{}")


class Number(str):
    """A number as it is written: one with a fraction or an exponent, ``-0``, or one of more than 15 digits."""

    __slots__ = ()


Json: TypeAlias = "bool | int | Number | str | list[Json] | dict[str, Json] | None"


class _NotStrictError(Exception):
    """Something that the standard library would let pass."""


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _NotStrictError
    return found


def _integer(text: str) -> Json:
    if len(text) <= MAX_DIGITS and text != "-0":
        return int(text)
    return int(text) if len(text) == MAX_DIGITS + 1 and text[0] == "-" else Number(text)


def _constant(_text: str) -> Json:
    raise _NotStrictError


_decode: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=Number, parse_int=_integer, parse_constant=_constant
).decode


class RawJson:
    """A document as it is written, whose places can be asked for."""

    __slots__ = ("_lines", "_scan", "file", "first_line", "text", "value")

    def __init__(self, value: Json, text: str, file: str, first_line: int) -> None:
        self.value = value
        self.text = text
        self.file = file
        self.first_line = first_line
        self._lines: Lines | None = None
        self._scan: Scan | None = None

    @property
    def lines(self) -> Lines:
        if self._lines is None:
            self._lines = Lines(self.text, self.file, self.first_line)
        return self._lines

    def where(self, path: Path, *, key: bool = False) -> tuple[int, int]:
        """The offsets of the value at `path`, or of the key before it; `path` exists in the document."""
        if self._scan is None:
            from clas_policy.reading.json_scan import Scan

            self._scan = Scan(self.text, self.lines)
        place = self._scan.places[path]
        return place.key if key and place.key else (place.start, place.end)

    def span(self, path: Path, *, key: bool = False) -> Span:
        """The place of the value at `path`, or of the key before it; `path` exists in the document."""
        return self.lines.span(*self.where(path, key=key))


def parse(data: bytes, file: str, *, first_line: int = 1) -> RawJson:
    """The document in `data`, of which the first line is line `first_line` of `file`.

    Raises DossierError with every fault: what is not UTF-8, not JSON, too large or too deep, a key that stands twice.
    """
    if len(data) <= MAX_BYTES and _depth(data) <= MAX_DEPTH:
        try:
            text = (data[3:] if data.startswith(_BOM) else data).decode()
            return RawJson(_decode(text), text, file, first_line)
        except (ValueError, _NotStrictError):
            pass
    raise DossierError(_faults(data, file, first_line))


def _depth(data: bytes) -> int:
    """How deep objects and lists nest; may be too high where it is small, or where `data` is not JSON."""
    count = data.count(b"[") + data.count(b"{")
    if count <= MAX_DEPTH:
        return count
    return max(accumulate(1 if byte in b"[{" else -1 for byte in _without_strings(data)))


def _without_strings(data: bytes) -> bytes:
    """The brackets of `data` that do not stand in a text."""
    pieces = data.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')
    return b"".join(pieces[::2]).translate(None, _NOT_BRACKETS)


def _faults(data: bytes, file: str, first_line: int) -> list[Problem]:
    if len(data) > MAX_BYTES:
        values = {"limit": f"{MAX_BYTES:,}".replace(",", " ")}
        place = Span(file, first_line, 1, first_line, 1)
        hint = Message("several dossiers go one a line in a file whose name ends in `.ndjson`")
        message = Message("the dossier has more than {limit} bytes", values)
        return [Problem("CLAS-J021", message, place, hint=hint, path="$")]
    if data.startswith(_WIDE_BOMS) or b"\x00" in data[:4]:
        place = Span(file, first_line, 1, first_line, 1)
        message = Message("the file is written in UTF-16 or UTF-32")
        return [Problem("CLAS-J002", message, place, hint=Message("save the file as UTF-8"), path="$")]
    try:
        text = data.removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        return [_not_utf8(data, error.start, file, first_line)]
    from clas_policy.reading.json_scan import Scan

    faults = Scan(text, Lines(text, file, first_line)).problems
    if not faults:
        raise AssertionError("the two readers of JSON disagree")
    return faults


def _not_utf8(data: bytes, at: int, file: str, first_line: int) -> Problem:
    """The first byte that is not UTF-8; `at` counts from after the mark that may begin the file."""
    data = data.removeprefix(_BOM)
    before = data[:at].decode()
    start = len(before)
    text = before + data[at:].decode("cp1252", errors="replace")
    values = {"byte": f"{data[at]:02X}", "letter": text[start]}
    message = Message("the byte {byte} is not UTF-8 (perhaps `{letter}` in the encoding of Windows)", values)
    lines = Lines(text, file, first_line)
    return lines.problem("CLAS-J001", message, (start, start + 1), (), hint=Message("save the file as UTF-8"))


def iter_ndjson(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, each with its number, holding one at a time in memory.

    A line longer than a dossier may be is cut just above the limit: `parse` then refuses it by name, and the lines
    after it are still read.
    """
    number = 0
    while line := stream.readline(MAX_BYTES + 1):
        number += 1
        rest = line
        while not rest.endswith(b"\n") and (rest := stream.readline(MAX_BYTES)):
            pass
        if not line.isspace():
            yield number, line[:-1] if line.endswith(b"}\n") else line.removesuffix(b"\n").removesuffix(b"\r")
