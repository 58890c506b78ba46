"""A typed dossier: what is known, and by absence what is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clas_policy.model.fact import Value


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an entity's list: its id and its known facts, by full name (``collectif.effectif``)."""

    id: str
    facts: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Dossier:
    """One application: its known facts by full name; a fact that is absent is unknown, never false.

    `members` has an entry per entity id whose list the dossier gives (in its order); a list that is absent is unknown.
    `sha256` is the digest of the canonical JSON of the typed facts. `ignored` names facts put aside because no
    policy in force declares them (only where plugins were switched off on request).
    """

    id: str
    period: str
    department: str | None
    facts: Mapping[str, Value]
    members: Mapping[str, tuple[Member, ...]]
    sha256: str = ""
    ignored: tuple[str, ...] = ()
