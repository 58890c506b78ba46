"""Every dossier that changes, in a file: NDJSON or JSON with all that changes, CSV with a line per dossier."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from clas_policy.batch.formulas import as_text
from clas_policy.batch.impact.result import Changed, Impact
from clas_policy.cli import csv_text, impact_json, json_text
from clas_policy.model.money import format_amount

FORMATS: Final = (".ndjson", ".jsonl", ".json", ".csv")
_HEADER: Final = (
    "dossier", "departement", "what", "outcome_before", "outcome_after", "before", "after", "difference", "grants",
)  # fmt: skip


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
        grants = as_text(" ; ".join(_grants(one)))
        told = (as_text(one.dossier), as_text(one.department or ""), one.kind.value, before, after, *amounts, grants)
        yield csv_text.line(told)


def _grants(one: Changed) -> Iterator[str]:
    for line, member in one.grants:
        where = f"[{member}]" if member is not None else ""
        yield f"{line.grant}{where}: {line.before[0]} -> {line.after[0]}"
