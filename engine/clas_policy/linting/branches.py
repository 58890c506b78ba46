"""Branches that change nothing: conditions that are always or never met, operands that others imply, dead cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from clas_policy.linting.finding import finding
from clas_policy.linting.rules import Placed, choices, conditions, own_rules, parts, unsettled
from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.policy import Criterion, Deadline, Grant, Orientation, Policy
from clas_policy.model.references import Rule, of_condition
from clas_policy.problem import Message, Problem, Related
from clas_policy.reading.deadlines import with_conditions
from clas_policy.situations import Situations
from clas_policy.source import Span

_NAMES: Final = (c.CriterionMet, c.DeadlineMet, c.GrantEntitled)
"""Where a rule is only named, its own lines say what is wrong with it."""


def branches(policy: Policy) -> Iterator[Problem]:
    """What the rules that the last layer of a policy wrote could leave out."""
    looker = _Looker(policy)
    for rule in own_rules(policy):
        for placed in conditions(rule):
            looker.look(placed, rule.origin.at)
        for choice in choices(rule):
            looker.look_at_cases(choice, rule.entity, rule.origin.at)
        if isinstance(rule, Deadline):
            looker.look_at_extensions(rule)
    yield from looker.found
    yield from _copies(policy)


class _Looker:
    def __init__(self, policy: Policy) -> None:
        self.found: list[Problem] = []
        self._situations = Situations(policy)
        self._open = unsettled(policy)
        """What no figure settles yet: nothing but its words can be judged."""

    def look(self, placed: Placed, at: Span | None) -> bool:
        """Looks into a condition; whether anything in it is always or never met, which is then said once."""
        node = placed.node
        at = node.at or at
        spoiled = False
        for part in parts(placed):
            spoiled = self.look(part, at) or spoiled
        if spoiled:
            return True
        if not self._open.isdisjoint(of_condition(node)):
            if isinstance(node, (c.All, c.AnyOf, c.AtLeast)):
                self._look_at_copies(node.items, at)
            return False
        if isinstance(node, _NAMES):
            return self._constant(placed) is not None
        constant = self._constant(placed)
        if constant is not None:
            self._say_constant(node, constant, at)
            return True
        match node:
            case c.Within():
                self._look_at_bounds(node, placed.entity, at)
            case c.All() | c.AnyOf():
                self._look_at_operands(node, placed.entity, at)
            case c.AtLeast(items=items):
                self._look_at_copies(items, at)
            case c.OpenReadings(readings=readings):
                self._look_at_readings(readings, placed.entity)
            case _:
                pass
        return False

    def _constant(self, placed: Placed) -> bool | None:
        """True for a condition that nothing makes false, False for one that nothing makes true."""
        truths = self._situations.possible_truths(placed.node, placed.entity)
        if False not in truths:
            return True
        return False if True not in truths else None

    def _say_constant(self, node: c.Condition, value: bool, at: Span | None) -> None:
        message = Message("this is met whatever the dossier says") if value else Message("nothing can meet this")
        hint = None
        if isinstance(node, c.Within):
            hint = Message("look at the `min` and `max` of `{fact}`", {"fact": node.fact})
        self.found.append(finding("CLAS-N202", message, at, hint=hint))

    def _look_at_bounds(self, node: c.Within, entity: str | None, at: Span | None) -> None:
        """Of two bounds, one may hold back nothing; a single one that does nothing makes the condition always met."""
        bounds = node.bounds
        if bounds.lower is None or bounds.upper is None:
            return
        without_lower = replace(node, bounds=replace(bounds, lower=None, lower_strict=False))
        without_upper = replace(node, bounds=replace(bounds, upper=None, upper_strict=False))
        for bound, without in ((bounds.lower, without_lower), (bounds.upper, without_upper)):
            if self._situations.are_one(without, node, entity):
                self.found.append(
                    finding(
                        "CLAS-N204",
                        Message("this bound holds back no value that `{fact}` may have", {"fact": node.fact}),
                        bound.at or at,
                        hint=Message("look at the `min` and `max` of `{fact}`", {"fact": node.fact}),
                    )
                )

    def _look_at_operands(self, node: c.All | c.AnyOf, entity: str | None, at: Span | None) -> None:
        """Each operand that the others make superfluous; of two that say the same, the second."""
        kept = list(node.items)
        for item in reversed(node.items):
            others = [one for one in kept if one is not item]
            if not others or len(kept) < 2:
                return
            if not self._situations.are_one(
                replace(node, items=tuple(others)), replace(node, items=tuple(kept)), entity
            ):
                continue
            kept = others
            other = next((one for one in others if self._decides(node, one, item, entity)), None)
            if other is not None and self._situations.are_one(other, item, entity):
                message = Message("this says the same a second time")
            else:
                message = Message("this changes nothing: the other conditions beside it say it all")
            self.found.append(
                finding("CLAS-N201", message, item.at or at, related=_seen(other), hint=Message("remove it"))
            )

    def _decides(self, node: c.All | c.AnyOf, one: c.Condition, item: c.Condition, entity: str | None) -> bool:
        """Whether one operand alone makes another superfluous."""
        return self._situations.are_one(replace(node, items=(one, item)), one, entity)

    def _look_at_copies(self, items: Sequence[c.Condition], at: Span | None) -> None:
        for position, item in enumerate(items):
            first = next((one for one in items[:position] if one == item), None)
            if first is not None:
                message = Message("this says the same a second time")
                self.found.append(finding("CLAS-N201", message, item.at or at, related=_seen(first)))

    def _look_at_readings(self, readings: Sequence[c.Reading], entity: str | None) -> None:
        for position, reading in enumerate(readings):
            for first in readings[:position]:
                if self._situations.are_one(first.requires, reading.requires, entity):
                    self.found.append(
                        finding(
                            "CLAS-N206",
                            Message(
                                "the readings `{first}` and `{second}` say the same",
                                {"first": first.id, "second": reading.id},
                            ),
                            reading.at,
                            related=_seen(first),
                            hint=Message("two readings are there because they decide some dossier differently"),
                        )
                    )
                    break

    def look_at_cases(self, choice: a.FirstMatch, entity: str | None, at: Span | None) -> None:
        """The cases of an amount, each where none before it was met."""
        before: list[c.Condition] = []
        for case in choice.cases:
            spoiled = self.look(Placed(case.when, entity), case.at or at)
            if before and not spoiled and self._open.isdisjoint(of_condition(c.All((case.when, *before)))):
                reached = c.All((case.when, c.Not(c.AnyOf(tuple(before)))))
                if self._constant(Placed(reached, entity)) is False:
                    self.found.append(
                        finding(
                            "CLAS-N203",
                            Message("this case is never reached: one before it is met whenever this one is"),
                            case.when.at or case.at or at,
                            hint=Message("the first case that is met counts: put the narrower one first"),
                        )
                    )
            before.append(case.when)

    def look_at_extensions(self, deadline: Deadline) -> None:
        """Extensions without which the deadline would be the same."""
        whole = deadline.condition
        if whole is None or not self._open.isdisjoint(of_condition(whole)):
            return
        for extension in deadline.extensions:
            others = tuple(other for other in deadline.extensions if other is not extension)
            without = with_conditions(replace(deadline, extensions=others)).condition
            if without is not None and self._situations.are_one(without, whole, deadline.entity):
                self.found.append(
                    finding(
                        "CLAS-N205",
                        Message("this extension lets nobody in whom the deadline keeps out"),
                        extension.at,
                        hint=Message("it is no later, or another extension covers it"),
                    )
                )


def _seen(other: c.Condition | c.Reading | None) -> tuple[Related, ...]:
    return (Related(Message("the other one"), other.at),) if other is not None and other.at is not None else ()


def _copies(policy: Policy) -> Iterator[Problem]:
    """Rules under two names that say exactly the same."""
    bottom = policy.layers[-1].id
    seen: dict[object, Rule] = {}
    every: list[Rule] = [*policy.criteria.values(), *policy.grants.values(), *policy.orientations.values()]
    for rule in every:
        body = _body(rule)
        if body is None:
            continue
        first = seen.setdefault(body, rule)
        if first is not rule and rule.origin.layer == bottom:
            yield finding(
                "CLAS-N112",
                Message("`{name}` says word for word what `{other}` says", {"name": rule.name, "other": first.name}),
                rule.origin.at,
                related=(Related(Message("the other one"), first.origin.at),) if first.origin.at else (),
                hint=Message("name the other one where this one is named, or say what sets them apart"),
            )


def _body(rule: Rule) -> object | None:
    """What a rule says but for its name and label, to be compared."""
    match rule:
        case Criterion():
            return ("criterion", rule.entity, rule.requires, rule.only_if)
        case Grant():
            return ("grant", rule.entity, rule.funder, rule.requires, rule.amount, rule.at_most, rule.accord)
        case Orientation(requires=None) | Deadline():
            return None
        case Orientation():
            return ("orientation", rule.entity, rule.requires)
