"""The rules of a policy in SQL, one after the other in its order: each becomes a column, or a few."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlglot import exp

from clas_policy.batch.sql import amounts, conditions, forms, truths
from clas_policy.batch.sql.ends import NOTHING, Ends, Ranges
from clas_policy.batch.sql.exact import ZERO, Number
from clas_policy.batch.sql.forms import Sql
from clas_policy.batch.sql.refusing import placed
from clas_policy.batch.sql.scopes import Scope, Unlisted
from clas_policy.batch.sql.symbols import GrantColumns, Symbols
from clas_policy.batch.sql.truths import Truth
from clas_policy.frozen import dataclass
from clas_policy.model import condition as c
from clas_policy.model.fact import Type
from clas_policy.model.policy import Criterion, Deadline, Grant, Orientation, Policy
from clas_policy.model.references import of_amount

ADMISSIBLE: Final = "dossier.admissible"
"""The column of the dossier's admissibility; no fact starts with ``dossier``."""


@dataclass(frozen=True, slots=True)
class _Paid:
    """What a grant would pay, and whether that is known.

    `least` is given where both ends are what the high end is as soon as they are known: its least until then.
    """

    ends: Ends
    known: Truth
    least: Number | None = None


class Rules:
    """Translates every rule of a policy into `symbols`."""

    def __init__(self, policy: Policy, symbols: Symbols, ranges: Ranges) -> None:
        self.policy = policy
        self.symbols = symbols
        self.ranges = ranges
        self.scope = Scope(symbols, ranges)
        self._unlisted: dict[str, Unlisted] = {}
        self._joined: dict[str, tuple[Truth, list[Truth]]] = {}
        """By grant, what it needs of the dossier as one truth, and as the needs that this joins."""

    def translate(self) -> None:
        policy, symbols = self.policy, self.symbols
        for kind, name in policy.order:
            if kind == "grant":
                if ADMISSIBLE not in symbols.truths:
                    self._admission()
                grant = policy.grants[name]
                with self._about(name):
                    symbols.grants[name] = self._grant(grant, self.scope, grant.entity, name)
            else:
                rule = policy.criteria.get(name) or policy.deadlines[name]
                with self._about(name):
                    symbols.truths[name] = self._column(rule, self._truth(rule, self.scope))
        if ADMISSIBLE not in symbols.truths:
            self._admission()
        for name, orientation in policy.orientations.items():
            if orientation.requires is not None:
                with self._about(name):
                    value = conditions.translated(orientation.requires, self.scope)
                    symbols.truths[name] = self._column(orientation, value)

    def unlisted(self, entity: str) -> Unlisted:
        """The names as a member of an absent list would read them."""
        if entity not in self._unlisted:
            self._unlisted[entity] = Unlisted(self.scope, entity, self._unlisted_truth, self._unlisted_grant)
        return self._unlisted[entity]

    def _column(self, rule: Criterion | Deadline | Orientation, value: Truth) -> Truth:
        """A rule's column; it has one of its own even where it says what another column says, or never changes."""
        self.symbols.define(rule.name, value.sql, rule.entity, rule.name)
        return truths.column(rule.name, value.possible)

    def _truth(self, rule: Criterion | Deadline, scope: Scope) -> Truth:
        if isinstance(rule, Deadline):
            return truths.TRUE if rule.condition is None else conditions.translated(rule.condition, scope)
        requires = conditions.translated(rule.requires, scope)
        if rule.only_if is None:
            return requires
        return truths.disjunction((truths.negation(conditions.translated(rule.only_if, scope)), requires))

    def _admission(self) -> None:
        """The dossier's admissibility: its items, and an unknown where the local conditions are not known."""
        items = [self.symbols.truths[item.name] for item in self.policy.admissibility if item.entity is None]
        if not self.policy.complete:
            items.append(truths.UNKNOWN)
        value = truths.conjunction(items)
        self.symbols.truths[ADMISSIBLE] = self.symbols.truth(ADMISSIBLE, value, None, "admissible")

    # -- grants

    def _grant(self, grant: Grant, scope: Scope, place: str | None, name: str) -> GrantColumns:
        """A grant's columns, of the members of `place` or of the dossiers, their names beginning with `name`."""
        symbols = self.symbols
        with placed(grant.origin.at):
            base = truths.conjunction(self._hoisted(list(self._needs(grant, scope)), place, grant.name))
            agreed = truths.TRUE if grant.accord is None else scope.boolean(grant.accord, grant.accord)
            part = f"{name}_entitlement"
            open_ = truths.conjunction((base, truths.is_not_false(agreed)))
            entitled = held = symbols.truth(f"{name}.entitled", open_, place, part)
            if grant.accord is not None:
                held = symbols.truth(f"{name}.held", truths.conjunction((entitled, agreed)), place, part)
            if entitled.is_always(False):
                refused = forms.text("refused")
                return GrantColumns(entitled, held, truths.FALSE, truths.FALSE, NOTHING, NOTHING, ZERO, ZERO, refused)
            paid = self._paid(grant, scope, place, name)
            part = f"{name}_settled"
            due = settled = symbols.truth(f"{name}.settled", truths.conjunction((entitled, paid.known)), place, part)
            if held is not entitled:
                due = symbols.truth(f"{name}.due", truths.conjunction((held, paid.known)), place, part)
            part, amount = f"{name}_granted", ZERO if paid.ends.high is None else paid.ends.high.finite
            granted = self.ranges.exact.chosen([(settled, amount)], ZERO)
            granted = payable = symbols.number(f"{name}.granted", granted, place, part)
            if due != settled:
                payable = self.ranges.exact.chosen([(due, amount)], ZERO)
                payable = symbols.number(f"{name}.payable", payable, place, part)
            ends = self._result(entitled, paid, place, name)
            status = _status(entitled, settled, due)
            if not isinstance(status, exp.Literal):
                symbols.define(f"{name}.status", status, place, name)
                status = forms.column(f"{name}.status")
            return GrantColumns(entitled, held, settled, due, paid.ends, ends, granted, payable, status)

    def _needs(self, grant: Grant, scope: Scope) -> Iterator[Truth]:
        needs: tuple[c.Condition, ...] = ()
        if grant.requires is not None:
            needs = grant.requires.items if isinstance(grant.requires, c.All) else (grant.requires,)
        asked = [self.policy.grants[need.grant].entity for need in needs if isinstance(need, c.GrantEntitled)]
        if not asked:
            yield self.symbols.truths[ADMISSIBLE]  # else a grant that it needs has asked for that already
        if grant.entity is None or grant.entity not in asked:
            for item in self.policy.admissibility:
                if item.entity is not None and item.entity == grant.entity:
                    yield scope.truth(item.name)
        for need in needs:
            yield conditions.translated(need, scope)

    def _hoisted(self, needs: list[Truth], place: str | None, name: str) -> list[Truth]:
        """The needs of a member's grant, those that its dossier alone meets joined to one: for any other member too."""
        if place is not None:
            of_dossier = [need for need in needs if self.symbols.is_of_dossier(need)]
            if len(of_dossier) > 1:
                value = truths.conjunction(of_dossier)
                joined = self.symbols.truth(f"{name}.dossier", value, None, f"{name}_of_dossier")
                self._joined[name] = joined, of_dossier
        joined, of_dossier = self._joined.get(name, (truths.TRUE, []))
        if not of_dossier or not all(need in needs for need in of_dossier):
            return needs
        return [joined, *(need for need in needs if need not in of_dossier)]

    def _paid(self, grant: Grant, scope: Scope, place: str | None, name: str) -> _Paid:
        """What would be paid, whether entitled or not."""
        paid = self._formula(grant, scope)
        part = f"{name}_amount"
        if paid.are_one and paid.low is not None:
            amount = self.symbols.number(f"{name}.amount", paid.low, place, part)
            return _Paid(Ends(amount, amount), truths.TRUE)
        single = self._single(grant, scope)
        if single is not None and paid.high is not None:
            return self._of_one_fact(paid.high, *single, place=place, name=name)
        low = None if paid.low is None else self.symbols.number(f"{name}.at_least", paid.low, place, part)
        high = None if paid.high is None else self.symbols.number(f"{name}.at_most", paid.high, place, part)
        if low is None or high is None:
            return _Paid(Ends(low, high), truths.FALSE)
        return _Paid(Ends(low, high), self.ranges.exact.holds(low, "=", high))

    def _formula(self, grant: Grant, scope: Scope) -> Ends:
        value = amounts.translated(grant.amount, scope)
        cap = None if grant.at_most is None else amounts.translated(grant.at_most, scope)
        return self.ranges.paid(value, cap, grant.round_to)

    def _single(self, grant: Grant, scope: Scope) -> tuple[str, Ends] | None:
        """The one fact that an amount depends on, if there is but one, and what it is while that is unknown."""
        reads = {*of_amount(grant.amount), *of_amount(grant.at_most)}
        facts = {reference.name for reference in reads if reference.kind == "fact"} - scope.hidden
        if len(facts) != 1 or any(reference.kind not in ("fact", "parameter") for reference in reads):
            return None
        (fact,) = facts
        figures = (reference.name for reference in reads if reference.kind == "parameter")
        if self.policy.facts[fact].type is Type.CHOICES or any(
            self.policy.parameters[figure].value is None for figure in figures
        ):
            return None
        return fact, self._formula(grant, Scope(self.symbols, self.ranges, scope.hidden | {fact}))

    def _of_one_fact(self, high: Number, fact: str, unknown: Ends, *, place: str | None, name: str) -> _Paid:
        """Where the fact is known, both ends are what the high end is; else they are constants."""
        part = f"{name}_amount"
        most = self.symbols.number(f"{name}.at_most", high, place, part)
        known = truths.is_known(truths.column(fact))
        if unknown.are_one:
            return _Paid(Ends(most.finite, most.finite), truths.TRUE)
        if unknown.low is None:
            raise ValueError(fact)
        return _Paid(Ends(self.ranges.exact.chosen([(known, most.finite)], unknown.low), most), known, unknown.low)

    def _result(self, entitled: Truth, paid: _Paid, place: str | None, name: str) -> Ends:
        """The ends of the result: nothing where it is refused."""
        exact, symbols = self.ranges.exact, self.symbols
        refused = truths.negation(entitled)
        low, high = paid.ends.low, paid.ends.high
        if low is None:
            raise ValueError(name)
        if high is not None:
            high = symbols.number(f"{name}.high", exact.chosen([(refused, ZERO)], high), place, name)
        elif refused.can_be(True):
            nothing = forms.case([(refused.sql, ZERO.sql)])
            high = symbols.number(f"{name}.high", Number(nothing, 2, 0, 0, 3, endless=True), place, name)
        if high is not None and paid.ends.are_one:
            return Ends(high, high)
        if high is not None and paid.least is not None:
            least = exact.chosen([(refused, ZERO)], paid.least)
            low = exact.chosen([(paid.known, high.finite)], least)
        elif low.constant != 0:
            low = exact.chosen([(refused, ZERO)], low)
        return Ends(symbols.number(f"{name}.low", low, place, f"{name}_low"), high)

    # -- members of whom nothing is known

    def _unlisted_truth(self, name: str, scope: Scope) -> Truth:
        rule = self.policy.criteria.get(name) or self.policy.deadlines[name]
        with self._about(name):
            value = self._truth(rule, scope)
            return self.symbols.truth(f"{name}.unlisted", value, None, f"{name}_unlisted")

    def _unlisted_grant(self, name: str, scope: Scope) -> GrantColumns:
        with self._about(name):
            return self._grant(self.policy.grants[name], scope, None, f"{name}.unlisted")

    @contextmanager
    def _about(self, name: str) -> Iterator[None]:
        """What is defined meanwhile is there for this rule."""
        before, self.symbols.rule = self.symbols.rule, name
        yield
        self.symbols.rule = before


def _status(entitled: Truth, settled: Truth, due: Truth) -> Sql:
    """One of ``refused``, ``due``, ``eligible``, ``undetermined``."""
    branches: list[tuple[Sql, Sql]] = []
    for when, status in ((truths.negation(entitled), "refused"), (due, "due"), (settled, "eligible")):
        if when.is_always(True):
            last = status
            break
        if when.can_be(True) and not (status == "eligible" and settled == due):
            branches.append((when.sql, forms.text(status)))
    else:
        last = "undetermined"
    return forms.case(branches, forms.text(last)) if branches else forms.text(last)
