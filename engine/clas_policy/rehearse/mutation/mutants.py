"""The mutants of a policy: each a whole policy with one slip in it, at its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType
from typing import TypeAlias, assert_never

from clas_policy.frozen import dataclass
from clas_policy.model import condition as c
from clas_policy.model.fact import Origin, Type
from clas_policy.model.policy import (
    AdmissibilityItem,
    Criterion,
    Deadline,
    Effect,
    Extension,
    Grant,
    Orientation,
    Parameter,
    Policy,
)
from clas_policy.problem import Message
from clas_policy.reading.deadlines import with_conditions
from clas_policy.rehearse.mutation.edit import Edit, becomes, dropped, each, operand, shifted
from clas_policy.rehearse.mutation.edits import Editor
from clas_policy.rehearse.mutation.soundness import is_sound
from clas_policy.source import Span
from clas_policy.wording import value_text

Changed: TypeAlias = Parameter | Criterion | Deadline | Grant | Orientation


@dataclass(frozen=True, slots=True)
class Mutant:
    """A policy with one slip in it.

    `kind` is ``parameter``, ``criterion``, ``deadline``, ``admissibility``, ``grant`` or ``orientation``, and `item`
    the name of what the slip is in; `layer` the id of the layer that says it, `at` the place in its file.
    """

    policy: Policy
    kind: str
    item: str
    layer: str
    at: Span
    change: Message

    @property
    def slip(self) -> tuple[Span, Message]:
        """What tells slips apart, whichever policies of a layer they are made in."""
        return self.at, self.change


def mutants(policy: Policy, *, effects: bool = False) -> Iterator[Mutant]:
    """Every slip of one figure, bound, operator or requirement; with the `effects` of admissibility too, if wanted.

    What stands in one place of a file is changed there once, however many rules read it. Entries of the calendar are
    left alone, since no rule reads them.
    """
    return _Author(policy).all(effects=effects)


class _Author:
    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._editor = Editor(policy)
        self._layers = {layer.file: layer.id for layer in policy.layers}
        self._written: set[tuple[Span, Message]] = set()

    def all(self, *, effects: bool) -> Iterator[Mutant]:
        policy = self._policy
        yield from self._parameters()
        for criterion in policy.criteria.values():
            yield from self._rules("criterion", criterion.name, criterion.origin, self._criterion(criterion))
        for deadline in policy.deadlines.values():
            if deadline.fact is not None:
                yield from self._rules("deadline", deadline.name, deadline.origin, self._deadline(deadline))
        for item in policy.admissibility:
            yield from self._admissibility(item, effects=effects)
        for grant in policy.grants.values():
            yield from self._rules("grant", grant.name, grant.origin, self._grant(grant))
        for orientation in policy.orientations.values():
            yield from self._rules("orientation", orientation.name, orientation.origin, self._orientation(orientation))

    def _rules(self, kind: str, name: str, origin: Origin, edits: Iterator[Edit[Changed]]) -> Iterator[Mutant]:
        for edit in edits:
            yield from self._mutant(kind, name, origin, edit.inside(self._with))

    def _with(self, made: Changed) -> Policy:
        policy = self._policy
        match made:
            case Parameter(name=name):
                return replace(policy, parameters=MappingProxyType({**policy.parameters, name: made}))
            case Criterion(name=name):
                return replace(policy, criteria=MappingProxyType({**policy.criteria, name: made}))
            case Deadline(name=name):
                return replace(policy, deadlines=MappingProxyType({**policy.deadlines, name: made}))
            case Grant(name=name):
                return replace(policy, grants=MappingProxyType({**policy.grants, name: made}))
            case Orientation(name=name):
                return replace(policy, orientations=MappingProxyType({**policy.orientations, name: made}))
            case _:
                assert_never(made)

    def _mutant(self, kind: str, name: str, origin: Origin, edit: Edit[Policy]) -> Iterator[Mutant]:
        at = edit.at or origin.at or Span(origin.layer, 1, 1, 1, 1)
        if is_sound(edit.made) and not (edit.at is not None and (at, edit.change) in self._written):
            self._written.add((at, edit.change))
            yield Mutant(edit.made, kind, name, self._layers.get(at.file, origin.layer), at, edit.change)

    def _parameters(self) -> Iterator[Mutant]:
        for name, parameter in self._policy.parameters.items():
            value, origin = parameter.value, parameter.value_origin
            for other in () if value is None else shifted(value, parameter.type):
                if isinstance(other, int) and other < 0:
                    continue
                was, now = value_text(value, parameter.type), value_text(other, parameter.type)
                change = becomes(f"{name}: {was}", f"{name}: {now}")
                made = self._with(replace(parameter, value=other))
                yield from self._mutant("parameter", name, origin, Edit(made, origin.at, change))

    def _criterion(self, rule: Criterion) -> Iterator[Edit[Criterion]]:
        for edit in self._editor.condition(rule.requires, required=True):
            yield edit.inside(lambda made: replace(rule, requires=made))
        if rule.only_if is not None:
            change = dropped(f"only_if: {self._editor.said(rule.only_if)}")
            yield Edit(replace(rule, only_if=None), rule.only_if.at, change)
            for edit in self._editor.condition(rule.only_if):
                yield edit.inside(lambda made: replace(rule, only_if=made))

    def _deadline(self, rule: Deadline) -> Iterator[Edit[Deadline]]:
        for edit in self._days(rule):
            yield edit.inside(with_conditions)

    def _days(self, rule: Deadline) -> Iterator[Edit[Deadline]]:
        for day in operand(rule.opens_on, Type.DATE, "opens_on"):
            yield day.inside(lambda made: replace(rule, opens_on=made))
        for day in operand(rule.last_day, Type.DATE, "last_day"):
            yield day.inside(lambda made: replace(rule, last_day=made))
        for day in operand(rule.before, Type.DATE, "before"):
            yield day.inside(lambda made: replace(rule, before=made))
        if rule.last_day is not None:
            said = self._editor.said(rule.last_day, Type.DATE)
            change = becomes(f"last_day {said}", f"before {said}")
            yield Edit(replace(rule, last_day=None, before=rule.last_day), rule.last_day.at, change)
        elif rule.before is not None:
            said = self._editor.said(rule.before, Type.DATE)
            change = becomes(f"before {said}", f"last_day {said}")
            yield Edit(replace(rule, last_day=rule.before, before=None), rule.before.at, change)
        for extension in rule.extensions:
            others = tuple(other for other in rule.extensions if other is not extension)
            said = self._editor.said(extension.last_day, Type.DATE)
            change = Message("the extension to `{day}` dropped", {"day": said})
            yield Edit(replace(rule, extensions=others), extension.at, change)
        for made in each(rule.extensions, self._extension):
            yield made.inside(lambda extensions: replace(rule, extensions=extensions))

    def _extension(self, extension: Extension) -> Iterator[Edit[Extension]]:
        for edit in operand(extension.last_day, Type.DATE, "last_day"):
            yield edit.inside(lambda made: replace(extension, last_day=made))
        for when in self._editor.condition(extension.when):
            yield when.inside(lambda made: replace(extension, when=made))

    def _admissibility(self, item: AdmissibilityItem, *, effects: bool) -> Iterator[Mutant]:
        policy = self._policy
        others = tuple(other for other in policy.admissibility if other is not item)
        change = Message("`{name}` is no condition of admissibility any more", {"name": item.name})
        edit = Edit(replace(policy, admissibility=others), item.origin.at, change)
        yield from self._mutant("admissibility", item.name, item.origin, edit)
        key = "late" if item.is_deadline else "otherwise"
        for effect in Effect if effects else ():
            if effect is not item.otherwise:
                change = becomes(f"{key}: {item.otherwise.value}", f"{key}: {effect.value}")
                edit = Edit(self._with_effect(item, effect), item.origin.at, change)
                yield from self._mutant("admissibility", item.name, item.origin, edit)

    def _with_effect(self, item: AdmissibilityItem, effect: Effect) -> Policy:
        items = tuple(
            replace(other, otherwise=effect) if other is item else other for other in self._policy.admissibility
        )
        policy = replace(self._policy, admissibility=items)
        if not item.is_deadline:
            return policy
        late = replace(policy.deadlines[item.name], late=effect)
        return replace(policy, deadlines=MappingProxyType({**policy.deadlines, item.name: late}))

    def _grant(self, rule: Grant) -> Iterator[Edit[Grant]]:
        cap = rule.at_most
        for edit in self._requires(rule.requires):
            yield edit.inside(lambda made: replace(rule, requires=made))
        for amount in self._editor.amount(rule.amount, "amount"):
            yield amount.inside(lambda made: replace(rule, amount=made))
        if cap is not None:
            yield Edit(replace(rule, at_most=None), cap.at, dropped(f"at_most: {self._editor.said(cap)}"))
            for amount in self._editor.amount(cap, "at_most"):
                yield amount.inside(lambda made: replace(rule, at_most=made))
        if rule.accord is not None:
            yield Edit(replace(rule, accord=None), rule.origin.at, dropped(f"accord: {rule.accord}"))

    def _orientation(self, rule: Orientation) -> Iterator[Edit[Orientation]]:
        for edit in self._requires(rule.requires):
            yield edit.inside(lambda made: replace(rule, requires=made))

    def _requires(self, node: c.Condition | None) -> Iterator[Edit[c.Condition | None]]:
        """The changes of what a rule requires; that a single requirement goes is one of them."""
        if node is None:
            return
        if not (isinstance(node, c.All) and len(node.items) > 1):
            yield Edit(None, node.at, Message("requirement `{what}` dropped", {"what": self._editor.said(node)}))
        yield from self._editor.condition(node, required=True)
