"""What changed of an item that both policies have, section by section."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from clas_policy.compare.changes import Day, DayMark, Figure, PartAdded, PartRemoved, Term
from clas_policy.compare.normal import key, normal_condition
from clas_policy.compare.telling import Pair, Told, mark
from clas_policy.compare.trees import amount_differences, condition_differences
from clas_policy.frozen import dataclass
from clas_policy.model import condition as c
from clas_policy.model.fact import Entity, Fact, Origin, Type
from clas_policy.model.policy import (
    AdmissibilityItem,
    Criterion,
    Deadline,
    Extension,
    Grant,
    Named,
    Orientation,
    Parameter,
    Policy,
    Text,
)
from clas_policy.model.references import of_amount, of_condition
from clas_policy.wording import value_text


def document(old: Named, new: Named) -> Iterator[Told]:
    yield from Pair(old.origin, new.origin).wording("title", old.label, new.label)


def funder(old: Named, new: Named) -> Iterator[Told]:
    yield from Pair(old.origin, new.origin).wording("label", old.label, new.label)


def entity(old: Entity, new: Entity) -> Iterator[Told]:
    pair = Pair(old.origin, new.origin)
    yield from pair.term("list", old.list_key, new.list_key)
    yield from pair.wording("label", old.label, new.label)


def text(old: Text, new: Text) -> Iterator[Told]:
    pair = Pair(old.origin, new.origin)
    yield from pair.wording("label", old.label, new.label)
    yield from pair.wording("text", old.text, new.text)


def fact(old: Fact, new: Fact) -> Iterator[Told]:
    pair = Pair(old.origin, new.origin)
    yield from pair.term("type", old.type, new.type)
    yield from pair.term("for_each", old.entity, new.entity)
    for bound, before, after in (("min", old.minimum, new.minimum), ("max", old.maximum, new.maximum)):
        if old.type is new.type or before is None or after is None:
            yield from pair.figure(bound, old.type if after is None else new.type, before, after)
        else:
            # Figures of two types have no difference.
            yield from pair.term(bound, value_text(before, old.type), value_text(after, new.type))
    yield from pair.term("min_items", old.min_items or None, new.min_items or None)
    before_labels = {option.value: option.label for option in old.options}
    after_labels = {option.value: option.label for option in new.options}
    yield from pair.entries("of", before_labels, after_labels)
    if old.derivation is not None and new.derivation is not None:
        yield from pair.term("derive.by", old.derivation.by, new.derivation.by)
        yield from pair.entries("derive.reads", old.derivation.reads, new.derivation.reads)
    elif old.derivation is not None:
        yield Told("derive.by", Term(old.derivation.by, None), old.derivation.origin)
    elif new.derivation is not None:
        yield Told("derive.by", Term(None, new.derivation.by), None, new.derivation.origin)
    yield from pair.wording("label", old.label, new.label)
    yield from pair.wording("question", old.question, new.question)
    yield from pair.wording("help", old.help, new.help)
    for value, label in before_labels.items():
        if value in after_labels:
            yield from pair.wording(f"of.{value}", label, after_labels[value])


def parameter(old: Parameter, new: Parameter) -> Iterator[Told]:
    pair = Pair(old.origin, new.origin)
    values = old.value_origin, new.value_origin
    yield from pair.term("type", old.type, new.type)
    if old.type is not new.type:
        yield Told("value", Term(_written(old), _written(new)), *values)
    elif old.value != new.value and new.type is Type.DATE:
        yield Told("value", Day(_day(old), _day(new)), *values)
    elif old.value != new.value:
        yield Told("value", Figure(new.type, _number(old.value), _number(new.value)), *values)
    yield from pair.wording("label", old.label, new.label)


def _day(parameter: Parameter) -> DayMark:
    return DayMark(parameter.value if isinstance(parameter.value, date) else None)


def _number(value: int | date | None) -> int | None:
    return value if isinstance(value, int) else None


def _written(parameter: Parameter) -> str | None:
    return None if parameter.value is None else value_text(parameter.value, parameter.type)


@dataclass(frozen=True, slots=True)
class Printed:
    """A figure that a source prints; without a value while a draft has it to confirm."""

    grant: str
    at_most: int | None
    rounded_to: int | None
    origin: Origin


def printed(policy: Policy) -> dict[str, Printed]:
    """The printed figures by their grant; a second one of a grant has a number."""
    figures = [Printed(one.grant, one.at_most, one.rounded_to, one.origin) for one in policy.published]
    read = {name for grant in policy.grants.values() for name in _parameters(grant)}
    for parameter in policy.parameters.values():
        # One to confirm has left a figure without a value that no rule reads.
        grant, _, rest = parameter.name.partition(".")
        if rest.startswith("at_most") and grant in policy.grants and parameter.name not in read:
            figures.append(Printed(grant, None, None, parameter.origin))
    found: dict[str, Printed] = {}
    for figure in figures:
        name, number = figure.grant, 2
        while name in found:
            name, number = f"{figure.grant} ({number})", number + 1
        found[name] = figure
    return found


def _parameters(grant: Grant) -> Iterator[str]:
    for reference in (*of_condition(grant.requires), *of_amount(grant.amount), *of_amount(grant.at_most)):
        if reference.kind == "parameter":
            yield reference.name


def published(old: Printed, new: Printed) -> Iterator[Told]:
    pair = Pair(old.origin, new.origin)
    yield from pair.figure("at_most", Type.MONEY, old.at_most, new.at_most)
    if old.rounded_to is not None and new.rounded_to is not None:
        yield from pair.figure("rounded_to", Type.MONEY, old.rounded_to, new.rounded_to)


def admissibility(old: AdmissibilityItem, new: AdmissibilityItem) -> Iterator[Told]:
    yield from Pair(old.origin, new.origin).term("otherwise", old.otherwise, new.otherwise)


def criterion(old: Criterion, new: Criterion) -> Iterator[Told]:
    pair = Pair(old.origin, new.origin)
    yield from pair.term("for_each", old.entity, new.entity)
    yield from pair.parts("only_if", condition_differences(old.only_if, new.only_if))
    yield from _required(old, new, pair)
    yield from pair.wording("label", old.label, new.label)
    yield from _reading_labels(old, new, pair)
    one, other = old.chosen, new.chosen
    for told in pair.wording("because", one.because if one else None, other.because if other else None):
        yield Told(told.key, told.what, one.origin if one else None, other.origin if other else None)


def _required(old: Criterion, new: Criterion, pair: Pair) -> Iterator[Told]:
    """What a criterion asks for; where a reading is chosen that was not, what the others said is not told."""
    before, after = _readings(old), _readings(new)
    one, other = old.chosen, new.chosen
    if (one and one.reading) != (other and other.reading):
        yield Told(
            "reading",
            Term(one.reading if one else None, other.reading if other else None),
            one.origin if one else None,
            other.origin if other else None,
        )
    if one is not None and other is not None and one.reading != other.reading:
        return
    if not before or not after:
        yield from pair.parts("requires", condition_differences(old.requires, new.requires))
        return
    chosen = one is not None or other is not None
    for name, reading in before.items():
        if name in after:
            differences = condition_differences(reading.requires, after[name].requires)
            yield from pair.parts(f"readings.{name}", differences)
        elif not chosen:
            yield from pair.parts("readings", [PartRemoved(reading, None)])
    if not chosen:
        added = [PartAdded(reading, None) for name, reading in after.items() if name not in before]
        yield from pair.parts("readings", added)


def _readings(criterion: Criterion) -> dict[str, c.Reading]:
    """The readings of a criterion by id; the chosen one alone where one is chosen."""
    if criterion.chosen is not None:
        chosen = criterion.chosen
        return {chosen.reading: c.Reading(chosen.reading, chosen.label, criterion.requires)}
    if isinstance(criterion.requires, c.OpenReadings):
        return {reading.id: reading for reading in criterion.requires.readings}
    return {}


def _reading_labels(old: Criterion, new: Criterion, pair: Pair) -> Iterator[Told]:
    after = _readings(new)
    for name, reading in _readings(old).items():
        if name in after:
            yield from pair.wording(f"readings.{name}", reading.label, after[name].label)


def grant(old: Grant, new: Grant) -> Iterator[Told]:
    pair = Pair(old.origin, new.origin)
    yield from pair.term("for_each", old.entity, new.entity)
    yield from pair.term("funder", old.funder, new.funder)
    yield from pair.parts("requires", condition_differences(old.requires, new.requires))
    yield from pair.parts("amount", amount_differences(old.amount, new.amount))
    yield from pair.parts("at_most", amount_differences(old.at_most, new.at_most))
    yield from pair.figure("round_to", Type.MONEY, old.round_to, new.round_to)
    yield from pair.term("accord", old.accord, new.accord)
    yield from pair.wording("label", old.label, new.label)


def orientation(old: Orientation, new: Orientation) -> Iterator[Told]:
    pair = Pair(old.origin, new.origin)
    yield from pair.term("for_each", old.entity, new.entity)
    yield from pair.term("weight", old.weight, new.weight)
    yield from pair.parts("requires", condition_differences(old.requires, new.requires))
    yield from pair.wording("label", old.label, new.label)


def deadline(old: Deadline, new: Deadline, before: Policy, after: Policy) -> Iterator[Told]:
    """A window; `before` and `after` are the policies, for the days that parameters give."""
    pair = Pair(old.origin, new.origin)
    days = (
        ("opens_on", old.opens_on, new.opens_on),
        ("last_day", old.last_day, new.last_day),
        ("before", old.before, new.before),
    )
    yield from pair.term("for_each", old.entity, new.entity)
    yield from pair.term("fact", old.fact, new.fact)
    for name, one, other in days:
        yield from _told_day(pair, name, (one, other), (before, after))
    yield from _extensions(old, new, before, after)
    yield from pair.term("when_text", old.when_text, new.when_text)
    yield from pair.term("late", old.late, new.late)
    yield from pair.wording("label", old.label, new.label)


def _told_day(
    pair: Pair, name: str, days: tuple[c.Operand | None, c.Operand | None], policies: tuple[Policy, Policy]
) -> Iterator[Told]:
    """A day that is written otherwise; that a parameter gives another one now is told of the parameter."""
    old, new = days
    if key(old) == key(new) and isinstance(new, c.ParameterValue | c.FactValue):
        return
    marks = mark(old, policies[0]), mark(new, policies[1])
    yield from pair.day(name, marks, (old.at if old else None, new.at if new else None))


def _extensions(old: Deadline, new: Deadline, before: Policy, after: Policy) -> Iterator[Told]:
    """Extensions by what they ask for; the last ones left on each side are taken for one another."""
    pair = Pair(old.origin, new.origin)
    left, right = list(old.extensions), list(new.extensions)
    pairs: list[tuple[Extension, Extension]] = []
    for one in old.extensions:
        same = [other for other in right if _asked(other) == _asked(one)]
        if len(same) == 1 and sum(_asked(other) == _asked(one) for other in left) == 1:
            pairs.append((one, same[0]))
            left.remove(one)
            right.remove(same[0])
    if len(left) == len(right) == 1:
        pairs.append((left.pop(), right.pop()))
    for one, other in pairs:
        yield from _told_day(pair, "extensions.last_day", (one.last_day, other.last_day), (before, after))
        yield from pair.parts("extensions.when", condition_differences(one.when, other.when))
        yield from pair.wording("extensions.label", one.label, other.label)
    for one in left:
        yield from pair.day("extensions.last_day", (mark(one.last_day, before), None), (one.last_day.at, None))
        yield from pair.parts("extensions.when", [PartRemoved(one.when, None)])
    for one in right:
        yield from pair.day("extensions.last_day", (None, mark(one.last_day, after)), (None, one.last_day.at))
        yield from pair.parts("extensions.when", [PartAdded(one.when, None)])


def _asked(extension: Extension) -> str:
    return key(normal_condition(extension.when))
