"""Runs what a plugin wrote: whatever it does, the program goes on, and its standard output is its own.

In-process Python cannot be sandboxed; this holds against accidents, not against ill will.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from clas_policy.frozen import dataclass
from clas_policy.problem import Message
from clas_policy.source import Span

if TYPE_CHECKING:
    from types import FrameType, TracebackType

TIME_LIMIT: Final = 30.0
"""Seconds that one call of a plugin may take, where the system can interrupt it."""

_MAX_SAID: Final = 400
_OURS: Final = str(Path(__file__).resolve().parents[1]) + os.sep
_LIBRARY: Final = str(Path(os.__file__).parent) + os.sep
_INSTALLED: Final = f"{os.sep}site-packages{os.sep}"

T = TypeVar("T")


class TroubleError(Exception):
    """A plugin raised, ended the program or took too long: what it said, and the place in its own code."""

    def __init__(self, said: Message, at: Span | None, seconds: float) -> None:
        super().__init__(str(said))
        self.said = said
        self.at = at
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What a call gave, and the seconds it took."""

    value: T
    seconds: float


class _TooLongError(BaseException):
    """Not an Exception, so that a plugin's own ``except Exception`` does not keep it."""


def run(work: Callable[[], T], *, limit: float | None = None) -> Answer[T]:
    """Calls `work`; raises TroubleError for anything it raises but KeyboardInterrupt."""
    process = os.getpid()
    start = time.perf_counter()
    try:
        with _away_from_stdout(), _interrupted_after(TIME_LIMIT if limit is None else limit):
            try:
                value = work()
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # SystemExit too: it is the plugin that ends, not us
                raise TroubleError(_said(error), _place(error), time.perf_counter() - start) from error
    except _TooLongError as error:  # it rang when the work was done, and before the clock was stopped
        raise TroubleError(_said(error), None, time.perf_counter() - start) from error
    finally:
        if os.getpid() != process:
            os._exit(70)  # a child that the plugin forked and let come back: there is one program, and it goes on
    return Answer(value, time.perf_counter() - start)


def _said(error: BaseException) -> Message:
    if isinstance(error, SystemExit):
        return Message("it ends the program (exit {code})", {"code": str(error.code or 0)})
    if isinstance(error, _TooLongError):
        return Message("it did not answer in time")
    if isinstance(error, SyntaxError):
        return Message("{text}", {"text": error.msg or "invalid syntax"})
    try:
        text = str(error)  # the plugin's own method, if the error is its own
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001
        text = ""
    if not text:
        return Message("it says no more")
    return Message("{text}", {"text": text if len(text) <= _MAX_SAID else f"{text[:_MAX_SAID]}…"})


def _place(error: BaseException) -> Span | None:
    """The innermost place in code that is neither ours nor the standard library's."""
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        return _line(error.filename, error.lineno)
    found = None
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if not file.startswith((_OURS, "<", _LIBRARY)) or _INSTALLED in file:
            found = _line(file, trace.tb_lineno)
        trace = trace.tb_next
    return found


def _line(file: str, line: int) -> Span:
    return Span(Path(file).as_posix(), line, 1, line, 2)


class _Aside(io.TextIOBase):
    """Stands for standard output while a plugin runs: what is written goes to standard error; it cannot be closed."""

    encoding = "utf-8"
    errors = "backslashreplace"

    def writable(self) -> bool:
        return True

    def write(self, text: str, /) -> int:
        if sys.stderr is not None:
            sys.stderr.write(text)
        return len(text)

    def flush(self) -> None:
        if sys.stderr is not None:
            sys.stderr.flush()

    def close(self) -> None:
        """Stays open: it is not the plugin's."""

    def fileno(self) -> int:
        return sys.stderr.fileno()

    @property
    def buffer(self) -> Any:
        return sys.stderr.buffer


_ASIDE: Final = _Aside()


@contextmanager
def _away_from_stdout() -> Iterator[None]:
    """Standard output is standard error for a while, for Python and for the system (other programs, C code)."""
    streams = sys.stdout, sys.__stdout__
    kept = _redirected()
    sys.stdout = _ASIDE
    sys.__stdout__ = _ASIDE  # type: ignore[misc,assignment]
    try:
        yield
    finally:
        sys.stdout, sys.__stdout__ = streams  # type: ignore[misc]
        if kept is not None:
            os.dup2(kept, 1)
            os.close(kept)


def _redirected() -> int | None:
    """Lets descriptor 1 be standard error; gives a copy of what it was, None where it is closed anyway."""
    try:
        kept = os.dup(1)
    except OSError:
        return None
    try:
        os.dup2(2, 1)
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.close(nowhere)
    return kept


@contextmanager
def _interrupted_after(seconds: float) -> Iterator[None]:
    """Raises _TooLongError in the body after so long, again and again until it ends; only where a timer is free."""
    free = (
        hasattr(signal, "setitimer")
        and threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
    )
    if not free:
        yield
        return

    over = False

    def ring(_signal: int, _frame: FrameType | None) -> None:
        if not over:
            raise _TooLongError

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, min(seconds, 1.0))
    try:
        try:
            yield
        finally:
            over = True  # from here on it may ring, and nobody is woken
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
