"""What tests of runs over many dossiers share: a table, dossiers, and files of them; under the rules of ``regles``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DAY = "12/09/2001"
TABLE = f"""\
dossier;annee_scolaire;departement;depot.date;charte.signee;groupe;groupe.effectif;groupe.depenses
A1;2001-2002;09;{DAY};oui;petits;9;4 000,00 €
A1;2001-2002;09;{DAY};oui;grands;7;2 000,50 €
A2;2001-2002;09;{DAY};oui;petits;12;6000
"""


def dossier(name: str, **changes: Any) -> dict[str, Any]:
    return {
        "dossier": name,
        "annee_scolaire": "2001-2002",
        "departement": "09",
        "depot": {"date": "2001-09-12"},
        "charte": {"signee": True},
        "groupes": [{"groupe": "petits", "effectif": 9, "depenses": "4000.00"}],
        **changes,
    }


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def save(path: Path, *dossiers: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(one)}\n" for one in dossiers), encoding="utf-8")
