"""What a column may be about under one policy, and how its header may say so."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from enum import Enum
from typing import Final, TypeAlias

from clas_policy.batch.reading.cell import folded
from clas_policy.batch.tables import NUMBER, POSITION
from clas_policy.frozen import dataclass
from clas_policy.model.fact import Fact, Option, Type
from clas_policy.model.policy import Policy
from clas_policy.reading.dossier import DEPARTMENT, ID, PERIOD


class Key(Enum):
    """Columns that no fact is about."""

    DOSSIER = ID
    PERIOD = PERIOD
    DEPARTMENT = DEPARTMENT
    NUMBER = NUMBER
    """The number by which tables of a database are joined, instead of the id."""
    POSITION = POSITION
    """The place of a member in its list."""


@dataclass(frozen=True, slots=True)
class MemberId:
    """The column of the ids of an entity's members."""

    entity: str


@dataclass(frozen=True, slots=True)
class ListGiven:
    """A column that says whether an entity's list is given: yes even where it is empty."""

    entity: str
    list_key: str


@dataclass(frozen=True, slots=True)
class OptionOf:
    """One value of a fact that is a set of choices: yes or no."""

    fact: Fact
    option: Option


About: TypeAlias = Key | MemberId | ListGiven | Fact | OptionOf

LABELS: Final = {
    Key.DOSSIER: ("Numéro du dossier", "Numéro de dossier", "N° du dossier", "N° de dossier"),
    Key.PERIOD: ("Année scolaire",),
    Key.DEPARTMENT: ("Département",),
}
"""What the columns of the envelope are called in French; the first is the one that templates use."""

OF_OPTION: Final = "{label} : {option}"
"""How a template heads the column of one value."""

_AROUND_COLON: Final = re.compile(r"\s*:\s*")


def entity_of(about: About) -> str | None:
    """The entity whose members a column is about; None for the dossier."""
    match about:
        case MemberId(entity):
            return entity
        case Fact():
            return about.entity
        case OptionOf(fact, _):
            return fact.entity
        case Key() | ListGiven():
            return None


def same_header(text: str) -> str:
    """Equal for headers that people take for the same."""
    return _AROUND_COLON.sub(":", folded(text))


def envelope(header: str) -> Key | None:
    """The key that a header names, whatever the policy."""
    for key in Key:
        if header == key.value:
            return key
    same = same_header(header)
    return next((key for key, labels in LABELS.items() if same in map(same_header, labels)), None)


class Names:
    """The columns that a table may have under one policy.

    With `keep_unknown`, others are put aside and named instead of being refused.
    """

    def __init__(self, policy: Policy, *, keep_unknown: bool = False) -> None:
        self.policy = policy
        self.keep_unknown = keep_unknown
        self._exact: dict[str, About] = {key.value: key for key in Key}
        labels: defaultdict[str, list[About]] = defaultdict(list)
        self.shown: dict[str, str] = {}
        """Headers as people write them, by what they are compared by."""
        for key, known in LABELS.items():
            for label in known:
                self._label(labels, label, key)
        for entity in policy.entities.values():
            self._exact[entity.id] = MemberId(entity.id)
            self._exact[entity.list_key] = ListGiven(entity.id, entity.list_key)
            self._label(labels, entity.label, MemberId(entity.id))
        for fact in policy.facts.values():
            self._exact[fact.name] = fact
            self._label(labels, fact.label, fact)
            if fact.type is Type.CHOICES:
                for option in fact.options:
                    self._exact[f"{fact.name}.{option.value}"] = OptionOf(fact, option)
                    label = OF_OPTION.format(label=fact.label, option=option.label)
                    self._label(labels, label, OptionOf(fact, option))
        self._labels = dict(labels)

    def _label(self, labels: defaultdict[str, list[About]], label: str, about: About) -> None:
        same = same_header(label)
        if about not in labels[same]:
            labels[same].append(about)
        self.shown.setdefault(same, label)

    def find(self, header: str) -> tuple[About, ...]:
        """What a header may be about: nothing, one thing, or several that share a label."""
        exact = self._exact.get(header)
        return (exact,) if exact is not None else tuple(self._labels.get(same_header(header), ()))

    def near(self) -> Iterable[str]:
        """The headers that people may have meant, to be compared as `same_header` does."""
        yield from self._exact
        yield from self._labels


def name_of(about: About) -> str:
    """The name that leaves no doubt."""
    match about:
        case Key():
            return about.value
        case MemberId(entity):
            return entity
        case ListGiven(_, list_key):
            return list_key
        case Fact():
            return about.name
        case OptionOf(fact, option):
            return f"{fact.name}.{option.value}"
