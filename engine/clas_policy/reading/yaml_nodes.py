"""YAML text → our nodes: a strict subset, read from events, never constructed; every problem with its place."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from clas_policy.frozen import dataclass
from clas_policy.problem import Message, Problem, in_order
from clas_policy.reading import characters, scalar_forms, yaml_keys, yaml_syntax
from clas_policy.reading.characters import Text
from clas_policy.reading.nodes import Entry, Mapping, Node, Scalar, Sequence
from clas_policy.source import Span

MAX_DEPTH: Final = 32
MAX_NODES: Final = 20_000
MAX_PROBLEMS: Final = 200
"""A file with more is something else than a policy: reading stops."""

_NEAR: Final = 20
"""So far before a key its question mark is looked for."""
_DIRECTIVE: Final = re.compile(r"(?:\A|(?<=[\r\n]))%[^\r\n]*")
_CONTENT: Final = re.compile(r"(?:^|(?<=\r))[ \t]*(?!#|\.\.\.)[^\s][^\r\n]*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a text gave: its root where there is one, its problems, its lines, the digest of its text with LF ends."""

    root: Mapping | None
    problems: tuple[Problem, ...]
    lines: tuple[str, ...]
    sha256: str


class _TooMuchError(Exception):
    """The text is deeper or longer than any policy: reading stops."""


def parse(data: bytes, file: str) -> Parsed:
    """Reads the bytes of a policy file; nothing that they hold raises."""
    text = characters.decode(data, file)
    if isinstance(text, Problem):
        return Parsed(None, (text,), (), hashlib.sha256(data).hexdigest())
    digest = hashlib.sha256(text.with_lf.encode()).hexdigest()
    problems = characters.forbidden(text)
    if problems:
        return Parsed(None, tuple(problems), text.lines, digest)
    builder = _Builder(text)
    root = builder.document()
    problems = builder.problems
    if root is None and not problems:
        empty = Span(file, 1, 1, 1, 1)
        problems.append(Problem("CLAS-Y005", Message("this file is empty"), empty))
    if root is not None and not isinstance(root, Mapping):
        if isinstance(root, Sequence) or not problems:
            problems.append(_no_mapping(root, text))
        root = None
    return Parsed(root, in_order(problems), text.lines, digest)


def _no_mapping(root: Scalar | Sequence, text: Text) -> Problem:
    glued = yaml_syntax.glued(root.span.line, text) if isinstance(root, Scalar) else None
    return glued or Problem(
        "CLAS-Y006",
        Message("a policy is made of keys and values, and this is something else"),
        root.span,
        hint=Message("begin with `policy: …`"),
    )


class _Builder:
    """Builds nodes from events, noting what is not allowed on the way."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.problems: list[Problem] = []
        self._events = self._guarded()
        self._referred: set[str] = set()
        self._depth = self._nodes = 0
        self._reached = 0
        self._last_quoted: Span | None = None
        self._readable = text.text
        self._has_tabs = "\t" in text.text

    def document(self) -> Node | None:
        """The root of the only document; None where there is none or the syntax is broken."""
        root: Node | None = None
        try:
            for event in self._events:
                if isinstance(event, DocumentEndEvent) and self._is_over(event):
                    break
                if isinstance(event, (ScalarEvent, SequenceStartEvent, MappingStartEvent, AliasEvent)):
                    root = self._node(event)
        except YAMLError as error:
            self.problems.append(yaml_syntax.problem(error, self.text, self._last_quoted))
            return None
        except (ValueError, OverflowError):
            # ruamel does not look before it makes a character of the number in `\U…`.
            large = yaml_syntax.large_character(self.text, self._reached)
            if large is None:
                raise
            self.problems.append(large)
            return None
        except _TooMuchError:
            return None
        return None if isinstance(root, Scalar) and root.is_null else root

    def _without_directives(self) -> str:
        """The text with its directives made comments of the same length, each a problem."""

        def note(match: re.Match[str]) -> str:
            self._note(
                "CLAS-Y014",
                Message("a directive, `%…`"),
                self.text.span(match.start(), match.end()),
                hint=Message("remove the line; in quotes if the sign belongs to the text"),
            )
            return f"#{match[0][1:]}"

        return _DIRECTIVE.sub(note, self.text.text)

    def _guarded(self) -> Iterator[Event]:
        """The events of the text, refused beyond a depth and a number that no policy needs."""
        # ruamel's own line counting and ours agree on LF, CRLF and CR, the only line ends left at this point.
        self._readable = self._without_directives()
        for event in YAML(typ="safe", pure=True).parse(self._readable):
            self._reached = event.end_mark.index
            if isinstance(event, (SequenceStartEvent, MappingStartEvent)):
                self._depth += 1
                if self._depth > MAX_DEPTH:
                    self._note(
                        "CLAS-Y012",
                        Message("nested more than {depth} deep", {"depth": str(MAX_DEPTH)}),
                        self._span(event).start,
                    )
                    raise _TooMuchError
            elif isinstance(event, (SequenceEndEvent, MappingEndEvent)):
                self._depth -= 1
            self._nodes += 1
            if self._nodes > MAX_NODES:
                self._note("CLAS-Y012", Message("more than any policy holds"), self._span(event).start)
                raise _TooMuchError
            yield event

    def _node(self, event: Any) -> Node:
        if isinstance(event, AliasEvent):
            if event.anchor in self._referred:
                return Scalar("", plain=True, span=self._span(event))
            self._referred.add(event.anchor)
            self._note(
                "CLAS-Y008",
                Message("a reference to another part, `*{name}`", {"name": str(event.anchor)}),
                self._span(event),
                hint=Message("write the value again; in quotes if the star belongs to it"),
            )
            return Scalar("", plain=True, span=self._span(event))
        self._check_properties(event)
        if isinstance(event, ScalarEvent):
            return self._scalar(event)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(event)
        return self._mapping(event)

    def _scalar(self, event: Any) -> Scalar:
        node = self._written(event)
        self._check_form(event, node)
        return node

    def _check_form(self, event: Any, node: Scalar) -> None:
        start, end = event.start_mark.index, event.end_mark.index

        def locate(first: int, last: int) -> Span:
            return self.text.span(start + first, start + last)

        for problem in scalar_forms.problems(node, self.text.text[start:end], locate):
            self._add(problem)

    def _written(self, event: Any) -> Scalar:
        span = self._span(event)
        tab = yaml_syntax.tab_before(span, self.text) if self._has_tabs else None
        if tab is not None:
            self._add(tab)
        if event.style in ("'", '"'):
            self._last_quoted = span
        return Scalar(unicodedata.normalize("NFC", event.value), plain=event.style is None, span=span)

    def _sequence(self, start: Any) -> Sequence:
        items: list[Node] = []
        for event in self._events:
            if isinstance(event, SequenceEndEvent):
                break
            items.append(self._node(event))
        flow = bool(start.flow_style)
        if flow:
            for problem in yaml_keys.decimal_commas(items):
                self._add(problem)
        return Sequence(tuple(items), self._span(start, event), flow)

    def _mapping(self, start: Any) -> Mapping:
        entries: dict[str, Entry] = {}
        flow = bool(start.flow_style)
        before: Node | None = None
        for event in self._events:
            if isinstance(event, MappingEndEvent):
                break
            key = self._word(event)
            follower = next(self._events)
            value = self._node(follower)
            if key is None:
                pass
            elif flow and key.plain and key.text and self._is_alone(event, follower):
                self._add(yaml_keys.alone(key, before))
            elif self._is_key(event, key):
                entry = Entry(key, value)
                first = entries.setdefault(key.text, entry)
                if first is not entry:
                    self._add(yaml_keys.twice(first, entry))
            before = value
        return Mapping(tuple(entries.values()), self._span(start, event), flow)

    def _word(self, event: Any) -> Scalar | None:
        """What stands as a key, where it is a single text."""
        if isinstance(event, ScalarEvent):
            self._check_properties(event)
            return self._written(event)
        node = self._node(event)
        if not isinstance(event, AliasEvent):
            self._add(yaml_keys.several_words(node))
        return None

    def _is_alone(self, key: Any, value: Any) -> bool:
        """Whether neither a colon nor a value follows what stands as a key."""
        between = self.text.text[key.end_mark.index : value.start_mark.index]
        return isinstance(value, ScalarEvent) and value.style is None and not value.value and ":" not in between

    def _is_key(self, event: Any, key: Scalar) -> bool:
        """Whether a text may be a key; otherwise a problem is noted."""
        start = event.start_mark.index
        before = self.text.text[max(0, start - _NEAR) : start].rstrip(" ")
        problem = yaml_keys.not_a_key(key, asked=before.endswith("?"))
        if problem is not None:
            self._add(problem)
            return False
        self._check_form(event, key)
        return True

    def _is_over(self, end: Any) -> bool:
        """Whether a document says that it ends there; a problem is noted where another follows it."""
        rest = end.end_mark.index
        if not end.explicit and not self._readable.startswith("---", rest):
            return False
        match = _CONTENT.search(self._readable, rest)
        if match is not None:
            self._note(
                "CLAS-Y013",
                Message("a second document begins"),
                self.text.span(match.start(), match.end()),
                hint=Message("one file holds one layer: remove `---` or make two files"),
            )
        return True

    def _check_properties(self, event: Any) -> None:
        if getattr(event, "anchor", None) is not None:
            self._note(
                "CLAS-Y008",
                Message("a mark for reference, `&{name}`", {"name": str(event.anchor)}),
                self._span(event).start,
                hint=Message("remove it; in quotes if the sign belongs to the text"),
            )
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._note(
                "CLAS-Y015",
                Message("a tag, `{tag}`", {"tag": str(tag).replace("tag:yaml.org,2002:", "!!")}),
                self._span(event).start,
                hint=Message("remove it; in quotes if the exclamation mark belongs to the text"),
            )

    def _span(self, event: Event, end: Event | None = None) -> Span:
        return self.text.span(event.start_mark.index, (end or event).end_mark.index)

    def _note(self, code: str, message: Message, span: Span, *, hint: Message | None = None) -> None:
        self._add(Problem(code, message, span, hint=hint))

    def _add(self, problem: Problem) -> None:
        self.problems.append(problem)
        if len(self.problems) >= MAX_PROBLEMS:
            raise _TooMuchError
