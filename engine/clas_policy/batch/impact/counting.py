"""Counts in a database what two policies make of many dossiers: the same figures as those of one after the other."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from clas_policy.batch.impact.breaking_down import Breakdowns, Cell
from clas_policy.batch.impact.classing import DEPARTMENT, Raw
from clas_policy.batch.impact.counted import PLACES, UNBOUNDED, Counted
from clas_policy.batch.impact.difference import GrantChange, Kind
from clas_policy.batch.impact.result import Changed
from clas_policy.batch.impact.unit_tables import Compared, keys
from clas_policy.batch.impact.verdict import Line
from clas_policy.batch.population.population import PREFIX
from clas_policy.batch.quoting import literal, quoted
from clas_policy.batch.tables import NUMBER, POSITION, option_column
from clas_policy.model.fact import Fact, Type

_COUNTS = "kind, count(*), sum(before), sum(after), sum((after - before) * (after - before))"


def count(compared: Compared, breakdowns: Breakdowns) -> Counted:
    """The figures of all dossiers of the tables; `breakdowns` say where numbers are cut."""
    compared.make()
    counted = Counted()
    _units(compared, counted)
    _money(compared, counted)
    _states(compared, counted)
    counted.classes = list(_classes(compared, breakdowns))
    rows = compared.rows(
        f"SELECT after - before, count(*) FROM {compared.units(None)} "  # noqa: S608
        f"WHERE kind IN ({literal(Kind.GAIN)}, {literal(Kind.LOSS)}) GROUP BY 1"
    )
    counted.changes = Counter(dict(rows))
    counted.changed = list(_changed(compared))
    told = f"starts_with(dossier, {literal(f'{PREFIX}-')})"
    ((counted.made_up,),) = compared.rows(
        f"SELECT count(*) FILTER ({told}) FROM {compared.facts}.{compared.table(None)}"  # noqa: S608
    )
    return counted


def _cells(rows: list[tuple[Any, ...]]) -> Iterator[tuple[Raw, Cell]]:
    """Cells by class, of rows of a class and `_COUNTS`."""
    cells: dict[Raw, Cell] = {}
    for one, kind, *sums in rows:
        cells.setdefault(one, Cell()).add_many(Kind(kind), *sums)
    yield from cells.items()


def _units(compared: Compared, counted: Counted) -> None:
    for entity in compared.scopes:
        rows = compared.rows(f"SELECT NULL, {_COUNTS} FROM {compared.units(entity)} GROUP BY kind")  # noqa: S608
        cell = next((cell for _one, cell in _cells(rows)), Cell())
        if entity is None:
            counted.dossiers = cell
        else:
            counted.members[entity] = cell


def _money(compared: Compared, counted: Counted) -> None:
    """What each funder pays, on either side, and in how many dossiers nothing bounds it."""
    for side, found in enumerate(compared.found):
        endless: defaultdict[str, list[str]] = defaultdict(list)
        for entity in compared.scopes:
            for line in compared.lines(entity):
                funder = compared.meeting.funders[side].get(line.name)
                if funder is None or line.status[side] == "'absent'":
                    continue
                table = f"{found}.{compared.table(entity)} {'AB'[side]}"
                money = counted.money.setdefault((funder, side), [0, 0, 0, 0])
                status, high = line.status[side], line.high[side]
                for name, amount in compared.rows(f"SELECT {status}, sum({high}) FROM {table} GROUP BY 1"):  # noqa: S608
                    if name in PLACES:
                        money[PLACES[name]] += amount or 0
                open_ = f"{status} <> 'refused' AND {high} IS NULL"
                endless[funder].append(f"SELECT {NUMBER} FROM {table} WHERE {open_}")  # noqa: S608
        for funder, queries in endless.items():
            numbers = " UNION ALL ".join(queries)
            ((unbounded,),) = compared.rows(f"SELECT count(DISTINCT {NUMBER}) FROM ({numbers})")  # noqa: S608
            counted.money[funder, side][UNBOUNDED] += unbounded


def _states(compared: Compared, counted: Counted) -> None:
    """Outcomes, statuses of grants, and the rules of both policies that change."""
    outcomes = compared.rows(f"SELECT A.outcome, B.outcome, count(*) FROM {compared.both(None)} GROUP BY 1, 2")  # noqa: S608
    counted.outcomes = Counter({(one, other): number for one, other, number in outcomes})
    for entity in compared.scopes:
        both = compared.both(entity)
        for line in compared.lines(entity):
            pair = ", ".join(line.status)
            rows = compared.rows(f"SELECT {pair}, count(*) FROM {both} GROUP BY {pair}")  # noqa: S608
            found = counted.statuses.setdefault(line.name, Counter())
            found.update({(one, other): number for one, other, number in rows})
        for name, _one, _other in compared.pair(entity).rules:
            rows = compared.rows(
                f"SELECT A.{quoted(name)}, B.{quoted(name)}, count(*) FROM {both} "  # noqa: S608
                f"WHERE A.{quoted(name)} IS DISTINCT FROM B.{quoted(name)} GROUP BY 1, 2"
            )
            if rows:
                found_truths = counted.rules.setdefault(name, Counter())
                found_truths.update({(one, other): number for one, other, number in rows})


def _classes(compared: Compared, breakdowns: Breakdowns) -> Iterator[tuple[str, Raw, Cell]]:
    """The units of each class of each breakdown."""
    dossiers = compared.units(None)
    classes = compared.meeting.classes
    facts = f"{compared.facts}.{compared.table(None)} F JOIN {dossiers} U USING ({NUMBER})"
    rows = compared.rows(f"SELECT departement, {_COUNTS} FROM {facts} GROUP BY ALL")  # noqa: S608
    yield from ((DEPARTMENT, one, cell) for one, cell in _cells(rows))
    for name, by in classes.ways.items():
        if by.list_of is not None:
            members = f"SELECT {NUMBER}, count(*) AS members FROM {compared.facts}.{quoted(name)} GROUP BY 1"  # noqa: S608
            rows = compared.rows(
                f"SELECT coalesce(members, 0), {_COUNTS} FROM {dossiers} LEFT JOIN ({members}) USING ({NUMBER}) "  # noqa: S608
                "GROUP BY ALL"
            )
            yield from ((name, classes.size(int(one)), cell) for one, cell in _cells(rows))  # type: ignore[arg-type]
        elif by.fact is not None:
            yield from ((name, one, cell) for one, cell in _by_fact(compared, by.fact, breakdowns))


def _by_fact(compared: Compared, fact: Fact, breakdowns: Breakdowns) -> Iterator[tuple[Raw, Cell]]:
    scope = fact.entity
    rows = f"FROM {compared.facts}.{compared.table(scope)} F JOIN {compared.units(scope)} U USING ({keys(scope)})"
    if fact.type is Type.CHOICES:
        columns = [(option.value, f"F.{quoted(option_column(fact.name, option.value))}") for option in fact.options]
        none = f"NOT ({' OR '.join(column for _option, column in columns)})"
        wheres: list[tuple[str | None, str]] = [(None, f"{columns[0][1]} IS NULL"), ("", none), *columns]
        for one, where in wheres:
            yield from _cells(compared.rows(f"SELECT {_text(one)}, {_COUNTS} {rows} WHERE {where} GROUP BY kind"))
        return
    cuts = breakdowns.cuts(fact.name)
    if cuts is None:
        return
    value = _value(fact)
    if not cuts:
        yield from _cells(compared.rows(f"SELECT {value}, {_COUNTS} {rows} GROUP BY ALL"))
        return
    number = f"({value} - DATE '0001-01-01' + 1)" if fact.type is Type.DATE else value
    place = " + ".join(f"CAST({number} >= {cut} AS INTEGER)" for cut in sorted(cuts))
    # One of the numbers of an interval stands for it.
    found = compared.rows(f"SELECT min({value}), {place} AS place, {_COUNTS} {rows} GROUP BY place, kind")
    least: dict[int | None, Raw] = {}
    for value_, at, *_sums in found:
        known = least.get(at)
        least[at] = value_ if known is None else min(known, value_)
    yield from _cells([(least[at], *sums) for _value_, at, *sums in found])


def _text(one: str | None) -> str:
    return "NULL" if one is None else literal(one)


def _value(fact: Fact) -> str:
    """A column in the unit of the model."""
    column = f"F.{quoted(fact.name)}"
    match fact.type:
        case Type.MONEY:
            return f"CAST({column} * 100 AS BIGINT)"
        case Type.RATE:
            return f"CAST({column} * 1000000 AS BIGINT)"
        case _:
            return column


def _changed(compared: Compared) -> Iterator[Changed]:
    """The dossiers that change, each with its grants that do."""
    grants: defaultdict[int, list[tuple[GrantChange, str | None]]] = defaultdict(list)
    for entity in compared.scopes:
        for number, change, member in _changes(compared, entity):
            grants[number].append((change, member))
    rows = compared.rows(
        f"SELECT {NUMBER}, dossier, departement, kind, outcome_before, outcome_after, before, after "  # noqa: S608
        f"FROM {compared.units(None)} JOIN {compared.facts}.{compared.table(None)} USING ({NUMBER}) "
        f"WHERE kind <> {literal(Kind.SAME)} ORDER BY {NUMBER}"
    )
    for number, name, department, kind, one, other, before, after in rows:
        own = tuple(grants.get(number, ()))
        yield Changed(name or "", department, Kind(kind), (one, other), before, after, own)


def _changes(compared: Compared, entity: str | None) -> Iterator[tuple[int, GrantChange, str | None]]:
    lines = list(compared.lines(entity))
    if not lines:
        return
    place = "NULL, NULL" if entity is None else f"{POSITION}, F.{quoted(entity)}"
    told = ", ".join(", ".join((*line.status, *line.low, *line.high, line.changes)) for line in lines)
    source = compared.both(entity)
    if entity is not None:
        source += f" JOIN {compared.facts}.{compared.table(entity)} F USING ({keys(entity)})"
    rows = compared.rows(
        f"SELECT {NUMBER}, {place}, {told} FROM {source} WHERE {' OR '.join(line.changes for line in lines)} "  # noqa: S608
        f"ORDER BY {keys(entity)}"
    )
    for number, position, member, *cells in rows:
        for at, line in enumerate(lines):
            status, other, low, lower, high, higher, changes = cells[7 * at : 7 * at + 7]
            if changes:
                before: Line = (status, low, high)
                after: Line = (other, lower, higher)
                yield (
                    number,
                    GrantChange(line.name, entity, position, before, after),
                    None if entity is None else member or "",
                )
