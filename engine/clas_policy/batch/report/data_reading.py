"""Reads a report again that was kept as JSON: last year's, to compare with; every field is checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeVar

from clas_policy.batch.report import figures as f
from clas_policy.batch.report.data import FORMAT
from clas_policy.model.fact import Type
from clas_policy.model.money import parse_amount
from clas_policy.model.policy import LayerRef

T = TypeVar("T")


def from_json(found: Any) -> f.Report:
    """The report that `to_json` wrote; raises ValueError, KeyError or TypeError where it is none."""
    if not isinstance(found, dict) or found["format"] != FORMAT:
        raise ValueError(FORMAT)
    entities = tuple(_read_rows(rows) for rows in found["entities"])
    table = found["applicants"]
    return f.Report(
        _text(found["title"]),
        _read_origin(found["origin"]),
        {_text(item["label"]): _text(item["text"]) for item in found["introduction"]},
        tuple(_text(part) for part in found["parts"]),
        _read_outcomes(found["outcomes"]),
        _read_rows(found["dossiers"]),
        entities,
        _all(found["admissibility"], lambda item: f.Admissibility(**_checked(item, f.Admissibility))),
        _read_amounts(found["amounts"]),
        _all(
            found["funders"],
            lambda item: f.FunderFigures(_text(item["funder"]), _text(item["label"]), _read_amounts(item["amounts"])),
        ),
        _all(found["grants"], _read_grant),
        _all(found["unanswered"], _read_unanswered),
        _all(found["ambiguous"], lambda item: f.Ambiguous(**_checked(item, f.Ambiguous))),
        _all(found["unconfirmed"], lambda item: f.Unconfirmed(**_checked(item, f.Unconfirmed))),
        _all(found["orientations"], lambda item: f.OrientationFigures(**_checked(item, f.OrientationFigures))),
        None if table is None else _read_applicants(table, [rows.sums for rows in entities]),
    )


def _all(found: Any, read: Callable[[Any], T]) -> tuple[T, ...]:
    if not isinstance(found, list):
        raise TypeError(found)
    return tuple(read(item) for item in found)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _optional(value: Any) -> str | None:
    return None if value is None else _text(value)


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(value)
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


_CHECKS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "str": _text,
    "int": _whole,
    "str | None": _optional,
    "int | None": lambda value: None if value is None else _whole(value),
}


def _checked(item: Any, kind: type) -> dict[str, Any]:
    """The fields of a named tuple of numbers and texts, each of the type that it is declared with."""
    # A named tuple keeps its annotations as they are written, in forward references.
    declared = {name: str(getattr(due, "__forward_arg__", due)) for name, due in kind.__annotations__.items()}
    return {name: _CHECKS[due](item[name]) for name, due in declared.items()}


def _read_amounts(item: Any) -> f.Amounts:
    due, eligible, bounded = (parse_amount(_text(item[key])) for key in ("due", "eligible", "undetermined_bounded"))
    return f.Amounts(due, eligible, bounded, _whole(item["unbounded"]))


def _read_number(value: Any, kind: Type) -> int:
    return parse_amount(_text(value)) if kind is Type.MONEY else _whole(value)


def _read_numbers(found: Any, sums: Iterable[f.Sum]) -> tuple[int, ...]:
    return tuple(_read_number(found[sum_.fact], sum_.type) for sum_ in sums)


def _read_outcomes(item: Any) -> f.Outcomes:
    return f.Outcomes(**_checked(item, f.Outcomes))


def _read_origin(item: Any) -> f.Origin:
    return f.Origin(
        _text(item["policy"]),
        _text(item["title"]),
        _optional(item["period"]),
        _optional(item["department"]),
        _text(item["status"]),
        _flag(item["complete"]),
        _all(
            item["layers"],
            lambda layer: LayerRef(
                _text(layer["id"]), _whole(layer["version"]), "", _text(layer["sha256"]), "", _text(layer["title"])
            ),
        ),
        date.fromisoformat(item["as_of"]),
        _text(item["engine"]),
        _whole(item["unread"]),
        _whole(item["others"]),
        _whole(item["broken"]),
        _whole(item.get("made_up", 0)),
    )


def _read_rows(item: Any) -> f.Rows:
    sums = _all(item["sums"], _read_sum)

    def line(found: Any) -> f.Line:
        return f.Line(
            _text(found["key"]),
            _text(found["label"]),
            _whole(found["rows"]),
            _read_numbers(found["sums"], sums),
            _read_amounts(found["amounts"]),
        )

    return f.Rows(
        _optional(item["entity"]),
        _text(item["label"]),
        _text(item["one"]),
        _text(item["many"]),
        _whole(item["count"]),
        _read_amounts(item["amounts"]),
        sums,
        _all(
            item["breakdowns"],
            lambda found: f.Breakdown(
                _text(found["fact"]), _text(found["label"]), _all(found["lines"], line), _all(found["each"], line)
            ),
        ),
        _all(item["answers"], lambda found: f.Answers(**_checked(found, f.Answers))),
        _whole(item["without_list"]),
        _whole(item["empty"]),
    )


def _read_sum(item: Any) -> f.Sum:
    kind = Type(item["type"])
    return f.Sum(
        _text(item["fact"]), _text(item["label"]), kind, _read_number(item["total"], kind), _whole(item["known"])
    )


def _read_grant(item: Any) -> f.GrantFigures:
    return f.GrantFigures(
        _text(item["grant"]),
        _text(item["label"]),
        _text(item["funder"]),
        _optional(item["entity"]),
        _whole(item["due"]),
        _whole(item["eligible"]),
        _whole(item["undetermined"]),
        _whole(item["refused"]),
        _read_amounts(item["amounts"]),
        _all(item["reasons"], lambda found: f.Reason(**_checked(found, f.Reason))),
        _flag(item["needs_accord"]),
    )


def _read_unanswered(item: Any) -> f.Unanswered:
    return f.Unanswered(
        _text(item["name"]),
        _text(item["label"]),
        _optional(item["entity"]),
        _flag(item["is_list"]),
        _whole(item["dossiers"]),
        _whole(item["rows"]),
        _whole(item["blocking"]),
        _all(item["blocks"], lambda found: f.Blocked(**_checked(found, f.Blocked))),
    )


def _read_applicants(item: Any, sums: Sequence[Sequence[f.Sum]]) -> f.ApplicantsTable:
    def line(found: Any) -> f.ApplicantFigures:
        return f.ApplicantFigures(
            _text(found["name"]),
            _read_outcomes(found["outcomes"]),
            tuple(_whole(count) for count in found["members"]),
            tuple(_read_numbers(values, of) for values, of in zip(found["sums"], sums, strict=True)),
            _read_amounts(found["amounts"]),
        )

    return f.ApplicantsTable(_text(item["one"]), _text(item["many"]), _all(item["lines"], line))
