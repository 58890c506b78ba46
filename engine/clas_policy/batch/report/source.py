"""Where the figures are counted: the tables of one policy's dossiers and of their results, in DuckDB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, Protocol

from clas_policy.batch.quoting import literal, quoted
from clas_policy.batch.report.figures import BETWEEN, NONE, UNKNOWN, Amounts
from clas_policy.batch.tables import NUMBER, POSITION, option_column
from clas_policy.frozen import dataclass
from clas_policy.model.fact import Fact, Type
from clas_policy.model.policy import Grant, Policy

_OF_DOSSIERS: Final = "of dossiers"
"""The table of what each dossier's grants come to; no list can have a name with a space."""


class Database(Protocol):
    """As much of a DuckDB connection as is needed here."""

    def execute(self, query: str, parameters: object = None, /) -> Any: ...


@dataclass(frozen=True, slots=True)
class Source:
    """The tables of one policy, of the dossiers (None) and of the members of each entity, as a FROM names them.

    `tables` hold the facts, `results` what was found.

    In queries, `F` and `R` are the facts and the results of a row, `G` and `D` those of its dossier.
    """

    database: Database
    policy: Policy
    tables: Mapping[str | None, str]
    results: Mapping[str | None, str]

    def select(self, picked: str, origin: str, rest: str = "", parameters: object = None) -> list[tuple[Any, ...]]:
        """The rows of ``SELECT picked FROM origin rest``: names are `quoted`, values parameters or `literal`."""
        query = f"SELECT {picked} FROM {origin} {rest}"  # noqa: S608
        found: list[tuple[Any, ...]] = self.database.execute(query, parameters).fetchall()
        return found

    def one(self, picked: str, origin: str) -> tuple[Any, ...]:
        """The single row of an aggregate over everything."""
        (found,) = self.select(picked, origin)
        return found

    def table(self, entity: str | None) -> str:
        """The table of the facts of dossiers, or of members."""
        return self.tables[entity]

    def joined(self, entity: str | None) -> str:
        """The rows of a scope with their facts and results, and those of their dossiers, for a FROM."""
        dossiers, results = self.table(None), self.results[None]
        if entity is None:
            return f"{dossiers} F JOIN {results} R ON R.{NUMBER} = F.{NUMBER}"
        members = self.results[entity]
        return (
            f"{self.table(entity)} F JOIN {members} R ON R.{NUMBER} = F.{NUMBER} AND R.{POSITION} = F.{POSITION}"
            f" JOIN {results} D ON D.{NUMBER} = F.{NUMBER} JOIN {dossiers} G ON G.{NUMBER} = F.{NUMBER}"
        )

    def fact(self, name: str, scope: str | None) -> str:
        """The column of a fact for rows of `scope`: their own, or their dossier's."""
        return f"{'F' if self.policy.facts[name].entity == scope else 'G'}.{quoted(name)}"

    def result(self, name: str, scope: str | None) -> str:
        """The column of a criterion, deadline, orientation or grant (its status) for rows of `scope`."""
        policy = self.policy
        if name in policy.grants:
            return self._result(policy.grants[name].entity, scope, f"{name}.status")
        rule = policy.criteria.get(name) or policy.deadlines.get(name) or policy.orientations[name]
        return self._result(rule.entity, scope, name)

    def _result(self, entity: str | None, scope: str | None, column: str) -> str:
        return f"{'R' if entity == scope else 'D'}.{quoted(column)}"

    def grants(self, entity: str | None) -> tuple[Grant, ...]:
        return tuple(grant for grant in self.policy.grants.values() if grant.entity == entity)

    def amounts(self, scope: str | None) -> tuple[str, str, str, str]:
        """What the grants of the members themselves come to, row by row, as in `Amounts`; needs at least one grant."""
        return _added([award_of(grant.name) for grant in self.grants(scope)])

    def add_up(self) -> None:
        """Makes the table of what each dossier's grants come to, those of its members included."""
        parts = [
            f"SELECT {NUMBER}, {', '.join(_named(self.amounts(entity)))} FROM {self.results[entity]} R"  # noqa: S608
            for entity in (None, *self.policy.entities)
            if self.grants(entity)
        ]
        every = " UNION ALL ".join(parts) or f"SELECT 0 AS {NUMBER}, 0 AS due, 0 AS eligible, 0 AS undetermined LIMIT 0"
        self.database.execute(
            f"CREATE OR REPLACE TEMP TABLE {quoted(_OF_DOSSIERS)} AS "  # noqa: S608
            f"SELECT R.{NUMBER}, coalesce(sum(P.due), 0) AS due, coalesce(sum(P.eligible), 0) AS eligible, "
            f"coalesce(sum(P.undetermined), 0) AS undetermined, "
            f"CAST(R.undetermined_at_most IS NULL AS INTEGER) AS unbounded "
            f"FROM {self.results[None]} R LEFT JOIN ({every}) P ON P.{NUMBER} = R.{NUMBER} "
            f"GROUP BY R.{NUMBER}, R.undetermined_at_most"
        )

    @property
    def of_dossiers(self) -> str:
        """The table that `add_up` makes."""
        return quoted(_OF_DOSSIERS)

    def counted(self, scope: str | None) -> tuple[str, tuple[str, ...]]:
        """A FROM over the rows of a scope, and the four columns of their amounts: a dossier's with all its members'."""
        if scope is None:
            joined = f"{self.joined(None)} JOIN {self.of_dossiers} A ON A.{NUMBER} = F.{NUMBER}"
            return joined, ("A.due", "A.eligible", "A.undetermined", "A.unbounded")
        if not self.grants(scope):
            return self.joined(scope), ("0", "0", "0", "0")
        return self.joined(scope), self.amounts(scope)

    def key_of(self, fact: Fact, scope: str | None) -> str:
        """The value of a boolean, choice or choices fact as the key of its line."""
        unknown = literal(UNKNOWN)
        if fact.type is Type.CHOICES:
            columns = {
                option.value: self._column(fact, scope, option_column(fact.name, option.value))
                for option in fact.options
            }
            first = next(iter(columns.values()))
            picked = ", ".join(f"CASE WHEN {column} THEN {literal(value)} END" for value, column in columns.items())
            joined = f"concat_ws({literal(BETWEEN)}, {picked})"
            return f"CASE WHEN {first} IS NULL THEN {unknown} WHEN {joined} = '' THEN {literal(NONE)} ELSE {joined} END"
        column = self.fact(fact.name, scope)
        if fact.type is Type.BOOLEAN:
            return f"CASE WHEN {column} THEN 'true' WHEN NOT {column} THEN 'false' ELSE {unknown} END"
        return f"coalesce({column}, {unknown})"

    def is_unknown(self, fact: Fact, scope: str | None) -> str:
        if fact.type is Type.CHOICES:
            first = option_column(fact.name, fact.options[0].value)
            return f"{self._column(fact, scope, first)} IS NULL"
        return f"{self.fact(fact.name, scope)} IS NULL"

    def _column(self, fact: Fact, scope: str | None, column: str) -> str:
        return f"{'F' if fact.entity == scope else 'G'}.{quoted(column)}"


def award_of(grant: str) -> tuple[str, str, str, str]:
    """What one grant adds to a row's amounts."""
    status, low, high = (f"R.{quoted(f'{grant}.{part}')}" for part in ("status", "low", "high"))
    return (
        f"CASE WHEN {status} = 'due' THEN {low} ELSE 0 END",
        f"CASE WHEN {status} = 'eligible' THEN {low} ELSE 0 END",
        f"CASE WHEN {status} = 'undetermined' THEN coalesce({high}, 0) ELSE 0 END",
        f"CASE WHEN {status} = 'undetermined' AND {high} IS NULL THEN 1 ELSE 0 END",
    )


def _added(awards: Sequence[tuple[str, str, str, str]]) -> tuple[str, str, str, str]:
    due, eligible, undetermined, unbounded = zip(*awards, strict=True)
    return " + ".join(due), " + ".join(eligible), " + ".join(undetermined), " + ".join(unbounded)


def _named(amounts: Iterable[str]) -> Iterator[str]:
    for expression, name in zip(amounts, ("due", "eligible", "undetermined"), strict=False):
        yield f"{expression} AS {name}"


def totals(expressions: Iterable[str]) -> str:
    """The sums of some columns for a SELECT; 0 where there is no row."""
    return ", ".join(f"coalesce(sum({expression}), 0)" for expression in expressions)


def cents(euros: Decimal | int) -> int:
    """Whole cents of an amount that a query gave."""
    return int(euros) * 100 if isinstance(euros, int) else int(euros.scaleb(2))


def amounts(row: Sequence[Any]) -> Amounts:
    """The amounts that the four columns of a query give."""
    due, eligible, undetermined, unbounded = row
    return Amounts(cents(due), cents(eligible), cents(undetermined), int(unbounded))
