"""Which layers stand together: every chain of versions that some date selects."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TypeAlias

from clas_policy.catalogue import Catalogue
from clas_policy.frozen import dataclass
from clas_policy.problem import PolicyError
from clas_policy.shelves import LayerFile

Chain: TypeAlias = tuple[LayerFile, ...]


@dataclass(frozen=True, slots=True)
class Selected:
    """The chains that dates select for an id, each once, and why some dates select none."""

    chains: tuple[Chain, ...]
    refused: tuple[PolicyError, ...]


def selected(catalogue: Catalogue, layer_id: str) -> Selected:
    """What dates select for an id, tried on each day on which it may change."""
    chains: dict[Chain, None] = {}
    refused: list[PolicyError] = []
    for day in sorted(set(_days(catalogue, layer_id))):
        try:
            chains[catalogue.chain(layer_id, day)] = None
        except PolicyError as error:
            refused.append(error)
    return Selected(tuple(chains), tuple(refused))


def _days(catalogue: Catalogue, layer_id: str) -> Iterator[date]:
    """The days around each on which another version of a layer, or of one above it, comes into force; the last day."""
    yield date.max
    pending, seen = [layer_id], {layer_id}
    while pending:
        for file in catalogue.files(pending.pop()):
            layer = catalogue.read(file).layer
            if layer is None:
                continue
            if layer.effective_from is not None:
                yield layer.effective_from
                if layer.effective_from > date.min:
                    yield layer.effective_from - timedelta(days=1)
            if layer.extends is not None and layer.extends.text not in seen:
                seen.add(layer.extends.text)
                pending.append(layer.extends.text)
