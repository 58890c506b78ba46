"""What columns and statuses are called in French, for those who read results in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from clas_policy.batch.writing.found import AT_MOST, DUE, ELIGIBLE, HIGH, LOW, OUTCOME, STATUS, funders
from clas_policy.batch.writing.store import Store
from clas_policy.model.policy import Policy

OUTCOMES: Final = {"admissible": "recevable", "incomplete": "à compléter", "inadmissible": "irrecevable"}
STATUSES: Final = {
    "due": "dû",
    "eligible": "éligible, accord attendu",
    "refused": "refusé",
    "undetermined": "à déterminer",
}

_TOTALS: Final = {
    DUE: "Montant dû",
    ELIGIBLE: "Montant éligible, accord attendu",
    AT_MOST: "À déterminer, au plus",
}
_PARTS: Final = {STATUS: "état", LOW: "au moins", HIGH: "au plus"}
_OWN: Final = {
    "dossier": "Numéro du dossier",
    "annee_scolaire": "Année scolaire",
    "departement": "Département",
    "policy": "Politique",
    OUTCOME: "Issue",
    **_TOTALS,
}


def labels(store: Store) -> dict[str, str]:
    """The heads of all columns that results can have, by the names of the columns."""
    found = dict(_OWN)
    for shelf in store.shelves.values():
        for name, label in _of_policy(shelf.policy):
            found.setdefault(name, label)
    return found


def _of_policy(policy: Policy) -> Iterator[tuple[str, str]]:
    for entity in policy.entities.values():
        yield entity.id, entity.label
    for rules in (policy.criteria, policy.deadlines, policy.orientations):
        for name, rule in rules.items():
            yield name, rule.label
    for grant in policy.grants.values():
        for part, word in _PARTS.items():
            yield f"{grant.name}.{part}", f"{grant.label} : {word}"
    for funder in funders(policy):
        for part, word in _TOTALS.items():
            yield f"{funder}.{part}", f"{policy.funders[funder].label} : {word[0].lower()}{word[1:]}"
