"""Rows in columns, within 80 characters."""

from __future__ import annotations

from collections.abc import Sequence

from clas_policy.cli import decision_text
from clas_policy.cli.blocks import Table


def columns(headers: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A table as text, ending in a line end."""
    return decision_text.render([Table(headers, tuple(rows))])
