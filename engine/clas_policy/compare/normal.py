"""Conditions and amounts in a form in which what means the same is equal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar, assert_never

from clas_policy.compare.changes import Head, Node
from clas_policy.model import amount as a
from clas_policy.model import condition as c

T = TypeVar("T")


def normal_condition(node: c.Condition) -> c.Condition:
    """Without a list of one, a list in a list of the same kind, an entry twice, a double negation.

    All of them leave Kleene's logic as it is. Entries keep their order and their places.
    """
    match node:
        case c.Not(item=item):
            inner = normal_condition(item)
            return inner.item if isinstance(inner, c.Not) else replace(node, item=inner)
        case c.All(items=items) | c.AnyOf(items=items):
            flat = _flat(map(normal_condition, items), type(node))
            return flat[0] if len(flat) == 1 else replace(node, items=flat)
        case c.AtLeast(count=1, items=items):
            return normal_condition(c.AnyOf(items, node.at))
        case c.AtLeast(count=count, items=items) if count == len(items):
            return normal_condition(c.All(items, node.at))
        case c.AtLeast(items=items):
            return replace(node, items=tuple(map(normal_condition, items)))
        case c.Every(requires=inner) | c.Some(requires=inner) | c.Count(requires=inner):
            return replace(node, requires=normal_condition(inner))
        case c.AmountWithin(amount=amount, bounds=bounds):
            lower = normal_amount(bounds.lower) if bounds.lower is not None else None
            upper = normal_amount(bounds.upper) if bounds.upper is not None else None
            return replace(node, amount=normal_amount(amount), bounds=replace(bounds, lower=lower, upper=upper))
        case c.OpenReadings(readings=readings):
            inner_ones = tuple(replace(reading, requires=normal_condition(reading.requires)) for reading in readings)
            return replace(node, readings=inner_ones)
        case (
            c.FactIsTrue()
            | c.CriterionMet()
            | c.DeadlineMet()
            | c.GrantEntitled()
            | c.Within()
            | c.OneOf()
            | c.Includes()
            | c.Only()
            | c.Sum()
        ):
            return node
        case _:
            assert_never(node)


def normal_amount(node: a.Amount) -> a.Amount:
    """Without a list of one, a list in a list of the same kind, the same amount twice among a smallest or largest."""
    match node:
        case a.Share(of=base, counted_up_to=ceiling):
            limit = normal_amount(ceiling) if ceiling is not None else None
            return replace(node, of=normal_amount(base), counted_up_to=limit)
        case a.Add(items=items):
            flat: tuple[a.Amount, ...] = ()
            for item in map(normal_amount, items):
                flat = (*flat, *(item.items if isinstance(item, a.Add) else (item,)))
            return flat[0] if len(flat) == 1 else replace(node, items=flat)
        case a.Smallest(items=items) | a.Largest(items=items):
            flat = _flat(map(normal_amount, items), type(node))
            return flat[0] if len(flat) == 1 else replace(node, items=flat)
        case a.Minus(amount=first, less=less):
            return replace(node, amount=normal_amount(first), less=normal_amount(less))
        case a.FirstMatch(cases=cases, otherwise=otherwise):
            told = tuple(
                replace(case, when=normal_condition(case.when), then=normal_amount(case.then)) for case in cases
            )
            return replace(node, cases=told, otherwise=normal_amount(otherwise))
        case c.Literal() | c.ParameterValue() | c.FactValue() | a.GrantAmount() | a.IfGranted() | a.Total():
            return node
        case _:
            assert_never(node)


def _flat(items: Iterable[T], kind: type) -> tuple[T, ...]:
    """The items, those of a list of the same kind in its place, each once."""
    found: dict[str, Any] = {}
    for item in items:
        parts: tuple[Any, ...] = getattr(item, "items", ()) if isinstance(item, kind) else (item,)
        for part in parts:
            found.setdefault(key(part), part)
    return tuple(found.values())


def key(node: Node | None) -> str:
    """The same text for normal nodes that mean the same, whatever their places and the order of equal entries."""
    match node:
        case None:
            return "–"
        case c.Literal(value=value):
            return str(value)
        case c.ParameterValue(parameter=name):
            return f"parameter {name}"
        case c.FactValue(fact=name):
            return f"value {name}"
        case c.FactIsTrue(fact=name):
            return f"fact {name}"
        case c.CriterionMet(criterion=name):
            return f"criterion {name}"
        case c.DeadlineMet(deadline=name):
            return f"deadline {name}"
        case c.GrantEntitled(grant=name):
            return f"entitled {name}"
        case c.Not(item=item):
            return f"not({key(item)})"
        case c.All(items=items):
            return f"all({_sorted(items)})"
        case c.AnyOf(items=items):
            return f"any({_sorted(items)})"
        case c.AtLeast(count=count, items=items):
            return f"at_least {count}({_sorted(items)})"
        case c.Within(fact=name, bounds=bounds):
            return f"within {name}{_interval(bounds)}"
        case c.OneOf(fact=name, values=values):
            return f"one_of {name}({'|'.join(sorted(values))})"
        case c.Includes(fact=name, value=value):
            return f"includes {name}({value})"
        case c.Only(fact=name, values=values):
            return f"only {name}({'|'.join(sorted(values))})"
        case c.AmountWithin(amount=amount, bounds=limits):
            return f"amount {key(amount)}{_interval(limits)}"
        case c.Every(entity=entity, requires=inner):
            return f"every {entity}({key(inner)})"
        case c.Some(entity=entity, requires=inner):
            return f"some {entity}({key(inner)})"
        case c.Count(entity=entity, requires=inner, bounds=bounds):
            return f"count {entity}({key(inner)}){_interval(bounds)}"
        case c.Sum(fact=name, bounds=bounds):
            return f"sum {name}{_interval(bounds)}"
        case c.OpenReadings(readings=readings):
            return f"readings({_sorted(readings)})"
        case c.Reading(id=name, requires=inner):
            return f"{name}: {key(inner)}"
        case a.GrantAmount(grant=name):
            return f"grant {name}"
        case a.IfGranted(grant=name):
            return f"if_granted {name}"
        case a.Share(rate=rate, of=base, counted_up_to=ceiling):
            return f"share({key(rate)}; {key(base)}; {key(ceiling)})"
        case a.Add(items=items):
            return f"add({_sorted(items)})"
        case a.Minus(amount=first, less=less):
            return f"minus({key(first)}; {key(less)})"
        case a.Smallest(items=items):
            return f"smallest_of({_sorted(items)})"
        case a.Largest(items=items):
            return f"largest_of({_sorted(items)})"
        case a.Case(when=when, then=then):
            return f"when {key(when)} then {key(then)}"
        case a.FirstMatch(cases=cases, otherwise=otherwise):
            return f"first_match({'; '.join(map(key, cases))}; {key(otherwise)})"
        case a.Total(grant=name):
            return f"total {name}"
        case _:
            assert_never(node)


def _sorted(items: Iterable[Node]) -> str:
    return "; ".join(sorted(map(key, items)))


def _interval(bounds: c.Bounds[c.Operand] | c.Bounds[a.Amount]) -> str:
    lower = f"{'>' if bounds.lower_strict else '>='} {key(bounds.lower)}" if bounds.lower is not None else ""
    upper = f"{'<' if bounds.upper_strict else '<='} {key(bounds.upper)}" if bounds.upper is not None else ""
    return f"[{lower}, {upper}]"


def together(node: Node) -> tuple[Head, tuple[Node, ...]] | None:
    """How the parts of a node stand together, and the parts in any order; None for a node without such parts."""
    match node:
        case c.All(items=items):
            return Head("all"), items
        case c.AnyOf(items=items):
            return Head("any"), items
        case c.AtLeast(count=count, items=items):
            return Head("at_least", count), items
        case a.Add(items=parts):
            return Head("add"), parts
        case a.Smallest(items=parts):
            return Head("smallest_of"), parts
        case a.Largest(items=parts):
            return Head("largest_of"), parts
        case _:
            return None
