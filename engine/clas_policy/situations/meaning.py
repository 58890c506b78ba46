"""Which truths a condition can have over all dossiers, and whether two conditions are one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Final, TypeAlias

from clas_policy.explain import Evaluator
from clas_policy.explain.conditions import compiled
from clas_policy.explain.names import Names
from clas_policy.explain.program import Program
from clas_policy.explain.slots import Layout, Row
from clas_policy.frozen import dataclass
from clas_policy.model import condition as c
from clas_policy.model.dossier import Dossier
from clas_policy.model.fact import Value
from clas_policy.model.policy import Policy
from clas_policy.model.truth import Truth
from clas_policy.problem import Message
from clas_policy.situations.diagrams import TooLargeError
from clas_policy.situations.measures import ALL
from clas_policy.situations.picture import Picture

LIMIT: Final = 100_000
"""The steps that a diagram may take; beyond it the rules that a condition names are taken for anything, then it is."""


@dataclass(frozen=True, slots=True)
class Same:
    """Proven: one truth on every dossier."""


@dataclass(frozen=True, slots=True)
class Differs:
    """A situation in which the conditions have two truths.

    The facts that matter by name, None for unknown; the name of an entity, with None, says that its list is absent.
    """

    situation: Mapping[str, Value | None]
    one: Truth
    other: Truth


@dataclass(frozen=True, slots=True)
class Undecided:
    """Neither proven the same nor shown to differ."""

    because: Message


Verdict: TypeAlias = Same | Differs | Undecided


class Situations:
    """Answers about the conditions of one policy."""

    def __init__(self, policy: Policy, *, limit: int = LIMIT) -> None:
        self.policy = policy
        self._limit = limit
        self._names = Names(policy, Layout(policy))

    def possible_truths(self, node: c.Condition, entity: str | None) -> frozenset[Truth]:
        """The truths that the condition of an entity (None: of the dossier) can have.

        Never without one that some dossier gives. Exactly those, unless amounts are compared, members aggregated, or a
        fact is derived; or unless there are too many situations.
        """
        for expanded in (True, False):
            picture = self._picture(node, expanded=expanded)
            try:
                return picture.diagrams.truths(picture.draw(node, entity))
            except TooLargeError:
                continue
        return frozenset(ALL)

    def same_meaning(self, node: c.Condition, other: c.Condition, entity: str | None) -> Verdict:
        """Whether two conditions of an entity (None: of the dossier) have the same truth on every dossier."""
        for expanded in (True, False):
            picture = self._picture(node, other, expanded=expanded)
            try:
                both = picture.draw(node, entity), picture.draw(other, entity)
                if both[0] == both[1]:
                    return Same()
                if expanded:
                    found = _difference(picture, both, entity)
                    return found or Undecided(Message("amounts, members or derived facts are compared"))
            except TooLargeError:
                continue
        return Undecided(Message("there are too many situations to compare"))

    def are_one(self, node: c.Condition, other: c.Condition, entity: str | None) -> bool:
        """Whether they are proven to have the same truth on every dossier."""
        return isinstance(self.same_meaning(node, other, entity), Same)

    def situation(self, node: c.Condition, entity: str | None, truth: Truth) -> Mapping[str, Value | None] | None:
        """The facts of a situation in which the condition surely has a truth; None where none is found."""
        picture = self._picture(node, expanded=True)
        try:
            drawn = picture.draw(node, entity)
            path = picture.diagrams.path(
                (drawn,),
                lambda truths: truths[0] is truth,
                lambda asked, chosen: picture.is_certain(asked, chosen, entity),
            )
        except TooLargeError:
            return None
        return None if path is None else picture.situation(path)

    def _picture(self, *nodes: c.Condition, expanded: bool) -> Picture:
        return Picture(self._names, nodes, self._settled, expanded=expanded, limit=self._limit)

    def _settled(self, node: c.AmountWithin, entity: str | None) -> Truth:
        program, d = self._nothing_known
        row: Row = d if entity is None else d[program.layout.lists[entity] + 1][0]
        return compiled(node, program.names).run(d, row)

    @cached_property
    def _nothing_known(self) -> tuple[Program, Row]:
        """The rows of a dossier that says nothing: what is decided in them is decided for every dossier."""
        program = Evaluator(self.policy).program
        return program, program.run(Dossier("", "", None, {}, {}))


def _difference(picture: Picture, both: tuple[int, int], entity: str | None) -> Differs | None:
    path = picture.diagrams.path(
        both,
        lambda truths: truths[0] is not truths[1],
        lambda asked, chosen: picture.is_certain(asked, chosen, entity),
    )
    if path is None:
        return None
    one, other = (picture.diagrams.followed(diagram, path) for diagram in both)
    return Differs(picture.situation(path), one, other)
