"""How the names that a rule reads are found: those of the dossier and, in an entity, of one of its members."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from clas_policy.batch.sql import forms, truths
from clas_policy.batch.sql.ends import ANYTHING, Ends, Ranges, known
from clas_policy.batch.sql.exact import MONEY_SCALE, RATE_SCALE, literal, money
from clas_policy.batch.sql.forms import Sql
from clas_policy.batch.sql.symbols import GrantColumns, Symbols, fact_number, unknown_ends
from clas_policy.batch.sql.truths import Truth
from clas_policy.model import condition as c
from clas_policy.model.fact import Type

_ANY_RATE = Ends(literal(0, RATE_SCALE), literal(10**RATE_SCALE, RATE_SCALE))


class Scope:
    """The names as any rule reads them; those of the `hidden` facts are unknown to all.

    Members and their dossiers never share a name, so that one scope serves both.
    """

    def __init__(self, symbols: Symbols, ranges: Ranges, hidden: frozenset[str] = frozenset()) -> None:
        self.symbols = symbols
        self.ranges = ranges
        self.policy = symbols.policy
        self.hidden = hidden

    def truth(self, name: str) -> Truth:
        """A criterion or a deadline."""
        return self.symbols.truths[name]

    def grant(self, name: str) -> GrantColumns:
        return self.symbols.grants[name]

    def fact(self, name: str) -> Sql | None:
        """The column of a fact; None where it is unknown to all."""
        return None if name in self.hidden else forms.column(name)

    def boolean(self, fact: str, column: str) -> Truth:
        """A boolean fact, or one value of a set of choices."""
        return truths.UNKNOWN if fact in self.hidden else truths.column(column)

    def bound(self, operand: c.Operand, kind: Type) -> Sql | None:
        """The value that something is compared with; None where it is unknown to all."""
        if isinstance(operand, c.FactValue):
            return self.fact(operand.fact)
        value = self._figure(operand)
        if value is None or isinstance(value, date):
            return None if value is None else forms.day(value)
        if kind is Type.INTEGER:
            return forms.whole(value)
        return money(value).sql if kind is Type.MONEY else literal(value, RATE_SCALE).sql

    def _figure(self, operand: c.Literal | c.ParameterValue) -> int | date | None:
        if isinstance(operand, c.Literal):
            return operand.value
        return self.policy.parameters[operand.parameter].value

    def money(self, operand: c.Operand) -> Ends:
        """An amount that is a figure or a fact; a figure to confirm may be anything."""
        if isinstance(operand, c.FactValue):
            return self._number(operand.fact)
        value = self._figure(operand)
        return known(money(value)) if isinstance(value, int) else ANYTHING

    def rate(self, operand: c.Operand) -> Ends:
        """A rate; one to confirm is from nothing to all."""
        if isinstance(operand, c.FactValue):
            return self._number(operand.fact)
        value = self._figure(operand)
        return known(literal(value, RATE_SCALE)) if isinstance(value, int) else _ANY_RATE

    def _number(self, name: str) -> Ends:
        fact = self.policy.facts[name]
        scale = MONEY_SCALE if fact.type is Type.MONEY else RATE_SCALE
        lowest, highest = (
            None if end is None else literal(end, scale, least_scale=scale) for end in unknown_ends(fact)
        )
        if name in self.hidden:
            return Ends(lowest, highest)
        return self.ranges.unknown_fact(fact_number(fact), lowest, highest)


class Unlisted(Scope):
    """The names as a member of whom nothing is known would read them: one of an absent list, whoever it is.

    What its own rules come to is a column of the dossier; each is translated when it is first asked for.
    """

    def __init__(
        self,
        scope: Scope,
        entity: str,
        translate_truth: Callable[[str, Scope], Truth],
        translate_grant: Callable[[str, Scope], GrantColumns],
    ) -> None:
        own = frozenset(name for name, fact in scope.policy.facts.items() if fact.entity == entity)
        super().__init__(scope.symbols, scope.ranges, own)
        self.entity = entity
        self._translate_truth = translate_truth
        self._translate_grant = translate_grant
        self._truths: dict[str, Truth] = {}
        self._grants: dict[str, GrantColumns] = {}

    def truth(self, name: str) -> Truth:
        rule = self.policy.criteria.get(name) or self.policy.deadlines[name]
        if rule.entity != self.entity:
            return super().truth(name)
        if name not in self._truths:
            self._truths[name] = self._translate_truth(name, self)
        return self._truths[name]

    def grant(self, name: str) -> GrantColumns:
        if self.policy.grants[name].entity != self.entity:
            return super().grant(name)
        if name not in self._grants:
            self._grants[name] = self._translate_grant(name, self)
        return self._grants[name]
