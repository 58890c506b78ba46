"""What is asked for: the unknowns that undecided results depend on, with what each could change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

from clas_policy.explain.program import Program
from clas_policy.explain.seeking import READINGS, Key, Keys, Memo, Reach, Seekers
from clas_policy.explain.slots import OUTSIDE, STATUS, Row
from clas_policy.frozen import dataclass
from clas_policy.model.decision import Lack, Missing, Unconfirmed

if TYPE_CHECKING:
    from clas_policy.explain.evaluation import Evaluation


@dataclass(frozen=True, slots=True)
class Wanted:
    missing: tuple[Missing, ...]
    unconfirmed: tuple[Unconfirmed, ...]
    incomplete_because: tuple[Lack, ...]


_NOTHING = Wanted((), (), ())


_Root: TypeAlias = tuple[str, int, int, str | None, Reach]
"""A result that may be undecided: its name, the index of its rows (0: the dossier's own), the index of what tells that
it is, the value that tells it, and the walk."""


class Search:
    """Finds what an evaluation lacks; compiled once with its program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._seekers = seekers = Seekers(program)
        self._lists = {rank: program.policy.entities[entity] for entity, rank in seekers.lists.items()}
        self._facts = {rank: program.policy.facts[name] for name, rank in seekers.facts.items()}
        self._parameters = {rank: program.policy.parameters[name] for name, rank in seekers.parameters.items()}
        self._admissibility = seekers.admissibility()
        self._roots = tuple(self._all_roots())
        self._order = {name: number for number, name in enumerate(("outcome", *(root[0] for root in self._roots)))}

    def _all_roots(self) -> Iterator[_Root]:
        """The grants, then the orientations that are not for the committee alone to judge."""
        lists, seekers = self._program.layout.lists, self._seekers
        for name, grant in self._program.grants.items():
            rows_at = 0 if grant.rule.entity is None else lists[grant.rule.entity] + 1
            yield name, rows_at, grant.cell.index + STATUS, "undetermined", seekers.grant(name)
        for name, orientation in self._program.orientations.items():
            if orientation.requires is not None:
                rows_at = 0 if orientation.rule.entity is None else lists[orientation.rule.entity] + 1
                yield name, rows_at, orientation.cell.index, None, seekers.rule(name)

    def run(self, evaluation: Evaluation) -> Wanted:
        d, lists = evaluation.d, self._program.layout.lists
        could: dict[Key, list[str]] = {}
        memo: Memo = {}
        lacks: tuple[Lack, ...] = ()
        if d[self._program.layout.admissibility] is None:
            keys = self._admissibility(d, d, memo)
            _note(could, keys, "outcome")
            lacks = self._lacks(keys)
        for name, rows_at, index, undecided, reach in self._roots:
            if rows_at:
                for row in d[rows_at]:
                    if row[index] == undecided:
                        _note(could, reach(d, row, memo), name)
            elif d[index] == undecided:
                _note(could, reach(d, d, memo), name)
        for entity, at in lists.items():
            if d[at] is None:
                self._without_list(entity, d[at + 1][0], could)
        return self._wanted(evaluation, could, lacks) if could or lacks else _NOTHING

    def _without_list(self, entity: str, anybody: Row, could: dict[Key, list[str]]) -> None:
        """The absent list of an entity could change every grant of its members that is not refused to all of them."""
        key = (self._seekers.lists[entity], OUTSIDE)
        grants = [
            name
            for name, grant in self._program.grants.items()
            if grant.rule.entity == entity and anybody[grant.cell.index + STATUS] != "refused"
        ]
        if causes := {*could.get(key, ()), *grants}:
            could[key] = sorted(causes, key=self._order.__getitem__)

    def _lacks(self, keys: Keys) -> tuple[Lack, ...]:
        ranks = {rank for rank, _ in keys}
        lacks: list[Lack] = []
        if any(rank in self._facts or rank in self._lists for rank in ranks):
            lacks.append("facts")
        if READINGS in ranks:
            lacks.append("readings")
        if any(rank in self._parameters for rank in ranks):
            lacks.append("parameters")
        if not self._program.policy.complete:
            lacks.append("local_conditions")
        return tuple(lacks) or ("facts",)  # a fact that is not asked for, an accord say

    def _wanted(self, evaluation: Evaluation, could: dict[Key, list[str]], lacks: tuple[Lack, ...]) -> Wanted:
        missing: list[Missing] = []
        unconfirmed: list[Unconfirmed] = []
        for key in sorted(could):
            rank, position = key
            ids = tuple(could[key])
            if fact := self._facts.get(rank):
                member = None if fact.entity is None else evaluation.members(fact.entity)[position][1]
                by = fact.derivation.by if fact.derivation else None
                missing.append(Missing(fact.name, None, member, fact.label, fact.question, ids, by))
            elif entity := self._lists.get(rank):
                missing.append(Missing(None, entity.list_key, None, entity.label, None, ids))
            elif parameter := self._parameters.get(rank):
                unconfirmed.append(Unconfirmed(parameter.name, parameter.label, ids))
        return Wanted(tuple(missing), tuple(unconfirmed), lacks)


def _note(could: dict[Key, list[str]], keys: Keys, cause: str) -> None:
    """Says that each of `keys` could change `cause`; causes come in order, so a repeated one is the last."""
    for key in keys:
        causes = could.setdefault(key, [])
        if not causes or causes[-1] != cause:
            causes.append(cause)
