"""Where two conditions or two amounts differ: the smallest parts, and nothing where they mean the same."""

from __future__ import annotations

import pytest

from clas_policy.compare.changes import (
    Bound,
    BoundMoved,
    Difference,
    Head,
    PartAdded,
    PartRemoved,
    PartReplaced,
    Regrouped,
    ValuesChanged,
)
from clas_policy.compare.trees import amount_differences, condition_differences
from clas_policy.model import amount as a
from clas_policy.model import condition as c

A, B, C, D = (c.FactIsTrue(f"base.{letter}") for letter in "abcd")
ONE, TWO = c.Literal(1), c.Literal(2)
COST = c.FactValue("base.cost")


def size(lower: c.Operand | None = None, upper: c.Operand | None = None, *, strict: bool = False) -> c.Within:
    return c.Within("base.size", c.Bounds(lower, upper, lower_strict=strict))


def parts(*items: c.Condition) -> c.All:
    return c.All(items)


def some(*items: c.Condition) -> c.AnyOf:
    return c.AnyOf(items)


ALL, ANY = Head("all"), Head("any")

SAME = {
    "another order": (parts(A, B, C), parts(C, A, B)),
    "a list of one": (A, parts(A)),
    "a list in a list": (parts(A, parts(B, C)), parts(A, B, C)),
    "an entry twice": (some(A, A, B), some(A, B)),
    "a double negation": (c.Not(c.Not(A)), A),
    "at least one": (c.AtLeast(1, (A, B)), some(A, B)),
    "at least all": (c.AtLeast(2, (A, B)), parts(A, B)),
    "another order of values": (c.OneOf("base.x", ("u", "v")), c.OneOf("base.x", ("v", "u"))),
    "in an aggregate": (c.Every("group", parts(A, B)), c.Every("group", parts(B, A))),
    "in an amount": (
        c.AmountWithin(a.Add((COST, ONE)), c.Bounds(ONE)),
        c.AmountWithin(a.Add((ONE, COST)), c.Bounds(ONE)),
    ),
}


@pytest.mark.parametrize(("old", "new"), SAME.values(), ids=SAME)
def test_what_means_the_same_does_not_differ(old: c.Condition, new: c.Condition) -> None:
    assert list(condition_differences(old, new)) == []
    assert list(condition_differences(new, old)) == []


NESTED = some(size(ONE), parts(A, size(TWO, strict=True)))
NESTED_INCLUSIVE = some(size(ONE), parts(A, size(TWO)))
DIFFERENT: dict[str, tuple[c.Condition | None, c.Condition | None, list[Difference]]] = {
    "an operand more": (parts(A, B), parts(A, B, C), [PartAdded(C, ALL)]),
    "an operand less": (some(A, B, C), some(A, C), [PartRemoved(B, ANY)]),
    "the last operand but one": (parts(A, B), A, [PartRemoved(B, ALL)]),
    "the second operand": (A, some(A, B), [PartAdded(B, ANY)]),
    "a whole that is a part now": (some(A, B), parts(some(A, B), C), [PartAdded(C, ALL)]),
    "a part that is the whole now": (some(parts(A, B), C), parts(A, B), [PartRemoved(C, ANY)]),
    "another fact": (parts(A, B, C), parts(A, B, D), [PartReplaced(C, D)]),
    "another fact alone": (A, B, [PartReplaced(A, B)]),
    "a negation": (A, c.Not(A), [PartReplaced(A, c.Not(A))]),
    "all for any": (parts(A, B), some(A, B), [Regrouped(ALL, ANY, parts(A, B), some(A, B))]),
    "any for all, with another operand": (
        some(A, B, C),
        parts(A, B, D),
        [Regrouped(ANY, ALL, some(A, B, C), parts(A, B, D)), PartReplaced(C, D)],
    ),
    "one more of at least": (
        c.AtLeast(2, (A, B, C)),
        c.AtLeast(2, (A, B, C, D)),
        [PartAdded(D, Head("at_least", 2))],
    ),
    "at least one more": (
        c.AtLeast(2, (A, B, C, D)),
        c.AtLeast(3, (A, B, C, D)),
        [Regrouped(Head("at_least", 2), Head("at_least", 3), c.AtLeast(2, (A, B, C, D)), c.AtLeast(3, (A, B, C, D)))],
    ),
    "nothing in common": (parts(A, B), parts(C, D), [PartReplaced(parts(A, B), parts(C, D))]),
    "a bound": (size(ONE), size(TWO), [BoundMoved(True, Bound(ONE, False), Bound(TWO, False), size(ONE), size(TWO))]),
    "a bound more": (
        size(ONE),
        size(ONE, TWO),
        [BoundMoved(False, None, Bound(TWO, False), size(ONE), size(ONE, TWO))],
    ),
    "strict for inclusive, deep inside": (
        NESTED_INCLUSIVE,
        NESTED,
        [BoundMoved(True, Bound(TWO, False), Bound(TWO, True), size(TWO), size(TWO, strict=True))],
    ),
    "a parameter for a number": (
        size(ONE),
        size(c.ParameterValue("least")),
        [
            BoundMoved(
                True,
                Bound(ONE, False),
                Bound(c.ParameterValue("least"), False),
                size(ONE),
                size(c.ParameterValue("least")),
            )
        ],
    ),
    "values of a choice": (
        c.OneOf("base.x", ("u", "v")),
        c.OneOf("base.x", ("v", "w")),
        [ValuesChanged("base.x", ("w",), ("u",), c.OneOf("base.x", ("u", "v")), c.OneOf("base.x", ("v", "w")))],
    ),
    "under a negation": (c.Not(some(A, B)), c.Not(some(A, B, C)), [PartAdded(C, ANY, negated=True)]),
    "in an aggregate": (c.Some("group", parts(A, B)), c.Some("group", parts(A, B, C)), [PartAdded(C, ALL)]),
    "every for some": (
        c.Every("group", A),
        c.Some("group", A),
        [PartReplaced(c.Every("group", A), c.Some("group", A))],
    ),
    "a condition where there was none": (None, A, [PartAdded(A, None)]),
    "no condition any more": (A, None, [PartRemoved(A, None)]),
}


@pytest.mark.parametrize(("old", "new", "found"), DIFFERENT.values(), ids=DIFFERENT)
def test_the_smallest_parts_that_differ(
    old: c.Condition | None, new: c.Condition | None, found: list[Difference]
) -> None:
    assert list(condition_differences(old, new)) == found


RATE = c.ParameterValue("rate")
CAP = c.ParameterValue("cap")
AMOUNTS: dict[str, tuple[a.Amount | None, a.Amount | None, list[Difference]]] = {
    "no ceiling any more": (
        a.Share(RATE, COST, CAP),
        a.Share(RATE, COST),
        [PartRemoved(CAP, Head("counted_up_to"))],
    ),
    "another rate": (a.Share(RATE, COST), a.Share(ONE, COST), [PartReplaced(RATE, ONE, "rate")]),
    "an amount more": (a.Add((COST, ONE)), a.Add((COST, ONE, TWO)), [PartAdded(TWO, Head("add"))]),
    "the smallest for the largest": (
        a.Smallest((COST, ONE)),
        a.Largest((COST, ONE)),
        [Regrouped(Head("smallest_of"), Head("largest_of"), a.Smallest((COST, ONE)), a.Largest((COST, ONE)))],
    ),
    "what is taken off": (a.Minus(COST, ONE), a.Minus(COST, TWO), [PartReplaced(ONE, TWO, "minus")]),
    "the amount of a case": (
        a.FirstMatch((a.Case(A, ONE), a.Case(B, ONE)), ONE),
        a.FirstMatch((a.Case(A, ONE), a.Case(B, TWO)), ONE),
        [PartReplaced(ONE, TWO, "then")],
    ),
    "the condition of a case": (
        a.FirstMatch((a.Case(A, ONE), a.Case(B, TWO)), ONE),
        a.FirstMatch((a.Case(A, ONE), a.Case(C, TWO)), ONE),
        [PartReplaced(B, C, "when")],
    ),
    "a case more, first": (
        a.FirstMatch((a.Case(A, ONE),), ONE),
        a.FirstMatch((a.Case(B, TWO), a.Case(A, ONE)), ONE),
        [PartAdded(a.Case(B, TWO), Head("first_match"))],
    ),
    "the other cases": (
        a.FirstMatch((a.Case(A, ONE),), ONE),
        a.FirstMatch((a.Case(A, ONE),), TWO),
        [PartReplaced(ONE, TWO, "otherwise")],
    ),
    "the order of cases": (
        a.FirstMatch((a.Case(A, ONE), a.Case(B, TWO)), ONE),
        a.FirstMatch((a.Case(B, TWO), a.Case(A, ONE)), ONE),
        [
            PartReplaced(A, B, "when"),
            PartReplaced(ONE, TWO, "then"),
            PartReplaced(B, A, "when"),
            PartReplaced(TWO, ONE, "then"),
        ],
    ),
    "an entitlement for an amount": (
        a.GrantAmount("help"),
        a.IfGranted("help"),
        [PartReplaced(a.GrantAmount("help"), a.IfGranted("help"))],
    ),
    "no cap any more": (COST, None, [PartRemoved(COST, None)]),
}


@pytest.mark.parametrize(("old", "new", "found"), AMOUNTS.values(), ids=AMOUNTS)
def test_the_smallest_amounts_that_differ(old: a.Amount | None, new: a.Amount | None, found: list[Difference]) -> None:
    assert list(amount_differences(old, new)) == found


def test_amounts_that_come_to_the_same_do_not_differ() -> None:
    nested, flat = a.Add((a.Add((COST, ONE)), TWO)), a.Add((TWO, ONE, COST))
    assert list(amount_differences(nested, flat)) == []
    assert list(amount_differences(a.Largest((COST, COST)), COST)) == []
    assert list(amount_differences(a.Add((COST, COST)), COST)) == [PartRemoved(COST, Head("add"))]
