"""``clas-policy batch``: many dossiers at once, from files and tables to files and tables."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from clas_policy.cli import speaking, streams
from clas_policy.cli.batch_progress import duration, spaced
from clas_policy.cli.exit_codes import ExitCode, worst
from clas_policy.cli.extras import needed
from clas_policy.cli.inputs import nothing_matched
from clas_policy.cli.options import common, policy_options
from clas_policy.cli.problems import show
from clas_policy.cli.safe_text import safe_text
from clas_policy.cli.settings import Settings
from clas_policy.problem import Message
from clas_policy.speech import Speech

_STOPPED = "Query interrupted"
"""What the database makes of ^C while it works."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clas_policy.batch.writing.destination import Destination
    from clas_policy.batch.writing.summary import Summary
    from clas_policy.batch.writing.target import Target
    from clas_policy.cli.batch_run import BatchRun


@speaking.command("batch")
@click.argument("given", nargs=-1, required=True, metavar="INPUT…", type=click.Path())
@speaking.option(
    "--out",
    required=True,
    metavar="RESULT",
    help="a file in .ndjson, .csv, .xlsx or .parquet, duckdb:FILE#TABLE or postgresql://…#TABLE",
)
@speaking.option(
    "--rejects",
    "rejects_file",
    type=click.Path(path_type=Path),
    default=None,
    metavar="FILE",
    help="what could not be decided, with the reasons, in .ndjson or .csv",
)
@speaking.option("--excel-fr", is_flag=True, help="write .csv as a French Excel opens it: `;`, decimal comma, BOM")
@policy_options
@common
def command(
    settings: Settings,
    given: tuple[str, ...],
    out: str,
    rejects_file: Path | None,
    policy_id: str | None,
    *,
    excel_fr: bool,
    national: bool,
) -> None:
    """Decide many dossiers at once: INPUTs are NDJSON, JSON, CSV, XLSX or Parquet files, folders or patterns."""
    if policy_id is not None and national:
        raise click.UsageError(settings.say(Message("`--policy` and `--national` exclude each other")))
    with needed("batch"):
        from clas_policy.batch.writing.destination import destination
        from clas_policy.batch.writing.store import Store
        from clas_policy.cli.batch_inputs import Inputs
        from clas_policy.cli.batch_rejects import Rejects
        from clas_policy.cli.batch_run import BatchRun
        from clas_policy.cli.session import Choice, Session
    target = _target(settings, out, rejects_file, excel_fr=excel_fr)
    settings.check_lock()
    host, catalogue = settings.host(), settings.catalogue()
    inputs = Inputs(given, host.readers)
    reading = [*(Path(name) for name in inputs.files if name != "-"), *(file.path for file in catalogue.files())]
    choice = Choice(settings.as_of, policy_id, national, settings.draft, settings.without_plugins)
    place = destination(target, reading, [rejects_file] if rejects_file is not None else [])
    rejects = None
    run: BatchRun | None = None
    try:
        if rejects_file is not None:
            rejects = Rejects(rejects_file, reading, settings)
        with Store() as store:
            run = BatchRun(settings, Session(catalogue, host, choice), store, place, rejects)
            run.over(inputs)
            if not run.seen and not run.codes:
                show([nothing_matched(given, with_tables=True)], settings)
                sys.exit(ExitCode.NOTHING)
            found = _written(settings, run, place, excel_fr=excel_fr)
            if rejects is not None:
                rejects.settle()
            if run.taken:
                place.keep()
        if rejects is not None:
            rejects.keep()
    except (KeyboardInterrupt, RuntimeError) as error:
        if isinstance(error, RuntimeError) and str(error) != _STOPPED:
            raise
        _interrupted(settings, run)
        sys.exit(ExitCode.INTERRUPTED)
    finally:
        place.discard()
        if rejects is not None:
            rejects.discard()
    if not settings.quiet:
        _summary(settings, run, found)
        _places(settings, run, place, rejects_file)
    sys.exit(worst(run.codes))


def _target(settings: Settings, out: str, rejects: Path | None, *, excel_fr: bool) -> Target:
    from clas_policy.batch.writing.target import FileTarget, TargetError, target
    from clas_policy.cli.batch_rejects import FORMATS

    try:
        found = target(out)
    except TargetError as error:
        raise click.BadParameter(settings.say(error.message), param_hint="--out") from None
    if excel_fr and not (isinstance(found, FileTarget) and found.kind == ".csv"):
        raise click.UsageError(settings.say(Message("`--excel-fr` is for results in `.csv`")))
    if rejects is not None and rejects.suffix.lower() not in FORMATS:
        raise click.BadParameter(
            settings.say(Message("rejects go to a `.ndjson` or a `.csv` file")), param_hint="--rejects"
        )
    if rejects is not None and isinstance(found, FileTarget) and found.path.resolve() == rejects.resolve():
        raise click.BadParameter(settings.say(Message("two outputs go to the same place")), param_hint="--rejects")
    return found


def _written(settings: Settings, run: BatchRun, place: Destination, *, excel_fr: bool) -> Summary:
    """Writes the results where there are any, and adds them up."""
    from clas_policy.batch.writing.destination import Circumstances
    from clas_policy.batch.writing.summary import summary

    if run.taken:
        place.write(run.store, Circumstances(settings.as_of, run.rejected, excel_fr))
    return summary(run.store)


def _interrupted(settings: Settings, run: BatchRun | None) -> None:
    _ = Speech(settings.lang)
    seen = 0
    if run is not None:
        run.progress.clear()
        seen = run.seen
    told = _.plural("interrupted after {count} dossier", "interrupted after {count} dossiers", seen)
    streams.tell(f"{told}{_.semicolon}{_('no file was written')}")


def _summary(settings: Settings, run: BatchRun, found: Summary) -> None:
    """How many dossiers came to what, what they come to, and how long it took."""
    _ = Speech(settings.lang)
    outcomes = dict(found.outcomes)
    parts = [
        _.plural("{count} admissible", "{count} admissible", outcomes["admissible"]),
        _("{count} to be completed", count=str(outcomes["incomplete"])),
        _.plural("{count} not admissible", "{count} not admissible", outcomes["inadmissible"]),
    ]
    if run.rejected:
        parts.append(_.plural("{count} could not be decided", "{count} could not be decided", run.rejected))
    dossiers = _.plural("{count} dossier", "{count} dossiers", run.seen)
    nothing = "" if run.taken else f"{_.semicolon}{_('no result was written')}"
    streams.tell(f"{dossiers}{_.colon}{', '.join(parts)}{nothing}")
    passed = time.monotonic() - run.started
    if passed >= 1:
        values = {"time": duration(passed), "rate": spaced(round(run.seen / passed))}
        streams.tell(_("{time}, {rate} dossiers per second", **values))


def _places(settings: Settings, run: BatchRun, place: Destination, rejects_file: Path | None) -> None:
    """Where the results are, each file of them by its name, and what was set apart."""
    _ = Speech(settings.lang)
    told = []
    if run.taken:
        told.append(_("results in {names}", names=_.join([f"`{name}`" for name in place.names(run.store)])))
    if rejects_file is not None and run.codes:
        told.append(_("set apart in {name}", name=f"`{rejects_file}`"))
    if told:
        streams.tell(safe_text(_.semicolon.join(told)))
