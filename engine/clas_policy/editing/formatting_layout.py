"""A policy file written the usual way: the same keys, values and comments, each at its place."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import Final

from clas_policy.editing import formatting_scalars as scalars
from clas_policy.editing.formatting_scalars import STEP
from clas_policy.frozen import dataclass
from clas_policy.reading.comments import Comment, Layout
from clas_policy.reading.nodes import Mapping, Node, Scalar, Sequence

WIDTH: Final = 120
"""The widest line that brackets and braces may take; wider, they become a line for each entry."""

_BETWEEN: Final = re.compile(r"[ \t,\]}:]*")
"""What may stand between a value and the comment at the end of its line."""


@dataclass(frozen=True, slots=True)
class _Head:
    """What the line of an entry begins with, and where that began before."""

    text: str
    at: int

    @property
    def indent(self) -> int:
        return len(self.text) - len(self.text.lstrip(" "))


def written(root: Mapping, lines: tuple[str, ...]) -> str:
    """The text of a file in the usual form; it says the same."""
    layout = Layout(root, lines)
    return _Writer(layout).document(root)


class _Writer:
    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.out: list[str] = []
        self._comments = {comment.start: comment for comment in layout.comments}
        self._waiting = sorted(self._comments)
        self._reached = 0
        self._opened = True
        """Whether no blank line may follow what was written last."""

    def document(self, root: Mapping) -> str:
        flat = self._flat(root)
        start, end = self.layout.start(root.span), self.layout.end(root.span)
        if flat is not None and len(flat) <= WIDTH and not self._inner(start, end):
            self._lead(start, 0)
            self._line(flat, start)
            self._trail(end)
        else:
            self._block(root, 0)
        self._lead(len(self.layout.text), 0)
        return "".join(f"{line}\n" for line in self.out)

    # -- lists and mappings, a line for each entry

    def _block(self, node: Mapping | Sequence, indent: int, head: _Head | None = None, outside: int = 0) -> None:
        """Entries at `indent`, the first behind `head`; `outside` is the column of what the node belongs to."""
        layout = self.layout
        match node:
            case Mapping(entries=entries):
                for entry in entries:
                    start = layout.start(entry.key.span)
                    begun = self._begun(head, start, indent)
                    head = None
                    text = f"{begun.text}{layout.raw(entry.key.span)}:"
                    end = layout.end(entry.key.span)
                    column = entry.key.span.column
                    self._entry(entry.value, _Head(text, begun.at), end, indent, column, of_list=False)
            case Sequence(items=items):
                column = node.span.column
                for item in items:
                    start = self._start(node, item)
                    begun = self._begun(head, start, indent)
                    head = None
                    text = f"{begun.text}-"
                    end = start if node.flow else start + 1
                    self._entry(item, _Head(text, begun.at), end, indent, column, of_list=True)
        self._tail(node, indent, outside)

    def _start(self, node: Sequence, item: Node) -> int:
        """Where an item of a list begins: at its dash, where it has one."""
        start = self.layout.start(item.span)
        if node.flow:
            return start
        return self.layout.dashes[bisect_left(self.layout.dashes, start) - 1]

    def _begun(self, head: _Head | None, start: int, indent: int) -> _Head:
        if head is None:
            self._lead(start, indent)
            return _Head(" " * indent, start)
        return _Head(f"{head.text} ", head.at)

    def _entry(self, value: Node, head: _Head, after: int, indent: int, column: int, *, of_list: bool) -> None:
        """The value of a key, or the item of a list, behind what its line begins with."""
        self._reached = max(self._reached, after)
        if isinstance(value, Scalar):
            self._scalar(value, head, after, indent, column, of_list=of_list)
            return
        start, end = self.layout.start(value.span), self.layout.end(value.span)
        flat = self._flat(value)
        if flat is not None and len(head.text) + 1 + len(flat) <= WIDTH and not self._inner(start, end):
            self._hoist(after, start, head)
            self._line(f"{head.text} {flat}", head.at)
            self._trail(end)
        elif not value.items if isinstance(value, Sequence) else not value.entries:
            self._hoist(after, end, head)
            self._line(f"{head.text} {flat}", head.at)
            self._trail(end)
        elif of_list:
            self._hoist(after, self._first(value), head)
            closing = self._closing(value)
            if closing is not None:
                self._above(closing, head)
            self._block(value, indent + STEP, head, column)
        else:
            self._open(value, head, after)
            self._block(value, indent + STEP, None, column)

    def _open(self, value: Mapping | Sequence, head: _Head, after: int) -> None:
        """The line of a key whose value stands below, with the comment beside it."""
        beside = self._beside(after)
        beside = beside if beside is not None and beside < self._first(value) else None
        closing = self._closing(value)
        if beside is None:
            beside, closing = closing, None
        if closing is not None:
            self._above(closing, head)
        self._line(head.text, head.at)
        if beside is not None:
            self.out[-1] += f" {self._take(beside).text}"
        self._opened = True

    def _closing(self, value: Mapping | Sequence) -> int | None:
        """The comment behind the closing bracket of what is now written in lines."""
        return self._beside(self.layout.end(value.span)) if value.flow else None

    def _first(self, node: Mapping | Sequence) -> int:
        """Where the first entry of a list or mapping begins."""
        if isinstance(node, Sequence):
            return self._start(node, node.items[0])
        return self.layout.start(node.entries[0].key.span)

    def _tail(self, node: Mapping | Sequence, indent: int, outside: int) -> None:
        """The comments that stand below the last entry, as far right as the entries do."""
        if node.flow:
            self._reached = max(self._reached, self.layout.end(node.span))
            self._lead(self._reached, indent)
            return
        column = node.span.column + (1 if node.span.column == outside else 0)
        following = bisect_left(self.layout.tokens, self._reached)
        stop = self.layout.tokens[following] if following < len(self.layout.tokens) else len(self.layout.text)
        while self._waiting and self._waiting[0] < stop:
            comment = self._comments[self._waiting[0]]
            if not comment.alone or comment.span.column < column:
                return
            self._lead(comment.start + 1, indent)

    # -- single values

    def _scalar(self, node: Scalar, head: _Head, after: int, indent: int, column: int, *, of_list: bool) -> None:
        layout = self.layout
        start, end = layout.start(node.span), layout.end(node.span)
        header = layout.block_header(node)
        if start == end:
            self._line(head.text, head.at)
            self._trail(after)
        elif header is not None:
            self._hoist(after, start, head)
            begun, below = scalars.block(layout, node, column - 1, indent + STEP)
            self._line(f"{head.text} {begun}", head.at)
            self._trail(start + len(header))
            self.out += below
            self._reached = max(self._reached, end)
            if "+" in begun:
                self._opened = True  # blank lines at its end are part of the text
        else:
            self._hoist(after, start, head)
            text = scalars.lines(layout, node, indent + STEP)
            is_below = layout.line_of(start) > layout.line_of(max(after - 1, 0))
            is_long = len(text) > 1 or len(head.text) + 1 + len(text[0]) > WIDTH
            if is_below and is_long and not of_list:
                self._line(head.text, head.at)
                self.out += [" " * (indent + STEP) + text[0], *text[1:]]
            else:
                self._line(f"{head.text} {text[0]}", head.at)
                self.out += text[1:]
            self._trail(end)

    def _flat(self, node: Node) -> str | None:
        """A value on one line; None where it takes several."""
        match node:
            case Scalar():
                raw = self.layout.raw(node.span)
                return None if "\n" in raw or not raw else raw
            case Sequence(items=items):
                parts = [self._flat(item) for item in items]
                whole = [part for part in parts if part is not None]
                return f"[{', '.join(whole)}]" if node.flow and len(whole) == len(parts) else None
            case Mapping(entries=entries):
                keys = [self.layout.raw(entry.key.span) for entry in entries]
                parts = [self._flat(entry.value) for entry in entries]
                whole = [f"{key}: {part}" for key, part in zip(keys, parts, strict=True) if part is not None]
                return f"{{{', '.join(whole)}}}" if node.flow and len(whole) == len(parts) else None

    # -- lines and comments

    def _line(self, text: str, at: int) -> None:
        self._gap(at)
        self.out.append(text)
        self._opened = False

    def _gap(self, at: int) -> None:
        """The blank line before what began there, if one was: never two, nor one after a key that opens a block."""
        number = self.layout.line_of(at)
        blank = number > 1 and not self.layout.lines[number - 2].strip()
        if blank and not self._opened and self.layout.begins_line(at):
            self.out.append("")
        self._opened = True

    def _own_line(self, comment: Comment, indent: int) -> None:
        if comment.alone:
            self._gap(comment.start)
        self.out.append(f"{' ' * indent}{comment.text}")
        self._opened = False

    def _lead(self, stop: int, indent: int) -> None:
        """The comments before an index that nobody has taken, each on a line of its own."""
        while self._waiting and self._waiting[0] < stop:
            self._own_line(self._take(self._waiting[0]), indent)

    def _hoist(self, start: int, stop: int, head: _Head) -> None:
        """The comments between a key or dash and its value, which go above the line."""
        for waiting in self._inner(start, stop):
            self._above(waiting, head)

    def _above(self, start: int, head: _Head) -> None:
        self._gap(head.at)
        self.out.append(f"{' ' * head.indent}{self._take(start).text}")

    def _inner(self, start: int, stop: int) -> list[int]:
        """The comments that wait between two indices."""
        return self._waiting[bisect_left(self._waiting, start) : bisect_left(self._waiting, stop)]

    def _beside(self, end: int) -> int | None:
        """The comment at the end of the line on which something ends there, with nothing else between."""
        position = bisect_left(self._waiting, end)
        if position == len(self._waiting):
            return None
        start = self._waiting[position]
        return start if _BETWEEN.fullmatch(self.layout.text, end, start) else None

    def _trail(self, end: int) -> None:
        """The comment at the end of a line just written."""
        self._reached = max(self._reached, end)
        beside = self._beside(end)
        if beside is not None:
            self.out[-1] += f" {self._take(beside).text}"

    def _take(self, start: int) -> Comment:
        del self._waiting[bisect_right(self._waiting, start) - 1]
        return self._comments[start]
