"""What the reader of a decision should see beside its results: what is unmet, awaited, ambiguous, and warnings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from clas_policy.explain.program import CompiledDeadline
from clas_policy.explain.slots import STATUS, Row
from clas_policy.model.decision import Awaited, Lateness, OpenReading, RecordWarning, Unmet
from clas_policy.model.truth import STATUS as STATUSES

if TYPE_CHECKING:
    from clas_policy.explain.evaluation import Evaluation


def lateness(deadline: CompiledDeadline, d: Row, e: Row) -> Lateness | None:
    """Why a deadline is not met; None where it is not that it is not."""
    if (e if deadline.cell.of_member else d)[deadline.cell.index] is not False:
        return None
    return "early" if deadline.opened is not None and deadline.opened.run(d, e) is False else "late"


def unmet(evaluation: Evaluation) -> tuple[Unmet, ...]:
    """The admissibility items that are not met, with their effects."""
    program = evaluation.program
    found: list[Unmet] = []
    for item in program.policy.admissibility:
        index = program.layout.cell(item.name).index
        deadline = program.deadlines.get(item.name)
        for row, member in evaluation.rows(item.entity):
            if row[index] is False:
                reason = lateness(deadline, evaluation.d, row) if deadline is not None else None
                found.append(Unmet(item.name, member, item.otherwise, reason))
    return tuple(found)


def open_readings(evaluation: Evaluation) -> tuple[OpenReading, ...]:
    """The criteria that are unknown and whose readings do not all say the same."""
    d, found = evaluation.d, []
    for criterion, readings in evaluation.program.ambiguous:
        rule, index = criterion.rule, criterion.cell.index
        for row, member in evaluation.rows(rule.entity):
            if row[index] is None:
                truths = [run(d, row) for _, run in readings]
                if truths.count(truths[0]) < len(truths):
                    statuses = [(name, STATUSES[truth]) for (name, _), truth in zip(readings, truths, strict=True)]
                    found.append(OpenReading(rule.name, member, tuple(statuses)))
    return tuple(found)


def awaited(evaluation: Evaluation) -> tuple[Awaited, ...]:
    """The accords that eligible grants wait for."""
    return tuple(
        Awaited(grant.rule.accord or "", member, grant.rule.name)
        for grant, _ in evaluation.program.accorded
        for row, member in evaluation.rows(grant.rule.entity)
        if row[grant.cell.index + STATUS] == "eligible"
    )


def warnings(evaluation: Evaluation) -> tuple[RecordWarning, ...]:
    """What an agent should notice; what the policy makes mandatory comes first."""
    return tuple(_warnings(evaluation))


def _warnings(evaluation: Evaluation) -> Iterator[RecordWarning]:
    program, d = evaluation.program, evaluation.d
    policy = program.policy
    for orientation in program.mandatory:
        index = orientation.cell.index
        for row, member in evaluation.rows(orientation.rule.entity):
            if row[index] is False:
                yield RecordWarning("CLAS-W401", (orientation.rule.name,), member)
    for grant, accord in program.accorded:
        status = grant.cell.index + STATUS
        for row, member in evaluation.rows(grant.rule.entity):
            if row[status] == "refused" and (row if accord.of_member else d)[accord.index] is True:
                yield RecordWarning("CLAS-W402", (grant.rule.name,), member)
    for entity in policy.entities:
        if d[program.layout.lists[entity]] == []:
            yield RecordWarning("CLAS-W403", (entity,))
    for rule, member in evaluation.unlimited:
        yield RecordWarning("CLAS-W404", (rule.name,), member)
    if policy.status == "draft":
        drafts = tuple(layer.id for layer in policy.layers if layer.status == "draft")
        yield RecordWarning("CLAS-W405", drafts or (policy.id,))
    if not policy.complete:
        yield RecordWarning("CLAS-W406", (policy.id,))
    if evaluation.dossier.ignored:
        yield RecordWarning("CLAS-W407", evaluation.dossier.ignored)
