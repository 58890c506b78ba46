"""What points are about, in words: conditions and amounts as their authors wrote them."""

from __future__ import annotations

from datetime import date
from typing import Final, assert_never

from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.decision import GrantStatus, Outcome
from clas_policy.model.fact import Type
from clas_policy.model.money import format_euros
from clas_policy.model.policy import Policy
from clas_policy.model.truth import Truth
from clas_policy.problem import Message
from clas_policy.rehearse.answers import written

TRUTHS: Final[dict[Truth, Message]] = {
    True: Message("true"),
    False: Message("false"),
    None: Message("unknown"),
}
ITEM_TRUTHS: Final[dict[Truth, Message]] = {
    True: Message("met"),
    False: Message("not met"),
    None: Message("unknown"),
}
STATUSES: Final[dict[GrantStatus, Message]] = {
    "due": Message("due"),
    "eligible": Message("eligible"),
    "refused": Message("refused"),
    "undetermined": Message("undetermined"),
}
OUTCOMES: Final[dict[Outcome, Message]] = {
    "admissible": Message("admissible"),
    "incomplete": Message("incomplete"),
    "inadmissible": Message("inadmissible"),
}


def named(text: str) -> Message:
    """A piece of the policy, as it is written there."""
    return Message("`{text}`", {"text": text})


def value_text(value: int | date, kind: Type) -> str:
    """A value as policy files write it."""
    return value.isoformat() if isinstance(value, date) else written(kind, value)


def condition(node: c.Condition, policy: Policy) -> Message:
    """What a condition asks."""
    match node:
        case c.FactIsTrue(fact=name):
            return named(name)
        case c.CriterionMet(criterion=name) | c.DeadlineMet(deadline=name) | c.GrantEntitled(grant=name):
            return named(name)
        case c.Not(item=item):
            return Message("the opposite of {what}", {"what": condition(item, policy)})
        case c.All(items=items):
            return Message("all of these conditions ({count})", {"count": str(len(items))})
        case c.AnyOf(items=items):
            return Message("one at least of these conditions ({count})", {"count": str(len(items))})
        case c.AtLeast(count=count, items=items):
            values = {"least": str(count), "count": str(len(items))}
            return Message("{least} at least of these conditions ({count})", values)
        case c.Within(fact=name, bounds=bounds):
            return named(f"{name}{bounds_text(bounds, policy.facts[name].type)}")
        case c.OneOf(fact=name, values=(value,)):
            return named(f"{name}, is: {value}")
        case c.OneOf(fact=name, values=values):
            return named(f"{name}, one_of: [{', '.join(values)}]")
        case c.Includes(fact=name, value=value):
            return named(f"{name}, includes: {value}")
        case c.Only(fact=name, values=values):
            return named(f"{name}, only: [{', '.join(values)}]")
        case c.AmountWithin(amount=compared, bounds=limits):
            told = "".join(f", {key}: {amount_text(limit)}" for key, limit in _keyed(limits, date_like=False))
            return named(f"amount: {amount_text(compared)}{told}")
        case c.Every(entity=entity):
            return named(f"every: {entity}")
        case c.Some(entity=entity):
            return named(f"some: {entity}")
        case c.Count(entity=entity, bounds=bounds):
            return named(f"count: {entity}{bounds_text(bounds, Type.INTEGER)}")
        case c.Sum(fact=name, bounds=bounds):
            return named(f"sum: {name}{bounds_text(bounds, policy.facts[name].type)}")
        case c.OpenReadings():
            return Message("all the readings together")
        case _:
            assert_never(node)


def bounds_text(bounds: c.Bounds[c.Operand], kind: Type) -> str:
    """The bounds of a comparison, each after a comma."""
    keyed = _keyed(bounds, date_like=kind is Type.DATE)
    return "".join(f", {key}: {operand_text(operand, kind)}" for key, operand in keyed)


def _keyed(bounds: c.Bounds[c.T], *, date_like: bool) -> list[tuple[str, c.T]]:
    lower = ("after", "on_or_after") if date_like else ("above", "from")
    upper = ("before", "on_or_before") if date_like else ("below", "to")
    found = []
    if bounds.lower is not None:
        found.append((lower[0] if bounds.lower_strict else lower[1], bounds.lower))
    if bounds.upper is not None:
        found.append((upper[0] if bounds.upper_strict else upper[1], bounds.upper))
    return found


def operand_text(operand: c.Operand, kind: Type) -> str:
    """A bound as it is written: a name or a value."""
    match operand:
        case c.Literal(value=value):
            return value_text(value, kind)
        case c.ParameterValue(parameter=name):
            return name
        case c.FactValue(fact=name):
            return name
        case _:
            assert_never(operand)


def amount_text(node: a.Amount) -> str:
    """An amount in short: what it is made of is left out."""
    match node:
        case c.Literal(value=value):
            return format_euros(value) if isinstance(value, int) else str(value)
        case c.ParameterValue(parameter=name) | c.FactValue(fact=name) | a.GrantAmount(grant=name):
            return name
        case a.IfGranted(grant=name):
            return f"{{if_granted: {name}}}"
        case a.Total(grant=name):
            return f"{{total: {name}}}"
        case a.Share(of=base):
            return f"{{rate: …, of: {amount_text(base)}}}"
        case a.Add():
            return "{add: …}"
        case a.Minus(amount=first):
            return f"{{minus: [{amount_text(first)}, …]}}"
        case a.Smallest():
            return "{smallest_of: …}"
        case a.Largest():
            return "{largest_of: …}"
        case a.FirstMatch():
            return "{first_match: …}"
        case _:
            assert_never(node)


def beside_figure(side: int, value: str, bound: str) -> Message:
    """A value just below (-1), at (0) or just above (1) a figure, which may be written as a name."""
    values = {"value": value, "bound": bound}
    match side:
        case -1:
            return Message("`{value}` (just below `{bound}`)", values)
        case 0:
            return (
                Message("exactly `{value}`", values)
                if value == bound
                else Message("`{value}` (exactly `{bound}`)", values)
            )
        case _:
            return Message("`{value}` (just above `{bound}`)", values)


def beside(side: int, bound: str) -> Message:
    """Just below (-1), at (0) or just above (1) something that varies."""
    match side:
        case -1:
            return Message("just below `{bound}`", {"bound": bound})
        case 0:
            return Message("equal to `{bound}`", {"bound": bound})
        case _:
            return Message("just above `{bound}`", {"bound": bound})
