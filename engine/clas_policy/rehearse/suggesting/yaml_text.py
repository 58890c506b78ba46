"""Mappings as YAML text that our strict reader takes, and people like to read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

Tree: TypeAlias = str | Mapping[str, "Tree"]
"""A value that is already written, or a mapping by keys that are not yet."""

WIDTH: Final = 110
_PLAIN: Final = re.compile(r"[A-Za-zÀ-ÿ](?:[A-Za-zÀ-ÿ0-9_./'’-]| (?=[A-Za-zÀ-ÿ0-9'’«»(–-])|[()](?=[ )]|$))*")
_WORDS: Final = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n", "unknown", "to_confirm"))


def text(value: str) -> str:
    """A text, in quotes where it needs them."""
    value = " ".join(value.split())
    if _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def lines(tree: Mapping[str, Tree], indent: int, *, deep: int = 1) -> Iterator[str]:
    """The lines of a mapping in block style; what is `deep` levels down or more stands on one line where it fits."""
    for key, value in tree.items():
        start = f"{' ' * indent}{text(key)}:"
        if isinstance(value, str):
            yield f"{start} {value}"
            continue
        line = f"{start} {_flow(value)}"
        if deep <= 0 and len(line) <= WIDTH:
            yield line
        else:
            yield start
            yield from lines(value, indent + 2, deep=deep - 1)


def _flow(tree: Tree) -> str:
    if isinstance(tree, str):
        return tree
    return "{" + ", ".join(f"{text(key)}: {_flow(value)}" for key, value in tree.items()) + "}"


def comments(sentences: list[str], indent: int) -> Iterator[str]:
    """Sentences as comments, each folded under itself."""
    margin = f"{' ' * indent}# "
    for sentence in sentences:
        line = margin
        for word in sentence.split():
            if len(line) + len(word) > WIDTH and line.strip() != "#":
                yield line.rstrip()
                line = f"{margin}  "
            line += f"{word} "
        yield line.rstrip()
