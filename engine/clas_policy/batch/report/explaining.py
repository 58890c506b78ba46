"""What undecided dossiers lack: their rows become dossiers again, and the evaluator says what they wait for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from clas_policy.batch.quoting import quoted
from clas_policy.batch.report.figures import Ambiguous, Blocked, Unanswered, Unconfirmed
from clas_policy.batch.report.source import Source
from clas_policy.batch.tables import NUMBER, POSITION, Column, Kind, Table, input_tables
from clas_policy.explain import Evaluation, Evaluator
from clas_policy.explain.findings import open_readings
from clas_policy.model.dossier import Dossier, Member
from clas_policy.model.fact import Value
from clas_policy.model.policy import Policy

OUTCOME: Final = "outcome"
_AT_ONCE: Final = 2000


@dataclass
class Lacks:
    """What the undecided dossiers wait for, added up."""

    blocking: Counter[str] = field(default_factory=Counter)
    """By fact or list: the dossiers in which something waits for it."""
    blocks: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """By fact or list, then by what waits for it: in how many dossiers."""
    readings: Counter[str] = field(default_factory=Counter)
    unconfirmed: Counter[str] = field(default_factory=Counter)
    without_members: Counter[str] = field(default_factory=Counter)
    """By grant: the dossiers of which nobody knows how many members it would be granted to."""

    def add(self, evaluation: Evaluation) -> None:
        """Adds what one dossier lacks."""
        waiting: defaultdict[str, set[str]] = defaultdict(set)
        for missing in evaluation.missing:
            waiting[missing.fact or missing.list or ""].update(missing.could_change)
        for name, causes in waiting.items():
            self.blocking[name] += 1
            self.blocks[name].update(causes)
        for reading in open_readings(evaluation):
            self.readings[reading.criterion] += 1
        for figure in evaluation.unconfirmed:
            self.unconfirmed[figure.parameter] += 1
        for grant, member in evaluation.unlimited:
            if member is None and grant.entity is not None:
                self.without_members[grant.name] += 1


def explain(source: Source) -> Lacks:
    """Evaluates again, with what they lack, the dossiers in which anything is undecided."""
    lacks = Lacks()
    evaluator = Evaluator(source.policy)
    for dossier in _undecided(source):
        lacks.add(evaluator.evaluate(dossier))
    return lacks


def _undecided(source: Source) -> Iterator[Dossier]:
    numbers: set[int] = set()
    for entity in (None, *source.policy.entities):
        open_ones = " OR ".join(_open(source, entity))
        if open_ones:
            table = source.results[entity]
            numbers.update(row[0] for row in source.select(f"DISTINCT {NUMBER}", f"{table} R", f"WHERE {open_ones}"))
    for about in source.policy.entities.values():  # a list that is absent leaves the grants of its members open
        absent = source.select(NUMBER, source.table(None), f"WHERE NOT {quoted(about.list_key)}")
        numbers.update(number for (number,) in absent)
    ordered = sorted(numbers)
    for start in range(0, len(ordered), _AT_ONCE):
        yield from read_dossiers(source, ordered[start : start + _AT_ONCE])


def _open(source: Source, entity: str | None) -> Iterator[str]:
    """What leaves a row undecided."""
    if entity is None:
        yield "R.outcome = 'incomplete'"
    for grant in source.grants(entity):
        yield f"R.{quoted(f'{grant.name}.status')} = 'undetermined'"
    for orientation in source.policy.orientations.values():
        if orientation.entity == entity and orientation.requires is not None:
            yield f"R.{quoted(orientation.name)} IS NULL"


def read_dossiers(source: Source, numbers: Sequence[int]) -> Iterator[Dossier]:
    """The dossiers of some numbers, as they were before they became rows."""
    top, *others = input_tables(source.policy)
    members = {table.entity or "": _members(source, table, numbers) for table in others}
    lists = {table.entity or "": table.name for table in others}
    for row in _rows(source, top, numbers):
        number = row[NUMBER]
        given = {entity: members[entity].get(number, ()) for entity, name in lists.items() if row[name]}
        yield Dossier(
            row["dossier"] or "",
            row["annee_scolaire"] or "",
            row["departement"],
            _facts(source.policy, top, row),
            given,
        )


def _rows(source: Source, table: Table, numbers: Sequence[int]) -> Iterator[dict[str, Any]]:
    names = [column.name for column in table.columns]
    order = NUMBER if table.entity is None else f"{NUMBER}, {POSITION}"
    found = source.select(
        ", ".join(map(quoted, names)),
        source.table(table.entity),
        f"WHERE {NUMBER} IN (SELECT unnest(?)) ORDER BY {order}",
        [list(numbers)],
    )
    for row in found:
        yield dict(zip(names, row, strict=True))


def _members(source: Source, table: Table, numbers: Sequence[int]) -> Mapping[int, tuple[Member, ...]]:
    found: defaultdict[int, list[Member]] = defaultdict(list)
    for row in _rows(source, table, numbers):
        found[row[NUMBER]].append(Member(row[table.entity or ""] or "", _facts(source.policy, table, row)))
    return {number: tuple(members) for number, members in found.items()}


def _facts(policy: Policy, table: Table, row: Mapping[str, Any]) -> dict[str, Value]:
    """The known facts of a row, in the units of the model."""
    facts: dict[str, Value] = {}
    sets: dict[str, set[str]] = {}
    for column in table.columns:
        value = row[column.name]
        if column.fact is None or value is None:
            continue
        if column.option is not None:
            sets.setdefault(column.fact, set()).update((column.option,) if value else ())
        else:
            facts[column.fact] = _value(column, value)
    facts.update((name, frozenset(chosen)) for name, chosen in sets.items())
    return {name: facts[name] for name in policy.facts if name in facts}


def _value(column: Column, value: Any) -> Value:
    if column.kind is Kind.DECIMAL and isinstance(value, Decimal):
        return int(value.scaleb(column.decimals))
    known: bool | int | date | str = value
    return known


def unanswered(source: Source, lacks: Lacks) -> tuple[Unanswered, ...]:
    """The questions without an answer, those first that leave the most dossiers open.

    An accord is no question: it is awaited.
    """
    policy = source.policy
    found: list[Unanswered] = []
    for entity in (None, *policy.entities):
        facts = [fact for fact in policy.facts.values() if fact.entity == entity]
        if not facts:
            continue
        told = ", ".join(
            f"count(DISTINCT F.{NUMBER}) FILTER ({unknown}), count(*) FILTER ({unknown})"
            for unknown in (source.is_unknown(fact, entity) for fact in facts)
        )
        counts = source.one(told, f"{source.table(entity)} F")
        accords = {grant.accord for grant in policy.grants.values()}
        for index, fact in enumerate(facts):
            dossiers, rows = counts[2 * index : 2 * index + 2]
            if rows and (fact.name not in accords or lacks.blocking[fact.name]):
                label = fact.question or fact.label
                blocked = _blocked(policy, lacks, fact.name)
                found.append(
                    Unanswered(fact.name, label, entity, False, dossiers, rows, lacks.blocking[fact.name], blocked)
                )
    for about in policy.entities.values():
        (absent,) = source.one(f"count(*) FILTER (NOT {quoted(about.list_key)})", source.table(None))
        if absent:
            name = about.list_key
            blocked = _blocked(policy, lacks, name)
            found.append(Unanswered(name, about.label, None, True, absent, absent, lacks.blocking[name], blocked))
    return tuple(sorted(found, key=lambda question: (-question.blocking, -question.dossiers)))


def _blocked(policy: Policy, lacks: Lacks, name: str) -> tuple[Blocked, ...]:
    counts = lacks.blocks[name]
    causes = [(OUTCOME, OUTCOME, "")]
    causes += [("grant", grant.name, grant.label) for grant in policy.grants.values()]
    causes += [("orientation", rule.name, rule.label) for rule in policy.orientations.values()]
    return tuple(Blocked(kind, cause, label, counts[cause]) for kind, cause, label in causes if counts[cause])


def ambiguous(policy: Policy, lacks: Lacks) -> tuple[Ambiguous, ...]:
    return tuple(
        Ambiguous(name, rule.label, rule.entity, lacks.readings[name])
        for name, rule in policy.criteria.items()
        if lacks.readings[name]
    )


def unconfirmed(policy: Policy, lacks: Lacks) -> tuple[Unconfirmed, ...]:
    return tuple(
        Unconfirmed(name, parameter.label, lacks.unconfirmed[name])
        for name, parameter in policy.parameters.items()
        if lacks.unconfirmed[name]
    )
