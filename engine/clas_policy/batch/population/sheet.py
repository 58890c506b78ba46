"""Made-up dossiers as one table: a row per member, with what its dossier says repeated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from clas_policy.batch.tables import Column, Kind, columns_of
from clas_policy.model.dossier import Dossier, Member
from clas_policy.model.fact import Fact, Type, Value
from clas_policy.model.money import RATE_SCALE, format_amount, format_rate
from clas_policy.model.policy import Policy
from clas_policy.problem import Message, PolicyError, Problem
from clas_policy.reading.dossier import DEPARTMENT, ID, PERIOD

YES: Final = "oui"
NO: Final = "non"
NONE: Final = "aucun"
"""How a cell says that a list of choices is known to be empty."""


class Sheet:
    """The columns of one policy's dossiers, and their rows as texts; an empty cell is what is not known.

    In `typed` tables a set of choices has a column per value, and amounts and rates are plain numbers: what a database
    reads. Raises PolicyError where dossiers have several lists, which no single table can hold.
    """

    def __init__(self, policy: Policy, *, typed: bool) -> None:
        if len(policy.entities) > 1:
            names = ", ".join(f"`{entity.list_key}`" for entity in policy.entities.values())
            message = Message("dossiers of `{id}` have several lists, {names}", {"id": policy.id, "names": names})
            hint = Message("one table holds one of them: use `--output ndjson`")
            raise PolicyError([Problem("CLAS-B425", message, hint=hint)])
        self._typed = typed
        self._entity = next(iter(policy.entities.values()), None)
        self._own = tuple(_asked(policy, None))
        self._of_members = tuple(_asked(policy, self._entity.id)) if self._entity is not None else ()

    @property
    def columns(self) -> tuple[Column, ...]:
        found = [Column(name, Kind.TEXT) for name in (ID, PERIOD, DEPARTMENT)]
        found += self._columns(self._own)
        if self._entity is not None:
            found += [Column(self._entity.list_key, Kind.BOOLEAN), Column(self._entity.id, Kind.TEXT)]
        return (*found, *self._columns(self._of_members))

    def _columns(self, facts: tuple[Fact, ...]) -> list[Column]:
        if self._typed:
            return [column for fact in facts for column in columns_of(fact)]
        return [Column(fact.name, Kind.TEXT) for fact in facts]

    def rows(self, dossier: Dossier) -> Iterator[list[str]]:
        """A row per member; one where there is none."""
        own = [dossier.id, dossier.period, dossier.department or ""]
        own += self._cells(self._own, dossier.facts)
        if self._entity is None:
            yield own
            return
        group = dossier.members.get(self._entity.id)
        given = self._boolean(group is not None)
        for member in group or (Member("", {}),):
            yield [*own, given, member.id, *self._cells(self._of_members, member.facts)]

    def _cells(self, facts: tuple[Fact, ...], known: Any) -> Iterator[str]:
        for fact in facts:
            value = known.get(fact.name)
            if fact.type is Type.CHOICES and self._typed:
                for option in fact.options:
                    yield "" if value is None else self._boolean(option.value in value)
            else:
                yield "" if value is None else self._cell(fact, value)

    def _cell(self, fact: Fact, value: Value) -> str:
        match value:
            case bool():
                return self._boolean(value)
            case frozenset():
                chosen = [option.value for option in fact.options if option.value in value]
                return " ; ".join(chosen) or NONE
            case int() if fact.type is Type.MONEY:
                return format_amount(value)
            case int() if fact.type is Type.RATE:
                return f"{value // RATE_SCALE}.{value % RATE_SCALE:06d}" if self._typed else format_rate(value)
            case date():
                return value.isoformat()
            case _:
                return str(value)

    def _boolean(self, value: bool) -> str:
        if self._typed:
            return "true" if value else "false"
        return YES if value else NO


def _asked(policy: Policy, scope: str | None) -> Iterator[Fact]:
    return (fact for fact in policy.facts.values() if fact.entity == scope and fact.derivation is None)
