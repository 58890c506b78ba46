"""Every dossier that changes, in a file: NDJSON or JSON with all that changes, CSV with a line per dossier."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from clas_policy.batch.impact.result import Changed, Impact
from clas_policy.cli import csv_text, impact_json, json_text
from clas_policy.model.money import format_amount

FORMATS: Final = (".ndjson", ".jsonl", ".json", ".csv")
_HEADER: Final = (
    "dossier", "departement", "what", "outcome_before", "outcome_after", "before", "after", "difference", "grants",
)  # fmt: skip
_FORMULA: Final = re.compile(r"[=+@\t\r\n-]")
"""What a text may not begin with: a spreadsheet would run it."""


def listed(impact: Impact, suffix: str) -> bytes:
    """The bytes of the file."""
    if suffix == ".csv":
        return "".join(_csv(impact)).encode()
    found = [impact_json.changed(one) for one in impact.changed]
    if suffix == ".json":
        return f"{json_text.indented(found)}\n".encode()
    return "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in found).encode()


def _csv(impact: Impact) -> Iterator[str]:
    yield csv_text.line(_HEADER)
    for one in impact.changed:
        before, after = one.outcomes
        amounts = (format_amount(cents) for cents in (one.before, one.after, one.difference))
        grants = _text(" ; ".join(_grants(one)))
        told = (_text(one.dossier), _text(one.department or ""), one.kind.value, before, after, *amounts, grants)
        yield csv_text.line(told)


def _grants(one: Changed) -> Iterator[str]:
    for line, member in one.grants:
        where = f"[{member}]" if member is not None else ""
        yield f"{line.grant}{where}: {line.before[0]} -> {line.after[0]}"


def _text(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text
