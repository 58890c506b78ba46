"""Texts that a spreadsheet would run as formulas: in a table of ours a quote stands before them.

Amounts are no texts: ``-12.00`` stays a number.
"""

from __future__ import annotations

import re
from typing import Final

START: Final = "^[=+@\\t\\r\\n-]"
"""How such a text begins, as a pattern that databases read too."""

_START: Final = re.compile(START)


def as_text(text: str) -> str:
    """The text as a cell that no spreadsheet runs."""
    return f"'{text}" if _START.match(text) else text
