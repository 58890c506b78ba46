"""Deadlines: windows, extensions, and the conditions that they come to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from clas_policy.model import condition as c
from clas_policy.model.fact import Type
from clas_policy.model.policy import (
    Deadline,
    Effect,
    Extension,
    Parameter,
)
from clas_policy.problem import Message, Related
from clas_policy.reading import values
from clas_policy.reading.conditions import condition
from clas_policy.reading.layer import Item
from clas_policy.reading.nodes import Mapping, Scalar, Sequence
from clas_policy.reading.scope import Lowering, Scope
from clas_policy.reading.symbols import Symbol
from clas_policy.source import Span


def deadlines(low: Lowering, parameters: dict[str, Parameter]) -> dict[str, Deadline]:
    found: dict[str, Deadline] = {}
    for symbol in low.symbols.of("deadlines"):
        if not symbol.broken:
            deadline = _deadline(symbol, low, parameters)
            if deadline is not None:
                found[symbol.name] = deadline
    return found


def _deadline(symbol: Symbol, low: Lowering, parameters: dict[str, Parameter]) -> Deadline | None:
    item, scope = symbol.item, Scope.of(symbol)
    days: dict[str, c.Operand | None] = {}
    for key in ("opens_on", "last_day", "before"):
        node = item.get(key)
        days[key] = low.operand(node, Type.DATE, scope, key) if node is not None else None
        if node is not None and days[key] is None:
            return None
    extensions = _extensions(item, scope, low)
    fact = None
    fact_node = item.get("fact")
    if fact_node is not None:
        fact = low.fact(fact_node, scope)
        if fact is None:
            return None
        if fact.type is not Type.DATE:
            low.wrong_type(fact_node, low.symbols.names[fact.name], Type.DATE)
            return None
    late = item.text("late")
    deadline = Deadline(
        symbol.name,
        item.text("label") or symbol.name,
        symbol.entity,
        fact.name if fact else None,
        item.origin,
        values.member(Effect, late) or Effect.INADMISSIBLE,
        days["opens_on"],
        days["last_day"],
        days["before"],
        extensions or (),
        item.text("when_text"),
    )
    if extensions is None or not _is_window(deadline, item, low, parameters):
        return None
    return with_conditions(deadline) if fact is not None else deadline


def _extensions(item: Item, scope: Scope, low: Lowering) -> tuple[Extension, ...] | None:
    node = item.get("extensions")
    if not isinstance(node, Sequence):
        return ()
    found: list[Extension] = []
    for body in node.items:
        if not isinstance(body, Mapping):
            return None
        last_node, when_node, label = body.get("last_day"), body.get("when"), body.get("label")
        if last_node is None or when_node is None:
            return None
        last_day = low.operand(last_node, Type.DATE, scope, "last_day")
        when = condition(when_node, scope, low)
        if last_day is None or when is None:
            return None
        text = label.text if isinstance(label, Scalar) else None
        found.append(Extension(last_day, when, item.origin, body.span, text))
    return tuple(found)


def _is_window(deadline: Deadline, item: Item, low: Lowering, parameters: dict[str, Parameter]) -> bool:
    """One closing at the most, a window that opens before it closes, extensions later than the closing."""
    if deadline.last_day is not None and deadline.before is not None:
        low.report.add(
            "CLAS-P154",
            Message("`{name}` has both `last_day` and `before`", {"name": item.name}),
            item.place_of("before"),
            hint=Message("`last_day` is included, `before` is not: keep one"),
        )
        return False
    closing = deadline.last_day or deadline.before
    if deadline.fact is not None and closing is None and deadline.opens_on is None:
        low.report.add(
            "CLAS-P155",
            Message("`{name}` has a fact but no day", {"name": item.name}),
            item.at,
            hint=Message("write `last_day:`, or `to_confirm` in a draft"),
        )
        return False
    if deadline.fact is None and deadline.extensions:
        low.report.add(
            "CLAS-P155",
            Message("`{name}` has extensions but no fact that they could apply to", {"name": item.name}),
            item.place_of("extensions"),
            hint=Message("write `fact:` with the date of the dossier"),
        )
        return False
    if deadline.extensions and closing is None:
        low.report.add(
            "CLAS-P155",
            Message("`{name}` has extensions but no last day to extend", {"name": item.name}),
            item.place_of("extensions"),
        )
        return False
    opens, closes = _known(deadline.opens_on, parameters), _known(closing, parameters)
    if opens and closes and (opens > closes or (deadline.before is not None and opens == closes)):
        low.report.add(
            "CLAS-P151",
            Message("the window opens on `{opens}`, after it closes", {"opens": str(opens)}),
            item.place_of("opens_on"),
            related=(Related(Message("the closing"), item.place_of("last_day" if deadline.last_day else "before")),),
        )
        return False
    for extension in deadline.extensions:
        extended = _known(extension.last_day, parameters)
        if extended and closes and extended <= closes and deadline.last_day is not None:
            low.report.add(
                "CLAS-P151",
                Message("the extension to `{day}` is not later than the last day", {"day": str(extended)}),
                extension.last_day.at or item.at,
                related=(Related(Message("the last day"), item.place_of("last_day")),),
            )
            return False
    return True


def _known(operand: c.Operand | None, parameters: dict[str, Parameter]) -> date | None:
    value: object = None
    match operand:
        case c.Literal(value=written):
            value = written
        case c.ParameterValue(parameter=name):
            parameter = parameters.get(name)
            value = parameter.value if parameter else None
        case _:
            pass
    return value if isinstance(value, date) else None


def with_conditions(deadline: Deadline) -> Deadline:
    """The deadline with what must hold: opened, and in time or under some extension."""
    fact, at = deadline.fact or "", deadline.origin.at

    def within(bounds: c.Bounds[c.Operand], where: Span | None) -> c.Condition:
        return c.Within(fact, bounds, where)

    opened = within(c.Bounds(deadline.opens_on), deadline.opens_on.at) if deadline.opens_on else None
    ways: list[c.Condition] = []
    if deadline.last_day is not None:
        ways.append(within(c.Bounds(None, deadline.last_day), deadline.last_day.at))
    elif deadline.before is not None:
        ways.append(within(c.Bounds(None, deadline.before, upper_strict=True), deadline.before.at))
    for extension in deadline.extensions:
        in_time = within(c.Bounds(None, extension.last_day), extension.at)
        ways.append(c.All((extension.when, in_time), extension.at))
    closed = None
    if ways:
        closed = ways[0] if len(ways) == 1 else c.AnyOf(tuple(ways), at)
    parts = tuple(part for part in (opened, closed) if part is not None)
    return replace(deadline, condition=parts[0] if len(parts) == 1 else c.All(parts, at), opened=opened)
