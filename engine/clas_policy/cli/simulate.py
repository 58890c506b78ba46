"""``clas-policy simulate``: made-up dossiers of a policy, by stated assumptions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from clas_policy.cli import choosing, csv_text, extras, speaking, streams
from clas_policy.cli.batch_progress import Progress
from clas_policy.cli.options import common, is_given, policy_options, year_and_department
from clas_policy.cli.settings import Settings
from clas_policy.cli.targets import target
from clas_policy.problem import Message, PolicyError, Problem
from clas_policy.speech import Speech

if TYPE_CHECKING:
    from clas_policy.batch.population.assumptions import Assumptions
    from clas_policy.batch.population.population import Population
    from clas_policy.model.dossier import Dossier
    from clas_policy.model.policy import Policy

FORMATS: Final = ("ndjson", "csv", "parquet")


@speaking.command("simulate")
@speaking.option(
    "--dossiers",
    "count",
    type=click.IntRange(1),
    default=1000,
    show_default=True,
    metavar="N",
    help="how many dossiers",
)
@speaking.option(
    "--seed",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    metavar="N",
    help="another number gives other dossiers; the same one always the same",
)
@year_and_department
@policy_options
@speaking.option(
    "--assumptions",
    "assumed",
    type=click.Path(path_type=Path),
    default=None,
    metavar="FILE",
    help="how answers spread, like --show-assumptions prints it  [default: arbitrary, derived from the policy]",
)
@speaking.option("--show-assumptions", "showing", is_flag=True, help="print what is assumed, and draw nothing")
@speaking.option(
    "--output",
    "output",
    default="ndjson",
    show_default=True,
    metavar="FORMAT[:FILE]",
    help="ndjson or csv, or parquet:FILE; to FILE, whole or not at all",
)
@common
def command(
    settings: Settings,
    *,
    count: int,
    seed: int,
    year: str | None,
    department: str | None,
    policy_id: str | None,
    national: bool,
    assumed: Path | None,
    showing: bool,
    output: str,
) -> None:
    """Draw made-up dossiers of a policy, by assumptions that can be read and changed: none of them is real."""
    if showing and is_given("count", "seed", "output"):
        message = Message("`--show-assumptions` draws nothing: `--dossiers`, `--seed` and `--output` go without it")
        raise click.UsageError(settings.say(message))
    form, file = target(output, FORMATS, settings)
    if form == "parquet" and not file:
        raise click.BadParameter(settings.say(Message("a table in Parquet goes to a file: `parquet:FILE`")))
    policy = choosing.policy(settings, choosing.layer_id(settings, policy_id, year, department, national=national))
    require_period(policy)
    assumptions = assumptions_of(policy, assumed)
    if showing:
        from clas_policy.batch.population.writing import yaml

        streams.emit_data(yaml(assumptions, policy))
        return
    from clas_policy.batch.population.population import Population

    population = Population(policy, assumptions, seed)
    dossiers = _watched(population.dossiers(count), count, settings)
    inputs = [*([assumed] if assumed is not None else []), *(layer.path for layer in settings.catalogue().files())]
    _write(_pieces(form, policy, dossiers), file, inputs)
    if not settings.quiet:
        for line in told(population, count, Speech(settings.lang)):
            streams.tell(line)


def require_period(policy: Policy) -> None:
    """Raises PolicyError where the policy is of no year: no dossier could name one."""
    if policy.period is None:
        message = Message("`{id}` is of no year, and every dossier is of one", {"id": policy.id})
        hint = Message("name a layer of a year")
        raise PolicyError([Problem("CLAS-B426", message, hint=hint)])


def assumptions_of(policy: Policy, file: Path | None) -> Assumptions:
    """The assumptions of a file, or those derived from the policy; raises PolicyError."""
    from clas_policy.batch.population.defaults import defaults

    if file is None:
        return defaults(policy)
    from clas_policy.batch.population.reading import read_assumptions
    from clas_policy.catalogue import MAX_BYTES
    from clas_policy.reading.files import read_file

    display = file.as_posix()
    return read_assumptions(read_file(file, display, MAX_BYTES, PolicyError), display, policy)


def told(population: Population, count: int, say: Speech) -> Iterator[str]:
    """What everybody who sees the dossiers has to know."""
    _ = say
    dossiers = _.plural("{count} made-up dossier", "{count} made-up dossiers", count)
    yield _(
        "{dossiers} of `{id}`, seed {seed}: none is real",
        dossiers=dossiers,
        id=population.policy.id,
        seed=str(population.seed),
    )
    yield _("assumptions: {title}", title=population.assumptions.title)


def _pieces(form: str, policy: Policy, dossiers: Iterable[Dossier]) -> Iterator[bytes]:
    """The output as bytes, piece by piece."""
    if form == "ndjson":
        from clas_policy.batch.population.document import Documents

        documents = Documents(policy)
        yield from (f"{documents.line(dossier)}\n".encode() for dossier in dossiers)
        return
    from clas_policy.batch.population.sheet import Sheet

    sheet = Sheet(policy, typed=form == "parquet")
    rows = (row for dossier in dossiers for row in sheet.rows(dossier))
    if form == "parquet":
        with extras.needed("batch"):
            from clas_policy.batch.population.parquet import parquet
        yield from parquet(sheet.columns, rows)
        return
    header = [column.name for column in sheet.columns]
    yield from (csv_text.line(cells).encode() for cells in chain([header], rows))


def _write(pieces: Iterator[bytes], file: str, inputs: list[Path]) -> None:
    if not file:
        for piece in pieces:
            streams.emit_data(piece.decode())
        return
    from clas_policy.reading.files import NewFile

    new = NewFile(Path(file), inputs)
    try:
        for piece in pieces:
            new.write(piece)
        new.keep()
    finally:
        new.discard()


def _watched(dossiers: Iterator[Dossier], count: int, settings: Settings) -> Iterator[Dossier]:
    """The same dossiers, with how far it is on a terminal where it takes longer than a second."""
    progress = Progress(settings)
    for number, dossier in enumerate(dossiers, 1):
        yield dossier
        progress.tell(number, number / count)
    progress.clear()
