"""Tables that are read together: one row per member with the dossier repeated, or one table per kind of row.

They are gone through twice: once to see which dossiers, policies and orders there are, and once to read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from clas_policy.batch.reading.cell import Row, full_text
from clas_policy.batch.reading.header import Header
from clas_policy.batch.reading.names import Key, Names
from clas_policy.batch.reading.rows import Found, found_rows
from clas_policy.batch.reading.sorting_out import joined_alike, sort_out
from clas_policy.batch.reading.spill import Spill
from clas_policy.batch.reading.table import other_place, problem
from clas_policy.problem import Message, Problem

NamesOf: TypeAlias = Callable[[str, str | None], Names | None]
"""The columns of the policy that a period and a department select; None where there is none, which is said later."""

_MOST_POLICIES: Final = 500
"""So many periods and departments are looked at before reading; a table of one country and ten years has fewer."""


@dataclass(slots=True)
class Bundle:
    """The rows of one dossier: its own, and those of its members by entity, each in its table.

    In a table with one row per member, each row is both. With `problems` it cannot be read.
    """

    join: str | None
    top: Header | None
    rows: list[Row]
    members: dict[str, list[tuple[Header, Row]]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def first(self) -> tuple[Header, Row]:
        """The row that the bundle begins with."""
        if self.top is not None and self.rows:
            return self.top, self.rows[0]
        return next(iter(self.members.values()))[0]


class Pool:
    """Some tables whose dossiers are joined by their ids."""

    def __init__(self, headers: Sequence[Header], names_of: NamesOf, known: Sequence[Names] = ()) -> None:
        """`known` are the columns of policies that other rows of the tables have met.

        Raises DossierError where a column or a table is doubtful: then none of the rows is read.
        """
        self._headers = joined_alike(headers)
        self._tops = [header for header in self._headers if Key.PERIOD in header.keys]
        self._are_tops = {id(header) for header in self._tops}
        self._numbers: dict[str, int] = {}
        self._in_order = True
        self._rows = 0
        names = list({id(names): names for names in (*known, *self._scan(names_of))}.values())
        self._entities = sort_out(self._headers, names)

    @property
    def at(self) -> float:
        """How far the reading has come, from 0 to 1."""
        return sum(header.table.at for header in self._headers) / len(self._headers)

    def _scan(self, names_of: NamesOf) -> list[Names]:
        """Goes through the rows once: the dossiers, whether their rows stand together, the policies that they meet."""
        met: dict[tuple[str, str | None], None] = {}
        for header in self._tops:
            last = None
            for found in found_rows(header):
                self._rows += 1
                join = found.join
                if join is None or join == last:
                    continue
                if join in self._numbers:
                    self._in_order = False
                self._numbers.setdefault(join, len(self._numbers))
                last = join
                if len(met) < _MOST_POLICIES:
                    met[_selection(header, found.row)] = None
        known = (names_of(period, department) for period, department in met)
        return list({id(names): names for names in known if names is not None}.values())

    def bundles(self) -> Iterator[Bundle]:
        """The dossiers, in the order in which they first appear; what is of none, as it comes."""
        together = len(self._tops) == len(self._headers) and self._in_order
        if together:
            for header in self._tops:
                yield from self._adjacent(header)
        else:
            yield from self._joined()

    def _adjacent(self, header: Header) -> Iterator[Bundle]:
        """From a table in which the rows of a dossier stand together."""
        current: Bundle | None = None
        for found in found_rows(header):
            if found.join is None:
                yield _lone(header, found)
                continue
            if current is None or current.join != found.join:
                if current is not None:
                    yield self._whole(current)
                current = Bundle(found.join, header, [])
            current.rows.append(found.row)
            if found.problem is not None:
                current.problems.append(found.problem)
        if current is not None:
            yield self._whole(current)

    def _joined(self) -> Iterator[Bundle]:
        """From several tables, or one in which the rows of a dossier are scattered."""
        spill = Spill()
        wrong: dict[int, list[Problem]] = {}
        try:
            for source, header in enumerate(self._headers):
                for found in found_rows(header):
                    number = None if found.join is None else self._numbers.get(found.join)
                    if number is not None:
                        spill.add(number, source, found.row)
                        if found.problem is not None:
                            wrong.setdefault(number, []).append(found.problem)
                    elif found.problem is not None or found.join is None:
                        yield _lone(header, found)
                    else:
                        yield _orphan(header, found)
            for number, rows in spill.groups():
                bundle = self._gathered(rows)
                bundle.problems += wrong.get(number, [])
                yield self._whole(bundle)
        finally:
            spill.close()

    def _gathered(self, rows: list[tuple[int, Row]]) -> Bundle:
        bundle = Bundle(None, None, [])
        for source, row in rows:
            header = self._headers[source]
            entity = self._entities[id(header)]
            if id(header) in self._are_tops:
                if bundle.top is None or bundle.top is header:
                    bundle.top = header
                    bundle.rows.append(row)
                else:
                    bundle.problems.append(_twice(header, row, (bundle.top, bundle.rows[0])))
            elif entity is not None:
                bundle.members.setdefault(entity, []).append((header, row))
            bundle.join = bundle.join or header.join(row)
        return bundle

    def _whole(self, bundle: Bundle) -> Bundle:
        """The bundle with the members that its own rows are; in a table of dossiers, a second row is one too many."""
        header = bundle.top
        if header is None:
            return bundle
        entity = self._entities[id(header)]
        if entity is not None:
            bundle.members[entity] = [(header, row) for row in bundle.rows]
        else:
            bundle.problems += [_twice(header, row, (header, bundle.rows[0])) for row in bundle.rows[1:]]
        return bundle


def _selection(header: Header, row: Row) -> tuple[str, str | None]:
    department = row.at(header.keys[Key.DEPARTMENT]) if Key.DEPARTMENT in header.keys else None
    return full_text(row.at(header.keys[Key.PERIOD])), None if department is None else full_text(department)


def _lone(header: Header, found: Found) -> Bundle:
    problems = [] if found.problem is None else [found.problem]
    return Bundle(found.join, header, [found.row], problems=problems)


def _orphan(header: Header, found: Found) -> Bundle:
    column = header.join_column
    message = Message("no dossier `{id}`, which this row is a member of", {"id": found.join or ""})
    hint = Message("add the dossier to the table of dossiers, or correct the id here")
    one = problem(header.table, found.row, column, "CLAS-B115", message, hint=hint)
    return Bundle(found.join, header, [found.row], problems=[one])


def _twice(header: Header, row: Row, first: tuple[Header, Row]) -> Problem:
    column = header.join_column
    message = Message("the dossier `{id}` stands twice", {"id": header.join(row) or ""})
    there = other_place(first[0].table, first[1], None, Message("the first one"))
    return problem(
        header.table, row, column, "CLAS-B114", message, hint=Message("keep one of the two"), related=(there,)
    )
