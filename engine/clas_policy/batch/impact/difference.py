"""One dossier under two policies: what each grant comes to before and after, and whether somebody gains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from clas_policy.batch.impact.verdict import ABSENT, REFUSED, Line, Results, Scope, Verdict, scopes
from clas_policy.explain.ranges import UNBOUNDED, End
from clas_policy.model.decision import Outcome
from clas_policy.model.policy import Policy
from clas_policy.model.truth import Truth


class Kind(StrEnum):
    """What becomes of a dossier or a member."""

    SAME = "same"
    GAIN = "gain"
    LOSS = "loss"
    STATUS = "status"
    """What it gets is the same; something else changes: an outcome, or who still has to agree."""
    OPEN = "open"
    """Something undetermined changes: whether it is a gain or a loss cannot be told."""


class GrantChange(NamedTuple):
    """A grant that changes, for the dossier (`position` None) or the member at a position of its list."""

    grant: str
    entity: str | None
    position: int | None
    before: Line
    after: Line


class Unit(NamedTuple):
    """A dossier or a member: what is due or eligible in all, before and after, in cents.

    Of a gain or a loss, the difference may leave out what is undetermined; its sign is sure.
    """

    kind: Kind
    before: int
    after: int


class Difference(NamedTuple):
    """A dossier under two policies.

    `lines` are all its grants, changed or not; `members` the units of each list that is given.
    """

    outcomes: tuple[Outcome, Outcome]
    unit: Unit
    members: dict[str, list[Unit]]
    lines: list[GrantChange]
    changes: list[GrantChange]
    truths: list[tuple[str, Truth, Truth]]
    """The rules of both policies that change, each as often as it does."""


class Pair:
    """The scope of the dossier or of an entity, in both policies.

    `grants` are those of either, with where they stand in their scope (None: not there); `rules` those of both.
    """

    def __init__(self, before: Scope | None, after: Scope | None) -> None:
        nothing = Scope((), ())
        before, after = before or nothing, after or nothing
        names = dict.fromkeys((*before.grants, *after.grants))
        self.grants = tuple((name, _index(name, before.grants), _index(name, after.grants)) for name in names)
        self.rules = tuple(
            (name, before.rules.index(name), after.rules.index(name)) for name in before.rules if name in after.rules
        )

    def lines(self, before: Results | None, after: Results | None) -> Iterator[tuple[str, Line, Line]]:
        """The grants before and after; where there is no such member in a policy, it gives none."""
        for name, one, other in self.grants:
            yield (
                name,
                ABSENT if before is None or one is None else before.lines[one],
                ABSENT if after is None or other is None else after.lines[other],
            )


def _index(name: str, names: Sequence[str]) -> int | None:
    return names.index(name) if name in names else None


class Comparer:
    """Puts the verdicts of two policies side by side; grants and rules are the same where their names are."""

    def __init__(self, before: Policy, after: Policy) -> None:
        sides = scopes(before), scopes(after)
        self.own = Pair(sides[0][None], sides[1][None])
        entities = dict.fromkeys((*before.entities, *after.entities))
        self.entities = {entity: Pair(sides[0].get(entity), sides[1].get(entity)) for entity in entities}

    def compare(self, before: Verdict, after: Verdict) -> Difference:
        lines = [
            GrantChange(name, None, None, one, other) for name, one, other in self.own.lines(before.own, after.own)
        ]
        truths = list(_truths(self.own, before.own, after.own))
        members: dict[str, list[Unit]] = {}
        for entity, pair in self.entities.items():
            one, other = before.members.get(entity), after.members.get(entity)
            if entity in (before.absent if one is not None else after.absent):
                lines += _whoever(entity, pair, one, other)
                continue
            units = members[entity] = []
            for position in range(len(one if one is not None else other or ())):
                results = (one[position] if one is not None else None, other[position] if other is not None else None)
                own = [GrantChange(name, entity, position, *found) for name, *found in pair.lines(*results)]
                units.append(_unit(own))
                lines += own
                if results[0] is not None and results[1] is not None:
                    truths += _truths(pair, results[0], results[1])
        outcomes = before.outcome, after.outcome
        unit = _unit(lines)
        if unit.kind is Kind.SAME and outcomes[0] != outcomes[1]:
            unit = unit._replace(kind=Kind.STATUS)
        changes = [line for line in lines if is_change(line)]
        return Difference(outcomes, unit, members, lines, changes, truths)


def _truths(pair: Pair, before: Results, after: Results) -> Iterator[tuple[str, Truth, Truth]]:
    for name, one, other in pair.rules:
        if before.truths[one] is not after.truths[other]:
            yield name, before.truths[one], after.truths[other]


def _whoever(
    entity: str, pair: Pair, before: Sequence[Results] | None, after: Sequence[Results] | None
) -> Iterator[GrantChange]:
    """The grants of a list that is absent: nothing where they are refused whoever the members are, else anything."""
    one = before[0] if before is not None else None
    other = after[0] if after is not None else None
    for name, *found in pair.lines(one, other):
        first, second = (line if line[0] in ("refused", "absent") else ("undetermined", 0, None) for line in found)
        yield GrantChange(name, entity, None, first, second)


def _unit(lines: Sequence[GrantChange]) -> Unit:
    """What becomes of somebody, from all grants: a gain or a loss where it is sure, whatever is still unknown."""
    before = after = 0
    low: End = 0
    high: End = 0
    changed = False
    for line in lines:
        one, other = line.before, line.after
        before += settled(one)
        after += settled(other)
        if is_change(line):
            changed = True
            (least, most), (lower, upper) = _paid(one), _paid(other)
            low, high = low + lower - most, high + upper - least
    if not changed:
        return Unit(Kind.SAME, before, after)
    if low > 0:
        return Unit(Kind.GAIN, before, after)
    if high < 0:
        return Unit(Kind.LOSS, before, after)
    return Unit(Kind.STATUS if low == high == 0 else Kind.OPEN, before, after)


def _paid(line: Line) -> tuple[End, End]:
    """What is paid by a grant at least and at the most, an accord that is awaited taken as given."""
    high: End = UNBOUNDED if line[2] is None else line[2]
    return (0 if line[0] == "undetermined" else high), high


def is_change(line: GrantChange) -> bool:
    """Whether a grant changes for somebody; one that is refused and one that there is not are alike."""
    return line.before != line.after and {line.before, line.after} != {REFUSED, ABSENT}


def settled(line: Line) -> int:
    """What is due or eligible by a grant, in cents; nothing of what is undetermined."""
    return 0 if line[0] == "undetermined" or line[2] is None else line[2]
