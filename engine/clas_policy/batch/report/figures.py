"""What was counted, as values: numbers of rows, and amounts in cents; nothing in them is rounded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple

from clas_policy.frozen import dataclass
from clas_policy.model.fact import Type
from clas_policy.model.policy import LayerRef

UNKNOWN: Final = ""
"""The key of the line of those who did not answer."""
NONE: Final = "()"
"""The key of the line of those whose set of choices is empty."""
BETWEEN: Final = "+"
"""Between the values of a set in the key of its line."""


class Amounts(NamedTuple):
    """Cents, as far as the grants of some rows go.

    `undetermined` adds up what undetermined grants come to at the most; `unbounded` counts those (or the dossiers with
    some) of which nothing bounds the amount, so that they are in no sum.
    """

    due: int
    eligible: int
    undetermined: int
    unbounded: int


class Sum(NamedTuple):
    """The total of a fact (cents of a money), over the `known` rows that answer it."""

    fact: str
    label: str
    type: Type
    total: int
    known: int


class Line(NamedTuple):
    """The rows that have one value: how many, the totals of the scope's sums over them, their amounts."""

    key: str
    label: str
    rows: int
    sums: tuple[int, ...]
    amounts: Amounts


class Breakdown(NamedTuple):
    """Rows told apart by a fact.

    `lines` add up to all rows, those of a set of choices by the whole set. `each` are, for a set, the rows that have a
    value among others: they overlap.
    """

    fact: str
    label: str
    lines: tuple[Line, ...]
    each: tuple[Line, ...] = ()


class Answers(NamedTuple):
    """How a yes-or-no question was answered."""

    fact: str
    label: str
    yes: int
    no: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Rows:
    """All dossiers (`entity` None), or all members of an entity.

    `without_list` are the dossiers that do not say who the members are, `empty` those that say there is none.
    """

    entity: str | None
    label: str
    one: str
    many: str
    count: int
    amounts: Amounts
    sums: tuple[Sum, ...]
    breakdowns: tuple[Breakdown, ...]
    answers: tuple[Answers, ...]
    without_list: int = 0
    empty: int = 0


class Outcomes(NamedTuple):
    """How many dossiers are what."""

    admissible: int
    incomplete: int
    inadmissible: int

    @property
    def dossiers(self) -> int:
        return self.admissible + self.incomplete + self.inadmissible


class Admissibility(NamedTuple):
    """An admissibility item: of how many dossiers (or members of `entity`) it is not met, or cannot be told yet.

    `alone` are those that only this item stops.
    """

    name: str
    label: str
    entity: str | None
    effect: str
    unmet: int
    alone: int
    unknown: int


class Reason(NamedTuple):
    """Why a grant is refused to some: `name` is a rule, a fact, another grant, or empty for what has no name.

    `kind` is ``dossier``, ``condition``, ``grant``, ``accord`` or ``other``. `alone` are the refusals that have no
    other reason; None where that cannot be told.
    """

    kind: str
    name: str
    label: str
    refused: int
    alone: int | None


@dataclass(frozen=True, slots=True)
class GrantFigures:
    """One grant, over all dossiers or members: how many in each state, the amounts, why it is refused."""

    grant: str
    label: str
    funder: str
    entity: str | None
    due: int
    eligible: int
    undetermined: int
    refused: int
    amounts: Amounts
    reasons: tuple[Reason, ...]
    needs_accord: bool

    @property
    def count(self) -> int:
        return self.due + self.eligible + self.undetermined + self.refused


class FunderFigures(NamedTuple):
    """The grants of one funder, added up."""

    funder: str
    label: str
    amounts: Amounts


class Blocked(NamedTuple):
    """What unanswered questions leave open in so many dossiers; `kind` is ``outcome``, ``grant`` or ``orientation``."""

    kind: str
    name: str
    label: str
    dossiers: int


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question (or a list, `is_list`) without an answer.

    `dossiers` and `rows` leave it open; in `blocking` dossiers something undecided waits for it, as `blocks` says.
    """

    name: str
    label: str
    entity: str | None
    is_list: bool
    dossiers: int
    rows: int
    blocking: int
    blocks: tuple[Blocked, ...]


class Ambiguous(NamedTuple):
    """A criterion that is open because nobody has chosen how to read it, for so many dossiers or members."""

    criterion: str
    label: str
    entity: str | None
    rows: int


class Unconfirmed(NamedTuple):
    """A figure that a draft has to confirm, and in how many dossiers something waits for it."""

    parameter: str
    label: str
    dossiers: int


class OrientationFigures(NamedTuple):
    """What the committee looks at: so many follow it, do not, or do not say; None where there is no test."""

    orientation: str
    label: str
    entity: str | None
    weight: str
    met: int | None
    not_met: int | None
    unknown: int | None


class ApplicantFigures(NamedTuple):
    """One applicant (empty: no name was given): its dossiers, its members and their sums by entity, its amounts."""

    name: str
    outcomes: Outcomes
    members: tuple[int, ...]
    sums: tuple[tuple[int, ...], ...]
    amounts: Amounts


class ApplicantsTable(NamedTuple):
    one: str
    many: str
    lines: tuple[ApplicantFigures, ...]


class Origin(NamedTuple):
    """What the figures rest on: the policy, the day that selected its versions, the program.

    `unread` dossiers could not be read, nor anything of `broken` tables; `others` are of another year or department:
    none of them are counted. `made_up` are those that are, and say by their id that a simulation drew them.
    """

    policy: str
    title: str
    period: str | None
    department: str | None
    status: str
    complete: bool
    layers: tuple[LayerRef, ...]
    as_of: date
    engine: str
    unread: int = 0
    others: int = 0
    broken: int = 0
    made_up: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that the yearly report tells."""

    title: str
    origin: Origin
    introduction: Mapping[str, str]
    parts: tuple[str, ...]
    outcomes: Outcomes
    dossiers: Rows
    entities: tuple[Rows, ...]
    admissibility: tuple[Admissibility, ...]
    amounts: Amounts
    funders: tuple[FunderFigures, ...]
    grants: tuple[GrantFigures, ...]
    unanswered: tuple[Unanswered, ...]
    ambiguous: tuple[Ambiguous, ...]
    unconfirmed: tuple[Unconfirmed, ...]
    orientations: tuple[OrientationFigures, ...]
    applicants: ApplicantsTable | None
