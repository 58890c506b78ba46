"""In what encoding a text file is written: UTF-8, or the one of Windows, never both in one file."""

from __future__ import annotations

import codecs
import re
from typing import IO, Final

from clas_policy.frozen import dataclass
from clas_policy.problem import DossierError, Message, Problem
from clas_policy.source import Span

_CHUNK: Final = 1 << 20
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_SEVERAL_BYTES: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_NOT_IN_WINDOWS: Final = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


@dataclass(frozen=True, slots=True)
class Encoding:
    """The name of an encoding as Python knows it, and what to say of it."""

    name: str
    notices: tuple[Problem, ...] = ()


def encoding_of(stream: IO[bytes], file: str) -> Encoding:
    """Reads a file once, in pieces; raises DossierError where it is in no encoding that is read."""
    stream.seek(0)
    start = stream.read(4)
    if start.startswith(_WIDE) or b"\x00" in start:
        raise DossierError([_problem(file, 1, Message("the file is written in UTF-16 or UTF-32"))])
    decoder = codecs.getincrementaldecoder("utf-8")()
    stream.seek(0)
    before = 0
    try:
        while chunk := stream.read(_CHUNK):
            decoder.decode(chunk)
            before += chunk.count(b"\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        line = before + 1 + error.object[: error.start].count(b"\n")
        return _windows(stream, file, line)
    return Encoding("utf-8-sig")


def _windows(stream: IO[bytes], file: str, line: int) -> Encoding:
    """Windows-1252, unless the file has characters of UTF-8 too, or bytes that Windows-1252 lacks."""
    number = 0
    stream.seek(0)
    for text in iter(lambda: stream.readline(_CHUNK), b""):
        number += text.endswith(b"\n")
        at = number + (not text.endswith(b"\n"))
        if _SEVERAL_BYTES.search(text):
            values = {"line": str(line), "other": str(at)}
            message = Message("two encodings in one file: line {other} is in UTF-8, line {line} is not", values)
            raise DossierError([_problem(file, line, message)])
        if _NOT_IN_WINDOWS.search(text):
            raise DossierError([_problem(file, at, Message("this line is neither UTF-8 nor Windows-1252"))])
    message = Message("the file is not in UTF-8; it is read as Windows-1252")
    hint = Message("check the accents; the format “CSV UTF-8” of spreadsheets leaves no doubt")
    notice = Problem("CLAS-B102", message, Span(file, line, 1, line, 1), hint=hint, severity="warning")
    return Encoding("cp1252", (notice,))


def _problem(file: str, line: int, message: Message) -> Problem:
    hint = Message("save the file again, in the format “CSV UTF-8”")
    return Problem("CLAS-B103", message, Span(file, line, 1, line, 1), hint=hint)
