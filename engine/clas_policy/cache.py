"""Values of the model kept between runs as JSON: composed policies, so that one decision starts fast.

JSON and not pickle: a file that somebody else wrote can then be wrong, but cannot run anything.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import fields
from datetime import date
from enum import Enum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from clas_policy import resources
from clas_policy.model import amount, condition, dates, fact, policy
from clas_policy.source import Span
from clas_policy.version import __version__

_MODULES: Final = (amount, condition, dates, fact, policy)
_KINDS: Final[dict[str, type]] = {
    kind.__name__: kind
    for module in _MODULES
    for kind in vars(module).values()
    if isinstance(kind, type) and ("__dataclass_fields__" in vars(kind) or issubclass(kind, Enum))
} | {"Span": Span}


@cache
def _field_names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def encode(value: object) -> Any:
    """A value of the model as JSON: plain scalars as they are, everything else as a list that starts with its kind."""
    if value is None or isinstance(value, (bool, int)) or type(value) is str:
        return value
    if isinstance(value, tuple):
        return ["(", *map(encode, value)]
    if isinstance(value, Mapping):
        return ["{", *(part for key, item in value.items() for part in (key, encode(item)))]
    if isinstance(value, date):
        return ["d", value.toordinal()]
    if isinstance(value, Enum):
        return ["e", type(value).__name__, value.value]
    kind: Any = type(value)
    return [kind.__name__, *(encode(getattr(value, name)) for name in _field_names(kind))]


def decode(value: Any) -> Any:
    """The value that `encode` wrote; anything else raises a Key, Type, Value, Index or OverflowError."""
    if not isinstance(value, list):
        return value
    head = value[0]
    if head == "(":
        return tuple([decode(item) for item in value[1:]])
    if head == "{":
        return MappingProxyType({value[i]: decode(value[i + 1]) for i in range(1, len(value), 2)})
    if head == "d":
        return date.fromordinal(value[1])
    if head == "e":
        return _KINDS[value[1]](value[2])
    return _KINDS[head](*[decode(item) for item in value[1:]])


@cache
def _engine() -> str:
    """What the program is, so that no other version's work is taken for its own: version, Python, its files' times.

    Those that make a composition: what reads, the model, and the schema.
    """
    package = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - pathlib would take longer
    parts = (os.path.join(package, name) for name in ("model", "reading"))  # noqa: PTH118
    places = [package, *parts, str(resources.folder("schemas"))]
    stamps = []
    for place in places:
        with os.scandir(place) as entries:
            found = [(entry.name, entry.stat()) for entry in entries if entry.name.endswith((".py", ".json"))]
        stamps += [(name, status.st_mtime_ns, status.st_size) for name, status in sorted(found)]
    return f"{__version__} {sys.version_info} {stamps}"


def folder() -> Path | None:
    """The cache folder (``CLAS_POLICY_CACHE``, else the user's own); None where it is switched off or has no place."""
    chosen = os.environ.get("CLAS_POLICY_CACHE")
    if chosen is not None:
        return Path(chosen) if chosen not in ("", "0") else None
    base = os.environ.get("XDG_CACHE_HOME") or ""
    if base and Path(base).is_absolute():
        return Path(base) / "clas-policy"
    try:
        return Path.home() / ".cache" / "clas-policy"
    except RuntimeError:
        return None


def load(key: str, is_current: Callable[[Any], bool]) -> Any:
    """What the same program stored under `key`, if the evidence kept with it is still current; else None.

    Never raises. A file that somebody else owns is not looked at.
    """
    place = _file(key)
    if place is None:
        return None
    with suppress(OSError, ValueError, KeyError, TypeError, IndexError, OverflowError, RecursionError):
        with place.open("rb") as file:
            if hasattr(os, "getuid") and os.fstat(file.fileno()).st_uid != os.getuid():
                return None
            stored = json.loads(file.read())
        if stored["engine"] == _digest(_engine()) and is_current(stored["evidence"]):
            return decode(stored["value"])
    return None


def store(key: str, evidence: object, value: object) -> None:
    """Keeps a value with its evidence (JSON); a cache that cannot be written is no fault."""
    place = _file(key)
    if place is None:
        return
    text = json.dumps(
        {"engine": _digest(_engine()), "evidence": evidence, "value": encode(value)},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    with suppress(OSError):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        import tempfile

        descriptor, temporary = tempfile.mkstemp(dir=place.parent, suffix=".new")
        try:
            with os.fdopen(descriptor, "wb") as file:
                # The name of a folder may hold bytes that are no text.
                file.write(text.encode("utf-8", "surrogatepass"))
            Path(temporary).replace(place)
        except OSError:
            Path(temporary).unlink(missing_ok=True)


def _file(key: str) -> Path | None:
    place = folder()
    return None if place is None else place / f"{_digest(key)}.json"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
