"""A dossier to fill in, and the questions that it asks."""

from __future__ import annotations

import json
from typing import Any

from clas_policy.frozen import dataclass
from clas_policy.model.fact import Fact, Option
from clas_policy.model.policy import Policy
from clas_policy.publish.fact_words import answer
from clas_policy.reading.dossier import DEPARTMENT, ID, PERIOD

TO_NAME = "a-completer"
"""The id of a dossier to fill in."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a dossier, to print beside the template: JSON has no place for it.

    `where` is how its key is reached (``list[].key``), `answer` what to write, in French words.
    """

    fact: str
    entity: str | None
    where: str
    label: str
    question: str
    answer: str
    help: str | None = None
    choices: tuple[Option, ...] = ()


def template(policy: Policy, period: str, department: str | None) -> str:
    """A dossier of which every answer is null, one member in each list; it can be read as it stands."""
    dossier: dict[str, Any] = {ID: TO_NAME, PERIOD: period, DEPARTMENT: department}
    members: dict[str, dict[str, Any]] = {name: {name: f"{name}-1"} for name in policy.entities}
    for fact in _asked(policy):
        _plant(fact, members[fact.entity] if fact.entity else dossier)
    for entity in policy.entities.values():
        dossier[entity.list_key] = [members[entity.id]]
    return f"{json.dumps(dossier, ensure_ascii=False, indent=2)}\n"


def questions(policy: Policy) -> list[Question]:
    """What a dossier is asked, in the order of the template: its own questions, then those of each list."""
    of_lists = [fact for entity in policy.entities for fact in _asked(policy) if fact.entity == entity]
    own = [fact for fact in _asked(policy) if fact.entity is None]
    return [_question(fact, policy) for fact in (*own, *of_lists)]


def _question(fact: Fact, policy: Policy) -> Question:
    above = f"{policy.entities[fact.entity].list_key}[]." if fact.entity else ""
    return Question(
        fact=fact.name,
        entity=fact.entity,
        where=f"{above}{'.'.join(fact.path)}",
        label=fact.label,
        question=fact.question or fact.label,
        answer=answer(fact),
        help=fact.help,
        choices=fact.options,
    )


def _asked(policy: Policy) -> list[Fact]:
    """The facts that dossiers give: not those that plugins work out."""
    return [fact for fact in policy.facts.values() if fact.derivation is None]


def _plant(fact: Fact, inside: dict[str, Any]) -> None:
    *above, last = fact.path
    for key in above:
        inside = inside.setdefault(key, {})
    inside[last] = None
