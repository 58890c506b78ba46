"""What the grants of a dossier come to, one by one and in all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from clas_policy.explain.slots import RANGE, STATUS
from clas_policy.frozen import dataclass
from clas_policy.model.decision import GrantResult, MemberRef, Totals
from clas_policy.model.policy import Grant

if TYPE_CHECKING:
    from clas_policy.explain.evaluation import Evaluation


@dataclass(frozen=True, slots=True)
class Results:
    """The grants in the order of declaration and of the members, and what they add up to.

    `unlimited` are the undetermined ones without an upper bound.
    """

    grants: tuple[GrantResult, ...]
    unlimited: tuple[tuple[Grant, MemberRef | None], ...]
    totals: Totals
    by_funder: Mapping[str, Totals]


def settle(evaluation: Evaluation) -> Results:
    """Collects the grants of an evaluation, and adds them up by funder."""
    program, d = evaluation.program, evaluation.d
    grants: list[GrantResult] = []
    unlimited: list[tuple[Grant, MemberRef | None]] = []
    due = dict.fromkeys(program.paying, 0)
    eligible, undetermined = due.copy(), due.copy()
    for grant in program.grants.values():
        rule, index = grant.rule, grant.cell.index
        funder, entity = rule.funder, rule.entity
        for row, member in evaluation.rows(entity):
            status = row[index + STATUS]
            low, high = row[index + RANGE]
            if status == "due":
                due[funder] += low
            elif status == "eligible":
                eligible[funder] += low
            elif isinstance(high, float):
                high = None
                unlimited.append((rule, member))
            elif status == "undetermined":
                undetermined[funder] += high
            grants.append(GrantResult(rule, member, status, low, high))
        if entity is not None and d[program.layout.lists[entity]] is None:
            # Nobody knows how many members there are: no bound, unless it is refused whoever they are.
            (anybody,) = d[program.layout.lists[entity] + 1]
            if anybody[index + STATUS] != "refused":
                unlimited.append((rule, None))
    endless = {rule.funder for rule, _ in unlimited}
    by_funder = {
        funder: Totals(due[funder], eligible[funder], None if funder in endless else undetermined[funder])
        for funder in due
    }
    if len(by_funder) == 1:
        (totals,) = by_funder.values()
    else:
        most = None if endless else sum(undetermined.values())
        totals = Totals(sum(due.values()), sum(eligible.values()), most)
    return Results(tuple(grants), tuple(unlimited), totals, by_funder)
