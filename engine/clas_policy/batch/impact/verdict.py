"""What one policy says of one dossier, as far as two policies are compared by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from clas_policy.explain import Evaluator
from clas_policy.explain.slots import RANGE, STATUS, Row
from clas_policy.frozen import dataclass
from clas_policy.model.decision import Outcome
from clas_policy.model.dossier import Dossier
from clas_policy.model.policy import Policy
from clas_policy.model.truth import Truth

Line: TypeAlias = tuple[str, int, int | None]
"""A grant for the dossier or a member: its status, its cents at least and at the most (None: unbounded)."""

REFUSED: Final[Line] = ("refused", 0, 0)
ABSENT: Final[Line] = ("absent", 0, 0)
"""A grant that the policy does not have."""


class Results(NamedTuple):
    """What is found for the dossier, or for one member: the truths of rules and the grants, as `Scope` orders them."""

    truths: tuple[Truth, ...]
    lines: tuple[Line, ...]


class Verdict(NamedTuple):
    """The results for the dossier, and for the members of each list.

    Of a list that is absent the one entry is what holds whoever the members are.
    """

    outcome: Outcome
    own: Results
    members: Mapping[str, Sequence[Results]]
    absent: frozenset[str]
    """The entities whose list is absent."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The names of the rules and of the grants of the dossier, or of one entity, in the order of its `Results`."""

    rules: tuple[str, ...]
    grants: tuple[str, ...]


def scopes(policy: Policy) -> Mapping[str | None, Scope]:
    """The scopes of a policy: the dossier's (None), and those of its entities."""
    return {
        scope: Scope(
            tuple(
                rule.name
                for rules in (policy.criteria, policy.deadlines, policy.orientations)
                for rule in rules.values()
                if rule.entity == scope and rule.name not in _silent(policy)
            ),
            tuple(name for name, grant in policy.grants.items() if grant.entity == scope),
        )
        for scope in (None, *policy.entities)
    }


def _silent(policy: Policy) -> frozenset[str]:
    """The rules that nothing is evaluated of: entries of a calendar, orientations without a test."""
    calendar = {name for name, deadline in policy.deadlines.items() if deadline.fact is None}
    return frozenset(calendar | {name for name, one in policy.orientations.items() if one.requires is None})


class Judge:
    """Gives the evaluator's verdicts of one policy."""

    def __init__(self, policy: Policy) -> None:
        self._program = Evaluator(policy).program
        layout = self._program.layout
        self._admissibility = layout.admissibility
        self._lists = layout.lists
        self._cells = {
            scope: (
                tuple(layout.cell(name).index for name in found.rules),
                tuple(layout.cell(name).index for name in found.grants),
            )
            for scope, found in scopes(policy).items()
        }

    def judge(self, dossier: Dossier) -> Verdict:
        d = self._program.run(dossier)
        admissible: Truth = d[self._admissibility]
        return Verdict(
            "incomplete" if admissible is None else "admissible" if admissible else "inadmissible",
            _results(d, *self._cells[None]),
            {entity: [_results(row, *self._cells[entity]) for row in d[at + 1]] for entity, at in self._lists.items()},
            frozenset(entity for entity in self._lists if entity not in dossier.members),
        )


def _results(row: Row, rules: tuple[int, ...], grants: tuple[int, ...]) -> Results:
    return Results(tuple([row[index] for index in rules]), tuple([_line(row, index) for index in grants]))


def _line(row: Row, index: int) -> Line:
    low, high = row[index + RANGE]
    return row[index + STATUS], low, None if isinstance(high, float) else high
