"""What a run has found so far, in a database that nobody else sees: it fits in memory, or goes to disk by itself."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol, Self

from clas_policy.batch import engine
from clas_policy.batch.quoting import literal, quoted
from clas_policy.batch.tables import DOSSIERS, NUMBER, POSITION, Column, Kind
from clas_policy.batch.writing.deciding import BySql, Decider
from clas_policy.batch.writing.shelf import IDS, NAMED, NAMED_MEMBERS, UNKNOWN_LISTS, Shelf, columns_of, load
from clas_policy.frozen import dataclass
from clas_policy.model.dossier import Dossier
from clas_policy.model.policy import Policy

_AT_ONCE: Final = 5000
_MEMORY: Final = "2GiB"
_PREFIX: Final = "clas-policy-batch-"
_FOLDER: Final = re.compile(rf"{_PREFIX}([0-9]+)-.+")


def clean() -> None:
    """Takes away the folders of runs that were killed before they could."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        match = _FOLDER.fullmatch(folder.name)
        if match is not None and not folder.is_symlink() and not _is_running(int(match[1])):
            shutil.rmtree(folder, ignore_errors=True)


def _is_running(process: int) -> bool:
    """Whether there is a process of that number; where that cannot be told, there is."""
    if os.name != "posix":
        return True  # elsewhere, asking is killing
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


class Read(Protocol):
    """A dossier that was read: its number in the order of the input, and where it stands."""

    @property
    def number(self) -> int: ...

    @property
    def file(self) -> str: ...

    @property
    def line(self) -> int: ...

    @property
    def dossier(self) -> Dossier: ...


@dataclass(frozen=True, slots=True)
class Twin:
    """A dossier that was read twice: where, and where first."""

    number: int
    dossier: str
    place: tuple[str, int]
    first: tuple[str, int]


class Store:
    """Everything found in a run, by policy; a context that takes its folder away when it ends."""

    def __init__(self, *, keep_facts: bool = False, memory: str = _MEMORY) -> None:
        self._keeps_facts = keep_facts
        clean()
        self._folder = tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-")
        self.folder = Path(self._folder.name)
        self.connection = engine.connect(spill_to=self.folder / "spill", memory_limit=memory)
        self.shelves: dict[str, Shelf] = {}
        self.connection.execute(f"CREATE SCHEMA {IDS}")
        self.connection.execute(f"CREATE TABLE {IDS}.{DOSSIERS} ({columns_of(NAMED)})")
        self.connection.execute(f"CREATE TABLE {IDS}.members ({columns_of(NAMED_MEMBERS)})")
        self.connection.execute(f"CREATE TABLE {IDS}.unknown ({columns_of(UNKNOWN_LISTS)})")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.connection.close()
            self._folder.cleanup()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)  # where one more ^C came meanwhile

    def shelf(self, policy: Policy) -> Shelf:
        """The place of a policy, made when it is first met."""
        if policy.id not in self.shelves:
            number = len(self.shelves)
            shelf = Shelf(self.connection, self.folder, policy, number, keeps_facts=self._keeps_facts)
            self.shelves[policy.id] = shelf
        return self.shelves[policy.id]

    def add(self, policy: Policy, decider: Decider, read: Sequence[Read]) -> None:
        """Decides some dossiers that meet one policy, and keeps what is found."""
        shelf = self.shelf(policy)
        numbers, dossiers = [one.number for one in read], [one.dossier for one in read]
        self._put_ids(policy, read)
        decider.decide(shelf, numbers, dossiers)

    def add_views(self, policy: Policy, decider: BySql, schema: str, place: tuple[str, int]) -> None:
        """Decides all dossiers of a schema whose views are the tables of a policy, and keeps what is found.

        `place` is their file, and the number of the dossier that stands in its first row.
        """
        shelf = self.shelf(policy)
        file, base = place
        self.connection.execute(
            f"INSERT INTO {IDS}.{DOSSIERS} SELECT {NUMBER}, dossier, annee_scolaire, departement, "  # noqa: S608
            f"{literal(policy.id)}, {literal(file)}, {NUMBER} - {base} + 1 FROM {schema}.{DOSSIERS}"
        )
        for entity in policy.entities.values():
            self.connection.execute(
                f"INSERT INTO {IDS}.members SELECT {NUMBER}, {POSITION}, {literal(entity.id)}, {quoted(entity.id)} "  # noqa: S608
                f"FROM {schema}.{quoted(entity.list_key)}"
            )
            self.connection.execute(
                f"INSERT INTO {IDS}.unknown SELECT {NUMBER}, {literal(entity.list_key)} "  # noqa: S608
                f"FROM {schema}.{DOSSIERS} WHERE {quoted(entity.list_key)} IS NOT TRUE"
            )
        if self._keeps_facts:
            shelf.take_facts(schema)
        else:
            decider.decide_all(shelf, schema)

    def _put_ids(self, policy: Policy, read: Sequence[Read]) -> None:
        names = (
            (one.number, one.dossier.id, one.dossier.period, one.dossier.department, policy.id, one.file, one.line)
            for one in read
        )
        load(self.connection, self.folder, f"{IDS}.{DOSSIERS}", NAMED, names)
        members = (
            (one.number, position, entity, member.id)
            for one in read
            for entity, found in one.dossier.members.items()
            for position, member in enumerate(found)
        )
        load(self.connection, self.folder, f"{IDS}.members", NAMED_MEMBERS, members)
        unknown = [
            (one.number, entity.list_key)
            for one in read
            for entity in policy.entities.values()
            if entity.id not in one.dossier.members
        ]
        if unknown:
            load(self.connection, self.folder, f"{IDS}.unknown", UNKNOWN_LISTS, unknown)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self.connection.execute(query).fetchall()
        return found

    def twins(self) -> list[Twin]:
        """Dossiers of one id, period and department that were read more than once; only the first of them stays."""
        names = f"{IDS}.{DOSSIERS}"
        same = "dossier, annee_scolaire, departement"
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE twice AS SELECT {same}, min({NUMBER}) AS first FROM {names} "  # noqa: S608
            f"GROUP BY {same} HAVING count(*) > 1"
        )
        found = self.rows(
            f"SELECT I.{NUMBER}, I.dossier, I.file, I.line, F.file, F.line FROM {names} I JOIN twice T ON "  # noqa: S608
            f"I.dossier = T.dossier AND I.annee_scolaire = T.annee_scolaire "
            f"AND I.departement IS NOT DISTINCT FROM T.departement JOIN {names} F ON F.{NUMBER} = T.first "
            f"WHERE I.{NUMBER} > T.first ORDER BY I.{NUMBER}"
        )
        for table in (names, f"{IDS}.members", f"{IDS}.unknown") if found else ():
            numbers = ", ".join(str(row[0]) for row in found)
            self.connection.execute(f"DELETE FROM {table} WHERE {NUMBER} IN ({numbers})")  # noqa: S608
        return [Twin(number, name, (file, line), (at, first)) for number, name, file, line, at, first in found]

    def lists(self) -> tuple[tuple[str, str], ...]:
        """The lists of members of all policies: the name of each, and its entity."""
        found: dict[str, str] = {}
        for shelf in self.shelves.values():
            for entity in shelf.policy.entities.values():
                found.setdefault(entity.list_key, entity.id)
        return tuple(found.items())

    def columns(self, name: str) -> tuple[Column, ...]:
        """The columns of what is found, of all policies that have the table: what it is called first."""
        lists = dict(self.lists())
        found: dict[str, Column] = {}
        for column in NAMED[:5] if name == DOSSIERS else _of_member(lists[name]):
            found[column.name] = column
        for shelf in self.shelves.values():
            for table in shelf.found:
                if table.name == name:
                    for column in table.columns:
                        found.setdefault(column.name, column)
        return tuple(column for column in found.values() if column.name not in (NUMBER, POSITION))

    def query(self, name: str, *, keys: bool = False) -> str:
        """What is found, as one query in the order of the input; `keys` puts the numbers in front."""
        parts = [
            f"SELECT * FROM {shelf.found_schema}.{quoted(name)}"  # noqa: S608
            for shelf in self.shelves.values()
            if any(table.name == name for table in shelf.found)
        ]
        chosen = ", ".join(quoted(column.name) for column in self.columns(name))
        numbers = key_of(name)
        if keys:
            chosen = f"{', '.join(f'F.{number}' for number in numbers)}, {chosen}"
        source = f"({' UNION ALL BY NAME '.join(parts)}) F JOIN {IDS}.{DOSSIERS} I ON I.{NUMBER} = F.{NUMBER}"
        if name != DOSSIERS:
            entity = dict(self.lists())[name]
            source += (
                f" JOIN (SELECT {NUMBER}, {POSITION}, member AS {quoted(entity)} FROM {IDS}.members "  # noqa: S608
                f"WHERE entity = {literal(entity)}) M ON M.{NUMBER} = F.{NUMBER} AND M.{POSITION} = F.{POSITION}"
            )
        return f"SELECT {chosen} FROM {source} ORDER BY {', '.join(f'F.{number}' for number in numbers)}"  # noqa: S608

    def without(self, name: str) -> Iterator[int]:
        """The numbers of the dossiers that do not give a list, in the order of the input."""
        query = f"SELECT {NUMBER} FROM {IDS}.unknown WHERE list = {literal(name)} ORDER BY {NUMBER}"  # noqa: S608
        return (row[0] for row in self.stream(query))

    def stream(self, query: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, some at a time."""
        cursor = self.connection.cursor()
        try:
            cursor.execute(query)
            while found := cursor.fetchmany(_AT_ONCE):
                yield from found
        finally:
            cursor.close()


def key_of(name: str) -> tuple[str, ...]:
    """The columns that tell the rows of a table of results apart, in the order of the input."""
    return (NUMBER,) if name == DOSSIERS else (NUMBER, POSITION)


def _of_member(entity: str) -> tuple[Column, ...]:
    return (NAMED[1], Column(entity, Kind.TEXT))
