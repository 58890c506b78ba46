"""The shipped policies, composed once."""

from datetime import date

import pytest
from tests.policy_texts import GERS

from clas_policy.catalogue import Catalogue, Shelf, engine_shelf
from clas_policy.model.policy import Policy


@pytest.fixture(scope="session")
def shipped() -> Policy:
    gers = Shelf(GERS, "clas-policy-gers", "gers", ("departements/32",))
    return Catalogue([gers, engine_shelf()]).compose("departements/32/2024-2025", date(2024, 11, 5))
