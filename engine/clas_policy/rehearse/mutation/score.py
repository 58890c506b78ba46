"""How many mutants are noticed, and of those that are not, which ones provably change nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from clas_policy.frozen import dataclass
from clas_policy.model.policy import Policy
from clas_policy.problem import Message
from clas_policy.rehearse.mutation.mutants import Mutant, mutants
from clas_policy.rehearse.mutation.proofs import Proofs
from clas_policy.source import Span


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A mutant that nobody could notice, and why."""

    mutant: Mutant
    because: Message


@dataclass(frozen=True, slots=True)
class Score:
    """What became of the mutants of a policy, each in the order of the policy."""

    killed: tuple[Mutant, ...]
    survived: tuple[Mutant, ...]
    equivalent: tuple[Equivalent, ...]

    @property
    def total(self) -> int:
        return len(self.killed) + len(self.survived) + len(self.equivalent)

    @property
    def percent(self) -> float:
        """The share of mutants noticed, of those that could be; 100 where there are none."""
        could_be = len(self.killed) + len(self.survived)
        return 100 * len(self.killed) / could_be if could_be else 100.0


def score(policy: Policy, notices: Callable[[Policy], bool], *, effects: bool = False) -> Score:
    """Tries `notices` on every mutant of a policy; what it does not notice is proven to change nothing, or survives.

    `effects` are tried too if wanted (see `mutants`).
    """
    proofs = Proofs(policy)
    killed: list[Mutant] = []
    survived: list[Mutant] = []
    equivalent: list[Equivalent] = []
    for mutant in mutants(policy, effects=effects):
        if notices(mutant.policy):
            killed.append(mutant)
            continue
        because = proofs.unchanged(mutant.policy)
        if because is None:
            survived.append(mutant)
        else:
            equivalent.append(Equivalent(mutant, because))
    return Score(tuple(killed), tuple(survived), tuple(equivalent))


def together(scores: Iterable[Score]) -> Score:
    """The score of several policies that share layers: a slip that one of them notices is noticed.

    Mutants of one place and one change are one. What is proven to change nothing under one policy, and neither noticed
    nor proven under another, survives.
    """
    killed: dict[tuple[Span, Message], Mutant] = {}
    survived: dict[tuple[Span, Message], Mutant] = {}
    equivalent: dict[tuple[Span, Message], Equivalent] = {}
    for one in scores:
        killed.update({mutant.slip: mutant for mutant in one.killed})
        survived.update({mutant.slip: mutant for mutant in one.survived})
        equivalent.update({each.mutant.slip: each for each in one.equivalent})
    return Score(
        tuple(killed.values()),
        tuple(mutant for key, mutant in survived.items() if key not in killed),
        tuple(each for key, each in equivalent.items() if key not in killed and key not in survived),
    )
