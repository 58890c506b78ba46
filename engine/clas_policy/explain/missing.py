"""What is asked for: the unknowns that undecided results depend on, with what each could change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clas_policy.explain.program import Program
from clas_policy.explain.seeking import READINGS, Key, Keys, Memo, Seek, Seekers
from clas_policy.explain.slots import OUTSIDE, STATUS, Row
from clas_policy.model.decision import Lack, Missing, Unconfirmed

if TYPE_CHECKING:
    from clas_policy.explain.evaluation import Evaluation


@dataclass(frozen=True, slots=True)
class Wanted:
    missing: tuple[Missing, ...]
    unconfirmed: tuple[Unconfirmed, ...]
    incomplete_because: tuple[Lack, ...]


_NOTHING = Wanted((), (), ())


@dataclass(frozen=True, slots=True)
class _Root:
    """A result that may be undecided: where it stands, and which value says that it is."""

    id: str
    entity: str | None
    index: int
    undecided: str | None
    seek: Seek


class Search:
    """Finds what an evaluation lacks; compiled once with its program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._seekers = seekers = Seekers(program)
        self._lists = {rank: program.policy.entities[entity] for entity, rank in seekers.lists.items()}
        self._facts = {rank: program.policy.facts[name] for name, rank in seekers.facts.items()}
        self._parameters = {rank: program.policy.parameters[name] for name, rank in seekers.parameters.items()}
        self._admissibility = seekers.admissibility()
        self._grants = [
            _Root(name, grant.rule.entity, grant.cell.index + STATUS, "undetermined", seekers.grant(name))
            for name, grant in program.grants.items()
        ]
        self._orientations = [
            _Root(name, orientation.rule.entity, orientation.cell.index, None, seekers.rule(name))
            for name, orientation in program.orientations.items()
            if orientation.requires is not None
        ]

    def run(self, evaluation: Evaluation) -> Wanted:
        d, lists = evaluation.d, self._program.layout.lists
        could: dict[Key, list[str]] = {}
        memo: Memo = {}
        lacks: tuple[Lack, ...] = ()
        if d[self._program.layout.admissibility] is None:
            keys: Keys = set()
            self._admissibility(d, d, keys, memo)
            _note(could, keys, "outcome")
            lacks = self._lacks(keys)
        for root in self._grants:
            self._from(root, d, could, memo)
            if root.entity is not None and d[lists[root.entity]] is None:
                (anybody,) = d[lists[root.entity] + 1]
                if anybody[root.index] != "refused":
                    _note(could, {(self._seekers.lists[root.entity], OUTSIDE)}, root.id)
        for root in self._orientations:
            self._from(root, d, could, memo)
        return self._wanted(evaluation, could, lacks) if could or lacks else _NOTHING

    def _from(self, root: _Root, d: Row, could: dict[Key, list[str]], memo: Memo) -> None:
        for row in (d,) if root.entity is None else d[self._program.layout.lists[root.entity] + 1]:
            if row[root.index] == root.undecided:
                keys: Keys = set()
                root.seek(d, row, keys, memo)
                _note(could, keys, root.id)

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
        return tuple(lacks)

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
