"""``fmt``: a policy file in the usual form, with every comment kept and nothing that it says changed."""

from __future__ import annotations

from collections import Counter

from clas_policy.editing.formatting_layout import written
from clas_policy.frozen import dataclass
from clas_policy.problem import Message, Problem, errors
from clas_policy.reading import characters, yaml_nodes
from clas_policy.reading.comments import Layout
from clas_policy.reading.nodes import Mapping, Node, Scalar, Sequence
from clas_policy.reading.report import with_excerpts
from clas_policy.source import Span


@dataclass(frozen=True, slots=True)
class Formatted:
    """The text in the usual form; None where it could not be read, then `problems` say why."""

    text: str | None
    problems: tuple[Problem, ...] = ()
    is_fault: bool = False
    """The text could be read, and the program would have changed what it says."""


def formatted(data: bytes, file: str) -> Formatted:
    """What the bytes of a policy file or a test file are in the usual form; nothing that they hold raises."""
    text = characters.decode(data, file)
    parsed = yaml_nodes.parse(text.with_lf.encode() if not isinstance(text, Problem) else data, file)
    wrong = errors(parsed.problems)
    if parsed.root is None or wrong:
        return Formatted(None, with_excerpts(wrong, {file: parsed.lines}))
    new = written(parsed.root, parsed.lines)
    again = yaml_nodes.parse(new.encode(), file)
    if again.root is None or not (
        says_the_same(parsed.root, again.root)
        and _comments(parsed.root, parsed.lines) == _comments(again.root, again.lines)
    ):
        fault = Problem(
            "CLAS-E301",
            Message("the usual form of this file would not say the same: it stays as it is"),
            Span(file, 1, 1, 1, 2),
            hint=Message("this is a fault of the program: please report it with the file"),
        )
        return Formatted(None, (fault,), is_fault=True)
    return Formatted(new)


def says_the_same(first: Node, second: Node) -> bool:
    """Whether two trees hold the same keys and values in the same order, wherever and in whichever style they stand."""
    match first, second:
        case Scalar(), Scalar():
            return (first.text, first.plain) == (second.text, second.plain) or (
                first.text == second.text and not (first.plain or second.plain)
            )
        case Sequence(), Sequence():
            return len(first.items) == len(second.items) and all(map(says_the_same, first.items, second.items))
        case Mapping(), Mapping():
            return len(first.entries) == len(second.entries) and all(
                one.key.text == other.key.text and says_the_same(one.value, other.value)
                for one, other in zip(first.entries, second.entries, strict=True)
            )
        case _:
            return False


def _comments(root: Mapping, lines: tuple[str, ...]) -> Counter[str]:
    return Counter(comment.text for comment in Layout(root, lines).comments)
