"""``lint``: the findings about some layers, looked at with every policy that holds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clas_policy.catalogue import Catalogue
from clas_policy.compositions import Chain, selected
from clas_policy.frozen import dataclass
from clas_policy.linting.branches import branches
from clas_policy.linting.silences import heard
from clas_policy.linting.twins import twins
from clas_policy.linting.unused import unused
from clas_policy.linting.words import words
from clas_policy.model.policy import Policy
from clas_policy.problem import PolicyError, Problem, in_order
from clas_policy.reading.layer import Layer
from clas_policy.shelves import LayerFile


@dataclass(frozen=True, slots=True)
class LintReport:
    """The findings, and the errors of the layers that could not be looked at."""

    findings: tuple[Problem, ...]
    errors: tuple[Problem, ...]
    files: tuple[LayerFile, ...]


def lint(catalogue: Catalogue, files: Iterable[LayerFile]) -> LintReport:
    """What is doubtful in some files of a catalogue.

    A layer whose policy does not compose is not looked at: its errors say why. Nothing is called unused where a layer
    that might use it does not compose.
    """
    wanted = tuple(files)
    compositions = _Compositions(catalogue)
    findings: list[Problem] = []
    errors: list[Problem] = []
    for file in wanted:
        layer = catalogue.read(file).layer
        own = compositions.ending_in(file)
        failed = [error for chain in own for error in compositions.errors(chain)]
        if layer is None or failed or not own:
            errors += failed or [*catalogue.read(file).problems, *compositions.refused(file)]
            continue
        findings += heard(in_order(_findings(compositions, file, layer, own)), layer)
    return LintReport(catalogue.told(findings), catalogue.told(errors), wanted)


def _findings(compositions: _Compositions, file: LayerFile, layer: Layer, own: Iterable[Chain]) -> Iterator[Problem]:
    yield from words(layer)
    for chain in own:
        yield from twins(compositions.layers(chain))
        yield from branches(compositions.policy(chain))
    users = compositions.holding(file)
    if not any(compositions.errors(chain) for chain in users):
        policies = [compositions.policy(chain) for chain in users]
        yield from unused(layer, policies, [one for chain in users for one in compositions.layers(chain)])


class _Compositions:
    """Every policy that the layers of a catalogue compose to, on some day; each composed when it is asked for."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._composed: dict[Chain, Policy | PolicyError] = {}
        self._selected = {name: selected(catalogue, name) for name in catalogue.ids()}

    def ending_in(self, file: LayerFile) -> tuple[Chain, ...]:
        return tuple(chain for chain in self._selected[file.id].chains if chain[-1] == file)

    def holding(self, file: LayerFile) -> tuple[Chain, ...]:
        return tuple(chain for found in self._selected.values() for chain in found.chains if file in chain)

    def layers(self, chain: Chain) -> tuple[Layer, ...]:
        return tuple(layer for file in chain if (layer := self._catalogue.read(file).layer) is not None)

    def refused(self, file: LayerFile) -> tuple[Problem, ...]:
        """Why no day selects a file."""
        return tuple(problem for refusal in self._selected[file.id].refused for problem in refusal.problems)

    def errors(self, chain: Chain) -> tuple[Problem, ...]:
        found = self._compose(chain)
        return found.problems if isinstance(found, PolicyError) else ()

    def policy(self, chain: Chain) -> Policy:
        """The policy of a chain; raises PolicyError where it does not compose."""
        found = self._compose(chain)
        if isinstance(found, PolicyError):
            raise found
        return found

    def _compose(self, chain: Chain) -> Policy | PolicyError:
        if chain not in self._composed:
            try:
                self._composed[chain] = self._catalogue.compose_layers(chain, draft=True)
            except PolicyError as error:
                self._composed[chain] = error
        return self._composed[chain]
