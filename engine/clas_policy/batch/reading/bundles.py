"""The rows of one dossier to its typed facts, by the facts of a composed policy."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from clas_policy.batch.reading import cell_values
from clas_policy.batch.reading.cell import Row, cell_text
from clas_policy.batch.reading.forms import ENVELOPE, Choices, Column, Form, Read, form_of
from clas_policy.batch.reading.header import Header
from clas_policy.batch.reading.names import Key, Names
from clas_policy.batch.reading.pool import Bundle
from clas_policy.batch.reading.table import other_place, problem
from clas_policy.model.dossier import Dossier, Member
from clas_policy.model.fact import Value
from clas_policy.model.policy import Policy
from clas_policy.problem import DossierError, Message, Problem
from clas_policy.reading.dossier import DEPARTMENT, ID, PERIOD, Selection
from clas_policy.reading.dossier_hints import Refusal
from clas_policy.reading.json_lines import shown


class BundleReader:
    """Reads the rows of dossiers that meet one policy."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._forms: dict[int, tuple[Header, Form]] = {}

    @property
    def policy(self) -> Policy:
        return self._names.policy

    @property
    def keeps_unknown(self) -> bool:
        return self._names.keep_unknown

    def read(self, bundle: Bundle) -> Dossier:
        """The typed dossier; raises DossierError with every problem, each at its cell."""
        if bundle.problems:
            raise DossierError(bundle.problems)
        work = _Work(self, bundle)
        return work.dossier()

    def form(self, header: Header) -> Form:
        kept = self._forms.get(id(header))
        if kept is None:
            kept = self._forms[id(header)] = (header, form_of(header, self._names))
        return kept[1]


def selection(bundle: Bundle) -> Selection:
    """What a dossier says of itself before any policy is known; raises DossierError."""
    if bundle.problems:
        raise DossierError(bundle.problems)
    header, row = bundle.first
    found: dict[str, Value] = {}
    problems = []
    for key, (take, convert) in ENVELOPE.items():
        column = header.keys.get(key)
        cell = None if column is None else row.at(column)
        if cell is None:
            if key is Key.PERIOD or (key is Key.DOSSIER and column is not None):
                message = Message("the cell of `{name}` is empty", {"name": header.texts[column or 0] or ""})
                problems.append(problem(header.table, row, column, "CLAS-B112", message, hint=Message("fill it in")))
            continue
        try:
            found[key.value] = convert(take(cell))  # type: ignore[arg-type]
        except Refusal as refusal:
            problems += _told(header, row, column, refusal)
    if problems:
        raise DossierError(problems)
    department = found.get(DEPARTMENT)
    dossier_id = found.get(ID, bundle.join or "")
    return Selection(str(found[PERIOD]), None if department is None else str(department), str(dossier_id))


def _told(header: Header, row: Row, column: int | None, refusal: Refusal) -> Iterable[Problem]:
    for complaint in refusal.complaints:
        yield problem(header.table, row, column, complaint.code, complaint.message, hint=complaint.hint)


class _Work:
    """One dossier: what was found, and what is wrong."""

    def __init__(self, reader: BundleReader, bundle: Bundle) -> None:
        self._reader = reader
        self._bundle = bundle
        self._problems: list[Problem] = []
        self._ignored: set[str] = set()

    def dossier(self) -> Dossier:
        header, row = self._bundle.first
        form = self._reader.form(header)
        self._strange(header, row, form)
        facts = self._facts(header, row, form.own, form.own_choices)
        given = self._facts(header, row, form.lists, ())
        for other in self._bundle.rows[1:]:
            self._strange(header, other, form)
            self._same(header, (row, other), form, facts, given)
        members = {
            entity.id: found
            for entity in self._reader.policy.entities.values()
            if (found := self._members(entity.id, given.get(entity.id))) is not None
        }
        if self._problems:
            raise DossierError(self._problems)
        dossier_id = str(facts.pop(ID, self._bundle.join))
        period, department = str(facts.pop(PERIOD)), facts.pop(DEPARTMENT, None)
        ignored = tuple(sorted(self._ignored))
        return Dossier(
            dossier_id, period, None if department is None else str(department), facts, members, ignored=ignored
        )

    def _facts(
        self, header: Header, row: Row, columns: Sequence[Column], choices: Sequence[Choices]
    ) -> dict[str, Value]:
        """What some columns of a row say: the loop that speed depends on."""
        facts: dict[str, Value] = {}
        cells, width = row.cells, len(row.cells)
        for at, name, read in columns:
            cell = cells[at] if at < width else None
            if cell is not None:
                try:
                    facts[name] = read(cell)
                except Refusal as refusal:
                    self._problems += _told(header, row, at, refusal)
        for one in choices:
            chosen = self._chosen(header, row, one)
            if chosen is not None:
                facts[one.fact.name] = chosen
        return facts

    def _chosen(self, header: Header, row: Row, choices: Choices) -> Value | None:
        """A set of choices from a column for each of its values."""
        given = {value: row.at(column) for value, column in choices.columns.items()}
        first = next(iter(choices.columns.values()))
        if all(cell is None for cell in given.values()):
            return None
        if any(cell is None for cell in given.values()) or len(given) < len(choices.fact.options):
            lacking = [option.value for option in choices.fact.options if given.get(option.value) is None]
            values_ = {"fact": choices.fact.name, "values": ", ".join(f"`{value}`" for value in lacking)}
            message = Message("`{fact}` is answered for some of its values only, not for {values}", values_)
            hint = Message("answer `oui` or `non` for every value, or for none where it is not known")
            self._problems.append(problem(header.table, row, first, "CLAS-B135", message, hint=hint))
            return None
        chosen: list[object] = []
        for value, cell in given.items():
            try:
                if cell_values.boolean(cell):
                    chosen.append(value)
            except Refusal as refusal:
                self._problems += _told(header, row, choices.columns[value], refusal)
                return None
        try:
            return choices.convert(chosen)  # type: ignore[arg-type]
        except Refusal as refusal:
            self._problems += _told(header, row, first, refusal)
            return None

    def _strange(self, header: Header, row: Row, form: Form) -> None:
        """Answers in columns that this policy does not ask for, although another does."""
        for column in form.strange:
            cell = row.at(column)
            if cell is None:
                continue
            text = header.texts[column] or ""
            if self._reader.keeps_unknown:
                self._ignored.add(text)
                continue
            values_ = {"text": shown(text), "policy": self._reader.policy.id}
            message = Message("`{policy}` does not ask for `{text}`", values_)
            hint = Message("empty the cell, or check the year and the department of this dossier")
            self._problems.append(problem(header.table, row, column, "CLAS-B105", message, hint=hint))

    def _same(
        self, header: Header, rows: tuple[Row, Row], form: Form, facts: dict[str, Value], given: dict[str, Value]
    ) -> None:
        """What a further row repeats of its dossier: the same, or nothing; it may give what the first left out."""
        first, other = rows
        for columns, known in ((form.own, facts), (form.lists, given)):
            for at, name, read in columns:
                cell, before = other.at(at), first.at(at)
                if cell is None or cell == before:
                    continue
                value = self._read(header, other, at, read)
                if value is None:
                    continue
                if before is None and name not in known:
                    known[name] = value
                elif known.get(name) != value:
                    self._differs(header, rows, at)
        for one in form.own_choices:
            self._same_choices(header, rows, one, facts)

    def _same_choices(self, header: Header, rows: tuple[Row, Row], one: Choices, facts: dict[str, Value]) -> None:
        first, other = rows
        before = facts.get(one.fact.name)
        if isinstance(before, frozenset):
            for value, at in one.columns.items():
                said = None if other.at(at) is None else self._read(header, other, at, cell_values.boolean)
                if said is not None and said != (value in before):
                    self._differs(header, rows, at)
        elif all(first.at(at) is None for at in one.columns.values()):
            chosen = self._chosen(header, other, one)
            if chosen is not None:
                facts[one.fact.name] = chosen

    def _read(self, header: Header, row: Row, at: int, read: Read) -> Value | None:
        """What a cell that is not empty says; None where it is refused, which is told."""
        try:
            return read(row.cells[at])
        except Refusal as refusal:
            self._problems += _told(header, row, at, refusal)
            return None

    def _differs(self, header: Header, rows: tuple[Row, Row], at: int) -> None:
        first, other = rows
        values_ = {"text": cell_text(other.at(at)), "first": cell_text(first.at(at)), "name": header.texts[at] or ""}
        message = Message("`{name}` is `{text}` here and `{first}` in the first row of the dossier", values_)
        hint = Message("repeat what is said of a dossier as it is, or leave it empty in further rows")
        there = other_place(header.table, first, at, Message("the first one"))
        self._problems.append(problem(header.table, other, at, "CLAS-B113", message, hint=hint, related=(there,)))

    def _members(self, entity: str, given: Value | None) -> tuple[Member, ...] | None:
        """The members of an entity; None where its list is not given."""
        members: list[Member] = []
        first: dict[str, tuple[Header, Row]] = {}
        for header, row in _in_order(self._bundle.members.get(entity, [])):
            form = self._reader.form(header)
            if header is not self._bundle.top:
                self._strange(header, row, form)
            if all(row.at(one.at) is None for one in form.member) and not any(
                row.at(column) is not None for one in form.member_choices for column in one.columns.values()
            ):
                if len(self._bundle.members[entity]) > 1 or header is not self._bundle.top:
                    self._no_id(header, row, form, entity)
                continue
            facts = self._facts(header, row, form.member, form.member_choices)
            member_id = facts.pop(entity, None)
            if not isinstance(member_id, str):
                if all(row.at(one.at) is None for one in form.member if one.name == entity):
                    self._no_id(header, row, form, entity)
                continue
            same = unicodedata.normalize("NFC", member_id)
            if same in first:
                self._twin(header, row, form, entity, first[same])
            first.setdefault(same, (header, row))
            members.append(Member(member_id, facts))
        if members or given is True:
            if given is False:
                self._contradiction(entity)
            return tuple(members)
        if given is None and not self._problems:
            self._none(entity)
        return None

    def _no_id(self, header: Header, row: Row, form: Form, entity: str) -> None:
        column = next((one.at for one in form.member if one.name == entity), None)
        message = Message("the cell of `{name}` is empty", {"name": header.texts[column or 0] or ""})
        hint = Message("give each member an id of its own within its dossier")
        self._problems.append(problem(header.table, row, column, "CLAS-B112", message, hint=hint))

    def _twin(self, header: Header, row: Row, form: Form, entity: str, first: tuple[Header, Row]) -> None:
        column = next(one.at for one in form.member if one.name == entity)
        message = Message("two members have the id `{id}`", {"id": cell_text(row.at(column))})
        there = other_place(first[0].table, first[1], None, Message("the first one"))
        hint = Message("give each its own; where a dossier was exported twice, take one copy out")
        self._problems.append(problem(header.table, row, column, "CLAS-B117", message, hint=hint, related=(there,)))

    def _contradiction(self, entity: str) -> None:
        header, row = self._bundle.first
        column = next(one.at for one in self._reader.form(header).lists if one.name == entity)
        message = Message(
            "`{name}` says that the list is not known, and there are rows of it", {"name": header.texts[column] or ""}
        )
        self._problems.append(
            problem(header.table, row, column, "CLAS-B113", message, hint=Message("write `oui`, or take the rows out"))
        )

    def _none(self, entity: str) -> None:
        header, row = self._bundle.first
        list_key = self._reader.policy.entities[entity].list_key
        message = Message("no row of `{list}` for this dossier", {"list": list_key})
        hint = Message(
            "add its rows, or a column `{list}`: `oui` for a list that is known to be empty, `non` for one not known",
            {"list": list_key},
        )
        self._problems.append(problem(header.table, row, None, "CLAS-B116", message, hint=hint))


def _in_order(rows: list[tuple[Header, Row]]) -> list[tuple[Header, Row]]:
    """Rows by the place that they say they have in their list, where all say so."""

    def position(found: tuple[Header, Row]) -> object:
        column = found[0].keys.get(Key.POSITION)
        return None if column is None else found[1].at(column)

    if rows and all(isinstance(position(found), (int, float)) for found in rows):
        return sorted(rows, key=position)  # type: ignore[arg-type]
    return rows
