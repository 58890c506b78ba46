"""Lines of JSON that nobody doubts: msgspec, the only door to it, reads them into what a policy asks for.

A line for which `LineForm.selects` gives None is not wrong: it is left to the strict reader, which alone says what is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from clas_policy.model.fact import Fact, Type
from clas_policy.model.policy import Policy
from clas_policy.reading.dossier import DEPARTMENT, ID, PERIOD
from clas_policy.reading.dossier_hints import Refusal
from clas_policy.reading.dossier_values import department, limits, period
from clas_policy.reading.json_text import MAX_BYTES

Selected: TypeAlias = tuple[str, str | None]
"""A period and a department: what selects a policy."""

_DOUBTS: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class _Envelope(Struct):
    annee_scolaire: str
    departement: str | None = None


_envelope: Final = msgspec.json.Decoder(_Envelope)
_encode: Final = msgspec.json.Encoder().encode


def selected(line: bytes) -> Selected | None:
    """What a line says of its policy, whatever else it says; None where it does not say it plainly."""
    try:
        found = _envelope.decode(line)
    except _DOUBTS:
        return None
    return found.annee_scolaire, found.departement


def is_plain(found: Selected) -> bool:
    """Whether a period and a department are such as a dossier may say."""
    try:
        period(found[0])
        if found[1] is not None:
            department(found[1])
    except Refusal:
        return False
    return True


class LineForm:
    """The form of the dossiers of one policy: its keys, and what JSON may say under each of them."""

    def __init__(self, policy: Policy) -> None:
        top: dict[str, Any] = {ID: str, PERIOD: str, DEPARTMENT: str | None | UnsetType}
        lists: dict[str, dict[str, Any]] = {entity: {entity: str} for entity in policy.entities}
        for fact in policy.facts.values():
            if fact.derivation is None:
                _plant(fact, lists[fact.entity] if fact.entity else top)
        for entity in policy.entities.values():
            top[entity.list_key] = list[_struct(lists[entity.id], required=(entity.id,))] | None | UnsetType  # type: ignore[misc]
        form = _struct(top, required=(ID, PERIOD))
        self._decode = msgspec.json.Decoder(form).decode
        fields = {field.encode_name: field.name for field in msgspec.structs.fields(form)}
        self._period, self._department = fields[PERIOD], fields[DEPARTMENT]

    def selects(self, line: bytes) -> Selected | None:
        """The period and the department of a line that says nothing but what the policy asks for, each thing once.

        None where there is any doubt. Numbers are within their bounds and choices known; what a text says is not
        looked at, nor which ids stand twice, nor whether `is_plain` holds of what it selects.
        """
        if len(line) > MAX_BYTES:
            return None  # too large, or cut where it was
        try:
            found = self._decode(line)
        except _DOUBTS:
            return None
        # What was read, written again, is never longer than the line: as long, it is the line, and no key stands twice.
        again = _encode(found)
        if len(again) != len(line) and len(again) - again.count(b" ") != len(line) - line.count(b" "):
            return None
        code = getattr(found, self._department)
        return getattr(found, self._period), None if code is UNSET else code


def _plant(fact: Fact, keys: dict[str, Any]) -> None:
    *above, last = fact.path
    for key in above:
        keys = keys.setdefault(key, {})
    keys[last] = _said(fact)


def _struct(keys: Mapping[str, Any], required: tuple[str, ...] = ()) -> type[Struct]:
    """An object with these keys and no other; what is not required may be absent, and is told from a null."""
    names = {f"key_{number}": key for number, key in enumerate(keys)}
    fields: list[Any] = []
    for name, key in sorted(names.items(), key=lambda item: item[1] not in required):
        kind = keys[key]
        if isinstance(kind, dict):
            kind = _struct(kind) | None | UnsetType
        fields.append((name, kind) if key in required else (name, kind, UNSET))
    return msgspec.defstruct("Keys", fields, rename=names, forbid_unknown_fields=True, omit_defaults=True, gc=False)


def _said(fact: Fact) -> Any:
    """What JSON may say of a fact. A number with a fraction is left to the strict reader, which sees its digits."""
    kind: Any
    match fact.type:
        case Type.BOOLEAN:
            kind = bool
        case Type.INTEGER:
            least, most = limits(fact)
            kind = Annotated[int, Meta(ge=least, le=most)]
        case Type.MONEY:
            kind = int | str
        case Type.CHOICE:
            kind = _one_of(fact)
        case Type.CHOICES:
            kind = list[_one_of(fact)]  # type: ignore[misc]
        case Type.RATE | Type.DATE | Type.TEXT:
            kind = str
    return kind | None | UnsetType


def _one_of(fact: Fact) -> Any:
    return Literal[tuple(option.value for option in fact.options)]
