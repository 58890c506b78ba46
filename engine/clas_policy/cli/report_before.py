"""Last year's report, to compare with: as it was kept in JSON, or made again from last year's dossiers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from clas_policy.batch.report import data, data_reading
from clas_policy.batch.report.figures import Report
from clas_policy.batch.writing.store import Store
from clas_policy.cli import report_run
from clas_policy.cli.report_layout import plan
from clas_policy.cli.session import Choice
from clas_policy.cli.settings import Settings
from clas_policy.model.policy import Policy
from clas_policy.problem import DossierError, Message, Problem
from clas_policy.reading.files import read_file
from clas_policy.source import Span
from clas_policy.version import __version__

_LARGEST: Final = 64 << 20
_ANY_FORMAT: Final = "clas-policy/report/"


def earlier(settings: Settings, given: Sequence[str], policy: Policy, layout: Path | None) -> Report:
    """The report to compare with; raises DossierError where it is none, or of no earlier year of the department."""
    kept = _kept(given[0]) if len(given) == 1 else None
    found = kept if kept is not None else _counted(settings, given, layout)
    _check(found, policy, given[0])
    return found


def _kept(name: str) -> Report | None:
    """The report in a file; None where the file may hold dossiers instead."""
    if not name.endswith(".json") or not Path(name).is_file():
        return None
    try:
        found: Any = json.loads(read_file(Path(name), name, _LARGEST, DossierError))
    except (ValueError, RecursionError):
        return None
    form = found.get("format") if isinstance(found, dict) else None
    if not isinstance(form, str) or not form.startswith(_ANY_FORMAT):
        return None
    at = Span(name, 1, 1, 1, 2)
    if form != data.FORMAT:
        values = {"format": form, "known": data.FORMAT, "version": __version__}
        message = Message("this report is of the format `{format}`", values)
        hint = Message("clas-policy {version} reads `{known}`: make it again from the dossiers", values)
        raise DossierError([Problem("CLAS-B404", message, at, hint=hint)])
    try:
        return data_reading.from_json(found)
    except (KeyError, TypeError, ValueError):
        message = Message("this report is not whole")
        hint = Message("a report is what `clas-policy report --output json:FILE` writes")
        raise DossierError([Problem("CLAS-B404", message, at, hint=hint)]) from None


def _counted(settings: Settings, given: Sequence[str], layout: Path | None) -> Report:
    """The report made again from dossiers, by the rules of their own year."""
    choice = Choice(settings.as_of, draft=settings.draft, without_plugins=settings.without_plugins)
    with Store(keep_facts=True) as store:
        run = report_run.read(settings, given, store, choice)
        met = [shelf.policy for shelf in store.shelves.values()]
        if len(met) != 1:
            names = ", ".join(f"`{policy.id}`" for policy in met)
            message = Message(
                "no dossier to compare with in {names}", {"names": ", ".join(f"`{name}`" for name in given)}
            )
            if met:
                message = Message("the dossiers to compare with meet several policies: {names}", {"names": names})
            hint = Message("name the dossiers of one year and department")
            raise DossierError([Problem("CLAS-B405", message, hint=hint)])
        return report_run.counted(settings, run, met[0], plan(settings, met[0], layout))


def _check(before: Report, policy: Policy, name: str) -> None:
    """What is compared is of the same department, and of an earlier year."""
    origin = before.origin
    values = {"file": name, "year": origin.period or "–", "department": origin.department or "–"}
    if origin.department != policy.department:
        message = Message("`{file}` is of the department {department}", values)
    elif origin.period is None or policy.period is None or origin.period >= str(policy.period):
        message = Message("`{file}` is of {year}, which is not an earlier year", values)
    else:
        return
    hint = Message("a report is compared with an earlier one of the same department")
    raise DossierError([Problem("CLAS-B406", message, hint=hint)])
