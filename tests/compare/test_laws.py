"""Laws of comparing, on generated policies: nothing against itself, something for any change, the same backwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.generation import policies

from clas_policy.compare import Change, Section, compare
from clas_policy.compare.changes import (
    BoundMoved,
    Cited,
    Day,
    Entries,
    Figure,
    ItemAdded,
    ItemRemoved,
    PartAdded,
    PartRemoved,
    PartReplaced,
    Regrouped,
    Renamed,
    Reviewed,
    Term,
    ValuesChanged,
    What,
    Wording,
)
from clas_policy.compare.normal import key, normal_condition
from clas_policy.compare.renaming import Names, with_names
from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.fact import Type
from clas_policy.model.policy import Effect, Policy, Weight

Mutant = tuple[str, Policy]


def put(policy: Policy, section: str, name: str, **new: Any) -> Policy:
    """The policy in which some properties of an item are others."""
    items: Mapping[str, Any] = getattr(policy, section)
    changed: Any = {section: MappingProxyType({**items, name: replace(items[name], **new)})}
    return replace(policy, **changed)


def without(policy: Policy, section: str, name: str) -> Policy:
    items: Mapping[str, Any] = getattr(policy, section)
    left: Any = {section: MappingProxyType({other: item for other, item in items.items() if other != name})}
    return replace(policy, **left)


def mutants(policy: Policy) -> Iterator[Mutant]:
    """Policies that each say something else than the first, and what was done to it."""
    for name, parameter in policy.parameters.items():
        value = parameter.value
        if parameter.type is Type.DATE and value is not None and not isinstance(value, int):
            yield f"a day later: {name}", put(policy, "parameters", name, value=value + timedelta(1))
        if isinstance(value, int):
            yield f"one more: {name}", put(policy, "parameters", name, value=value + 1)
            yield f"to confirm: {name}", put(policy, "parameters", name, value=None)
        yield f"without one of parameters: {name}", without(policy, "parameters", name)
    for name, fact in policy.facts.items():
        if fact.type.is_number:
            yield f"another maximum: {name}", put(policy, "facts", name, maximum=(fact.maximum or 0) + 1)
        if fact.options:
            yield f"an option less: {name}", put(policy, "facts", name, options=fact.options[1:])
        yield f"another label: {name}", put(policy, "facts", name, label="Autre")
        yield f"another question: {name}", put(policy, "facts", name, question="Laquelle ?")
    for name, criterion in policy.criteria.items():
        yield f"not: {name}", put(policy, "criteria", name, requires=c.Not(criterion.requires))
        yield f"without one of criteria: {name}", without(policy, "criteria", name)
        if criterion.only_if is not None:
            yield f"always: {name}", put(policy, "criteria", name, only_if=None)
        for number, requires in enumerate(other_conditions(criterion.requires)):
            yield f"a bound or a list: {name}, {number}", put(policy, "criteria", name, requires=requires)
    for name, deadline in policy.deadlines.items():
        if isinstance(deadline.last_day, c.Literal) and not isinstance(deadline.last_day.value, int):
            later = c.Literal(deadline.last_day.value + timedelta(1))
            yield f"a day later: {name}", put(policy, "deadlines", name, last_day=later)
        other = Effect.NEXT_YEAR if deadline.late is not Effect.NEXT_YEAR else Effect.INADMISSIBLE
        yield f"another effect: {name}", put(policy, "deadlines", name, late=other)
        if deadline.extensions:
            yield f"no extension: {name}", put(policy, "deadlines", name, extensions=())
    for name, grant in policy.grants.items():
        yield f"a cent more: {name}", put(policy, "grants", name, amount=a.Add((grant.amount, c.Literal(1))))
        yield f"a cap: {name}", put(policy, "grants", name, at_most=a.Minus(c.Literal(1), c.Literal(2)))
        yield f"rounded: {name}", put(policy, "grants", name, round_to=grant.round_to * 10)
        payer = next(funder for funder in policy.funders if funder != grant.funder)
        yield f"another funder: {name}", put(policy, "grants", name, funder=payer)
        yield f"without one of grants: {name}", without(policy, "grants", name)
        if grant.accord is not None:
            yield f"no accord: {name}", put(policy, "grants", name, accord=None)
        if grant.requires is not None:
            yield f"for everybody: {name}", put(policy, "grants", name, requires=None)
    for name, orientation in policy.orientations.items():
        weight = Weight.PRIORITY if orientation.weight is not Weight.PRIORITY else Weight.ADVISORY
        yield f"another weight: {name}", put(policy, "orientations", name, weight=weight)
        source = replace(orientation.origin, source="ailleurs")
        yield f"another source: {name}", put(policy, "orientations", name, origin=source)
    if policy.admissibility:
        listed = [item for item in policy.admissibility if not item.is_deadline]
        if listed:
            left = tuple(item for item in policy.admissibility if item is not listed[0])
            yield "a condition of admissibility less", replace(policy, admissibility=left)
    yield "another title", replace(policy, title="Autre")


def other_conditions(node: c.Condition) -> Iterator[c.Condition]:
    """The condition with one bound strict for inclusive, one list `any` for `all`, or one operand less."""
    match node:
        case c.Within(bounds=bounds):
            if bounds.lower is not None:
                yield replace(node, bounds=replace(bounds, lower_strict=not bounds.lower_strict))
            if bounds.upper is not None:
                yield replace(node, bounds=replace(bounds, upper_strict=not bounds.upper_strict))
        case c.All(items=items) | c.AnyOf(items=items):
            if len({key(normal_condition(item)) for item in items}) > 1:
                yield c.AnyOf(items) if isinstance(node, c.All) else c.All(items)
                if len({key(normal_condition(item)) for item in items}) == len(items):
                    yield replace(node, items=items[1:])
            for index, item in enumerate(items):
                for other in other_conditions(item):
                    yield replace(node, items=(*items[:index], other, *items[index + 1 :]))
        case c.Not(item=item):
            yield from (replace(node, item=other) for other in other_conditions(item))
        case _:
            return


@settings(max_examples=60, deadline=None)
@given(policies())
def test_a_policy_and_itself_have_nothing_to_tell(policy: Policy) -> None:
    compared = compare(policy, policy)
    assert compared.changes == ()
    assert compared.new is policy


@settings(max_examples=30, deadline=None)
@given(policies(), st.randoms(use_true_random=False))
def test_any_change_is_told(policy: Policy, random: Any) -> None:
    """One mutant of each kind."""
    kinds: dict[str, list[Mutant]] = {}
    for done, mutant in mutants(policy):
        kinds.setdefault(done.partition(":")[0], []).append((done, mutant))
    for found in kinds.values():
        done, mutant = random.choice(found)
        if done.startswith("a bound or a list") and not differs(policy, mutant, done.split(": ")[1].split(",")[0]):
            continue
        assert compare(policy, mutant).changes != (), done
        assert compare(mutant, policy).changes != (), done


def differs(policy: Policy, mutant: Policy, criterion: str) -> bool:
    """Whether a part of a list is worth something beside the others."""
    both = (normal_condition(one.criteria[criterion].requires) for one in (policy, mutant))
    return len(set(map(key, both))) == 2


@settings(max_examples=60, deadline=None)
@given(policies(), policies())
def test_backwards_the_old_is_the_new(one: Policy, other: Policy) -> None:
    there, back = compare(one, other).changes, compare(other, one).changes
    assert Counter(map(told, there)) == Counter(told(change, backwards=True) for change in back)


@settings(max_examples=40, deadline=None)
@given(policies(), st.randoms(use_true_random=False))
def test_names_alone_are_told_as_names_alone(policy: Policy, random: Any) -> None:
    """Every criterion, deadline, parameter and grant under another name: no rule changed."""
    sections = {
        Section.CRITERIA: policy.criteria,
        Section.DEADLINES: policy.deadlines,
        Section.GRANTS: policy.grants,
    }
    names = Names()
    for section, found in sections.items():
        for name in found:
            if random.random() < 0.5:
                names.of[section][name] = f"autre_{name}"
    other = with_names(policy, names)
    changes = compare(policy, other).changes
    assert {change.what for change in changes} == {
        Renamed(old, new) for section in sections for old, new in names.of[section].items()
    }


@settings(max_examples=40, deadline=None)
@given(policies(), st.randoms(use_true_random=False))
def test_order_is_no_change(policy: Policy, random: Any) -> None:
    def mixed(items: Mapping[str, Any]) -> Mapping[str, Any]:
        names = list(items)
        random.shuffle(names)
        return MappingProxyType({name: shuffled(items[name]) for name in names})

    def shuffled(value: Any) -> Any:
        if isinstance(value, c.All | c.AnyOf | c.AtLeast | a.Add | a.Smallest | a.Largest):
            items: Any = [shuffled(item) for item in value.items]
            random.shuffle(items)
            listed: Any = {"items": tuple(items)}
            return replace(value, **listed)
        if isinstance(value, tuple):
            return tuple(shuffled(part) for part in value)
        if is_dataclass(value) and not isinstance(value, type):
            parts = {part.name: getattr(value, part.name) for part in fields(value)}
            return replace(value, **{name: shuffled(part) for name, part in parts.items()})
        return value

    sections = ("facts", "parameters", "criteria", "deadlines", "grants", "orientations", "funders")
    orders: Any = {section: mixed(getattr(policy, section)) for section in sections}
    other = replace(policy, **orders)
    assert compare(policy, other).changes == ()


def told(change: Change, *, backwards: bool = False) -> tuple[Any, ...]:
    """A change as a text that can be counted; backwards, the old stands for the new."""
    old, new = (change.new, change.old) if backwards else (change.old, change.new)
    places = tuple(origin and (origin.place, origin.source) for origin in (old, new))
    return (
        change.section,
        change.name,
        change.key,
        repr(bare(mirrored(change.what) if backwards else change.what)),
        places,
    )


def bare(value: Any) -> Any:
    """A value without the places in it, and what stands in any order sorted."""
    if isinstance(value, Entries):
        return "entries", sorted(value.added), sorted(value.removed)
    if isinstance(value, Cited | Reviewed):
        return type(value).__name__, value.old, value.new, sorted(value.names)
    if isinstance(value, ValuesChanged):
        return "values", value.fact, sorted(value.added), sorted(value.removed)
    if isinstance(value, tuple):
        return tuple(map(bare, value))
    if is_dataclass(value) and not isinstance(value, type):
        parts = ((part.name, getattr(value, part.name)) for part in fields(value) if part.name != "at")
        return type(value).__name__, tuple((name, bare(part)) for name, part in parts)
    return value


def mirrored(what: What) -> What:
    match what:
        case Figure(kind, old, new):
            return Figure(kind, new, old)
        case Day(old=one, new=other):
            return Day(other, one)
        case ItemAdded():
            return ItemRemoved()
        case ItemRemoved():
            return ItemAdded()
        case Renamed(before, after):
            return Renamed(after, before)
        case Term(before_word, after_word):
            return Term(after_word, before_word)
        case Entries(added, removed):
            return Entries(removed, added)
        case Wording(text, other_text):
            return Wording(other_text, text)
        case Cited(source, other_source, names):
            return Cited(other_source, source, names)
        case Reviewed(day, other_day, names):
            return Reviewed(other_day, day, names)
        case PartAdded(part, among, negated):
            return PartRemoved(part, among, negated)
        case PartRemoved(part, among, negated):
            return PartAdded(part, among, negated)
        case PartReplaced(old_part, new_part, role):
            return PartReplaced(new_part, old_part, role)
        case Regrouped(head, other_head, node, other_node):
            return Regrouped(other_head, head, other_node, node)
        case BoundMoved(is_lower, bound, other_bound, node, other_node):
            return BoundMoved(is_lower, other_bound, bound, other_node, node)
        case ValuesChanged(fact, added, removed, node, other_node):
            return ValuesChanged(fact, removed, added, other_node, node)
