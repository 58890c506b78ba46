"""Standard output holds only the answer; everything else goes to standard error. Neither ever fails on a character."""

from __future__ import annotations

import codecs
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

    from clas_policy.cli.decision_text import Style
    from clas_policy.cli.settings import Settings

_ERRORS = "clas-policy"


class StreamError(Exception):
    """Standard output does not take what is written to it: the disk is full, or it is closed."""


def _replace(error: UnicodeError) -> tuple[str, int]:
    """What an encoding lacks: a plain likeness where there is one, else an escape."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    from clas_policy.cli.safe_text import escape, fallback

    lacking = error.object[error.start : error.end]
    shown = "".join(fallback(character) for character in lacking)
    try:
        shown.encode(error.encoding)
    except UnicodeEncodeError:
        shown = "".join(map(escape, lacking))
    return shown, error.end


codecs.register_error(_ERRORS, _replace)


def emit(text: str) -> None:
    """A part of the answer, for people: in the encoding of standard output."""
    _write(text.encode(getattr(sys.stdout, "encoding", None) or "utf-8", _ERRORS))


def emit_data(text: str) -> None:
    """A part of the answer, for programs: in UTF-8 whatever the locale."""
    _write(text.encode("utf-8", "backslashreplace"))


def _write(data: bytes) -> None:
    if sys.stdout is None:
        raise StreamError
    try:
        left = memoryview(data)
        while left:
            left = left[sys.stdout.buffer.write(left) :]
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        raise StreamError from error


def flush() -> None:
    """Hands on what was emitted; raises StreamError or BrokenPipeError where nobody takes it."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        raise StreamError from error


def close_quietly(stream: TextIO | None) -> None:
    """Lets the interpreter end without flushing into a stream that is gone."""
    try:
        target = stream.fileno() if stream is not None else -1
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, target)
        os.close(nowhere)
    except (AttributeError, OSError, ValueError):
        return


def tell(text: str) -> None:
    """A line for the person who watches; nothing is lost where nobody does."""
    _tell(f"{text}\n")


def progress(text: str) -> None:
    """A line that the next one replaces."""
    _tell(f"\r\x1b[K{text}")


def clear_line() -> None:
    _tell("\r\x1b[K")


def _tell(text: str) -> None:
    try:
        sys.stderr.write(text.encode(sys.stderr.encoding or "utf-8", _ERRORS).decode(sys.stderr.encoding or "utf-8"))
        sys.stderr.flush()
    except (AttributeError, OSError, ValueError):
        close_quietly(sys.stderr)


def has_colour(stream: TextIO | None, choice: str) -> bool:
    """Whether to colour: as asked, else on a terminal, unless ``NO_COLOR`` is set or the terminal is dumb."""
    if choice != "auto":
        return choice == "always"
    if stream is None or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


def style(settings: Settings) -> Style:
    """How standard output is coloured."""
    from clas_policy.cli.decision_text import plain

    return coloured if has_colour(sys.stdout, settings.color) else plain


def coloured(text: str, colour: str, bold: bool) -> str:
    import click

    return click.style(text, fg=colour or None, bold=bold)
