"""What the grants of a dossier come to, one by one and in all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from clas_policy.explain.slots import RANGE, STATUS
from clas_policy.model.decision import GrantResult, MemberRef, Totals
from clas_policy.model.policy import Grant

if TYPE_CHECKING:
    from clas_policy.explain.evaluation import Evaluation


class Sums(NamedTuple):
    """What the grants add up to; `unlimited` are the undetermined ones without an upper bound."""

    totals: Totals
    by_funder: Mapping[str, Totals]
    unlimited: tuple[tuple[Grant, MemberRef | None], ...]


def grants(evaluation: Evaluation) -> tuple[GrantResult, ...]:
    """The grants, in the order of declaration and of the members."""
    found: list[GrantResult] = []
    for grant in evaluation.program.grants.values():
        rule, index = grant.rule, grant.cell.index
        for row, member in evaluation.rows(rule.entity):
            low, high = row[index + RANGE]
            found.append(GrantResult(rule, member, row[index + STATUS], low, None if isinstance(high, float) else high))
    return tuple(found)


def sums(evaluation: Evaluation) -> Sums:
    """Adds the grants up by funder."""
    program, d = evaluation.program, evaluation.d
    unlimited: list[tuple[Grant, MemberRef | None]] = []
    due = dict.fromkeys(program.paying, 0)
    eligible, undetermined = due.copy(), due.copy()
    for grant in program.grants.values():
        rule, index = grant.rule, grant.cell.index
        for row, member in evaluation.rows(rule.entity):
            status = row[index + STATUS]
            if status != "refused":
                high = row[index + RANGE][1]
                if isinstance(high, float):
                    unlimited.append((rule, member))
                elif status == "undetermined":
                    undetermined[rule.funder] += high
                elif status == "due":
                    due[rule.funder] += high
                else:
                    eligible[rule.funder] += high
        if rule.entity is not None and d[program.layout.lists[rule.entity]] is None:
            # Nobody knows how many members there are: no bound, unless it is refused whoever they are.
            (anybody,) = d[program.layout.lists[rule.entity] + 1]
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
        totals = Totals(sum(due.values()), sum(eligible.values()), None if endless else sum(undetermined.values()))
    return Sums(totals, by_funder, tuple(unlimited))
