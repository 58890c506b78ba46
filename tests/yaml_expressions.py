"""Random conditions and amounts, as policy files write them, over the names that there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from hypothesis import strategies as st
from tests.yaml_names import NUMBERS, Known, figure, values_of
from tests.yaml_writing import Tree

from clas_policy.model.fact import Type

T = TypeVar("T")

_BOUNDS = {Type.DATE: (("on_or_after", "after"), ("on_or_before", "before"))}


@dataclass
class Expressions:
    """Writes conditions and amounts that compose: in scope, of the right types, and no interval that is empty."""

    draw: Callable[[st.SearchStrategy[Any]], Any]
    known: Known
    is_draft: bool = False

    def pick(self, options: Sequence[T]) -> T:
        chosen: T = options[self.draw(st.integers(0, len(options) - 1))]
        return chosen

    def chance(self, one_in: int) -> bool:
        return bool(self.draw(st.integers(1, one_in)) == one_in)

    def several(self, make: Callable[[], Tree], least: int = 1, most: int = 3) -> list[Tree]:
        return [make() for _ in range(self.draw(st.integers(least, most)))]

    def subset(self, options: Sequence[str], most: int = 3) -> list[Tree]:
        return list(self.draw(st.lists(st.sampled_from(options), min_size=1, max_size=most, unique=True)))

    def fact(self, scope: str | None, *kinds: Type) -> str:
        return self.pick(self.known.of("facts", scope, *kinds)).name

    def new_value(self, kind: Type) -> tuple[Any, ...]:
        """What to write for a value, and the value where there is one."""
        if self.is_draft and self.chance(4):
            return ("to_confirm",)
        value = self.draw(values_of(kind))
        return figure(kind, value), value

    def operand(self, kind: Type, scope: str | None) -> tuple[str, tuple[Any, ...]]:
        """What is written, and the values that the policy alone gives it."""
        parameters = self.known.of("parameters", None, kind)
        facts = self.known.of("facts", scope, kind)
        which = self.pick(("literal", *(("parameter",) if parameters else ()), *(("fact",) if facts else ())))
        if which == "parameter":
            parameter = self.pick(parameters)
            return parameter.name, parameter.values
        if which == "fact":
            return self.pick(facts).name, ()
        text, *found = self.new_value(kind)
        return text, tuple(found)

    # -- conditions

    def condition(self, scope: str | None, depth: int, *, aggregates: bool = True, grants: bool = True) -> Tree:
        """A condition over the names of a scope.

        `aggregates`: whether it stands at the dossier's level; `grants`: whether it may stand behind a grant.
        """
        leaves: list[Callable[[], Tree]] = [
            lambda: self.fact(scope, Type.BOOLEAN),
            lambda: self.within(scope),
            lambda: self.chosen(scope),
        ]
        rules = [rule for section in ("criteria", "deadlines", "grants") for rule in self.known.of(section, scope)]
        named = [rule.name for rule in rules if grants or not rule.late]
        if named:
            leaves += [lambda: self.pick(named)] * 2
        if depth == 0:
            return self.pick(leaves)()

        def inner() -> Tree:
            return self.condition(scope, depth - 1, aggregates=aggregates, grants=grants)

        branches: list[Callable[[], Tree]] = [
            lambda: {"not": inner()},
            lambda: self.several(inner),
            lambda: {"all": self.several(inner)},
            lambda: {"any": self.several(inner)},
            lambda: self.at_least(self.several(inner)),
            lambda: self.amount_within(scope, depth - 1, aggregates=aggregates, grants=grants),
        ]
        if aggregates and scope is None and self.known.entities:
            branches.append(lambda: self.aggregate(depth - 1, grants=grants))
            branches.append(self.sum)
        return self.pick([*leaves, *branches])()

    def at_least(self, items: list[Tree]) -> Tree:
        return {"at_least": str(self.draw(st.integers(1, len(items)))), "of": items}

    def chosen(self, scope: str | None) -> Tree:
        fact = self.pick(self.known.of("facts", scope, Type.CHOICE, Type.CHOICES))
        alone, among = ("is", "one_of") if fact.type is Type.CHOICE else ("includes", "only")
        if self.chance(2):
            return {"fact": fact.name, alone: self.pick(fact.options)}
        return {"fact": fact.name, among: self.subset(fact.options)}

    def within(self, scope: str | None) -> Tree:
        kind = self.pick([kind for kind in NUMBERS if self.known.of("facts", scope, kind)])
        return {"fact": self.fact(scope, kind), **self.bounds(kind, scope)}

    def bounds(self, kind: Type, scope: str | None) -> dict[str, Tree]:
        """An interval that something may lie in, as far as the policy alone says."""
        lower_keys, upper_keys = _BOUNDS.get(kind, (("from", "above"), ("to", "below")))
        which = self.pick(("lower", "upper", "both"))
        low, lows = self.operand(kind, scope) if which != "upper" else ("", ())
        high, highs = self.operand(kind, scope) if which != "lower" else ("", ())
        found: dict[str, Tree] = {}
        if low:
            found[self.pick(lower_keys)] = low
        if high and not (lows and highs and max(lows) >= min(highs)):
            found[self.pick(upper_keys)] = high
        return found

    def aggregate(self, depth: int, *, grants: bool) -> Tree:
        entity = self.pick(self.known.entities)
        requires = self.condition(entity, depth, aggregates=False, grants=grants)
        head = self.pick(("every", "some", "count"))
        return {head: entity, "requires": requires, **(self.bounds(Type.INTEGER, None) if head == "count" else {})}

    def sum(self) -> Tree:
        summed = (Type.INTEGER, Type.MONEY)
        facts = [fact for entity in self.known.entities for fact in self.known.of("facts", entity, *summed)]
        fact = self.pick([fact for fact in facts if fact.scope])
        return {"sum": fact.name, **self.bounds(fact.type or Type.INTEGER, None)}

    def amount_within(self, scope: str | None, depth: int, *, aggregates: bool, grants: bool) -> Tree:
        def amount(depth: int = depth) -> Tree:
            return self.amount(scope, depth, aggregates=aggregates, grants=grants)

        bounds: dict[str, Tree] = {self.pick(("from", "above", "to", "below")): amount()}
        if bounds.keys() <= {"from", "above"} and self.chance(3):
            # A sum, so that the policy alone does not say that nothing lies between the two.
            bounds[self.pick(("to", "below"))] = {"add": [amount(0)]}
        return {"amount": amount(), **bounds}

    # -- amounts

    def amount(self, scope: str | None, depth: int, *, aggregates: bool = True, grants: bool = True) -> Tree:
        """An amount over the names of a scope."""
        leaves: list[Callable[[], Tree]] = [lambda: self.operand(Type.MONEY, scope)[0]]
        held = [grant.name for grant in self.known.of("grants", scope)] if grants else []
        if held:
            leaves.append(lambda: self.pick(held))
            leaves.append(lambda: {"if_granted": self.pick(held)})
        totals = [name.name for name in self.known.names if name.section == "grants" and name.scope]
        if aggregates and grants and scope is None and totals:
            leaves.append(lambda: {"total": self.pick(totals)})
        if depth == 0:
            return self.pick(leaves)()

        def inner() -> Tree:
            return self.amount(scope, depth - 1, aggregates=aggregates, grants=grants)

        def case() -> Tree:
            when = self.condition(scope, depth - 1, aggregates=aggregates, grants=grants)
            return {"when": when, "then": inner()}

        def share() -> Tree:
            ceiling: dict[str, Tree] = {"counted_up_to": inner()} if self.chance(2) else {}
            return {"rate": self.operand(Type.RATE, scope)[0], "of": inner(), **ceiling}

        branches: list[Callable[[], Tree]] = [
            share,
            lambda: {"add": self.several(inner)},
            lambda: {"minus": [inner(), inner()]},
            lambda: {"smallest_of": self.several(inner)},
            lambda: {"largest_of": self.several(inner)},
            lambda: {"first_match": self.several(case, 1, 2), "otherwise": inner()},
        ]
        return self.pick([*leaves, *branches])()
