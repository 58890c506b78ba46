"""One line of a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable


def line(cells: Iterable[str]) -> str:
    """The cells as RFC 4180 writes them, with the end of the line."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow(cells)
    return written.getvalue()
