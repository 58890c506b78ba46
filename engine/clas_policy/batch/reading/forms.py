"""What the columns of a table say under one policy: for the dossier, and for the members of its entity."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

from clas_policy.batch.reading import cell_values
from clas_policy.batch.reading.cell import Cell
from clas_policy.batch.reading.header import Header, resolved
from clas_policy.batch.reading.names import Key, ListGiven, MemberId, Names, OptionOf
from clas_policy.model.fact import Fact, Value
from clas_policy.problem import Message
from clas_policy.reading import dossier_values as values
from clas_policy.reading.dossier_hints import Complaint, Refusal

Read: TypeAlias = Callable[[Cell], Value]


class Column(NamedTuple):
    """A column that answers something: its place, the name that its value is kept under, what reads its cells."""

    at: int
    name: str
    read: Read


class Choices(NamedTuple):
    """The columns of the values of one fact, by value."""

    fact: Fact
    columns: dict[str, int]
    convert: values.Convert


class Form(NamedTuple):
    """What the columns of one table say under a policy, for the dossier and for the members of its entity."""

    own: tuple[Column, ...]
    own_choices: tuple[Choices, ...]
    member: tuple[Column, ...]
    member_choices: tuple[Choices, ...]
    lists: tuple[Column, ...]
    strange: tuple[int, ...]
    """Columns of which this policy knows nothing."""


ENVELOPE: Final[dict[Key, tuple[Callable[[Cell], object], values.Convert]]] = {
    Key.DOSSIER: (cell_values.identifier, values.identifier),
    Key.PERIOD: (cell_values.identifier, values.period),
    Key.DEPARTMENT: (cell_values.department, values.department),
}


def form_of(header: Header, names: Names) -> Form:
    """The columns of a table, compiled once for all its rows."""
    found = resolved(header, names)
    own: list[Column] = []
    member: list[Column] = []
    lists: list[Column] = []
    choices: dict[str, Choices] = {}
    for column, about in found.items():
        match about:
            case Key():
                if about in ENVELOPE:
                    own.append(Column(column, about.value, _reading(*ENVELOPE[about])))
            case MemberId(name):
                member.append(Column(column, name, _reading(cell_values.identifier, values.identifier)))
            case ListGiven(name, _):
                lists.append(Column(column, name, cell_values.boolean))
            case OptionOf(fact, option):
                one = choices.setdefault(fact.name, Choices(fact, {}, _converter(fact)))
                one.columns[option.value] = column
            case _:
                (member if about.entity else own).append(Column(column, about.name, _fact_reading(about)))
    strange = tuple(column for column, text in enumerate(header.texts) if text is not None and column not in found)
    by_level = [tuple(one for one in choices.values() if bool(one.fact.entity) is level) for level in (False, True)]
    return Form(tuple(own), by_level[0], tuple(member), by_level[1], tuple(lists), strange)


def _reading(take: Callable[[Cell], object], convert: values.Convert) -> Read:
    return lambda cell: convert(take(cell))  # type: ignore[arg-type]


def _converter(fact: Fact) -> values.Convert:
    if fact.derivation is None:
        return values.converter(fact)
    said = {"fact": fact.name, "by": fact.derivation.by}
    complaint = Complaint(
        "CLAS-B133",
        Message("`{fact}` is worked out by `{by}`, not given", said),
        Message("take the column out, or leave it empty"),
    )

    def refuse(_value: object) -> Value:
        raise Refusal(complaint)

    return refuse


def _fact_reading(fact: Fact) -> Read:
    if fact.derivation is not None:
        refuse = _converter(fact)
        return lambda _cell: refuse(None)
    return _reading(cell_values.taker(fact), values.converter(fact))
