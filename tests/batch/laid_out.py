"""Dossiers laid out as tables, in the ways that people and programs lay them out."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from clas_policy.batch.reading.bundles import BundleReader, selection
from clas_policy.batch.reading.names import Names
from clas_policy.batch.reading.sets import table_sets
from clas_policy.model.dossier import Dossier
from clas_policy.model.fact import Fact, Type, Value
from clas_policy.model.money import format_amount, format_rate
from clas_policy.model.policy import Policy
from clas_policy.problem import DossierError, Problem

Cell = str | bool | int | float | date | None
Sheet = list[list[Cell]]
Write = Callable[[Fact, Value], Cell]

ENVELOPE = ("dossier", "annee_scolaire", "departement")


def french(fact: Fact, value: Value) -> Cell:
    """As people type it into a spreadsheet that they save as CSV."""
    match fact.type:
        case Type.BOOLEAN:
            return "oui" if value else "Non"
        case Type.MONEY:
            assert isinstance(value, int)
            whole, _, cents = format_amount(value).partition(".")
            digits = whole.lstrip("-")
            head = len(digits) % 3
            groups = [digits[:head], *(digits[at : at + 3] for at in range(head, len(digits), 3))]
            sign = "-" if value < 0 else ""
            spaced = "\u202f".join(group for group in groups if group)
            return f"{sign}{spaced},{cents}\u00a0€"
        case Type.RATE:
            assert isinstance(value, int)
            return format_rate(value).replace(".", ",")
        case Type.DATE:
            assert isinstance(value, date)
            return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"
        case Type.CHOICE:
            return next(option.label for option in fact.options if option.value == value)
        case Type.CHOICES:
            assert isinstance(value, frozenset)
            return " ; ".join(option.label for option in fact.options if option.value in value) or "aucun"
        case _:
            return str(value)


def typed(fact: Fact, value: Value) -> Cell:
    """As a spreadsheet holds it in a cell that has a type."""
    match fact.type:
        case Type.MONEY:
            assert isinstance(value, int)
            return value / 100
        case Type.CHOICES:
            assert isinstance(value, frozenset)
            return ";".join(sorted(value)) or "aucune"
        case Type.RATE:
            return french(fact, value)
        case _:
            assert not isinstance(value, frozenset)
            return value


def header(fact: Fact, *, labels: bool) -> str:
    return fact.label if labels else fact.name


def _facts(policy: Policy, entity: str | None) -> list[Fact]:
    return [fact for fact in policy.facts.values() if fact.entity == entity and fact.derivation is None]


def _cells(facts: Iterable[Fact], known: Any, write: Write) -> list[Cell]:
    return [None if known.get(fact.name) is None else write(fact, known[fact.name]) for fact in facts]


def flat(policy: Policy, dossiers: Sequence[Dossier], write: Write, *, labels: bool = False) -> Sheet:
    """One row per member of the only entity, with what is said of the dossier in each; none without members."""
    (entity,) = policy.entities
    own, members = _facts(policy, None), _facts(policy, entity)
    rows: Sheet = [[*ENVELOPE, entity, *(header(fact, labels=labels) for fact in (*own, *members))]]
    for one in dossiers:
        rows += [
            [
                one.id,
                one.period,
                one.department,
                member.id,
                *_cells(own, one.facts, write),
                *_cells(members, member.facts, write),
            ]
            for member in one.members.get(entity, ())
        ]
    return rows


def joined(policy: Policy, dossiers: Sequence[Dossier], write: Write, *, labels: bool = False) -> dict[str, Sheet]:
    """A table of dossiers, which says whether each list is given, and a table for each list."""
    own = _facts(policy, None)
    lists = [entity.list_key for entity in policy.entities.values()]
    sheets: dict[str, Sheet] = {"dossiers": [[*ENVELOPE, *lists, *(header(fact, labels=labels) for fact in own)]]}
    for one in dossiers:
        given: list[Cell] = ["oui" if entity in one.members else "non" for entity in policy.entities]
        sheets["dossiers"].append([one.id, one.period, one.department, *given, *_cells(own, one.facts, write)])
    for entity in policy.entities.values():
        facts = _facts(policy, entity.id)
        rows: Sheet = [["dossier", entity.id, *(header(fact, labels=labels) for fact in facts)]]
        for one in dossiers:
            rows += [
                [one.id, member.id, *_cells(facts, member.facts, write)] for member in one.members.get(entity.id, ())
            ]
        sheets[entity.list_key] = rows
    return sheets


def write_csv(path: Path, rows: Sheet, *, separator: str = ";", encoding: str = "utf-8") -> str:
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=separator).writerows(rows)
    return str(path)


def write_xlsx(path: Path, sheets: dict[str, Sheet]) -> str:
    book = xlsxwriter.Workbook(str(path))
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for title, rows in sheets.items():
        sheet = book.add_worksheet(title)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                match cell:
                    case None:
                        continue
                    case bool():
                        sheet.write_boolean(row, column, cell)
                    case date():
                        sheet.write_datetime(row, column, cell, day)
                    case str():
                        sheet.write_string(row, column, cell)
                    case _:
                        sheet.write_number(row, column, cell)
    book.close()
    return str(path)


def read(policy: Policy, *files: str) -> tuple[list[Dossier], list[Problem]]:
    """The dossiers of some tables, all of which meet one policy; and everything that is said of them."""
    names = Names(policy)
    reader = BundleReader(names)
    found: list[Dossier] = []
    said: list[Problem] = []
    for together in table_sets(files):
        for pool in together.pools(lambda _period, _department: names):
            for bundle in pool.bundles():
                try:
                    selection(bundle)
                    found.append(reader.read(bundle))
                except DossierError as error:
                    said += error.problems
        said += [*together.notices, *together.problems]
    return found, said


def plain(dossiers: Iterable[Dossier]) -> list[Any]:
    """Dossiers as values to compare: what they say, and not their digests."""
    return [
        (
            one.id,
            one.period,
            one.department,
            dict(one.facts),
            {
                entity: [(member.id, dict(member.facts)) for member in members]
                for entity, members in one.members.items()
            },
        )
        for one in dossiers
    ]
