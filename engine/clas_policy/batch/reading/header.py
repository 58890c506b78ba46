"""The first row of a table: which column is about what, and everything that is doubtful about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from clas_policy.batch.reading.cell import Row, full_text
from clas_policy.batch.reading.names import (
    LABELS,
    About,
    Key,
    MemberId,
    Names,
    OptionOf,
    entity_of,
    envelope,
    name_of,
    same_header,
)
from clas_policy.batch.reading.table import Table, other_place, problem
from clas_policy.frozen import dataclass
from clas_policy.problem import DossierError, Message, Problem
from clas_policy.reading.dossier_hints import listed
from clas_policy.reading.json_lines import shown
from clas_policy.reading.report import nearest
from clas_policy.reading.unknown_key import other_letter
from clas_policy.source import Span

_LOOKED_AT: Final = 20
"""So many rows are searched for a header that does not stand first."""


@dataclass(frozen=True, slots=True)
class Header:
    """A table that has a header: its row, the texts of its columns, and the columns of the envelope.

    Its rows are joined to others by the column `by`: by the id of the dossier, or by its number in a database.
    """

    table: Table
    row: Row
    texts: tuple[str | None, ...]
    keys: Mapping[Key, int]
    by: Key = Key.DOSSIER

    @property
    def width(self) -> int:
        return len(self.texts)

    @property
    def join_column(self) -> int:
        return self.keys[self.by]

    def join(self, row: Row) -> str | None:
        """What a row is joined by; None where it does not say."""
        cell = row.at(self.join_column)
        return None if cell is None else full_text(cell)


def read_header(table: Table) -> Header | None:
    """The header of a table, None where the table has no cell; raises DossierError where it has none that is sure."""
    before: list[Row] = []
    for row in table.rows():
        if row.is_empty:
            continue
        header = _header(table, row)
        if Key.DOSSIER in header.keys or Key.NUMBER in header.keys:
            if before:
                message = Message("the header of the columns stands here, below other rows")
                hint = Message("take out the rows above it")
                raise DossierError([problem(table, row, None, "CLAS-B108", message, hint=hint)])
            _require_once(header)
            return header
        before.append(row)
        if len(before) == _LOOKED_AT:
            break
    if not before:
        return None
    hint = Message("the first row names the columns; `clas-policy template dossier --format xlsx` writes such a table")
    raise DossierError([no_column(table, before[0], Key.DOSSIER, hint)])


def no_column(table: Table, row: Row, key: Key, hint: Message) -> Problem:
    """What is said of a row of headers that lacks a column of the envelope."""
    message = Message("no column `{label}` (or `{name}`)", {"label": LABELS[key][0], "name": key.value})
    return problem(table, row, None, "CLAS-B104", message, hint=hint)


def _header(table: Table, row: Row) -> Header:
    texts = [full_text(cell) or None for cell in row.cells]
    while texts and texts[-1] is None:
        texts.pop()
    keys: dict[Key, int] = {}
    for column, text in enumerate(texts):
        key = envelope(text) if text is not None else None
        if key is not None:
            keys.setdefault(key, column)
    return Header(table, row, tuple(texts), keys, Key.DOSSIER if Key.DOSSIER in keys else Key.NUMBER)


def _require_once(header: Header) -> None:
    """Raises DossierError for two columns of one key: which rows belong together would be a guess."""
    found = []
    for column, text in enumerate(header.texts):
        key = envelope(text) if text is not None else None
        if key is not None and header.keys[key] != column:
            found.append(_twice(header, column, header.keys[key], key.value))
    if found:
        raise DossierError(found)


def _twice(header: Header, column: int, first: int, name: str) -> Problem:
    there = other_place(header.table, header.row, first, Message("the first one"))
    message = Message("two columns are about `{name}`", {"name": name})
    hint = Message("keep one of the two")
    return problem(header.table, header.row, column, "CLAS-B106", message, hint=hint, related=(there,))


def check_header(header: Header, all_names: Sequence[Names]) -> list[Problem]:
    """What is wrong with the columns, where a table meets these policies: nothing is ignored in silence."""
    found: list[Problem] = []
    for column, text in enumerate(header.texts):
        if text is not None:
            found += _check_column(header, column, text, all_names)
    for names in all_names:
        first: dict[str, int] = {}
        for column, about in resolved(header, names).items():
            name = name_of(about)
            if name in first and first[name] != column:
                found.append(_twice(header, column, first[name], name))
            first.setdefault(name, column)
        found += _both_ways(header, names, first)
    return list(dict.fromkeys(found))


def _check_column(header: Header, column: int, text: str, all_names: Sequence[Names]) -> Iterable[Problem]:
    several: tuple[About, ...] = ()
    for names in all_names:
        about = names.find(text)
        if len(about) == 1:
            return
        several = several or about
    if several:
        message = Message("the header `{text}` is the label of several facts", {"text": shown(text)})
        hint = Message("write the name of one: {names}", {"names": listed(name_of(about) for about in several)})
        yield problem(header.table, header.row, column, "CLAS-B107", message, hint=hint)
        return
    if any(names.keep_unknown for names in all_names):
        return
    message = Message("unknown column `{text}`", {"text": shown(text)})
    yield problem(header.table, header.row, column, "CLAS-B105", message, hint=_meant(header, text, all_names))


def _meant(header: Header, text: str, all_names: Sequence[Names]) -> Message:
    strange = other_letter(text)
    if strange is not None:
        return strange
    used = {same_header(other) for other in header.texts if other is not None}
    for names in all_names:
        near = nearest(same_header(text), [name for name in names.near() if name not in used])
        if near is not None:
            return Message("did you mean `{name}`?", {"name": names.shown.get(near, near)})
    return Message("a column is headed by the name of a fact or by its label; take out what is not asked")


def _both_ways(header: Header, names: Names, columns: Mapping[str, int]) -> Iterable[Problem]:
    """Facts that have a column of their own and some for single values of it."""
    for column, about in resolved(header, names).items():
        if isinstance(about, OptionOf) and about.fact.name in columns:
            there = other_place(header.table, header.row, columns[about.fact.name], Message("the column of all values"))
            message = Message("`{name}` has one column for all its values and one for each", {"name": about.fact.name})
            hint = Message("keep one of the two ways")
            yield problem(header.table, header.row, column, "CLAS-B106", message, hint=hint, related=(there,))


def resolved(header: Header, names: Names) -> dict[int, About]:
    """The columns that one policy knows, by their place."""
    found = {}
    for column, text in enumerate(header.texts):
        about = names.find(text) if text is not None else ()
        if len(about) == 1:
            found[column] = about[0]
    return found


def entities(header: Header, names: Names) -> dict[str, int]:
    """The entities whose members a table has columns of, each with the first of them."""
    found: dict[str, int] = {}
    for column, about in resolved(header, names).items():
        entity = entity_of(about)
        if entity is not None:
            found.setdefault(entity, column)
    return found


def has_member_id(header: Header, names: Names, entity: str) -> bool:
    return MemberId(entity) in resolved(header, names).values()


def empty_table(table: Table) -> Problem:
    """What is said of a table without any row."""
    span = Span(table.file, 1, 1, 1, 1)
    path = table.sheet
    hint = Message("a table has a row of headers and one or more rows for each dossier")
    return Problem("CLAS-B136", Message("the table is empty"), span, hint=hint, path=path)
