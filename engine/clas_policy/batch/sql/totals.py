"""What the grants of a dossier come to, by funder: due, eligible, and at the most for what is undetermined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from clas_policy.batch.sql import aggregates, forms, truths
from clas_policy.batch.sql.exact import ZERO, Number
from clas_policy.batch.sql.refusing import placed
from clas_policy.batch.sql.rules import Rules
from clas_policy.batch.sql.symbols import GrantColumns
from clas_policy.batch.sql.truths import Truth
from clas_policy.model.decision import Totals
from clas_policy.model.policy import Grant

PARTS: Final = Totals._fields


class Total(NamedTuple):
    """Columns or constants; the last may be NULL, which is without an upper bound."""

    due: Number
    eligible: Number
    undetermined_at_most: Number


class _Row(NamedTuple):
    """What is due, that and what is eligible, those and what is undetermined, of a dossier or of a member.

    `unlimited` is true where what is undetermined has no upper bound; it is then left out of what is `possible`.
    """

    due: Number
    granted: Number
    possible: Number
    unlimited: Truth


class _Sums(NamedTuple):
    due: Number
    eligible: Number
    undetermined: Number
    unlimited: Truth


def totals(rules: Rules) -> tuple[Total, dict[str, Total]]:
    """The totals of all, and of each funder that has a grant."""
    grants = rules.policy.grants.values()
    paying = [funder for funder in rules.policy.funders if any(grant.funder == funder for grant in grants)]
    sums = {funder: _sums(rules, funder) for funder in paying}
    by_funder = {funder: _columns(rules, f"{funder}.", found) for funder, found in sums.items()}
    if len(by_funder) == 1:
        (total,) = by_funder.values()
        return total, by_funder
    with placed(rules.policy.funders[paying[0]].origin.at if paying else None):
        added = _added(rules, list(sums.values()))
    return _columns(rules, "dossier.", added), by_funder


def _columns(rules: Rules, prefix: str, sums: _Sums) -> Total:
    symbols, part = rules.symbols, "totals"
    due, eligible, undetermined = (
        symbols.number(f"{prefix}{name}", number, None, part) for name, number in zip(PARTS, sums[:3], strict=True)
    )
    if not sums.unlimited.can_be(True):
        return Total(due, eligible, undetermined)
    bounded = forms.null(f"DECIMAL({undetermined.width}, {undetermined.scale})")
    if not sums.unlimited.is_always(True):
        bounded = forms.case([(forms.negation(sums.unlimited.sql), undetermined.sql)])
    number = replace(undetermined, sql=bounded, endless=True)
    return Total(due, eligible, symbols.number(f"{prefix}{PARTS[2]}.bounded", number, None, part))


def _sums(rules: Rules, funder: str) -> _Sums:
    """What the grants of one funder come to: those of the dossier, and those of each entity's members."""
    found: list[_Sums] = []
    with placed(rules.policy.funders[funder].origin.at):
        for scope in (None, *rules.policy.entities):
            own = [one for one in rules.policy.grants.values() if one.funder == funder and one.entity == scope]
            if own:
                row = _of_row(rules, [rules.symbols.grants[grant.name] for grant in own])
                found.append(_of_dossier(rules, row) if scope is None else _over(rules, scope, own, row))
        return _added(rules, found)


def _added(rules: Rules, sums: Sequence[_Sums]) -> _Sums:
    exact = rules.ranges.exact
    due = eligible = undetermined = ZERO
    for one in sums:
        due = exact.plus(due, one.due)
        eligible = exact.plus(eligible, one.eligible)
        undetermined = exact.plus(undetermined, one.undetermined)
    return _Sums(due, eligible, undetermined, truths.disjunction([one.unlimited for one in sums]))


def _of_row(rules: Rules, grants: Sequence[GrantColumns]) -> _Row:
    exact = rules.ranges.exact
    due = granted = possible = ZERO
    unlimited: list[Truth] = []
    for grant in grants:
        high = grant.ends.high
        if grant.paid.high is None or high is None:
            unlimited.append(truths.is_not_false(grant.entitled))
            continue
        due = exact.plus(due, grant.payable)
        granted = exact.plus(granted, grant.granted)
        if high.endless:
            unlimited.append(truths.is_null(high.sql))
            high = replace(high.finite, sql=forms.coalesce(high.sql, forms.decimal(0, high.scale)))
        possible = exact.plus(possible, high if _may_be_undetermined(grant) else grant.granted)
    return _Row(due, granted, possible, truths.disjunction(unlimited))


def _may_be_undetermined(grant: GrantColumns) -> bool:
    return grant.entitled.can_be(None) or grant.settled != grant.entitled


def _of_dossier(rules: Rules, row: _Row) -> _Sums:
    due, granted, possible, unlimited = row
    return _Sums(due, _less(rules, granted, due), _less(rules, possible, granted), unlimited)


def _less(rules: Rules, amount: Number, less: Number) -> Number:
    """An amount less a part of it."""
    if amount == less:
        return ZERO
    rest = rules.ranges.exact.minus(amount, less)
    return rest if rest.constant is not None else replace(rest, low=0, high=amount.at(rest.scale)[1])


def _over(rules: Rules, entity: str, grants: Sequence[Grant], row: _Row) -> _Sums:
    """Added up over the members; without a bound where one has none, or where nobody knows how many there are."""
    scope, exact = rules.scope, rules.ranges.exact
    due, granted, possible = (ZERO if one.constant == 0 else exact.sum_of(one) for one in row[:3])
    due, eligible, undetermined = (
        aggregates.number(one, entity, scope, what)
        for one, what in (
            (due, "due"),
            (_less(rules, granted, due), "eligible"),
            (_less(rules, possible, granted), "undetermined"),
        )
    )
    unlimited = [aggregates.any_of_members(row.unlimited, entity, scope)]
    unlisted = rules.unlisted(entity)
    anybody = [truths.is_not_false(unlisted.grant(grant.name).entitled) for grant in grants]
    absent = truths.negation(rules.symbols.given(entity))
    unlimited.append(truths.conjunction((absent, truths.disjunction(anybody))))
    return _Sums(due, eligible, undetermined, truths.disjunction(unlimited))
