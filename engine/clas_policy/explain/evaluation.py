"""Policy × dossier → what was found, each part worked out when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from clas_policy.explain import results
from clas_policy.explain.clerk import Clerk
from clas_policy.explain.missing import Search, Wanted
from clas_policy.explain.program import Program
from clas_policy.explain.results import Sums
from clas_policy.explain.slots import Row
from clas_policy.model.decision import GrantResult, Lack, MemberRef, Missing, Outcome, Totals, Unconfirmed
from clas_policy.model.dossier import Dossier
from clas_policy.model.policy import Grant, Policy
from clas_policy.model.truth import Truth


class Evaluator:
    """A policy compiled once, for any number of dossiers; it keeps nothing of them."""

    def __init__(self, policy: Policy) -> None:
        self.program = Program(policy)

    @cached_property
    def search(self) -> Search:
        """Finds what an evaluation lacks."""
        return Search(self.program)

    @cached_property
    def clerk(self) -> Clerk:
        """Writes records with their reasons."""
        return Clerk(self.program, brief=False)

    @cached_property
    def brief_clerk(self) -> Clerk:
        """Writes records without the reasons."""
        return Clerk(self.program, brief=True)

    @property
    def policy(self) -> Policy:
        return self.program.policy

    def evaluate(self, dossier: Dossier) -> Evaluation:
        """Every status and amount of the dossier; what is derived from them waits until it is asked for."""
        return Evaluation(self, dossier, self.program.run(dossier))


class Evaluation:
    """What one dossier comes to under one policy.

    Results stand in the order of declaration, layer by layer, and of the dossier's members.
    """

    __slots__ = ("_added", "_grants", "_refs", "_wanted", "d", "dossier", "evaluator")

    def __init__(self, evaluator: Evaluator, dossier: Dossier, d: Row) -> None:
        self.evaluator = evaluator
        self.dossier = dossier
        self.d = d
        self._refs: dict[str, tuple[tuple[Row, MemberRef], ...]] = {}
        self._grants: tuple[GrantResult, ...] | None = None
        self._added: Sums | None = None
        self._wanted: Wanted | None = None

    @property
    def program(self) -> Program:
        return self.evaluator.program

    @property
    def policy(self) -> Policy:
        return self.evaluator.program.policy

    @property
    def outcome(self) -> Outcome:
        admissible: Truth = self.d[self.evaluator.program.layout.admissibility]
        return "incomplete" if admissible is None else "admissible" if admissible else "inadmissible"

    def members(self, entity: str) -> tuple[tuple[Row, MemberRef], ...]:
        """The rows of the members that the dossier gives, with what they are called; none where the list is absent."""
        found = self._refs.get(entity)
        if found is None:
            given = self.dossier.members.get(entity)
            rows = self.d[self.evaluator.program.layout.lists[entity]] if given else ()
            found = tuple((row, MemberRef(entity, member.id)) for row, member in zip(rows, given or (), strict=True))
            self._refs[entity] = found
        return found

    def rows(self, entity: str | None) -> tuple[tuple[Row, MemberRef | None], ...]:
        """The rows that a rule of this scope has results in, with the members that they are of."""
        return ((self.d, None),) if entity is None else self.members(entity)

    def truth(self, name: str) -> Iterator[tuple[MemberRef | None, Truth]]:
        """The truth of a criterion, deadline, orientation or boolean fact, or the entitlement to a grant."""
        program = self.evaluator.program
        policy = program.policy
        item = (
            policy.criteria.get(name)
            or policy.deadlines.get(name)
            or policy.grants.get(name)
            or policy.orientations.get(name)
            or policy.facts[name]
        )
        index = program.layout.cell(name).index
        for row, member in self.rows(item.entity):
            yield member, row[index]

    @property
    def grants(self) -> tuple[GrantResult, ...]:
        if self._grants is None:
            self._grants = results.grants(self)
        return self._grants

    @property
    def unlimited(self) -> tuple[tuple[Grant, MemberRef | None], ...]:
        """The undetermined grants without an upper bound.

        A grant of an entity whose list is absent is one of them (without a member), unless it is refused whoever the
        members are.
        """
        return self._sums.unlimited

    @property
    def totals(self) -> Totals:
        return self._sums.totals

    @property
    def by_funder(self) -> Mapping[str, Totals]:
        """The totals of each funder that has a grant."""
        return self._sums.by_funder

    @property
    def _sums(self) -> Sums:
        if self._added is None:
            self._added = results.sums(self)
        return self._added

    @property
    def _search(self) -> Wanted:
        if self._wanted is None:
            self._wanted = self.evaluator.search.run(self)
        return self._wanted

    @property
    def missing(self) -> tuple[Missing, ...]:
        """The unknown facts (and absent lists) that an undecided result depends on."""
        return self._search.missing

    @property
    def unconfirmed(self) -> tuple[Unconfirmed, ...]:
        """The figures to confirm that an undecided result depends on."""
        return self._search.unconfirmed

    @property
    def incomplete_because(self) -> tuple[Lack, ...]:
        """What the outcome lacks; nothing unless it is incomplete."""
        return self._search.incomplete_because
