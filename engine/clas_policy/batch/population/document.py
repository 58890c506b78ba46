"""A typed dossier as the JSON that its reader reads: one line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from clas_policy.model.dossier import Dossier
from clas_policy.model.fact import Fact, Type, Value
from clas_policy.model.money import format_amount, format_rate
from clas_policy.model.policy import Policy
from clas_policy.reading.dossier import DEPARTMENT, ID, PERIOD

_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Documents:
    """Writes the dossiers of one policy; what is not known is left out."""

    def __init__(self, policy: Policy) -> None:
        self._lists = tuple((entity.id, entity.list_key) for entity in policy.entities.values())
        self._plans: dict[str | None, tuple[tuple[str, tuple[str, ...], str, Callable[[Any], Any]], ...]] = {
            scope: tuple(_plan(fact) for fact in policy.facts.values() if fact.entity == scope)
            for scope in (None, *policy.entities)
        }

    def line(self, dossier: Dossier) -> str:
        """The dossier as JSON, without a line end."""
        written: dict[str, Any] = {ID: dossier.id, PERIOD: dossier.period}
        if dossier.department is not None:
            written[DEPARTMENT] = dossier.department
        self._plant(None, dossier.facts, written)
        for entity, key in self._lists:
            group = dossier.members.get(entity)
            if group is not None:
                written[key] = listed = []
                for member in group:
                    inside: dict[str, Any] = {entity: member.id}
                    self._plant(entity, member.facts, inside)
                    listed.append(inside)
        return _encode(written)

    def _plant(self, scope: str | None, facts: Mapping[str, Value], written: dict[str, Any]) -> None:
        for name, above, last, plain in self._plans[scope]:
            value = facts.get(name)
            if value is not None:
                place = written
                for key in above:
                    place = place.setdefault(key, {})
                place[last] = plain(value)


def _plan(fact: Fact) -> tuple[str, tuple[str, ...], str, Callable[[Any], Any]]:
    *above, last = fact.path
    return fact.name, tuple(above), last, _plain(fact)


def _plain(fact: Fact) -> Callable[[Any], Any]:
    """How JSON writes a value; choices in the order in which they are declared."""
    match fact.type:
        case Type.MONEY:
            return format_amount
        case Type.RATE:
            return format_rate
        case Type.DATE:
            return date.isoformat
        case Type.CHOICES:
            options = [option.value for option in fact.options]
            return lambda chosen: [value for value in options if value in chosen]
        case _:
            return lambda value: value
