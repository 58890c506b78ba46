"""One line of a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable


def line(cells: Iterable[str | int], *, separator: str = ",") -> str:
    """The cells as RFC 4180 writes them, with the end of the line."""
    written = io.StringIO()
    csv.writer(written, delimiter=separator, lineterminator="\r\n").writerow(cells)
    return written.getvalue()
