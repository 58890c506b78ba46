"""What differs in a condition or an amount, in words of one language."""

from __future__ import annotations

from datetime import date
from typing import assert_never

from clas_policy import figures
from clas_policy.cli.diff_keys import Keys
from clas_policy.compare import Comparison
from clas_policy.compare import changes as ch
from clas_policy.compare.telling import is_unnamed
from clas_policy.frozen import dataclass
from clas_policy.model import condition as c
from clas_policy.model.fact import Type
from clas_policy.model.money import format_amount, format_rate
from clas_policy.model.policy import Policy
from clas_policy.speech import Speech
from clas_policy.wording import Wording


@dataclass(frozen=True, slots=True)
class Said:
    """What was, what is, by how much, and what of the item it is about; or the `whole` of it in one sentence."""

    old: str = ""
    new: str = ""
    by: str = ""
    about: str = ""
    whole: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    """Puts the parts of conditions and amounts of one comparison into words."""

    say: Speech
    comparison: Comparison

    @property
    def keys(self) -> Keys:
        return Keys(self.say)

    def said(self, what: ch.Difference, key: str) -> Said:
        """What differs under a key of an item."""
        old, new = self.comparison.old, self.comparison.new
        match what:
            case ch.PartAdded(part=part, among=among, negated=negated):
                return Said(whole=self.keys.part(among, self.part(part, new), key, negated=negated, is_new=True))
            case ch.PartRemoved(part=part, among=among, negated=negated):
                return Said(whole=self.keys.part(among, self.part(part, old), key, negated=negated, is_new=False))
            case ch.PartReplaced(old=before, new=after, role=role):
                kind = Type.RATE if role == "rate" else Type.MONEY
                about = self.keys.role(role) if role != key else ""
                return Said(self.part(before, old, kind), self.part(after, new, kind), about=about)
            case ch.Regrouped(old=head, new=other, new_node=node):
                parts: tuple[ch.Node, ...] = getattr(node, "items", ())
                told = self.say.semicolon.join(self.part(part, new) for part in parts)
                return Said(self.keys.head(head), self.keys.head(other), told)
            case ch.BoundMoved(old=before_bound, new=after_bound, is_lower=is_lower, new_node=node):
                subject, kind = self._subject(node, new)
                before_end = self._bound(before_bound, old, kind, is_lower=is_lower)
                return Said(before_end, self._bound(after_bound, new, kind, is_lower=is_lower), about=subject)
            case ch.ValuesChanged(fact=fact, added=added, removed=removed):
                gained = [self.say("also accepts: {what}", what=self._option(fact, value, new)) for value in added]
                lost = [self.say("no longer accepts: {what}", what=self._option(fact, value, old)) for value in removed]
                return Said(whole=self.say.semicolon.join(gained + lost), about=self._fact(fact, new))
            case _:
                assert_never(what)

    def part(self, node: ch.Node, policy: Policy, kind: Type = Type.MONEY) -> str:
        """A part of a condition or an amount: the label of what has one, else as the policy language writes it."""
        match node:
            case c.FactIsTrue(fact=name):
                return self._fact(name, policy)
            case c.CriterionMet(criterion=name):
                return labelled(name, policy.criteria[name].label)
            case c.DeadlineMet(deadline=name):
                return labelled(name, policy.deadlines[name].label)
            case c.GrantEntitled(grant=name):
                return labelled(name, policy.grants[name].label)
            case c.Reading(id=name, label=label, requires=requires):
                return f"{labelled(name, label)}{self.say.colon}{Wording(policy, values=True).condition(requires)}"
            case c.Literal() | c.ParameterValue() | c.FactValue():
                return self._operand(node, kind, policy)
            case _:
                return Wording(policy, values=True).part(node, kind)

    def _fact(self, name: str, policy: Policy) -> str:
        fact = policy.facts.get(name)
        return labelled(name, fact.label) if fact is not None else name

    def _option(self, fact: str, value: str, policy: Policy) -> str:
        options = policy.facts[fact].options if fact in policy.facts else ()
        return next((labelled(value, option.label) for option in options if option.value == value), value)

    def _operand(self, node: c.Operand, kind: Type, policy: Policy) -> str:
        match node:
            case c.Literal(value=value):
                return self._literal(value, kind)
            case c.ParameterValue(parameter=name):
                parameter = policy.parameters[name]
                said = self._literal(parameter.value, parameter.type)
                return said if is_unnamed(name) else f"{said} ({name})"
            case c.FactValue(fact=name):
                return self._fact(name, policy)
            case _:
                assert_never(node)

    def _literal(self, value: int | date | None, kind: Type) -> str:
        if isinstance(value, date):
            return figures.day(value.isoformat(), self.say.lang)
        return figure(value, kind, self.say)

    def _subject(self, node: c.Condition, policy: Policy) -> tuple[str, Type]:
        """What lies in the interval, and its type."""
        match node:
            case c.Within(fact=name) | c.Sum(fact=name):
                kind = policy.facts[name].type
                label = self._fact(name, policy)
                return (self.say("total of {what}", what=label) if isinstance(node, c.Sum) else label), kind
            case c.Count(entity=entity, requires=requires):
                label = policy.entities[entity].label
                inner = Wording(policy, values=True).condition(requires)
                return self.say("number of “{what}” that meet {condition}", what=label, condition=inner), Type.INTEGER
            case c.AmountWithin(amount=amount):
                return self.part(amount, policy), Type.MONEY
            case _:
                return Wording(policy, values=True).condition(node), Type.MONEY

    def _bound(self, bound: ch.Bound | None, policy: Policy, kind: Type, *, is_lower: bool) -> str:
        if bound is None:
            return self.say("no limit")
        value = self.part(bound.value, policy, kind)
        return self.keys.bound(value, is_lower=is_lower, strict=bound.strict, is_date=kind is Type.DATE)


def labelled(name: str, label: str) -> str:
    """A label with the name, or the name alone where there is no other."""
    return f"{label} ({name})" if label and label != name else name


def figure(value: int | None, kind: Type, say: Speech) -> str:
    """A figure as people read it, in the unit of its type."""
    if value is None:
        return say("to confirm")
    match kind:
        case Type.MONEY:
            return figures.money(format_amount(value), say.lang)
        case Type.RATE:
            return figures.rate(format_rate(value), say.lang)
        case _:
            return f"{figures.MINUS if value < 0 else ''}{abs(value)}"
