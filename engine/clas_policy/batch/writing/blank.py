"""A workbook to fill in, made from the facts of a policy: `batch` reads it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from clas_policy.batch import xlsx_out
from clas_policy.batch.reading.names import LABELS, OF_OPTION, About, Key, MemberId, Names, OptionOf, name_of
from clas_policy.batch.reading.rows import EXAMPLE
from clas_policy.batch.writing.blank_sheet import Blank, Explanations
from clas_policy.batch.writing.blank_words import NO, YES, answer, example
from clas_policy.frozen import dataclass
from clas_policy.model.fact import Fact, Type
from clas_policy.model.policy import Policy
from clas_policy.reading.dossier_values import LARGEST

_LINES: Final = 5000
"""So many rows have their drop-downs."""


@dataclass(frozen=True, slots=True)
class Question:
    """A column to fill in: its header, what it is about, what to write, more to know, a made-up answer."""

    header: str
    about: About
    answer: str
    help: str
    example: str | int | float | date


def write_blank(policy: Policy, department: str | None, path: Path) -> None:
    """Writes the workbook: explanations, a sheet of dossiers, one for the members of each list."""
    book = xlsx_out.Workbook(path)
    names = Names(policy)
    explanations = Explanations(book, policy)
    sheets = [("Dossiers", _of_dossier(names, department))]
    sheets += [(entity.list_key.capitalize(), _of_members(names, entity.id)) for entity in policy.entities.values()]
    for title, questions in sheets:
        blank = Blank(book, title, _LINES)
        for column, question in enumerate(questions):
            blank.column(column, question.header, question.help, question.answer)
            _validate(blank, column, question, explanations, policy)
            blank.example(column, question.example)
        explanations.add(title, [(one.header, one.answer, one.help) for one in questions])
        blank.end()
    explanations.end()
    book.close()


def _of_dossier(names: Names, department: str | None) -> list[Question]:
    period = str(names.policy.period)
    code = names.policy.department or department
    return [
        _join(names, "Le même numéro relie les lignes de toutes les feuilles."),
        Question(LABELS[Key.PERIOD][0], Key.PERIOD, period, "", period),
        Question(LABELS[Key.DEPARTMENT][0], Key.DEPARTMENT, code or "le code, comme 01, 2A ou 971", "", code or "01"),
        *_facts(names, None),
    ]


def _of_members(names: Names, entity: str) -> list[Question]:
    label = names.policy.entities[entity].label
    about = MemberId(entity)
    header = _header(names, label, about)
    help_ = "Un nom court, différent pour chaque ligne d'un même dossier."
    return [
        _join(names, "Le numéro d'un dossier de la feuille « Dossiers »."),
        Question(header, about, "un nom court", help_, "groupe 1"),
        *_facts(names, entity),
    ]


def _join(names: Names, help_: str) -> Question:
    label = LABELS[Key.DOSSIER][0]
    return Question(_header(names, label, Key.DOSSIER), Key.DOSSIER, "le numéro du dossier", help_, EXAMPLE)


def _facts(names: Names, entity: str | None) -> Iterable[Question]:
    for fact in names.policy.facts.values():
        if fact.entity != entity or fact.derivation is not None:
            continue
        help_ = " ".join(text for text in (fact.question, fact.help) if text)
        made_up = example(fact, names.policy)
        if fact.type is not Type.CHOICES:
            yield Question(_header(names, fact.label, fact), fact, answer(fact), help_, made_up)
            continue
        for option in fact.options:
            about = OptionOf(fact, option)
            header = _header(names, OF_OPTION.format(label=fact.label, option=option.label), about)
            yield Question(header, about, answer(fact), help_, YES if option.label == made_up else NO)


def _header(names: Names, label: str, about: About) -> str:
    """A label, where it leaves no doubt when it is read back; else the name."""
    return label if names.find(label) == (about,) else name_of(about)


def _validate(blank: Blank, column: int, question: Question, explanations: Explanations, policy: Policy) -> None:
    match question.about:
        case Key.PERIOD:
            blank.list_of(column, [str(policy.period)])
        case Key() | MemberId():
            blank.texts(column)
        case OptionOf():
            blank.list_of(column, [YES, NO])
        case Fact() as fact:
            _validate_fact(blank, column, fact, explanations)
        case _:
            raise AssertionError(question)


def _validate_fact(blank: Blank, column: int, fact: Fact, explanations: Explanations) -> None:
    match fact.type:
        case Type.BOOLEAN | Type.CHOICES:
            blank.list_of(column, [YES, NO])
        case Type.INTEGER:
            low, high = _bounds(fact.minimum, fact.maximum, -LARGEST)
            blank.whole(column, low, high)
        case Type.MONEY:
            cents = _bounds(fact.minimum, fact.maximum, 0, 100)
            blank.euros(column, cents[0] / 100, cents[1] / 100)
        case Type.DATE:
            blank.days(column)
        case Type.CHOICE:
            blank.range_of(column, explanations.choices(fact.label, _labels(fact)))
        case Type.RATE | Type.TEXT:
            blank.texts(column)


def _bounds(low: int | None, high: int | None, lowest: int, unit: int = 1) -> tuple[int, int]:
    return lowest if low is None else low, LARGEST * unit if high is None else high


def _labels(fact: Fact) -> Sequence[str]:
    """The labels of the values, or the values where two have the same label."""
    labels = [option.label for option in fact.options]
    return labels if len(set(labels)) == len(labels) else [option.value for option in fact.options]
