"""The composed policy: what every reader of the model is given, already checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from clas_policy.frozen import dataclass
from clas_policy.model.amount import Amount
from clas_policy.model.condition import Condition, CriterionMet, DeadlineMet, Literal, Operand, ParameterValue
from clas_policy.model.dates import Period
from clas_policy.model.fact import Entity, Fact, Origin, Type
from clas_policy.source import Span


class Level(StrEnum):
    """The three levels of layers."""

    REFERENTIEL = "referentiel"
    ANNUAL = "annual"
    LOCAL = "local"


class Weight(StrEnum):
    """How much an orientation weighs for the committee."""

    MANDATORY = "mandatory"
    PRIORITY = "priority"
    ADVISORY = "advisory"


class Effect(StrEnum):
    """What happens when an admissibility item is not met."""

    INADMISSIBLE = "inadmissible"
    NOT_EXAMINED = "not_examined"
    NEXT_YEAR = "next_year"


@dataclass(frozen=True, slots=True)
class LayerRef:
    """One layer of a composition: its id, version, the digest of its text with LF line ends, and who ships it.

    `shipped_by` is ``clas-policy 0.1.0`` or another distribution and version, ``local files`` for a folder that the
    user named.
    `file` is the path as it is displayed; it takes no part in equality.
    """

    id: str
    version: int
    status: str
    sha256: str
    shipped_by: str
    title: str
    effective_from: date | None = None
    file: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A figure of the policy, in the unit of its type (whole number, cents, millionths, date).

    None is a figure to confirm (drafts only).
    """

    name: str
    type: Type
    label: str
    value: int | date | None
    origin: Origin
    """Where it is declared."""
    value_origin: Origin
    """Where its value is written, with that value's source."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The reading that a layer chose among those of a criterion."""

    reading: str
    label: str
    because: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Criterion:
    """A named condition, of the dossier or of each member of `entity`.

    With `only_if`, it holds where that condition does not: ``any: [not only_if, requires]``. `requires` is OpenReadings
    where nobody has chosen; where somebody has, `chosen` says who and why.
    """

    name: str
    label: str
    entity: str | None
    requires: Condition
    origin: Origin
    only_if: Condition | None = None
    chosen: Choice | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    last_day: Operand
    when: Condition
    origin: Origin
    at: Span | None = field(default=None, compare=False)
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A window in which something must be done.

    `opens_on` and `last_day` are inclusive, `before` exclusive. With a `fact` it is an admissibility item: `condition`
    is what must hold (opened, and in time or under some extension), built from the same nodes as any condition, and
    `opened` the part whose failure means *early*. Without a fact it is an entry of the calendar, which may have
    `when_text` instead of days.
    """

    name: str
    label: str
    entity: str | None
    fact: str | None
    origin: Origin
    late: Effect = Effect.INADMISSIBLE
    opens_on: Operand | None = None
    last_day: Operand | None = None
    before: Operand | None = None
    extensions: tuple[Extension, ...] = ()
    when_text: str | None = None
    condition: Condition | None = None
    opened: Condition | None = None


@dataclass(frozen=True, slots=True)
class AdmissibilityItem:
    """A criterion or deadline that must hold; of an entity, it only refuses that member's grants."""

    name: str
    is_deadline: bool
    entity: str | None
    otherwise: Effect
    origin: Origin

    @property
    def condition(self) -> Condition:
        """What must hold, as conditions name it."""
        return DeadlineMet(self.name) if self.is_deadline else CriterionMet(self.name)


@dataclass(frozen=True, slots=True)
class Grant:
    """Money that a funder pays, per dossier or per member of `entity`.

    Its entitlement is the conjunction of admissibility, `requires`, and "the `accord` fact is not false". Its amount is
    the formula, then `at_most`, then not below zero, then half-up once to `round_to` cents, down where that would pass
    `at_most`.
    """

    name: str
    label: str
    entity: str | None
    funder: str
    amount: Amount
    origin: Origin
    requires: Condition | None = None
    at_most: Amount | None = None
    round_to: int = 1
    accord: str | None = None
    because: tuple[str, ...] = ()
    """The names that `requires` asks for, in order: those a reader is pointed to."""


@dataclass(frozen=True, slots=True)
class Orientation:
    """A finding for the committee; it never changes an outcome or an amount."""

    name: str
    label: str
    entity: str | None
    requires: Condition | None
    """None: no measurable test is given, so nothing to evaluate; it is only said."""
    weight: Weight
    origin: Origin


@dataclass(frozen=True, slots=True)
class Published:
    """A figure that the source prints, for one member when the grant is of an entity; `check` recomputes it."""

    grant: str
    at_most: int
    rounded_to: int
    origin: Origin


@dataclass(frozen=True, slots=True)
class Named:
    """A labelled entry: a funder or a document."""

    id: str
    label: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph for people (the committee's composition, say); evaluated by nobody, published by many."""

    name: str
    label: str
    text: str
    origin: Origin


StepKind: TypeAlias = str
"""``criterion``, ``deadline`` or ``grant``."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A composed policy: every name resolved, every bound typed, no cycle.

    Mappings keep declaration order, layer by layer.
    `order` lists criteria, deadlines that have a fact, and grants so that each comes after what it needs (across
    scopes: a dossier rule that aggregates over an entity comes after that entity's rules).
    `complete` is false where the local conditions are not known (``--national``): then the outcome is at best
    incomplete and no grant is above undetermined. `unconfirmed` are the parameters (and deadlines) to confirm in a
    draft.
    """

    id: str
    title: str
    root: str
    """The scheme: the first segment of the annual layer's id."""
    level: Level
    period: Period | None
    """None for a référentiel alone."""
    department: str | None
    status: str
    complete: bool
    layers: tuple[LayerRef, ...]
    documents: Mapping[str, Named]
    funders: Mapping[str, Named]
    entities: Mapping[str, Entity]
    facts: Mapping[str, Fact]
    parameters: Mapping[str, Parameter]
    criteria: Mapping[str, Criterion]
    deadlines: Mapping[str, Deadline]
    admissibility: tuple[AdmissibilityItem, ...]
    grants: Mapping[str, Grant]
    orientations: Mapping[str, Orientation]
    published: tuple[Published, ...]
    texts: Mapping[str, Text]
    order: tuple[tuple[StepKind, str], ...]
    unconfirmed: tuple[str, ...] = ()

    def figure(self, node: Amount | None) -> int | date | None:
        """The value that the policy itself gives a bound or an amount: written in place, or a parameter's.

        None for all else, and for what is to confirm.
        """
        match node:
            case Literal(value=value):
                return value
            case ParameterValue(parameter=name):
                return self.parameters[name].value
            case _:
                return None
