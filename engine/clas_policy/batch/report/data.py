"""A report as JSON, for programs and for next year's comparison: amounts are decimal texts, nothing is localised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from clas_policy.batch.report import figures as f
from clas_policy.model.fact import Type
from clas_policy.model.money import format_amount

FORMAT: Final = "clas-policy/report/1"
"""The name of the format; it changes when a reader of the former one would be misled."""

Json = dict[str, Any]


def to_json(report: f.Report) -> Json:
    """A report as JSON values; `data_reading` reads it again."""
    applicants = report.applicants
    return {
        "format": FORMAT,
        "title": report.title,
        "origin": _origin(report.origin),
        "introduction": [{"label": label, "text": text} for label, text in report.introduction.items()],
        "parts": list(report.parts),
        "outcomes": _plain(report.outcomes),
        "dossiers": _rows(report.dossiers),
        "entities": [_rows(rows) for rows in report.entities],
        "admissibility": _plains(report.admissibility),
        "amounts": _amounts(report.amounts),
        "funders": [{**_plain(funder), "amounts": _amounts(funder.amounts)} for funder in report.funders],
        "grants": [_grant(grant) for grant in report.grants],
        "unanswered": [_unanswered(question) for question in report.unanswered],
        "ambiguous": _plains(report.ambiguous),
        "unconfirmed": _plains(report.unconfirmed),
        "orientations": _plains(report.orientations),
        "applicants": None if applicants is None else _applicants(applicants, [rows.sums for rows in report.entities]),
    }


def _plain(value: Any) -> Json:
    """The fields of a named tuple that are numbers and texts."""
    found: Json = value._asdict()
    return found


def _plains(values: Iterable[Any]) -> list[Json]:
    return [_plain(value) for value in values]


def _amounts(amounts: f.Amounts) -> Json:
    due, eligible, undetermined, unbounded = amounts
    return {
        "due": format_amount(due),
        "eligible": format_amount(eligible),
        "undetermined_at_most": None if unbounded else format_amount(undetermined),
        "undetermined_bounded": format_amount(undetermined),
        "unbounded": unbounded,
    }


def _number(value: int, kind: Type) -> str | int:
    return format_amount(value) if kind is Type.MONEY else value


def _numbers(values: Iterable[int], sums: Sequence[f.Sum]) -> Json:
    return {sum_.fact: _number(value, sum_.type) for value, sum_ in zip(values, sums, strict=True)}


def _origin(origin: f.Origin) -> Json:
    layers = [
        {"id": layer.id, "version": layer.version, "title": layer.title, "sha256": layer.sha256}
        for layer in origin.layers
    ]
    return {**_plain(origin), "layers": layers, "as_of": origin.as_of.isoformat()}


def _rows(rows: f.Rows) -> Json:
    def line(line: f.Line) -> Json:
        return {**_plain(line), "sums": _numbers(line.sums, rows.sums), "amounts": _amounts(line.amounts)}

    return {
        "entity": rows.entity,
        "label": rows.label,
        "one": rows.one,
        "many": rows.many,
        "count": rows.count,
        "without_list": rows.without_list,
        "empty": rows.empty,
        "amounts": _amounts(rows.amounts),
        "sums": [
            {**_plain(sum_), "type": sum_.type.value, "total": _number(sum_.total, sum_.type)} for sum_ in rows.sums
        ],
        "breakdowns": [
            {
                "fact": breakdown.fact,
                "label": breakdown.label,
                "lines": [line(one) for one in breakdown.lines],
                "each": [line(one) for one in breakdown.each],
            }
            for breakdown in rows.breakdowns
        ],
        "answers": _plains(rows.answers),
    }


def _grant(grant: f.GrantFigures) -> Json:
    return {
        "grant": grant.grant,
        "label": grant.label,
        "funder": grant.funder,
        "entity": grant.entity,
        "due": grant.due,
        "eligible": grant.eligible,
        "undetermined": grant.undetermined,
        "refused": grant.refused,
        "amounts": _amounts(grant.amounts),
        "reasons": _plains(grant.reasons),
        "needs_accord": grant.needs_accord,
    }


def _unanswered(question: f.Unanswered) -> Json:
    return {
        "name": question.name,
        "label": question.label,
        "entity": question.entity,
        "is_list": question.is_list,
        "dossiers": question.dossiers,
        "rows": question.rows,
        "blocking": question.blocking,
        "blocks": _plains(question.blocks),
    }


def _applicants(table: f.ApplicantsTable, sums: Sequence[Sequence[f.Sum]]) -> Json:
    return {
        "one": table.one,
        "many": table.many,
        "lines": [
            {
                "name": line.name,
                "outcomes": _plain(line.outcomes),
                "members": list(line.members),
                "sums": [_numbers(values, of) for values, of in zip(line.sums, sums, strict=True)],
                "amounts": _amounts(line.amounts),
            }
            for line in table.lines
        ],
    }
