"""The forms of conditions and amounts: which head takes which keys, and where they stand in a policy file.

The JSON Schema says the same for editors, and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import field
from enum import Enum, auto
from typing import Final

from clas_policy.frozen import dataclass


class Kind(Enum):
    """What may stand at a key of a form."""

    SCALAR = auto()
    SCALARS = auto()
    CONDITION = auto()
    CONDITIONS = auto()
    AMOUNT = auto()
    AMOUNTS = auto()
    TWO_AMOUNTS = auto()
    CASES = auto()


@dataclass(frozen=True, slots=True)
class Family:
    """Comparisons that may stand together: at most one key of each slot."""

    slots: tuple[tuple[str, ...], ...]
    kind: Kind = Kind.SCALAR

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(key for slot in self.slots for key in slot)


@dataclass(frozen=True, slots=True)
class Form:
    """The keys of one head: those it needs, those it may have, and its comparisons, of which one family is due."""

    needs: Map[str, Kind]
    may_have: Map[str, Kind] = field(default_factory=dict)
    families: tuple[Family, ...] = ()

    @property
    def keys(self) -> dict[str, Kind]:
        comparisons = {key: family.kind for family in self.families for key in family.keys}
        return {**self.needs, **self.may_have, **comparisons}


_RANGE: Final = (("from", "above"), ("to", "below"))
WITHIN: Final = Family(_RANGE)
WITHIN_AMOUNTS: Final = Family(_RANGE, Kind.AMOUNT)
COMPARISONS: Final = (
    WITHIN,
    Family((("is",),)),
    Family((("one_of",),), Kind.SCALARS),
    Family((("includes",),)),
    Family((("only",),), Kind.SCALARS),
    Family((("on_or_after", "after"), ("on_or_before", "before"))),
)
"""What a fact can be compared with: one of these families, never two."""

CONDITIONS: Final[Map[str, Form]] = {
    "not": Form({"not": Kind.CONDITION}),
    "all": Form({"all": Kind.CONDITIONS}),
    "any": Form({"any": Kind.CONDITIONS}),
    "at_least": Form({"at_least": Kind.SCALAR, "of": Kind.CONDITIONS}),
    "fact": Form({"fact": Kind.SCALAR}, families=COMPARISONS),
    "amount": Form({"amount": Kind.AMOUNT}, families=(WITHIN_AMOUNTS,)),
    "every": Form({"every": Kind.SCALAR, "requires": Kind.CONDITION}),
    "some": Form({"some": Kind.SCALAR, "requires": Kind.CONDITION}),
    "count": Form({"count": Kind.SCALAR, "requires": Kind.CONDITION}, families=(WITHIN,)),
    "sum": Form({"sum": Kind.SCALAR}, families=(WITHIN,)),
}
AMOUNTS: Final[Map[str, Form]] = {
    "rate": Form({"rate": Kind.SCALAR, "of": Kind.AMOUNT}, {"counted_up_to": Kind.AMOUNT}),
    "add": Form({"add": Kind.AMOUNTS}),
    "minus": Form({"minus": Kind.TWO_AMOUNTS}),
    "smallest_of": Form({"smallest_of": Kind.AMOUNTS}),
    "largest_of": Form({"largest_of": Kind.AMOUNTS}),
    "first_match": Form({"first_match": Kind.CASES, "otherwise": Kind.AMOUNT}),
    "total": Form({"total": Kind.SCALAR}),
    "if_granted": Form({"if_granted": Kind.SCALAR}),
}
CASE: Final = Form({"when": Kind.CONDITION, "then": Kind.AMOUNT})
NOT_YET: Final = ("listed_in",)
"""Keys of the language that this version does not read."""

PLACES: Final[tuple[tuple[tuple[str, ...], Kind], ...]] = (
    (("criteria", "*", "only_if"), Kind.CONDITION),
    (("criteria", "*", "requires"), Kind.CONDITION),
    (("criteria", "*", "readings", "*", "requires"), Kind.CONDITION),
    (("grants", "*", "requires"), Kind.CONDITION),
    (("grants", "*", "amount"), Kind.AMOUNT),
    (("grants", "*", "at_most"), Kind.AMOUNT),
    (("replace", "*", "requires"), Kind.CONDITION),
    (("replace", "*", "amount"), Kind.AMOUNT),
    (("replace", "*", "at_most"), Kind.AMOUNT),
    (("deadlines", "*", "extensions", "*", "when"), Kind.CONDITION),
    (("orientations", "*", "requires"), Kind.CONDITION),
)
"""Where conditions and amounts stand in a policy file; ``*`` is any key or position."""
