"""The temporary files that a killed run left behind: cleaned when the next one writes in the same folder."""

from __future__ import annotations

import os
import re
import stat
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

if sys.platform != "win32":
    import fcntl

SUFFIX: Final = ".new"
_NAME: Final = re.compile(r"\..{1,40}\.[a-z0-9_]{8}\.new")
"""What `tempfile.mkstemp` makes of a prefix with a dot at both ends."""
_AGE: Final = 60.0
"""Seconds; no writer takes so long between making its file and marking it as its own."""


def mark_as_ours(descriptor: int) -> None:
    """Says that somebody is writing to this file; the system takes the mark back when that program is gone."""
    if sys.platform != "win32":
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def clean(folder: Path) -> None:
    """Removes what writers that are gone left in a folder; never what somebody may still be writing, never raises."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name[0] == "." and _NAME.fullmatch(entry.name):
                with suppress(OSError):
                    _remove(Path(entry.path))


def _remove(path: Path) -> None:
    if sys.platform == "win32":
        if time.time() - path.stat().st_mtime > _AGE:
            path.unlink()  # refused while a writer has it open
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        found = os.fstat(descriptor)
        ours = stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid() and found.st_nlink == 1
        if ours and time.time() - found.st_ctime > _AGE:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # raises while its writer lives
            path.unlink()
    finally:
        os.close(descriptor)
