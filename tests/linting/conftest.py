"""A scheme to change."""

from pathlib import Path

import pytest
from tests.linting.linted import Scheme


@pytest.fixture
def scheme(tmp_path: Path) -> Scheme:
    return Scheme(tmp_path / "regles")
