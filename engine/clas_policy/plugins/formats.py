"""The dossier formats and output formats of plugins, as the rest of the program uses them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from clas_policy.frozen import dataclass
from clas_policy.plugins.calling import Caller
from clas_policy.plugins.claims import Claim
from clas_policy.plugins.containment import TroubleError
from clas_policy.problem import Message, PluginError, Problem


@dataclass(frozen=True, slots=True)
class Reader:
    """A dossier format that a plugin reads."""

    claim: Claim
    caller: Caller

    def __call__(self, data: bytes, file: str) -> tuple[bytes, ...]:
        """The dossiers in the bytes of `file`, each as JSON to be read like any other; raises PluginError."""
        claim = self.claim
        try:
            return self.caller.call(claim.owner, claim.name, lambda: tuple(map(as_json, claim.function(data))))
        except TroubleError as trouble:
            message = Message(
                "{who}: reading `{file}` as `{name}` failed: {said}",
                {"who": claim.owner.shipped_by, "name": claim.name, "file": file, "said": trouble.said},
            )
            raise PluginError([Problem("CLAS-X311", message, trouble.at)]) from trouble


@dataclass(frozen=True, slots=True)
class Renderer:
    """An output format that a plugin writes."""

    claim: Claim
    caller: Caller

    def __call__(self, record: Mapping[str, Any]) -> str:
        """The text of a decision record, of which the plugin is handed a read-only copy; raises PluginError."""
        claim = self.claim
        try:
            return self.caller.call(claim.owner, claim.name, lambda: _text(claim.function(frozen(record))))
        except TroubleError as trouble:
            dossier = str(record.get("dossier", {}).get("id", ""))
            message = Message(
                "{who}: writing dossier `{dossier}` as `{name}` failed: {said}",
                {"who": claim.owner.shipped_by, "name": claim.name, "said": trouble.said, "dossier": dossier},
            )
            raise PluginError([Problem("CLAS-X311", message, trouble.at)]) from trouble


def frozen(value: Any) -> Any:
    """A copy that nobody can change, at any depth."""
    if isinstance(value, Mapping):
        return MappingProxyType({key: frozen(item) for key, item in value.items()})
    if isinstance(value, (list, tuple)):
        return tuple(frozen(item) for item in value)
    return value


def _text(value: object) -> str:
    if type(value) is not str:
        raise TypeError("it gives something else than text")
    value.encode()  # raises for half a character, which cannot be written
    return value


def as_json(dossier: object) -> bytes:
    """The JSON of an object that a reader gave: Decimal and dates as text; raises TypeError for what has no form."""
    if not isinstance(dossier, Mapping):
        raise TypeError("it gives a dossier that is no object")
    return json.dumps(_plain(dossier), ensure_ascii=False, separators=(",", ":")).encode()


def _plain(value: object) -> object:
    match value:
        case None | bool() | str() | int():
            return value
        case Decimal() if value.is_finite():
            return format(value, "f")
        case date():
            return value.isoformat()
        case Mapping():
            if not all(type(key) is str for key in value):
                raise TypeError("it gives an object with a key that is not text")
            return {key: _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case float():
            raise TypeError("it gives a binary fraction: amounts are text or Decimal")
        case _:
            raise TypeError("it gives a value that a dossier has no form for")
