"""The vocabulary of a composition: documents, funders, entities, facts and parameters, with what children set."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Final

from clas_policy.frozen import dataclass
from clas_policy.model.fact import Derivation, Entity, Fact, Option, Type, cited
from clas_policy.model.policy import Level, Named, Parameter, Text
from clas_policy.problem import Message, Related
from clas_policy.reading import values
from clas_policy.reading.layer import Item, Layer
from clas_policy.reading.nodes import Mapping, Node, Scalar, Sequence
from clas_policy.reading.report import Report, nearest
from clas_policy.reading.scope import Lowering, Scope
from clas_policy.reading.symbols import Symbol

_BY: Final = re.compile(r"[a-z][a-z0-9_-]*/[a-z][a-z0-9_-]*")


def documents(layers: tuple[Layer, ...], report: Report) -> dict[str, Named]:
    """The declared documents, and the check that every citation starts with one that its layer may use."""
    found: dict[str, Named] = {}
    for layer in layers:
        for item in layer.items("documents"):
            if item.name in found:
                first = found[item.name]
                report.add(
                    "CLAS-L205",
                    Message("the document `{name}` is declared by a parent", {"name": item.name}),
                    item.at,
                    related=(Related(Message("declared here first"), first.origin.at),) if first.origin.at else (),
                )
            else:
                found[item.name] = Named(item.name, item.text("title") or item.name, item.origin)
        _citations(layer.root, found, report)
    return found


def _citations(node: Node, known: dict[str, Named], report: Report) -> None:
    """Every `source:` below a node, whatever it hangs on."""
    match node:
        case Mapping():
            for key, value in node:
                if key.text == "source" and isinstance(value, Scalar):
                    _citation(value, known, report)
                elif isinstance(value, (Mapping, Sequence)):
                    _citations(value, known, report)
        case Sequence(items=items):
            for item in items:
                _citations(item, known, report)
        case Scalar():
            return


def _citation(node: Scalar, known: dict[str, Named], report: Report) -> None:
    if values.is_to_confirm(node):
        return
    name = cited(node.text)
    if name in known or not name:
        return
    close = nearest(name, known)
    hint = Message("a source begins with a document declared under `documents:`")
    if close:
        hint = Message("did you mean `{name}`?", {"name": close})
    report.add("CLAS-P109", Message("unknown document `{name}`", {"name": name}), node.span, hint=hint)


def sources_are_given(symbols: list[Symbol], report: Report) -> None:
    """Every value, criterion, grant, deadline and orientation says where it comes from."""
    for symbol in symbols:
        if symbol.item.origin.source is None and not symbol.broken:
            report.add(
                "CLAS-P180",
                Message("`{name}` does not say where it comes from", {"name": symbol.name}),
                symbol.at,
                hint=Message("write `source: document, section` here, on the section or at the top of the file"),
            )


def entities(low: Lowering) -> dict[str, Entity]:
    found: dict[str, Entity] = {}
    for symbol in low.symbols.of("entities"):
        item = symbol.item
        list_key = item.text("list")
        if symbol.broken or list_key is None:
            continue
        twin = next((entity for entity in found.values() if entity.list_key == list_key), None)
        if twin is not None:
            node = item.get("list")
            low.report.add(
                "CLAS-P170",
                Message("the list `{name}` already is that of `{entity}`", {"name": list_key, "entity": twin.id}),
                node.span if node else item.at,
                related=(Related(Message("declared here first"), twin.origin.at),) if twin.origin.at else (),
            )
            continue
        found[item.name] = Entity(item.name, list_key, item.text("label") or item.name, item.origin)
    return found


def facts(low: Lowering) -> dict[str, Fact]:
    """The facts, each also put on its symbol; then what children derive."""
    for symbol in low.symbols.of("facts"):
        if not symbol.broken:
            fact = _fact(symbol, low.report)
            symbol.fact = fact
            symbol.type = fact.type if fact else None
            symbol.broken = fact is None
    return {symbol.name: symbol.fact for symbol in low.symbols.of("facts") if symbol.fact is not None}


def _fact(symbol: Symbol, report: Report) -> Fact | None:
    item = symbol.item
    kind = values.member(Type, item.text("type"))
    if kind is None:
        return None  # the shape has said so
    for key, allowed in (
        ("min", kind.is_number),
        ("max", kind.is_number),
        ("min_items", kind is Type.CHOICES),
        ("of", kind in (Type.CHOICE, Type.CHOICES)),
    ):
        node = item.get(key)
        if node is not None and not allowed and isinstance(item.body, Mapping):
            where = item.body.key(key)
            report.add(
                "CLAS-P123",
                Message(
                    "`{key}` does not suit `{name}`, which is of type {type}",
                    {
                        "key": key,
                        "name": item.name,
                        "type": kind.value,
                    },
                ),
                where.span if where else item.at,
            )
            return None
    options = _options(item)
    if kind in (Type.CHOICE, Type.CHOICES) and not options:
        report.add(
            "CLAS-P125",
            Message("`{name}` does not say its values", {"name": item.name}),
            item.at,
            hint=Message("list them under `of:`, each with its label"),
        )
        return None
    minimum = _bound(item, "min", kind, report)
    maximum = _bound(item, "max", kind, report)
    lowest = 0 if minimum is None and kind in (Type.MONEY, Type.RATE) else minimum
    if lowest is not None and maximum is not None and lowest > maximum:
        node = item.get("min") or item.get("max")
        hint = Message("no value could be given")
        if minimum is None:
            hint = Message("an amount is never negative unless the fact says `min`")
        report.add("CLAS-P150", Message("`min` is above `max`"), node.span if node else item.at, hint=hint)
        return None
    min_items = item.text("min_items")
    if min_items and min_items.isdigit() and kind is Type.CHOICES and int(min_items) > len(options):
        node = item.get("min_items")
        message = Message("`min_items` is above the number of values, {count}", {"count": str(len(options))})
        report.add("CLAS-P150", message, node.span if node else item.at, hint=Message("no value could be given"))
        return None
    return Fact(
        item.name,
        kind,
        item.text("label") or item.name,
        item.origin,
        symbol.entity,
        item.text("question"),
        item.text("help"),
        minimum,
        maximum,
        int(min_items) if min_items and min_items.isdigit() else 0,
        options,
    )


def _bound(item: Item, key: str, kind: Type, report: Report) -> int | None:
    node = item.get(key)
    if not isinstance(node, Scalar):
        return None
    value = values.literal(node, kind, report, signed=True)
    return value if isinstance(value, int) else None


def _options(item: Item) -> tuple[Option, ...]:
    node = item.get("of")
    if not isinstance(node, Mapping):
        return ()
    return tuple(Option(key.text, value.text) for key, value in node if isinstance(value, Scalar))


@dataclass(frozen=True, slots=True)
class _Setting:
    item: Item
    value: Scalar
    layer: Layer


def parameters(low: Lowering, level: Level, layers: tuple[Layer, ...]) -> dict[str, Parameter]:
    """The parameters with their values: those beside the declaration, and those that children set."""
    settings, meant = _settings(low, layers)
    found: dict[str, Parameter] = {}
    for symbol in low.symbols.of("parameters"):
        kind = symbol.type = values.member(Type, symbol.item.text("type"))
        if symbol.broken or kind is None:
            continue
        setting = settings.get(symbol.name)
        node = setting.value if setting else symbol.item.get("value")
        layer = setting.layer if setting else symbol.layer
        origin = setting.item.origin if setting else symbol.item.origin
        value: int | date | None = None
        if isinstance(node, Scalar):
            origin = replace(origin, at=node.span)
            if values.is_to_confirm(node):
                low.may_be_unconfirmed(node, layer)
            else:
                value = values.literal(node, kind, low.report)
        elif symbol.name not in meant:
            _without_value(symbol, level, low.report, layers)
        label = symbol.item.text("label") or symbol.name
        found[symbol.name] = Parameter(symbol.name, kind, label, value, symbol.item.origin, origin)
    return found


def _without_value(symbol: Symbol, level: Level, report: Report, layers: tuple[Layer, ...]) -> None:
    """A parameter without a value is an error once the layers that could set it are all there."""
    open_to = symbol.open_to
    order = list(Level)
    if open_to is not None and open_to in order and order.index(Level(open_to)) > order.index(level):
        return  # a layer that is still to come will set it
    bottom = layers[-1]
    if open_to is None:
        report.add(
            "CLAS-P182",
            Message("`{name}` has no value, and no layer may give one", {"name": symbol.name}),
            symbol.at,
            hint=Message("write `value:`, or `open_to: annual` for the yearly layer to set it"),
        )
        return
    setter = next((layer for layer in layers if layer.identity.level.value == open_to), bottom)
    report.add(
        "CLAS-P182",
        Message("`{name}` has no value in `{layer}`", {"name": symbol.name, "layer": setter.id}),
        setter.span("set") if "set" in setter.root else setter.span("policy"),
        related=(Related(Message("declared here"), symbol.at),),
        hint=Message("give it under `set:`, or write `to_confirm` in a draft"),
    )


def _settings(low: Lowering, layers: tuple[Layer, ...]) -> tuple[dict[str, _Setting], set[str]]:
    """What children set, and the parameters that a line with a problem of its own was probably meant to set."""
    settings: dict[str, _Setting] = {}
    meant: set[str] = set()
    known = [symbol.name for symbol in low.symbols.of("parameters")]
    for depth, layer in enumerate(layers):
        for item in layer.items("set"):
            value = item.get("value") if isinstance(item.body, Mapping) else item.body
            symbol = low.named(
                item.key,
                Scope(layer, depth, item),
                ("parameters",),
                "CLAS-P104",
                Message("unknown parameter `{name}`"),
            )
            if symbol is None or item.broken:
                meant.add(nearest(item.name, known) or item.name)
            if symbol is None or not may_change(symbol, item, layer, depth, low.report) or item.broken:
                continue
            if isinstance(value, Scalar):
                if item.origin.source is None:
                    sources_are_given([Symbol("set", item.name, depth, item, layer)], low.report)
                settings[item.name] = _Setting(item, value, layer)
    return settings, meant


def may_change(symbol: Symbol, item: Item, layer: Layer, depth: int, report: Report) -> bool:
    """Whether a layer may set, choose, derive or replace what `symbol` declares; reported otherwise."""
    related = (Related(Message("declared here"), symbol.at),)
    if symbol.depth == depth:
        report.add(
            "CLAS-L206",
            Message("`{name}` is declared in this very file", {"name": symbol.name}),
            item.at,
            related=related,
            hint=Message("write it where it is declared"),
        )
        return False
    if symbol.open_to == layer.identity.level.value:
        return True
    hint = Message("only its own layer may change it")
    if symbol.open_to is not None:
        hint = Message("it is open to the level `{level}` only", {"level": symbol.open_to})
    report.add(
        "CLAS-L205",
        Message("`{name}` is sealed: `{layer}` does not open it here", {"name": symbol.name, "layer": symbol.layer.id}),
        item.at,
        related=related,
        hint=hint,
    )
    return False


def derive(low: Lowering, found: dict[str, Fact], layers: tuple[Layer, ...]) -> None:
    """Attaches the derivations that layers declare to facts of their own, or to facts that are open."""
    for depth, layer in enumerate(layers):
        for item in layer.items("derive"):
            scope = Scope(layer, depth, item)
            symbol = low.named(item.key, scope, ("facts",), "CLAS-P101", Message("unknown fact `{name}`"))
            if symbol is None or symbol.fact is None or item.broken:
                continue
            if symbol.depth != depth and not may_change(symbol, item, layer, depth, low.report):
                continue
            derivation = _derivation(symbol, item, scope, low)
            if derivation is not None:
                symbol.fact = found[symbol.name] = replace(symbol.fact, derivation=derivation)
    _reads_given_facts(low, found)


def _derivation(symbol: Symbol, item: Item, scope: Scope, low: Lowering) -> Derivation | None:
    by = item.get("by")
    reads = item.get("reads")
    if not isinstance(by, Scalar) or not isinstance(reads, Sequence):
        return None
    if _BY.fullmatch(by.text) is None:
        low.report.add(
            "CLAS-P126",
            Message("`{text}` does not name a derivation", {"text": by.text}),
            by.span,
            hint=Message("write `plugin/name`, as the plugin declares it"),
        )
        return None
    inner = replace(scope, entity=symbol.entity)
    read = [low.fact(node, inner) for node in reads.items]
    if any(fact is None for fact in read):
        return None
    names = tuple(fact.name for fact in read if fact)
    for position, name in enumerate(names):
        if name in names[:position]:
            node = reads.items[position]
            low.report.add("CLAS-P153", Message("`{value}` stands twice", {"value": name}), node.span)
            return None
    return Derivation(by.text, names, item.origin)


def _reads_given_facts(low: Lowering, found: dict[str, Fact]) -> None:
    """A derivation reads what dossiers give, never another derivation: what is missing can then be asked."""
    for fact in found.values():
        if fact.derivation is None:
            continue
        for read in fact.derivation.reads:
            other = found[read].derivation
            if other is not None:
                names = {"name": fact.name, "read": read}
                low.report.add(
                    "CLAS-P127",
                    Message("`{name}` is derived from `{read}`, which is derived itself", names),
                    fact.derivation.origin.at,
                    related=(Related(Message("declared here"), other.origin.at),) if other.origin.at else (),
                    hint=Message("read the facts that dossiers give"),
                )


def texts(low: Lowering) -> dict[str, Text]:
    return {
        symbol.name: Text(
            symbol.name,
            symbol.item.text("label") or symbol.name,
            symbol.item.text("text") or "",
            symbol.item.origin,
        )
        for symbol in low.symbols.of("texts")
        if not symbol.broken
    }
