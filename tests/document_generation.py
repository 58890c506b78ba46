"""Random dossiers for a policy, as the JSON that people send: what its schema accepts, with whatever is not known."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from hypothesis import strategies as st
from tests.yaml_names import values_of

from clas_policy.model.dossier import Dossier
from clas_policy.model.fact import Fact, Type
from clas_policy.model.money import format_amount, format_rate
from clas_policy.model.policy import Policy
from clas_policy.reading import json_text
from clas_policy.reading.dossier import DossierReader

TEXTS = ("Association « L'été »", 'un "mot"', "é", "a\\b", "12")


@dataclass(frozen=True)
class Answers:
    """The answers of a dossier by full name; `members` has the lists that are given, each member with its id."""

    policy: Policy = field(repr=False)
    facts: Mapping[str, Any]
    members: Mapping[str, tuple[tuple[str, Mapping[str, Any]], ...]]
    seed: int = 0
    """Says whether what is not known is absent or null."""

    def document(self) -> dict[str, Any]:
        random = Random(self.seed)  # noqa: S311
        policy = self.policy
        document: dict[str, Any] = {
            "dossier": "d-1",
            "annee_scolaire": str(policy.period or "2024-2025"),
            "departement": policy.department,
        }
        self._plant(document, self.facts, None, random)
        for entity in policy.entities.values():
            given = self.members.get(entity.id)
            if given is not None:
                document[entity.list_key] = [{entity.id: name} for name, _ in given]
                for member, (_, facts) in zip(document[entity.list_key], given, strict=True):
                    self._plant(member, facts, entity.id, random)
            elif random.random() < 0.5:
                document[entity.list_key] = None
        return document

    def _plant(self, inside: dict[str, Any], answers: Mapping[str, Any], entity: str | None, random: Random) -> None:
        for fact in self.policy.facts.values():
            if fact.entity != entity or (fact.name not in answers and random.random() < 0.6):
                continue
            place = inside
            *above, last = fact.path
            for key in above:
                place = place.setdefault(key, {})
            place[last] = answers.get(fact.name)

    def text(self) -> bytes:
        return json.dumps(self.document(), ensure_ascii=False).encode()

    def dossier(self) -> Dossier:
        """The dossier that the reader makes of the text."""
        return DossierReader(self.policy).read(json_text.parse(self.text(), "d.json"))


@st.composite
def answer(draw: st.DrawFn, fact: Fact) -> Any:
    """A value of a fact as JSON writes it, within its bounds."""
    match fact.type:
        case Type.BOOLEAN:
            return draw(st.booleans())
        case Type.INTEGER | Type.MONEY | Type.RATE:
            number = draw(values_of(fact.type))
            lowest = fact.minimum if fact.minimum is not None or fact.type is not Type.INTEGER else -3
            if lowest is not None and lowest < 0 and draw(st.booleans()):
                number = draw(st.integers(lowest, 0))
            number = max(lowest or 0, number)
            number = number if fact.maximum is None else min(fact.maximum, number)
            if fact.type is Type.MONEY:
                return draw(st.sampled_from((format_amount(number), number / 100)))
            return format_rate(number) if fact.type is Type.RATE else number
        case Type.DATE:
            day = draw(values_of(Type.DATE)).isoformat()
            return day + draw(st.sampled_from(("", "", "T00:30:00+02:00", "T23:30:00Z")))
        case Type.CHOICE:
            return draw(st.sampled_from([option.value for option in fact.options]))
        case Type.CHOICES:
            options = st.sampled_from([option.value for option in fact.options])
            return draw(st.lists(options, min_size=fact.min_items, unique=True))
        case Type.TEXT:
            return draw(st.sampled_from(TEXTS))


@st.composite
def known_answers(draw: st.DrawFn, policy: Policy) -> Answers:
    """Answers to everything that a policy asks."""

    def answers(entity: str | None) -> dict[str, Any]:
        asked = (fact for fact in policy.facts.values() if fact.entity == entity and fact.derivation is None)
        return {fact.name: draw(answer(fact)) for fact in asked}

    members = {
        entity: tuple((f"{entity}-{number}", answers(entity)) for number in range(draw(st.integers(0, 3))))
        for entity in policy.entities
    }
    return Answers(policy, answers(None), members, draw(st.integers(0, 1000)))


@st.composite
def forgetting(draw: st.DrawFn, known: Answers) -> Answers:
    """The same answers with some left out, perhaps a whole list."""
    random = Random(draw(st.integers(0, 10**6)))  # noqa: S311
    left = draw(st.sampled_from((0.3, 0.6, 0.9)))

    def some(answers: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in answers.items() if random.random() < left}

    members = {
        entity: tuple((name, some(answers)) for name, answers in given)
        for entity, given in known.members.items()
        if random.random() < 0.85
    }
    return replace(known, facts=some(known.facts), members=members, seed=draw(st.integers(0, 1000)))


def some_answers(policy: Policy) -> st.SearchStrategy[Answers]:
    """Answers to all that a policy asks, or to less."""
    return known_answers(policy).flatmap(lambda known: st.just(known) | forgetting(known))


@st.composite
def refinements(draw: st.DrawFn, policy: Policy) -> tuple[Answers, Answers]:
    """Answers, and others that give all of them and perhaps more."""
    known = draw(known_answers(policy))
    more = known if draw(st.booleans()) else draw(forgetting(known))
    return draw(forgetting(more)), more
