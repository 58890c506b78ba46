"""``clas-policy evaluate``: decisions on dossiers, with their reasons."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from clas_policy.cli import inputs, speaking, streams
from clas_policy.cli.exit_codes import ExitCode, worst
from clas_policy.cli.inputs import Given
from clas_policy.cli.options import common, policy_options
from clas_policy.cli.outputs import Forms, Output
from clas_policy.cli.problems import show
from clas_policy.cli.session import Choice, Decision, Session
from clas_policy.cli.settings import Settings
from clas_policy.cli.speech import Speech
from clas_policy.problem import ClasPolicyError, DossierError, Message, PluginError, PolicyError, Problem

_PROGRESS_AFTER: Final = 1.0
_SECONDS_BETWEEN: Final = 0.2


@speaking.command("evaluate")
@click.argument("dossiers", nargs=-1, required=True, metavar="DOSSIER…")
@policy_options
@speaking.option("--output", "outputs", multiple=True, default=("text",), show_default=True, metavar="FORMAT[:FILE]")
@speaking.option("--brief", is_flag=True, help="leave the reasons out of json and ndjson")
@speaking.option("--strict", is_flag=True, help="exit 1 unless every dossier is admissible and nothing is undetermined")
@common
def command(
    settings: Settings,
    dossiers: tuple[str, ...],
    outputs: tuple[str, ...],
    policy_id: str | None,
    *,
    national: bool,
    brief: bool,
    strict: bool,
) -> None:
    """Decide DOSSIERs (JSON, NDJSON, folders, patterns, or - for standard input) and say why."""
    if policy_id is not None and national:
        raise click.UsageError(settings.say(Message("`--policy` and `--national` exclude each other")))
    files = inputs.paths(dossiers)
    reading = [Path(name) for name in files if name != "-"]
    many = len(files) > 1 or any(Path(name).suffix in (".ndjson", ".jsonl") for name in files)
    choice = Choice(settings.as_of, policy_id, national, settings.draft, settings.without_plugins)
    settings.check_lock()
    session = Session(settings.catalogue(), settings.host(), choice, brief=brief)
    targets = _targets(settings, outputs, reading, many=many)
    run = _Run(settings, session, targets)
    try:
        run.over(files)
    except BaseException:
        for target in targets:
            target.discard()
        raise
    if not run.seen:
        for target in targets:
            target.discard()
        show([inputs.nothing_matched(dossiers)], settings)
        sys.exit(ExitCode.NOTHING)
    if run.decided:
        for target in targets:
            target.keep()
    else:
        for target in targets:
            target.discard()
    if many and not settings.quiet:
        run.summary()
    if strict and (run.unsettled or run.outcomes["admissible"] < run.seen):
        run.codes.append(ExitCode.FINDINGS)
    sys.exit(worst(run.codes))


def _targets(settings: Settings, outputs: Sequence[str], reading: list[Path], *, many: bool) -> list[Output]:
    forms = Forms(Speech(settings.lang), streams.style(settings), settings.host().renderers(), verbose=settings.verbose)
    targets: list[Output] = []
    try:
        for output in outputs:
            name, _, path = output.partition(":")
            _require_format(name, forms, settings)
            form = forms.of(name, many=many, to_file=bool(path))
            targets.append(Output(form, Path(path) if path else None, streams.emit, reading))
    except BaseException:
        for target in targets:
            target.discard()
        raise
    return targets


def _require_format(name: str, forms: Forms, settings: Settings) -> None:
    if name not in forms.names():
        known = ", ".join(f"`{known}`" for known in forms.names())
        raise click.BadParameter(
            settings.say(Message("unknown format `{name}`: one of {names}", {"name": name, "names": known}))
        )


class _Run:
    """One run over many dossiers: what was decided, what went wrong, how far it is."""

    def __init__(self, settings: Settings, session: Session, targets: Sequence[Output]) -> None:
        self.settings = settings
        self.session = session
        self.targets = targets
        self.codes: list[ExitCode] = []
        self.outcomes: Counter[str] = Counter()
        self.seen = self.decided = self.unsettled = 0
        self._told: set[Problem] = set()
        self._started = self._shown = time.monotonic()
        self._progress = settings.shows_progress

    def over(self, files: Sequence[str]) -> None:
        for given in inputs.dossiers(files, sys.stdin.buffer):
            self.seen += 1
            self._one(given)
            if self._progress and time.monotonic() - self._shown > _SECONDS_BETWEEN:
                self._show_progress()
        if self._progress and self._shown > self._started:
            streams.clear_line()

    def _one(self, given: Given) -> None:
        try:
            if given.problem is not None:
                raise given.problem
            decision = self.session.decide(given.data, given.file, first_line=given.first_line)
        except DossierError as error:
            self._note(error, ExitCode.DOSSIER)
        except PluginError as error:
            self._note(error, ExitCode.PLUGIN)
        except PolicyError as error:
            self._note(error, ExitCode.POLICY)
        else:
            self._add(decision)

    def _add(self, decision: Decision) -> None:
        if decision.problems:
            self._say(decision.problems)
            self.codes.append(ExitCode.PLUGIN)
        self.outcomes[decision.outcome] += 1
        self.decided += 1
        self.unsettled += not decision.is_settled
        for target in self.targets:
            target.add(decision)
        if self.session.host.hears_decisions:
            failed = self.session.host.decided(json.loads(decision.text))
            if failed:
                self._say(failed)
                self.codes.append(ExitCode.PLUGIN)

    def _note(self, error: ClasPolicyError, code: ExitCode) -> None:
        self.codes.append(code)
        self._say(error.problems)

    def _say(self, problems: Sequence[Problem]) -> None:
        """Shows problems, those of a policy that many dossiers meet only once."""
        new = [problem for problem in problems if problem not in self._told]
        if len(self._told) < 1000:
            self._told.update(new)
        if new:
            if self._progress:
                streams.clear_line()
            show(new, self.settings, summary=False)

    def _show_progress(self) -> None:
        now = time.monotonic()
        if now - self._started > _PROGRESS_AFTER:
            self._shown = now
            rate = self.seen / (now - self._started)
            streams.progress(
                self.settings.say(
                    Message("{count} dossiers, {rate} per second", {"count": str(self.seen), "rate": f"{rate:.0f}"})
                )
            )

    def summary(self) -> None:
        _ = Speech(self.settings.lang)
        parts = [
            _.plural("{count} admissible", "{count} admissible", self.outcomes["admissible"]),
            _("{count} to be completed", count=str(self.outcomes["incomplete"])),
            _.plural("{count} not admissible", "{count} not admissible", self.outcomes["inadmissible"]),
        ]
        if self.seen > self.decided:
            parts.append(_("{count} could not be decided", count=str(self.seen - self.decided)))
        dossiers = _.plural("{count} dossier", "{count} dossiers", self.seen)
        streams.tell(f"{dossiers}{_.colon}{', '.join(parts)}")
