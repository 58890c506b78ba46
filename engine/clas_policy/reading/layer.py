"""One policy file as a layer: its header checked, its items sorted by section, nothing resolved yet."""

from __future__ import annotations

import re
from collections.abc import Mapping as Map
from dataclasses import field
from datetime import date
from typing import Final

from clas_policy.frozen import dataclass
from clas_policy.model.fact import Origin
from clas_policy.model.policy import LayerRef, Level
from clas_policy.problem import Message, Problem
from clas_policy.reading import values, yaml_nodes
from clas_policy.reading.identity import Identity
from clas_policy.reading.nodes import Mapping, Node, Scalar, Sequence
from clas_policy.reading.report import Report, with_excerpts
from clas_policy.reading.schema import shape_problems
from clas_policy.source import Span

SECTIONS: Final = (
    "documents",
    "funders",
    "entities",
    "facts",
    "parameters",
    "criteria",
    "grants",
    "deadlines",
    "orientations",
    "set",
    "choose",
    "derive",
    "replace",
    "texts",
)
DECLARING: Final = (
    "funders",
    "entities",
    "facts",
    "parameters",
    "criteria",
    "grants",
    "deadlines",
    "orientations",
    "texts",
)
"""The sections whose items are new names, in one namespace (facts apart: they have dots)."""

_MISLEADING: Final = ("CLAS-Y004", "CLAS-Y008", "CLAS-Y009", "CLAS-Y013", "CLAS-Y014", "CLAS-Y015")
"""Problems of the text that change what the rest seems to say: nothing more is said until they are mended."""

_IDENTIFIER: Final = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a section, or of a list (then `key` is the place of the entry)."""

    section: str
    key: Scalar
    body: Node
    origin: Origin
    broken: bool
    """Its shape is wrong and reported: its name exists, its content is not looked at again."""

    @property
    def name(self) -> str:
        return self.key.text

    @property
    def at(self) -> Span:
        return self.key.span

    def get(self, key: str) -> Node | None:
        return self.body.get(key) if isinstance(self.body, Mapping) else None

    def place_of(self, key: str) -> Span:
        """The place of a key of the body, or of the item where it is absent."""
        node = self.body.key(key) if isinstance(self.body, Mapping) else None
        return node.span if node else self.at

    def text(self, key: str) -> str | None:
        """The text of the scalar at `key`, None where it is absent."""
        node = self.get(key)
        return node.text if isinstance(node, Scalar) and not node.is_null else None


@dataclass(frozen=True, slots=True)
class Layer:
    """One version of one layer, as written."""

    identity: Identity
    version: int
    status: str
    title: str
    extends: Scalar | None
    prefix: str | None
    effective_from: date | None
    file: str
    sha256: str
    shipped_by: str
    root: Mapping
    lines: tuple[str, ...] = field(repr=False)
    sections: Map[str, tuple[Item, ...]] = field(repr=False)

    @property
    def id(self) -> str:
        return self.identity.id

    @property
    def is_draft(self) -> bool:
        return self.status == "draft"

    def items(self, section: str) -> tuple[Item, ...]:
        return self.sections.get(section, ())

    def span(self, key: str) -> Span:
        """The place of a key of the header, or of the first line."""
        node = self.root.key(key)
        return node.span if node else self.root.span.start

    @property
    def ref(self) -> LayerRef:
        return LayerRef(
            self.id,
            self.version,
            self.status,
            self.sha256,
            self.shipped_by,
            self.title,
            self.effective_from,
            self.file,
        )


@dataclass(frozen=True, slots=True)
class ReadLayer:
    """What reading a file gave: the layer where there is enough of one, and every problem of the file."""

    layer: Layer | None
    problems: tuple[Problem, ...]
    lines: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        return self.layer is not None and all(problem.severity != "error" for problem in self.problems)


def read_layer(data: bytes, file: str, shipped_by: str, *, expected_id: str, expected_version: int) -> ReadLayer:
    """The layer that `data` holds.

    Args:
        data: the bytes of the file, read once.
        file: its path as displayed.
        shipped_by: who ships it, as decisions say it.
        expected_id: the id that its path says.
        expected_version: the version that its file name says (1 where it says none).
    """
    parsed = yaml_nodes.parse(data, file)
    if parsed.root is None or any(problem.code in _MISLEADING for problem in parsed.problems):
        return ReadLayer(None, with_excerpts(parsed.problems, {file: parsed.lines}), parsed.lines)
    root = parsed.root
    report = Report(list(parsed.problems))
    torn = {problem.span.line for problem in parsed.problems if problem.span and problem.severity == "error"}
    # Where the text is torn, what is missing from its shape is the same fault.
    shape = [problem for problem in shape_problems(root) if problem.span is None or problem.span.line not in torn]
    report.problems.extend(shape)
    wrong = (problem for problem in (*parsed.problems, *shape) if problem.severity == "error")
    broken = [problem.span for problem in wrong if problem.span]
    text = _Text(root, file, shipped_by, parsed.sha256, parsed.lines)
    layer = _layer(text, broken, report, expected_id, expected_version)
    return ReadLayer(layer, with_excerpts(report.problems, {file: parsed.lines}), parsed.lines)


@dataclass(frozen=True, slots=True)
class _Text:
    root: Mapping
    file: str
    shipped_by: str
    sha256: str
    lines: tuple[str, ...]


def _layer(text: _Text, broken: list[Span], report: Report, expected_id: str, expected_version: int) -> Layer | None:
    root = text.root
    identity = _identity(root, expected_id, report)
    if identity is None:
        return None
    version = _version(root, expected_version, report)
    effective_from = _effective_from(root, version, report)
    extends = _scalar(root, "extends")
    if identity.level is Level.REFERENTIEL:
        if extends is not None:
            report.add(
                "CLAS-L203",
                Message("a référentiel extends nothing"),
                extends.span,
                hint=Message("remove `extends`"),
            )
    elif extends is None and "extends" not in root:
        report.add(
            "CLAS-L203",
            Message("`{id}` extends no layer", {"id": identity.id}),
            root.span.start,
            hint=Message("write `extends:` with the id of the layer one level up"),
        )
    prefix = _prefix(root, identity, report)
    status = _scalar(root, "status")
    title = _scalar(root, "title")
    default = Origin(identity.id, _text(root, "source"), _day(root, "checked_on", report))
    sections = {
        section: _items(root, section, default, broken, report)
        for section in (*SECTIONS, "admissibility", "published")
        if section in root
    }
    return Layer(
        identity,
        version,
        status.text if status else "in_force",
        title.text if title else identity.id,
        extends if extends is not None and not extends.is_null else None,
        prefix,
        effective_from,
        text.file,
        text.sha256,
        text.shipped_by,
        root,
        text.lines,
        sections,
    )


def _scalar(root: Mapping, key: str) -> Scalar | None:
    node = root.get(key)
    return node if isinstance(node, Scalar) else None


def _text(root: Mapping, key: str) -> str | None:
    node = _scalar(root, key)
    return node.text if node is not None and not node.is_null else None


def _day(root: Mapping, key: str, report: Report) -> date | None:
    node = _scalar(root, key)
    return values.day(node, report) if node is not None else None


def _identity(root: Mapping, expected_id: str, report: Report) -> Identity | None:
    written = _scalar(root, "policy")
    if written is None:
        return Identity.parse(expected_id)  # that the key is missing is already said by the shape
    identity = Identity.parse(written.text)
    if identity is None:
        report.add(
            "CLAS-L202",
            Message("`{id}` is not the id of a layer", {"id": written.text}),
            written.span,
            hint=Message(
                "`national/referentiel-2019`, `national/2024-2025` (two consecutive years) or "
                "`departements/32/2024-2025`: the path of the file, without `.yaml`"
            ),
        )
        return Identity.parse(expected_id)
    if identity.id != expected_id:
        hint = Message("rename the file or write `policy: {path}`", {"path": expected_id})
        if identity.id.endswith(f"/{expected_id}"):
            above = identity.id.removesuffix(f"/{expected_id}")
            hint = Message("name the folder that holds `{folder}/`, not one below it", {"folder": above.split("/")[0]})
        report.add(
            "CLAS-L201",
            Message("the id `{id}` is not the path of the file, `{path}`", {"id": identity.id, "path": expected_id}),
            written.span,
            hint=hint,
        )
    return identity


def _version(root: Mapping, expected: int, report: Report) -> int:
    node = _scalar(root, "version")
    if node is None or not re.fullmatch(r"[1-9][0-9]{0,5}", node.text):
        return expected
    if int(node.text) != expected:
        name = ".yaml" if int(node.text) == 1 else f".v{node.text}.yaml"
        report.add(
            "CLAS-L207",
            Message(
                "version `{version}` stands in the file of version `{expected}`",
                {
                    "version": node.text,
                    "expected": str(expected),
                },
            ),
            node.span,
            hint=Message("the file of version {version} ends in `{name}`", {"version": node.text, "name": name}),
        )
    return int(node.text)


def _effective_from(root: Mapping, version: int, report: Report) -> date | None:
    effective_from = _day(root, "effective_from", report)
    if version > 1 and "effective_from" not in root:
        key = root.key("version")
        report.add(
            "CLAS-L207",
            Message("version `{version}` does not say from when it holds", {"version": str(version)}),
            key.span if key else root.span.start,
            hint=Message("from version 2 on, write `effective_from:` with a date"),
        )
    return effective_from


def _prefix(root: Mapping, identity: Identity, report: Report) -> str | None:
    prefix = _scalar(root, "prefix")
    if identity.level is Level.LOCAL:
        if prefix is None and "prefix" not in root:
            report.add(
                "CLAS-L219",
                Message("a local layer needs a prefix for the names that it adds"),
                root.span.start,
                hint=Message("write `prefix:` with a short name of yours; the names you add then start with it"),
            )
    elif prefix is not None:
        report.add("CLAS-L219", Message("only a local layer has a prefix"), prefix.span)
        return None
    return prefix.text if prefix is not None and _IDENTIFIER.fullmatch(prefix.text) else None


def _items(
    root: Mapping,
    section: str,
    default: Origin,
    broken: list[Span],
    report: Report,
) -> tuple[Item, ...]:
    node = root.get(section)
    if isinstance(node, Sequence):
        pairs = [(_key_of(item), item) for item in node.items]
        section_source = None
    elif isinstance(node, Mapping):
        pairs = [(key, value) for key, value in node if key.text != "source"]
        section_source = _text(node, "source")
    else:
        return ()
    items = []
    for key, body in pairs:
        source = section_source or default.source
        checked_on = default.checked_on
        if isinstance(body, Mapping):
            source = _text(body, "source") or source
            if "checked_on" in body:
                checked_on = _day(body, "checked_on", report)
        hit = any(_inside(span, key.span, body.span) for span in broken)
        items.append(Item(section, key, body, Origin(default.layer, source, checked_on, key.span), hit))
    return tuple(items)


def _key_of(item: Node) -> Scalar:
    """What stands for the key of an entry of a list: the scalar itself, or the first value of the mapping."""
    if isinstance(item, Scalar):
        return item
    if isinstance(item, Mapping):
        for name in ("criterion", "grant"):
            value = item.get(name)
            if isinstance(value, Scalar):
                return value
    return Scalar("", plain=True, span=item.span)


def _inside(span: Span, key: Span, body: Span) -> bool:
    start = min((key.line, key.column), (body.line, body.column))
    end = max((key.end_line, key.end_column), (body.end_line, body.end_column))
    return start <= (span.line, span.column) <= end
