"""``clas-policy report``: the yearly report of a department, to publish."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clas_policy.cli import choosing, speaking, streams
from clas_policy.cli.exit_codes import ExitCode, worst
from clas_policy.cli.extras import needed
from clas_policy.cli.inputs import nothing_matched
from clas_policy.cli.options import common, policy_options, year_and_department
from clas_policy.cli.problems import show
from clas_policy.cli.settings import Settings
from clas_policy.problem import DossierError, Message, Problem
from clas_policy.speech import Speech

if TYPE_CHECKING:
    from clas_policy.batch.report.figures import Report
    from clas_policy.batch.report.layout import Layout
    from clas_policy.cli.report_run import ReportRun
    from clas_policy.model.policy import Policy


@speaking.command("report")
@click.argument("given", nargs=-1, required=True, metavar="INPUT…", type=click.Path())
@year_and_department
@policy_options
@speaking.option(
    "--layout",
    type=click.Path(path_type=Path),
    default=None,
    metavar="FILE",
    help="what to count and how to call it  [default: the .report.yaml beside the layers, else every fact]",
)
@speaking.option(
    "--before",
    "before",
    multiple=True,
    metavar="INPUT",
    type=click.Path(),
    help="last year's report (json) or dossiers, to compare with (repeatable)",
)
@speaking.option(
    "--output",
    "outputs",
    multiple=True,
    default=("text",),
    show_default=True,
    metavar="FORMAT[:FILE]",
    help="html, xlsx:FILE, json or text; to FILE, whole or not at all (repeatable)",
)
@common
def command(
    settings: Settings,
    *,
    given: tuple[str, ...],
    year: str | None,
    department: str | None,
    policy_id: str | None,
    national: bool,
    layout: Path | None,
    before: tuple[str, ...],
    outputs: tuple[str, ...],
) -> None:
    """Make the yearly report of a department from the year's dossiers: INPUTs are read as `batch` reads them."""
    with needed("batch"):
        from clas_policy.batch.writing.store import Store
        from clas_policy.cli import report_outputs, report_run
        from clas_policy.cli.answers import Answers
        from clas_policy.cli.batch_inputs import Inputs
        from clas_policy.cli.report_before import earlier
        from clas_policy.cli.report_layout import plan
        from clas_policy.cli.session import Choice
    wanted = report_outputs.wanted(settings, outputs, compares=bool(before))
    layer = choosing.layer_id(settings, policy_id, year, department, national=national, of_department=True)
    policy = choosing.policy(settings, layer)
    reading = [Path(name) for name in Inputs((*given, *before), settings.host().readers).files if name != "-"]
    reading += [file.path for file in settings.catalogue().files()] + ([layout] if layout is not None else [])
    planned = plan(settings, policy, layout)
    choice = Choice(settings.as_of, policy_id, national, settings.draft, settings.without_plugins)
    only = None if policy_id is not None else (str(policy.period), department)
    with Answers(wanted, reading) as answers, Store(keep_facts=True) as store:
        try:
            last = earlier(settings, before, policy, layout) if before else None
            run = report_run.read(settings, given, store, choice, only)
            report = _report(settings, given, run, policy, planned)
            answers.write(report_outputs.maker(settings, report, last, store.folder))
        except KeyboardInterrupt:
            streams.tell(settings.say(Message("interrupted: no file was written")))
            sys.exit(ExitCode.INTERRUPTED)
        if not settings.quiet:
            _summary(settings, report)
    sys.exit(worst(run.codes))


def _report(settings: Settings, given: tuple[str, ...], run: ReportRun, policy: Policy, planned: Layout) -> Report:
    """The figures; leaves the program where there is no dossier to count."""
    from clas_policy.cli.report_run import counted

    if not run.seen and not run.codes:
        show([nothing_matched(given, with_tables=True)], settings)
        sys.exit(ExitCode.NOTHING)
    if not run.taken:
        if not run.codes:
            raise DossierError([_none_meant(policy)])
        sys.exit(worst(run.codes))
    return counted(settings, run, policy, planned)


def _none_meant(policy: Policy) -> Problem:
    message = Message("none of the dossiers is of {year} and of this department", {"year": str(policy.period)})
    hint = Message("name the year and the department of the dossiers, with `--year` and `--department`")
    return Problem("CLAS-B407", message, hint=hint)


def _summary(settings: Settings, report: Report) -> None:
    _ = Speech(settings.lang)
    told = [_.plural("{count} dossier counted", "{count} dossiers counted", report.outcomes.dossiers)]
    if report.origin.others:
        told.append(
            _.plural(
                "{count} of another year or department", "{count} of other years or departments", report.origin.others
            )
        )
    if report.origin.unread:
        told.append(_.plural("{count} set apart", "{count} set apart", report.origin.unread))
    streams.tell(", ".join(told))
