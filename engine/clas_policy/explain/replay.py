"""What differs between a recorded decision and the same one recomputed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeGuard


def compare(recorded: Mapping[str, Any], recomputed: Mapping[str, Any]) -> list[str]:
    """The paths (``$.grants[0].amount``) at which two records differ, in the order of the recorded one.

    A key or an item that only one of them has is one difference, at its own path. The order of keys does not count.
    """
    return list(_differences("$", recorded, recomputed))


def _differences(path: str, one: object, other: object) -> Iterator[str]:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in dict.fromkeys((*one, *other)):
            below = f"{path}.{key}"
            if key in one and key in other:
                yield from _differences(below, one[key], other[key])
            else:
                yield below
    elif _is_list(one) and _is_list(other):
        for index in range(max(len(one), len(other))):
            below = f"{path}[{index}]"
            if index < len(one) and index < len(other):
                yield from _differences(below, one[index], other[index])
            else:
                yield below
    elif type(one) is not type(other) or one != other:
        yield path


def _is_list(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, Sequence) and not isinstance(value, str)
