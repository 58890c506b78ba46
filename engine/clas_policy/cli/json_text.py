"""JSON for standard output and files: readable, and with nothing in it that could act on a terminal."""

from __future__ import annotations

import json
import re
from typing import Any

from clas_policy.cli.safe_text import UNSAFE


def indented(value: Any) -> str:
    """A value as JSON over several lines, without a line end after it."""
    return escaped(json.dumps(value, ensure_ascii=False, indent=2))


def escaped(text: str) -> str:
    r"""JSON in which control, bidirectional and invisible characters are ``\uXXXX``: the same value to who reads it."""
    return UNSAFE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return character if character == "\n" else json.dumps(character)[1:-1]
