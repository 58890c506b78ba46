"""``clas-policy deadlines``: the calendar of a policy."""

from __future__ import annotations

from datetime import date
from typing import Any

from clas_policy import figures
from clas_policy.cli import choosing, json_text, speaking, streams
from clas_policy.cli.columns import columns
from clas_policy.cli.options import common, output_option, policy_options, year_and_department
from clas_policy.cli.settings import Settings
from clas_policy.model.condition import FactValue, Literal, Operand, ParameterValue
from clas_policy.model.policy import Deadline, Policy
from clas_policy.speech import Speech


@speaking.command("deadlines")
@year_and_department
@policy_options
@output_option
@common
def command(
    settings: Settings, year: str | None, department: str | None, policy_id: str | None, output: str, *, national: bool
) -> None:
    """Print the deadlines and the other dates of a policy, with what follows from being late."""
    name = choosing.layer_id(settings, policy_id, year, department, national=national)
    policy = choosing.policy(settings, name)
    entries = [_entry(deadline, policy) for deadline in policy.deadlines.values()]
    if output == "json":
        streams.emit_data(json_text.indented(entries) + "\n")
        return
    _ = Speech(settings.lang)
    rows = [(str(entry["label"]), _when(entry, _), _consequence(entry, _), _source(entry, _)) for entry in entries]
    if rows:
        streams.emit(columns((_("What"), _("When"), _("If late"), _("Source")), rows))
    else:
        streams.tell(_("this policy names no date"))


def _entry(deadline: Deadline, policy: Policy) -> dict[str, Any]:
    return {
        "id": deadline.name,
        "label": deadline.label,
        "fact": deadline.fact,
        "opens_on": _day(deadline.opens_on, policy),
        "last_day": _day(deadline.last_day, policy),
        "before": _day(deadline.before, policy),
        "extensions": [
            {"last_day": _day(extension.last_day, policy), "label": extension.label}
            for extension in deadline.extensions
        ],
        "when_text": deadline.when_text,
        "late": deadline.late.value if deadline.fact else None,
        "source": deadline.origin.source,
        "at": deadline.origin.place,
    }


def _day(operand: Operand | None, policy: Policy) -> str | None:
    """A day as it is written; ``to_confirm`` in a draft; the name of the fact that it depends on."""
    match operand:
        case None:
            return None
        case Literal(value=value):
            return value.isoformat() if isinstance(value, date) else str(value)
        case ParameterValue(parameter=name):
            known = policy.parameters[name].value
            return known.isoformat() if isinstance(known, date) else "to_confirm"
        case FactValue(fact=name):
            return name


def _when(entry: dict[str, Any], _: Speech) -> str:
    parts = []
    for key, sentence, to_confirm in (
        ("opens_on", _("from {day}", day="{day}"), _("from a day to confirm")),
        ("last_day", _("until {day} included", day="{day}"), _("until a day to confirm")),
        ("before", _("before {day}", day="{day}"), _("before a day to confirm")),
    ):
        if entry[key] == "to_confirm":
            parts.append(to_confirm)
        elif entry[key]:
            parts.append(sentence.replace("{day}", figures.day(entry[key], _.lang)))
    if entry["when_text"]:
        parts.append(_("a day to confirm") if entry["when_text"] == "to_confirm" else entry["when_text"])
    for extension in entry["extensions"]:
        day = str(extension["last_day"])
        if day == "to_confirm":
            parts.append(_("extended to a day to confirm for some"))
        else:
            parts.append(_("extended to {day} for some", day=figures.day(day, _.lang)))
    return ", ".join(parts)


def _source(entry: dict[str, Any], _: Speech) -> str:
    return _("to confirm") if entry["source"] == "to_confirm" else str(entry["source"] or "")


def _consequence(entry: dict[str, Any], _: Speech) -> str:
    match entry["late"]:
        case "inadmissible":
            return _("not admissible")
        case "not_examined":
            return _("not examined")
        case "next_year":
            return _("put off to next year")
        case _:
            return "–"
