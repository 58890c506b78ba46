"""Writes trees of keys and values as YAML, in any of the styles that policy files may have.

The same tree can be written in many ways that mean the same; `Writing.tokens` says what was written for each key and
value, in the order of the text, so that places can be held to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TypeAlias, TypeVar

T = TypeVar("T")


class Line(str):
    """A text on one line, in whatever quotes, or none; a bare `str` is written as it is."""

    __slots__ = ()


class Words(Line):
    """A text for people, which may also be folded."""

    __slots__ = ()


Tree: TypeAlias = "str | list[Tree] | dict[str, Tree]"

_PLAIN = re.compile(r"[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ0-9 '’(),.«»§-]*")
_COMMENTS = ("# une remarque", "# « deux » : #trois", "#")


@dataclass
class Writing:
    """One way to write: each choice is the number of an option, the first being the plainest."""

    choose: Callable[[int], int]
    tokens: list[str] = field(default_factory=list)
    indent: int = 2

    def pick(self, options: Sequence[T]) -> T:
        return options[self.choose(len(options))]

    def chance(self, one_in: int) -> bool:
        return self.choose(one_in) == one_in - 1 > 0

    def document(self, tree: dict[str, Tree]) -> str:
        self.indent = self.pick((2, 2, 4))
        head = self.pick(("", "", "# yaml-language-server: $schema=../policy.schema.json\n", "---\n", "\n"))
        return head + "\n".join(self.mapping(tree, 0)) + self.pick(("\n", "\n", "", "\n\n# fin\n"))

    def mapping(self, tree: dict[str, Tree], depth: int) -> list[str]:
        lines: list[str] = []
        for key, value in tree.items():
            if self.chance(12):
                lines.append(self.pick(("", " " * depth + "# au-dessus", "# au bord")))
            first, *more = self.entry(self.key(key) + ":", value, depth)
            lines += [" " * depth + first, *more]
        return lines

    def entry(self, lead: str, value: Tree, depth: int) -> list[str]:
        """The lines of a value after what leads it; the first without its indentation."""
        if isinstance(value, dict) and value and not (self.chance(4) and _fits(value)):
            return [lead + self.comment(), *self.mapping(value, depth + self.indent)]
        if isinstance(value, list) and value and not (self.chance(2) and _fits(value)):
            inner = depth + self.pick((self.indent, 0)) if lead.endswith(":") else depth + self.indent
            return [lead + self.comment(), *self.items(value, inner)]
        if isinstance(value, Words) and self.chance(6) and "  " not in value:
            return self.folded(lead, value, depth)
        return [f"{lead} {self.in_line(value)}{self.comment()}"]

    def items(self, items: list[Tree], depth: int) -> list[str]:
        lines: list[str] = []
        for item in items:
            pad = " " * depth
            if isinstance(item, dict) and item and not (self.chance(2) and _fits(item)):
                first, *more = self.mapping_after_dash(item, depth + 2)
                lines += [f"{pad}- {first}", *more]
            elif isinstance(item, list) and item and not _fits(item):
                first, *more = self.items(item, depth + 2)
                lines += [f"{pad}- {first.lstrip()}", *more]
            else:
                lines.append(f"{pad}- {self.in_line(item)}{self.comment()}")
        return lines

    def mapping_after_dash(self, tree: dict[str, Tree], depth: int) -> list[str]:
        lines: list[str] = []
        for key, value in tree.items():
            first, *more = self.entry(self.key(key) + ":", value, depth)
            lines += [first if not lines else " " * depth + first, *more]
        return lines

    def folded(self, lead: str, text: str, depth: int) -> list[str]:
        head = self.pick((">-", ">", "|-", "|"))
        words = text.split(" ")
        half = len(words) // 2 if head.startswith(">") else 0
        parts = [" ".join(words[:half]), " ".join(words[half:])] if half else [text]
        pad = " " * (depth + self.indent)
        self.tokens.append("\n".join([head, *(pad + part for part in parts)]))
        return [f"{lead} {head}", *(pad + part for part in parts)]

    def in_line(self, value: Tree) -> str:
        return self.scalar(value) if isinstance(value, str) else self.flow(value)

    def flow(self, value: Tree) -> str:
        match value:
            case dict():
                return "{" + ", ".join(f"{self.key(key)}: {self.flow(inner)}" for key, inner in value.items()) + "}"
            case list():
                return "[" + ", ".join(map(self.flow, value)) + "]"
            case _:
                return self.scalar(value, in_flow=True)

    def key(self, key: str) -> str:
        written = self.pick((key, key, key, f'"{key}"', f"'{key}'")) if self.chance(20) else key
        self.tokens.append(written)
        return written

    def scalar(self, value: str, *, in_flow: bool = False) -> str:
        if not isinstance(value, Line):
            written = value
        else:
            single = "'" + value.replace("'", "''") + "'"
            double = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
            is_plain = _PLAIN.fullmatch(value) and value == value.strip() and not (in_flow and "," in value)
            written = self.pick([*([value] if is_plain else []), double, single])
        self.tokens.append(written)
        return written

    def comment(self) -> str:
        return " " + self.pick(_COMMENTS) if self.chance(15) else ""


def _fits(value: Tree) -> bool:
    """Whether a value reads well on one line."""
    return len(repr(value)) < 300


def writing(seed: int) -> Writing:
    """The way to write that a number stands for; 0 is the plainest."""
    if seed == 0:
        return Writing(lambda _: 0)
    return Writing(Random(seed).randrange)  # noqa: S311


def written(tree: dict[str, Tree], seed: int = 0) -> str:
    return writing(seed).document(tree)


_ORDERED = ("minus", "first_match")
"""The lists whose order means something."""


def shuffled(tree: Tree, random: Random, key: str = "") -> Tree:
    """The same tree with its keys, and the lists in which order means nothing, in another order."""
    match tree:
        case dict():
            entries = [(name, shuffled(value, random, name)) for name, value in tree.items()]
            random.shuffle(entries)
            return dict(entries)
        case list():
            items = [shuffled(item, random) for item in tree]
            if key not in _ORDERED:
                random.shuffle(items)
            return items
        case _:
            return tree


def exchanged(tree: Tree, random: Random, words: Sequence[str], one_in: int) -> Tree:
    """The same tree with some of its values taken for other words, and now and then a part for another part."""
    match tree:
        case dict():
            return {key: exchanged(value, random, words, one_in) for key, value in tree.items()}
        case list():
            return [exchanged(item, random, words, one_in) for item in tree]
        case Line():
            return tree
        case _:
            return random.choice(words) if random.randrange(one_in) == 0 else tree
