"""What a cell says: French habits are read, and what is doubtful is refused, with what to write instead."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.reading.dossier_policies import fact, options

from clas_policy.batch.reading.cell import Broken, Cell, address, column_letters, folded
from clas_policy.batch.reading.cell_values import department, identifier, taker
from clas_policy.model.fact import Type
from clas_policy.reading.dossier_hints import Refusal

FACTS = {
    "boolean": fact("axes.ecole"),
    "integer": fact("collectif.effectif", Type.INTEGER),
    "money": fact("projet.budget", Type.MONEY),
    "rate": fact("projet.taux", Type.RATE),
    "date": fact("depot.date", Type.DATE),
    "choice": fact("depot.plateforme", Type.CHOICE, options=options(elan="Plateforme Élan", papier="Papier")),
    "choices": fact(
        "collectif.niveaux", Type.CHOICES, options=options(elementaire="Du CP au CM2", college="Collège", lycee="Lycée")
    ),
    "text": fact("porteur.nom", Type.TEXT),
}


def take(kind: str, cell: Cell) -> Any:
    return taker(FACTS[kind])(cell)


def refused(kind: str, cell: Cell) -> tuple[str, str]:
    with pytest.raises(Refusal) as caught:
        take(kind, cell)
    (complaint,) = caught.value.complaints
    return complaint.code.removeprefix("CLAS-"), str(complaint.hint)


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("boolean", "oui", True),
        ("boolean", "Non", False),
        ("boolean", "VRAI", True),
        ("boolean", "faux", False),
        ("boolean", True, True),
        ("integer", "12", 12),
        ("integer", "1 234", 1234),
        ("integer", "1\u202f234\u00a0567", 1234567),
        ("integer", 12.0, 12),
        ("integer", Decimal(12), 12),
        ("integer", "-3", -3),
        ("money", "8487", "8487.00"),
        ("money", "8 487,00 €", "8487.00"),
        ("money", "8\u202f487,5\u00a0€", "8487.50"),
        ("money", "2758.28", "2758.28"),
        ("money", "2758,28 EUR", "2758.28"),
        ("money", "12 euros", "12.00"),
        ("money", 0.1 + 0.2, "0.30"),
        ("money", 2758.28, "2758.28"),
        ("money", "0", "0"),
        ("money", Decimal("2758.28"), "2758.28"),
        ("rate", "32,5 %", "32.5 %"),
        ("rate", "32.5%", "32.5 %"),
        ("date", "31/10/2024", "2024-10-31"),
        ("date", "1/2/2024", "2024-02-01"),
        ("date", "2024-10-31", "2024-10-31"),
        ("date", "2024-10-31T00:30:00+01:00", "2024-10-31T00:30:00+01:00"),
        ("date", date(2024, 10, 31), "2024-10-31"),
        ("date", datetime(2024, 10, 31), "2024-10-31"),  # noqa: DTZ001 - as spreadsheets hold days
        ("choice", "elan", "elan"),
        ("choice", "plateforme elan", "elan"),
        ("choices", "college ; Du CP au CM2", ["college", "elementaire"]),
        ("choices", "Collège;lycee", ["college", "lycee"]),
        ("choices", "aucun", []),
        ("choices", ["college"], ["college"]),
        ("text", "Les Lucioles", "Les Lucioles"),
    ],
)  # fmt: skip
def test_a_cell_that_leaves_no_doubt_is_read(kind: str, cell: Cell, value: object) -> None:
    assert take(kind, cell) == value
    assert type(take(kind, cell)) is type(value)


@pytest.mark.parametrize(
    ("kind", "cell", "code", "hint"),
    [
        ("boolean", "x", "B122", "write `oui`"),
        ("boolean", "1", "B122", "write `oui`"),
        ("boolean", 0.0, "B122", "write `non`"),
        ("boolean", "?", "B122", "leave the cell empty where the answer is not known"),
        ("boolean", "peut-être", "B122", "write `oui`, `non`, or nothing where the answer is not known"),
        ("integer", "1,234", "B124", "write `1234` or `1,23`"),
        ("integer", "1.234", "B124", "write `1234` or `1,23`"),
        ("integer", "12,0", "B123", "a whole number is written with digits only, like `12`"),
        ("integer", "douze", "B123", "a whole number is written with digits only, like `12`"),
        ("integer", "012", "B123", "a whole number is written with digits only, like `12`"),
        ("integer", "12 34", "B123", "a whole number is written with digits only, like `12`"),
        ("integer", "１２", "B123", "a whole number is written with digits only, like `12`"),
        ("integer", 12.5, "B123", "a whole number is written with digits only, like `12`"),
        ("integer", True, "B123", "a whole number is written with digits only, like `12`"),
        ("integer", 1e20, "B123", "a whole number is written with digits only, like `12`"),
        ("money", "1,234", "B124", "write `1234` or `1,23`"),
        ("money", "1.234 €", "B124", "write `1234` or `1,23`"),
        ("money", "1.234,50", "B125", "an amount is written like `8487`, `2758,28` or `2 758,28 €`"),
        ("money", "1,234.50", "B125", "an amount is written like `8487`, `2758,28` or `2 758,28 €`"),
        ("money", "$12", "B125", "an amount is written like `8487`, `2758,28` or `2 758,28 €`"),
        ("money", "8,5 k€", "B125", "an amount is written like `8487`, `2758,28` or `2 758,28 €`"),
        ("money", "8487,005", "B126", "an amount has whole cents; nothing is rounded in silence"),
        ("money", 2758.275, "B126", "an amount has whole cents; nothing is rounded in silence"),
        ("money", Decimal("0.001"), "B126", "an amount has whole cents; nothing is rounded in silence"),
        ("money", date(2024, 1, 1), "B125", "an amount is written like `8487`, `2758,28` or `2 758,28 €`"),
        ("money", Broken.ERROR, "B121", "correct it, or empty the cell"),
        ("rate", 0.325, "B127", "a rate is a text with its unit, like `32,5 %`, with at most four decimals"),
        ("rate", "0,325", "B127", "a rate is a text with its unit, like `32,5 %`, with at most four decimals"),
        ("date", "01/02/24", "B129", "write the year with four digits, the day first: `30/10/2024`"),
        ("date", "24-02-01", "B129", "write the year with four digits, the day first: `30/10/2024`"),
        ("date", "10/31/2024", "B128", "the day comes first: `31/10/2024`"),
        ("date", "31/02/2024", "B128", "a date is written like `30/10/2024` or `2024-10-30`"),
        ("date", "31.10.2024", "B128", "write `31/10/2024`"),
        ("date", "31 octobre 2024", "B128", "write `31/10/2024`"),
        ("date", "hier", "B128", "a date is written like `30/10/2024` or `2024-10-30`"),
        ("date", 45596.0, "B130", "give the cell the format of a date, and check that it is `31/10/2024`"),
        ("date", "45596", "B130", "give the cell the format of a date, and check that it is `31/10/2024`"),
        ("date", 12.0, "B128", "a date is written like `30/10/2024` or `2024-10-30`"),
        ("date", datetime(2024, 10, 31, 9), "B128", "write the day alone, `31/10/2024`"),  # noqa: DTZ001
        ("date", Broken.NOT_CALCULATED, "B121",
         "open the file in a spreadsheet and save it, or write the value instead of the formula"),
        ("choice", "Élann", "B131", "did you mean `elan`?"),
        ("choice", 3.0, "B131", "write one of `Plateforme Élan`, `Papier`"),
        ("choices", "college, lycee", "B131", "write `college ; lycee`"),
        ("choices", "collège et lycée", "B131", "write `collège ; lycée`"),
        ("choices", "college;;lycee", "B131", "take one `;` out"),
        ("choices", "college ; Collège", "B131", "take one out"),
        ("text", 1234.0, "B132", "give the cell the format of a text: zeros in front may have been lost"),
    ],
)  # fmt: skip
def test_a_cell_that_leaves_a_doubt_is_refused_with_what_to_write(kind: str, cell: Cell, code: str, hint: str) -> None:
    assert refused(kind, cell) == (code, hint)


def test_ids_may_be_whole_numbers_of_a_spreadsheet() -> None:
    assert identifier(17.0) == "17"
    assert identifier("0017") == "0017"
    with pytest.raises(Refusal):
        identifier(1.5)


def test_a_department_that_may_have_lost_its_zero_is_refused() -> None:
    assert department(32.0) == "32"
    assert department("2A") == "2A"
    with pytest.raises(Refusal) as caught:
        department(1.0)
    assert "`01`" in str(caught.value.complaints[0].hint)


def test_places_are_named_as_spreadsheets_name_them() -> None:
    assert [column_letters(column) for column in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert address(12, 2) == "C12"
    assert address(12, 2, "Feuil1") == "Feuil1!C12"
    assert address(12, None, "Mes dossiers") == "'Mes dossiers'!12:12"
    assert address(1, 0, "L'été") == "'L''été'!A1"


def test_accents_case_and_spaces_do_not_tell_labels_apart() -> None:
    assert folded("  Dépôt\u00a0de  l’AIDE ") == folded("depot de l'aide")
