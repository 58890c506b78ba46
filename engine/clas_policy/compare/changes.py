"""What can change between two policies: a closed union of typed changes, in no language."""

from __future__ import annotations

from dataclasses import field
from datetime import date
from enum import StrEnum
from typing import Final, TypeAlias

from clas_policy.frozen import dataclass
from clas_policy.model.amount import Amount, Case
from clas_policy.model.condition import Condition, Operand, Reading
from clas_policy.model.fact import Origin, Type

Node: TypeAlias = Condition | Amount | Case | Reading
"""A part of a condition or of an amount."""


class Section(StrEnum):
    """Where an item stands in a policy, by the key of the language; `POLICY` is the policy itself."""

    POLICY = "policy"
    DOCUMENTS = "documents"
    FUNDERS = "funders"
    ENTITIES = "entities"
    FACTS = "facts"
    PARAMETERS = "parameters"
    PUBLISHED = "published"
    DEADLINES = "deadlines"
    CRITERIA = "criteria"
    ADMISSIBILITY = "admissibility"
    GRANTS = "grants"
    ORIENTATIONS = "orientations"
    TEXTS = "texts"


class Group(StrEnum):
    """What a change is about, in the order in which it is told."""

    STATUS = "status"
    FIGURES = "figures"
    DATES = "dates"
    CONDITIONS = "conditions"
    GRANTS = "grants"
    ORIENTATIONS = "orientations"
    QUESTIONS = "questions"
    TEXTS = "texts"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, in the unit of its type.

    None is a figure to confirm; as the `min` or `max` of a fact it is no bound at all.
    """

    type: Type
    old: int | None
    new: int | None

    @property
    def difference(self) -> int | None:
        """By how much it went up, in the unit of the type."""
        return None if self.old is None or self.new is None else self.new - self.old

    @property
    def tenths(self) -> int | None:
        """By how many tenths of a percent it went up, half away from zero; None where there is nothing to relate to."""
        if self.old is None or self.new is None or self.old == 0:
            return None
        change, base = abs(self.new - self.old) * 1000, abs(self.old)
        rounded = (2 * change + base) // (2 * base)
        return rounded if self.new > self.old else -rounded


@dataclass(frozen=True, slots=True)
class DayMark:
    """A day as written: itself, or the name that gives it; neither is a day to confirm."""

    day: date | None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A day; None is none at all."""

    old: DayMark | None
    new: DayMark | None

    @property
    def days(self) -> int | None:
        """By how many days it is later; negative: earlier."""
        old, new = self.old and self.old.day, self.new and self.new.day
        return (new - old).days if old and new else None


@dataclass(frozen=True, slots=True)
class ItemAdded:
    """An item that only the new policy has."""


@dataclass(frozen=True, slots=True)
class ItemRemoved:
    """An item that only the old policy has."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """An item that says the same under another name."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Term:
    """A property that is a word of the language or a name; None is none."""

    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries that a list gained and lost."""

    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """A text that only people read."""

    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Cited:
    """A source that stands for another, and the items that it is the source of."""

    old: str | None
    new: str | None
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Items that were compared with their source on another day; None: nothing says when."""

    old: date | None
    new: date | None
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """How parts stand together: by the key of the language, with the `count` of ``at_least`` (0 elsewhere)."""

    key: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class PartAdded:
    """A part that stands among more now; `among` is None where there was nothing at all.

    `negated`: under a ``not``, where to ask for more is to accept more.
    """

    part: Node
    among: Head | None
    negated: bool = False


@dataclass(frozen=True, slots=True)
class PartRemoved:
    """A part that stood among more before; `among` is None where nothing is left."""

    part: Node
    among: Head | None
    negated: bool = False


@dataclass(frozen=True, slots=True)
class PartReplaced:
    """A part in the place of another: the smallest that differ. `role` is the key under which they stand, if any."""

    old: Node
    new: Node
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Regrouped:
    """The same parts, put together in another way: all of them, any of them, so many of them."""

    old: Head
    new: Head
    old_node: Node
    new_node: Node


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of an interval; a `strict` one leaves the value itself out."""

    value: Operand | Amount
    strict: bool


@dataclass(frozen=True, slots=True)
class BoundMoved:
    """The lower or the upper end of an interval; `old_node` and `new_node` are what has the interval."""

    is_lower: bool
    old: Bound | None
    new: Bound | None
    old_node: Condition
    new_node: Condition


@dataclass(frozen=True, slots=True)
class ValuesChanged:
    """The values of a choice that a condition accepts."""

    fact: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    old_node: Condition
    new_node: Condition


Difference: TypeAlias = PartAdded | PartRemoved | PartReplaced | Regrouped | BoundMoved | ValuesChanged
"""What differs in a condition or an amount."""

What: TypeAlias = (
    Figure | Day | ItemAdded | ItemRemoved | Renamed | Term | Entries | Wording | Cited | Reviewed | Difference
)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one item: its name and label (the new ones where there are), the key that changed, where it stands.

    `old` and `new` are the two places with their sources; None where the item is not there. `read_by` are the rules
    that read the item, `reaches` the grants (and ``admissibility``) that depend on it through them.
    """

    section: Section
    name: str
    label: str
    key: str
    what: What
    old: Origin | None = field(default=None, compare=False)
    new: Origin | None = field(default=None, compare=False)
    read_by: tuple[str, ...] = field(default=(), compare=False)
    reaches: tuple[str, ...] = field(default=(), compare=False)

    @property
    def group(self) -> Group:
        match self.what:
            case Wording() | Cited() | Reviewed():
                return Group.TEXTS
            case Day():
                return Group.DATES
            case _:
                return _GROUPS[self.section]

    @property
    def is_wording(self) -> bool:
        """Nothing that is evaluated: words, sources, documents."""
        return self.group is Group.TEXTS


_GROUPS: Final = {
    Section.POLICY: Group.STATUS,
    Section.DOCUMENTS: Group.TEXTS,
    Section.FUNDERS: Group.GRANTS,
    Section.ENTITIES: Group.QUESTIONS,
    Section.FACTS: Group.QUESTIONS,
    Section.PARAMETERS: Group.FIGURES,
    Section.PUBLISHED: Group.FIGURES,
    Section.DEADLINES: Group.DATES,
    Section.CRITERIA: Group.CONDITIONS,
    Section.ADMISSIBILITY: Group.CONDITIONS,
    Section.GRANTS: Group.GRANTS,
    Section.ORIENTATIONS: Group.ORIENTATIONS,
    Section.TEXTS: Group.TEXTS,
}
