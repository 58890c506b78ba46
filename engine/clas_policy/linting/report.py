"""``lint``: the findings about some layers, looked at with every policy that holds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from clas_policy.catalogue import Catalogue
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

Chain = tuple[LayerFile, ...]


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
        self._refused: dict[str, list[Problem]] = {}
        chains: dict[Chain, None] = {}
        for name in catalogue.ids():
            for day in self._days(name):
                try:
                    chains[catalogue.chain(name, day)] = None
                except PolicyError as error:
                    self._refused.setdefault(name, []).extend(error.problems)
        self._chains = tuple(chains)

    def _days(self, name: str) -> Iterator[date]:
        """The days on which another version of a layer, or of one above it, comes into force; and the last day."""
        yield date.max
        pending, seen = [name], {name}
        while pending:
            for file in self._catalogue.files(pending.pop()):
                layer = self._catalogue.read(file).layer
                if layer is None:
                    continue
                if layer.effective_from is not None:
                    yield layer.effective_from
                    if layer.effective_from > date.min:
                        yield date.fromordinal(layer.effective_from.toordinal() - 1)
                if layer.extends is not None and layer.extends.text not in seen:
                    seen.add(layer.extends.text)
                    pending.append(layer.extends.text)

    def ending_in(self, file: LayerFile) -> tuple[Chain, ...]:
        return tuple(chain for chain in self._chains if chain[-1] == file)

    def holding(self, file: LayerFile) -> tuple[Chain, ...]:
        return tuple(chain for chain in self._chains if file in chain)

    def layers(self, chain: Chain) -> tuple[Layer, ...]:
        return tuple(layer for file in chain if (layer := self._catalogue.read(file).layer) is not None)

    def refused(self, file: LayerFile) -> tuple[Problem, ...]:
        """Why no day selects a file."""
        return tuple(self._refused.get(file.id, ()))

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
