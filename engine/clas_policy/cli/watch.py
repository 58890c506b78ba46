"""``check --watch``: the check again whenever a layer or a plan in the user's folders changes, until ^C."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final, TypeAlias

from clas_policy.cli import streams
from clas_policy.cli.problems import show
from clas_policy.cli.safe_text import safe_text
from clas_policy.cli.settings import Settings
from clas_policy.problem import ClasPolicyError
from clas_policy.shelves import TESTS
from clas_policy.speech import Speech

_POLL: Final = 0.5
_SETTLE: Final = 0.1
"""Seconds between two looks: while nothing changes, and while an editor may still be writing."""
_SHOWN: Final = 3
_CLEAR: Final = "\x1b[2J\x1b[3J\x1b[H"

State: TypeAlias = Mapping[str, tuple[int, int, int]]
"""When each file was last written, its size, and which file it is (an editor may put another in its place)."""


def look(folders: Iterable[Path]) -> State:
    """The layers and plans of reports in some folders as they are now; what vanishes meanwhile is not there."""
    found = {}
    for folder in folders:
        for place, below, files in os.walk(folder):
            below[:] = sorted(name for name in below if not name.startswith("."))
            for name in files:
                if not name.endswith(".yaml") or name.endswith(TESTS) or name.startswith("."):
                    continue
                path = Path(place) / name
                try:
                    state = path.stat()
                except OSError:
                    continue
                found[path.as_posix()] = (state.st_mtime_ns, state.st_size, state.st_ino)
    return found


class Watcher:
    """Waits for changes in folders; `see` and `wait` are how it looks and how it lets time pass."""

    def __init__(self, see: Callable[[], State], wait: Callable[[float], None]) -> None:
        self._see, self._wait = see, wait
        self._known = see()

    def change(self) -> tuple[str, ...]:
        """The files that came, went or changed since the last call, once they have stopped changing."""
        while True:
            seen = self._see()
            while seen != self._known:
                self._wait(_SETTLE)
                again = self._see()
                if again == seen:
                    changed = sorted(
                        name for name in self._known.keys() | seen.keys() if self._known.get(name) != seen.get(name)
                    )
                    self._known = seen
                    return tuple(changed)
                seen = again
            self._wait(_POLL)


def watch(
    settings: Settings,
    once: Callable[[], object],
    *,
    see: Callable[[], State] | None = None,
    wait: Callable[[float], None] = time.sleep,
    now: Callable[[], datetime] = datetime.now,
) -> None:
    """Runs `once` now and after every change; ends by KeyboardInterrupt only."""
    folders = settings.policies
    watcher = Watcher(see or (lambda: look(folders)), wait)
    _ = Speech(settings.lang)
    places = ", ".join(safe_text(folder.as_posix()) for folder in folders)
    _round(settings, once)
    _say(settings, _("{time}: watching {places}, until ^C", time=_clock(now), places=places))
    while True:
        changed = watcher.change()
        if sys.stdout is not None and sys.stdout.isatty():
            streams.emit(_CLEAR)
            streams.flush()
        names = [safe_text(name) for name in changed[:_SHOWN]]
        if len(changed) > _SHOWN:
            names.append(_.plural("{count} other", "{count} others", len(changed) - _SHOWN))
        _say(settings, _("{time}: changed: {names}", time=_clock(now), names=", ".join(names)))
        _round(settings, once)


def _round(settings: Settings, once: Callable[[], object]) -> None:
    """One check; what is wrong with the files, or was while they changed, does not end the watch."""
    settings.forget_layers()
    try:
        once()
    except ClasPolicyError as error:
        show(error.problems, settings)
    except FileNotFoundError:
        pass  # a folder went while it was read: that is the next change
    streams.flush()


def _say(settings: Settings, text: str) -> None:
    if not settings.quiet:
        streams.tell(f"— {text}")


def _clock(now: Callable[[], datetime]) -> str:
    return now().strftime("%H:%M:%S")
