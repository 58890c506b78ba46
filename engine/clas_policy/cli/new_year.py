"""``clas-policy new-year``: the next year's layers, written from last year's as drafts to be confirmed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import click

from clas_policy.cli import json_text, problems, speaking, streams
from clas_policy.cli.exit_codes import ExitCode
from clas_policy.cli.new_year_files import Planned, Written, plan, write
from clas_policy.cli.options import common, complete_departments, complete_years, output_option
from clas_policy.cli.settings import Settings
from clas_policy.editing.carrying import Turn
from clas_policy.model.dates import Period
from clas_policy.problem import Message, PolicyError, Problem, errors
from clas_policy.speech import Speech

_WIDEST: Final = 90


@speaking.command("new-year")
@click.argument("year", metavar="YEAR")
@speaking.option(
    "--from",
    "before",
    default=None,
    metavar="YEAR|ID",
    shell_complete=complete_years,
    help="the year, or the layer, to start from  [default: the year before]",
)
@speaking.option(
    "--department",
    default=None,
    metavar="CODE",
    shell_complete=complete_departments,
    help="the layer of this department, like 32 or 2A  [default: the national one]",
)
@speaking.option("--all", "every", is_flag=True, help="every layer of that year in your folders")
@speaking.option(
    "--into",
    type=click.Path(path_type=Path),
    default=None,
    metavar="DIR",
    help="the folder of policies to write in  [default: the first of --policies]",
)
@output_option
@common
def command(
    settings: Settings,
    year: str,
    before: str | None,
    department: str | None,
    into: Path | None,
    *,
    output: str,
    every: bool,
) -> None:
    """Write the layer of YEAR from last year's: a draft where every figure, date and source is to confirm."""
    new = _period(year, settings)
    layer_id = before if before is not None and "/" in before else None
    old = _period((layer_id or before or "").rpartition("/")[2], settings) if before else new.shifted(-1)
    if (old.first == old.last) != (new.first == new.last) or old >= new:
        raise click.UsageError(
            settings.say(Message("`{new}` does not come after `{old}`", {"new": str(new), "old": str(old)}))
        )
    if sum((every, layer_id is not None, department is not None)) > 1:
        raise click.UsageError(
            settings.say(Message("one of `--department`, `--all` and the id of a layer, not several"))
        )
    folder = into or next(iter(settings.policies), None)
    if folder is None:
        raise click.UsageError(
            settings.say(Message("name the folder to write in: `--into`, or your own folder with `--policies`"))
        )
    ids = _every(old, settings) if every else [layer_id or _one(old, department, settings)]
    planned = plan(ids, Turn(old, new), folder, settings)
    written = [write(item) for item in planned]
    if output == "json":
        streams.emit_data(json_text.indented([_as_json(item) for item in written]) + "\n")
    else:
        _tell(written, settings)
    found = _checked(planned, folder, settings)
    problems.show(found, settings)
    sys.exit(ExitCode.FINDINGS if found else ExitCode.EVALUATED)


def _period(text: str, settings: Settings) -> Period:
    try:
        return Period.parse(text)
    except ValueError:
        message = Message("`{text}` is no year: write `2025-2026` or `2026`", {"text": text})
        raise click.BadParameter(settings.say(message)) from None


def _one(old: Period, department: str | None, settings: Settings) -> str:
    return settings.catalogue().select(str(old), department, national=department is None)


def _every(old: Period, settings: Settings) -> list[str]:
    """The ids of the author's own layers of a year; raises PolicyError where there is none."""
    from clas_policy.reading.identity import Identity

    mine = {file.id for file in settings.catalogue().own_files()}
    found = [name for name in mine if (identity := Identity.parse(name)) is not None and identity.period == old]
    if not found:
        hint = Message("available: {ids}", {"ids": ", ".join(sorted(mine)) or "–"})
        raise PolicyError(
            [Problem("CLAS-L210", Message("no layer of {year} in your folders", {"year": str(old)}), hint=hint)]
        )
    return found


def _checked(planned: list[Planned], folder: Path, settings: Settings) -> tuple[Problem, ...]:
    """What is wrong with the drafts as they were written: nothing, unless last year's were wrong."""
    from clas_policy.catalogue import Catalogue
    from clas_policy.checking import check
    from clas_policy.shelves import user_shelf

    catalogue = Catalogue([user_shelf(folder), *settings.catalogue().shelves])
    return errors(check(catalogue, [item.id for item in planned]).problems)


def _as_json(item: Written) -> dict[str, object]:
    return {
        "id": item.plan.id,
        "file": item.plan.display,
        "from": item.plan.old_display,
        "to_confirm": list(item.rolled.to_confirm),
        "to_read_again": [{"line": remark.line, "text": remark.text} for remark in item.rolled.again],
        "tests": item.tests,
        "cases": item.cases,
    }


def _shortened(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[:_WIDEST]}…"


def _tell(written: list[Written], settings: Settings) -> None:
    _ = Speech(settings.lang)
    for item in written:
        count = len(item.rolled.to_confirm)
        told = _.plural("{count} place to confirm", "{count} places to confirm", count)
        streams.emit(f"{item.plan.display}{_.colon}{told}\n")
        if item.tests is not None:
            told = _.plural("{count} case to look at again", "{count} cases to look at again", item.cases)
            streams.emit(f"{item.tests}{_.colon}{told}\n")
        if item.dossier is not None:
            streams.emit(f"{item.dossier}\n")
    if settings.quiet:
        return
    for item in written:
        if item.rolled.again:
            streams.tell(_("to read again, because it was carried over or speaks of last year:"))
        for remark in item.rolled.again:
            streams.tell(f"  {item.plan.display}:{remark.line}: {_shortened(remark.text)}")
    for item in written:
        streams.tell(_("next: {command}", command=f"clas-policy confirm {item.plan.display}"))
