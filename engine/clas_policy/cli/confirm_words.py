"""What is left to confirm, in words: its label, how it is written, last year's value."""

from __future__ import annotations

from typing import Any

from clas_policy.cli.confirm_draft import Draft
from clas_policy.editing import confirming
from clas_policy.editing.confirming import Left
from clas_policy.frozen import dataclass
from clas_policy.model.fact import Type
from clas_policy.reading.nodes import Mapping, Node, Scalar
from clas_policy.speech import Speech


@dataclass(frozen=True, slots=True)
class Told:
    """One item as it is told: its address, label, kind (a type, ``source``, ``text`` or ``as_written``), its form."""

    item: Left
    label: str | None
    kind: str
    form: str
    where: str
    now: str | None
    """What stands there now, where that is to be read again."""

    def as_json(self, draft: Draft) -> dict[str, Any]:
        span = draft.span(self.item.place)
        return {
            "name": self.item.place.address,
            "label": self.label,
            "kind": self.kind,
            "file": span.file,
            "line": span.line,
            "column": span.column,
            "last_year": self.item.year,
            "last_value": self.item.last,
            "read_again": self.now,
        }

    def lines(self, _: Speech) -> list[str]:
        """As people read it, without how it is asked for."""
        label = f" — {self.label}" if self.label else ""
        details = [self.form]
        if self.item.last is not None:
            details.append(f"{self.item.year}{_.colon}{self.item.last}")
        if self.now is not None:
            details.append(_("carried over from last year, to be read again: {text}", text=self.now))
        return [f"{self.where}: {self.item.place.address}{label}", f"    {_.semicolon.join(details)}"]


def told(draft: Draft, _: Speech) -> list[Told]:
    """Everything that is left, in the order of the file."""
    figures = draft.figures
    root = confirming.root_of(draft.data)
    found = []
    for item in draft.left:
        span = draft.span(item.place)
        figure = figures.get((span.line, span.column))
        label = figure.label if figure and item.place.section != "published" else _label(root, item, draft)
        kind = _kind(item, figure.type if figure else None)
        now = " ".join(item.place.node.text.split()) if item.again else None
        found.append(Told(item, label, kind, _form(kind, _), f"{span.file}:{span.line}", now))
    return found


def _kind(item: Left, figure: Type | None) -> str:
    if item.again:
        return "as_written"
    if figure is not None:
        return figure.value
    if item.is_source:
        return "source"
    return "date" if item.place.keys[-1] == "published_on" else "text"


def _form(kind: str, _: Speech) -> str:
    match kind:
        case "integer":
            return _("a whole number, like `12`")
        case "money":
            return _("an amount, like `8487 EUR` or `2758.28 EUR`")
        case "rate":
            return _("a rate, like `32.5 %`")
        case "date":
            return _("a date, like `2025-10-30`")
        case "source":
            return _("a document, then the place in it, like `note-32, §3`")
        case "as_written":
            return _("written as it is now")
        case _:
            return _("a text")


def _label(root: Node | None, item: Left, draft: Draft) -> str | None:
    """What the entry is called: where it stands, or where it is declared."""
    node = confirming.node_at(root, item.place.keys[:2]) if root is not None else None
    found = node.get("label") if isinstance(node, Mapping) else None
    if isinstance(found, Scalar):
        return " ".join(found.text.split())
    policy, name = draft.policy, item.place.keys[1] if len(item.place.keys) > 1 else ""
    if policy is None:
        return None
    if item.place.section == "published":
        printed = node.get("grant") if isinstance(node, Mapping) else None
        name = printed.text if isinstance(printed, Scalar) else name
    declared = policy.parameters.get(name) or policy.criteria.get(name) or policy.grants.get(name)
    return declared.label if declared is not None else None
