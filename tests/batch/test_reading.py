"""Tables give the very dossiers that JSON gives, however they are laid out and whatever they are written in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.batch import laid_out, loading
from tests.batch.laid_out import flat, french, joined, plain, read, typed, write_csv, write_xlsx
from tests.generation import dossiers as some_dossiers
from tests.generation import policies as some_policies
from tests.reading.dossier_policies import fact, options, policy, small

from clas_policy.batch import engine
from clas_policy.batch.quoting import quoted
from clas_policy.batch.tables import input_tables
from clas_policy.batch.writing.shelf import columns_of, load
from clas_policy.model.dossier import Dossier, Member
from clas_policy.model.fact import Type, Value
from clas_policy.model.policy import Policy


@pytest.fixture(scope="module")
def with_groups(cases: list[Dossier]) -> list[Dossier]:
    return [one for one in cases if one.members["collectif"]]


@pytest.mark.parametrize("labels", [False, True], ids=["names", "labels"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_a_csv_of_one_row_per_group_gives_the_dossiers(
    gers: Policy, with_groups: list[Dossier], tmp_path: Path, separator: str, labels: bool
) -> None:
    file = write_csv(tmp_path / "t.csv", flat(gers, with_groups, french, labels=labels), separator=separator)

    found, said = read(gers, file)

    assert said == []
    assert plain(found) == plain(with_groups)


@pytest.mark.parametrize("labels", [False, True], ids=["names", "labels"])
def test_two_csv_files_are_joined_by_the_id_of_the_dossier(
    gers: Policy, cases: list[Dossier], tmp_path: Path, labels: bool
) -> None:
    sheets = joined(gers, cases, french, labels=labels)
    files = [write_csv(tmp_path / f"{name}.csv", rows) for name, rows in sheets.items()]

    found, said = read(gers, *reversed(files))

    assert said == []
    assert plain(found) == plain(cases)


@pytest.mark.parametrize("write", [french, typed], ids=["texts", "types"])
def test_a_workbook_gives_the_dossiers_by_the_types_of_its_cells(
    gers: Policy, cases: list[Dossier], with_groups: list[Dossier], tmp_path: Path, write: laid_out.Write
) -> None:
    one_sheet = write_xlsx(tmp_path / "one.xlsx", {"Feuil1": flat(gers, with_groups, write, labels=True)})
    two_sheets = write_xlsx(tmp_path / "two.xlsx", joined(gers, cases, write))

    for file, expected in ((one_sheet, with_groups), (two_sheets, cases)):
        found, said = read(gers, file)
        assert said == []
        assert plain(found) == plain(expected)


def test_rows_of_a_dossier_need_not_stand_together(gers: Policy, with_groups: list[Dossier], tmp_path: Path) -> None:
    header, *rows = flat(gers, with_groups, french)
    rows.sort(key=lambda row: str(row[3]))

    found, said = read(gers, write_csv(tmp_path / "t.csv", [header, *rows]))

    assert said == []
    by_id = {one[0]: one for one in plain(with_groups)}
    assert len(found) == len(with_groups)
    for one in plain(found):
        expected = by_id[one[0]]
        assert one[:4] == expected[:4]
        assert sorted(one[4]["collectif"], key=str) == sorted(expected[4]["collectif"], key=str)


def test_the_tables_of_a_database_are_read_back_from_parquet(
    gers: Policy, cases: list[Dossier], tmp_path: Path
) -> None:
    """Joined by the number of the dossier, with a column for each value of a set of choices."""
    connection = engine.connect()
    rows = loading.rows(gers, cases)
    files = []
    for table in input_tables(gers):
        connection.execute(f"CREATE TABLE {quoted(table.name)} ({columns_of(table.columns)})")
        load(connection, tmp_path, quoted(table.name), table.columns, rows[table.name])
        files.append(str(tmp_path / f"{table.name}.parquet"))
        connection.execute(f"COPY {quoted(table.name)} TO '{files[-1]}' (FORMAT parquet)")

    found, said = read(gers, *files)

    assert said == []
    assert plain(found) == plain(cases)


def test_a_file_in_windows_1252_is_read_with_a_warning(
    gers: Policy, with_groups: list[Dossier], tmp_path: Path
) -> None:
    rows = flat(gers, with_groups[:3], french, labels=True)
    rows = [[cell.replace("\u202f", " ") if isinstance(cell, str) else cell for cell in row] for row in rows]
    file = write_csv(tmp_path / "t.csv", rows, encoding="cp1252")

    found, said = read(gers, file)

    assert [(problem.code, problem.severity) for problem in said] == [("CLAS-B102", "warning")]
    assert plain(found) == plain(with_groups[:3])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_marks_of_order_ends_of_lines_and_sep_lines_do_not_matter(tmp_path: Path, encoding: str, end: str) -> None:
    asked = policy([fact("porteur.nom", Type.TEXT, label="Nom du porteur")])
    text = 'sep=,\ndossier,annee_scolaire,departement,porteur.nom\nD1,2024-2025,32,"Les, Lucioles"\n'.replace("\n", end)
    file = tmp_path / "t.csv"
    file.write_bytes(text.encode(encoding))

    found, said = read(asked, str(file))

    assert said == []
    assert [one.facts for one in found] == [{"porteur.nom": "Les, Lucioles"}]


def test_a_choice_of_several_may_have_a_column_for_each_value(tmp_path: Path) -> None:
    niveaux = options(college="Collège", lycee="Lycée")
    asked = policy([fact("lieux.niveaux", Type.CHOICES, label="Niveaux", options=niveaux)])
    file = tmp_path / "t.csv"
    file.write_text(
        "dossier;annee_scolaire;lieux.niveaux.college;Niveaux : Lycée\nD1;2024-2025;oui;non\nD2;2024-2025;;\n"
        "D3;2024-2025;non;non\n",
        encoding="utf-8",
    )

    found, said = read(asked, str(file))

    assert said == []
    assert [one.facts.get("lieux.niveaux") for one in found] == [frozenset({"college"}), None, frozenset()]


def test_further_rows_of_a_dossier_may_leave_out_what_the_first_says(gers: Policy, tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text(
        "dossier;annee_scolaire;departement;depot.date;collectif;collectif.effectif\n"
        "D1;2024-2025;32;;a;9\nD1;;;12/10/2024;b;10\n",
        encoding="utf-8",
    )

    found, said = read(gers, str(file))

    assert said == []
    assert [(one.facts, len(one.members["collectif"])) for one in found] == [({"depot.date": date(2024, 10, 12)}, 2)]


def test_further_rows_may_say_the_same_in_other_words(tmp_path: Path) -> None:
    """Of lists and of single values of a choice too, and also where the first row has left them out."""
    values = [f"partenariat.autres_dispositifs.{value}" for value in ("pre", "pedt", "pel")]
    file = tmp_path / "t.csv"
    file.write_text(
        f"dossier;annee_scolaire;collectif;collectifs;{';'.join(values)}\n"
        "D1;2024-2025;a;oui;oui;non;non\nD1;;b;VRAI;Oui;NON;\n"
        "D2;2024-2025;a;;;;\nD2;;b;oui;non;oui;non\n",
        encoding="utf-8",
    )

    found, said = read(small(), str(file))

    assert said == []
    assert [one.facts for one in found] == [
        {"partenariat.autres_dispositifs": frozenset({"pre"})},
        {"partenariat.autres_dispositifs": frozenset({"pedt"})},
    ]


def test_rows_that_only_show_how_to_fill_in_are_not_read(gers: Policy, tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text(
        "dossier;annee_scolaire;departement;collectif\nEXEMPLE (non lu) 1;n'importe;quoi;\nD1;2024-2025;32;a\n\n\n",
        encoding="utf-8",
    )

    found, said = read(gers, str(file))

    assert said == []
    assert [one.id for one in found] == ["D1"]


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_dossier_of_any_policy_comes_back_from_tables(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    policy = data.draw(some_policies())
    one = sayable(policy, data.draw(some_dossiers(policy)))
    folder = tmp_path_factory.mktemp("tables")
    sheets = joined(policy, [one], typed)
    files = [write_csv(folder / f"{name}.csv", rows) for name, rows in joined(policy, [one], french).items()]

    for found, said in (read(policy, write_xlsx(folder / "t.xlsx", sheets)), read(policy, *files)):
        assert said == []
        assert plain(found) == plain([one])


def sayable(policy: Policy, dossier: Dossier) -> Dossier:
    """The dossier without what no dossier may say: empty texts, and facts that plugins work out."""

    def kept(facts: Mapping[str, Value]) -> dict[str, Value]:
        said = {name: value for name, value in facts.items() if value != ""}
        return {name: value for name, value in said.items() if policy.facts[name].derivation is None}

    members = {
        entity: tuple(Member(member.id, kept(member.facts)) for member in members)
        for entity, members in dossier.members.items()
    }
    return replace(dossier, facts=kept(dossier.facts), members=members)
