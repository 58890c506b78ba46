"""What a scene changes of the dossier that it started from, as test files say it."""

from __future__ import annotations

from collections.abc import Mapping

from clas_policy.frozen import dataclass
from clas_policy.model.dossier import Dossier
from clas_policy.model.fact import Value
from clas_policy.rehearse.suggesting.scene import Group, Scene

_MEMBER_COST = 4


@dataclass(frozen=True, slots=True)
class Changes:
    """Facts that are answered otherwise (None: unknown), members too, whole lists, members added and removed.

    `lists` says of an entity that its list is absent (False) or empty (True).
    """

    facts: Mapping[str, Value | None]
    members: Mapping[str, Mapping[str, Mapping[str, Value | None]]]
    lists: Mapping[str, bool]
    added: Mapping[str, Group]
    removed: Mapping[str, tuple[str, ...]]

    @property
    def cost(self) -> int:
        """How far the dossier is from the one that it started from."""
        answers = len(self.facts) + sum(len(facts) for group in self.members.values() for facts in group.values())
        people = sum(map(len, self.added.values())) + sum(map(len, self.removed.values())) + len(self.lists)
        return answers + _MEMBER_COST * people

    @property
    def touched(self) -> frozenset[tuple[str, str]] | None:
        """The members that are changed or added; None where more than that is changed."""
        if self.facts or self.lists or self.removed:
            return None
        found = {(entity, member) for entity, group in self.members.items() for member in group}
        found |= {(entity, member) for entity, group in self.added.items() for member in group}
        return frozenset(found)


def changes(base: Dossier, scene: Scene) -> Changes:
    """What differs from a dossier."""
    given = {entity: {member.id: member.facts for member in group} for entity, group in base.members.items()}
    members: dict[str, dict[str, Mapping[str, Value | None]]] = {}
    lists: dict[str, bool] = {}
    added: dict[str, Group] = {}
    removed: dict[str, tuple[str, ...]] = {}
    for entity in dict.fromkeys((*given, *scene.members)):
        old, new = given.get(entity), scene.members.get(entity)
        if new is None or (not new and old != {}):
            lists[entity] = new is not None
            continue
        kept = old or {}
        differing = {name: _differing(kept[name], facts) for name, facts in new.items() if name in kept}
        members[entity] = {name: facts for name, facts in differing.items() if facts}
        added[entity] = {name: facts for name, facts in new.items() if name not in kept}
        removed[entity] = tuple(name for name in kept if name not in new)
    return Changes(
        _differing(base.facts, scene.facts),
        {entity: group for entity, group in members.items() if group},
        lists,
        {entity: group for entity, group in added.items() if group},
        {entity: names for entity, names in removed.items() if names},
    )


def _differing(old: Mapping[str, Value], new: Mapping[str, Value]) -> dict[str, Value | None]:
    return {name: new.get(name) for name in dict.fromkeys((*old, *new)) if old.get(name) != new.get(name)}
