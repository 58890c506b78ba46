"""Policy → SQL: the query of each output, its columns, or what SQL cannot honour."""

from __future__ import annotations

from clas_policy.batch.sql import forms, naming, totals, truths
from clas_policy.batch.sql.dialects import Dialect
from clas_policy.batch.sql.ends import Ranges
from clas_policy.batch.sql.exact import MONEY_SCALE, ZERO, Arithmetic, Number
from clas_policy.batch.sql.forms import Sql
from clas_policy.batch.sql.queries import Query
from clas_policy.batch.sql.rules import ADMISSIBLE, Rules
from clas_policy.batch.sql.symbols import Symbols
from clas_policy.batch.sql.totals import PARTS
from clas_policy.batch.tables import DOSSIERS, NUMBER, POSITION, Column, Kind
from clas_policy.frozen import dataclass
from clas_policy.model.policy import Policy


@dataclass(frozen=True, slots=True)
class Output:
    """One result: the query that gives it, and its columns in order; `entity` is None for that of dossiers."""

    name: str
    entity: str | None
    sql: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A policy in one dialect: the result of dossiers, then that of each entity's members."""

    policy: str
    dialect: Dialect
    outputs: tuple[Output, ...]

    def __getitem__(self, name: str) -> Output:
        """The output of this name: ``dossiers``, or an entity's list."""
        for output in self.outputs:
            if output.name == name:
                return output
        raise KeyError(name)


def compile_policy(policy: Policy, dialect: Dialect | str) -> Compiled:
    """The queries of a policy; raises PolicyError with what the dialect cannot honour."""
    dialect = Dialect(dialect)
    exact = Arithmetic(dialect)
    ranges = Ranges(exact)
    symbols = Symbols(policy, exact)
    rules = Rules(policy, symbols, ranges)
    rules.translate()
    everything, by_funder = totals.totals(rules)
    outputs: list[tuple[str, str | None, list[Found]]] = [(DOSSIERS, None, [*_dossier(rules, everything, by_funder)])]
    outputs += [(entity.list_key, entity.id, [*_rules(rules, entity.id)]) for entity in policy.entities.values()]
    naming.check(policy, dialect, symbols, [[column for column, _ in columns] for _, _, columns in outputs])
    comments = naming.comments(policy)
    return Compiled(
        policy.id,
        dialect,
        tuple(
            Output(
                name,
                entity,
                Query(symbols, comments, dialect).sql(entity, [(column.name, sql) for column, sql in columns]),
                tuple(column for column, _ in columns),
            )
            for name, entity, columns in outputs
        ),
    )


Found = tuple[Column, Sql]


def _dossier(rules: Rules, everything: totals.Total, by_funder: dict[str, totals.Total]) -> list[Found]:
    admissible = rules.symbols.truths[ADMISSIBLE]
    outcomes = [
        (when.sql, forms.text(said))
        for when, value, said in (
            (admissible, True, "admissible"),
            (truths.negation(admissible), False, "inadmissible"),
            (truths.TRUE, None, "incomplete"),
        )
        if admissible.can_be(value)
    ]
    *branches, (_, last) = outcomes
    outcome = forms.case(branches, last) if branches else last
    key, *others = _rules(rules, None)
    found = [key, (Column("outcome", Kind.TEXT, required=True), outcome), *others]
    for prefix, total in (("", everything), *((f"{funder}.", one) for funder, one in by_funder.items())):
        found += [_amount(rules, f"{prefix}{name}", number) for name, number in zip(PARTS, total, strict=True)]
    return found


def _rules(rules: Rules, scope: str | None) -> list[Found]:
    """The truths and grants of the dossiers, or of an entity's members."""
    policy, symbols = rules.policy, rules.symbols
    found: list[Found] = [(Column(NUMBER, Kind.BIGINT, required=True), forms.column(NUMBER))]
    if scope is not None:
        found.append((Column(POSITION, Kind.INTEGER, required=True), forms.column(POSITION)))
    for name in (*policy.criteria, *policy.deadlines, *policy.orientations):
        rule = policy.criteria.get(name) or policy.deadlines.get(name) or policy.orientations[name]
        if rule.entity == scope and name in symbols.truths:
            found.append((Column(name, Kind.BOOLEAN), forms.column(name)))
    for name, grant in policy.grants.items():
        if grant.entity == scope:
            columns = symbols.grants[name]
            found.append((Column(f"{name}.status", Kind.TEXT, required=True), columns.status))
            found.append(_amount(rules, f"{name}.low", columns.ends.low))
            found.append(_amount(rules, f"{name}.high", columns.ends.high))
    return found


def _amount(rules: Rules, name: str, number: Number | None) -> Found:
    if number is None:
        nothing = Column(name, Kind.DECIMAL, ZERO.width, MONEY_SCALE)
        return nothing, forms.null(nothing.type)
    column = Column(name, Kind.DECIMAL, number.digits, number.scale, required=not number.endless)
    return column, rules.ranges.exact.fitted(number).sql
