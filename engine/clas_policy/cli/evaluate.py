"""``clas-policy evaluate``: decisions on dossiers, with their reasons."""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from clas_policy.cli import inputs, speaking, streams, targets
from clas_policy.cli.exit_codes import ExitCode, worst
from clas_policy.cli.inputs import Given
from clas_policy.cli.interrupts import Interrupts
from clas_policy.cli.options import common, policy_options
from clas_policy.cli.outputs import FORMATS, Forms, Output
from clas_policy.cli.problems import show
from clas_policy.cli.session import Choice, Decision, Session
from clas_policy.cli.settings import Settings
from clas_policy.problem import ClasPolicyError, DossierError, Message, PluginError, PolicyError, Problem
from clas_policy.speech import Speech

_PROGRESS_AFTER: Final = 1.0
_SECONDS_BETWEEN: Final = 0.2


@speaking.command("evaluate")
@click.argument("dossiers", nargs=-1, required=True, metavar="DOSSIER…", type=click.Path())
@policy_options
@speaking.option(
    "--output",
    "outputs",
    multiple=True,
    default=("text",),
    show_default=True,
    metavar="FORMAT[:FILE]",
    help="text, json, ndjson, markdown or a plugin's format; to FILE, whole or not at all (repeatable)",
)
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
    settings.check_lock()
    host, catalogue = settings.host(), settings.catalogue()
    files = inputs.paths(dossiers, host.readers)
    many = inputs.hold_many(files)
    reading = [*(Path(name) for name in files if name != "-"), *(file.path for file in catalogue.files())]
    choice = Choice(settings.as_of, policy_id, national, settings.draft, settings.without_plugins)
    session = Session(catalogue, host, choice, brief=brief)
    targets = _targets(settings, outputs, reading, many=many)
    run = _Run(settings, session, targets)
    try:
        run.over(files)
        run.end()
    except KeyboardInterrupt:
        run.interrupted()
        sys.exit(ExitCode.INTERRUPTED)
    finally:
        for target in targets:
            target.discard()
    if not run.seen:
        show([inputs.nothing_matched(dossiers)], settings)
        sys.exit(ExitCode.NOTHING)
    if (many or run.seen > 1) and not settings.quiet:
        run.summary()
    if not any(name == "-" or os.path.lexists(name) for name in files):
        sys.exit(ExitCode.NOTHING)
    if strict and (run.unsettled or run.outcomes["admissible"] < run.seen):
        run.codes.append(ExitCode.FINDINGS)
    sys.exit(worst(run.codes))


def _targets(settings: Settings, outputs: Sequence[str], reading: list[Path], *, many: bool | None) -> list[Output]:
    host = settings.host()
    asked = {output.partition(":")[0] for output in outputs} - set(FORMATS)
    renderers = {name: found for name in sorted(asked) if (found := host.renderer(name)) is not None}
    forms = Forms(Speech(settings.lang), streams.style(settings), renderers, verbose=settings.verbose)
    wanted = targets.targets(outputs, (*FORMATS, *(host.renderers() if asked else ())), settings)
    places: list[Output] = []
    try:
        for name, file in wanted:
            form = forms.of(name, many=many, to_file=bool(file))
            places.append(Output(form, Path(file) if file else None, reading))
    except BaseException:
        for place in places:
            place.discard()
        raise
    return places


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
        """Decides every dossier, the good ones whatever the bad ones are."""
        interrupts = Interrupts()
        with interrupts.heard():
            for given in inputs.dossiers(files, sys.stdin.buffer, self.session.host.readers):
                interrupts.begin()
                self.seen += 1
                self._one(given)
                if given.file == "-":
                    streams.flush()
                interrupts.end()
                if self._progress and time.monotonic() - self._shown > _SECONDS_BETWEEN:
                    self._show_progress()
        self._clear_progress()

    def end(self) -> None:
        """Puts files in their place; where nothing was decided, what was there before stays."""
        for target in self.targets:
            if self.decided:
                target.keep()

    def interrupted(self) -> None:
        """Ends what standard output has taken, and says how far the run came."""
        self._clear_progress()
        for target in self.targets:
            if self.decided and not target.is_file:
                target.keep()
        streams.flush()
        _ = Speech(self.settings.lang)
        told = _.plural("interrupted after {count} dossier", "interrupted after {count} dossiers", self.seen)
        if any(target.is_file for target in self.targets):
            told = f"{told}{_.semicolon}{_('no file was written')}"
        streams.tell(told)

    def _one(self, given: Given) -> None:
        try:
            if given.problem is not None:
                raise given.problem
            decision = self.session.decide(given.data, given.file, first_line=given.first_line)
            self._add(decision)
        except DossierError as error:
            self._note(error, ExitCode.DOSSIER)
        except PluginError as error:
            self._note(error, ExitCode.PLUGIN)
        except PolicyError as error:
            self._note(error, ExitCode.POLICY)

    def _add(self, decision: Decision) -> None:
        if decision.problems:
            self._say(decision.problems)
            self.codes.append(ExitCode.PLUGIN)
        self.outcomes[decision.outcome] += 1
        self.decided += 1
        self.unsettled += not decision.is_settled
        for target in self.targets:
            try:
                target.add(decision)
            except PluginError as error:
                self._note(error, ExitCode.PLUGIN)
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
            self._clear_progress()
            show(new, self.settings, summary=False)

    def _clear_progress(self) -> None:
        if self._progress and self._shown > self._started:
            streams.clear_line()

    def _show_progress(self) -> None:
        now = time.monotonic()
        if now - self._started > _PROGRESS_AFTER:
            self._shown = now
            _ = Speech(self.settings.lang)
            dossiers = _.plural("{number} dossier", "{number} dossiers", self.seen)
            rate = f"{self.seen / (now - self._started):.0f}"
            streams.progress(_("{dossiers}, {rate} per second", dossiers=dossiers, rate=rate))

    def summary(self) -> None:
        _ = Speech(self.settings.lang)
        parts = [
            _.plural("{count} admissible", "{count} admissible", self.outcomes["admissible"]),
            _("{count} to be completed", count=str(self.outcomes["incomplete"])),
            _.plural("{count} not admissible", "{count} not admissible", self.outcomes["inadmissible"]),
        ]
        if self.seen > self.decided:
            undecided = self.seen - self.decided
            parts.append(_.plural("{count} could not be decided", "{count} could not be decided", undecided))
        dossiers = _.plural("{count} dossier", "{count} dossiers", self.seen)
        streams.tell(f"{dossiers}{_.colon}{', '.join(parts)}")
