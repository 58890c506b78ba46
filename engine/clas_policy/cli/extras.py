"""What a command needs beyond the program itself: the libraries of an extra."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from clas_policy.cli.misuse import MisuseError
from clas_policy.problem import Message, Problem


@contextmanager
def needed(extra: str) -> Iterator[None]:
    """While modules that need the libraries of an extra are imported; raises MisuseError, naming what to install."""
    try:
        yield
    except ModuleNotFoundError as absent:
        library = (absent.name or "").partition(".")[0]
        if library in ("", "clas_policy"):
            raise
        message = Message("this needs `{library}`, which is not installed", {"library": library})
        hint = Message("`pip install 'clas-policy[{extra}]'`", {"extra": extra})
        raise MisuseError([Problem("CLAS-U509", message, hint=hint)]) from None
