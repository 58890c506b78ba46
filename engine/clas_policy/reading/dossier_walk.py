"""One walk over a document: the typed facts of a dossier, and everything that is wrong with it."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Mapping
from typing import Final, TypeAlias

from clas_policy.frozen import dataclass
from clas_policy.model.dossier import Member
from clas_policy.model.fact import Value
from clas_policy.problem import Message, Problem, Related
from clas_policy.reading import dossier_hints as hints
from clas_policy.reading.dossier_hints import Complaint, Refusal
from clas_policy.reading.dossier_values import Convert
from clas_policy.reading.json_lines import Path, path_text, shown
from clas_policy.reading.json_text import Json, RawJson
from clas_policy.reading.report import nearest
from clas_policy.reading.unknown_key import other_letter, plain


@dataclass(frozen=True, slots=True)
class Leaf:
    """A key whose value is one answer, kept under `name`."""

    name: str
    convert: Convert
    as_it_is: type[bool] | None = None
    """Values of this type need no conversion: most facts are booleans, and a call for each is what reading costs."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A key whose value is an object."""

    keys: Keys = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Members:
    """A key whose value is the list of an entity's members; `entity` also is the key of a member's id."""

    entity: str
    keys: Keys


Keys: TypeAlias = "dict[str, Leaf | Branch | Members]"

_NOT_AN_OBJECT: Final = Complaint(
    "CLAS-D101", Message("a dossier is an object"), Message("write it between `{{` and `}}`")
)


@dataclasses.dataclass(slots=True)
class Walk:
    """What one reading has found so far."""

    facts: dict[str, Value] = dataclasses.field(default_factory=dict)
    members: dict[str, tuple[Member, ...]] = dataclasses.field(default_factory=dict)
    ignored: set[str] | None = None
    """Where unknown keys are put aside; None where they are refused."""
    homes: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """How the facts of the policy are written in full, by their last key and by their name; for hints."""
    complaints: list[tuple[Path, Complaint]] = dataclasses.field(default_factory=list)

    def document(self, found: Json, keys: Keys, required: tuple[str, ...]) -> None:
        """Reads a whole document."""
        if type(found) is dict:
            self._object(found, keys, self.facts, ())
            self._required(found, required, ())
        else:
            self._add((), _NOT_AN_OBJECT)

    def _add(self, path: Path, complaint: Complaint) -> None:
        self.complaints.append((path, complaint))

    def _object(self, found: dict[str, Json], keys: Keys, facts: dict[str, Value], path: Path) -> None:
        """Types what an object says into `facts`: the loop that speed depends on."""
        for key, value in found.items():
            step = keys.get(key)
            if step is None:
                self._unknown(key, [name for name in keys if name not in found], path)
            elif value is None:
                continue
            elif type(step) is Leaf:
                if type(value) is step.as_it_is:
                    facts[step.name] = value
                    continue
                try:
                    facts[step.name] = step.convert(value)
                except Refusal as refusal:
                    for complaint in refusal.complaints:
                        self._add((*path, key), complaint)
            elif type(step) is Branch:
                if type(value) is dict:
                    self._object(value, step.keys, facts, (*path, key))
                else:
                    self._add((*path, key), _not_an_object(value, step.keys))
            elif type(step) is Members:
                self.members[step.entity] = self._list(value, step, (*path, key))

    def _list(self, value: Json, step: Members, path: Path) -> tuple[Member, ...]:
        if type(value) is not list:
            message = Message("an object stands where a list is due")
            if not isinstance(value, dict):
                message = Message("`{text}` stands where a list is due", {"text": hints.written(value)})
            self._add(path, Complaint("CLAS-D104", message, Message("write a list of objects between `[` and `]`")))
            return ()
        members: list[Member] = []
        name = step.entity
        for index, item in enumerate(value):
            inner = (*path, index)
            if type(item) is not dict:
                self._add(inner, _not_an_object(item, step.keys))
                continue
            facts: dict[str, Value] = {}
            self._object(item, step.keys, facts, inner)
            member_id = facts.pop(name, None)
            if type(member_id) is str:
                members.append(Member(member_id, facts))
            else:
                self._required(item, (name,), inner)
        if len({_same(member.id) for member in members}) < len(members):
            self._twins(value, name, path)
        return tuple(members)

    def _twins(self, items: list[Json], name: str, path: Path) -> None:
        """Two members with one id: told at the second, with the place of the first."""
        first: dict[str, int] = {}
        for index, item in enumerate(items):
            member_id = item.get(name) if isinstance(item, dict) else None
            if not isinstance(member_id, str):
                continue
            same = _same(member_id)
            if same in first:
                message = Message("two members have the id `{id}`", {"id": shown(member_id)})
                also = (first[same], name)
                self._add(path, Complaint("CLAS-D124", message, Message("give each its own"), (index, name), also))
            else:
                first[same] = index

    def _required(self, found: dict[str, Json], names: tuple[str, ...], path: Path) -> None:
        for name in names:
            hint = Message("write `{example}`", {"example": f'"{name}": "…"'})
            if name not in found:
                self._add(path, Complaint("CLAS-D103", Message("the key `{key}` is missing", {"key": name}), hint))
            elif found[name] is None:
                message = Message("the key `{key}` needs a value", {"key": name})
                self._add((*path, name), Complaint("CLAS-D103", message, hint))

    def _unknown(self, key: str, absent: list[str], path: Path) -> None:
        """A key that is not known at its place, where `absent` are those known there and not written."""
        if self.ignored is not None:
            self.ignored.add(path_text(tuple(step for step in (*path, key) if isinstance(step, str))))
            return
        near = nearest(plain(key).lower(), absent)
        hint = other_letter(key)
        if hint is None and near is not None:
            hint = Message("did you mean `{name}`?", {"name": near})
        elif hint is None and key in self.homes:
            hint = Message("write it as `{example}`", {"example": self.homes[key]})
        elif hint is None and absent:
            hint = Message("known here: {keys}", {"keys": hints.listed(absent)})
        message = Message("unknown key `{key}`", {"key": shown(key)})
        self._add((*path, key), Complaint("CLAS-D102", message, hint, at_key=True))

    def problems(self, raw: RawJson) -> list[Problem]:
        """The complaints at their places in `raw`, which is what was read."""
        return [_problem(raw, path, complaint) for path, complaint in self.complaints]


def _problem(raw: RawJson, path: Path, complaint: Complaint) -> Problem:
    whole = (*path, *complaint.below)
    start, end = raw.where(whole, key=complaint.at_key)
    if raw.text[start] in "{[":
        end = start + 1  # an object or a list is shown by its first character
    related: tuple[Related, ...] = ()
    if complaint.also is not None:
        related = (Related(Message("written here first"), raw.span((*path, *complaint.also))),)
    return raw.lines.problem(
        complaint.code, complaint.message, (start, end), whole, hint=complaint.hint, related=related
    )


def _same(member_id: str) -> str:
    """Equal for ids that look equal, however their accents are composed."""
    return member_id if member_id.isascii() else unicodedata.normalize("NFC", member_id)


def _not_an_object(value: Json, keys: Keys) -> Complaint:
    hint = Message("write an object, like `{example}`", {"example": f'{{"{next(iter(keys), "")}": …}}'})
    if isinstance(value, list):
        return Complaint("CLAS-D104", Message("a list stands where an object is due"), hint)
    text = hints.written(value)
    return Complaint("CLAS-D104", Message("`{text}` stands where an object is due", {"text": text}), hint)
