"""Frozen, slotted dataclasses that are quick to define.

To a type checker this is ``dataclasses.dataclass``. At run time it does what ``dataclass(frozen=True, slots=True)``
does, with one compiled method a class instead of six: a program that starts for a single decision defines some eighty
of them, and the standard decorator would take most of its time (measured: 0.9 ms a class against 0.15).
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    _ABSENT: Final = object()

    def dataclass(*, frozen: bool, slots: bool) -> Any:
        """As ``dataclasses.dataclass(frozen=True, slots=True)``; other uses are for the standard one."""
        if not (frozen and slots):
            raise TypeError("use dataclasses.dataclass")
        return _frozen

    def _frozen(cls: type) -> type:
        cls.__setattr__ = _refuse_set
        cls.__delattr__ = _refuse_delete
        cls.__repr__ = _repr
        cls.__reduce__ = _reduce
        cls.__doc__ = cls.__doc__ or cls.__name__
        by_hand = {name for name in ("__eq__", "__hash__") if cls.__dict__.get(name) is not None}
        if not by_hand:
            cls.__eq__ = _eq
            cls.__hash__ = _hash
        elif "__eq__" not in by_hand:
            cls.__eq__ = _eq
        made = dataclasses.dataclass(init=False, eq=False, repr=False, slots=True)(cls)
        fields = dataclasses.fields(made)
        made.__init__ = _init(made, fields)
        made._names_ = tuple(field.name for field in fields)
        made._compared_ = tuple(field.name for field in fields if field.compare)
        return made

    def _init(cls: type, fields: tuple[dataclasses.Field[Any], ...]) -> Any:
        """The one method that is compiled: it fills the slots directly."""
        scope: dict[str, Any] = {"_ABSENT": _ABSENT}
        parameters, lines = [], []
        for field in fields:
            name = field.name
            scope[f"_set_{name}"] = getattr(cls, name).__set__
            value = name
            if field.default is not dataclasses.MISSING:
                scope[f"_default_{name}"] = field.default
                parameters.append(f"{name}=_default_{name}")
            elif field.default_factory is not dataclasses.MISSING:
                scope[f"_make_{name}"] = field.default_factory
                parameters.append(f"{name}=_ABSENT")
                value = f"_make_{name}() if {name} is _ABSENT else {name}"
            else:
                parameters.append(name)
            lines.append(f"    _set_{name}(self, {value})")
        code = f"def __init__({', '.join(['self', *parameters])}):\n" + ("\n".join(lines) or "    pass")
        exec(code, scope)  # noqa: S102 - field names of our own classes
        method = scope["__init__"]
        method.__qualname__ = f"{cls.__qualname__}.__init__"
        return method

    def _refuse_set(_self: Any, name: str, _value: object) -> None:
        raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")

    def _refuse_delete(_self: Any, name: str) -> None:
        raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")

    def _eq(self: Any, other: object) -> Any:
        if type(self) is not type(other):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self._compared_)

    def _hash(self: Any) -> int:
        return hash(tuple([getattr(self, name) for name in self._compared_]))

    def _repr(self: Any) -> str:
        shown = (f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self) if field.repr)
        return f"{type(self).__qualname__}({', '.join(shown)})"

    def _reduce(self: Any) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, name) for name in self._names_)


__all__ = ["dataclass"]
