"""What points are about, in words: conditions and amounts as their authors wrote them."""

from __future__ import annotations

from typing import Final, assert_never

from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.decision import GrantStatus, Outcome
from clas_policy.model.ends import ends
from clas_policy.model.fact import Type
from clas_policy.model.policy import Policy
from clas_policy.model.truth import Truth
from clas_policy.problem import Message
from clas_policy.wording import Wording, value_text

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


def condition(node: c.Condition, policy: Policy) -> Message:
    """What a condition asks."""
    match node:
        case c.FactIsTrue() | c.CriterionMet() | c.DeadlineMet() | c.GrantEntitled():
            return named(Wording(policy).condition(node))
        case c.Not(item=item):
            return Message("the opposite of {what}", {"what": condition(item, policy)})
        case c.All(items=items):
            return Message("all of these conditions ({count})", {"count": str(len(items))})
        case c.AnyOf(items=items):
            return Message("one at least of these conditions ({count})", {"count": str(len(items))})
        case c.AtLeast(count=count, items=items):
            values = {"least": str(count), "count": str(len(items))}
            return Message("{least} at least of these conditions ({count})", values)
        case c.Within(fact=name) | c.OneOf(fact=name) | c.Includes(fact=name) | c.Only(fact=name):
            return named(f"{name}, {Wording(policy).comparison(node)}")
        case c.AmountWithin(amount=compared, bounds=limits):
            told = "".join(f", {word}: {amount_text(limit)}" for word, limit in ends(limits, Type.MONEY))
            return named(f"amount: {amount_text(compared)}{told}")
        case c.Every(entity=entity):
            return named(f"every: {entity}")
        case c.Some(entity=entity):
            return named(f"some: {entity}")
        case c.Count(entity=entity):
            return named(f"count: {entity}, {Wording(policy).comparison(node)}")
        case c.Sum(fact=name):
            return named(f"sum: {name}, {Wording(policy).comparison(node)}")
        case c.OpenReadings():
            return Message("all the readings together")
        case _:
            assert_never(node)


def amount_text(node: a.Amount) -> str:
    """An amount in short: what it is made of is left out."""
    match node:
        case c.Literal(value=value):
            return value_text(value, Type.MONEY)
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
