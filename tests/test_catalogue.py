"""Which layers exist, which one is in force, and what is refused."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from clas_policy import cache
from clas_policy.catalogue import Catalogue, Shelf, engine_shelf, user_shelf
from clas_policy.checking import check
from clas_policy.model.policy import Policy
from clas_policy.problem import PolicyError

DAY = date(2024, 11, 5)
REFERENTIEL = """policy: essai/referentiel-2020
version: 1
status: in_force
title: Un référentiel d'essai
documents:
  doc: {title: Un document}
source: doc, §1
funders:
  caisse: {label: La caisse}
parameters:
  montant: {type: money, open_to: annual, label: Le montant}
  plafond: {type: money, open_to: local, value: 500 EUR, label: Le plafond local}
grants:
  aide: {label: L'aide, funder: caisse, amount: montant}
"""
ANNUAL = """policy: essai/2024-2025
extends: essai/referentiel-2020
version: 1
status: in_force
title: Les chiffres de l'année
source: doc, §2
set:
  montant: 100 EUR
"""
LOCAL = """policy: departements/98/2024-2025
extends: essai/2024-2025
version: 1
status: in_force
title: Un département d'essai
prefix: loc
source: doc, §3
set:
  plafond: 300 EUR
"""

Tree = Callable[..., Path]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Writes files below a folder of its own: ids to texts."""

    def write(files: dict[str, str] | None = None, folder: str = "policies", **_: str) -> Path:
        root = tmp_path / folder
        for name, text in (files or BASE).items():
            place = root / f"{name}.yaml"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        return root

    return write


BASE = {
    "essai/referentiel-2020": REFERENTIEL,
    "essai/2024-2025": ANNUAL,
    "departements/98/2024-2025": LOCAL,
}


def codes(error: pytest.ExceptionInfo[PolicyError]) -> list[str]:
    return [problem.code for problem in error.value.problems]


def montant(policy: Policy, name: str = "montant") -> object:
    return policy.parameters[name].value


def test_a_policy_is_composed_from_its_three_layers(tree: Tree) -> None:
    policy = Catalogue([user_shelf(tree())]).compose("departements/98/2024-2025", DAY)

    assert [layer.id for layer in policy.layers] == [
        "essai/referentiel-2020",
        "essai/2024-2025",
        "departements/98/2024-2025",
    ]
    assert montant(policy) == 100_00
    assert montant(policy, "plafond") == 300_00
    assert policy.parameters["plafond"].value_origin.source == "doc, §3"
    assert policy.parameters["plafond"].origin.layer == "essai/referentiel-2020"


def test_a_period_and_a_department_select_a_layer() -> None:
    catalogue = Catalogue([engine_shelf()])

    assert catalogue.select("2024-2025", None, national=True) == "national/2024-2025"


def test_an_absent_year_is_an_error_that_lists_what_there_is(tree: Tree) -> None:
    with pytest.raises(PolicyError) as error:
        Catalogue([user_shelf(tree())]).select("2027-2028", "98")

    assert codes(error) == ["CLAS-L210"]
    assert "departements/98/2024-2025" in str(error.value.problems[0].hint)


def test_the_day_selects_the_version_and_nothing_is_selected_before_the_first(tree: Tree) -> None:
    second = ANNUAL.replace("version: 1", "version: 2\neffective_from: 2024-12-01").replace("100 EUR", "120 EUR")
    root = tree({**BASE, "essai/2024-2025.v2": second})
    catalogue = Catalogue([user_shelf(root)])

    assert montant(catalogue.compose("essai/2024-2025", date(2024, 11, 30))) == 100_00
    assert montant(catalogue.compose("essai/2024-2025", date(2024, 12, 1))) == 120_00
    assert montant(Catalogue([user_shelf(root)]).compose("essai/2024-2025", date(2024, 11, 30))) == 100_00

    tree({"essai/2024-2025": ANNUAL.replace("version: 1", "version: 1\neffective_from: 2024-09-01")})
    with pytest.raises(PolicyError) as error:
        Catalogue([user_shelf(root)]).compose("essai/2024-2025", date(2024, 8, 31))
    assert codes(error) == ["CLAS-L214"]


def test_two_versions_from_the_same_day_are_refused(tree: Tree) -> None:
    second = ANNUAL.replace("version: 1", "version: 2\neffective_from: 2024-12-01")
    third = ANNUAL.replace("version: 1", "version: 3\neffective_from: 2024-12-01")
    root = tree({**BASE, "essai/2024-2025.v2": second, "essai/2024-2025.v3": third})

    assert [p.code for p in check(Catalogue([user_shelf(root)]), ["essai/2024-2025"]).problems] == ["CLAS-L208"]


def test_the_first_version_has_one_name(tree: Tree) -> None:
    root = tree({**BASE, "essai/2024-2025.v1": ANNUAL.replace("100 EUR", "120 EUR")})

    problems = check(Catalogue([user_shelf(root)])).problems

    assert [(problem.code, str(problem.span).removeprefix(root.as_posix())) for problem in problems] == [
        ("CLAS-L201", "/essai/2024-2025.v1.yaml:1:9")
    ]


def test_check_composes_every_combination_that_some_date_selects(tree: Tree) -> None:
    wrong = ANNUAL.replace("version: 1", "version: 2\neffective_from: 2025-01-01").replace("montant:", "montent:")
    root = tree({**BASE, "essai/2024-2025.v2": wrong})

    report = check(Catalogue([user_shelf(root)]), ["departements/98/2024-2025"])

    assert report.compositions == 2
    assert {problem.code for problem in report.problems} == {"CLAS-P104"}


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        ("essai/2024-2025", "extends: essai/referentiel-2020", "extends: essai/2024-2025", "CLAS-L203"),
        ("essai/2024-2025", "extends: essai/referentiel-2020", "extends: essai/referentiel-1999", "CLAS-L204"),
        ("departements/98/2024-2025", "extends: essai/2024-2025", "extends: essai/referentiel-2020", "CLAS-L203"),
        ("essai/2024-2025", "extends: essai/referentiel-2020", "extends: autre/referentiel-2020", "CLAS-L203"),
        ("essai/2024-2025", "policy: essai/2024-2025", "policy: essai/2025-2026", "CLAS-L201"),
        ("essai/2024-2025", "policy: essai/2024-2025", "policy: essai/2024-2026", "CLAS-L202"),
        ("essai/2024-2025", "version: 1", "version: 2", "CLAS-L207"),
        ("departements/98/2024-2025", "prefix: loc\n", "", "CLAS-L219"),
        ("essai/2024-2025", "source: doc, §2", "prefix: loc\nsource: doc, §2", "CLAS-L219"),
    ],
)
def test_a_layer_that_does_not_fit_in_is_refused(tree: Tree, name: str, old: str, new: str, code: str) -> None:
    root = tree({**BASE, name: BASE[name].replace(old, new)})

    report = check(Catalogue([user_shelf(root)]), [name])

    assert code in [problem.code for problem in report.problems]
    assert all(problem.span is not None for problem in report.problems)


def test_a_folder_named_one_level_too_deep_is_told_so(tree: Tree) -> None:
    root = tree()

    report = check(Catalogue([user_shelf(root / "departements")]))

    assert "CLAS-L201" in [problem.code for problem in report.problems]
    assert "`departements/`" in str(report.problems[0].hint)


def test_nothing_is_inherited_from_another_year(tree: Tree) -> None:
    root = tree({**BASE, "departements/98/2025-2026": LOCAL.replace("98/2024-2025", "98/2025-2026")})

    report = check(Catalogue([user_shelf(root)]), ["departements/98/2025-2026"])

    assert [problem.code for problem in report.problems] == ["CLAS-L203"]


@pytest.mark.parametrize(
    "target", ["../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "http://x.test/y", "C:\\y"]
)
def test_a_parent_is_an_id_and_never_a_path(tree: Tree, target: str) -> None:
    root = tree({**BASE, "essai/2024-2025": ANNUAL.replace("extends: essai/referentiel-2020", f"extends: '{target}'")})

    report = check(Catalogue([user_shelf(root)]), ["essai/2024-2025"])

    assert len(report.problems) == 1
    assert report.problems[0].span is not None
    assert report.problems[0].span.line == 2


def test_a_draft_is_evaluated_on_request_only(tree: Tree) -> None:
    draft = ANNUAL.replace("in_force", "draft").replace("100 EUR", "to_confirm")
    catalogue = Catalogue([user_shelf(tree({**BASE, "essai/2024-2025": draft}))])

    with pytest.raises(PolicyError) as error:
        catalogue.compose("departements/98/2024-2025", DAY)
    assert codes(error) == ["CLAS-L213"]

    policy = catalogue.compose("departements/98/2024-2025", DAY, draft=True)
    assert policy.status == "draft"
    assert policy.unconfirmed == ("montant",)


def test_to_confirm_is_refused_in_a_layer_in_force(tree: Tree) -> None:
    root = tree({**BASE, "essai/2024-2025": ANNUAL.replace("100 EUR", "to_confirm")})

    assert "CLAS-P181" in [p.code for p in check(Catalogue([user_shelf(root)]), ["essai/2024-2025"]).problems]


def test_the_users_folder_hides_what_is_installed_under_the_same_id(tree: Tree) -> None:
    installed = Shelf(tree(), "essai 1.0", "installé")
    mine = user_shelf(tree({"essai/2024-2025": ANNUAL.replace("100 EUR", "150 EUR")}, folder="mine"))

    policy = Catalogue([installed, mine]).compose("departements/98/2024-2025", DAY)

    assert montant(policy) == 150_00
    assert [layer.shipped_by for layer in policy.layers] == ["essai 1.0", "local files", "essai 1.0"]


def test_two_installed_shelves_with_the_same_layer_are_an_error_that_names_both(tree: Tree) -> None:
    first = Shelf(tree(), "essai 1.0", "un")
    second = Shelf(tree(folder="deux"), "essai 2.0", "deux")

    with pytest.raises(PolicyError) as error:
        Catalogue([first, second]).compose("departements/98/2024-2025", DAY)

    assert set(codes(error)) == {"CLAS-L211"}
    assert "essai 1.0" in str(error.value)
    assert "essai 2.0" in str(error.value)


def test_a_shelf_holds_only_what_it_owns_and_a_longer_prefix_owns_what_is_below_it(tree: Tree) -> None:
    national = Shelf(tree({k: v for k, v in BASE.items() if k.startswith("essai")}), "essai 1.0", "essai")
    town = LOCAL.replace("98/2024-2025", "98/bourg/2024-2025")
    caf = tree({"departements/98/2024-2025": LOCAL, "departements/98/bourg/2024-2025": town}, folder="caf")
    owner = Shelf(
        tree({"departements/98/bourg/2023-2024": town}, folder="ville"), "ville 1", "ville", ("departements/98/bourg",)
    )
    catalogue = Catalogue([national, Shelf(caf, "caf 1", "caf", ("departements/98",)), owner])

    assert [problem.code for problem in catalogue.problems] == ["CLAS-L209"]
    assert "departements/98/bourg/2024-2025" in str(catalogue.problems[0].message)
    assert catalogue.compose("departements/98/2024-2025", DAY).department == "98"


def test_a_link_out_of_the_folder_is_refused_and_a_circular_one_is_said(tree: Tree, tmp_path: Path) -> None:
    outside = tmp_path / "ailleurs.yaml"
    outside.write_text(ANNUAL, encoding="utf-8")
    root = tree({k: v for k, v in BASE.items() if k != "essai/2024-2025"})
    (root / "essai" / "2024-2025.yaml").symlink_to(outside)
    (root / "essai" / "2023-2024.yaml").symlink_to(root / "essai" / "2023-2024.yaml")

    problems = check(Catalogue([user_shelf(root)])).problems

    assert "CLAS-L218" in [problem.code for problem in problems]
    assert any("2023-2024" in str(problem.span) and problem.code.startswith("CLAS-F") for problem in problems)


def test_names_that_differ_only_by_capitals_are_refused(tree: Tree) -> None:
    root = tree({**BASE, "Essai/2024-2025": ANNUAL})

    assert "CLAS-L212" in [problem.code for problem in Catalogue([user_shelf(root)]).problems]


def test_a_file_is_read_once_and_what_was_read_is_what_is_composed(tree: Tree) -> None:
    root = tree()
    catalogue = Catalogue([user_shelf(root)])
    before = catalogue.compose("essai/2024-2025", DAY)

    tree({"essai/2024-2025": ANNUAL.replace("100 EUR", "999 EUR")})

    assert catalogue.compose("essai/2024-2025", DAY) == before
    assert montant(Catalogue([user_shelf(root)]).compose("essai/2024-2025", DAY)) == 999_00


def test_the_digest_is_of_the_text_with_lf_line_ends(tree: Tree) -> None:
    lf = Catalogue([user_shelf(tree())]).compose("essai/2024-2025", DAY)
    root = tree(folder="windows")
    for path in root.rglob("*.yaml"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    crlf = Catalogue([user_shelf(root)]).compose("essai/2024-2025", DAY)

    assert [layer.sha256 for layer in crlf.layers] == [layer.sha256 for layer in lf.layers]


def test_layers_are_found_again_by_their_digests(tree: Tree) -> None:
    root = tree()
    policy = Catalogue([user_shelf(root)]).compose("departements/98/2024-2025", DAY)
    recorded = [{"id": layer.id, "sha256": layer.sha256} for layer in policy.layers]

    found = Catalogue([user_shelf(root)]).by_digests(recorded)
    assert Catalogue([user_shelf(root)]).compose_layers(found) == policy

    tree({"essai/2024-2025": ANNUAL.replace("100 EUR", "101 EUR")})
    with pytest.raises(PolicyError) as error:
        Catalogue([user_shelf(root)]).by_digests(recorded)
    assert codes(error) == ["CLAS-L215"]


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "cache"
    monkeypatch.setenv("CLAS_POLICY_CACHE", str(place))
    return place


def test_a_kept_policy_is_the_composed_one_to_the_last_place(tree: Tree, kept: Path) -> None:
    catalogue = Catalogue([engine_shelf()])
    composed = catalogue.compose("national/2024-2025", DAY)

    again = Catalogue([engine_shelf()])
    served = again.compose("national/2024-2025", DAY)

    assert not again._read, "it was read again"
    assert served == composed
    assert repr(cache.encode(served)) == repr(cache.encode(composed)), "the places differ"


@pytest.mark.parametrize("change", ["text", "version", "engine", "owner", "garbage"])
def test_a_kept_policy_is_never_served_stale_or_from_a_stranger(
    tree: Tree, kept: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    root = tree()
    Catalogue([user_shelf(root)]).compose("essai/2024-2025", DAY)
    (file,) = kept.glob("*.json")
    match change:
        case "text":
            tree({"essai/2024-2025": ANNUAL.replace("100 EUR", "101 EUR")})
        case "version":
            tree({"essai/2024-2025.v2": ANNUAL.replace("version: 1", "version: 2\neffective_from: 2024-11-01")})
        case "engine":
            monkeypatch.setattr(cache, "_engine", lambda: "another")
        case "owner":
            monkeypatch.setattr(os, "getuid", lambda: -2)
        case _:
            file.write_text('{"engine": 1', encoding="utf-8")
    catalogue = Catalogue([user_shelf(root)])

    catalogue.compose("essai/2024-2025", DAY)

    assert catalogue._read, "a kept policy was served"
