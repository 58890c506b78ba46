"""A comparison for programs: canonical values with their units, in no language."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, assert_never

from clas_policy.cli.diff_text import place
from clas_policy.compare import Change, Comparison
from clas_policy.compare import changes as ch
from clas_policy.model import condition as c
from clas_policy.model.fact import Origin, Type
from clas_policy.model.money import format_amount, format_rate
from clas_policy.model.policy import Policy
from clas_policy.wording import Wording

FORMAT: Final = "clas-policy/diff/1"


def as_json(comparison: Comparison) -> dict[str, Any]:
    """The two policies and every change."""
    return {
        "format": FORMAT,
        "old": _policy(comparison.old),
        "new": _policy(comparison.new),
        "changes": [_change(change, comparison) for change in comparison.changes],
    }


def _policy(policy: Policy) -> dict[str, Any]:
    return {
        "id": policy.id,
        "title": policy.title,
        "status": policy.status,
        "layers": [
            {
                "id": layer.id,
                "version": layer.version,
                "status": layer.status,
                "sha256": layer.sha256,
                "shipped_by": layer.shipped_by,
                "file": layer.file,
            }
            for layer in policy.layers
        ],
    }


def _change(change: Change, comparison: Comparison) -> dict[str, Any]:
    return {
        "group": change.group.value,
        "section": change.section.value,
        "name": change.name,
        "label": change.label,
        "key": change.key or None,
        **_what(change.what, comparison),
        "old_at": _origin(change.old),
        "new_at": _origin(change.new),
        "read_by": list(change.read_by),
        "reaches": list(change.reaches),
    }


def _origin(origin: Origin | None) -> dict[str, Any] | None:
    if origin is None:
        return None
    return {
        "layer": origin.layer,
        "place": place(origin),
        "source": origin.source,
        "checked_on": _day(origin.checked_on),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _what(what: ch.What, comparison: Comparison) -> dict[str, Any]:
    old, new = comparison.old, comparison.new
    match what:
        case ch.Figure(type=kind):
            return {
                "kind": "figure",
                "old": _figure(what.old, kind),
                "new": _figure(what.new, kind),
                "difference": _figure(what.difference, kind),
                "percent": _percent(what.tenths),
            }
        case ch.Day(old=before, new=after):
            return {"kind": "day", "old": _mark(before), "new": _mark(after), "days": what.days}
        case ch.ItemAdded():
            return {"kind": "added"}
        case ch.ItemRemoved():
            return {"kind": "removed"}
        case ch.Renamed(old=before, new=after):
            return {"kind": "renamed", "old": before, "new": after}
        case ch.Term(old=before, new=after):
            return {"kind": "term", "old": before, "new": after}
        case ch.Entries(added=added, removed=removed):
            return {"kind": "entries", "added": list(added), "removed": list(removed)}
        case ch.Wording(old=before, new=after):
            return {"kind": "wording", "old": before, "new": after}
        case ch.Cited(old=before, new=after, names=names):
            return {"kind": "source", "old": before, "new": after, "names": list(names)}
        case ch.Reviewed(old=before, new=after, names=names):
            return {"kind": "checked_on", "old": _day(before), "new": _day(after), "names": list(names)}
        case ch.PartAdded(part=part, among=among, negated=negated):
            return {"kind": "part_added", "part": _node(part, new), "among": _head(among), "negated": negated}
        case ch.PartRemoved(part=part, among=among, negated=negated):
            return {"kind": "part_removed", "part": _node(part, old), "among": _head(among), "negated": negated}
        case ch.PartReplaced(old=before, new=after, role=role):
            kind = Type.RATE if role == "rate" else Type.MONEY
            return {
                "kind": "part_replaced",
                "role": role,
                "old": _node(before, old, kind),
                "new": _node(after, new, kind),
            }
        case ch.Regrouped(old=before, new=after, old_node=one, new_node=other):
            return {
                "kind": "regrouped",
                "old": {**_head(before), "expression": _node(one, old)},
                "new": {**_head(after), "expression": _node(other, new)},
            }
        case ch.BoundMoved(is_lower=is_lower, old=before, new=after, old_node=one, new_node=other):
            return {
                "kind": "bound",
                "end": "lower" if is_lower else "upper",
                "old": {**_bound(before, one, old), "expression": _node(one, old)},
                "new": {**_bound(after, other, new), "expression": _node(other, new)},
            }
        case ch.ValuesChanged(fact=fact, added=added, removed=removed, old_node=one, new_node=other):
            return {
                "kind": "values",
                "fact": fact,
                "added": list(added),
                "removed": list(removed),
                "old": {"expression": _node(one, old)},
                "new": {"expression": _node(other, new)},
            }
        case _:
            assert_never(what)


def _figure(value: int | None, kind: Type) -> dict[str, Any] | None:
    """A canonical value with its unit; None is a figure to confirm, or no bound."""
    if value is None:
        return None
    match kind:
        case Type.MONEY:
            return {"value": format_amount(value), "unit": "EUR"}
        case Type.RATE:
            sign = "-" if value < 0 else ""
            return {"value": f"{sign}{format_rate(abs(value)).removesuffix(' %')}", "unit": "%"}
        case _:
            return {"value": str(value), "unit": None}


def _percent(tenths: int | None) -> str | None:
    if tenths is None:
        return None
    whole, rest = divmod(abs(tenths), 10)
    return f"{'-' if tenths < 0 else ''}{whole}.{rest}"


def _mark(mark: ch.DayMark | None) -> dict[str, Any] | None:
    return None if mark is None else {"day": _day(mark.day), "name": mark.name}


def _head(head: ch.Head | None) -> dict[str, Any]:
    if head is None:
        return {"head": None}
    return {"head": head.key, "count": head.count} if head.key == "at_least" else {"head": head.key}


def _bound(bound: ch.Bound | None, node: c.Condition, policy: Policy) -> dict[str, Any]:
    if bound is None:
        return {"value": None, "strict": None}
    kind = Type.INTEGER
    match node:
        case c.Within(fact=name) | c.Sum(fact=name):
            kind = policy.facts[name].type
        case c.AmountWithin():
            kind = Type.MONEY
        case _:
            pass
    return {"value": _node(bound.value, policy, kind), "strict": bound.strict}


def _node(node: ch.Node, policy: Policy, kind: Type = Type.MONEY) -> str:
    """A part in the words of the policy language; a parameter with its value."""
    return Wording(policy, values=True).part(node, kind)
