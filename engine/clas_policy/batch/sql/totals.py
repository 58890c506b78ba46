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


class _Sums(NamedTuple):
    """What is due, that and what is eligible, those and what is undetermined: each grant is added the same way.

    `unlimited` is true where what is undetermined has no upper bound; it is then left out of what is `possible`.
    """

    due: Number
    granted: Number
    possible: Number
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
    parts = (sums.due, _less(rules, sums.granted, sums.due), _less(rules, sums.possible, sums.granted))
    due, eligible, undetermined = (
        symbols.number(f"{prefix}{name}", number, None, part) for name, number in zip(PARTS, parts, strict=True)
    )
    if not sums.unlimited.can_be(True):
        return Total(due, eligible, undetermined)
    bounded = forms.null(f"DECIMAL({undetermined.width}, {undetermined.scale})")
    if not sums.unlimited.is_always(True):
        bounded = forms.case([(forms.negation(sums.unlimited.sql), undetermined.sql)])
    number = replace(undetermined, sql=bounded, endless=True)
    return Total(due, eligible, symbols.number(f"{prefix}{PARTS[2]}.bounded", number, None, part))


def _less(rules: Rules, amount: Number, less: Number) -> Number:
    """An amount less a part of it."""
    if amount == less:
        return ZERO
    rest = rules.ranges.exact.minus(amount, less)
    if rest.constant is not None:
        return rest
    return replace(rest, low=0, high=amount.at(rest.scale)[1])


def _sums(rules: Rules, funder: str) -> _Sums:
    """What the grants of one funder come to: those of the dossier, and those of each entity's members."""
    found: list[_Sums] = []
    with placed(rules.policy.funders[funder].origin.at):
        for scope in (None, *rules.policy.entities):
            own = [one for one in rules.policy.grants.values() if one.funder == funder and one.entity == scope]
            if own:
                sums = _of_rows(rules, [rules.symbols.grants[grant.name] for grant in own])
                found.append(sums if scope is None else _over(rules, scope, own, sums))
        return _added(rules, found)


def _added(rules: Rules, sums: Sequence[_Sums]) -> _Sums:
    exact = rules.ranges.exact
    due = granted = possible = ZERO
    for one in sums:
        due = exact.plus(due, one.due)
        granted = exact.plus(granted, one.granted)
        possible = exact.plus(possible, one.possible)
    return _Sums(due, granted, possible, truths.disjunction([one.unlimited for one in sums]))


def _of_rows(rules: Rules, grants: Sequence[GrantColumns]) -> _Sums:
    """The same of one row: a dossier, or a member."""
    exact = rules.ranges.exact
    due = granted = possible = ZERO
    unlimited: list[Truth] = []
    for grant in grants:
        high = grant.ends.high
        if grant.paid.high is None or high is None:
            unlimited.append(truths.is_not_false(grant.entitled))
            continue
        amount = grant.settled_amount
        due = exact.plus(due, exact.chosen([(grant.due, amount)], ZERO))
        settled = exact.chosen([(grant.settled, amount)], ZERO)
        granted = exact.plus(granted, settled)
        if high.endless:
            unlimited.append(truths.is_null(high.sql))
            high = replace(high.finite, sql=forms.coalesce(high.sql, forms.decimal(0, high.scale)))
        possible = exact.plus(possible, high if _may_be_undetermined(grant) else settled)
    return _Sums(due, granted, possible, truths.disjunction(unlimited))


def _may_be_undetermined(grant: GrantColumns) -> bool:
    return grant.entitled.can_be(None) or grant.settled != grant.entitled


def _over(rules: Rules, entity: str, grants: Sequence[Grant], sums: _Sums) -> _Sums:
    """Added up over the members; without a bound where one has none, or where nobody knows how many there are."""
    scope = rules.scope
    due, granted, possible = (
        aggregates.sum_of(number, entity, scope, what) for number, what in zip(sums[:3], _Sums._fields, strict=False)
    )
    unlimited = [aggregates.any_of_members(sums.unlimited, entity, scope)]
    unlisted = rules.unlisted(entity)
    anybody = [truths.is_not_false(unlisted.grant(grant.name).entitled) for grant in grants]
    absent = truths.negation(rules.symbols.given(entity))
    unlimited.append(truths.conjunction((absent, truths.disjunction(anybody))))
    return _Sums(due, granted, possible, truths.disjunction(unlimited))
