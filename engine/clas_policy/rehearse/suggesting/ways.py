"""Ways from one scene to others, and how they are joined."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from clas_policy.rehearse.suggesting.scene import Scene

Way: TypeAlias = Callable[[Scene], Iterator[Scene]]
"""From a scene to those in which something holds, the least change first."""


def chain(scene: Scene, ways: Sequence[Way]) -> Iterator[Scene]:
    """The scenes in which one way after the other has been gone."""
    if not ways:
        yield scene
        return
    first, *others = ways
    for found in first(scene):
        yield from chain(found, others)


def kept(scene: Scene | None) -> Iterator[Scene]:
    """The scene, where there is one."""
    if scene is not None:
        yield scene
