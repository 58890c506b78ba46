"""Answers every hook, as a department that has all of it would."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from clas_policy.hookspecs import Decision, Derive, Read, Render, View, hookimpl

RURAL = frozenset({"Conques", "Najac"})

told: list[str] = []
"""The ids of the dossiers that were decided."""


def commune_rurale(view: View) -> bool | None:
    """Whether the commune is on the list; unknown where the commune is."""
    commune = view["collectif.aveyron_commune"]
    return None if commune is None else commune in RURAL


def read_portal(data: bytes) -> Iterable[Mapping[str, Any]]:
    """One dossier a line."""
    for row in csv.DictReader(io.StringIO(data.decode("utf-8")), delimiter=";"):
        yield {"dossier": row["numero"], "annee_scolaire": row["annee"], "departement": "12"}


def write_card(decision: Decision) -> str:
    """A line for the file of the committee."""
    return f"{decision['dossier']['id']} : {decision['totals']['due']} EUR\n"


@hookimpl
def clas_policy_facts() -> Mapping[str, Derive]:
    return {"aveyron/commune_rurale": commune_rurale}


@hookimpl
def clas_policy_readers() -> Mapping[str, Read]:
    return {".portail.csv": read_portal}


@hookimpl
def clas_policy_renderers() -> Mapping[str, Render]:
    return {"fiche": write_card}


@hookimpl
def clas_policy_decided(decision: Decision) -> None:
    told.append(decision["dossier"]["id"])
