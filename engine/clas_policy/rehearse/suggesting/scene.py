"""A dossier in the making, with what it comes to: each change gives another, and what was decided stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from clas_policy.explain import Evaluation, Evaluator
from clas_policy.explain.compiled import Test
from clas_policy.explain.slots import Row
from clas_policy.model.dossier import Dossier, Member
from clas_policy.model.fact import Value
from clas_policy.model.policy import Policy
from clas_policy.model.truth import Truth
from clas_policy.rehearse.running import Prepare
from clas_policy.rehearse.suggesting.synthetic import blank

Who: TypeAlias = tuple[str, str] | None
"""A member, by its entity and id; None: the dossier itself."""
Group: TypeAlias = Mapping[str, Mapping[str, Value]]
"""The members of an entity, their facts by id."""

LIST: Final = "[]"
"""What is pinned where the members themselves are decided."""
SELF: Final = ""
"""What is pinned of a member that a goal is about: it stays."""


class SpentError(Exception):
    """The search has evaluated as many dossiers as it may for one point."""


class Stage:
    """What the scenes of a search have in common: the policy, the envelope of the dossiers, the work done."""

    def __init__(self, evaluator: Evaluator, prepare: Prepare, limit: int) -> None:
        self.evaluator = evaluator
        self._prepare = prepare
        self._limit = limit
        self._left = limit

    @property
    def policy(self) -> Policy:
        return self.evaluator.policy

    def renew(self) -> None:
        """Gives the next point its share of work."""
        self._left = self._limit

    def evaluate(self, dossier: Dossier) -> Evaluation:
        """What a dossier comes to; raises SpentError where the work is used up."""
        if self._left <= 0:
            raise SpentError
        self._left -= 1
        prepared, _troubles = self._prepare(self.policy, dossier)
        return self.evaluator.evaluate(prepared)

    def opening(self, dossier: Dossier) -> Scene:
        """The scene of a given dossier."""
        members = {entity: {member.id: member.facts for member in group} for entity, group in dossier.members.items()}
        return Scene(self, dossier.facts, members, frozenset())


class Scene:
    """One dossier, never changed; an entity without an entry in `members` has no list."""

    __slots__ = ("_evaluation", "facts", "members", "pins", "stage")

    def __init__(
        self,
        stage: Stage,
        facts: Mapping[str, Value],
        members: Mapping[str, Group],
        pins: frozenset[tuple[str, Who]],
    ) -> None:
        self.stage = stage
        self.facts = facts
        self.members = members
        self.pins = pins
        self._evaluation: Evaluation | None = None

    @property
    def dossier(self) -> Dossier:
        members = {
            entity: tuple(Member(member, facts) for member, facts in group.items())
            for entity, group in self.members.items()
        }
        return blank(self.stage.policy, self.facts, members)

    @property
    def evaluation(self) -> Evaluation:
        if self._evaluation is None:
            self._evaluation = self.stage.evaluate(self.dossier)
        return self._evaluation

    def row(self, who: Who) -> Row:
        """The row of the dossier or of a member."""
        evaluation = self.evaluation
        if who is None:
            return evaluation.d
        return next(row for row, member in evaluation.members(who[0]) if member.id == who[1])

    def truth(self, test: Test, who: Who) -> Truth:
        return test.run(self.evaluation.d, self.row(who))

    def value(self, fact: str, who: Who) -> Value | None:
        """What the dossier gives for a fact."""
        return self._facts(who).get(fact)

    def _facts(self, who: Who) -> Mapping[str, Value]:
        return self.facts if who is None else self.members[who[0]][who[1]]

    def scope(self, fact: str, who: Who) -> Who:
        """Who answers a fact that is read for `who`."""
        return None if self.stage.policy.facts[fact].entity is None else who

    def put(self, fact: str, who: Who, value: Value | None) -> Scene | None:
        """With a fact answered so (None: unknown) for good; None where it is decided otherwise, or derived."""
        if self.stage.policy.facts[fact].derivation is not None:
            return None
        old = self.value(fact, who)
        pin = (fact, who)
        if old == value and type(old) is type(value):
            if pin in self.pins:
                return self
            same = Scene(self.stage, self.facts, self.members, self.pins | {pin})
            same._evaluation = self._evaluation
            return same
        if pin in self.pins:
            return None
        facts = {name: kept for name, kept in self._facts(who).items() if name != fact}
        if value is not None:
            facts[fact] = value
        if who is None:
            return Scene(self.stage, facts, self.members, self.pins | {pin})
        entity, member = who
        group = {**self.members[entity], member: facts}
        return Scene(self.stage, self.facts, {**self.members, entity: group}, self.pins | {pin})

    def supposing(self, fact: str, who: Who, value: Value) -> Scene:
        """With a fact answered so for now: another goal may answer it otherwise."""
        put = self.put(fact, who, value)
        return self if put is None else Scene(self.stage, put.facts, put.members, self.pins)

    def keeping(self, who: Who) -> Scene | None:
        """With a member that may not be taken away; None where it has been."""
        if who is None or (SELF, who) in self.pins:
            return self
        if who[1] not in self.members.get(who[0], {}):
            return None
        same = Scene(self.stage, self.facts, self.members, self.pins | {(SELF, who)})
        same._evaluation = self._evaluation
        return same

    def with_list(self, entity: str, group: Group | None) -> Scene | None:
        """With these members (None: the list is absent) for good; None where the members are decided otherwise."""
        if (LIST, (entity, "")) in self.pins:
            return None
        needed = {who[1] for name, who in self.pins if name != LIST and who is not None and who[0] == entity}
        if not needed.issubset(group or ()):
            return None
        members = {name: kept for name, kept in self.members.items() if name != entity}
        if group is not None:
            members[entity] = group
        return Scene(self.stage, self.facts, members, self.pins | {(LIST, (entity, ""))})

    def with_members(self, entity: str, more: Iterable[Mapping[str, Value]]) -> Scene | None:
        """With further members; None where the members are decided otherwise."""
        group = dict(self.members.get(entity, {}))
        for facts in more:
            number = len(group) + 1
            while f"{entity}-{number}" in group:
                number += 1
            group[f"{entity}-{number}"] = facts
        return self.with_list(entity, group)

    def ids(self, entity: str) -> tuple[str, ...]:
        return tuple(self.members.get(entity, ()))
