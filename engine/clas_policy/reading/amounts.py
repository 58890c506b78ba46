"""Amounts, from what is written to the nodes of the model."""

from __future__ import annotations

from typing import Final

from clas_policy.model import amount as a
from clas_policy.model.condition import FactValue, Literal, ParameterValue
from clas_policy.model.fact import Type
from clas_policy.problem import Message, Related
from clas_policy.reading import conditions, values
from clas_policy.reading.nodes import Mapping, Node, Scalar, Sequence
from clas_policy.reading.scope import Lowering, Scope
from clas_policy.reading.symbols import Symbol

_VALUED: Final = ("parameters", "facts", "grants")


def amount(node: Node, scope: Scope, low: Lowering, key: str) -> a.Amount | None:
    """The amount that `node` writes under `key`; None where a problem is reported (or was, by the shape)."""
    match node:
        case Scalar():
            return _leaf(node, scope, low, key)
        case Mapping():
            return _headed(node, scope, low)
        case Sequence():
            return None


def _all(nodes: tuple[Node, ...], scope: Scope, low: Lowering, key: str) -> tuple[a.Amount, ...] | None:
    parts = [amount(node, scope, low, key) for node in nodes]
    complete = tuple(part for part in parts if part is not None)
    return complete if len(complete) == len(parts) else None


def _leaf(node: Scalar, scope: Scope, low: Lowering, key: str) -> a.Amount | None:
    if values.is_to_confirm(node):
        return low.unconfirmed(node, Type.MONEY, scope, key)
    if not (node.plain and values.is_name(node.text)):
        value = values.literal(node, Type.MONEY, low.report)
        return None if value is None else Literal(value, node.span)
    is_fact = "." in node.text
    symbol = low.named(
        node,
        scope,
        ("facts",) if is_fact else _VALUED,
        "CLAS-P101" if is_fact else "CLAS-P103",
        Message("unknown fact `{name}`")
        if is_fact
        else Message("unknown name `{name}`: a parameter of money or a grant is due"),
    )
    if symbol is None:
        return None
    if symbol.section == "grants":
        return a.GrantAmount(symbol.name, node.span) if _grant_in_scope(symbol, node, scope, low) else None
    if not low.in_scope(symbol, node, scope):
        return None
    if symbol.type is not Type.MONEY:
        low.wrong_type(node, symbol, Type.MONEY)
        return None
    return (
        ParameterValue(symbol.name, node.span) if symbol.section == "parameters" else FactValue(symbol.name, node.span)
    )


def _grant_in_scope(symbol: Symbol, node: Node, scope: Scope, low: Lowering) -> bool:
    if symbol.entity is not None and scope.entity is None:
        low.report.add(
            "CLAS-P140",
            Message(
                "`{name}` is different for each `{entity}`, and this rule is about the whole dossier",
                {
                    "name": symbol.name,
                    "entity": symbol.entity,
                },
            ),
            node.span,
            related=(Related(Message("declared here"), symbol.at),),
            hint=Message("write `{{total: {name}}}` for its total", {"name": symbol.name}),
        )
        return False
    return low.in_scope(symbol, node, scope)


def _headed(node: Mapping, scope: Scope, low: Lowering) -> a.Amount | None:
    keys = {key.text: value for key, value in node}
    at = node.span
    match keys:
        case {"rate": rate, "of": base}:
            return _share(node, rate, base, scope, low)
        case {"add": Sequence(items=items)}:
            parts = _all(items, scope, low, "add")
            return None if parts is None else a.Add(parts, at)
        case {"minus": Sequence(items=(first, second))}:
            both = _all((first, second), scope, low, "minus")
            return None if both is None else a.Minus(both[0], both[1], at)
        case {"smallest_of": Sequence(items=items)}:
            parts = _all(items, scope, low, "smallest_of")
            return None if parts is None else a.Smallest(parts, at)
        case {"largest_of": Sequence(items=items)}:
            parts = _all(items, scope, low, "largest_of")
            return None if parts is None else a.Largest(parts, at)
        case {"first_match": Sequence(items=items), "otherwise": otherwise}:
            return _first_match(node, items, otherwise, scope, low)
        case {"total": Scalar() as name}:
            return _total(name, scope, low, node)
        case {"if_granted": Scalar() as name}:
            symbol = low.named(name, scope, ("grants",), "CLAS-P106", Message("unknown grant `{name}`"))
            if symbol is None or not _grant_in_scope(symbol, name, scope, low):
                return None
            return a.IfGranted(symbol.name, at)
        case _:
            return None  # the shape has said so


def _share(node: Mapping, rate: Node, base: Node, scope: Scope, low: Lowering) -> a.Amount | None:
    taken = low.operand(rate, Type.RATE, scope, "rate")
    of = amount(base, scope, low, "of")
    ceiling_node = node.get("counted_up_to")
    ceiling = amount(ceiling_node, scope, low, "counted_up_to") if ceiling_node is not None else None
    if taken is None or of is None or (ceiling_node is not None and ceiling is None):
        return None
    return a.Share(taken, of, ceiling, node.span)


def _first_match(
    node: Mapping, items: tuple[Node, ...], otherwise: Node, scope: Scope, low: Lowering
) -> a.Amount | None:
    cases: list[a.Case] = []
    for item in items:
        if not isinstance(item, Mapping):
            return None
        when_node, then_node = item.get("when"), item.get("then")
        if when_node is None or then_node is None:
            return None
        when = conditions.condition(when_node, scope, low)
        then = amount(then_node, scope, low, "then")
        if when is not None and then is not None:
            cases.append(a.Case(when, then, item.span))
    last = amount(otherwise, scope, low, "otherwise")
    return a.FirstMatch(tuple(cases), last, node.span) if last is not None and len(cases) == len(items) else None


def _total(name: Scalar, scope: Scope, low: Lowering, node: Mapping) -> a.Amount | None:
    if not conditions.from_the_dossier(name, scope, low):
        return None
    symbol = low.named(name, scope, ("grants",), "CLAS-P106", Message("unknown grant `{name}`"))
    if symbol is None:
        return None
    if symbol.entity is None:
        low.report.add(
            "CLAS-P144",
            Message("`{name}` is a grant of the whole dossier: there is nothing to total", {"name": symbol.name}),
            name.span,
            related=(Related(Message("declared here"), symbol.at),),
            hint=Message("write its name alone"),
        )
        return None
    return a.Total(symbol.name, symbol.entity, node.span)
