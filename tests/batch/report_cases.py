"""Reports of fictional dossiers, for the tests of reports: counted in a store, as the command counts them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from clas_policy.batch.report.counting import Input, report
from clas_policy.batch.report.figures import Report
from clas_policy.batch.report.layout import Layout, default_layout
from clas_policy.batch.report.layout_reading import load
from clas_policy.batch.report.stored import stored
from clas_policy.batch.writing.deciding import decider
from clas_policy.batch.writing.store import Store
from clas_policy.catalogue import Catalogue
from clas_policy.explain import Evaluation, Evaluator
from clas_policy.model.dossier import Dossier
from clas_policy.model.policy import Policy
from clas_policy.reading import json_text
from clas_policy.reading.dossier import DossierReader
from clas_policy.shelves import engine_shelf, user_shelf

ROOT = Path(__file__).parents[2]
GERS = ROOT / "plugins" / "clas-policy-gers" / "src" / "clas_policy_gers" / "policies"
PLAN = ROOT / "policies" / "national" / "referentiel-2019.report.yaml"
DAY = date(2024, 11, 5)


class Read(NamedTuple):
    """A dossier as a store takes it."""

    number: int
    file: str
    line: int
    dossier: Dossier


def gers() -> Policy:
    """The policy of the Gers for 2024-2025."""
    return Catalogue([user_shelf(GERS), engine_shelf()]).compose("departements/32/2024-2025", DAY)


def gers_dossiers(policy: Policy, most: int = 400) -> list[Dossier]:
    """The reference dossiers that the policy is for."""
    reader = DossierReader(policy)
    found = []
    for line in (ROOT / "tests" / "data" / "reference-cases.ndjson").read_text(encoding="utf-8").splitlines():
        written = json.loads(line)["dossier"]
        if (written["annee_scolaire"], written["departement"]) == ("2024-2025", "32"):
            found.append(reader.read(json_text.parse(json.dumps(written).encode(), "x.json")))
    return found[:most]


def gers_plan(policy: Policy) -> Layout:
    """The plan that is shipped."""
    return load(PLAN, "referentiel-2019.report.yaml", policy)


def counted(policy: Policy, dossiers: Sequence[Dossier], layout: Layout | None = None) -> Report:
    """The report of some dossiers, by a plan or by what the policy itself can tell."""
    with Store(keep_facts=True) as store:
        read = [Read(number, "x.ndjson", number + 1, dossier) for number, dossier in enumerate(dossiers)]
        decides, _refused = decider(Evaluator(policy))
        store.add(policy, decides, read)
        decides.finish(store.shelf(policy))
        return report(stored(store, policy), layout or default_layout(policy), Input(DAY))


def evaluated(policy: Policy, dossiers: Sequence[Dossier]) -> list[Evaluation]:
    """What the evaluator says of each."""
    evaluator = Evaluator(policy)
    return [evaluator.evaluate(dossier) for dossier in dossiers]
