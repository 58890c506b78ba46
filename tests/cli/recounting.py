"""Two departments for one recount: their policies, made-up dossiers with much unknown, and what is found one by one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from clas_policy.catalogue import Catalogue
from clas_policy.explain import Evaluation, Evaluator
from clas_policy.model.dossier import Dossier
from clas_policy.model.fact import Value
from clas_policy.model.policy import Policy
from clas_policy.reading import json_text
from clas_policy.reading.dossier import DossierReader
from clas_policy.shelves import engine_shelf, user_shelf

ROOT = Path(__file__).parents[2]
GERS = ROOT / "plugins" / "clas-policy-gers" / "src" / "clas_policy_gers" / "policies"
DAY = date(2024, 11, 5)
DEPARTMENTS = "32", "98"
OTHER = """\
policy: departements/98/2024-2025
extends: national/2024-2025
version: 1
status: in_force
title: Note d'essai
prefix: essai
documents:
  note: {title: Note d'essai}
source: note, §1
funders:
  essai_ville: {label: "Ville d'essai"}
deadlines:
  essai_depot: {label: "Dépôt", fact: depot.date, last_day: 2024-10-20, late: inadmissible}
grants:
  essai_sorties:
    for_each: collectif
    label: "Aide aux sorties"
    funder: essai_ville
    requires: [ps, collectif.bonus_enfants.sorties]
    amount: {rate: 7.5 %, of: {minus: [collectif.depenses, ps]}, counted_up_to: 3000 EUR}
  essai_projet:
    label: "Aide au projet"
    funder: essai_ville
    requires: [partenariat.reaap, essai_depot]
    amount: {smallest_of: [150.55 EUR, {total: ps}]}
"""
ASSUMED = "unanswered: 9 %\nlists: {collectif: {absent: 6 %, uniform: {from: 0, to: 4}}}\n"


def policies(folder: Path) -> Path:
    """A folder with the policies of both departments."""
    shutil.copytree(GERS, folder)
    place = folder / "departements" / "98" / "2024-2025.yaml"
    place.parent.mkdir(parents=True)
    place.write_text(OTHER, encoding="utf-8")
    return folder


def policy(folder: Path, department: str, **values: Any) -> Policy:
    """The policy of a department, with other figures."""
    found = Catalogue([user_shelf(folder), engine_shelf()]).compose(f"departements/{department}/2024-2025", DAY)
    parameters = {name: replace(one, value=values.get(name, one.value)) for name, one in found.parameters.items()}
    return replace(found, parameters=parameters)


def dossiers(file: Path, found: Policy) -> list[Dossier]:
    """The dossiers of a file, as the policy reads them."""
    reader = DossierReader(found)
    lines = file.read_text(encoding="utf-8").splitlines()
    return [reader.read(json_text.parse(line.encode(), file.name)) for line in lines]


def with_few_applicants(text: str) -> str:
    """The same dossiers, of thirty applicants; a name that is not known stays so."""
    found = [json.loads(line) for line in text.splitlines()]
    for number, one in enumerate(found):
        if "nom" in one.get("porteur", {}):
            one["porteur"]["nom"] = f"Porteur {number % 30}"
    return "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in found)


Line: TypeAlias = tuple[str, int, int | None]
"""A status, the cents at least and at the most (None: no bound)."""


@dataclass(frozen=True)
class Judged:
    """One dossier under one policy, as plain values.

    `lines` are by grant and member: its id, None for the dossier, ``*`` for a list that is absent.
    """

    dossier: Dossier
    outcome: str
    lines: dict[tuple[str, str | None], Line]
    truths: dict[tuple[str, str | None], bool | None]
    evaluation: Evaluation


def judged(evaluator: Evaluator, dossier: Dossier) -> Judged:
    found = evaluator.evaluate(dossier)
    policy = evaluator.policy
    lines: dict[tuple[str, str | None], Line] = {}
    for result in found.grants:
        low, high = (0, 0) if result.status == "refused" else (result.at_least, result.at_most)
        lines[result.grant.name, result.member.id if result.member else None] = result.status, low, high
    endless = {grant.name for grant, member in found.unlimited if member is None}
    for grant in policy.grants.values():
        if grant.entity is not None and grant.entity not in dossier.members:
            lines[grant.name, "*"] = ("undetermined", 0, None) if grant.name in endless else ("refused", 0, 0)
    rules = [*policy.criteria, *(one.name for one in policy.deadlines.values() if one.fact is not None)]
    rules += [one.name for one in policy.orientations.values() if one.requires is not None]
    truths = {(name, member.id if member else None): truth for name in rules for member, truth in found.truth(name)}
    return Judged(dossier, found.outcome, lines, truths, found)


class Unit(NamedTuple):
    """What becomes of a dossier or a member."""

    what: str
    before: int
    after: int
    facts: dict[str, Value]
    department: str | None
    size: int | None = None


def settled(line: Line) -> int:
    return line[2] or 0 if line[0] in ("due", "eligible") else 0


def what(pairs: list[tuple[Line, Line]], *, outcome_changes: bool = False) -> str:
    """Whether somebody gains or loses, whatever is still unknown."""
    changed = [(one, other) for one, other in pairs if one != other]
    if not changed:
        return "status" if outcome_changes else "same"
    endless = float("inf")

    def ends(line: Line) -> tuple[float, float]:
        most = endless if line[2] is None else line[2]
        return (0 if line[0] == "undetermined" else most), most

    least = sum(ends(other)[0] - ends(one)[1] for one, other in changed)
    most = sum(ends(other)[1] - ends(one)[0] for one, other in changed)
    return "gain" if least > 0 else "loss" if most < 0 else "status" if least == most == 0 else "open"


def units(pairs: list[tuple[Judged, Judged]]) -> Iterator[tuple[str | None, Unit]]:
    """Dossiers (None) and members, with what becomes of them."""
    for one, other in pairs:
        dossier = one.dossier
        both = [(line, other.lines[key]) for key, line in one.lines.items()]
        kind = what(both, outcome_changes=one.outcome != other.outcome)
        members = dossier.members.get("collectif")
        size = None if members is None else len(members)
        sums = [sum(map(settled, side.lines.values())) for side in (one, other)]
        yield None, Unit(kind, sums[0], sums[1], dict(dossier.facts), dossier.department, size)
        for member in members or ():
            own = [(line, other.lines[key]) for key, line in one.lines.items() if key[1] == member.id]
            before, after = (sum(settled(pair[side]) for pair in own) for side in (0, 1))
            yield "collectif", Unit(what(own), before, after, dict(member.facts), dossier.department)
