"""Conditions, from what is written to the nodes of the model."""

from __future__ import annotations

from typing import Final

from clas_policy.model import condition as c
from clas_policy.model.amount import Amount
from clas_policy.model.fact import Fact, Type
from clas_policy.problem import Message, Related
from clas_policy.reading import amounts
from clas_policy.reading.nodes import Mapping, Node, Scalar, Sequence
from clas_policy.reading.report import nearest
from clas_policy.reading.scope import RULES, Lowering, Scope
from clas_policy.source import Span

LOWER: Final = {"from": False, "above": True, "on_or_after": False, "after": True}
"""The keys that give a lower bound, and whether it is strict."""
UPPER: Final = {"to": False, "below": True, "on_or_before": False, "before": True}
"""The keys that give an upper bound, and whether it is strict."""

_OPERATORS: Final[dict[Type, tuple[str, ...]]] = {
    Type.BOOLEAN: (),
    Type.INTEGER: ("from", "to", "above", "below"),
    Type.MONEY: ("from", "to", "above", "below"),
    Type.RATE: ("from", "to", "above", "below"),
    Type.DATE: ("on_or_before", "before", "on_or_after", "after"),
    Type.CHOICE: ("is", "one_of"),
    Type.CHOICES: ("includes", "only"),
    Type.TEXT: (),
}


def condition(node: Node, scope: Scope, low: Lowering) -> c.Condition | None:
    """The condition that `node` writes; None where a problem is reported (or was, by the shape)."""
    match node:
        case Scalar():
            return _named(node, scope, low)
        case Sequence(items=items):
            parts = _all(items, scope, low)
            return None if parts is None else c.All(parts, node.span)
        case Mapping():
            return _headed(node, scope, low)


def _all(nodes: tuple[Node, ...], scope: Scope, low: Lowering) -> tuple[c.Condition, ...] | None:
    parts = [condition(node, scope, low) for node in nodes]
    complete = tuple(part for part in parts if part is not None)
    return complete if len(complete) == len(parts) else None


def _named(node: Scalar, scope: Scope, low: Lowering) -> c.Condition | None:
    is_fact = "." in node.text
    symbol = low.named(
        node,
        scope,
        ("facts",) if is_fact else RULES,
        "CLAS-P101" if is_fact else "CLAS-P102",
        Message("unknown fact `{name}`")
        if is_fact
        else Message("unknown name `{name}`: a criterion, a deadline or a grant is due"),
    )
    if symbol is None or not low.in_scope(symbol, node, scope):
        return None
    match symbol.section:
        case "facts":
            if symbol.type is not Type.BOOLEAN:
                _not_boolean(node, symbol.fact, low)
                return None
            return c.FactIsTrue(symbol.name, node.span)
        case "criteria":
            return c.CriterionMet(symbol.name, node.span)
        case "grants":
            return c.GrantEntitled(symbol.name, node.span)
        case _:
            if symbol.item.get("fact") is None:
                low.report.add(
                    "CLAS-P122",
                    Message(
                        "`{name}` is an entry of the calendar: nothing says whether it is met", {"name": node.text}
                    ),
                    node.span,
                    related=(Related(Message("declared here"), symbol.at),),
                    hint=Message("a deadline that rules depend on has a `fact`"),
                )
                return None
            return c.DeadlineMet(symbol.name, node.span)


def _not_boolean(node: Scalar, fact: Fact | None, low: Lowering) -> None:
    if fact is None:
        return
    operators = _OPERATORS[fact.type]
    hint = Message("no condition can read a text")
    if operators:
        hint = Message("compare it: `{{fact: {name}, {operator}: …}}`", {"name": fact.name, "operator": operators[0]})
    low.report.add(
        "CLAS-P120",
        Message(
            "`{name}` is of type {type}, and alone a name must be true or false",
            {
                "name": fact.name,
                "type": fact.type.value,
            },
        ),
        node.span,
        related=(Related(Message("declared here"), fact.origin.at),) if fact.origin.at else (),
        hint=hint,
    )


def _headed(node: Mapping, scope: Scope, low: Lowering) -> c.Condition | None:
    keys = {key.text: value for key, value in node}
    at = node.span
    match keys:
        case {"not": item}:
            part = condition(item, scope, low)
            return None if part is None else c.Not(part, at)
        case {"all": Sequence(items=items)}:
            parts = _all(items, scope, low)
            return None if parts is None else c.All(parts, at)
        case {"any": Sequence(items=items)}:
            parts = _all(items, scope, low)
            return None if parts is None else c.AnyOf(parts, at)
        case {"at_least": Scalar() as number, "of": Sequence(items=items)}:
            return _at_least(number, items, scope, low, at)
        case {"fact": fact}:
            return _on_fact(node, fact, scope, low)
        case {"amount": amount}:
            return _on_amount(node, amount, scope, low)
        case {"every": Scalar() as entity, "requires": requires}:
            inner = _aggregate(entity, requires, scope, low)
            return None if inner is None else c.Every(entity.text, inner, at)
        case {"some": Scalar() as entity, "requires": requires}:
            inner = _aggregate(entity, requires, scope, low)
            return None if inner is None else c.Some(entity.text, inner, at)
        case {"count": Scalar() as entity, "requires": requires}:
            inner = _aggregate(entity, requires, scope, low)
            bounds = _bounds(node, Type.INTEGER, scope, low)
            return None if inner is None or bounds is None else c.Count(entity.text, inner, bounds, at)
        case {"sum": fact}:
            return _sum(node, fact, scope, low)
        case _:
            return None  # the shape has said so


def _at_least(number: Scalar, items: tuple[Node, ...], scope: Scope, low: Lowering, at: Span) -> c.Condition | None:
    parts = _all(items, scope, low)
    if not number.text.isascii() or not number.text.isdigit():
        return None
    count = int(number.text)
    if not 1 <= count <= len(items):
        low.report.add(
            "CLAS-P152",
            Message("at least `{count}` of {items}", {"count": number.text, "items": str(len(items))}),
            number.span,
            hint=Message("a number from 1 to {items} is due", {"items": str(len(items))}),
        )
        return None
    return None if parts is None else c.AtLeast(count, parts, at)


def _on_fact(node: Mapping, name: Node, scope: Scope, low: Lowering) -> c.Condition | None:
    fact = low.fact(name, scope)
    if fact is None:
        return None
    keys = {key.text: value for key, value in node if key.text != "fact"}
    wrong = [key for key, _ in node if key.text not in ("fact", *_OPERATORS[fact.type])]
    if wrong:
        _wrong_operator(wrong[0], fact, low)
        return None
    match keys:
        case {"is": Scalar() as value}:
            chosen = _options((value,), fact, low)
            return None if chosen is None else c.OneOf(fact.name, chosen, node.span)
        case {"one_of": Sequence(items=items)}:
            chosen = _options(items, fact, low)
            return None if chosen is None else c.OneOf(fact.name, chosen, node.span)
        case {"includes": Scalar() as value}:
            chosen = _options((value,), fact, low)
            return None if chosen is None else c.Includes(fact.name, chosen[0], node.span)
        case {"only": Sequence(items=items)}:
            chosen = _options(items, fact, low)
            return None if chosen is None else c.Only(fact.name, chosen, node.span)
        case _:
            bounds = _bounds(node, fact.type, scope, low)
            return None if bounds is None else c.Within(fact.name, bounds, node.span)


def _wrong_operator(key: Scalar, fact: Fact, low: Lowering) -> None:
    operators = _OPERATORS[fact.type]
    if operators:
        hint = Message("for this type: {operators}", {"operators": ", ".join(f"`{name}`" for name in operators)})
    elif fact.type is Type.BOOLEAN:
        hint = Message("write its name alone, or `{{not: {name}}}`", {"name": fact.name})
    else:
        hint = Message("no condition can read a text")
    low.report.add(
        "CLAS-P123",
        Message(
            "`{key}` does not suit `{name}`, which is of type {type}",
            {
                "key": key.text,
                "name": fact.name,
                "type": fact.type.value,
            },
        ),
        key.span,
        related=(Related(Message("declared here"), fact.origin.at),) if fact.origin.at else (),
        hint=hint,
    )


def _options(nodes: tuple[Node, ...], fact: Fact, low: Lowering) -> tuple[str, ...] | None:
    declared = {option.value: option.label for option in fact.options}
    chosen: list[str] = []
    sound = True
    for node in nodes:
        if not isinstance(node, Scalar):
            return None
        if node.text in chosen:
            low.report.add("CLAS-P153", Message("`{value}` stands twice", {"value": node.text}), node.span)
            sound = False
        elif node.text in declared:
            chosen.append(node.text)
        else:
            by_label = next((value for value, label in declared.items() if label == node.text), None)
            close = by_label or nearest(node.text, declared)
            hint = Message("one of {values}", {"values": ", ".join(f"`{value}`" for value in declared)})
            if close:
                hint = Message("did you mean `{name}`?", {"name": close})
            low.report.add(
                "CLAS-P110",
                Message("`{value}` is not a value of `{name}`", {"value": node.text, "name": fact.name}),
                node.span,
                related=(Related(Message("declared here"), fact.origin.at),) if fact.origin.at else (),
                hint=hint,
            )
            sound = False
    return tuple(chosen) if sound else None


def _bounds(node: Mapping, due: Type, scope: Scope, low: Lowering) -> c.Bounds[c.Operand] | None:
    found = _bound_nodes(node)
    if found is None:
        return None
    (lower_key, lower_node), (upper_key, upper_node) = found
    lower = upper = None
    if lower_node is not None:
        lower = low.operand(lower_node, due, scope, lower_key)
    if upper_node is not None:
        upper = low.operand(upper_node, due, scope, upper_key)
    if (lower_node is not None and lower is None) or (upper_node is not None and upper is None):
        return None
    return c.Bounds(lower, upper, LOWER.get(lower_key, False), UPPER.get(upper_key, False))


def _bound_nodes(node: Mapping) -> tuple[tuple[str, Node | None], tuple[str, Node | None]] | None:
    lower: tuple[str, Node | None] = ("", None)
    upper: tuple[str, Node | None] = ("", None)
    for key, value in node:
        if key.text in LOWER:
            lower = (key.text, value)
        elif key.text in UPPER:
            upper = (key.text, value)
    return None if lower[1] is None and upper[1] is None else (lower, upper)


def _on_amount(node: Mapping, amount: Node, scope: Scope, low: Lowering) -> c.Condition | None:
    found = _bound_nodes(node)
    compared = amounts.amount(amount, scope, low, "amount")
    if found is None:
        return None
    (lower_key, lower_node), (upper_key, upper_node) = found
    lower = upper = None
    if lower_node is not None:
        lower = amounts.amount(lower_node, scope, low, lower_key)
    if upper_node is not None:
        upper = amounts.amount(upper_node, scope, low, upper_key)
    if compared is None or (lower_node and lower is None) or (upper_node and upper is None):
        return None
    bounds: c.Bounds[Amount] = c.Bounds(lower, upper, LOWER.get(lower_key, False), UPPER.get(upper_key, False))
    return c.AmountWithin(compared, bounds, node.span)


def _aggregate(entity: Scalar, requires: Node, scope: Scope, low: Lowering) -> c.Condition | None:
    if not from_the_dossier(entity, scope, low):
        return None
    symbol = low.named(entity, scope, ("entities",), "CLAS-P105", Message("unknown entity `{name}`"))
    return None if symbol is None else condition(requires, scope.inside(symbol.name), low)


def from_the_dossier(node: Node, scope: Scope, low: Lowering) -> bool:
    """Whether an aggregate may stand here: at the dossier's level, outside any other; reported otherwise."""
    if scope.in_aggregate:
        low.report.add(
            "CLAS-P142",
            Message("an aggregate inside another"),
            node.span,
            hint=Message("give the inner part a name of its own, as a criterion"),
        )
        return False
    if scope.entity is not None:
        low.report.add(
            "CLAS-P143",
            Message("a rule about each `{entity}` cannot look at all of them", {"entity": scope.entity}),
            node.span,
            hint=Message("make it a criterion of the dossier, and name that criterion here"),
        )
        return False
    return True


def _sum(node: Mapping, name: Node, scope: Scope, low: Lowering) -> c.Condition | None:
    if not from_the_dossier(name, scope, low):
        return None
    symbol = low.named(name, scope, ("facts",), "CLAS-P101", Message("unknown fact `{name}`"))
    fact = symbol.fact if symbol is not None else None
    if fact is None:
        return None
    if fact.entity is None or fact.type not in (Type.INTEGER, Type.MONEY):
        low.report.add(
            "CLAS-P124",
            Message("`{name}` cannot be summed", {"name": fact.name}),
            name.span,
            related=(Related(Message("declared here"), fact.origin.at),) if fact.origin.at else (),
            hint=Message("an integer or money fact of an entity is due"),
        )
        return None
    bounds = _bounds(node, fact.type, scope, low)
    return None if bounds is None else c.Sum(fact.name, fact.entity, bounds, node.span)
