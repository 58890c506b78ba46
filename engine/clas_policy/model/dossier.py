"""A typed dossier: what is known, and by absence what is not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from hashlib import sha256 as sha_256
from typing import Final

from clas_policy.frozen import dataclass
from clas_policy.model.fact import Value


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an entity's list: its id and its known facts, by full name (``entity.fact``)."""

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


def _plain(value: object) -> object:
    """What JSON has no form for: a date as ``AAAA-MM-JJ``, a set of choices as its sorted list."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(value)


_encode: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain).encode


def digest(
    dossier_id: str,
    period: str,
    department: str | None,
    facts: Mapping[str, Value],
    members: Mapping[str, tuple[Member, ...]],
) -> str:
    """The SHA-256 of the canonical JSON of typed facts: sorted keys, no spaces, UTF-8; amounts in cents.

    The order of keys in the dossier does not change it; the order of members does, since a decision keeps it.
    """
    listed = {
        entity: [{"id": member.id, "facts": member.facts} for member in group] for entity, group in members.items()
    }
    canonical = {"id": dossier_id, "period": period, "department": department, "facts": facts, "members": listed}
    return sha_256(_encode(canonical).encode()).hexdigest()
