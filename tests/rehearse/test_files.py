"""Where test files are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from clas_policy.problem import PolicyError
from clas_policy.rehearse.files import below, home, on_shelf, policy_named_in
from clas_policy.shelves import user_shelf

ID = "departements/09/2001-2002"


def put(folder: Path, name: str, text: str = f"tests: {ID}\n") -> Path:
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
    return place


def test_test_files_stand_beside_layers(tmp_path: Path) -> None:
    put(tmp_path, f"{ID}.test.yaml")
    put(tmp_path, f"{ID}.bonus.test.yaml")
    put(tmp_path, f"{ID}.yaml")
    put(tmp_path, ".cache/x.test.yaml")
    shelf = user_shelf(tmp_path)

    assert [file.display for file in on_shelf(shelf)] == [
        f"{tmp_path.as_posix()}/{ID}.bonus.test.yaml",
        f"{tmp_path.as_posix()}/{ID}.test.yaml",
    ]
    assert len(list(below(tmp_path))) == 2


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    outside = put(tmp_path, "ailleurs.test.yaml")
    (tmp_path / "regles").mkdir()
    (tmp_path / "regles" / "lien.test.yaml").symlink_to(outside)

    with pytest.raises(PolicyError) as refused:
        list(on_shelf(user_shelf(tmp_path / "regles")))
    assert [problem.code for problem in refused.value.problems] == ["CLAS-L218"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"# des essais\ntests: {ID}\n", ID),
        (f'tests: "{ID}"\n', ID),
        ("\ufefftests: national/2024-2025\n", "national/2024-2025"),
        ("policy: national/2024-2025\n", None),
        ("  tests: national/2024-2025\n", None),
        ("", None),
    ],
)
def test_a_test_file_is_known_by_the_policy_that_it_names(text: str, found: str | None, tmp_path: Path) -> None:
    assert policy_named_in(put(tmp_path, "x.test.yaml", text)) == found


def test_a_file_that_is_not_there_tests_nothing(tmp_path: Path) -> None:
    assert policy_named_in(tmp_path / "x.test.yaml") is None


def test_the_folder_of_layers_is_read_off_the_path_of_a_test_file(tmp_path: Path) -> None:
    beside = put(tmp_path, f"{ID}.test.yaml")
    apart = put(tmp_path, "essais/x.test.yaml")
    shelf = home(beside, [])

    assert shelf is not None
    assert shelf.folder.resolve() == tmp_path.resolve()
    assert home(beside, [user_shelf(tmp_path)]) is None, "it is at hand already"
    assert home(apart, []) is None


def test_the_folder_is_found_from_inside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, f"{ID}.test.yaml")
    monkeypatch.chdir(tmp_path / "departements" / "09")

    shelf = home(Path("2001-2002.test.yaml"), [])

    assert shelf is not None
    assert shelf.folder.resolve() == tmp_path.resolve()
