"""The sheets of a workbook to fill in: columns with drop-downs and bounds, and one of explanations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from clas_policy.batch import xlsx_out
from clas_policy.batch.reading.cell import column_letters
from clas_policy.batch.reading.rows import EXAMPLE
from clas_policy.batch.reading.xlsx_table import EXPLANATIONS
from clas_policy.model.policy import Policy

_TITLE: Final = 32
_MESSAGE: Final = 255
"""What Excel takes for the message at a cell."""
_FIRST_DAY: Final = date(1990, 1, 1)
_EXPLAINED: Final = (58, 52, 80)
_LINE: Final = 15
"""The height of a line of text."""
_LISTS: Final = 6
"""The column of the explanations from which the values of drop-downs stand."""


class Blank:
    """A sheet to fill in: a header, an example, and empty rows that only take what is due."""

    def __init__(self, book: xlsx_out.Workbook, title: str, lines: int) -> None:
        self._sheet = book.sheet(title)
        self._styles = book.styles
        self._last = lines
        self._messages: dict[int, dict[str, str]] = {}
        self._looks = {
            kind: book.book.add_format({"italic": True, "font_color": "#7F7F7F", "bg_color": "#F2F2F2", **form})
            for kind, form in (
                ("text", {}),
                ("day", {"num_format": xlsx_out.DAY}),
                ("euros", {"num_format": xlsx_out.EUROS}),
            )
        }
        self._kinds: dict[int, str] = {}
        self._text = book.book.add_format({"num_format": "@"})
        self._sheet.freeze_panes(1, 1)
        self._sheet.set_row(0, 75)

    def column(self, column: int, header: str, help_: str, answer: str) -> None:
        """A column: its header with what is good to know, and the message that its cells show."""
        self._sheet.write_string(0, column, header, self._styles.header)
        note = ". ".join(text.rstrip(".") for text in (help_, f"À écrire : {answer}") if text)
        self._sheet.write_comment(0, column, f"{note}.", {"x_scale": 2, "y_scale": 1.2})
        title = header if len(header) <= _TITLE else f"{header[: _TITLE - 1]}…"
        text = f"{answer[0].upper()}{answer[1:]}.{f' {help_}' if help_ else ''}"
        message = text if len(text) <= _MESSAGE else f"{text[: _MESSAGE - 1]}…"
        self._messages[column] = {"input_title": title, "input_message": message}
        self._form(column, "text")

    def list_of(self, column: int, values: Sequence[str]) -> None:
        self._validate(column, {"validate": "list", "source": list(values)}, "Choisissez dans la liste.")

    def range_of(self, column: int, cells: str) -> None:
        """A drop-down whose values stand elsewhere in the workbook."""
        self._form(column, "text", width=26)
        self._validate(column, {"validate": "list", "source": f"={cells}"}, "Choisissez dans la liste.")

    def whole(self, column: int, low: int, high: int) -> None:
        rule = {"validate": "integer", "criteria": "between", "minimum": low, "maximum": high}
        self._form(column, "whole")
        self._validate(column, rule, f"Écrivez un nombre entier, de {low} à {high}.")

    def euros(self, column: int, low: float, high: float) -> None:
        rule = {"validate": "decimal", "criteria": "between", "minimum": low, "maximum": high}
        self._form(column, "euros")
        self._validate(column, rule, "Écrivez un montant en euros, qui ne soit pas négatif.")

    def days(self, column: int) -> None:
        self._form(column, "day")
        rule = {"validate": "date", "criteria": ">=", "value": _FIRST_DAY}
        self._validate(column, rule, "Écrivez une date, comme 30/10/2024.")

    def texts(self, column: int) -> None:
        """A column of texts: what looks like a number stays as it is typed."""
        self._sheet.set_column(column, column, 24, self._text)
        self._validate(column, {"validate": "any"}, "")

    def example(self, column: int, value: str | int | float | date) -> None:
        kind = self._kinds.get(column, "text")
        look = self._looks.get(kind, self._looks["text"])
        match value:
            case str():
                self._sheet.write_string(1, column, value, look)
            case date():
                self._sheet.write_datetime(1, column, value, look)
            case _:
                self._sheet.write_number(1, column, value, look)

    def end(self) -> None:
        self._sheet.set_landscape()
        self._sheet.set_paper(9)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.repeat_rows(0)

    def _form(self, column: int, kind: str, *, width: int = 18) -> None:
        styles: dict[str, Any] = {"whole": self._styles.whole, "euros": self._styles.euros, "day": self._styles.day}
        self._kinds[column] = kind
        self._sheet.set_column(column, column, width, styles.get(kind, self._styles.text))

    def _validate(self, column: int, rule: dict[str, object], otherwise: str) -> None:
        told = {"error_title": "Cette réponse ne convient pas", "error_message": otherwise} if otherwise else {}
        options = {**rule, "ignore_blank": True, **self._messages.get(column, {}), **told}
        # Below the example: it is not to be corrected.
        self._sheet.data_validation(2, column, self._last, column, options)


class Explanations:
    """The sheet that says how the others are filled in; it is protected, and never read."""

    def __init__(self, book: xlsx_out.Workbook, policy: Policy) -> None:
        self._sheet = book.sheet(EXPLANATIONS)
        self._styles = book.styles
        self._row = 0
        self._lists = 0
        for column, width in enumerate(_EXPLAINED):
            self._sheet.set_column(column, column, width)
        self._sheet.hide_gridlines(2)
        self._put([("Dossiers à remplir", self._styles.title)])
        versions = ", ".join(f"{layer.id} version {layer.version}" for layer in policy.layers)
        self._put([(f"{policy.title} ({versions})", self._styles.text)])
        self._row += 1
        for line in self._lines(policy):
            self._put([(line, self._styles.text)])
        self._row += 1

    @staticmethod
    def _lines(policy: Policy) -> list[str]:
        lists = [f"« {entity.list_key.capitalize()} »" for entity in policy.entities.values()]
        lines = ["Remplissez une ligne par dossier dans la feuille « Dossiers »."]
        if lists:
            lines += [
                f"Remplissez ensuite {' et '.join(lists)} : une ligne par membre, reliée à son dossier par le numéro.",
                "Un dossier sans aucune ligne dans une liste est refusé, car ce peut être un oubli.",
            ]
        return [
            *lines,
            "Laissez vide une case dont la réponse n'est pas connue ; n'écrivez ni « ? » ni « - ».",
            f"Les lignes dont le numéro commence par « {EXAMPLE} » sont des exemples inventés, qui ne sont pas lus.",
            "N'ajoutez ni titre, ni ligne vide, ni total, et ne fusionnez pas de cellules.",
            "Ne renommez pas les colonnes ; leur ordre n'importe pas.",
            "Passez la souris sur l'en-tête d'une colonne pour savoir ce qui est attendu.",
            "Enregistrez en .xlsx, puis : clas-policy batch CE-FICHIER.xlsx --out resultats.xlsx",
        ]

    def choices(self, label: str, values: Sequence[str]) -> str:
        """Puts the values of a drop-down aside, and says in which cells."""
        column = _LISTS + self._lists
        self._lists += 1
        self._sheet.set_column(column, column, 44)
        self._sheet.write_string(0, column, f"Valeurs : {label}", self._styles.header)
        for row, value in enumerate(values, 1):
            self._sheet.write_string(row, column, value, self._styles.text)
        letters = column_letters(column)
        sheet = EXPLANATIONS.replace("'", "''")
        return f"'{sheet}'!${letters}$2:${letters}${len(values) + 1}"

    def add(self, title: str, questions: Sequence[tuple[str, str, str]]) -> None:
        """What the columns of a sheet are about."""
        heads = (f"Feuille « {title} »", "Ce qu'il faut écrire", "Précisions")
        self._put([(head, self._styles.header) for head in heads])
        for question in questions:
            lines = max(-(-len(text) // width) for text, width in zip(question, _EXPLAINED, strict=True))
            self._sheet.set_row(self._row, _LINE * max(1, lines))
            self._put([(text, self._styles.wrapped) for text in question])
        self._row += 1

    def end(self) -> None:
        self._sheet.protect()
        self._sheet.print_area(0, 0, max(self._row, 1), len(_EXPLAINED) - 1)
        self._sheet.set_landscape()
        self._sheet.set_paper(9)
        self._sheet.fit_to_pages(1, 0)

    def _put(self, cells: Sequence[tuple[str, xlsx_out.Format]]) -> None:
        for column, (text, look) in enumerate(cells):
            self._sheet.write_string(self._row, column, text, look)
        self._row += 1
