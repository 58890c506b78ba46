"""Counts a year's dossiers as a layout says, in the tables of a run."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from clas_policy.batch.population.population import PREFIX
from clas_policy.batch.quoting import literal
from clas_policy.batch.report import explaining, refusals
from clas_policy.batch.report.figures import (
    Amounts,
    ApplicantFigures,
    ApplicantsTable,
    FunderFigures,
    GrantFigures,
    OrientationFigures,
    Origin,
    Outcomes,
    Report,
)
from clas_policy.batch.report.layout import Applicants, Layout, Rows, default_rows
from clas_policy.batch.report.rows import add_amounts, count_rows, number
from clas_policy.batch.report.source import Source, amounts, totals
from clas_policy.batch.tables import NUMBER
from clas_policy.frozen import dataclass
from clas_policy.version import __version__

_OUTCOMES = ", ".join(
    f"count(*) FILTER (R.outcome = '{outcome}')" for outcome in ("admissible", "incomplete", "inadmissible")
)


@dataclass(frozen=True, slots=True)
class Input:
    """What the report says of its input: the day that selected versions, the dossiers that are not counted."""

    as_of: date
    unread: int = 0
    others: int = 0
    broken: int = 0


def report(source: Source, layout: Layout, given: Input) -> Report:
    """The figures of a report; every dossier of the tables is counted, and counted once."""
    source.add_up()
    policy = source.policy
    lacks = explaining.explain(source)
    granted = tuple(_with_absent(grant, lacks.without_members[grant.grant]) for grant in refusals.grants(source))
    plans = {entity: layout.entities.get(entity) or _bare(source, entity) for entity in policy.entities}
    funders = tuple(
        FunderFigures(name, funder.label, _of_funder(name, granted))
        for name, funder in policy.funders.items()
        if any(grant.funder == name for grant in granted)
    )
    return Report(
        layout.title,
        _origin(source, given),
        {policy.texts[name].label: policy.texts[name].text for name in layout.introduction if name in policy.texts},
        tuple(part.value for part in layout.parts),
        Outcomes(*source.one(_OUTCOMES, source.joined(None))),
        count_rows(source, None, layout.dossiers),
        tuple(count_rows(source, entity, plan) for entity, plan in plans.items()),
        tuple(refusals.admissibility(source)),
        add_amounts(funder.amounts for funder in funders),
        funders,
        granted,
        explaining.unanswered(source, lacks),
        explaining.ambiguous(policy, lacks),
        explaining.unconfirmed(policy, lacks),
        tuple(_orientations(source)),
        _applicants(source, layout.applicants, plans) if layout.applicants is not None else None,
    )


def _bare(source: Source, entity: str) -> Rows:
    """An entity of which the layout says nothing is counted, no more."""
    rows = default_rows(source.policy, entity)
    return Rows(rows.one, rows.many)


def _with_absent(grant: GrantFigures, absent: int) -> GrantFigures:
    """A grant to members that a dossier does not list has no bound in that dossier."""
    if not absent:
        return grant
    bounded = grant.amounts
    return replace(grant, amounts=bounded._replace(unbounded=bounded.unbounded + absent))


def _of_funder(funder: str, granted: Sequence[GrantFigures]) -> Amounts:
    return add_amounts(grant.amounts for grant in granted if grant.funder == funder)


def _origin(source: Source, given: Input) -> Origin:
    policy = source.policy
    return Origin(
        policy.id,
        policy.title,
        str(policy.period) if policy.period is not None else None,
        policy.department,
        policy.status,
        policy.complete,
        policy.layers,
        given.as_of,
        __version__,
        given.unread,
        given.others,
        given.broken,
        source.one(f"count(*) FILTER (starts_with(dossier, {literal(f'{PREFIX}-')}))", source.table(None))[0],
    )


def _orientations(source: Source) -> Iterator[OrientationFigures]:
    for rule in source.policy.orientations.values():
        counts: tuple[int | None, ...] = (None, None, None)
        if rule.requires is not None:
            column = source.result(rule.name, rule.entity)
            counts = source.one(
                f"count(*) FILTER ({column}), count(*) FILTER (NOT {column}), count(*) FILTER ({column} IS NULL)",
                source.joined(rule.entity),
            )
        met, not_met, unknown = counts
        yield OrientationFigures(rule.name, rule.label, rule.entity, rule.weight.value, met, not_met, unknown)


def _applicants(source: Source, plan: Applicants, entities: dict[str, Rows]) -> ApplicantsTable:
    name = f"coalesce({source.fact(plan.fact, None)}, '')"
    joined, columns = source.counted(None)
    found = {
        row[0]: row[1:] for row in source.select(f"{name} AS k, {_OUTCOMES}, {totals(columns)}", joined, "GROUP BY k")
    }
    members = {entity: _members(source, plan, entity, rows) for entity, rows in entities.items()}
    lines = [
        ApplicantFigures(
            applicant,
            Outcomes(*row[:3]),
            tuple(counts.get(applicant, (0,))[0] for counts in members.values()),
            tuple(
                counts.get(applicant, (0, (0,) * len(rows.sums)))[1]
                for counts, rows in zip(members.values(), entities.values(), strict=True)
            ),
            amounts(row[3:]),
        )
        for applicant, row in found.items()
    ]
    return ApplicantsTable(plan.one, plan.many, tuple(sorted(lines, key=lambda line: collation(line.name))))


def _members(source: Source, plan: Applicants, entity: str, rows: Rows) -> dict[str, tuple[int, tuple[int, ...]]]:
    """By applicant: how many members, and the totals of their sums."""
    name = f"coalesce({source.fact(plan.fact, entity)}, '')"
    numbers = [source.fact(summed.fact, entity) for summed in rows.sums]
    told = f", {totals(numbers)}" if numbers else ""
    kinds = [source.policy.facts[summed.fact].type for summed in rows.sums]
    return {
        applicant: (
            count,
            tuple(number(total, kind) for total, kind in zip(found, kinds, strict=True)),
        )
        for applicant, count, *found in source.select(
            f"{name} AS k, count(F.{NUMBER}){told}", source.joined(entity), "GROUP BY k"
        )
    }


_DIGITS: Final = re.compile(r"([0-9]{1,18})")


def collation(name: str) -> tuple[bool, list[tuple[int, str]], str]:
    """Sorts names as a French reader looks for them, those without one last.

    Accents and capitals make no difference, and numbers count by their value: 2 comes before 10.
    """
    spread = unicodedata.normalize("NFKD", name)
    plain = "".join(letter for letter in spread if not unicodedata.combining(letter)).casefold()
    parts = [(int(part), "") if part.isdecimal() else (-1, part) for part in _DIGITS.split(plain) if part]
    return not name, parts, name
