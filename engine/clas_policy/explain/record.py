"""The decision record: an evaluation as the object that is printed, kept and replayed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from clas_policy.explain.evaluation import Evaluation
from clas_policy.explain.writing import text
from clas_policy.model.decision import Context


def write(evaluation: Evaluation, context: Context, *, brief: bool = False) -> str:
    """The record of an evaluation as JSON on one line, without the reasons when `brief`.

    It holds codes, ids and policy text only: the same dossier, policy and context give the same characters.
    """
    clerk = evaluation.evaluator.brief_clerk if brief else evaluation.evaluator.clerk
    return clerk.write(evaluation, context)


def record(evaluation: Evaluation, context: Context, *, brief: bool = False) -> dict[str, Any]:
    """The record of an evaluation as an object; `to_json` of it is what `write` writes."""
    found: dict[str, Any] = json.loads(write(evaluation, context, brief=brief))
    return found


def to_json(record: Mapping[str, Any]) -> str:
    """A record as JSON on one line, keys in the record's order."""
    return text(record)
