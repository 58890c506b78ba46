"""The rails as those meet them who evaluate: exit codes, what is on standard output, who is named."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.plugins.installing import HOOKS, Site

Run = Callable[..., subprocess.CompletedProcess[str]]

DOSSIER: dict[str, Any] = {
    "dossier": "12-2024-0001",
    "annee_scolaire": "2024-2025",
    "departement": "12",
    "collectifs": [{"collectif": "a", "effectif": 6, "aveyron_commune": "Najac"}],
}
OTHER: dict[str, Any] = {"dossier": "65-2024-0001", "annee_scolaire": "2024-2025", "departement": "65"}


@pytest.fixture
def run(site: Site, tmp_path: Path) -> Run:
    """Runs the program on two dossiers, `first.json` and `other.json`, with the plugins of the site."""
    site.yaml("caf-65", ["departements.65"], {"departements/65/2024-2025": ""})
    for name, dossier in (("first.json", DOSSIER), ("other.json", OTHER)):
        (tmp_path / name).write_text(json.dumps(dossier), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(site.folder), "CLAS_POLICY_LANG": "en"}

    def program(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "clas_policy", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    return program


def test_a_department_with_a_broken_plugin_gets_no_amount_and_others_theirs(site: Site, run: Run) -> None:
    site.code("caf-12", "caf", "print('spoken')\nraise SystemExit", prefixes=["departements.12"])

    done = run("evaluate", "first.json", "other.json", "--output", "ndjson")

    assert done.returncode == 6
    assert [json.loads(line)["dossier"]["id"] for line in done.stdout.splitlines()] == ["65-2024-0001"]
    assert "caf-12 1.0" in done.stderr
    assert "CLAS-X303" in done.stderr


def test_a_derivation_that_fails_is_warned_of_in_a_decision_that_is_printed(site: Site, run: Run) -> None:
    site.install("aveyron")
    hooks = site.folder / "clas_policy_aveyron" / "hooks.py"
    text = hooks.read_text(encoding="utf-8")
    hooks.write_text(text.replace("    commune = view", "    print('spoken'); 1 / 0; commune = view"), encoding="utf-8")

    done = run("evaluate", "first.json", "--output", "json")

    decision = json.loads(done.stdout)
    assert done.returncode == 6
    assert "CLAS-X309" in done.stderr
    assert "spoken" in done.stderr
    assert "CLAS-W408" in [warning["code"] for warning in decision["warnings"]]
    assert "collectif.rural" in str(decision["warnings"])


def test_a_sound_derivation_takes_part(site: Site, run: Run) -> None:
    site.install("aveyron")

    done = run("evaluate", "first.json", "--output", "json")

    (size,) = [found for found in json.loads(done.stdout)["criteria"] if found["id"] == "taille_collectif"]
    assert done.returncode == 0, done.stderr
    assert size["status"] == "met"


def test_a_format_of_a_plugin_is_an_output(site: Site, run: Run) -> None:
    site.install("aveyron")

    done = run("evaluate", "first.json", "--output", "fiche")

    assert done.returncode == 0, done.stderr
    assert done.stdout == "12-2024-0001 : 0.00 EUR\n"


def test_without_plugins_what_is_not_known_is_put_aside_and_named(site: Site, run: Run) -> None:
    site.code("caf-12", "caf", "raise SystemExit", prefixes=["departements.12"])

    done = run("evaluate", "first.json", "--without-plugins", "--output", "json")

    decision = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert decision["outcome"] == "incomplete"
    assert decision["policy"]["id"] == "national/2024-2025"
    assert "collectif.aveyron_commune" in str(decision["warnings"]) or "aveyron_commune" in str(decision["warnings"])


def test_a_lock_refuses_what_it_does_not_list(site: Site, run: Run) -> None:
    assert run("plugins", "lock", "plugins.lock").returncode == 0
    site.install("aveyron")

    done = run("evaluate", "other.json", "--lock", "plugins.lock")

    assert done.returncode == 6
    assert done.stdout == ""
    assert "clas-policy-aveyron 1.2.0" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [("--version",), ("--help",), ("plugins", "list"), ("plugins", "--help"), ("check", "national/2024-2025")],
    ids=" ".join,
)
def test_what_needs_no_plugin_imports_none(site: Site, run: Run, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    trace = tmp_path / "imported"
    text = f"from pathlib import Path\nPath({str(trace)!r}).touch()\n{HOOKS}"
    site.code("caf-12", "caf", text, prefixes=["departements.12"])

    done = run(*arguments)

    assert done.returncode == 0, done.stderr
    assert not trace.exists()


def test_a_plugin_that_is_needed_is_imported(site: Site, run: Run, tmp_path: Path) -> None:
    trace = tmp_path / "imported"
    text = f"from pathlib import Path\nPath({str(trace)!r}).touch()\n{HOOKS}"
    site.code("caf-12", "caf", text, prefixes=["departements.12"])

    run("evaluate", "first.json")

    assert trace.exists()
