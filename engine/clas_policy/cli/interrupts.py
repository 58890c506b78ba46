"""^C in a batch: what is being written is finished first, so that whatever was written stays valid."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupts:
    """Whether ^C waits for the end of the work at hand; a second one does not wait."""

    def __init__(self) -> None:
        self._busy = False
        self._asked = False

    def _heard(self, _number: int, _frame: FrameType | None) -> None:
        if not self._busy or self._asked:
            raise KeyboardInterrupt
        self._asked = True

    @contextmanager
    def heard(self) -> Iterator[None]:
        """While it lasts, ^C is handled here; signals belong to the main thread, elsewhere nothing is changed."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.signal(signal.SIGINT, self._heard)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def begin(self) -> None:
        """From here on ^C waits."""
        self._busy = True

    def end(self) -> None:
        """Raises KeyboardInterrupt if ^C was heard since `begin`."""
        self._busy = False
        if self._asked:
            raise KeyboardInterrupt
