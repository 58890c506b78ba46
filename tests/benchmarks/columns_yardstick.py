"""The Gers rules of 2024-2025 by hand over numpy arrays: what a careful programmer would write for a department.

Integer cents; a truth is 0 (no), 1 (not known) or 2 (yes), so that `all` is the least and `any` the greatest. It gives
every status and amount of every group and the totals of every dossier; DuckDB's speed is measured against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

REFUSED, UNDETERMINED, ELIGIBLE, DUE = range(4)
RATE, CEILING, BONUS = 325, 848_700, 32_900
MOST = (RATE * CEILING + 500) // 1_000
LAST_DAY = np.datetime64(date(2024, 10, 30))


@dataclass(frozen=True)
class Known:
    """Values, and which of them are known."""

    values: Array
    known: Array

    def truth(self, yes: Array) -> Array:
        """Where the value is known, whether it is a yes."""
        return np.where(self.known, yes * np.int8(2), np.int8(1))


@dataclass(frozen=True)
class Columns:
    """The arrays of all dossiers and groups: truths by fact, and the other facts that are read."""

    dossier: Mapping[str, Array]
    group: Mapping[str, Array]
    deposit: Known
    platform: Known
    size: Known
    staff: Known
    expenses: Known
    of: Array
    """The number of each group's dossier."""
    listed: Array
    """Whether each dossier gives the list of its groups."""


def all_of(*truths: Array) -> Array:
    return reduce(np.minimum, truths)


def any_of(*truths: Array) -> Array:
    return reduce(np.maximum, truths)


def decide(given: Columns) -> dict[str, Array]:
    """Every truth, status and amount."""
    d, g = given.dossier, given.group
    found: dict[str, Array] = {}
    found["gers_depot"] = given.deposit.truth(given.deposit.values <= LAST_DAY)
    new = 2 - d["porteur.renouvellement"]
    found["gers_bilan_financier"] = any_of(new, d["bilan.financier_afas"])
    found["gers_questionnaire_sphinx"] = any_of(new, d["bilan.questionnaire_sphinx"])
    found["quatre_axes"] = all_of(*(d[f"axes.{axis}"] for axis in ("enfants", "parents", "ecole", "territoire")))
    found["gers_elan"] = given.platform.truth(given.platform.values == 0)
    found["gers_description"] = all_of(
        *(d[f"description.{part}"] for part in ("enfants", "parents", "ecole", "ressources"))
    )
    found["gers_dispositifs"] = any_of(
        *(d[f"partenariat.autres_dispositifs.{name}"] for name in ("pre", "pedt", "pel"))
    )
    admissible = all_of(found["gers_depot"], found["gers_bilan_financier"], found["gers_questionnaire_sphinx"])
    found["admissible"] = admissible
    ready = all_of(admissible, found["quatre_axes"], d["projet.hors_temps_scolaire"], d["charte.respectee"])

    size, staff = given.size, given.staff
    found["taille_collectif"] = any_of(
        size.truth((size.values >= 8) & (size.values <= 12)),
        all_of(g["collectif.rural"], size.truth((size.values >= 5) & (size.values <= 12))),
    )
    found["public"] = 2 - g["collectif.niveaux.maternelle"]
    found["deux_intervenants"] = staff.truth(staff.values >= 2)
    found["criteres_bonus_enfants"] = all_of(
        g["collectif.bonus_enfants.projet_structure"],
        any_of(*(g[f"collectif.bonus_enfants.{row}"] for row in ("materiel", "intervenants", "sorties"))),
    )
    first = g["collectif.bonus_parents.projet_specifique"]
    others = any_of(
        *(g[f"collectif.bonus_parents.{row}"] for row in ("intervenants", "actions_specifiques", "public_cible"))
    )
    both, either = all_of(first, others), any_of(first, others)
    found["criteres_bonus_parents"] = np.where(both == either, both, np.int8(1))

    entitled = all_of(ready[given.of], found["public"], found["taille_collectif"])
    expenses, known = given.expenses.values, given.expenses.known
    amount = (np.minimum(expenses, CEILING) * RATE + 500) // 1_000
    refused = entitled == 0
    low = np.where(known & ~refused, amount, 0)
    high = np.where(refused, 0, np.where(known, amount, MOST))
    status = np.where(refused, REFUSED, np.where(known & (entitled == 2), DUE, UNDETERMINED)).astype(np.int8)
    found["ps.status"], found["ps.low"], found["ps.high"] = status, low, high
    sure, most = np.where(entitled == 2, low, 0), high
    for name in ("bonus_enfants", "bonus_parents"):
        accord = g[f"collectif.{name}.accord"]
        granted = np.where(accord == 0, np.int8(0), all_of(entitled, found[f"criteres_{name}"]))
        agreed = np.where(accord == 2, np.int8(DUE), np.int8(ELIGIBLE))
        found[f"{name}.status"] = np.where(
            granted == 0, np.int8(REFUSED), np.where(granted == 2, agreed, np.int8(UNDETERMINED))
        )
        found[f"{name}.low"] = found[f"{name}.high"] = np.where(granted == 0, 0, BONUS)
        sure = sure + np.where(granted == 2, BONUS, 0)
        most = most + found[f"{name}.high"]
    within = np.where(known & (most <= expenses) | (most == 0), np.int8(2), np.int8(1))
    found["aide_superieure_aux_depenses"] = np.where(known & (sure > expenses), np.int8(0), within)

    count = len(admissible)
    for name, code in (("due", DUE), ("eligible", ELIGIBLE), ("undetermined_at_most", UNDETERMINED)):
        paid = sum(
            np.where(found[f"{grant}.status"] == code, found[f"{grant}.high"], 0)
            for grant in ("ps", "bonus_enfants", "bonus_parents")
        )
        total = np.zeros(count, np.int64)
        np.add.at(total, given.of, paid)
        found[name] = total
    found["bounded"] = given.listed | (ready == 0)
    return found
