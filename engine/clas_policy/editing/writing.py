"""Guarded writing: a file is replaced only while it still is what was read, and two writers at once cannot both win."""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from clas_policy.frozen import dataclass
from clas_policy.problem import Message, Problem
from clas_policy.reading.files import NewFile, OutputError, read_file
from clas_policy.source import Span

if sys.platform == "win32":
    import msvcrt
    import tempfile
else:
    import fcntl

_LIMIT: Final = 256 * 1024
_PATIENCE: Final = 5.0
"""Seconds that another writer is waited for; it holds its lock for the time of one file."""
_BUSY: Final = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)


@dataclass(frozen=True, slots=True)
class Original:
    """A file as it was read, once: what is written later is compared with exactly these bytes."""

    path: Path
    display: str
    data: bytes


def read_original(path: Path, display: str) -> Original:
    """A policy file that is to be changed; raises OutputError where it cannot be read."""
    return Original(path, display, read_file(path, display, _LIMIT, OutputError))


def replace(original: Original, data: bytes) -> Original:
    """Replaces a file whole, and gives back what now stands there.

    Raises OutputError, and the file is as it was: somebody else changed it since it was read (CLAS-E001), it may not
    be written, there is no room.
    """
    target = Path(os.path.realpath(original.path))

    def unchanged() -> None:
        with suppress(OutputError):
            if read_file(target, original.display, _LIMIT, OutputError) == original.data:
                return
        raise OutputError(
            [
                Problem(
                    "CLAS-E001",
                    Message("this file has changed since it was read, so nothing was written"),
                    _start(original.display),
                    hint=Message("look at what changed, then run the command again"),
                )
            ]
        )

    with _alone(target.parent, original.display):
        unchanged()
        if target.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) == 0:
            problem = Problem("CLAS-F006", Message("this file may not be written"), _start(original.display))
            raise OutputError([problem])
        new = NewFile(target)
        try:
            new.write(data)
            new.keep(unchanged)
        finally:
            new.discard()
    return Original(original.path, original.display, data)


def require_absent(path: Path, display: str) -> None:
    """Raises OutputError where something stands at a path, a link to nothing included."""
    if os.path.lexists(path):
        raise OutputError(
            [
                Problem(
                    "CLAS-E002",
                    Message("this file exists already, and is not written over"),
                    _start(display),
                    hint=Message("rename it, or remove it if it is no longer needed"),
                )
            ]
        )


def create(path: Path, display: str, data: bytes) -> None:
    """Writes a file that is not there yet, and the folders above it; raises OutputError, never writes over anything."""
    require_absent(path, display)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        room = failure.errno in (errno.ENOSPC, errno.EDQUOT)
        message = Message("no room left to write this file") if room else Message("no folder to write this file in")
        raise OutputError([Problem("CLAS-F006", message, _start(display))]) from None
    with _alone(path.parent, display):
        new = NewFile(path)
        try:
            new.write(data)
            new.keep(lambda: require_absent(path, display))
        finally:
            new.discard()


def _start(display: str) -> Span:
    return Span(display, 1, 1, 1, 2)


@contextmanager
def _alone(folder: Path, display: str) -> Iterator[None]:
    """While no other program of ours writes in a folder; a file system without locks is trusted to have one writer."""
    descriptor = _lock_file(folder)
    try:
        if descriptor is not None and not _locked(descriptor, time.monotonic() + _PATIENCE):
            raise OutputError(
                [
                    Problem(
                        "CLAS-E003",
                        Message("another program is writing in this folder"),
                        _start(display),
                        hint=Message("wait until it has finished, then run the command again"),
                    )
                ]
            )
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _locked(descriptor: int, until: float) -> bool:
    """Whether the lock was had before a moment."""
    while True:
        try:
            _lock(descriptor)
        except OSError as failure:
            if failure.errno not in _BUSY:
                return True  # this file system has no locks
        else:
            return True
        if time.monotonic() >= until:
            return False
        time.sleep(0.02)


if sys.platform == "win32":

    def _lock_file(folder: Path) -> int | None:
        """A file beside nobody's work: folders cannot be locked here."""
        import hashlib

        name = hashlib.sha256(str(folder.resolve()).casefold().encode()).hexdigest()[:16]
        with suppress(OSError):
            return os.open(Path(tempfile.gettempdir()) / f"clas-policy-{name}.lock", os.O_RDWR | os.O_CREAT)
        return None

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:

    def _lock_file(folder: Path) -> int | None:
        """The folder itself, so that no lock file is left in it."""
        with suppress(OSError):
            return os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        return None

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
