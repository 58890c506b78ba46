"""The files of a new year: what is to be written is worked out whole before anything is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clas_policy.catalogue import MAX_BYTES
from clas_policy.cli.own_folders import require_own
from clas_policy.editing import rolling, writing
from clas_policy.editing.carrying import Turn
from clas_policy.editing.rolling import Rolled
from clas_policy.editing.rolling_tests import RolledTests, roll_tests
from clas_policy.frozen import dataclass
from clas_policy.problem import Message, PolicyError, Problem, errors
from clas_policy.reading import yaml_nodes
from clas_policy.reading.files import read_file
from clas_policy.reading.layer import Layer, read_layer
from clas_policy.reading.values import period
from clas_policy.rehearse.files import ENDING

if TYPE_CHECKING:
    from clas_policy.catalogue import Catalogue
    from clas_policy.cli.settings import Settings
    from clas_policy.shelves import LayerFile

_LONGEST: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Planned:
    """A layer to be written, with its tests and the dossier that they start from where these are files of their own."""

    id: str
    path: Path
    display: str
    old_display: str
    rolled: Rolled
    tests: RolledTests | None = None
    dossier: bytes | None = None

    @property
    def tests_name(self) -> str:
        return f"{self.path.stem}{ENDING}"

    def beside(self, name: str) -> tuple[Path, str]:
        """A file beside the layer, and how it is displayed."""
        return self.path.with_name(name), f"{self.display.rpartition('/')[0]}/{name}"


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the layer, and how its tests and their dossier are displayed where there are any."""

    plan: Planned
    tests: str | None = None
    cases: int = 0
    dossier: str | None = None

    @property
    def rolled(self) -> Rolled:
        return self.plan.rolled


def plan(ids: Iterable[str], turn: Turn, folder: Path, settings: Settings) -> list[Planned]:
    """What is to be written for some layers of last year, parents first.

    Raises PolicyError (no such layer, a layer that is wrong, a parent that is not there) or OutputError (a file that
    is there already), before anything is written.
    """
    planner = _Planner(settings.catalogue(), turn, folder)
    for layer_id in rolling.in_order_of_levels(ids):
        planner.add(layer_id)
    for item in planner.found:
        writing.require_absent(item.path, item.display)
        if item.tests is not None:
            writing.require_absent(*item.beside(item.tests_name))
    return planner.found


class _Planner:
    def __init__(self, catalogue: Catalogue, turn: Turn, folder: Path) -> None:
        self.catalogue, self.turn, self.folder = catalogue, turn, folder
        self.found: list[Planned] = []

    def add(self, layer_id: str) -> None:
        self.found.append(self._planned(self.catalogue.versions(layer_id)[-1]))

    def _planned(self, file: LayerFile) -> Planned:
        new_id = rolling.next_id(file.id, self.turn.new)
        path = self.folder / f"{new_id}.yaml"
        display = f"{self.folder.as_posix().rstrip('/')}/{new_id}.yaml"
        require_own(path, display)
        data = read_file(file.path, file.display, MAX_BYTES, PolicyError)
        data = rolling.without_dead_modeline(data, path.parent)
        read = read_layer(data, file.display, file.shelf.shipped_by, expected_id=file.id, expected_version=file.version)
        layer = read.layer
        if layer is None or not read.is_sound:
            raise PolicyError(errors(read.problems))
        rolled = rolling.roll(data, layer.root, new_id, self._parent(layer, new_id), self.turn)
        planned = Planned(new_id, path, display, file.display, rolled)
        return self._with_tests(planned, file.path.with_name(f"{file.id.rpartition('/')[2]}{ENDING}"))

    def _parent(self, layer: Layer, new_id: str) -> str | None:
        """The id that the new layer extends; raises PolicyError where there is no such layer yet."""
        if layer.extends is None:
            return None
        above = layer.extends.text
        of_year = period(above.rpartition("/")[2])
        if of_year is None:
            return above  # a référentiel holds for many years
        parent = rolling.next_id(above, of_year.shifted(self.turn.years))
        is_planned = any(item.id == parent for item in self.found)
        if is_planned or self.catalogue.files(parent) or (self.folder / f"{parent}.yaml").is_file():
            return parent
        raise PolicyError(
            [
                Problem(
                    "CLAS-E102",
                    Message("`{id}` would extend `{parent}`, which is not there", {"id": new_id, "parent": parent}),
                    layer.extends.span,
                    hint=Message(
                        "first write that one: `clas-policy new-year {year} --from {above}`",
                        {"year": parent.rpartition("/")[2], "above": above},
                    ),
                )
            ]
        )

    def _with_tests(self, planned: Planned, source: Path) -> Planned:
        if not source.is_file():
            return planned
        shown = f"{planned.old_display.rpartition('/')[0]}/{source.name}"
        data = read_file(source, shown, MAX_BYTES, PolicyError)
        data = rolling.without_dead_modeline(data, planned.path.parent)
        parsed = yaml_nodes.parse(data, shown)
        wrong = errors(parsed.problems)
        if parsed.root is None or wrong:
            raise PolicyError(wrong)
        tests = roll_tests(data, parsed.root, planned.id, self.turn)
        dossier = None
        if tests.dossier is not None and tests.new_dossier is not None:
            beside = source.with_name(tests.dossier)
            if beside.is_file() and not planned.path.with_name(tests.new_dossier).exists():
                text = read_file(beside, beside.as_posix(), _LONGEST, PolicyError)
                dossier = text.replace(str(self.turn.old).encode(), str(self.turn.new).encode())
        return replace(planned, tests=tests, dossier=dossier)


def write(item: Planned) -> Written:
    """Writes what was planned; raises OutputError."""
    writing.create(item.path, item.display, item.rolled.data)
    if item.tests is None:
        return Written(item)
    path, tests = item.beside(item.tests_name)
    writing.create(path, tests, item.tests.data)
    dossier = None
    if item.dossier is not None and item.tests.new_dossier is not None:
        path, dossier = item.beside(item.tests.new_dossier)
        writing.create(path, dossier, item.dossier)
    return Written(item, tests, item.tests.cases, dossier)
