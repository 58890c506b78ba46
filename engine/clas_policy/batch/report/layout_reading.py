"""Reads the plan of a report: YAML whose shape is checked, then every name in it, by the policy that it is for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Final

from clas_policy.batch.report.layout import (
    CHOSEN,
    NO,
    SUMMED,
    YES,
    Answered,
    Applicants,
    Layout,
    Part,
    Rows,
    Split,
    Summed,
    nouns,
    value_labels,
)
from clas_policy.frozen import dataclass
from clas_policy.model.fact import Fact, Type
from clas_policy.model.policy import Policy
from clas_policy.problem import Message, PolicyError
from clas_policy.reading import yaml_nodes
from clas_policy.reading.files import read_file
from clas_policy.reading.nodes import Mapping, Node, Scalar, Sequence
from clas_policy.reading.report import Report, meant, with_excerpts
from clas_policy.reading.schema import shape_problems

SCHEMA: Final = "report-layout"
MAX_BYTES: Final = 256 * 1024

_KINDS: Final = {
    Type.TEXT: Message("a text"),
    Type.BOOLEAN: Message("yes or no"),
    Type.INTEGER: Message("a whole number"),
    Type.MONEY: Message("an amount"),
    Type.CHOICE: Message("a choice"),
    Type.CHOICES: Message("a list of choices"),
    Type.DATE: Message("a date"),
    Type.RATE: Message("a rate"),
}


def load(path: Path, display: str, policy: Policy) -> Layout:
    """The plan in a file; raises PolicyError with everything that is wrong with it."""
    data = read_file(path, display, MAX_BYTES, PolicyError)
    parsed = yaml_nodes.parse(data, display)
    report = Report(list(parsed.problems))
    layout = None
    if parsed.root is not None and not report.has_errors:
        report.problems.extend(shape_problems(parsed.root, SCHEMA))
        if not report.has_errors:
            layout = _Reader(policy, report).layout(parsed.root)
    if layout is None or report.has_errors:
        raise PolicyError(with_excerpts(report.problems, {display: parsed.lines}))
    return layout


@dataclass(frozen=True, slots=True)
class _Told:
    """A fact that the plan names, with the labels that it gives."""

    fact: Fact
    at: Scalar
    label: str
    yes: str | None
    no: str | None


class _Reader:
    """Reads a plan whose shape is right."""

    def __init__(self, policy: Policy, report: Report) -> None:
        self._policy = policy
        self._report = report

    def layout(self, root: Mapping) -> Layout:
        entities = root.get("entities")
        listed = [_text(item) for item in _items(root.get("sections"))]
        return Layout(
            _text(root.get("report")),
            self._rows(root.get("dossiers"), None),
            MappingProxyType(dict(self._entities(entities) if isinstance(entities, Mapping) else ())),
            tuple(self._texts(_items(root.get("introduction")))),
            self._applicants(root.get("applicant")),
            tuple(Part(name) for name in dict.fromkeys(listed)) or tuple(Part),
        )

    def _entities(self, written: Mapping) -> Iterator[tuple[str, Rows]]:
        for key, value in written:
            if key.text in self._policy.entities:
                yield key.text, self._rows(value, key.text)
            else:
                self._unknown(key, Message("no entity `{name}` in `{policy}`", self._names(key)), self._policy.entities)

    def _texts(self, written: Iterable[Node]) -> Iterator[str]:
        for item in written:
            if isinstance(item, Scalar):
                if item.text in self._policy.texts:
                    yield item.text
                else:
                    self._unknown(
                        item, Message("no text `{name}` in `{policy}`", self._names(item)), self._policy.texts
                    )

    def _applicants(self, written: Node | None) -> Applicants | None:
        if not isinstance(written, Mapping):
            return None
        told = self._told(written, None, (Type.TEXT,))
        one, many = _text(written.get("one")) or "demandeur", _text(written.get("many")) or "demandeurs"
        return None if told is None else Applicants(told.fact.name, one, many)

    def _rows(self, written: Node | None, entity: str | None) -> Rows:
        one, many = nouns(self._policy, entity)
        if not isinstance(written, Mapping):
            return Rows(one, many)
        sums = self._all(written.get("sums"), entity, SUMMED)
        splits = self._all(written.get("by"), entity, CHOSEN)
        answers = self._all(written.get("answers"), entity, (Type.BOOLEAN,))
        return Rows(
            _text(written.get("one")) or one,
            _text(written.get("many")) or many,
            tuple(Summed(told.fact.name, told.label) for told in sums),
            tuple(Split(told.fact.name, told.label, MappingProxyType(self._values(told))) for told in splits),
            tuple(Answered(told.fact.name, told.label) for told in answers),
        )

    def _all(self, written: Node | None, entity: str | None, kinds: tuple[Type, ...]) -> list[_Told]:
        found: dict[str, _Told] = {}
        for item in _items(written):
            told = self._told(item, entity, kinds)
            if told is None:
                continue
            if told.fact.name in found:
                message = Message("`{name}` is named twice here", {"name": told.fact.name})
                self._report.add("CLAS-B403", message, told.at.span, hint=Message("keep one of them"))
            found.setdefault(told.fact.name, told)
        return list(found.values())

    def _told(self, item: Node, entity: str | None, kinds: tuple[Type, ...]) -> _Told | None:
        """A fact of the right scope and type, by its name or with labels of its own."""
        at = item.get("fact") if isinstance(item, Mapping) else item
        if not isinstance(at, Scalar):
            return None
        fact = self._policy.facts.get(at.text)
        if fact is None:
            known = [fact.name for fact in self._policy.facts.values() if fact.entity == entity]
            self._unknown(at, Message("no fact `{name}` in `{policy}`", self._names(at)), known)
            return None
        if fact.entity != entity:
            where = Message("the dossier") if fact.entity is None else Message("`{entity}`", {"entity": fact.entity})
            message = Message("`{name}` is a fact of {where}", {"name": fact.name, "where": where})
            self._report.add("CLAS-B402", message, at.span, hint=Message("name it there"))
            return None
        if fact.type not in kinds:
            due = [_KINDS[kind] for kind in kinds]
            values: dict[str, str | Message] = {"name": fact.name, "kind": _KINDS[fact.type]}
            message = Message("`{name}` is {kind}, which cannot be told here", values)
            self._report.add(
                "CLAS-B402", message, at.span, hint=Message("here stands {kinds}", {"kinds": _either(due)})
            )
            return None
        labels = {key: _text(item.get(key)) for key in ("label", "yes", "no")} if isinstance(item, Mapping) else {}
        return _Told(fact, at, labels.get("label") or fact.label, labels.get("yes"), labels.get("no"))

    def _values(self, told: _Told) -> dict[str, str]:
        values = value_labels(told.fact)
        if told.fact.type is Type.BOOLEAN:
            return {YES: told.yes or values[YES], NO: told.no or values[NO]}
        if told.yes or told.no:
            message = Message("`{name}` is not a question of yes or no", {"name": told.fact.name})
            self._report.add("CLAS-B402", message, told.at.span, hint=Message("leave `yes` and `no` out"))
        return values

    def _names(self, at: Scalar) -> dict[str, str | Message]:
        return {"name": at.text, "policy": self._policy.id}

    def _unknown(self, at: Scalar, message: Message, known: Iterable[str]) -> None:
        self._report.add("CLAS-B401", message, at.span, hint=meant(at.text, known))


def _either(kinds: list[Message]) -> Message:
    found = kinds[0]
    for kind in kinds[1:]:
        found = Message("{first} or {last}", {"first": found, "last": kind})
    return found


def _items(written: Node | None) -> tuple[Node, ...]:
    return written.items if isinstance(written, Sequence) else ()


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) and not node.is_null else ""
