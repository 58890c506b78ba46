"""The Gers rules by hand over lines of JSON: `orjson.loads`, arrays of what is read, and `columns_yardstick.py`.

What a careful programmer would write for a department whose lines are known to be right: nothing is checked, a date
that has an hour is looked up, what is absent is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from tests.benchmarks.columns_yardstick import Array, Columns, Known

TRUTH = {True: 2, False: 0, None: 1}
OF_DOSSIER = {
    "porteur": ("renouvellement",),
    "bilan": ("financier_afas", "questionnaire_sphinx"),
    "axes": ("enfants", "parents", "ecole", "territoire"),
    "charte": ("respectee",),
    "projet": ("hors_temps_scolaire",),
    "description": ("enfants", "parents", "ecole", "ressources"),
}
OF_GROUP = {
    "bonus_enfants": ("projet_structure", "materiel", "intervenants", "sorties", "accord"),
    "bonus_parents": ("projet_specifique", "intervenants", "actions_specifiques", "public_cible", "accord"),
}
PARTNERS = ("pre", "pedt", "pel")
NOTHING: Mapping[str, Any] = {}


def columns(lines: Iterable[bytes], loads: Any) -> Columns:
    """The arrays of some lines."""
    dossiers: list[bool | None] = []
    groups: list[bool | None] = []
    days: list[str | None] = []
    platforms: list[str | None] = []
    partners: list[list[str] | None] = []
    sizes: list[int | None] = []
    staff: list[int | None] = []
    spent: list[str | int | None] = []
    levels: list[bool | None] = []
    of: list[int] = []
    listed: list[bool] = []
    own = list(OF_DOSSIER.items())
    theirs = list(OF_GROUP.items())
    for number, line in enumerate(lines):
        found = loads(line)
        get = found.get
        for name, keys in own:
            dossiers += map((get(name) or NOTHING).get, keys)
        deposit = get("depot") or NOTHING
        days.append(deposit.get("date"))
        platforms.append(deposit.get("plateforme"))
        partners.append((get("partenariat") or NOTHING).get("autres_dispositifs"))
        members = get("collectifs")
        listed.append(members is not None)
        for member in members or ():
            of.append(number)
            get = member.get
            groups.append(get("rural"))
            for name, keys in theirs:
                groups += map((get(name) or NOTHING).get, keys)
            sizes.append(get("effectif"))
            staff.append(get("intervenants"))
            spent.append(get("depenses"))
            level = get("niveaux")
            levels.append(None if level is None else "maternelle" in level)
    d, g = _truths(dossiers, len(listed)), _truths(groups, len(of))
    of_dossiers = {f"{name}.{key}": d[:, at] for at, (name, key) in enumerate(_pairs(OF_DOSSIER))}
    for partner in PARTNERS:
        of_dossiers[f"partenariat.autres_dispositifs.{partner}"] = np.fromiter(
            (1 if one is None else 2 * (partner in one) for one in partners), np.int8, len(partners)
        )
    of_groups = {"collectif.rural": g[:, 0]}
    of_groups |= {f"collectif.{name}.{key}": g[:, 1 + at] for at, (name, key) in enumerate(_pairs(OF_GROUP))}
    of_groups["collectif.niveaux.maternelle"] = _truth(levels)
    known = np.array([day is not None for day in days])
    return Columns(
        of_dossiers,
        of_groups,
        Known(np.array([_day(day) for day in days], "datetime64[D]"), known),
        Known(np.array([one == "papier" for one in platforms]), np.array([one is not None for one in platforms])),
        _known(sizes),
        _known(staff),
        _known([None if one is None else _cents(one) for one in spent]),
        np.array(of, np.int64),
        np.array(listed, np.bool_),
    )


def _pairs(names: Mapping[str, tuple[str, ...]]) -> Iterable[tuple[str, str]]:
    return ((name, key) for name, keys in names.items() for key in keys)


def _truths(values: list[bool | None], rows: int) -> Array:
    """A matrix of truths, a column for each fact."""
    return np.asfortranarray(_truth(values).reshape(rows, -1))


def _truth(values: list[bool | None]) -> Array:
    return np.fromiter(map(TRUTH.__getitem__, values), np.int8, len(values))


def _known(values: list[int | None]) -> Known:
    return Known(
        np.array([0 if one is None else one for one in values], np.int64), np.array([one is not None for one in values])
    )


def _cents(text: str | int) -> int:
    euros, _point, cents = str(text).partition(".")
    return int(euros) * 100 + int(cents.ljust(2, "0"))


def _day(text: str | None) -> str:
    if text is None:
        return "1970-01-01"
    if len(text) == 10:
        return text
    return datetime.fromisoformat(text).astimezone(ZoneInfo("Europe/Paris")).date().isoformat()
