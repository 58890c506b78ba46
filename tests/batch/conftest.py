"""The Gers and its reference cases, which many tests of tables and of results begin with."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from clas_policy.catalogue import Catalogue, engine_shelf, user_shelf
from clas_policy.model.dossier import Dossier
from clas_policy.model.policy import Policy
from clas_policy.reading import json_text
from clas_policy.reading.dossier import DossierReader

ROOT = Path(__file__).parents[2]
GERS = ROOT / "plugins" / "clas-policy-gers" / "src" / "clas_policy_gers" / "policies"
CASES = (ROOT / "tests" / "data" / "reference-cases.ndjson").read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="session")
def gers() -> Policy:
    return Catalogue([user_shelf(GERS), engine_shelf()]).compose("departements/32/2024-2025", date(2024, 11, 5))


@pytest.fixture(scope="session")
def cases(gers: Policy) -> list[Dossier]:
    reader = DossierReader(gers)
    return [reader.read(json_text.parse(json.dumps(json.loads(line)["dossier"]).encode(), "-")) for line in CASES]
