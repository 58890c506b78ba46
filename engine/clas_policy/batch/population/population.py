"""Made-up dossiers of a policy, one after the other: as many as asked for, the same ones for the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Final

from clas_policy.batch.population.assumptions import Assumptions, Weights
from clas_policy.batch.population.drawing import Answers, Counts, weighted
from clas_policy.model.dossier import Dossier, Member
from clas_policy.model.fact import Value
from clas_policy.model.policy import Policy

PREFIX: Final = "simule"
"""What every id begins with, so that nobody takes a dossier for a real one."""

_DIGITS: Final = 6


def is_made_up(name: str) -> bool:
    """Whether a dossier of this id was drawn by a simulation."""
    return name.startswith(f"{PREFIX}-")


class Population:
    """Draws dossiers by assumptions that fit the policy; the first of a long run are those of a short one.

    Each fact has a stream of its own, so that an assumption about one leaves the others as they are.
    """

    def __init__(self, policy: Policy, assumptions: Assumptions, seed: int) -> None:
        self.policy = policy
        self.assumptions = assumptions
        self.seed = seed

    def dossiers(self, count: int) -> Iterator[Dossier]:
        """So many dossiers; each is valid for the reader of the policy's dossiers."""
        seed, assumed, policy = self.seed, self.assumptions, self.policy
        answers: dict[str | None, list[Answers]] = {scope: [] for scope in (None, *policy.entities)}
        for name, assumption in assumed.facts.items():
            fact = policy.facts[name]
            answers[fact.entity].append(Answers(fact, assumption, seed))
        lists = [(entity, Counts(entity, assumed.lists[entity], seed), answers[entity]) for entity in policy.entities]
        department = _department(assumed, policy, seed)
        period = str(policy.period or "")
        for number in range(1, count + 1):
            called = f"{number:0{_DIGITS}d}"
            facts = {own.name: value for own in answers[None] if (value := own.next(called)) is not None}
            members: dict[str, tuple[Member, ...]] = {}
            for entity, counts, asked in lists:
                size = counts.next()
                if size is not None:
                    members[entity] = _members(asked, [f"{called}-{place}" for place in range(1, size + 1)])
            yield Dossier(f"{PREFIX}-{called}", period, next(department), facts, members)


def _members(asked: list[Answers], called: list[str]) -> tuple[Member, ...]:
    rows: list[dict[str, Value]] = [{} for _ in called]
    for answers in asked:
        name = answers.name
        for row, value in zip(rows, answers.members(called), strict=True):
            if value is not None:
                row[name] = value
    return tuple(Member(f"{PREFIX}-{name.rpartition('-')[2]}", row) for name, row in zip(called, rows, strict=True))


def _department(assumed: Assumptions, policy: Policy, seed: int) -> Iterator[str | None]:
    """The departments that dossiers name."""
    if policy.department is not None or not assumed.departments:
        while True:
            yield policy.department
    random = Random(f"{seed}/departement")  # noqa: S311 - a simulation, not a secret
    draw = weighted(Weights(assumed.departments))
    while True:
        yield str(draw(random))
