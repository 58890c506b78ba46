"""``clas-policy test``: policy tests run, what they cover, and the mutants of the policy that they notice."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from clas_policy.cli import speaking, streams
from clas_policy.cli.exit_codes import ExitCode, worst
from clas_policy.cli.options import common, complete_ids
from clas_policy.cli.problems import show
from clas_policy.cli.settings import Settings
from clas_policy.cli.targets import targets
from clas_policy.problem import Message, PolicyError, Problem
from clas_policy.reading.files import write_file

if TYPE_CHECKING:
    from clas_policy.catalogue import Catalogue
    from clas_policy.cli.test_findings import Findings
    from clas_policy.rehearse.files import TestFile

FORMATS: Final = ("text", "json", "junit", "sarif", "github")


@speaking.command("test")
@click.argument("names", nargs=-1, metavar="[ID|FILE|DIR…]", shell_complete=complete_ids)
@speaking.option("-k", "named", default=None, metavar="TEXT", help="only the cases whose name has this text")
@speaking.option("--coverage", is_flag=True, help="say what of the policies no case has met")
@speaking.option(
    "--min",
    "least",
    type=click.FloatRange(0, 100),
    default=None,
    metavar="PERCENT",
    help="findings where less is covered  (implies --coverage)",
)
@speaking.option(
    "--html",
    "page",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    metavar="FILE",
    help="the policy files with what is covered in colours  (implies --coverage)",
)
@speaking.option("--mutants", is_flag=True, help="change each figure and each operand: does a test notice?")
@speaking.option("--suggest", is_flag=True, help="write the missing cases, to be confirmed, to standard output")
@speaking.option("--unasserted", is_flag=True, help="list the rules that no case says anything of")
@speaking.option(
    "--output",
    "outputs",
    multiple=True,
    default=("text",),
    show_default=True,
    metavar="FORMAT[:FILE]",
    help="text, json, junit, sarif or github  (repeatable)",
)
@common
def command(
    settings: Settings,
    *,
    names: tuple[str, ...],
    named: str | None,
    coverage: bool,
    least: float | None,
    page: Path | None,
    mutants: bool,
    suggest: bool,
    unasserted: bool,
    outputs: tuple[str, ...],
) -> None:
    """Run the tests of policies: those in files, folders or of layers by their IDs; without any, all at hand."""
    from clas_policy.cli.test_findings import Run, Wanted
    from clas_policy.stage import Stage

    settings.check_lock()
    answers = targets(outputs, FORMATS, settings)
    files, catalogue = _files(settings, names)
    wanted = Wanted(
        coverage=coverage or least is not None or page is not None,
        least=least,
        page=page is not None,
        mutants=mutants,
        unasserted=unasserted,
        suggest=suggest,
        untested=_untested(names, catalogue) if suggest else (),
    )
    if not files and not wanted.untested:
        show([_nothing(settings, names)], settings)
        sys.exit(ExitCode.NOTHING)
    run = Run(catalogue, Stage(catalogue, settings.host()))
    found = run.look(files, wanted, named)
    if not found.rehearsal.results and not found.rehearsal.problems and not wanted.untested:
        text = Message("no case has `{text}` in its name", {"text": named or ""})
        show([Problem("CLAS-T114", text)], settings)
        sys.exit(ExitCode.NOTHING)
    _write(settings, found, answers, [file.path for file in files], suggest=suggest)
    if page is not None:
        write_file(page, found.page.encode(), [file.path for file in files])
    sys.exit(_code(found))


def _files(settings: Settings, names: Sequence[str]) -> tuple[list[TestFile], Catalogue]:
    """The test files that are meant, and the layers that they may test."""
    from clas_policy.catalogue import Catalogue
    from clas_policy.rehearse import files as places

    catalogue = settings.catalogue()
    shelves = [shelf for shelf in catalogue.shelves if shelf.of_the_user] or list(catalogue.shelves)
    if not names:
        return [file for shelf in shelves for file in places.on_shelf(shelf)], catalogue
    found: dict[Path, TestFile] = {}
    homes: dict[Path, None] = {}
    more = []
    for name in names:
        for file in _named(name, catalogue):
            found.setdefault(file.path.resolve(), file)
            home = places.home(file.path, catalogue.shelves)
            if home is not None and home.folder.resolve() not in homes:
                homes[home.folder.resolve()] = None
                more.append(home)
    if more:
        catalogue = Catalogue([*more, *catalogue.shelves])
    return list(found.values()), catalogue


def _named(name: str, catalogue: Catalogue) -> Iterable[TestFile]:
    """The test files that one argument stands for: a file, those below a folder, or those of a layer."""
    from clas_policy.rehearse import files as places

    path = Path(name)
    if name in catalogue.ids():
        shelves = dict.fromkeys(file.shelf for file in catalogue.files(name))
        every = (file for shelf in shelves for file in places.on_shelf(shelf))
        return [file for file in every if places.policy_named_in(file.path) == name]
    if path.is_dir():
        return list(places.below(path))
    if os.path.lexists(path):
        return [places.TestFile(path, path.as_posix())]
    if name.endswith(places.ENDING):
        raise PolicyError([Problem("CLAS-F001", Message("no such file `{path}`", {"path": name}))])
    ids = ", ".join(catalogue.ids()) or "–"
    hint = Message("available: {ids}", {"ids": ids})
    raise PolicyError([Problem("CLAS-L210", Message("no layer `{id}`", {"id": name}), hint=hint)])


def _untested(names: Sequence[str], catalogue: Catalogue) -> tuple[str, ...]:
    """The layers that cases are to be suggested for, although they may have no test yet."""
    return tuple(name for name in names if name in catalogue.ids())


def _nothing(settings: Settings, names: Sequence[str]) -> Problem:
    where = ", ".join(f"`{name}`" for name in (*names, *map(str, () if names else settings.policies))) or "–"
    hint = Message("a test file is like `national/2024-2025.test.yaml`, beside the layer that it tests")
    return Problem("CLAS-T114", Message("no policy test in {names}", {"names": where}), hint=hint)


def _write(
    settings: Settings, found: Findings, answers: Sequence[tuple[str, str]], inputs: Sequence[Path], *, suggest: bool
) -> None:
    """Writes the report; where cases are suggested, these are the answer, and the text is only told."""
    from clas_policy.cli.test_views import view

    if suggest:
        streams.emit_data(found.suggestions)
    for form, file in answers:
        if form == "text" and not file and suggest:
            streams.tell(view(found, form, settings, sys.stderr).rstrip("\n"))
            continue
        text = view(found, form, settings, None if file else sys.stdout)
        if file:
            write_file(Path(file), text.encode(), inputs)
        else:
            (streams.emit if form == "text" else streams.emit_data)(text)
    if all(form != "text" for form, _ in answers) and found.rehearsal.problems:
        show(found.rehearsal.problems, settings)


def _code(found: Findings) -> ExitCode:
    codes: list[ExitCode] = []
    if any(problem.severity == "error" for problem in found.rehearsal.problems):
        codes.append(ExitCode.POLICY)
    if found.rehearsal.fails or found.problems:
        codes.append(ExitCode.FINDINGS)
    return worst(codes)
