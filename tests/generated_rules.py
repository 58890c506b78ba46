"""Writes random rules over a random vocabulary, one after the other, for `generation`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

from hypothesis import strategies as st

from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.fact import Derivation, Fact, Option, Origin, Type
from clas_policy.model.policy import Criterion, Deadline, Effect, Extension, Grant, Parameter
from clas_policy.source import Span

T = TypeVar("T")

LAYER = "essai/referentiel-1"
FILE = f"policies/{LAYER}.yaml"
OPTIONS = ("rouge", "vert", "bleu")
FIRST_DAY = date(2024, 9, 1)
NUMBERS = (Type.INTEGER, Type.MONEY, Type.RATE, Type.DATE)


def values_of(kind: Type) -> st.SearchStrategy[Any]:
    """Values of a type; few, so that bounds are met and crossed."""
    match kind:
        case Type.BOOLEAN:
            return st.booleans()
        case Type.INTEGER:
            return st.integers(0, 12)
        case Type.MONEY:
            return st.sampled_from((0, 1, 5, 50, 99, 100, 101, 32_900, 33_333, 848_700, 848_701)) | st.integers(
                0, 20_000
            )
        case Type.RATE:
            return st.sampled_from((0, 1, 325_000, 333_333, 500_000, 1_000_000)) | st.integers(0, 1_000_000)
        case Type.DATE:
            return st.integers(0, 9).map(lambda days: FIRST_DAY + timedelta(days))
        case Type.CHOICE:
            return st.sampled_from(OPTIONS)
        case Type.CHOICES:
            return st.frozensets(st.sampled_from(OPTIONS))
        case Type.TEXT:
            return st.sampled_from(("", "un texte", "« l'été »", 'un "mot"'))


@dataclass
class Author:
    """Writes one policy, rule after rule; a rule names only what is already there."""

    draw: Callable[[st.SearchStrategy[Any]], Any]
    facts: dict[str, Fact] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    entities: list[str] = field(default_factory=list)
    criteria: dict[str, Criterion] = field(default_factory=dict)
    deadlines: dict[str, Deadline] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    late: set[str] = field(default_factory=set)
    """The criteria that a grant may stand behind: admissibility cannot depend on them."""
    line: int = 0

    # -- small things

    def pick(self, options: Sequence[T]) -> T:
        chosen: T = self.draw(st.sampled_from(options))
        return chosen

    def chance(self, one_in: int) -> bool:
        return bool(self.draw(st.integers(1, one_in)) == one_in)

    def at(self) -> Span:
        self.line += 1
        return Span(FILE, self.line, 3, self.line, 9)

    def origin(self) -> Origin:
        return Origin(LAYER, "doc, §1", None, self.at())

    def several(self, make: Callable[[], T], least: int = 1, most: int = 3) -> tuple[T, ...]:
        return tuple(make() for _ in range(self.draw(st.integers(least, most))))

    # -- vocabulary

    def vocabulary(self) -> None:
        self.entities = self.pick(([], ["groupe"], ["groupe"], ["groupe", "lieu"]))
        for scope in (None, *self.entities):
            for kind in Type:
                for number in range(3 if kind is Type.BOOLEAN else 1 + self.chance(3)):
                    self.fact(f"{scope or 'base'}.{kind.value}_{number}", kind, scope)
        for kind in NUMBERS:
            for number in range(2):
                value = None if self.chance(8) else self.draw(values_of(kind))
                name = f"chiffre_{kind.value}_{number}"
                self.parameters[name] = Parameter(name, kind, f"Le {name}", value, self.origin(), self.origin())

    def fact(self, name: str, kind: Type, scope: str | None) -> None:
        minimum = maximum = None
        if kind in (Type.INTEGER, Type.MONEY, Type.RATE):
            minimum = self.pick((None, None, 0, -300 if kind is not Type.RATE else 0))
            maximum = self.pick((None, None, 12, 20_000 if kind is not Type.INTEGER else 12))
        options = (
            tuple(Option(value, value.title()) for value in OPTIONS) if kind in (Type.CHOICE, Type.CHOICES) else ()
        )
        derivation = None
        readable = [other for other, fact in self.facts.items() if fact.entity in (None, scope)]
        if readable and self.chance(8):
            derivation = Derivation(
                "essai/calcul",
                tuple(self.draw(st.lists(st.sampled_from(readable), min_size=1, max_size=2, unique=True))),
                self.origin(),
            )
        self.facts[name] = Fact(
            name,
            kind,
            f"Le fait {name}",
            self.origin(),
            scope,
            question=f"Quel est {name} ?" if self.chance(2) else None,
            minimum=minimum,
            maximum=maximum,
            options=options,
            derivation=derivation,
        )

    def facts_of(self, scope: str | None, *kinds: Type) -> list[str]:
        return [name for name, fact in self.facts.items() if fact.entity in (None, scope) and fact.type in kinds]

    # -- conditions

    def condition(self, scope: str | None, depth: int, *, aggregates: bool, grants: bool) -> c.Condition:
        """A condition over the names of a scope; `aggregates` where it stands at the dossier's level."""
        leaves: list[Callable[[], c.Condition]] = [
            lambda: c.FactIsTrue(self.pick(self.facts_of(scope, Type.BOOLEAN)), self.at()),
            lambda: self.within(scope),
            lambda: c.OneOf(self.pick(self.facts_of(scope, Type.CHOICE)), self.options(), self.at()),
            lambda: c.Includes(self.pick(self.facts_of(scope, Type.CHOICES)), self.pick(OPTIONS), self.at()),
            lambda: c.Only(self.pick(self.facts_of(scope, Type.CHOICES)), self.options(), self.at()),
        ]
        criteria = [
            name
            for name, rule in self.criteria.items()
            if rule.entity in (None, scope) and (grants or name not in self.late)
        ]
        deadlines = [name for name, rule in self.deadlines.items() if rule.entity in (None, scope)]
        held = [name for name, rule in self.grants.items() if grants and rule.entity in (None, scope)]
        if criteria:
            leaves.append(lambda: c.CriterionMet(self.pick(criteria), self.at()))
        if deadlines:
            leaves.append(lambda: c.DeadlineMet(self.pick(deadlines), self.at()))
        if held:
            leaves.append(lambda: c.GrantEntitled(self.pick(held), self.at()))
        if depth == 0:
            return self.pick(leaves)()

        def inner() -> c.Condition:
            return self.condition(scope, depth - 1, aggregates=aggregates, grants=grants)

        branches: list[Callable[[], c.Condition]] = [
            lambda: c.Not(inner(), self.at()),
            lambda: c.All(self.several(inner), self.at()),
            lambda: c.AnyOf(self.several(inner), self.at()),
            lambda: self.at_least(self.several(inner)),
            lambda: self.amount_within(scope, depth - 1, aggregates=aggregates, grants=grants),
        ]
        if aggregates and scope is None and self.entities:
            branches.append(lambda: self.aggregate(depth - 1, grants=grants))
            branches.append(self.sum)
        return self.pick([*leaves, *branches, *branches])()

    def options(self) -> tuple[str, ...]:
        return tuple(self.draw(st.lists(st.sampled_from(OPTIONS), min_size=1, max_size=3, unique=True)))

    def at_least(self, items: tuple[c.Condition, ...]) -> c.Condition:
        return c.AtLeast(self.draw(st.integers(1, len(items))), items, self.at())

    def operand(self, kind: Type, scope: str | None) -> c.Operand:
        which = self.pick(("literal", "parameter", "fact"))
        if which == "parameter":
            names = [name for name, parameter in self.parameters.items() if parameter.type is kind]
            return c.ParameterValue(self.pick(names), self.at())
        if which == "fact":
            return c.FactValue(self.pick(self.facts_of(scope, kind)), self.at())
        return c.Literal(self.draw(values_of(kind)), self.at())

    def known(self, operand: c.Operand | None) -> Any:
        match operand:
            case c.Literal(value=value):
                return value
            case c.ParameterValue(parameter=name):
                return self.parameters[name].value
            case _:
                return None

    def bounds(self, kind: Type, scope: str | None) -> c.Bounds[c.Operand]:
        """An interval that something may lie in, as far as the policy alone says."""
        which = self.pick(("lower", "upper", "both"))
        lower = self.operand(kind, scope) if which != "upper" else None
        upper = self.operand(kind, scope) if which != "lower" else None
        strict_lower, strict_upper = lower is not None and self.chance(3), upper is not None and self.chance(3)
        low, high = self.known(lower), self.known(upper)
        if low is not None and high is not None:
            if low > high:
                lower, upper = upper, lower
            if low == high:
                strict_lower = strict_upper = False
        return c.Bounds(lower, upper, strict_lower, strict_upper)

    def within(self, scope: str | None) -> c.Condition:
        kind = self.pick(NUMBERS)
        return c.Within(self.pick(self.facts_of(scope, kind)), self.bounds(kind, scope), self.at())

    def aggregate(self, depth: int, *, grants: bool) -> c.Condition:
        entity = self.pick(self.entities)
        requires = self.condition(entity, depth, aggregates=False, grants=grants)
        match self.pick(("every", "some", "count")):
            case "every":
                return c.Every(entity, requires, self.at())
            case "some":
                return c.Some(entity, requires, self.at())
            case _:
                return c.Count(entity, requires, self.bounds(Type.INTEGER, None), self.at())

    def sum(self) -> c.Condition:
        entity = self.pick(self.entities)
        kind = self.pick((Type.INTEGER, Type.MONEY))
        fact = self.pick([name for name in self.facts_of(entity, kind) if self.facts[name].entity == entity])
        return c.Sum(fact, entity, self.bounds(kind, None), self.at())

    # -- amounts

    def amount_within(self, scope: str | None, depth: int, *, aggregates: bool, grants: bool) -> c.Condition:
        def amount() -> a.Amount:
            return self.amount(scope, depth, aggregates=aggregates, grants=grants)

        which = self.pick(("lower", "upper", "both"))
        lower = amount() if which != "upper" else None
        upper = amount() if which != "lower" else None
        if isinstance(lower, c.Literal) and isinstance(upper, c.Literal):
            upper = None
        strict_lower, strict_upper = lower is not None and self.chance(3), upper is not None and self.chance(3)
        return c.AmountWithin(amount(), c.Bounds(lower, upper, strict_lower, strict_upper), self.at())

    def amount(self, scope: str | None, depth: int, *, aggregates: bool, grants: bool) -> a.Amount:
        held = [name for name, rule in self.grants.items() if grants and rule.entity in (None, scope)]
        leaves: list[Callable[[], a.Amount]] = [lambda: self.operand(Type.MONEY, scope)]
        if held:
            leaves.append(lambda: a.GrantAmount(self.pick(held), self.at()))
            leaves.append(lambda: a.IfGranted(self.pick(held), self.at()))
        totals = [(name, rule.entity) for name, rule in self.grants.items() if grants and rule.entity is not None]
        if aggregates and scope is None and totals:
            leaves.append(lambda: a.Total(*self.pick(totals), self.at()))
        if depth == 0:
            return self.pick(leaves)()

        def inner() -> a.Amount:
            return self.amount(scope, depth - 1, aggregates=aggregates, grants=grants)

        def case() -> a.Case:
            when = self.condition(scope, depth - 1, aggregates=aggregates, grants=grants)
            return a.Case(when, inner(), self.at())

        branches: list[Callable[[], a.Amount]] = [
            lambda: a.Share(self.operand(Type.RATE, scope), inner(), inner() if self.chance(2) else None, self.at()),
            lambda: a.Add(self.several(inner), self.at()),
            lambda: a.Minus(inner(), inner(), self.at()),
            lambda: a.Smallest(self.several(inner), self.at()),
            lambda: a.Largest(self.several(inner), self.at()),
            lambda: a.FirstMatch(self.several(case, 1, 2), inner(), self.at()),
        ]
        return self.pick([*leaves, *branches, *branches])()

    # -- rules

    def scope(self) -> str | None:
        return self.pick((None, *self.entities))

    def criterion(self, name: str, *, grants: bool) -> None:
        scope = self.scope()

        def condition(depth: int = 2) -> c.Condition:
            return self.condition(scope, depth, aggregates=True, grants=grants)

        requires: c.Condition
        if self.chance(4):
            readings = [
                c.Reading(f"lecture_{number}", f"Lecture {number}", condition(1), self.at()) for number in (1, 2, 3)
            ]
            requires = c.OpenReadings(tuple(readings[: self.pick((2, 3))]), self.at())
        else:
            requires = condition()
        only_if = condition(1) if self.chance(3) else None
        self.criteria[name] = Criterion(name, f"Le critère {name}", scope, requires, self.origin(), only_if)
        if grants:
            self.late.add(name)

    def deadline(self, name: str) -> None:
        scope = self.scope()
        fact = self.pick(self.facts_of(scope, Type.DATE))
        days = sorted(self.draw(st.sets(st.sampled_from(range(10)), min_size=3, max_size=3)))
        opens, last, later = (c.Literal(FIRST_DAY + timedelta(day), self.at()) for day in days)
        opened: c.Condition | None = c.Within(fact, c.Bounds(opens), self.at()) if self.chance(2) else None
        in_time: c.Condition = c.Within(fact, c.Bounds(upper=last, upper_strict=self.chance(2)), self.at())
        extensions: tuple[Extension, ...] = ()
        if self.chance(2):
            when = self.condition(scope, 1, aggregates=True, grants=False)
            extensions = (Extension(later, when, self.origin(), self.at()),)
            in_time = c.AnyOf((in_time, c.All((when, c.Within(fact, c.Bounds(upper=later))), self.at())), self.at())
        condition = in_time if opened is None else c.All((opened, in_time), self.at())
        self.deadlines[name] = Deadline(
            name,
            f"L'échéance {name}",
            scope,
            fact,
            self.origin(),
            self.pick(tuple(Effect)),
            opens if opened is not None else None,
            last,
            extensions=extensions,
            condition=condition,
            opened=opened,
        )

    def grant(self, name: str) -> None:
        scope = self.scope()
        requires = self.condition(scope, 2, aggregates=True, grants=True) if self.chance(2) else None
        because: tuple[str, ...] = ()
        if isinstance(requires, c.CriterionMet):
            because = (requires.criterion,)
        cap = self.amount(scope, 1, aggregates=True, grants=True) if self.chance(3) else None
        booleans = self.facts_of(scope, Type.BOOLEAN)
        self.grants[name] = Grant(
            name,
            f"L'aide {name}",
            scope,
            self.pick(("caisse", "ville")),
            self.amount(scope, 2, aggregates=True, grants=True),
            self.origin(),
            requires,
            cap,
            self.pick((1, 1, 10, 100, 1000)),
            self.pick(booleans) if self.chance(3) else None,
            because,
        )
