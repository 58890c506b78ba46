"""The draft that is being confirmed: found by its id or its file, tried with each answer, written back guarded."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path

from clas_policy.catalogue import Catalogue, LayerFile, user_shelf
from clas_policy.checking import check
from clas_policy.cli.misuse import MisuseError
from clas_policy.cli.own_folders import require_own
from clas_policy.cli.settings import Settings
from clas_policy.editing import confirming, writing
from clas_policy.editing.confirming import Answer, Left
from clas_policy.model.policy import Parameter, Policy
from clas_policy.problem import Message, PolicyError, Problem, errors
from clas_policy.reading import yaml_nodes
from clas_policy.reading.identity import Identity
from clas_policy.reading.nodes import Mapping as Node
from clas_policy.reading.nodes import Scalar
from clas_policy.reading.places import Place
from clas_policy.reading.report import nearest
from clas_policy.source import Span


class Draft:
    """One policy file and the answers given so far; `data` is what it would be, the file what it was last written as.

    Raises PolicyError where there is no such layer, or its text is no policy; OutputError where it cannot be read.
    """

    def __init__(self, name: str, settings: Settings) -> None:
        self.catalogue, self.file = _found(name, settings)
        require_own(self.file.path, self.file.display)
        self._original = writing.read_original(self.file.path, self.file.display)
        self.data = self._original.data
        read = self._with(self.data).read(self.file)
        if read.layer is None:
            raise PolicyError(errors(read.problems))
        self._known = {(problem.code, str(problem.message)) for problem in self._errors(self.data)}

    @property
    def id(self) -> str:
        return self.file.id

    @property
    def left(self) -> tuple[Left, ...]:
        return confirming.left(self.data)

    @property
    def is_draft(self) -> bool:
        layer = self._with(self.data).read(self.file).layer
        return layer is not None and layer.is_draft

    def find(self, name: str) -> Left:
        """What is left at an address; raises MisuseError, naming the nearest one."""
        item = confirming.find(self.data, name)
        if item is not None:
            return item
        names = [known.place.address for known in self.left]
        close = nearest(name, names)
        hint = Message("nothing is left to confirm")
        if close:
            hint = Message("did you mean `{name}`?", {"name": close})
        elif names:
            hint = Message("left to confirm: {names}", {"names": ", ".join(f"`{known}`" for known in names)})
        message = Message("nothing to confirm at `{name}`", {"name": name})
        raise MisuseError([Problem("CLAS-E201", message, self.start, hint=hint)])

    @property
    def start(self) -> Span:
        return self.file.start

    def span(self, place: Place) -> Span:
        """The place of a value, in the file as it is displayed."""
        return replace(place.node.span, file=self.file.display)

    def answer(self, item: Left, given: Answer) -> list[Problem]:
        """Takes an answer; or gives back what would be wrong with it, and takes nothing."""
        return self.take(confirming.answer(self.data, item, given))

    def wrong(self, data: bytes) -> list[Problem]:
        """What would be wrong with a changed text, and was not wrong before."""
        return [problem for problem in self._errors(data) if (problem.code, str(problem.message)) not in self._known]

    def take(self, data: bytes) -> list[Problem]:
        """Takes a changed text; or gives back what would be wrong with it, and takes nothing."""
        wrong = self.wrong(data)
        if not wrong:
            self.data = data
            self.__dict__.pop("policy", None)
        return wrong

    def in_force(self) -> list[Problem]:
        """Puts the layer in force; or gives back every place that is still to confirm or to be read again."""
        again = [
            Problem(
                "CLAS-E203",
                Message("`{name}` is still to be read again", {"name": item.place.address}),
                self.span(item.place),
                hint=Message("confirm it, changed or not: `--set` or `--same`"),
            )
            for item in self.left
            if item.again
        ]
        data = confirming.put_in_force(self.data)
        wrong = [*self.catalogue.amended(self.file, data).told(again), *self._errors(data)]
        if not wrong:
            self.data = data
        return wrong

    def save(self) -> bool:
        """Writes the file if anything was taken since it was read or written; raises OutputError."""
        if self.data == self._original.data:
            return False
        self._original = writing.replace(self._original, self.data)
        return True

    @cached_property
    def policy(self) -> Policy | None:
        """What the layer composes to as it is now; None where something is wrong with it."""
        catalogue = self._with(self.data)
        try:
            return catalogue.compose_layers(catalogue.chain(self.id, date.max), draft=True)
        except PolicyError:
            return None

    @property
    def figures(self) -> Mapping[tuple[int, int], Parameter]:
        """The figures to confirm, by the line and column of their values."""
        policy = self.policy
        if policy is None:
            return {}
        named = [policy.parameters[name] for name in policy.unconfirmed]
        mine = [item for item in named if item.value_origin.layer == self.id and item.value_origin.at is not None]
        return {(item.value_origin.at.line, item.value_origin.at.column): item for item in mine if item.value_origin.at}

    def drafts_above(self) -> list[str]:
        """The ids of the layers that this one extends and that are drafts themselves."""
        policy = self.policy
        return [layer.id for layer in policy.layers[:-1] if layer.status == "draft"] if policy else []

    def _with(self, data: bytes) -> Catalogue:
        return self.catalogue.amended(self.file, data)

    def _errors(self, data: bytes) -> tuple[Problem, ...]:
        return errors(check(self._with(data), [self.id]).problems)


def _found(name: str, settings: Settings) -> tuple[Catalogue, LayerFile]:
    catalogue = settings.catalogue()
    if not (name.endswith(".yaml") or Path(name).is_file()):
        files = catalogue.versions(name)
        return catalogue, next((file for file in reversed(files) if _has_left(catalogue, file)), files[-1])
    path = Path(name)
    file = catalogue.by_path().get(os.path.realpath(path))
    return (catalogue, file) if file is not None else _beside(path, catalogue)


def _has_left(catalogue: Catalogue, file: LayerFile) -> bool:
    layer = catalogue.read(file).layer
    return layer is not None and layer.is_draft


def _beside(path: Path, catalogue: Catalogue) -> tuple[Catalogue, LayerFile]:
    """A file outside the folders that are known: the folder of its policies follows from its id."""
    original = writing.read_original(path, path.as_posix())
    root = yaml_nodes.parse(original.data, original.display).root
    written = root.get("policy") if isinstance(root, Node) else None
    identity = Identity.parse(written.text) if isinstance(written, Scalar) else None
    above = path.resolve().parents
    if identity is not None and (depth := identity.id.count("/")) < len(above):
        folder = above[depth]
        shown = path.parents[depth] if len(path.parents) > depth and ".." not in path.parts else folder
        known = Catalogue([user_shelf(shown), *catalogue.shelves])
        file = known.by_path().get(os.path.realpath(path))
        if file is not None and file.id == identity.id:
            return known, file
    hint = Message("a layer is a file like `national/2024-2025.yaml` in a folder named with `--policies`")
    message = Message("the path of this file is not the id of a layer")
    raise PolicyError([Problem("CLAS-L201", message, Span(path.as_posix(), 1, 1, 1, 2), hint=hint)])
