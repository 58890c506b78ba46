"""The text of a policy file with its tree: where each line may take a comment, and which one it has."""

from __future__ import annotations

from clas_policy.editing.notes import Note
from clas_policy.editing.patch import Patch
from clas_policy.reading.comments import Comment, Layout
from clas_policy.reading.nodes import Mapping, Node, Scalar, Sequence
from clas_policy.source import Span


class Lines:
    """The comments at the ends of lines, by line number; `root` was read from the same text as `patch`."""

    def __init__(self, root: Mapping, patch: Patch) -> None:
        self._patch = patch
        self._layout = Layout(root, patch.lines)
        self._comments = {comment.span.line: comment for comment in self._layout.comments if not comment.alone}

    def note(self, line: int) -> Note:
        """What the comment at the end of a line says."""
        comment = self._comments.get(line)
        return Note.parse(comment.text if comment else "")

    def comment(self, line: int) -> Comment | None:
        return self._comments.get(line)

    def is_block(self, node: Scalar) -> bool:
        """Whether a value is written over lines of its own, after ``>-`` or ``|``."""
        return self._layout.block_header(node) is not None

    def last_line(self, node: Node) -> int:
        """The line on which a node ends, the text of its last value included."""
        end = end_of(node)
        return end.line + self._patch.written(end).replace("\r\n", "\n").replace("\r", "\n").count("\n")

    def note_line(self, node: Scalar) -> int:
        """The line whose end a note about a value stands at."""
        return node.span.line if self.is_block(node) else self.last_line(node)

    def annotate(self, line: int, note: Note) -> None:
        """Puts a note in the place of the comment at the end of a line."""
        comment = self._comments.get(line)
        text = self._patch.lines[line - 1]
        column = comment.span.column if comment else len(text.rstrip()) + 1
        if not str(note):
            column = len(text[: column - 1].rstrip()) + 1
            self._patch.replace_in_line(line, column, "")
        else:
            self._patch.replace_in_line(line, column, str(note) if comment else f" {note}")


def remove_entry(mapping: Mapping, name: str, patch: Patch) -> None:
    """Takes a key and its value out of a mapping that has others."""
    index = next(number for number, entry in enumerate(mapping.entries) if entry.key.text == name)
    entry = mapping.entries[index]
    end = end_of(entry.value)
    if mapping.flow and index > 0:
        start = end_of(mapping.entries[index - 1].value)
        patch.replace(Span(start.file, start.end_line, start.end_column, end.end_line, end.end_column), "")
        return
    before = patch.lines[entry.key.span.line - 1][: entry.key.span.column - 1]
    if mapping.flow or before.strip():
        follower = mapping.entries[index + 1].key.span
        first = entry.key.span
        patch.replace_exactly(Span(first.file, first.line, first.column, follower.line, follower.column), "")
        return
    patch.remove_lines(entry.key.span.line, end.end_line)


def end_of(node: Node) -> Span:
    """The place of the last value below a node, or of the node itself where it has brackets."""
    match node:
        case Scalar():
            return node.span
        case Sequence(items=items, flow=flow):
            return node.span if flow or not items else end_of(items[-1])
        case Mapping(entries=entries, flow=flow):
            return node.span if flow or not entries else end_of(entries[-1].value)
