"""Whether a mutant provably changes no result: no status, no amount, on any dossier."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from clas_policy.model import condition as c
from clas_policy.model.policy import Criterion, Deadline, Grant, Orientation, Policy
from clas_policy.model.truth import Truth
from clas_policy.problem import Message
from clas_policy.rehearse.mutation.amount_proofs import AmountProofs
from clas_policy.rehearse.mutation.resolved import Figures
from clas_policy.situations import Situations
from clas_policy.situations.definitions import entitlement, of_criterion


class _NotProven(Exception):  # noqa: N818 - nothing is wrong
    """Some rule may have another result."""


class Proofs:
    """Proofs that policies with the rules of one policy, slightly changed, come to the same results.

    Every rule whose text is another once figures are in place must be proven the same; as what a rule reads comes
    before it, and is the same, so are all results. Reasons, and the facts that are asked for, may differ.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = _with_figures(policy)
        self._situations = Situations(self._policy)
        self._amounts = AmountProofs(self._policy, self._situations)

    def unchanged(self, mutant: Policy) -> Message | None:
        """Why the mutant comes to the same results on every dossier; None where that is not proven."""
        changed = _with_figures(mutant)
        try:
            reasons = list(dict.fromkeys(self._reasons(changed)))
        except _NotProven:
            return None
        if not reasons:
            return Message("no rule reads it")
        found = reasons[0]
        for reason in reasons[1:]:
            found = Message("{first}; {second}", {"first": found, "second": reason})
        return found

    def _reasons(self, changed: Policy) -> Iterator[Message]:
        policy = self._policy
        for name, criterion in policy.criteria.items():
            yield from self._criterion(criterion, changed.criteria[name])
        for name, deadline in policy.deadlines.items():
            yield from self._deadline(deadline, changed.deadlines[name])
        if changed.admissibility != policy.admissibility:
            yield from self._admissibility(changed)
        for name, grant in policy.grants.items():
            yield from self._grant(grant, changed.grants[name], changed)
        for name, orientation in policy.orientations.items():
            yield from self._orientation(orientation, changed.orientations[name])

    def _criterion(self, rule: Criterion, other: Criterion) -> Iterator[Message]:
        if (rule.requires, rule.only_if) != (other.requires, other.only_if):
            self._same(of_criterion(rule), of_criterion(other), rule.entity)
            yield _same_truth(rule.name)

    def _deadline(self, rule: Deadline, other: Deadline) -> Iterator[Message]:
        if (rule.condition, rule.opened) != (other.condition, other.opened):
            self._same(rule.condition, other.condition, rule.entity)
            self._same(rule.opened, other.opened, rule.entity)
            yield _same_truth(rule.name)

    def _orientation(self, rule: Orientation, other: Orientation) -> Iterator[Message]:
        if rule.requires != other.requires:
            self._same(rule.requires, other.requires, rule.entity)
            yield _same_truth(rule.name)

    def _admissibility(self, changed: Policy) -> Iterator[Message]:
        """An item that can fail is named in decisions, with its effect; one that cannot may go, if all others agree."""
        kept = {item.name: item for item in changed.admissibility}
        for item in self._policy.admissibility:
            if kept.get(item.name) != item:
                if False in self._truths(item.condition, item.entity):
                    raise _NotProven
                yield Message("`{name}` is never not met", {"name": item.name})
        self._same(_admission(self._policy), _admission(changed), None)

    def _grant(self, rule: Grant, other: Grant, changed: Policy) -> Iterator[Message]:
        entitled = entitlement(self._policy, rule), entitlement(changed, other)
        amounts = (rule.amount, rule.at_most), (other.amount, other.at_most)
        if entitled[0] == entitled[1] and amounts[0] == amounts[1] and rule.accord == other.accord:
            return
        if entitled[0] != entitled[1]:
            self._same(*entitled, rule.entity)
            yield Message("the entitlement to `{name}` is the same on every dossier", {"name": rule.name})
        if rule.accord != other.accord:
            raise _NotProven
        if amounts[0] == amounts[1]:
            return
        if self._truths(entitled[0], rule.entity) == {False}:
            yield Message("nobody is entitled to `{name}`", {"name": rule.name})
        elif self._amounts.same(rule, other):
            yield Message("`{name}` pays the same on every dossier, to the cent", {"name": rule.name})
        else:
            raise _NotProven

    def _truths(self, node: c.Condition, entity: str | None) -> frozenset[Truth]:
        return self._situations.possible_truths(node, entity)

    def _same(self, one: c.Condition | None, other: c.Condition | None, entity: str | None) -> None:
        """Goes on where two conditions are one; a rule without a condition is like no other."""
        if one == other:
            return
        if one is None or other is None or not self._situations.are_one(one, other, entity):
            raise _NotProven


def _same_truth(name: str) -> Message:
    return Message("`{name}` has the same status on every dossier", {"name": name})


def _admission(policy: Policy) -> c.Condition:
    return c.All(tuple(item.condition for item in policy.admissibility if item.entity is None))


def _with_figures(policy: Policy) -> Policy:
    """The policy with its figures in place of their names."""
    figures = Figures(policy)

    def condition(node: c.Condition | None) -> c.Condition | None:
        return None if node is None else figures.condition(node)

    def criterion(rule: Criterion) -> Criterion:
        return replace(rule, requires=figures.condition(rule.requires), only_if=condition(rule.only_if))

    def deadline(rule: Deadline) -> Deadline:
        return replace(rule, condition=condition(rule.condition), opened=condition(rule.opened))

    def grant(rule: Grant) -> Grant:
        cap = None if rule.at_most is None else figures.amount(rule.at_most)
        return replace(rule, requires=condition(rule.requires), amount=figures.amount(rule.amount), at_most=cap)

    def orientation(rule: Orientation) -> Orientation:
        return replace(rule, requires=condition(rule.requires))

    return replace(
        policy,
        criteria={name: criterion(rule) for name, rule in policy.criteria.items()},
        deadlines={name: deadline(rule) for name, rule in policy.deadlines.items()},
        grants={name: grant(rule) for name, rule in policy.grants.items()},
        orientations={name: orientation(rule) for name, rule in policy.orientations.items()},
    )
