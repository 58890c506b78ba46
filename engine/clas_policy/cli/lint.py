"""``clas-policy lint``: what is allowed in policy layers, but doubtful."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from clas_policy.cli import policy_files, problems, speaking, streams
from clas_policy.cli.exit_codes import ExitCode
from clas_policy.cli.options import common, complete_ids
from clas_policy.cli.settings import Settings
from clas_policy.cli.targets import target
from clas_policy.problem import Message, PolicyError, Problem
from clas_policy.reading.files import write_file
from clas_policy.source import Span
from clas_policy.speech import Speech

if TYPE_CHECKING:
    from clas_policy.catalogue import Catalogue
    from clas_policy.shelves import LayerFile

_LEVELS: Final = ("note", "warning", "error")


@speaking.command("lint")
@click.argument("names", nargs=-1, metavar="[ID|FILE|DIR…]", shell_complete=complete_ids)
@speaking.option(
    "--level",
    type=click.Choice(_LEVELS),
    default="warning",
    show_default=True,
    help="exit 1 where something weighs as much, or more",
)
@speaking.option(
    "--output", "output", default="text", show_default=True, metavar="FORMAT[:FILE]", help="text, json, sarif or github"
)
@common
def command(settings: Settings, names: tuple[str, ...], level: str, output: str) -> None:
    """Say what is allowed in layers, but doubtful: by their IDs or files; without any, those of --policies, or all.

    A comment silences a finding, with a reason: `# lint: CLAS-N101 because …` at the end of its line, or above it.
    """
    from clas_policy.linting import at_least, lint

    form, path = target(output, problems.FORMATS, settings)
    catalogue = settings.catalogue()
    wanted = _wanted(names, settings, catalogue)
    if not wanted:
        where = ", ".join(f"`{name}`" for name in names or map(str, settings.policies)) or "–"
        hint = Message("a layer is a file like `national/2024-2025.yaml` in a folder named with `--policies`")
        problems.show([Problem("CLAS-U507", Message("no layer in {names}", {"names": where}), hint=hint)], settings)
        sys.exit(ExitCode.NOTHING)
    report = lint(catalogue, wanted)
    lines = {file.display: catalogue.read(file).lines for file in catalogue.files()}
    text = problems.render(report.findings, form, settings, lines)
    if path:
        write_file(Path(path), text.encode(), [file.path for file in report.files])
    else:
        (streams.emit if form == "text" else streams.emit_data)(text)
    if report.errors:
        problems.show(report.errors, settings, lines=lines, summary=False)
    if not settings.quiet:
        _tell(settings, len(report.files), report.errors, report.findings)
    if report.errors:
        sys.exit(ExitCode.POLICY)
    found = any(at_least(problem, level) for problem in report.findings)
    sys.exit(ExitCode.FINDINGS if found else ExitCode.EVALUATED)


def _wanted(names: Iterable[str], settings: Settings, catalogue: Catalogue) -> tuple[LayerFile, ...]:
    """The files of layers that are meant; raises PolicyError for what is none."""
    found: dict[LayerFile, None] = {}
    for name in names:
        found.update(dict.fromkeys(_named(name, catalogue)))
    if names:
        return tuple(found)
    return catalogue.own_files() if settings.policies else catalogue.files()


def _named(name: str, catalogue: Catalogue) -> Iterator[LayerFile]:
    """The files that one argument stands for; test files of policies in a folder are no layers."""
    path = Path(name)
    if name in catalogue.ids():
        yield from catalogue.files(name)
        return
    known = catalogue.by_path()
    if path.is_dir():
        for file in policy_files.below(path):
            if (layer := known.get(os.path.realpath(file))) is not None:
                yield layer
        return
    layer = known.get(os.path.realpath(path))
    if layer is not None:
        yield layer
    elif os.path.lexists(path):
        message = Message("`{path}` is in no folder of layers", {"path": name})
        hint = Message("name the folder that its id starts in with `--policies`")
        raise PolicyError([Problem("CLAS-L210", message, Span(name, 1, 1, 1, 2), hint=hint)])
    else:
        yield from catalogue.versions(name)  # raises, and names what there is


def _tell(settings: Settings, files: int, errors: tuple[Problem, ...], findings: tuple[Problem, ...]) -> None:
    _ = Speech(settings.lang)
    told = problems.count([*errors, *findings], settings) if errors or findings else _("nothing doubtful")
    streams.tell(f"{_.plural('{count} file read', '{count} files read', files)}{_.colon}{told}")
