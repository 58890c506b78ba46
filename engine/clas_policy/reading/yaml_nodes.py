"""YAML text → our nodes: a strict subset, read from events, never constructed; every problem with its place."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from clas_policy.problem import Message, Problem, Related
from clas_policy.reading import characters, scalar_forms, yaml_syntax
from clas_policy.reading.characters import Text
from clas_policy.reading.nodes import Entry, Mapping, Node, Scalar, Sequence
from clas_policy.source import Span

MAX_DEPTH: Final = 32
MAX_NODES: Final = 20_000


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
    if root is not None and not isinstance(root, Mapping):
        problems.append(
            Problem(
                "CLAS-Y006",
                Message("a policy is made of keys and values, and this is something else"),
                root.span,
                hint=Message("begin with `policy: …`"),
            )
        )
        root = None
    return Parsed(root, tuple(problems), text.lines, digest)


class _Builder:
    """Builds nodes from events, noting what is not allowed on the way."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.problems: list[Problem] = []
        self._events = self._guarded()
        self._referred: set[str] = set()
        self._depth = self._nodes = 0

    def document(self) -> Node | None:
        """The root of the only document; None where there is none or the syntax is broken."""
        root: Node | None = None
        documents = 0
        try:
            for event in self._events:
                if isinstance(event, DocumentStartEvent):
                    documents += 1
                    self._check_start(event, documents)
                elif isinstance(event, (ScalarEvent, SequenceStartEvent, MappingStartEvent, AliasEvent)):
                    node = self._node(event)
                    root = node if documents == 1 else root
        except YAMLError as error:
            problem = yaml_syntax.problem(error, self.text)
            self.problems.append(problem)
            return None
        except _TooMuchError:
            return None
        if root is None or (isinstance(root, Scalar) and root.is_null):
            self._note("CLAS-Y005", Message("this file is empty"), Span(self.text.file, 1, 1, 1, 1))
            return None
        return root

    def _guarded(self) -> Iterator[Event]:
        """The events of the text, refused beyond a depth and a number that no policy needs."""
        # ruamel's own line counting and ours agree on LF, CRLF and CR, the only line ends left at this point.
        for event in YAML(typ="safe", pure=True).parse(self.text.text):
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
        span = self._span(event)
        node = Scalar(unicodedata.normalize("NFC", event.value), plain=event.style is None, span=span)
        start = event.start_mark.index

        def locate(first: int, last: int) -> Span:
            return self.text.span(start + first, start + last)

        self.problems.extend(scalar_forms.problems(node, locate))
        return node

    def _sequence(self, start: Any) -> Sequence:
        items: list[Node] = []
        for event in self._events:
            if isinstance(event, SequenceEndEvent):
                break
            items.append(self._node(event))
        span = self._span(start, event)
        flow = bool(start.flow_style)
        if flow:
            self._decimal_comma(items)
        return Sequence(tuple(items), span, flow)

    def _decimal_comma(self, items: list[Node]) -> None:
        for first, second in pairwise(items):
            if (
                isinstance(first, Scalar)
                and isinstance(second, Scalar)
                and first.text.isdigit()
                and second.text.isdigit()
                and len(second.text) <= 2
                and (first.span.end_line, first.span.end_column + 1) == (second.span.line, second.span.column)
            ):
                written = f"{first.text},{second.text}"
                self.problems.append(
                    Problem(
                        "CLAS-Y023",
                        Message("`{text}` is two numbers here", {"text": written}),
                        first.span,
                        hint=Message("a decimal point is a point; two numbers have a space after the comma"),
                        severity="warning",
                    )
                )

    def _mapping(self, start: Any) -> Mapping:
        entries: dict[str, Entry] = {}
        flow = bool(start.flow_style)
        for event in self._events:
            if isinstance(event, MappingEndEvent):
                break
            key = self._node(event)
            value = self._node(next(self._events))
            if not isinstance(key, Scalar):
                self._note(
                    "CLAS-Y010",
                    Message("a key must be a single word"),
                    key.span,
                    hint=Message("no list and no braces before a colon"),
                )
                continue
            if self._is_key(key, value, flow=flow):
                self._enter(entries, Entry(key, value))
        return Mapping(tuple(entries.values()), self._span(start, event), flow)

    def _is_key(self, key: Scalar, value: Node, *, flow: bool) -> bool:
        if key.plain and key.text == "<<":
            self._note("CLAS-Y009", Message("`<<` merges another part"), key.span, hint=Message("write the keys again"))
            return False
        if flow and isinstance(value, Scalar) and value.plain and not value.text and key.plain:
            self._note(
                "CLAS-Y011",
                Message("`{text}` stands alone: between braces, a comma separates", {"text": key.text}),
                key.span,
                hint=Message("put the sentence in quotes, or write one key per line without braces"),
            )
            return False
        if key.plain and (key.is_null or key.text in ("true", "false") or _is_number(key.text)):
            self._note(
                "CLAS-Y010",
                Message("the key `{text}` is not a text", {"text": key.text}),
                key.span,
                hint=Message('put it in quotes: `"{text}":`', {"text": key.text}),
            )
            return False
        return True

    def _enter(self, entries: dict[str, Entry], entry: Entry) -> None:
        first = entries.get(entry.key.text)
        if first is None:
            entries[entry.key.text] = entry
            return
        self.problems.append(
            Problem(
                "CLAS-Y007",
                Message("the key `{key}` stands twice", {"key": entry.key.text}),
                entry.key.span,
                (Related(Message("first here"), first.key.span),),
                Message("keep one of them: no value is chosen in silence"),
            )
        )

    def _check_start(self, event: Any, number: int) -> None:
        if number == 2:
            self._note(
                "CLAS-Y013",
                Message("a second document begins"),
                self._span(event),
                hint=Message("one file holds one layer: remove `---` or make two files"),
            )
        if event.version is not None or event.tags:
            self._note(
                "CLAS-Y014",
                Message("a directive, `%…`"),
                Span(self.text.file, 1, 1, 1, len(self.text.lines[0]) + 1),
                hint=Message("remove the line"),
            )

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
        self.problems.append(Problem(code, message, span, hint=hint))


def _is_number(text: str) -> bool:
    return bool(text) and text.lstrip("-").replace(".", "", 1).isdigit()
