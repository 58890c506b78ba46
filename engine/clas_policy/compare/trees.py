"""Where two conditions, or two amounts, differ: the smallest parts that do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from clas_policy.compare.changes import (
    Bound,
    BoundMoved,
    Difference,
    Head,
    Node,
    PartAdded,
    PartRemoved,
    PartReplaced,
    Regrouped,
    ValuesChanged,
)
from clas_policy.compare.normal import key, normal_amount, normal_condition, together
from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.references import of_amount, of_condition

_Parts: TypeAlias = tuple[Head, tuple[Node, ...]]


def condition_differences(old: c.Condition | None, new: c.Condition | None) -> Iterator[Difference]:
    """What differs between two conditions, either of which may be absent; nothing where they mean the same."""
    yield from _either(
        normal_condition(old) if old is not None else None, normal_condition(new) if new is not None else None
    )


def amount_differences(old: a.Amount | None, new: a.Amount | None) -> Iterator[Difference]:
    """What differs between two amounts, either of which may be absent; nothing where they come to the same."""
    yield from _either(normal_amount(old) if old is not None else None, normal_amount(new) if new is not None else None)


def _either(old: Node | None, new: Node | None, role: str | None = None) -> Iterator[Difference]:
    among = Head(role) if role is not None else None
    if old is not None and new is not None:
        yield from _between(old, new, role)
    elif new is not None:
        yield PartAdded(new, among)
    elif old is not None:
        yield PartRemoved(old, among)


def _between(old: Node, new: Node, role: str | None = None) -> Iterator[Difference]:
    if key(old) == key(new):
        return
    before, after = together(old), together(new)
    if before is None and after is None:
        yield from _alone(old, new, role)
        return
    # A part that stood alone, or a whole that is a part now, is that part among others.
    if before is None or key(old) in _keys(after):
        before = None
    if after is None or key(new) in _keys(before):
        after = None
    yield from _grouped(old, new, before, after, role)


def _grouped(
    old: Node, new: Node, before: _Parts | None, after: _Parts | None, role: str | None
) -> Iterator[Difference]:
    """Two nodes of which at least one has parts in any order."""
    olds = before[1] if before is not None else (old,)
    news = after[1] if after is not None else (new,)
    left, right = _leftovers(olds, news)
    pairs = _pairs(left, right)
    regrouped = before is not None and after is not None and before[0] != after[0]
    if not pairs and len(left) == len(olds):
        yield PartReplaced(old, new, role)
        return
    if before is not None and after is not None and regrouped:
        yield Regrouped(before[0], after[0], old, new)
    for one, other in pairs:
        yield from _between(one, other)
    stood, stands = before or after, after or before
    paired = {id(part) for pair in pairs for part in pair}
    for part in left:
        if id(part) not in paired:
            yield PartRemoved(part, stood[0] if stood else None)
    for part in right:
        if id(part) not in paired:
            yield PartAdded(part, stands[0] if stands else None)


def _keys(parts: _Parts | None) -> set[str]:
    return set(map(key, parts[1])) if parts is not None else set()


def _leftovers(olds: Sequence[Node], news: Sequence[Node]) -> tuple[list[Node], list[Node]]:
    """What stands on one side only, equal parts set against each other one by one."""
    common = Counter(map(key, olds)) & Counter(map(key, news))

    def without(parts: Sequence[Node]) -> list[Node]:
        left = common.copy()
        found = []
        for part in parts:
            if left[key(part)] > 0:
                left[key(part)] -= 1
            else:
                found.append(part)
        return found

    return without(olds), without(news)


def _pairs(olds: Sequence[Node], news: Sequence[Node]) -> list[tuple[Node, Node]]:
    """The parts that are most alike, each the other's best; and the last two that are left, whatever they are."""
    likeness = [[_likeness(old, new) for new in news] for old in olds]

    def best(scores: Sequence[int]) -> int | None:
        most = max(scores, default=0)
        return scores.index(most) if most and list(scores).count(most) == 1 else None

    columns = [[row[index] for row in likeness] for index in range(len(news))]
    found = [
        (row, column)
        for row, scores in enumerate(likeness)
        if (column := best(scores)) is not None and best(columns[column]) == row
    ]
    rest_of_old = set(range(len(olds))) - {row for row, _column in found}
    rest_of_new = set(range(len(news))) - {column for _row, column in found}
    if len(rest_of_old) == len(rest_of_new) == 1:
        found.append((rest_of_old.pop(), rest_of_new.pop()))
    return [(olds[row], news[column]) for row, column in sorted(found)]


def _likeness(old: Node, new: Node) -> int:
    """How much two parts read the same names; 0 where they share none."""
    shared = len(_names(old) & _names(new))
    return 2 * shared + (type(old) is type(new)) if shared else 0


def _names(node: Node) -> frozenset[Any]:
    match node:
        case a.Case(when=when, then=then):
            return frozenset((*of_condition(when), *of_amount(then)))
        case c.Reading(requires=requires):
            return frozenset(of_condition(requires))
        case _:
            return frozenset(of_amount(node) if isinstance(node, a.Amount) else of_condition(node))


def _alone(old: Node, new: Node, role: str | None) -> Iterator[Difference]:
    """Two nodes without parts in any order, which differ."""
    match old, new:
        case c.Not(item=one), c.Not(item=other):
            for difference in _between(one, other):
                if isinstance(difference, PartAdded | PartRemoved):
                    yield replace(difference, negated=not difference.negated)
                else:
                    yield difference
        case (c.Within() as one, c.Within() as other) if one.fact == other.fact:
            yield from _bounds(one, other)
        case (c.Sum() as one, c.Sum() as other) if one.fact == other.fact:
            yield from _bounds(one, other)
        case (c.Count() as one, c.Count() as other) if one.entity == other.entity:
            yield from _between(one.requires, other.requires)
            yield from _bounds(one, other)
        case c.AmountWithin() as one, c.AmountWithin() as other:
            yield from _between(one.amount, other.amount, "amount")
            yield from _bounds(one, other)
        case (c.OneOf() as one, c.OneOf() as other) if one.fact == other.fact:
            yield _values(one, other)
        case (c.Only() as one, c.Only() as other) if one.fact == other.fact:
            yield _values(one, other)
        case (c.Every() as one, c.Every() as other) if one.entity == other.entity:
            yield from _between(one.requires, other.requires)
        case (c.Some() as one, c.Some() as other) if one.entity == other.entity:
            yield from _between(one.requires, other.requires)
        case a.Share() as one, a.Share() as other:
            yield from _between(one.rate, other.rate, "rate")
            yield from _between(one.of, other.of, "of")
            yield from _either(one.counted_up_to, other.counted_up_to, "counted_up_to")
        case a.Minus() as one, a.Minus() as other:
            yield from _between(one.amount, other.amount, "minus")
            yield from _between(one.less, other.less, "minus")
        case a.FirstMatch() as one, a.FirstMatch() as other:
            yield from _cases(one.cases, other.cases)
            yield from _between(one.otherwise, other.otherwise, "otherwise")
        case a.Case() as one, a.Case() as other:
            yield from _between(one.when, other.when, "when")
            yield from _between(one.then, other.then, "then")
        case _:
            yield PartReplaced(old, new, role)


def _values(old: c.OneOf | c.Only, new: c.OneOf | c.Only) -> ValuesChanged:
    added = tuple(value for value in new.values if value not in old.values)
    removed = tuple(value for value in old.values if value not in new.values)
    return ValuesChanged(old.fact, added, removed, old, new)


_Interval: TypeAlias = c.Within | c.Sum | c.Count | c.AmountWithin


def _bounds(old: _Interval, new: _Interval) -> Iterator[Difference]:
    """The ends that moved, or that take the value itself in or out."""
    for is_lower in (True, False):
        before, after = _end(old, is_lower=is_lower), _end(new, is_lower=is_lower)
        if _end_key(before) != _end_key(after):
            yield BoundMoved(is_lower, before, after, old, new)


def _end(node: _Interval, *, is_lower: bool) -> Bound | None:
    bounds = node.bounds
    value = bounds.lower if is_lower else bounds.upper
    return Bound(value, bounds.lower_strict if is_lower else bounds.upper_strict) if value is not None else None


def _end_key(bound: Bound | None) -> tuple[str, bool] | None:
    return (key(bound.value), bound.strict) if bound is not None else None


def _cases(olds: tuple[a.Case, ...], news: tuple[a.Case, ...]) -> Iterator[Difference]:
    """Cases stand in order: those of the same condition where they stand in one order, else one by one."""
    before, after = [key(case.when) for case in olds], [key(case.when) for case in news]
    shared = [when for when in before if when in after]
    in_order = shared == [when for when in after if when in before] and len(set(shared)) == len(shared)
    if len(olds) == len(news) and not (in_order and shared):
        for old, new in zip(olds, news, strict=True):
            yield from _between(old, new)
        return
    if not in_order:
        shared = []
    for when in shared:
        yield from _between(olds[before.index(when)], news[after.index(when)])
    left = [case for case, when in zip(olds, before, strict=True) if when not in shared]
    right = [case for case, when in zip(news, after, strict=True) if when not in shared]
    if len(left) == len(right) == 1 and before.index(key(left[0].when)) == after.index(key(right[0].when)):
        yield from _between(left[0], right[0])
        return
    yield from (PartRemoved(case, Head("first_match")) for case in left)
    yield from (PartAdded(case, Head("first_match")) for case in right)
