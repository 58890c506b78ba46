"""``clas-policy impact``: the same dossiers under two policies, or under one with other figures."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from clas_policy.cli import impact_output, speaking, streams
from clas_policy.cli.exit_codes import ExitCode, worst
from clas_policy.cli.inputs import SUFFIXES, nothing_matched, paths
from clas_policy.cli.options import common, complete_ids, is_given
from clas_policy.cli.problems import show
from clas_policy.cli.settings import Settings
from clas_policy.problem import Message
from clas_policy.speech import Speech

if TYPE_CHECKING:
    from clas_policy.batch.impact.frame import Frame, Simulated
    from clas_policy.batch.impact.result import Impact
    from clas_policy.cli.impact_run import ImpactRun
    from clas_policy.cli.impact_sides import Sides

_ALL: Final = "all"


@speaking.command("impact")
@click.argument("given", nargs=-1, metavar="[INPUT…]", type=click.Path())
@speaking.option(
    "--before", metavar="A", default=None, shell_complete=complete_ids, help="the policy before, named as in `diff`"
)
@speaking.option(
    "--after", metavar="B", default=None, shell_complete=complete_ids, help="the policy after, named as in `diff`"
)
@speaking.option(
    "--set",
    "texts",
    multiple=True,
    metavar="NAME=VALUE",
    help="instead of B: the same policy, in which this figure or day is another one  (repeatable)",
)
@speaking.option(
    "--policy",
    "policy_id",
    metavar="ID",
    default=None,
    shell_complete=complete_ids,
    help="with --set: the policy that is changed  [default: the one that each dossier selects]",
)
@speaking.option("--department", metavar="CODE", default=None, help="the department whose years A and B are")
@speaking.option(
    "--simulate",
    "count",
    type=click.IntRange(1),
    default=None,
    metavar="N",
    help="on so many made-up dossiers, instead of INPUTs",
)
@speaking.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, metavar="N", help="with --simulate: which dossiers"
)
@speaking.option(
    "--assumptions",
    "assumed",
    type=click.Path(path_type=Path),
    default=None,
    metavar="FILE",
    help="with --simulate: how answers spread; see `simulate --show-assumptions`",
)
@speaking.option(
    "--by",
    "by",
    multiple=True,
    metavar="NAME",
    help="break down by this fact, `departement` or list, or by `all`  (repeatable)  [default: what tells most]",
)
@speaking.option(
    "--top", type=click.IntRange(0), default=20, show_default=True, metavar="N", help="how many dossiers are shown"
)
@speaking.option(
    "--list",
    "listing",
    type=click.Path(path_type=Path),
    default=None,
    metavar="FILE",
    help="every dossier that changes, in .ndjson, .json or .csv",
)
@speaking.option(
    "--output",
    "outputs",
    multiple=True,
    default=("text",),
    show_default=True,
    metavar="FORMAT[:FILE]",
    help="text, json, markdown or html; to FILE, whole or not at all (repeatable)",
)
@common
def command(
    settings: Settings,
    given: tuple[str, ...],
    *,
    before: str | None,
    after: str | None,
    texts: tuple[str, ...],
    policy_id: str | None,
    department: str | None,
    count: int | None,
    seed: int,
    assumed: Path | None,
    by: tuple[str, ...],
    top: int,
    listing: Path | None,
    outputs: tuple[str, ...],
) -> None:
    """Say what a change of policy would come to for the dossiers in INPUTs: what it costs, who gains, who loses.

    INPUTs are NDJSON, JSON, CSV, XLSX or Parquet files, folders or patterns, or - for standard input.
    """
    wanted = impact_output.wanted(settings, outputs, listing)
    _require_two(settings, before, after, texts, policy_id)
    _require_year(settings, department, [name for name in (before, after, policy_id) if name is not None])
    if (count is None) == (not given):
        raise click.UsageError(
            settings.say(Message("name the dossiers to compare, or say how many to make up: one of the two"))
        )
    if count is None and assumed is not None:
        raise click.UsageError(settings.say(Message("`--assumptions` is for `--simulate`")))
    if count is None and is_given("seed"):
        raise click.UsageError(settings.say(Message("`--seed` is for `--simulate`")))
    settings.check_lock()
    from clas_policy.cli.answers import Answers
    from clas_policy.cli.impact_run import TABLES, ImpactRun
    from clas_policy.cli.impact_set import settings_of
    from clas_policy.cli.impact_sides import Sides

    sides = Sides(settings, before or policy_id, after, department, settings_of(texts))
    if count is not None and not sides.is_fixed:
        message = Message(
            "made-up dossiers need a policy: name it, or name years and their department with `--department`"
        )
        raise click.UsageError(settings.say(message))
    reading = [
        *(Path(name) for name in paths(given, settings.host().readers, (*SUFFIXES, *TABLES)) if name != "-"),
        *(file.path for file in settings.catalogue().files()),
        *sides.files,
        *([assumed] if assumed is not None else []),
    ]
    with Answers(wanted, reading) as answers:
        run = ImpactRun(settings, sides)
        try:
            made_up = _simulate(run, sides, count, seed, assumed) if count is not None else None
            if made_up is None:
                run.over(given)
        except KeyboardInterrupt:
            _interrupted(settings, run)
            sys.exit(ExitCode.INTERRUPTED)
        if not run.seen and not run.codes:
            show([nothing_matched(given, with_tables=True)], settings)
            sys.exit(ExitCode.NOTHING)
        impact = run.tally.impact()
        if not impact.policies:
            sys.exit(worst(run.codes))
        names = before or policy_id, after
        frame = replace(
            _frame(run, impact, names), simulated=made_up, by=_by(impact, by), top=top, as_of=settings.as_of
        )
        answers.write(impact_output.maker(settings, impact, frame))
    if listing is None and len(impact.changed) > top and not settings.quiet:
        _ = Speech(settings.lang)
        told = _.plural(
            "{count} dossier changes: `--list FILE` writes it",
            "{count} dossiers change: `--list FILE` writes them all",
            len(impact.changed),
        )
        streams.tell(told)
    sys.exit(worst(run.codes))


def _interrupted(settings: Settings, run: ImpactRun) -> None:
    run.progress.clear()
    _ = Speech(settings.lang)
    told = _.plural("interrupted after {count} dossier", "interrupted after {count} dossiers", run.seen)
    streams.tell(f"{told}{_.semicolon}{_('no file was written')}")


def _require_two(
    settings: Settings, before: str | None, after: str | None, texts: tuple[str, ...], policy_id: str | None
) -> None:
    """Raises UsageError unless two policies are named, or one (or none) and settings."""
    if texts and after is not None:
        raise click.UsageError(
            settings.say(Message("`--after` and `--set` exclude each other: each says what comes after"))
        )
    if texts and before is not None and policy_id is not None:
        raise click.UsageError(settings.say(Message("`--before` and `--policy` both name the policy that is changed")))
    if not texts and (before is None or after is None):
        raise click.UsageError(
            settings.say(Message("name two policies, `--before A --after B`, or what is to change: `--set NAME=VALUE`"))
        )
    if not texts and policy_id is not None:
        raise click.UsageError(
            settings.say(Message("`--policy` is for `--set`; two policies are `--before` and `--after`"))
        )


def _require_year(settings: Settings, department: str | None, names: Sequence[str]) -> None:
    """Raises UsageError where a department is given to names of which none is a year: it would mean nothing."""
    if department is None:
        return
    from clas_policy.cli.diff_sides import is_period

    if not any(map(is_period, names)):
        raise click.UsageError(settings.say(Message("`--department` is for years, and no year is named")))


def _simulate(run: ImpactRun, sides: Sides, count: int, seed: int, assumed: Path | None) -> Simulated:
    """Compares made-up dossiers of the policy before, with what the one after asks besides."""
    from clas_policy.batch.impact.frame import Simulated
    from clas_policy.batch.population.population import Population
    from clas_policy.cli.simulate import assumptions_of

    before, after = sides.fixed()
    asked = replace(before, facts={**after.facts, **before.facts}, entities={**after.entities, **before.entities})
    assumptions = assumptions_of(asked, assumed)
    run.simulated(Population(asked, assumptions, seed), count)
    return Simulated(count, seed, assumptions.title, assumptions.is_default)


def _by(impact: Impact, names: tuple[str, ...]) -> tuple[str, ...] | None:
    """The breakdowns that are asked for; raises MisuseError for one that there is not."""
    if not names:
        return None
    from clas_policy.cli.misuse import MisuseError
    from clas_policy.problem import Problem
    from clas_policy.reading.report import meant
    from clas_policy.source import Span

    known = [one.by.name for one in impact.breakdowns]
    if _ALL in names:
        return tuple(known)
    problems = []
    for name in names:
        if name not in known:
            message = Message("nothing is broken down by `{name}`", {"name": name})
            span = Span("--by", 1, 1, 1, len(name) + 1)
            problems.append(Problem("CLAS-B435", message, span, hint=meant(name, known), excerpt=name))
    if problems:
        raise MisuseError(problems)
    return names


def _frame(run: ImpactRun, impact: Impact, names: tuple[str | None, str | None]) -> Frame:
    from clas_policy.batch.impact.frame import Frame, Other, Side

    sides = []
    for number, name in enumerate(names):
        policies = {pair[number].id: pair[number] for pair in impact.policies}
        title = next(iter(policies.values())).title if len(policies) == 1 else None
        sides.append(Side(name, title))
    others = tuple(Other(one.label, one.setting.name, one.value, one.setting.value, one.place) for one in run.replaced)
    drafts = dict.fromkeys(
        f"{layer.id} v{layer.version}"
        for pair in impact.policies
        for policy in pair
        for layer in policy.layers
        if layer.status == "draft"
    )
    return Frame(sides[0], sides[1], others, drafts=tuple(drafts))
