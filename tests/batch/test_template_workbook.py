"""The workbook to fill in: made from the policy's facts, and read back by `batch` once it is filled in."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from html import escape
from pathlib import Path

import pytest
from python_calamine import load_workbook
from tests.batch.laid_out import joined, plain, read, typed
from tests.reading.dossier_policies import fact, options, policy, small

from clas_policy.batch.reading.cell import column_letters
from clas_policy.batch.reading.names import Names, OptionOf, name_of
from clas_policy.batch.reading.rows import EXAMPLE
from clas_policy.batch.writing.blank import write_blank
from clas_policy.model.dossier import Dossier
from clas_policy.model.fact import Type
from clas_policy.model.policy import Policy

Cells = dict[str, list[list[object]]]


@pytest.fixture
def blank(gers: Policy, tmp_path: Path) -> Path:
    path = tmp_path / "modele.xlsx"
    write_blank(gers, None, path)
    return path


def parts(path: Path) -> dict[str, str]:
    """The XML of each sheet, by its title."""
    with zipfile.ZipFile(path) as archive:
        titles = re.findall(r'<sheet name="([^"]+)" sheetId="(\d+)"', archive.read("xl/workbook.xml").decode())
        return {title: archive.read(f"xl/worksheets/sheet{number}.xml").decode() for title, number in titles}


def fill_in(path: Path, added: Cells) -> None:
    """Types rows below the example of each sheet, as somebody would, and saves the file."""
    with zipfile.ZipFile(path) as archive:
        data = {name: archive.read(name) for name in archive.namelist()}
    titles = re.findall(r'<sheet name="([^"]+)" sheetId="(\d+)"', data["xl/workbook.xml"].decode())
    for title, number in titles:
        name = f"xl/worksheets/sheet{number}.xml"
        rows = "".join(_row(at, cells) for at, cells in enumerate(added.get(title, []), 3))
        data[name] = data[name].replace(b"</sheetData>", f"{rows}</sheetData>".encode())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in data.items():
            archive.writestr(name, part)


def _row(number: int, cells: list[object]) -> str:
    return f'<row r="{number}">{"".join(_cell(number, column, cell) for column, cell in enumerate(cells))}</row>'


def _cell(row: int, column: int, cell: object) -> str:
    place = f"{column_letters(column)}{row}"
    match cell:
        case None:
            return ""
        case str():
            return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
        case _:
            return f'<c r="{place}"><v>{cell}</v></c>'


def headers(path: Path, title: str) -> list[str]:
    return [str(cell) for cell in load_workbook(path).get_sheet_by_name(title).to_python()[0]]


def answers(policy: Policy, path: Path, title: str, rows: list[list[object]]) -> list[list[object]]:
    """Rows under the names of facts, put under the headers of a sheet."""
    names = Names(policy)
    given, *cells = rows
    found = []
    for row in cells:
        by_name = dict(zip(map(str, given), row, strict=True))
        found.append([_answer(names, header, by_name) for header in headers(path, title)])
    return found


def _answer(names: Names, header: str, row: dict[str, object]) -> object:
    (about,) = names.find(header)
    if isinstance(about, OptionOf):
        given = row[about.fact.name]
        if given is None:
            return None
        return "oui" if about.option.value in str(given).split(";") else "non"
    cell = row[name_of(about)]
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else cell


def test_what_is_filled_in_is_read_back(gers: Policy, cases: list[Dossier], blank: Path) -> None:
    some = [one for one in cases if one.members["collectif"]]
    sheets = joined(gers, some, typed)
    dossiers = [[cell for at, cell in enumerate(row) if at != 3] for row in sheets["dossiers"]]
    fill_in(
        blank,
        {
            "Dossiers": answers(gers, blank, "Dossiers", dossiers),  # type: ignore[arg-type]
            "Collectifs": answers(gers, blank, "Collectifs", sheets["collectifs"]),  # type: ignore[arg-type]
        },
    )

    found, said = read(gers, str(blank))

    assert said == []
    assert plain(found) == plain(some)


def test_a_workbook_that_is_not_filled_in_has_no_dossier(gers: Policy, blank: Path) -> None:
    assert read(gers, str(blank)) == ([], [])


def test_the_example_would_be_a_good_dossier_if_it_were_one(gers: Policy, blank: Path) -> None:
    with zipfile.ZipFile(blank) as archive:
        data = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(blank, "w") as archive:
        for name, part in data.items():
            archive.writestr(name, part.replace(f"<t>{EXAMPLE}</t>".encode(), b"<t>D1</t>"))

    found, said = read(gers, str(blank))

    assert said == []
    assert [one.id for one in found] == ["D1"]
    assert set(found[0].facts) == {fact.name for fact in gers.facts.values() if fact.entity is None}


def test_every_sheet_has_its_purpose(blank: Path) -> None:
    book = load_workbook(blank)
    assert book.sheet_names == ["Mode d'emploi", "Dossiers", "Collectifs"]
    for title in ("Dossiers", "Collectifs"):
        rows = book.get_sheet_by_name(title).to_python()
        assert len(rows) == 2
        assert rows[1][0] == EXAMPLE
    xml = parts(blank)
    assert [title for title, sheet in xml.items() if "<sheetProtection" in sheet] == [book.sheet_names[0]]
    explained = "\n".join(str(cell) for row in book.get_sheet_by_name("Mode d'emploi").to_python() for cell in row)
    assert EXAMPLE in explained
    assert "Nombre d'enfants inscrits dans le collectif" in explained
    assert "un nombre entier, de 0 à 500" in explained


def test_cells_only_take_what_is_due(gers: Policy, blank: Path) -> None:
    rules = parts(blank)["Collectifs"]
    column = {header: column_letters(at) for at, header in enumerate(headers(blank, "Collectifs"))}

    def rule(header: str) -> str:
        found = re.search(
            rf'<dataValidation [^>]*sqref="{column[header]}3:{column[header]}5001"[^>]*>.*?</dataValidation>', rules
        )
        assert found is not None
        return found[0]

    size = rule("Nombre d'enfants inscrits dans le collectif")
    assert 'type="whole"' in size
    assert "<formula1>0</formula1><formula2>500</formula2>" in size
    assert 'type="decimal"' in rule("Dépenses de fonctionnement prévues pour le collectif")
    assert '<formula1>"oui,non"</formula1>' in rule("Collectif situé en milieu rural")
    assert '<formula1>"oui,non"</formula1>' in rule("Niveaux accueillis : Collège")
    dossiers = parts(blank)["Dossiers"]
    assert re.search(r'type="date"[^>]*operator="greaterThanOrEqual"', dossiers)
    assert "<formula1>'Mode d''emploi'!$G$2:$G$4</formula1>" in dossiers


def test_help_is_at_hand_where_one_types(blank: Path) -> None:
    with zipfile.ZipFile(blank) as archive:
        comments = "".join(archive.read(name).decode() for name in archive.namelist() if "comments" in name)
    assert "Répondez non pour une première demande" in comments
    assert "promptTitle=" in parts(blank)["Dossiers"]


def test_facts_that_plugins_work_out_are_not_asked(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_blank(small(), None, path)

    shown = headers(path, "Collectifs")

    assert "Libellé de collectif.effectif" in shown
    assert "Libellé de collectif.rural" not in shown


def test_a_label_that_several_facts_have_gives_way_to_their_names(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    twins = policy([fact("a.un", label="Nombre"), fact("a.deux", Type.INTEGER, label="Nombre")])
    write_blank(twins, "32", path)

    assert headers(path, "Dossiers")[3:] == ["a.un", "a.deux"]


def test_long_lists_of_choices_and_odd_labels_fit(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    many = options(**{f"v{number}": f"Valeur, avec une virgule et un long libellé, {number}" for number in range(60)})
    write_blank(policy([fact("a.choix", Type.CHOICE, label="=1+1", options=many)]), "32", path)

    assert headers(path, "Dossiers")[3:] == ["=1+1"]
    assert "$G$2:$G$61" in parts(path)["Dossiers"]
