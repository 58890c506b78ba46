"""Files, read once and bounded; written whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from clas_policy.problem import ClasPolicyError, Message, Problem
from clas_policy.source import Span

_SENTENCES: Final = {
    errno.ENOENT: Message("no such file"),
    errno.ELOOP: Message("a link that leads back to itself"),
    errno.EACCES: Message("this file may not be read"),
    errno.EPERM: Message("this file may not be read"),
    errno.EISDIR: Message("a folder, where a file is due"),
    errno.ENOTDIR: Message("no such file"),
    errno.ENAMETOOLONG: Message("a name longer than any file has"),
}


class OutputError(ClasPolicyError):
    """Something could not be written; nothing that was there before is lost."""


def read_file(path: Path, display: str, limit: int, error: type[ClasPolicyError]) -> bytes:
    """The bytes of a regular file of at most `limit` bytes, by one descriptor; raises `error` otherwise.

    A pipe, a device or a folder is refused before anything is read from it, and without waiting for it.
    """
    at = Span(display, 1, 1, 1, 2)
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except (OSError, ValueError) as failure:
        raise error([Problem("CLAS-F001", _sentence(failure), at)]) from None
    kind = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(kind):
        os.close(descriptor)
        if stat.S_ISDIR(kind):
            raise error([Problem("CLAS-F001", Message("a folder, where a file is due"), at)])
        raise error([Problem("CLAS-F003", Message("not an ordinary file"), at)])
    with os.fdopen(descriptor, "rb") as file:
        try:
            data = file.read(limit + 1)
        except OSError as failure:
            raise error([Problem("CLAS-F001", _sentence(failure), at)]) from None
    if len(data) > limit:
        hint = Message("at most {size} KiB are read", {"size": str(limit // 1024)})
        raise error([Problem("CLAS-F004", Message("this file is too large"), at, hint=hint)])
    return data


def _sentence(failure: OSError | ValueError) -> Message:
    if isinstance(failure, OSError) and failure.errno in _SENTENCES:
        return _SENTENCES[failure.errno]
    return Message("this file cannot be read")


def write_file(path: Path, data: bytes, inputs: Iterable[Path] = ()) -> None:
    """Writes a file whole or not at all; raises OutputError, then the old file is as it was.

    A link is followed, the mode of an existing file kept. One of the `inputs` is never written over. What is no
    ordinary file (a terminal, a pipe) is written to directly.
    """
    target = Path(os.path.realpath(path))
    at = Span(str(path), 1, 1, 1, 2)
    for source in inputs:
        with suppress(OSError):
            if target.exists() and target.samefile(source):
                raise OutputError([Problem("CLAS-F005", Message("the output is one of the inputs"), at)])
    try:
        if target.exists() and not target.is_file():
            if target.is_dir():
                raise IsADirectoryError(errno.EISDIR, "", str(target))
            with target.open("wb") as file:
                file.write(data)
            return
        _replace(target, data)
    except OSError as failure:
        raise OutputError([Problem("CLAS-F006", _unwritten(failure), at)]) from None


def _replace(target: Path, data: bytes) -> None:
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".new")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is None:
            mask = os.umask(0)
            os.umask(mask)
            mode = 0o666 & ~mask
        temporary.chmod(mode)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _unwritten(failure: OSError) -> Message:
    match failure.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return Message("no room left to write this file")
        case errno.ENOENT | errno.ENOTDIR:
            return Message("no folder to write this file in")
        case errno.EISDIR:
            return Message("a folder, where a file is to be written")
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return Message("this file may not be written")
        case _:
            return Message("this file cannot be written")
