"""What an evaluation says, in a form that does not depend on the order in which a policy is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from clas_policy.explain import Context, Evaluation, Evaluator, write
from clas_policy.model.decision import MemberRef, Totals
from clas_policy.model.dossier import Dossier
from clas_policy.model.policy import Policy
from clas_policy.model.truth import Truth

CONTEXT = Context(date(2024, 11, 5), "0")
Amount = tuple[str, int, int | None]
Key = tuple[str, MemberRef | None]


@dataclass(frozen=True)
class Findings:
    """Statuses and amounts by name and member, whatever the order."""

    outcome: str
    truths: Mapping[Key, Truth]
    grants: Mapping[Key, Amount]
    totals: Totals
    by_funder: Mapping[str, Totals]
    missing: frozenset[Any]
    lacks: frozenset[str]
    unconfirmed: int


def findings(evaluation: Evaluation) -> Findings:
    policy = evaluation.policy
    rules = [*policy.criteria, *policy.orientations]
    rules += [name for name, deadline in policy.deadlines.items() if deadline.fact is not None]
    return Findings(
        evaluation.outcome,
        {(name, member): truth for name in rules for member, truth in evaluation.truth(name)},
        {(one.grant.name, one.member): (one.status, one.at_least, one.at_most) for one in evaluation.grants},
        evaluation.totals,
        evaluation.by_funder,
        frozenset((one.fact, one.list, one.member, frozenset(one.could_change)) for one in evaluation.missing),
        frozenset(evaluation.incomplete_because),
        # Their names are numbered in the order of the text.
        len(evaluation.unconfirmed),
    )


def found(policy: Policy, dossier: Dossier) -> Findings:
    return findings(Evaluator(policy).evaluate(dossier))


def everything(evaluator: Evaluator, dossier: Dossier) -> tuple[Findings, str, str]:
    """All that can be asked of an evaluation: its findings, and its record with and without the reasons."""
    evaluation = evaluator.evaluate(dossier)
    return findings(evaluation), write(evaluation, CONTEXT), write(evaluation, CONTEXT, brief=True)
