"""Folders of layers: which files they hold, and that nobody ships what is not theirs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from clas_policy import resources
from clas_policy.frozen import dataclass
from clas_policy.problem import Message, PolicyError, Problem, Related
from clas_policy.source import Span
from clas_policy.version import __version__

_NAME: Final = re.compile(r"(?P<id>.+?)(?:\.v(?P<version>[2-9]|[1-9][0-9]{1,5}))?\.yaml")
"""The name of the first version has no number, so that no two files are one version."""
PLAN: Final = ".report.yaml"
TESTS: Final = ".test.yaml"
BESIDE: Final = (TESTS, PLAN)
"""The endings of what stands beside a layer and is none: its tests, the plan of its reports."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder of policy layers: the ids of its layers are their paths below it.

    `shipped_by` is what a decision says of their origin (``clas-policy 0.1.0``), `owns` the id prefixes that its
    layers may have (``("departements/32",)``; None: any, for the engine's own and for folders that the user names),
    `label` how paths are displayed: a path is ``<label>/<id>.yaml``. A shelf `of_the_user` hides what others ship
    under the same id; between other shelves, one id twice is an error.
    """

    folder: Path
    shipped_by: str
    label: str
    owns: tuple[str, ...] | None = None
    of_the_user: bool = False


@dataclass(frozen=True, slots=True)
class LayerFile:
    """One file on a shelf: the id and version that its path says."""

    id: str
    version: int
    path: Path
    shelf: Shelf

    @property
    def display(self) -> str:
        return f"{self.shelf.label}/{self.path.relative_to(self.shelf.folder).as_posix()}"

    @property
    def start(self) -> Span:
        return Span(self.display, 1, 1, 1, 2)


def engine_shelf() -> Shelf:
    """The national layers that travel with the program."""
    return Shelf(resources.folder("policies"), f"clas-policy {__version__}", "policies")


def user_shelf(folder: Path) -> Shelf:
    """A folder that the user named (``--policies``, ``CLAS_POLICY_PATH``); raises PolicyError where there is none."""
    label = folder.as_posix().rstrip("/") or "/"
    if not folder.is_dir():
        raise PolicyError([Problem("CLAS-F002", Message("no folder `{path}`", {"path": label}))])
    return Shelf(folder, "local files", label, of_the_user=True)


class Gathering:
    """The files of some shelves, by id; `problems` are those of the shelves themselves, by the id that they touch."""

    def __init__(self, shelves: Iterable[Shelf]) -> None:
        self.shelves: tuple[Shelf, ...] = tuple(shelves)
        self.problems: dict[str, list[Problem]] = {}

    def files(self) -> dict[str, tuple[LayerFile, ...]]:
        """The files by id: of the first user's shelf that has the id, else of the one other shelf that has it."""
        found: dict[str, list[LayerFile]] = {}
        holder: dict[str, Shelf] = {}
        for shelf in sorted(self.shelves, key=lambda shelf: not shelf.of_the_user):
            spelled: dict[str, LayerFile] = {}
            for file in self._on(shelf):
                folded = unicodedata.normalize("NFC", file.display).casefold()
                if folded in spelled:
                    self._note(
                        file.id,
                        "CLAS-L212",
                        Message("two files have the same name but for capitals or accents"),
                        file,
                        spelled[folded],
                    )
                spelled[folded] = file
                first = holder.setdefault(file.id, shelf)
                if first is shelf:
                    found.setdefault(file.id, []).append(file)
                elif not first.of_the_user:
                    self._note(
                        file.id,
                        "CLAS-L211",
                        Message(
                            "`{id}` is shipped twice, by {first} and by {second}",
                            {
                                "id": file.id,
                                "first": first.shipped_by,
                                "second": shelf.shipped_by,
                            },
                        ),
                        file,
                        found[file.id][0],
                    )
        return {name: tuple(sorted(files, key=lambda file: file.version)) for name, files in found.items()}

    def _on(self, shelf: Shelf) -> Iterator[LayerFile]:
        root = shelf.folder.resolve()
        for path in sorted(shelf.folder.rglob("*.yaml")):
            relative = path.relative_to(shelf.folder).as_posix()
            match = _NAME.fullmatch(relative)
            if match is None or relative.endswith(BESIDE) or "/." in f"/{relative}":
                continue
            file = LayerFile(match["id"], int(match["version"] or 1), path, shelf)
            try:
                outside = not path.resolve(strict=True).is_relative_to(root)
            except (OSError, RuntimeError):
                outside = False  # a broken or circular link: reading it will say so
            if outside:
                self._note(file.id, "CLAS-L218", Message("this link leads out of the folder"), file, None)
            if not self._may_hold(shelf, file.id):
                self._note(
                    file.id,
                    "CLAS-L209",
                    Message("{who} ships `{id}`, which is not its own", {"who": shelf.shipped_by, "id": file.id}),
                    file,
                    None,
                )
            yield file

    def _may_hold(self, shelf: Shelf, layer_id: str) -> bool:
        """Whether the longest prefix that anybody owns above the id is this shelf's; a shelf that owns None may all."""
        if shelf.owns is None:
            return True

        def longest(prefixes: Iterable[str]) -> int:
            return max((len(prefix) for prefix in prefixes if f"{layer_id}/".startswith(f"{prefix}/")), default=-1)

        own = longest(shelf.owns)
        return own >= 0 and own == longest(prefix for other in self.shelves for prefix in other.owns or ())

    def _note(self, layer_id: str, code: str, message: Message, file: LayerFile, other: LayerFile | None) -> None:
        related = (Related(Message("the other one"), other.start),) if other is not None else ()
        self.problems.setdefault(layer_id, []).append(Problem(code, message, file.start, related))
