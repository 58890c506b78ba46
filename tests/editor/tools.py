"""The programs and schemas of others that some tests need, in the folder that ``EDITOR_TOOLS`` names.

``.ci/run`` fills it: ``npm install --prefix FOLDER yaml-language-server @microsoft/jest-sarif``. A test that is asked
for and lacks its tool fails; it is not skipped.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest


def tool(package: str) -> Path:
    """A file of an npm package."""
    folder = os.environ.get("EDITOR_TOOLS")
    if not folder:
        pytest.fail("EDITOR_TOOLS names no folder: see tests/editor/tools.py")
    path = Path(folder).resolve() / "node_modules" / package
    if not path.is_file():
        pytest.fail(f"no {path}: see tests/editor/tools.py")
    return path


def program(name: str) -> Path:
    """A program installed beside this Python, by the extra `dev`."""
    path = Path(sys.executable).with_name(name)
    if not path.is_file():
        pytest.fail(f"no {path}: pip install -e '.[dev]'")
    return path
