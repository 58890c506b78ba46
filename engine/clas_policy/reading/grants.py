"""Grants, what children replace of them, and the figures that their sources publish."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from clas_policy.frozen import dataclass
from clas_policy.model.amount import Amount
from clas_policy.model.fact import Fact, Type
from clas_policy.model.policy import (
    Grant,
    Published,
)
from clas_policy.problem import Message, Related
from clas_policy.reading import amounts, values
from clas_policy.reading.conditions import condition
from clas_policy.reading.layer import Item, Layer
from clas_policy.reading.nodes import Node, Scalar, Sequence
from clas_policy.reading.scope import Lowering, Scope
from clas_policy.reading.symbols import Symbol
from clas_policy.reading.vocabulary import may_change, sources_are_given

_POWERS_OF_TEN: Final = frozenset(10**exponent for exponent in range(13))


@dataclass(frozen=True, slots=True)
class _Body:
    """Where a grant's body stands: at its declaration, or where a child replaces it."""

    symbol: Symbol
    item: Item
    scope: Scope


def grants(low: Lowering, layers: tuple[Layer, ...], facts: dict[str, Fact]) -> dict[str, Grant]:
    replaced = _replacements(low, layers)
    found: dict[str, Grant] = {}
    for symbol in low.symbols.of("grants"):
        if symbol.broken:
            continue
        body = replaced.get(symbol.name) or _Body(symbol, symbol.item, Scope.of(symbol))
        grant = _grant(body, low, facts)
        if grant is not None:
            found[symbol.name] = grant
    return found


def _replacements(low: Lowering, layers: tuple[Layer, ...]) -> dict[str, _Body]:
    found: dict[str, _Body] = {}
    for depth, layer in enumerate(layers):
        for item in layer.items("replace"):
            scope = Scope(layer, depth, item)
            symbol = low.named(item.key, scope, ("grants",), "CLAS-P106", Message("unknown grant `{name}`"))
            if symbol is None or item.broken or not may_change(symbol, item, layer, depth, low.report):
                continue
            if item.text("for_each") != symbol.entity:
                low.report.add(
                    "CLAS-P145",
                    Message("`{name}` is not replaced for each of the same entity", {"name": symbol.name}),
                    item.place_of("for_each"),
                    related=(Related(Message("declared here"), symbol.at),),
                    hint=Message("a replacement keeps the grant's `for_each` and `funder`"),
                )
                continue
            sources_are_given([Symbol("replace", item.name, depth, item, layer)], low.report)
            found[symbol.name] = _Body(symbol, item, replace(scope, entity=symbol.entity))
    return found


def _grant(body: _Body, low: Lowering, facts: dict[str, Fact]) -> Grant | None:
    item, scope, symbol = body.item, body.scope, body.symbol
    funder = _funder(body, low)
    requires_node, amount_node, cap_node = item.get("requires"), item.get("amount"), item.get("at_most")
    requires = condition(requires_node, scope, low) if requires_node is not None else None
    amount: Amount | None = amounts.amount(amount_node, scope, low, "amount") if amount_node is not None else None
    cap = amounts.amount(cap_node, scope, low, "at_most") if cap_node is not None else None
    round_to = _round_to(item, low)
    accord = None
    accord_node = item.get("accord")
    if accord_node is not None:
        fact = low.fact(accord_node, scope)
        if fact is not None and fact.type is not Type.BOOLEAN:
            low.wrong_type(accord_node, low.symbols.names[fact.name], Type.BOOLEAN)
            fact = None
        accord = facts[fact.name].name if fact else None
        if accord is None:
            return None
    if (
        amount is None
        or funder is None
        or (requires_node is not None and requires is None)
        or (cap_node is not None and cap is None)
    ):
        return None
    label = item.text("label") or symbol.item.text("label") or symbol.name
    names = tuple(_bare_names(requires_node)) if requires_node is not None else ()
    return Grant(symbol.name, label, symbol.entity, funder, amount, item.origin, requires, cap, round_to, accord, names)


def _bare_names(node: Node) -> list[str]:
    if isinstance(node, Scalar):
        return [node.text]
    if isinstance(node, Sequence):
        return [item.text for item in node.items if isinstance(item, Scalar)]
    inner = node.get("all")
    return _bare_names(inner) if inner is not None else []


def _funder(body: _Body, low: Lowering) -> str | None:
    node = body.item.get("funder")
    if node is None:
        return None
    funder = low.named(node, body.scope, ("funders",), "CLAS-P108", Message("unknown funder `{name}`"))
    if funder is None:
        return None
    is_new = body.item is body.symbol.item
    if is_new and body.scope.layer.identity.department is not None and funder.depth != body.scope.depth:
        low.report.add(
            "CLAS-L216",
            Message(
                "a local grant cannot be paid by `{funder}`, which `{layer}` declares",
                {
                    "funder": funder.name,
                    "layer": funder.layer.id,
                },
            ),
            node.span,
            related=(Related(Message("declared here"), funder.at),),
            hint=Message("declare who pays it under `funders:` in this file"),
        )
        return None
    if not is_new and funder.name != body.symbol.item.text("funder"):
        low.report.add(
            "CLAS-P145",
            Message("`{name}` is not replaced with the same funder", {"name": body.symbol.name}),
            node.span,
            related=(Related(Message("declared here"), body.symbol.at),),
            hint=Message("a replacement keeps the grant's `for_each` and `funder`"),
        )
        return None
    return funder.name


def _round_to(item: Item, low: Lowering) -> int:
    node = item.get("round_to")
    if not isinstance(node, Scalar):
        return 1
    value = values.literal(node, Type.MONEY, low.report)
    if isinstance(value, int) and value not in _POWERS_OF_TEN:
        low.report.add(
            "CLAS-P183",
            Message("`{text}` is not a power of ten", {"text": node.text}),
            node.span,
            hint=Message("like `0.01 EUR`, `0.10 EUR`, `1 EUR` or `10 EUR`"),
        )
        return 1
    return value if isinstance(value, int) else 1


def published(low: Lowering, layers: tuple[Layer, ...]) -> tuple[Published, ...]:
    found: list[Published] = []
    for depth, layer in enumerate(layers):
        for item in layer.items("published"):
            grant_node, figure = item.get("grant"), item.get("at_most")
            if item.broken or grant_node is None or not isinstance(figure, Scalar):
                continue
            sources_are_given([Symbol("published", item.name, depth, item, layer)], low.report)
            symbol = low.named(
                grant_node, Scope(layer, depth, item), ("grants",), "CLAS-P106", Message("unknown grant `{name}`")
            )
            if values.is_to_confirm(figure):
                low.unconfirmed(figure, Type.MONEY, Scope(layer, depth, item), "at_most")
                continue
            amount = values.literal(figure, Type.MONEY, low.report)
            rounded_to = _rounded_to(item, low)
            if symbol is not None and isinstance(amount, int):
                origin = replace(item.origin, at=figure.span)
                found.append(Published(symbol.name, amount, rounded_to, origin))
    return tuple(found)


def _rounded_to(item: Item, low: Lowering) -> int:
    node = item.get("rounded_to")
    if not isinstance(node, Scalar):
        return 1
    value = values.literal(node, Type.MONEY, low.report)
    return value if isinstance(value, int) and value > 0 else 1
