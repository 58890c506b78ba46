"""What makes a dossier admissible: the listed criteria, and every deadline that has a fact."""

from __future__ import annotations

from clas_policy.model.policy import (
    AdmissibilityItem,
    Deadline,
    Effect,
)
from clas_policy.problem import Message, Related
from clas_policy.reading import values
from clas_policy.reading.conditions import condition
from clas_policy.reading.layer import Layer
from clas_policy.reading.scope import Lowering, Scope


def admissibility(
    low: Lowering, layers: tuple[Layer, ...], found_deadlines: dict[str, Deadline]
) -> tuple[AdmissibilityItem, ...]:
    """What the layers list, and every deadline that has a fact."""
    found: dict[str, AdmissibilityItem] = {}
    for depth, layer in enumerate(layers):
        for item in layer.items("admissibility"):
            if item.broken:
                continue
            scope = Scope(layer, depth, item)
            symbol = low.named(
                item.key, scope, ("criteria", "deadlines"), "CLAS-P107", Message("unknown criterion `{name}`")
            )
            if symbol is None:
                continue
            if symbol.name in found:
                first = found[symbol.name].origin.at
                low.report.add(
                    "CLAS-P153",
                    Message("`{value}` stands twice", {"value": symbol.name}),
                    item.at,
                    related=(Related(Message("listed here first"), first),) if first else (),
                )
                continue
            is_deadline = symbol.section == "deadlines"
            if is_deadline and symbol.item.get("fact") is None:
                condition(item.key, scope, low)  # says that an entry of the calendar cannot be met
                continue
            effect = item.text("otherwise")
            otherwise = values.member(Effect, effect) or Effect.INADMISSIBLE
            if is_deadline:
                if effect is not None:
                    low.report.add(
                        "CLAS-P156",
                        Message("the effect of a deadline is said by the deadline"),
                        item.place_of("otherwise"),
                        related=(Related(Message("declared here"), symbol.at),),
                        hint=Message("write `late:` there"),
                    )
                deadline = found_deadlines.get(symbol.name)
                otherwise = deadline.late if deadline else otherwise
            found[symbol.name] = AdmissibilityItem(symbol.name, is_deadline, symbol.entity, otherwise, item.origin)
    for name, deadline in found_deadlines.items():
        if deadline.fact is not None and name not in found:
            found[name] = AdmissibilityItem(name, True, deadline.entity, deadline.late, deadline.origin)
    return tuple(found.values())
