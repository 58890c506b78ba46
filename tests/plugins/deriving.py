"""A department whose policy derives facts by the code of a plugin."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from tests.plugins.installing import HOOKS, Site

from clas_policy.catalogue import Catalogue, engine_shelf
from clas_policy.model.dossier import Dossier
from clas_policy.plugins import Host, derive
from clas_policy.problem import Problem
from clas_policy.reading import json_text
from clas_policy.reading.dossier import DossierReader

NewHost = Callable[[], Host]
DAY = date(2024, 11, 5)
LAYER = "departements/12/2024-2025"

FACTS = """
facts:
  essai.commune:
    type: text
    label: Commune
  essai.autre:
    type: text
    label: Autre chose
  collectif.essai_lieu:
    type: text
    label: Lieu
  essai.derive:
    {type}
    label: Ce qui est déduit
  collectif.essai_derive:
    type: integer
    min: 0
    max: 100
    label: Ce qui est déduit pour un collectif
derive:
  essai.derive:
    by: caf/pour_dossier
    reads: [essai.commune, depot.date]
  collectif.essai_derive:
    by: caf/pour_collectif
    reads: [collectif.essai_lieu, essai.commune]
"""

CODE = (
    HOOKS
    + """\
seen = []

def for_dossier(view):
    seen.append(dict(view))
    {dossier}

def for_member(view):
    seen.append(dict(view))
    {member}

@hookimpl
def clas_policy_facts():
    return {{"caf/pour_dossier": for_dossier, "caf/pour_collectif": for_member}}
"""
)

DOSSIER = {
    "dossier": "12-2024-0001",
    "annee_scolaire": "2024-2025",
    "departement": "12",
    "depot": {"date": "2024-10-12"},
    "essai": {"commune": "Najac", "autre": "caché"},
    "collectifs": [
        {"collectif": "a", "essai_lieu": "École", "effectif": 9},
        {"collectif": "b", "effectif": 8},
    ],
}


class Case:
    """A department whose policy derives a fact of the dossier and one of each member."""

    def __init__(self, site: Site, new_host: NewHost, dossier: str, member: str, type_: str) -> None:
        site.code("caf-12", "caf", CODE.format(dossier=dossier, member=member))
        site.layers("caf_12", {LAYER: FACTS.format(type=type_)})
        (points,) = site.folder.glob("caf_12-*/entry_points.txt")
        with points.open("a", encoding="utf-8") as file:
            file.write("[clas_policy.layers]\ndepartements.12 = caf_12\n")
        self.host = new_host()
        self.policy = Catalogue([*self.host.shelves(), engine_shelf()]).compose(LAYER, DAY)

    def dossier(self, given: Mapping[str, Any] = DOSSIER) -> Dossier:
        return DossierReader(self.policy).read(json_text.parse(json.dumps(given).encode(), "dossier.json"))

    def derive(self, given: Mapping[str, Any] = DOSSIER) -> tuple[Dossier, tuple[Problem, ...]]:
        return derive(self.policy, self.dossier(given), self.host)

    @property
    def seen(self) -> list[dict[str, Any]]:
        from caf_12 import hooks  # type: ignore[import-not-found]

        found: list[dict[str, Any]] = hooks.seen
        return found
