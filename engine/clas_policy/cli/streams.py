"""Standard output holds only the answer; everything else goes to standard error."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, TextIO

import click

from clas_policy.cli.decision_text import Style, plain

if TYPE_CHECKING:
    from clas_policy.cli.settings import Settings


def prepare() -> None:
    """Makes both streams able to take any text: what their encoding lacks is written as an escape."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            with contextlib.suppress(ValueError, OSError):
                reconfigure(errors="backslashreplace")


def emit(text: str) -> None:
    """A part of the answer."""
    sys.stdout.write(text)


def tell(text: str) -> None:
    """A line for the person who watches."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(f"{text}\n")


def progress(text: str) -> None:
    """A line that the next one replaces."""
    sys.stderr.write(f"\r\x1b[K{text}")
    sys.stderr.flush()


def clear_line() -> None:
    sys.stderr.write("\r\x1b[K")
    sys.stderr.flush()


def has_colour(stream: TextIO, choice: str) -> bool:
    """Whether to colour: as asked, else on a terminal, unless ``NO_COLOR`` is set or the terminal is dumb."""
    if choice != "auto":
        return choice == "always"
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def style(settings: Settings) -> Style:
    """How standard output is coloured."""
    return coloured if has_colour(sys.stdout, settings.color) else plain


def coloured(text: str, colour: str, bold: bool) -> str:
    return click.style(text, fg=colour or None, bold=bold)
