"""Which layers exist, where they come from, which one is in force; and the policies that they compose to."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from clas_policy import cache
from clas_policy.model.policy import Policy
from clas_policy.problem import Message, PolicyError, Problem, Related, errors, in_order
from clas_policy.shelves import Gathering, LayerFile, Shelf, engine_shelf, user_shelf

if TYPE_CHECKING:
    from clas_policy.reading.layer import Layer, ReadLayer

MAX_BYTES: Final = 256 * 1024
_LEVELS: Final = {"annual": "referentiel", "local": "annual"}


class Catalogue:
    """The layers of some shelves, read when they are needed, each file once.

    Problems of the shelves themselves (a layer outside what its shelf owns, one id twice) are in `problems`; the ids
    that they touch cannot be composed.
    """

    def __init__(self, shelves: Iterable[Shelf]) -> None:
        self.shelves: tuple[Shelf, ...] = tuple(shelves)
        gathering = Gathering(self.shelves)
        self._files = gathering.files()
        self._problems: Mapping[str, list[Problem]] = gathering.problems
        self._bytes: dict[Path, bytes] = {}
        self._read: dict[Path, ReadLayer] = {}

    @property
    def problems(self) -> tuple[Problem, ...]:
        return in_order(problem for problems in self._problems.values() for problem in problems)

    def ids(self) -> tuple[str, ...]:
        """The ids of all layers, sorted."""
        return tuple(sorted(self._files))

    def files(self, layer_id: str | None = None) -> tuple[LayerFile, ...]:
        """The versions of a layer, oldest first; all files where no id is given."""
        if layer_id is not None:
            return self._files.get(layer_id, ())
        return tuple(file for name in self.ids() for file in self._files[name])

    def own_files(self) -> tuple[LayerFile, ...]:
        """The files in the folders that the user named."""
        return tuple(file for file in self.files() if file.shelf.of_the_user)

    def by_path(self) -> Mapping[str, LayerFile]:
        """The files by where they really are, links followed."""
        return {os.path.realpath(file.path): file for file in self.files()}

    def versions(self, layer_id: str) -> tuple[LayerFile, ...]:
        """The versions of a layer, oldest first; raises PolicyError, naming what there is, where there is none."""
        found = self.files(layer_id)
        if not found:
            raise PolicyError(self.told(self._problems.get(layer_id) or [self._unknown(layer_id)]))
        return found

    def read(self, file: LayerFile) -> ReadLayer:
        """The layer of a file with its problems; the file is read once, and what was read is what is evaluated."""
        if file.path not in self._read:
            from clas_policy.reading.layer import ReadLayer, read_layer

            try:
                data = self._content(file)
            except PolicyError as error:
                self._read[file.path] = ReadLayer(None, error.problems)
            else:
                self._read[file.path] = read_layer(
                    data,
                    file.display,
                    file.shelf.shipped_by,
                    expected_id=file.id,
                    expected_version=file.version,
                )
        return self._read[file.path]

    def amended(self, file: LayerFile, data: bytes) -> Catalogue:
        """The same catalogue, but that one file of it holds `data`: what a change would come to."""
        other = copy(self)
        other._bytes = {**self._bytes, file.path: data}
        other._read = {path: read for path, read in self._read.items() if path != file.path}
        return other

    def _content(self, file: LayerFile) -> bytes:
        """The bytes of a file, read once: what was digested is what is parsed and evaluated."""
        if file.path not in self._bytes:
            from clas_policy.reading.files import read_file

            self._bytes[file.path] = read_file(file.path, file.display, MAX_BYTES, PolicyError)
        return self._bytes[file.path]

    def select(self, period: str, department: str | None, *, national: bool = False) -> str:
        """The id of the layer for a dossier's period and department; raises PolicyError, naming what there is."""
        if national or department is None:
            found = [name for name in self.ids() if name.count("/") == 1 and name.endswith(f"/{period}")]
            if len(found) == 1 and national:
                return found[0]
        else:
            wanted = f"departements/{department}/{period}"
            if wanted in self._files:
                return wanted
        raise PolicyError([self._absent(period, department, national=national)])

    def _absent(self, period: str, department: str | None, *, national: bool) -> Problem:
        levels = [name for name in self.ids() if not name.rpartition("/")[2].startswith("referentiel-")]
        if national:
            available = [name for name in levels if not name.startswith("departements/")]
            message = Message("no national policy for {period}", {"period": period})
        elif department is None:
            available = levels
            message = Message("the dossier does not name its department")
        else:
            available = [name for name in levels if name.startswith("departements/")]
            message = Message(
                "no policy for {period} in department {department}", {"period": period, "department": department}
            )
        hint = Message("there is none at all")
        if available:
            hint = Message("available: {ids}", {"ids": ", ".join(available)})
        return Problem("CLAS-L210", message, None, hint=hint)

    def compose(self, layer_id: str, as_of: date, *, draft: bool = False) -> Policy:
        """The policy of a layer and its parents, in the versions that `as_of` selects.

        Raises PolicyError: no such layer, no version in force on that day, a problem in one of the files, or a draft
        where `draft` does not allow one.
        """
        key = f"policy {layer_id}"
        kept = cache.load(key, lambda evidence: self._is_current(evidence, as_of))
        if isinstance(kept, Policy) and (draft or kept.status != "draft"):
            return kept
        chain = self.chain(layer_id, as_of)
        policy = self.compose_layers(chain, draft=draft)
        cache.store(key, self._evidence(chain, as_of), policy)
        return policy

    def _evidence(self, chain: Sequence[LayerFile], as_of: date) -> dict[str, Any]:
        """What a composition rests on: every version of each of its layers, and the days on which it is the one."""
        ids = [file.id for file in chain]
        starts = sorted({start for name in ids for file in self.files(name) if (start := self._effective_from(file))})
        since = max((start for start in starts if start <= as_of), default=date.min)
        until = min((start for start in starts if start > as_of), default=date.max)
        return {"ids": ids, "since": since.isoformat(), "until": until.isoformat(), "files": self._state(ids)}

    def _state(self, ids: Sequence[str]) -> list[list[str]]:
        return [
            [file.display, file.shelf.shipped_by, hashlib.sha256(self._content(file)).hexdigest()]
            for name in ids
            for file in self.files(name)
        ]

    def _is_current(self, evidence: Mapping[str, Any], as_of: date) -> bool:
        if any(name in self._problems for name in evidence["ids"]):
            return False
        if not evidence["since"] <= as_of.isoformat() < evidence["until"]:
            return False
        try:
            return bool(evidence["files"] == self._state(evidence["ids"]))
        except PolicyError:
            return False

    def compose_layers(self, files: Sequence[LayerFile], *, draft: bool = False) -> Policy:
        """The policy of a chain of files, from the référentiel down; raises PolicyError."""
        with self._telling():
            return self._compose(files, draft=draft)

    def _compose(self, files: Sequence[LayerFile], *, draft: bool) -> Policy:
        from clas_policy.reading.compose import compose

        problems: list[Problem] = []
        layers: list[Layer] = []
        for file in files:
            read = self.read(file)
            problems.extend(read.problems)
            if read.layer is not None:
                layers.append(read.layer)
        if len(layers) < len(files):
            raise PolicyError(errors(problems))
        composition = compose(tuple(layers))
        problems.extend(composition.problems)
        if composition.policy is None or errors(problems):
            raise PolicyError(errors(problems))
        for layer in layers:
            if layer.is_draft and not draft:
                raise PolicyError(
                    [
                        Problem(
                            "CLAS-L213",
                            Message("`{id}` is a draft", {"id": layer.id}),
                            layer.span("status"),
                            hint=Message("`--draft` evaluates it all the same, and says so"),
                        )
                    ]
                )
        return composition.policy

    def chain(self, layer_id: str, as_of: date) -> tuple[LayerFile, ...]:
        """The file of a layer and of each parent, from the référentiel down, in the versions that `as_of` selects."""
        with self._telling():
            return self._chain(layer_id, as_of)

    def parents(self, layer: Layer, as_of: date) -> tuple[LayerFile, ...]:
        """The files that a layer stands on, from the référentiel down, wherever it was read itself."""
        with self._telling():
            name = self._parent(layer)
            return self._chain(name, as_of, layer) if name is not None else ()

    def told(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """The distinct problems in order, each with the line that it points at where its file has been read."""
        from clas_policy.reading.report import with_excerpts

        files = (file for versions in self._files.values() for file in versions)
        lines = {file.display: self._read[file.path].lines for file in files if file.path in self._read}
        return with_excerpts(problems, lines)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except PolicyError as error:
            raise PolicyError(self.told(error.problems)) from None

    def _chain(self, layer_id: str, as_of: date, child: Layer | None = None) -> tuple[LayerFile, ...]:
        files: list[LayerFile] = []
        name: str | None = layer_id
        while name is not None:
            file = self._in_force(name, as_of, child)
            files.append(file)
            layer = self.read(file).layer
            if layer is None:
                break  # its problems are reported when it is composed
            name = self._parent(layer)
            child = layer
        return tuple(reversed(files))

    def _in_force(self, name: str, as_of: date, child: Layer | None) -> LayerFile:
        if name in self._problems:
            raise PolicyError(self._problems[name])
        versions = self._files.get(name)
        if versions is None:
            raise PolicyError([self._unknown(name, child)])
        dated = [(self._effective_from(file), file) for file in versions]
        self._distinct_dates(dated)
        fitting = [(start, file) for start, file in dated if start is None or start <= as_of]
        if not fitting:
            first = min(start for start, _ in dated if start is not None)
            raise PolicyError(
                [
                    Problem(
                        "CLAS-L214",
                        Message("no version of `{id}` is in force on {day}", {"id": name, "day": as_of.isoformat()}),
                        versions[0].start,
                        hint=Message("the first holds from {day}", {"day": first.isoformat()}),
                    )
                ]
            )
        return max(fitting, key=lambda pair: (pair[0] or date.min, pair[1].version))[1]

    def _unknown(self, name: str, child: Layer | None = None) -> Problem:
        """That there is no such layer; `child` is the one that extends it."""
        at = child.extends.span if child is not None and child.extends is not None else None
        hint = Message("available: {ids}", {"ids": ", ".join(self.ids()) or "–"})
        code = "CLAS-L204" if child is not None else "CLAS-L210"
        return Problem(code, Message("no layer `{id}`", {"id": name}), at, hint=hint)

    def _effective_from(self, file: LayerFile) -> date | None:
        layer = self.read(file).layer
        return layer.effective_from if layer is not None else None

    def _distinct_dates(self, dated: Sequence[tuple[date | None, LayerFile]]) -> None:
        seen: dict[date | None, LayerFile] = {}
        for start, file in dated:
            layer = self.read(file).layer
            if layer is None:
                continue
            if start in seen and start is not None:
                other = self.read(seen[start]).layer
                related = (Related(Message("the other version"), other.span("effective_from")),) if other else ()
                raise PolicyError(
                    [
                        Problem(
                            "CLAS-L208",
                            Message(
                                "two versions of `{id}` hold from {day}", {"id": file.id, "day": start.isoformat()}
                            ),
                            layer.span("effective_from"),
                            related,
                        )
                    ]
                )
            seen[start] = file

    def _parent(self, layer: Layer) -> str | None:
        """The id that a layer extends, checked to be one level up and of a period that meets its own."""
        from clas_policy.reading.identity import Identity

        level = layer.identity.level.value
        if layer.extends is None or level not in _LEVELS:
            return None
        parent = Identity.parse(layer.extends.text)
        problem: Problem | None = None
        said = [known for known in self._own_problems(layer) if known.span == layer.extends.span]
        if said:
            raise PolicyError(said)
        if parent is None or parent.level.value != _LEVELS[level]:
            problem = Problem(
                "CLAS-L203",
                Message("`{id}` cannot extend `{parent}`", {"id": layer.id, "parent": layer.extends.text}),
                layer.extends.span,
                hint=Message(
                    "a local layer extends an annual one, an annual layer a référentiel: exactly one level up"
                ),
            )
        elif parent.period and layer.identity.period and not parent.period.meets(layer.identity.period):
            problem = Problem(
                "CLAS-L203",
                Message(
                    "`{id}` cannot extend the figures of another year, `{parent}`",
                    {
                        "id": layer.id,
                        "parent": parent.id,
                    },
                ),
                layer.extends.span,
                hint=Message("nothing is inherited from another year"),
            )
        elif layer.identity.level.value == "annual" and parent.root != layer.identity.root:
            problem = Problem(
                "CLAS-L203",
                Message(
                    "`{id}` cannot extend `{parent}`, which is of another scheme",
                    {
                        "id": layer.id,
                        "parent": parent.id,
                    },
                ),
                layer.extends.span,
            )
        if problem is not None:
            raise PolicyError([*errors(self._own_problems(layer)), problem])
        return layer.extends.text

    def _own_problems(self, layer: Layer) -> tuple[Problem, ...]:
        return next((read.problems for read in self._read.values() if read.layer is layer), ())

    def by_digests(self, recorded: Iterable[Mapping[str, str]]) -> tuple[LayerFile, ...]:
        """The files whose digests a decision recorded, in its order; raises PolicyError naming the layers not found."""
        files: list[LayerFile] = []
        absent: list[Problem] = []
        for entry in recorded:
            found = next((file for file in self.files(entry["id"]) if self._digest(file) == entry["sha256"]), None)
            if found is not None:
                files.append(found)
            else:
                absent.append(
                    Problem(
                        "CLAS-L215",
                        Message(
                            "no layer `{id}` with the digest {digest}…",
                            {
                                "id": entry["id"],
                                "digest": entry["sha256"][:12],
                            },
                        ),
                        hint=Message("name the folder that holds it with `--policies`"),
                    )
                )
        if absent:
            raise PolicyError(absent)
        return tuple(files)

    def _digest(self, file: LayerFile) -> str | None:
        layer = self.read(file).layer
        return layer.sha256 if layer is not None else None


__all__ = ["Catalogue", "LayerFile", "Shelf", "engine_shelf", "user_shelf"]
