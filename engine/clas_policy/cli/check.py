"""``clas-policy check``: every problem of some policy layers, or of all."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from clas_policy.cli import problems, speaking, staleness, streams
from clas_policy.cli.exit_codes import ExitCode
from clas_policy.cli.options import common, complete_ids
from clas_policy.cli.settings import Settings
from clas_policy.cli.staleness import Age
from clas_policy.cli.targets import target
from clas_policy.problem import Message, Problem
from clas_policy.reading.files import write_file
from clas_policy.reading.report import with_excerpts
from clas_policy.shelves import Shelf
from clas_policy.speech import Speech


@speaking.command("check")
@click.argument("ids", nargs=-1, metavar="[ID…]", shell_complete=complete_ids)
@speaking.option(
    "--output", "output", default="text", show_default=True, metavar="FORMAT[:FILE]", help="text, json, sarif or github"
)
@speaking.option(
    "--stale",
    type=Age(),
    default=None,
    help="list also what was not compared with its source for so long, like 12m or 2y",
)
@speaking.option(
    "--watch", "watches", is_flag=True, help="check again whenever a layer in --policies changes, until ^C  (exit 130)"
)
@common
def command(settings: Settings, ids: tuple[str, ...], output: str, stale: int | None, watches: bool) -> None:
    """Check layers by their IDs; without any, those of --policies, or all that are installed."""
    form, path = target(output, problems.FORMATS, settings)
    if not watches:
        sys.exit(_check(settings, ids, form, path, stale))
    if not settings.policies:
        raise click.UsageError(settings.say(Message("`--watch` follows a folder of yours: name it with `--policies`")))
    from clas_policy.cli.watch import watch

    watch(settings, lambda: _check(settings, ids, form, path, stale))


def _check(settings: Settings, ids: tuple[str, ...], form: str, path: str, stale: int | None) -> ExitCode:
    """One check, shown; its exit code."""
    from clas_policy.checking import check
    from clas_policy.cli import check_plans

    catalogue = settings.catalogue()
    wanted = ids or (_of_the_user(settings) if settings.policies else catalogue.ids())
    if not wanted:
        folders = ", ".join(f"`{folder}`" for folder in settings.policies) or "–"
        hint = Message("a layer is a file like `national/2024-2025.yaml` in a folder named with `--policies`")
        message = Message("no layer to check in {names}", {"names": folders})
        problems.show([Problem("CLAS-U507", message, hint=hint)], settings)
        return ExitCode.NOTHING
    report = check(catalogue, wanted)
    found = [*report.problems]
    plans = check_plans.check(catalogue, wanted)
    found += plans.problems
    if not ids:
        found += [problem for problem in catalogue.problems if problem not in found]
        found += check_plans.strays(catalogue, [one for one in catalogue.shelves if _is_looked_at(one, settings)])
    lines = {file.display: catalogue.read(file).lines for file in report.files}
    if stale is not None:
        since = staleness.months_before(settings.as_of, stale)
        found += staleness.stale(catalogue, wanted, settings.as_of, since)
    found = [*with_excerpts(found, lines)]
    text = problems.render(found, form, settings, lines)
    if path:
        write_file(Path(path), text.encode(), [*(file.path for file in report.files), *plans.files])
    else:
        (streams.emit if form == "text" else streams.emit_data)(text)
    _summary(settings, len(report.files) + len(plans.files), report.compositions, found)
    errors = any(problem.severity == "error" for problem in found)
    return ExitCode.FINDINGS if errors else ExitCode.EVALUATED


def _is_looked_at(shelf: Shelf, settings: Settings) -> bool:
    return shelf.of_the_user or not settings.policies


def _of_the_user(settings: Settings) -> tuple[str, ...]:
    """The ids in the folders that the user named."""
    return tuple(dict.fromkeys(file.id for file in settings.catalogue().own_files()))


def _summary(settings: Settings, files: int, compositions: int, found: list[Problem]) -> None:
    if settings.quiet:
        return
    _ = Speech(settings.lang)
    told = problems.count(found, settings) if found else _("no problem")
    looked = _.plural("{count} file read", "{count} files read", files)
    composed = _.plural("{count} policy composed", "{count} policies composed", compositions)
    streams.tell(f"{looked}, {composed}{_.colon}{told}")
