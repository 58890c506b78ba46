"""What the names of a policy are in SQL: columns of known types, or constants where the policy alone decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from sqlglot import exp

from clas_policy.batch.sql import forms, truths
from clas_policy.batch.sql.ends import Ends
from clas_policy.batch.sql.exact import MONEY_SCALE, RATE_SCALE, Arithmetic, Number, plain
from clas_policy.batch.sql.forms import Sql
from clas_policy.batch.sql.truths import Truth
from clas_policy.batch.tables import input_tables
from clas_policy.frozen import dataclass
from clas_policy.model.fact import Fact, Type
from clas_policy.model.money import MAX_DIGITS
from clas_policy.model.policy import Policy

_MOST_CENTS: Final = 10 ** (MAX_DIGITS + 2) - 1
_MOST_MILLIONTHS: Final = 10**7 - 1


@dataclass(frozen=True, slots=True)
class Definition:
    """A column that is computed.

    `scope` is the entity of whose members it is, None for dossiers; `over` the entity whose members it aggregates.
    `part` names the part of the query that it stands in, `rule` the rule that it is there for.
    """

    name: str
    sql: Sql
    scope: str | None
    part: str
    rule: str | None
    over: str | None = None

    def reads(self) -> Iterator[str]:
        """The columns that it is computed from."""
        for found in self.sql.find_all(exp.Column):
            yield found.name


@dataclass(frozen=True, slots=True)
class GrantColumns:
    """A grant, as other rules and the totals read it.

    `held` is its truth in a condition, `settled` is true where it is due or eligible, `due` where it is due (where they
    do not hold, these are false or NULL). `paid` are the ends of what would be paid if it were granted, `ends` those of
    its result: nothing where it is refused. `granted` is what it comes to where it is settled, `payable` where it is
    due, and both are nothing elsewhere.
    """

    entitled: Truth
    held: Truth
    settled: Truth
    due: Truth
    paid: Ends
    ends: Ends
    granted: Number
    payable: Number
    status: Sql


class Symbols:
    """The names that have been given a column or a constant, in the order in which they can be computed."""

    def __init__(self, policy: Policy, exact: Arithmetic) -> None:
        self.policy = policy
        self.exact = exact
        self.definitions: list[Definition] = []
        self.truths: dict[str, Truth] = {}
        """Criteria, deadlines, orientations, and the dossier's admissibility."""
        self.grants: dict[str, GrantColumns] = {}
        self.rule: str | None = None
        """The rule that is being translated; None for what is no rule's own."""
        self.scopes = {
            column.name: table.entity for table in reversed(input_tables(policy)) for column in table.columns
        }
        """The entity of whose members each column is, None for dossiers: those of the tables, then the definitions'."""

    def given(self, entity: str) -> Truth:
        """Whether the list of an entity was given."""
        return truths.column(self.policy.entities[entity].list_key, truths.DECIDED)

    def define(self, name: str, sql: Sql, scope: str | None, part: str, *, over: str | None = None) -> None:
        self.definitions.append(Definition(name, sql, scope, part, self.rule, over))
        self.scopes[name] = scope

    def is_of_dossier(self, value: Truth) -> bool:
        """Whether a truth is the same for all members of a dossier, and not for all dossiers."""
        scopes = {self.scopes[found.name] for found in value.sql.find_all(exp.Column)}
        return scopes == {None}

    def truth(self, name: str, value: Truth, scope: str | None, part: str) -> Truth:
        """The truth as a column of this name, or itself where it is a constant or already a column."""
        if value.is_constant or isinstance(value.sql, exp.Column):
            return value
        self.define(name, value.sql, scope, part)
        return Truth(forms.column(name), value.possible)

    def number(self, name: str, value: Number, scope: str | None, part: str) -> Number:
        """The number as a column of this name and of just the digits that it needs."""
        if value.constant is not None or isinstance(value.sql, exp.Column):
            return plain(value)
        fitted = self.exact.fitted(value)
        self.define(name, fitted.sql, scope, part)
        return replace(fitted, sql=forms.column(name))


def fact_number(fact: Fact) -> Number:
    """The column of a money fact or of a rate, as it is where it is known."""
    is_money = fact.type is Type.MONEY
    scale, width, most = (MONEY_SCALE, 18, _MOST_CENTS) if is_money else (RATE_SCALE, 7, _MOST_MILLIONTHS)
    low = 0 if fact.minimum is None else fact.minimum
    high = most if fact.maximum is None else min(fact.maximum, most)
    return Number(forms.column(fact.name), scale, low, high, width)


def unknown_ends(fact: Fact) -> tuple[int | None, int | None]:
    """What a number counts for while it is unknown: from its minimum (0 for money and rates) to its maximum."""
    lowest = 0 if fact.minimum is None and fact.type is not Type.INTEGER else fact.minimum
    return lowest, fact.maximum
