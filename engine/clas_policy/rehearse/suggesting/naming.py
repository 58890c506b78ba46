"""The names of suggested cases, in the French of those who confirm them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from clas_policy.i18n import translate
from clas_policy.model.fact import Fact, Value
from clas_policy.model.policy import Policy
from clas_policy.rehearse.suggesting.changes import Changes
from clas_policy.rehearse.suggesting.finding import Suggestion
from clas_policy.wording import value_text

LANGUAGE: Final = "fr"
_MOST: Final = 2
_LONGEST: Final = 70


def name(suggestion: Suggestion, policy: Policy) -> str:
    """What differs from the base dossier, where it is little; otherwise what is shown."""
    alone = all(len(group) == 1 for group in suggestion.dossier.members.values())
    parts = list(_parts(suggestion.changes, policy, alone=alone))
    if not parts:
        return "Le dossier de départ, tel quel"
    if len(parts) <= _MOST:
        return " ; ".join(parts)
    if not suggestion.covers:
        return f"{parts[0]} ; {len(parts) - 1} autres réponses"
    point = suggestion.covers[0]
    subject, sight = (translate(message, LANGUAGE).replace("`", "") for message in (point.subject, point.sight))
    rule = point.rule.declared(policy)
    return f"{_capital(subject)} : {sight}" if rule is None else f"{_short(rule.label)} : {subject}, {sight}"


def _parts(changes: Changes, policy: Policy, *, alone: bool) -> Iterator[str]:
    for fact, value in changes.facts.items():
        yield _answer(policy.facts[fact], value)
    for members in changes.members.values():
        for member, facts in members.items():
            for fact, value in facts.items():
                yield _answer(policy.facts[fact], value, None if alone else member)
    for entity, is_empty in changes.lists.items():
        label = _short(policy.entities[entity].label)
        yield f"{label} : aucun" if is_empty else f"{label} : liste inconnue"
    for entity, group in changes.added.items():
        yield f"{_short(policy.entities[entity].label)} : {len(group)} de plus"
    for entity, names in changes.removed.items():
        yield f"{_short(policy.entities[entity].label)} : {len(names)} de moins"


def _answer(fact: Fact, value: Value | None, member: str | None = None) -> str:
    who = "" if member is None else f" ({member})"
    return f"{_short(fact.label)}{who} : {_words(fact, value)}"


def _words(fact: Fact, value: Value | None) -> str:
    match value:
        case None:
            return "inconnu"
        case bool():
            return "oui" if value else "non"
        case frozenset():
            return ", ".join(option.value for option in fact.options if option.value in value) or "aucun"
        case str():
            return value
        case _:
            return value_text(value, fact.type)


def _short(label: str) -> str:
    label = " ".join(label.split())
    return label if len(label) <= _LONGEST else f"{label[:_LONGEST].rsplit(' ', 1)[0]}…"


def _capital(sentence: str) -> str:
    return f"{sentence[:1].upper()}{sentence[1:]}"
