"""Why grants are refused or open: one cause once, with all the aids that it holds up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from clas_policy.frozen import dataclass

Record = Mapping[str, Any]
HELD_UP = ("refused", "undetermined")


@dataclass(frozen=True, slots=True)
class Cause:
    """What holds up some grants: a criterion, or a fact that no criterion is (the accord that was not given).

    `member` is the group that it is about, empty for the dossier; `criterion` its entry in the record, if any.
    """

    name: str
    member: str
    criterion: Record | None
    grants: tuple[Record, ...]


def member_of(entry: Record) -> str:
    """The id of the member that an entry is about; empty for the dossier."""
    entity = entry["entity"]
    return "" if entity is None else str(next(iter(entity.values())))


def causes(record: Record) -> Iterator[Cause]:
    """The causes in the order in which grants give them, those that make the dossier inadmissible left out."""
    criteria = {(entry["id"], member_of(entry)): entry for entry in record["criteria"]}
    said = {effect["id"] for effect in record["effects"]}
    found: dict[tuple[str, str], list[Record]] = {}
    for grant in record["grants"]:
        if grant["status"] not in HELD_UP:
            continue
        for name in _roots(record, grant, grant["because"], set()):
            if name in said:
                continue
            member = member_of(grant)
            of_dossier = (name, member) not in criteria and (name, "") in criteria
            found.setdefault((name, "" if of_dossier else member), []).append(grant)
    for (name, member), grants in found.items():
        yield Cause(name, member, criteria.get((name, member)), tuple(grants))


def _roots(record: Record, grant: Record, names: Sequence[str], seen: set[str]) -> Iterator[str]:
    """What stands behind the names that a grant gives as reasons, through the grants that it depends on."""
    for name in names:
        if name in seen:
            continue
        seen.add(name)
        other = next((g for g in record["grants"] if g["id"] == name and g["entity"] in (grant["entity"], None)), None)
        if other is None:
            yield name
        elif other["because"] and other["status"] in HELD_UP:
            yield from _roots(record, other, other["because"], seen)
