"""What an evaluation finds, as values: the parts of a decision that readers share."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal, NamedTuple, TypeAlias

from clas_policy.frozen import dataclass
from clas_policy.model.policy import Effect, Grant

FORMAT: Final = "clas-policy/decision/1"
"""The name of the record's format; it changes when a reader of the former one would be misled."""

Outcome: TypeAlias = Literal["admissible", "incomplete", "inadmissible"]
GrantStatus: TypeAlias = Literal["due", "eligible", "refused", "undetermined"]
Lack: TypeAlias = Literal["facts", "readings", "parameters", "local_conditions"]
"""Why an outcome is incomplete."""
Lateness: TypeAlias = Literal["early", "late"]


class MemberRef(NamedTuple):
    """One member of an entity's list: ``MemberRef("groupe", "cm1-cm2")``."""

    entity: str
    id: str


class GrantResult(NamedTuple):
    """One grant, for one member where it is of an entity.

    `at_least` and `at_most` are in cents: what would be paid if it is granted (`at_most` None: unbounded); both are 0
    when it is refused.
    """

    grant: Grant
    member: MemberRef | None
    status: GrantStatus
    at_least: int
    at_most: int | None

    @property
    def amount(self) -> int | None:
        """Cents, or None where it cannot be known."""
        return self.at_least if self.at_least == self.at_most else None


class Totals(NamedTuple):
    """Cents due, eligible, and at the most for what is undetermined (None: without an upper bound)."""

    due: int
    eligible: int
    undetermined_at_most: int | None


class Unmet(NamedTuple):
    """An admissibility item that is not met, with what follows; `reason` is a deadline's."""

    name: str
    member: MemberRef | None
    effect: Effect
    reason: Lateness | None


class Missing(NamedTuple):
    """Something unknown that an undecided result depends on.

    Either a `fact` or, where an entity's list is absent, the `list`. `could_change` are the grants, orientations and
    ``outcome`` that it could decide. `derived_by` is the plugin's derivation that left the fact unknown although it
    was given all that it reads.
    """

    fact: str | None
    list: str | None
    member: MemberRef | None
    label: str
    question: str | None
    could_change: tuple[str, ...]
    derived_by: str | None = None


class Unconfirmed(NamedTuple):
    """A figure that a draft has to confirm, and that an undecided result depends on."""

    parameter: str
    label: str
    could_change: tuple[str, ...]


class OpenReading(NamedTuple):
    """A criterion that is unknown because its readings differ, with the status of each reading."""

    criterion: str
    member: MemberRef | None
    readings: tuple[tuple[str, str], ...]


class Awaited(NamedTuple):
    """The accord that an eligible grant waits for."""

    fact: str
    member: MemberRef | None
    grant: str


class RecordWarning(NamedTuple):
    """Something that the reader of a decision should see: a code of the help pages and the names that it is about."""

    code: str
    ids: tuple[str, ...]
    member: MemberRef | None = None


class PluginRef(NamedTuple):
    """A plugin that took part: its name, and the distribution and version that ship it."""

    name: str
    distribution: str
    version: str


@dataclass(frozen=True, slots=True)
class Context:
    """What a decision records beside its dossier and its policy.

    `as_of` is the date that selected the versions; `warnings` come from outside the evaluation (a derivation that
    failed, say) and are recorded after its own.
    """

    as_of: date
    engine_version: str
    plugins: tuple[PluginRef, ...] = ()
    warnings: tuple[RecordWarning, ...] = ()
