"""Dossiers and members counted: how many, the totals of their numbers, told apart by their choices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from clas_policy.batch.quoting import quoted
from clas_policy.batch.report import layout as plans
from clas_policy.batch.report.figures import BETWEEN, NONE, UNKNOWN, Amounts, Answers, Breakdown, Line, Rows, Sum
from clas_policy.batch.report.source import Source, amounts, cents, totals
from clas_policy.batch.tables import NUMBER
from clas_policy.model.fact import Type

_NOTHING: Final = Amounts(0, 0, 0, 0)


def count_rows(source: Source, entity: str | None, plan: plans.Rows) -> Rows:
    """What a layout wants to know of dossiers, or of the members of an entity."""
    joined, columns = source.counted(entity)
    count, *added = source.one(f"count(*), {totals(columns)}", joined)
    without_list, empty = _lists(source, entity)
    return Rows(
        entity,
        plan.many if entity is None else source.policy.entities[entity].label,
        plan.one,
        plan.many,
        count,
        amounts(added),
        tuple(_sums(source, entity, plan.sums)),
        tuple(_breakdown(source, entity, split, plan.sums) for split in plan.splits),
        tuple(_answers(source, entity, plan.answers)),
        without_list,
        empty,
    )


def _lists(source: Source, entity: str | None) -> tuple[int, int]:
    """How many dossiers do not give the list of an entity, and how many give an empty one."""
    if entity is None:
        return 0, 0
    given = quoted(source.policy.entities[entity].list_key)
    absent, listed = source.one(f"count(*) FILTER (NOT {given}), count(*) FILTER ({given})", source.table(None))
    (with_some,) = source.one(f"count(DISTINCT {NUMBER})", source.table(entity))
    return absent, listed - with_some


def _sums(source: Source, entity: str | None, plan: Sequence[plans.Summed]) -> Iterator[Sum]:
    if not plan:
        return
    columns = [source.fact(summed.fact, entity) for summed in plan]
    told = ", ".join(f"{totals([column])}, count({column})" for column in columns)
    found = source.one(told, source.joined(entity))
    for index, summed in enumerate(plan):
        kind = source.policy.facts[summed.fact].type
        total, known = found[2 * index : 2 * index + 2]
        yield Sum(summed.fact, summed.label, kind, number(total, kind), known)


def _breakdown(source: Source, entity: str | None, split: plans.Split, sums: Sequence[plans.Summed]) -> Breakdown:
    fact = source.policy.facts[split.fact]
    joined, columns = source.counted(entity)
    key = source.key_of(fact, entity)
    numbers = [source.fact(summed.fact, entity) for summed in sums]
    found = {
        row[0]: _line(source, split, row, sums)
        for row in source.select(f"{key} AS k, count(*), {totals([*numbers, *columns])}", joined, "GROUP BY k")
    }
    values = list(split.values)
    if fact.type is not Type.CHOICES:
        empty = Line("", "", 0, tuple(0 for _ in sums), _NOTHING)
        lines = [found.get(value, empty._replace(key=value, label=split.values[value])) for value in values]
        return Breakdown(split.fact, split.label, (*lines, *_unknown(found)))
    ranks = {value: rank for rank, value in enumerate(values)}
    sets = sorted(
        (line for line in found.values() if line.key not in (UNKNOWN, NONE)),
        key=lambda line: (line.key.count(BETWEEN), [ranks[value] for value in line.key.split(BETWEEN)]),
    )
    nothing = [found[NONE]] if NONE in found else []
    each = [
        _together(value, split.values[value], [line for line in sets if value in line.key.split(BETWEEN)], len(sums))
        for value in values
    ]
    return Breakdown(split.fact, split.label, (*sets, *nothing, *_unknown(found)), tuple(each))


def _unknown(found: Mapping[str, Line]) -> Iterable[Line]:
    return (found[UNKNOWN],) if UNKNOWN in found else ()


def _line(source: Source, split: plans.Split, row: Sequence[Any], sums: Sequence[plans.Summed]) -> Line:
    key, count = row[:2]
    numbers = tuple(
        number(value, source.policy.facts[summed.fact].type)
        for value, summed in zip(row[2 : 2 + len(sums)], sums, strict=True)
    )
    label = " + ".join(split.values[value] for value in key.split(BETWEEN)) if key not in (UNKNOWN, NONE) else ""
    return Line(key, label, count, numbers, amounts(row[2 + len(sums) :]))


def _together(key: str, label: str, lines: Sequence[Line], sums: int) -> Line:
    return Line(
        key,
        label,
        sum(line.rows for line in lines),
        tuple(sum(line.sums[index] for line in lines) for index in range(sums)),
        add_amounts(line.amounts for line in lines),
    )


def add_amounts(parts: Iterable[Amounts]) -> Amounts:
    """Amounts added up."""
    due = eligible = undetermined = unbounded = 0
    for part in parts:
        due += part.due
        eligible += part.eligible
        undetermined += part.undetermined
        unbounded += part.unbounded
    return Amounts(due, eligible, undetermined, unbounded)


def _answers(source: Source, entity: str | None, plan: Sequence[plans.Answered]) -> Iterator[Answers]:
    if not plan:
        return
    columns = [source.fact(answered.fact, entity) for answered in plan]
    told = ", ".join(
        f"count(*) FILTER ({column}), count(*) FILTER (NOT {column}), count(*) FILTER ({column} IS NULL)"
        for column in columns
    )
    found = source.one(told, source.joined(entity))
    for index, answered in enumerate(plan):
        yield Answers(answered.fact, answered.label, *found[3 * index : 3 * index + 3])


def number(value: Any, kind: Type) -> int:
    """A total that a query gave, in the unit of the fact's type."""
    return cents(value) if kind is Type.MONEY else int(value)
