"""A workspace of `clas-policy init` with the policies of this repository, and an editor's language server in it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.editor.language_server import LanguageServer
from tests.editor.tools import tool

from clas_policy.cli import front

ROOT = Path(__file__).parents[2]
SERVER = "yaml-language-server/bin/yaml-language-server"
LAYER = "policies/departements/09/2024-2025.yaml"
"""The first layer of the workspace."""
SHELVES = (
    ROOT / "policies",
    ROOT / "plugins" / "clas-policy-gers" / "src" / "clas_policy_gers" / "policies",
)
"""Where the policies that this repository ships are."""


def make_workspace(folder: Path) -> Path:
    """What ``clas-policy init`` writes, with a first layer of a department that has no other."""
    assert front.run(["init", str(folder), "--department", "09", "--year", "2024-2025", "--quiet"]) == 0
    return folder


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new workspace, with copies of all shipped policies and their tests."""
    folder = make_workspace(tmp_path_factory.mktemp("editor") / "atelier des règles")
    for shelf in SHELVES:
        for file in shelf.rglob("*.yaml"):
            target = folder / "policies" / file.relative_to(shelf)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)
    return folder


@pytest.fixture(scope="session")
def server(workspace: Path) -> Iterator[LanguageServer]:
    """The server, with the settings that the workspace gives to VS Code."""
    settings = json.loads((workspace / ".vscode" / "settings.json").read_text(encoding="utf-8"))
    running = LanguageServer(tool(SERVER), workspace, settings)
    try:
        yield running
    finally:
        running.close()
