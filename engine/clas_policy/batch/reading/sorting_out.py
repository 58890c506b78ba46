"""Which table is about what, where several are read together, and every doubt about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from clas_policy.batch.reading.header import Header, check_header, entities, has_member_id, no_column, resolved
from clas_policy.batch.reading.names import Key, ListGiven, Names, entity_of, name_of
from clas_policy.batch.reading.table import problem
from clas_policy.problem import DossierError, Message, Problem


def joined_alike(headers: Sequence[Header]) -> list[Header]:
    """The tables, joined by the ids of dossiers where all have them, else by their numbers; raises DossierError."""
    for key in (Key.DOSSIER, Key.NUMBER):
        if all(key in header.keys for header in headers):
            return [replace(header, by=key) for header in headers]
    lacks = next(header for header in headers if Key.DOSSIER not in header.keys)
    hint = Message("the tables of one set are all joined by the id of the dossier, or all by `dossier_no`")
    raise DossierError([no_column(lacks.table, lacks.row, Key.DOSSIER, hint)])


def sort_out(headers: Sequence[Header], all_names: Sequence[Names]) -> Mapping[int, str | None]:
    """The entity that each table has members of; raises DossierError for every doubt about columns."""
    tops = [header for header in headers if Key.PERIOD in header.keys]
    problems: list[Problem] = []
    of: dict[int, str | None] = {}
    for header in headers:
        found = dict(pair for names in reversed(all_names) for pair in entities(header, names).items())
        of[id(header)] = next(iter(found), None)
        if all_names:
            problems += check_header(header, all_names)
            problems += _doubts(header, found, all_names)
        elif not tops:
            problems.append(_no_period(header))
    if not problems and all_names:
        problems += _lacking(tops, all_names, of)
    if problems:
        raise DossierError(problems)
    return of


def _doubts(header: Header, found: Mapping[str, int], all_names: Sequence[Names]) -> Iterator[Problem]:
    if len(found) > 1:
        first, second = list(found)[:2]
        values = {"first": first, "second": second}
        message = Message("one table has members of `{first}` and of `{second}`", values)
        hint = Message("give each list a table of its own, joined by the id of the dossier")
        yield problem(header.table, header.row, found[second], "CLAS-B134", message, hint=hint)
    elif found:
        (entity,) = found
        if not any(has_member_id(header, names, entity) for names in all_names):
            message = Message("no column `{name}`: the id of each member", {"name": entity})
            hint = Message("give each member an id of its own within its dossier")
            yield problem(header.table, header.row, None, "CLAS-B104", message, hint=hint)
    elif Key.PERIOD not in header.keys:
        yield _no_period(header)
    if found and Key.PERIOD not in header.keys:
        yield from _misplaced(header, all_names)


def _lacking(tops: Sequence[Header], all_names: Sequence[Names], of: Mapping[int, str | None]) -> Iterator[Problem]:
    """Lists of the policies that no table tells anything about."""
    told = set(of.values())
    for names in all_names:
        for entity in names.policy.entities.values():
            given = ListGiven(entity.id, entity.list_key)
            if entity.id in told or not tops:
                continue
            header = tops[0]
            if any(given in names.find(text) for text in header.texts if text is not None):
                continue
            message = Message("no column and no table for `{list}`", {"list": entity.list_key})
            values = {"entity": entity.id, "list": entity.list_key}
            hint = Message(
                "add a table with the columns `dossier` and `{entity}`, or a column `{list}`: "
                "`oui` for a list that is known to be empty, `non` for one not known",
                values,
            )
            yield problem(header.table, header.row, None, "CLAS-B116", message, hint=hint)


def _no_period(header: Header) -> Problem:
    hint = Message("every dossier says its school year, like `2024-2025`")
    return no_column(header.table, header.row, Key.PERIOD, hint)


def _misplaced(header: Header, all_names: Sequence[Names]) -> Iterator[Problem]:
    """Facts of the dossier in a table of its members."""
    for names in all_names:
        for column, about in resolved(header, names).items():
            if not isinstance(about, Key) and entity_of(about) is None:
                message = Message(
                    "`{name}` is said of the dossier, in a table of its members", {"name": name_of(about)}
                )
                hint = Message("move the column to the table of dossiers")
                yield problem(header.table, header.row, column, "CLAS-B134", message, hint=hint)
