"""What can be seen at all: points that nothing could cover are not asked for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final, assert_never

from clas_policy.explain.amounts import rescaled
from clas_policy.explain.compiled import Formula, Test
from clas_policy.explain.evaluation import Evaluator
from clas_policy.explain.ranges import Range
from clas_policy.explain.slots import STATUS, Row
from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model import references
from clas_policy.model.decision import GrantStatus, Outcome
from clas_policy.model.dossier import Dossier
from clas_policy.model.fact import Fact, Type
from clas_policy.model.policy import AdmissibilityItem, Grant, Policy
from clas_policy.model.truth import Truth
from clas_policy.reading.dossier_values import limits
from clas_policy.situations import Situations

SIDES: Final = (-1, 0, 1)
"""Just below, at, just above."""


class Reach:
    """What the rules of a policy can come to, over-estimated: what is left out is truly impossible.

    Where everything is unknown, what is decided all the same is decided for every dossier, and amounts are at their
    widest.
    """

    def __init__(self, evaluator: Evaluator) -> None:
        self._program = evaluator.program
        self.policy: Policy = evaluator.policy
        self._situations = Situations(self.policy)
        period = "" if self.policy.period is None else str(self.policy.period)
        self.blank: Row = self._program.run(Dossier("", period, self.policy.department, {}, {}))

    def row(self, entity: str | None) -> Row:
        """The row of a dossier, or of a member, of which nothing is known."""
        if entity is None:
            return self.blank
        (anybody,) = self.blank[self._program.layout.lists[entity] + 1]
        row: Row = anybody
        return row

    def truths(self, test: Test, entity: str | None) -> frozenset[Truth]:
        """The truths that a condition can have."""
        at_blank = test.run(self.blank, self.row(entity))
        if at_blank is not None:
            return frozenset((at_blank,))
        if isinstance(test.node, c.AmountWithin) and not self.settles_amounts_of(test.node):
            return frozenset((None,))
        return self._situations.possible_truths(test.node, entity)

    def are_one(self, node: c.Condition, other: c.Condition, entity: str | None) -> bool:
        """Whether two conditions are proven to have the same truth on every dossier."""
        return self._situations.are_one(node, other, entity)

    def settles_amounts_of(self, node: c.AmountWithin) -> bool:
        """Whether amounts that a condition compares are ever known.

        Without the local conditions no grant is more than undetermined, so what rests on the amount of one is not
        asked for: the tests of a department show it.
        """
        parts = (node.amount, node.bounds.lower, node.bounds.upper)
        return self.policy.complete or not any(
            reference.kind == "grant" for part in parts for reference in references.of_amount(part)
        )

    def item(self, item: AdmissibilityItem) -> frozenset[Truth]:
        """The truths that an admissibility item can have."""
        at_blank: Truth = self.row(item.entity)[self._program.layout.cell(item.name).index]
        if at_blank is not None:
            return frozenset((at_blank,))
        return self._situations.possible_truths(item.condition, item.entity)

    def widest(self, formula: Formula, power: int, entity: str | None) -> Range:
        """The least and the most that an amount can be, at a power."""
        return rescaled(formula, power)(self.blank, self.row(entity))

    def outcomes(self) -> dict[Truth, Outcome]:
        """The outcomes that a dossier can have, by its admissibility."""
        items = [self.item(item) for item in self._program.dossier_items]
        complete = self.policy.complete
        found: dict[Truth, Outcome] = {}
        if complete and all(True in truths for truths in items):
            found[True] = "admissible"
        if not complete or any(None in truths for truths in items):
            found[None] = "incomplete"
        if any(False in truths for truths in items):
            found[False] = "inadmissible"
        return found

    def statuses(self, name: str) -> tuple[GrantStatus, ...]:
        """The statuses that a grant can have."""
        grant = self._program.grants[name]
        rule = grant.rule
        at_blank: GrantStatus = self.row(rule.entity)[grant.cell.index + STATUS]
        if at_blank in {"due", "refused"}:
            return (at_blank,)
        conditions = [self.item(item) for item in (*self._program.dossier_items, *grant.admission)]
        if grant.requires is not None:
            conditions.append(self.truths(grant.requires, rule.entity))
        entitled = self.policy.complete and all(True in truths for truths in conditions)
        found: list[GrantStatus] = []
        if entitled and settles(rule.amount, self.policy) and settles(rule.at_most, self.policy):
            found += ["due"] if rule.accord is None else ["due", "eligible"]
        if rule.accord is not None or any(False in truths for truths in conditions):
            found.append("refused")
        if at_blank == "undetermined":
            found.append("undetermined")
        return tuple(found)


def settles(node: a.Amount | None, policy: Policy) -> bool:
    """Whether an amount can be known: whether no figure that it needs is still to confirm.

    That a share of nothing is nothing whatever the rate is no reason to ask for it.
    """
    match node:
        case None | c.Literal() | c.FactValue() | a.Total():
            return True
        case c.ParameterValue(parameter=name):
            return policy.parameters[name].value is not None
        case a.GrantAmount(grant=name) | a.IfGranted(grant=name):
            grant: Grant = policy.grants[name]
            return settles(grant.amount, policy) and settles(grant.at_most, policy)
        case a.Share(rate=rate, of=base, counted_up_to=ceiling):
            return all(settles(part, policy) for part in (rate, base, ceiling))
        case a.Add(items=items) | a.Smallest(items=items) | a.Largest(items=items):
            return all(settles(item, policy) for item in items)
        case a.Minus(amount=amount, less=less):
            return settles(amount, policy) and settles(less, policy)
        case a.FirstMatch(cases=cases, otherwise=otherwise):
            return any(settles(part, policy) for part in (*(case.then for case in cases), otherwise))
        case _:
            assert_never(node)


def beside(value: int | date, side: int) -> int | date | None:
    """The value one unit below or above, where there is one."""
    if not isinstance(value, date):
        return value + side
    try:
        return value + timedelta(days=side)
    except OverflowError:
        return None


def can_be(fact: Fact, value: int | date | None) -> bool:
    """Whether a dossier may give this value."""
    if value is None or isinstance(value, date):
        return value is not None
    lowest, highest = limits(fact)
    return lowest <= value <= highest


def can_differ(fact: Fact, other: Fact, side: int) -> bool:
    """Whether a dossier may give two facts so that the first is the other and `side` units more."""
    if fact.name == other.name:
        return side == 0
    if fact.type is Type.DATE:
        return True
    (low, high), (other_low, other_high) = limits(fact), limits(other)
    return low <= other_high + side and other_low + side <= high


def can_sum_to(fact: Fact, total: int) -> bool:
    """Whether the members of some list can give a fact values that come to `total`."""
    lowest, highest = limits(fact)
    if total < 0:
        total, lowest, highest = -total, -highest, -lowest
    if total == 0:
        return True
    if highest <= 0:
        return False
    members = -(-total // highest)
    return lowest <= 0 or members * lowest <= total


def can_meet(amount: Range, bound: Range, window: tuple[int, int]) -> bool:
    """Whether the difference of two amounts can lie in a window, from what they are at their widest."""
    least, most = amount[0] - bound[1], amount[1] - bound[0]
    return least <= window[1] and window[0] <= most


def step_of(nodes: Iterable[a.Amount], policy: Policy) -> int:
    """The cents by which the difference of amounts can move; 0 where it only jumps."""
    steps = [step for node in nodes if (step := _step(node, policy))]
    return min(steps, default=0)


def _step(node: a.Amount | None, policy: Policy) -> int:
    match node:
        case None | c.Literal() | c.ParameterValue():
            return 0
        case c.FactValue():
            return 1
        case a.GrantAmount(grant=name) | a.IfGranted(grant=name) | a.Total(grant=name):
            grant = policy.grants[name]
            return grant.round_to if _step(grant.amount, policy) or _step(grant.at_most, policy) else 0
        case a.Share(rate=rate, of=base):
            return _step(base, policy) or _step(rate, policy)
        case a.Add(items=items) | a.Smallest(items=items) | a.Largest(items=items):
            return step_of(items, policy)
        case a.Minus(amount=amount, less=less):
            return step_of((amount, less), policy)
        case a.FirstMatch(cases=cases, otherwise=otherwise):
            return step_of((*(case.then for case in cases), otherwise), policy)
        case _:
            assert_never(node)
