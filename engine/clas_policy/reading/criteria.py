"""Criteria with their readings and the choices made among them, and the orientations."""

from __future__ import annotations

from dataclasses import replace

from clas_policy.model import condition as c
from clas_policy.model.policy import (
    Choice,
    Criterion,
    Orientation,
    Weight,
)
from clas_policy.problem import Message, Related
from clas_policy.reading import values
from clas_policy.reading.conditions import condition
from clas_policy.reading.layer import Layer
from clas_policy.reading.nodes import Mapping, Scalar
from clas_policy.reading.scope import Lowering, Scope
from clas_policy.reading.vocabulary import may_change


def criteria(low: Lowering, layers: tuple[Layer, ...]) -> dict[str, Criterion]:
    choices = _choices(low, layers)
    found: dict[str, Criterion] = {}
    for symbol in low.symbols.of("criteria"):
        item, scope = symbol.item, Scope.of(symbol)
        if symbol.broken:
            continue
        only_if_node = item.get("only_if")
        only_if = condition(only_if_node, scope, low) if only_if_node is not None else None
        chosen = None
        requires: c.Condition | None
        readings_node = item.get("readings")
        if isinstance(readings_node, Mapping):
            readings = _readings(readings_node, scope, low)
            if readings is None:
                continue
            choice = choices.get(symbol.name)
            if choice is None:
                requires = c.OpenReadings(readings, readings_node.span)
            else:
                picked = next((reading for reading in readings if reading.id == choice.reading), None)
                if picked is None:
                    continue
                chosen = replace(choice, label=picked.label)
                requires = picked.requires
        else:
            node = item.get("requires")
            requires = condition(node, scope, low) if node is not None else None
        if requires is None or (only_if_node is not None and only_if is None):
            continue
        label = item.text("label") or symbol.name
        found[symbol.name] = Criterion(symbol.name, label, symbol.entity, requires, item.origin, only_if, chosen)
    return found


def _readings(node: Mapping, scope: Scope, low: Lowering) -> tuple[c.Reading, ...] | None:
    found: list[c.Reading] = []
    for key, body in node:
        if not isinstance(body, Mapping):
            return None
        requires_node, label = body.get("requires"), body.get("label")
        requires = condition(requires_node, scope, low) if requires_node is not None else None
        if requires is None:
            return None
        found.append(c.Reading(key.text, label.text if isinstance(label, Scalar) else key.text, requires, key.span))
    return tuple(found)


def _choices(low: Lowering, layers: tuple[Layer, ...]) -> dict[str, Choice]:
    found: dict[str, Choice] = {}
    for depth, layer in enumerate(layers):
        for item in layer.items("choose"):
            symbol = low.named(
                item.key, Scope(layer, depth, item), ("criteria",), "CLAS-P107", Message("unknown criterion `{name}`")
            )
            if symbol is None or item.broken:
                continue
            readings = symbol.item.get("readings")
            if not isinstance(readings, Mapping):
                low.report.add(
                    "CLAS-P112",
                    Message("`{name}` has no readings to choose from", {"name": symbol.name}),
                    item.at,
                    related=(Related(Message("declared here"), symbol.at),),
                )
                continue
            if not may_change(symbol, item, layer, depth, low.report):
                continue
            node = item.get("reading")
            if not isinstance(node, Scalar):
                continue
            known = [key.text for key, _ in readings]
            if node.text not in known:
                low.report.add(
                    "CLAS-P111",
                    Message("unknown reading `{reading}` of `{name}`", {"reading": node.text, "name": symbol.name}),
                    node.span,
                    related=(Related(Message("declared here"), symbol.at),),
                    hint=Message("one of {values}", {"values": ", ".join(f"`{value}`" for value in known)}),
                )
                continue
            found[symbol.name] = Choice(node.text, node.text, item.text("because") or "", item.origin)
    return found


def orientations(low: Lowering) -> dict[str, Orientation]:
    found: dict[str, Orientation] = {}
    for symbol in low.symbols.of("orientations"):
        item = symbol.item
        weight = values.member(Weight, item.text("weight"))
        if symbol.broken or weight is None:
            continue
        node = item.get("requires")
        requires = condition(node, Scope.of(symbol), low) if node is not None else None
        if node is not None and requires is None:
            continue
        label = item.text("label") or symbol.name
        found[symbol.name] = Orientation(symbol.name, label, symbol.entity, requires, weight, item.origin)
    return found
