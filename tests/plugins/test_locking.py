"""A lock refuses whatever is not exactly what it lists, and is the same for the same files anywhere."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.plugins.installing import Site

from clas_policy import plugins
from clas_policy.plugins import Host, lock_problems, write_lock
from clas_policy.problem import PluginError

NewHost = Callable[[], Host]


@pytest.fixture
def lock(site: Site, new_host: NewHost, tmp_path: Path) -> Path:
    """A lock of the two real distributions, as they are installed."""
    site.install("aveyron")
    site.install("decazeville")
    path = tmp_path / "plugins.lock"
    write_lock(new_host(), path)
    return path


def found(host: Host, lock: Path) -> list[tuple[str, str]]:
    return [(problem.code, str(problem.message)) for problem in lock_problems(host, lock)]


def test_what_was_locked_is_accepted_and_imports_nothing(site: Site, new_host: NewHost, lock: Path) -> None:
    assert found(new_host(), lock) == []
    assert site.imported() == set()


def test_the_lock_names_distribution_version_and_digest(lock: Path) -> None:
    entries = json.loads(lock.read_text(encoding="utf-8"))["distributions"]

    assert [(entry["distribution"], entry["version"]) for entry in entries] == [
        ("clas-policy-aveyron", "1.2.0"),
        ("clas-policy-decazeville", "0.3.0"),
    ]
    assert all(len(entry["sha256"]) == 64 for entry in entries)


def test_a_plugin_that_is_not_listed_is_refused(site: Site, new_host: NewHost, lock: Path) -> None:
    site.yaml("caf-65", ["departements.65"])

    assert found(new_host(), lock) == [("CLAS-X314", "caf-65 1.0 is installed, and the lock does not list it")]


@pytest.mark.parametrize(
    "file",
    [
        "clas_policy_aveyron/hooks.py",
        "clas_policy_aveyron/policies/departements/12/2024-2025.yaml",
        "clas_policy_aveyron/new.py",
        "clas_policy_aveyron/compiled.pyc",
    ],
)
def test_a_changed_file_is_refused(site: Site, new_host: NewHost, lock: Path, file: str) -> None:
    with (site.folder / file).open("a", encoding="utf-8") as changed:
        changed.write("# changed\n")

    assert [code for code, _ in found(new_host(), lock)] == ["CLAS-X315"]


@pytest.mark.parametrize(
    ("distribution", "change"),
    [
        ("decazeville", ("12.decazeville", "46")),
        ("aveyron", ("clas_policy_aveyron.hooks", "clas_policy_aveyron")),
    ],
)
def test_an_entry_point_that_leads_elsewhere_is_refused(
    site: Site, new_host: NewHost, lock: Path, distribution: str, change: tuple[str, str]
) -> None:
    (points,) = site.folder.glob(f"clas_policy_{distribution}-*/entry_points.txt")
    points.write_text(points.read_text(encoding="utf-8").replace(*change), encoding="utf-8")

    assert [code for code, _ in found(new_host(), lock)] == ["CLAS-X315"]


def test_another_version_is_refused_with_the_command_to_run(site: Site, new_host: NewHost, lock: Path) -> None:
    (metadata,) = site.folder.glob("clas_policy_decazeville-*/METADATA")
    metadata.write_text(metadata.read_text(encoding="utf-8").replace("0.3.0", "0.4.0"), encoding="utf-8")

    (problem,) = lock_problems(new_host(), lock)

    assert problem.code == "CLAS-X315"
    assert "0.4.0" in str(problem.message)
    assert str(problem.hint) == "`pip install clas-policy-decazeville==0.3.0`"


def test_a_plugin_that_is_gone_is_named_with_the_command_to_run(site: Site, new_host: NewHost, lock: Path) -> None:
    (points,) = site.folder.glob("clas_policy_decazeville-*/entry_points.txt")
    points.unlink()

    (problem,) = lock_problems(new_host(), lock)

    assert problem.code == "CLAS-X315"
    assert str(problem.message) == "the lock lists clas-policy-decazeville 0.3.0, which is not installed"
    assert str(problem.hint) == "`pip install clas-policy-decazeville==0.3.0`"


def test_compiled_copies_change_nothing(site: Site, new_host: NewHost, lock: Path) -> None:
    cache = site.folder / "clas_policy_aveyron" / "__pycache__"
    cache.mkdir()
    (cache / "hooks.cpython-311.pyc").write_bytes(b"compiled")

    assert found(new_host(), lock) == []


def test_the_digest_covers_layers_in_a_package_without_a_module(site: Site, new_host: NewHost, tmp_path: Path) -> None:
    package = site.yaml("caf-65", ["departements.65"], {"departements/65/2024-2025": ""})
    (site.folder / package / "__init__.py").unlink()
    lock = tmp_path / "plugins.lock"
    write_lock(new_host(), lock)
    assert found(new_host(), lock) == []

    (site.folder / package / "policies/departements/65/2024-2025.yaml").write_text("policy: other", encoding="utf-8")

    assert [code for code, _ in found(new_host(), lock)] == ["CLAS-X315"]


def test_without_plugins_there_is_nothing_to_compare(lock: Path) -> None:
    assert found(plugins.host(without_plugins=True), lock) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        "[" * 100_000,
        '{"format": "clas-policy/lock/2", "distributions": []}',
        '{"format": "clas-policy/lock/1", "distributions": [1]}',
        '{"format": "clas-policy/lock/1", "distributions": [{"distribution": "a", "version": "1", "plugins": []}]}',
        '{"format": "clas-policy/lock/1", "distributions": [{"distribution": 1, "version": 1, "plugins": [], "sha256": 1}]}',  # noqa: E501
    ],
)
def test_what_is_no_lock_is_refused_and_never_taken_for_an_empty_one(
    site: Site, new_host: NewHost, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "plugins.lock"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(PluginError) as caught:
        lock_problems(new_host(), path)

    assert [problem.code for problem in caught.value.problems] == ["CLAS-X316"]


def test_a_lock_that_is_not_there_is_an_error(new_host: NewHost, tmp_path: Path) -> None:
    with pytest.raises(PluginError):
        lock_problems(new_host(), tmp_path / "nowhere.lock")
