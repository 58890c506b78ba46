"""Files, read once and bounded; written whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from clas_policy.problem import ClasPolicyError, Message, Problem
from clas_policy.reading import leftovers
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
_READING: Final = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_NONBLOCK", 0)
)
_DESCRIPTOR: Final = re.compile(r"(?:/dev|/proc/self)/fd/([0-9]{1,4})")
_STREAMS: Final = {"/dev/stdout": 1, "/dev/stderr": 2}


class OutputError(ClasPolicyError):
    """Something could not be written; nothing that was there before is lost."""


def read_file(path: Path, display: str, limit: int, error: type[ClasPolicyError]) -> bytes:
    """The bytes of a regular file of at most `limit` bytes, by one descriptor; raises `error` otherwise.

    A pipe, a device or a folder is refused before anything is read from it, and without waiting for it.
    """
    at = Span(display, 1, 1, 1, 2)
    try:
        descriptor = os.open(path, _READING)
    except (OSError, ValueError) as failure:
        if isinstance(failure, OSError) and failure.errno in (errno.ENXIO, errno.EOPNOTSUPP):  # a socket
            raise error([Problem("CLAS-F003", Message("not an ordinary file"), at)]) from None
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


class NewFile:
    """A file that appears whole when it is kept, or not at all; until then, what was there before is as it was.

    A link is followed, the mode of an existing file kept. One of the `inputs` is never written over. What is no
    ordinary file (a terminal, a pipe) is written to directly; so is a stream of this program named by its path
    (``/dev/stdout``), even where the shell sends it to a file, so that what stands there stays. Every failure raises
    OutputError.
    """

    def __init__(self, path: Path, inputs: Iterable[Path] = ()) -> None:
        self.path = path
        self._target = path
        self._temporary: Path | None = None
        self._mode: int | None = None
        try:
            self._file = self._open(inputs)
        except (OSError, ValueError) as failure:
            raise self._error("CLAS-F006", _unwritten(failure)) from None

    def _open(self, inputs: Iterable[Path]) -> IO[bytes]:
        stream = _stream(self.path)
        if stream is not None:
            return os.fdopen(os.dup(stream), "wb")
        present = _present(self.path)
        if present is not None:
            if any(_is_same(present, source) for source in inputs):
                raise self._error("CLAS-F005", Message("the output is one of the inputs"))
            if not stat.S_ISREG(present.st_mode):
                return self.path.open("wb")
            self._mode = stat.S_IMODE(present.st_mode)
        self._target = Path(os.path.realpath(self.path))
        start = f".{self._target.name[:40]}."
        leftovers.clean(self._target.parent)
        import tempfile

        descriptor, name = tempfile.mkstemp(dir=self._target.parent, prefix=start, suffix=leftovers.SUFFIX)
        leftovers.mark_as_ours(descriptor)
        self._temporary = Path(name)
        return os.fdopen(descriptor, "wb")

    def write(self, data: bytes) -> None:
        try:
            self._file.write(data)
        except OSError as failure:
            self.discard()
            raise self._error("CLAS-F006", _unwritten(failure)) from None

    def settle(self) -> None:
        """Brings all that was written to the disk, so that nothing is left but to put the file in its place."""
        try:
            self._file.flush()
            if self._temporary is not None:
                os.fsync(self._file.fileno())
                self._temporary.chmod(self._mode if self._mode is not None else _mode_of_new_files())
        except OSError as failure:
            self.discard()
            raise self._error("CLAS-F006", _unwritten(failure)) from None

    def keep(self, allowed: Callable[[], None] | None = None) -> None:
        """Puts the file in its place; `allowed` is asked just before, and what it raises leaves all as it was."""
        self.settle()
        try:
            if allowed is not None:
                allowed()
            self._file.close()
            if self._temporary is not None:
                self._temporary.replace(self._target)
                self._temporary = None
        except OSError as failure:
            self.discard()
            raise self._error("CLAS-F006", _unwritten(failure)) from None

    def discard(self) -> None:
        """Leaves everything as it was; does nothing after `keep`."""
        with suppress(OSError):
            self._file.close()
        if self._temporary is not None:
            self._temporary.unlink(missing_ok=True)
            self._temporary = None

    def _error(self, code: str, message: Message) -> OutputError:
        return OutputError([Problem(code, message, Span(str(self.path), 1, 1, 1, 2))])


def write_file(path: Path, data: bytes, inputs: Iterable[Path] = ()) -> None:
    """Writes a file whole or not at all; raises OutputError, then the old file is as it was."""
    new = NewFile(path, inputs)
    try:
        new.write(data)
        new.keep()
    finally:
        new.discard()


def keep_together(files: Iterable[NewFile]) -> None:
    """Puts files in their places once all of them are on the disk: where one cannot be written, none appears."""
    settled = list(files)
    for file in settled:
        file.settle()
    for file in settled:
        file.keep()


def _stream(path: Path) -> int | None:
    """The descriptor of this program that a path names."""
    match = _DESCRIPTOR.fullmatch(str(path))
    return int(match[1]) if match is not None else _STREAMS.get(str(path))


def _present(path: Path) -> os.stat_result | None:
    """What stands at a path, links followed; None where nothing does. A link that leads back to itself raises."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _is_same(present: os.stat_result, source: Path) -> bool:
    with suppress(OSError, ValueError):
        return os.path.samestat(present, source.stat())
    return False


def _mode_of_new_files() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _unwritten(failure: OSError | ValueError) -> Message:
    match failure.errno if isinstance(failure, OSError) else None:
        case errno.ENOSPC | errno.EDQUOT:
            return Message("no room left to write this file")
        case errno.ENOENT | errno.ENOTDIR:
            return Message("no folder to write this file in")
        case errno.EISDIR:
            return Message("a folder, where a file is to be written")
        case errno.ELOOP | errno.ENAMETOOLONG as number:
            return _SENTENCES[number]
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return Message("this file may not be written")
        case _:
            return Message("this file cannot be written")
