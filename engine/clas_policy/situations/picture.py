"""Draws conditions as diagrams: comparisons by the evaluator, one class after the other, their logic by its laws."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias, assert_never

from clas_policy.explain import conditions, logic
from clas_policy.explain.names import Names
from clas_policy.explain.slots import Row
from clas_policy.model import condition as c
from clas_policy.model.fact import Value
from clas_policy.model.references import of_condition, parts_of
from clas_policy.model.truth import Truth, at_least, negation
from clas_policy.situations import measures
from clas_policy.situations.classes import Comparison, classes
from clas_policy.situations.definitions import Rule, definition
from clas_policy.situations.diagrams import Diagram, Diagrams, end
from clas_policy.situations.measures import ALL

Settled: TypeAlias = Callable[[c.AmountWithin, str | None], Truth]
"""What a comparison of amounts is when nothing is known; what it is then, it is always."""

_MOST_ROWS = 4096


class Picture:
    """The diagrams of some conditions, over the inputs that they share.

    Where rules are not `expanded`, each is an input of its own, that may have any truth; so is what no diagram can
    say (comparisons of amounts, aggregates, too many values), which is then `vague`.
    """

    def __init__(
        self, names: Names, drawn: Iterable[c.Condition], settled: Settled, *, expanded: bool, limit: int
    ) -> None:
        self._names = names
        self._settled = settled
        self._expanded = expanded
        self.diagrams = Diagrams(limit)
        self._rules: dict[Rule, Diagram] = {}
        self._inputs: dict[Hashable, int] = {}
        self._values: list[Sequence[Value | None]] = []
        self._facts: list[str | None] = []
        self._absent: list[str | None] = []
        self._d: Row = names.layout.row(None, {})
        self._rows = {entity: names.layout.row(entity, {}) for entity in names.policy.entities}
        self._classes = classes(names.policy, self._comparisons(drawn, set()))

    def draw(self, node: c.Condition, entity: str | None) -> Diagram:
        """The diagram of a condition that was given; raises TooLargeError."""
        match node:
            case c.FactIsTrue() | c.Within() | c.OneOf() | c.Includes() | c.Only():
                return self._comparison(node)
            case c.CriterionMet() | c.DeadlineMet() | c.GrantEntitled():
                return self._rule(node)
            case c.Not(item=item):
                return self.diagrams.join(lambda parts: negation(*parts), (self.draw(item, entity),))
            case c.All(items=items):
                return self.diagrams.all_of([self.draw(item, entity) for item in items])
            case c.AnyOf(items=items):
                return self.diagrams.any_of([self.draw(item, entity) for item in items])
            case c.AtLeast(count=count, items=items):
                return self.diagrams.join(
                    lambda parts: at_least(count, parts), tuple(sorted(self.draw(item, entity) for item in items))
                )
            case c.OpenReadings(readings=readings):
                return self.diagrams.join(
                    _agreement, tuple(self.draw(reading.requires, entity) for reading in readings)
                )
            case c.AmountWithin():
                settled = self._settled(node, entity)
                return self._vague(node, ALL) if settled is None else end(settled)
            case c.Every(entity=group, requires=requires):
                inner = self.draw(requires, group)
                truths = measures.every(self.diagrams.truths(inner))
                return self._vague((c.Every, group, inner), truths, absent=group)
            case c.Some(entity=group, requires=requires):
                inner = self.draw(requires, group)
                truths = measures.some(self.diagrams.truths(inner))
                return self._vague((c.Some, group, inner), truths, absent=group)
            case c.Count(entity=group, requires=requires, bounds=bounds):
                inner = self.draw(requires, group)
                truths = measures.count(node, self.diagrams.truths(inner), self._names.policy)
                return self._vague((c.Count, group, bounds, inner), truths, absent=group)
            case c.Sum(entity=group):
                return self._vague(node, measures.total(node, self._names.policy), absent=group)
            case _:
                assert_never(node)

    def situation(self, path: Mapping[int, int]) -> dict[str, Value | None]:
        """The facts of a path (the others do not matter); a list that is absent by its entity."""
        found: dict[str, Value | None] = {}
        for number, chosen in path.items():
            fact, absent = self._facts[number], self._absent[number]
            if fact is not None:
                found[fact] = self._values[number][chosen]
            elif absent is not None:
                found[absent] = None
        return found

    def is_certain(self, number: int, chosen: int, entity: str | None) -> bool:
        """Whether some dossier surely has this class of an input, whatever it says of the others.

        `entity` is the one on whose members the condition stands. An aggregate over an absent list is unknown, as are
        all others over it; nothing else that is vague is certain, nor what a plugin derives.
        """
        fact = self._facts[number]
        if fact is not None:
            return self._names.policy.facts[fact].derivation is None
        return self._absent[number] not in (None, entity) and self._values[number][chosen] is None

    def _comparisons(self, nodes: Iterable[c.Condition], seen: set[Rule]) -> Iterator[Comparison]:
        for node in nodes:
            match node:
                case c.FactIsTrue() | c.Within() | c.OneOf() | c.Includes() | c.Only():
                    yield node
                case c.CriterionMet() | c.DeadlineMet() | c.GrantEntitled():
                    if self._expanded and node not in seen:
                        seen.add(node)
                        yield from self._comparisons((definition(self._names.policy, node),), seen)
                case _:
                    yield from self._comparisons(parts_of(node), seen)

    def _rule(self, rule: Rule) -> Diagram:
        found = self._rules.get(rule)
        if found is None:
            found = self._rules[rule] = self._defined(rule) if self._expanded else self._vague(rule, ALL)
        return found

    def _defined(self, rule: Rule) -> Diagram:
        policy = self._names.policy
        means = self.draw(definition(policy, rule), _scope(rule, self._names))
        if isinstance(rule, c.GrantEntitled) and not policy.complete:
            return self.diagrams.all_of((end(None), means))
        return means

    def _comparison(self, node: Comparison) -> Diagram:
        names = tuple(dict.fromkeys(ref.name for ref in of_condition(node) if ref.kind == "fact"))
        rows = 1
        for name in names:
            if name not in self._classes:
                return self._vague(node, ALL)
            rows *= len(self._classes[name])
        if rows > _MOST_ROWS:
            return self._vague(node, ALL)
        inputs = sorted((self._input(name, self._classes[name], fact=name), name) for name in names)
        cells = [self._cell(name) for _, name in inputs]
        run = conditions.compiled(node, self._names).run
        member = next((row for row, _, _ in cells if row is not self._d), self._d)

        def truth(chosen: tuple[int, ...]) -> Truth:
            for (row, index, values), number in zip(cells, chosen, strict=True):
                row[index] = values[number]
            return run(self._d, member)

        return self.diagrams.table([(number, len(self._classes[name])) for number, name in inputs], truth)

    def _cell(self, name: str) -> tuple[Row, int, Sequence[Value | None]]:
        entity = self._names.policy.facts[name].entity
        row = self._d if entity is None else self._rows[entity]
        return row, self._names.layout.cell(name).index, self._classes[name]

    def _input(
        self, key: Hashable, values: Sequence[Value | None], *, fact: str | None = None, absent: str | None = None
    ) -> int:
        number = self._inputs.setdefault(key, len(self._values))
        if number == len(self._values):
            self._values.append(values)
            self._facts.append(fact)
            self._absent.append(absent)
        return number

    def _vague(self, key: Hashable, truths: Iterable[Truth], *, absent: str | None = None) -> Diagram:
        values = tuple(truths)
        return self.diagrams.node(self._input(key, values, absent=absent), tuple(end(truth) for truth in values))


def _scope(rule: Rule, names: Names) -> str | None:
    policy = names.policy
    match rule:
        case c.CriterionMet(criterion=name):
            return policy.criteria[name].entity
        case c.DeadlineMet(deadline=name):
            return policy.deadlines[name].entity
        case c.GrantEntitled(grant=name):
            return policy.grants[name].entity
        case _:
            assert_never(rule)


def _agreement(truths: Iterable[Truth]) -> Truth:
    given = list(truths)
    return logic.agreement(tuple(_at(number) for number in range(len(given))))(given, given)


def _at(number: int) -> logic.Run:
    return lambda given, _: given[number]
