"""Two policies side by side: every change between them, in the order in which it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final, Protocol, TypeVar

from clas_policy.compare import items, renaming
from clas_policy.compare.changes import (
    Change,
    Cited,
    Group,
    ItemAdded,
    ItemRemoved,
    Renamed,
    Reviewed,
    Section,
    Term,
    What,
    Wording,
)
from clas_policy.compare.reach import Reach
from clas_policy.compare.telling import Told, named
from clas_policy.frozen import dataclass
from clas_policy.model.fact import Fact, Origin
from clas_policy.model.policy import AdmissibilityItem, Criterion, LayerRef, Parameter, Policy
from clas_policy.source import Span


class _Item(Protocol):
    @property
    def origin(self) -> Origin: ...


T = TypeVar("T", bound=_Item)
_Places = tuple[Origin | None, Origin | None]

_ORDER: Final = {group: number for number, group in enumerate(Group)}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one policy to another.

    `old` and `new` are the two policies, the old one in the names of the new one where something was only renamed: the
    parts of conditions that the changes show belong to these.
    """

    old: Policy
    new: Policy
    changes: tuple[Change, ...]

    @property
    def rules(self) -> tuple[Change, ...]:
        """The changes of what is evaluated: all but those of words and sources."""
        return tuple(change for change in self.changes if not change.is_wording)

    def of_last_layer(self) -> Comparison:
        """Only what the last layer of either policy writes itself."""
        last = (self.old.layers[-1].id, self.new.layers[-1].id)

        def is_own(change: Change) -> bool:
            places = zip((change.old, change.new), last, strict=True)
            return any(origin is not None and origin.layer == layer for origin, layer in places)

        return Comparison(self.old, self.new, tuple(filter(is_own, self.changes)))


def compare(old: Policy, new: Policy) -> Comparison:
    """Every change of meaning, of words and of sources; places, comments and the order of keys are none."""
    before, names = renaming.renamed(old, new)
    work = _Work(before, new)
    work.policies()
    for section, former, name in renaming.told(names):
        work.renamed(section, former, name)
    work.sections()
    work.origins()
    found = sorted(work.found, key=lambda change: _ORDER[change.group])
    return Comparison(before, new, tuple(found))


class _Work:
    """One comparison under way."""

    def __init__(self, old: Policy, new: Policy) -> None:
        self.old = old
        self.new = new
        self.found: list[Change] = []
        self._before = Reach(old)
        self._after = Reach(new)
        self._sources: dict[tuple[str | None, str | None, str], dict[str, tuple[Origin, Origin]]] = {}
        self._reviews: dict[tuple[date | None, date | None, str], dict[str, tuple[Origin, Origin]]] = {}

    def policies(self) -> None:
        """The status, the title and the layers; other ids are no change, they are what is compared."""
        last, other = self.old.layers[-1], self.new.layers[-1]
        if self.old.title != self.new.title:
            self._policy("title", Wording(self.old.title, self.new.title), last, other)
        former = {layer.id: layer for layer in self.old.layers}
        same = {layer.id for layer in self.new.layers} & former.keys()
        if self.old.status != self.new.status and not any(
            layer.id in same and layer.status != former[layer.id].status for layer in self.new.layers
        ):
            self._policy("status", Term(self.old.status, self.new.status), last, other)
        for layer in self.new.layers:
            if layer.id in same and layer.status != former[layer.id].status:
                statuses = Term(former[layer.id].status, layer.status)
                self._policy("status", statuses, former[layer.id], layer)
            if layer.id in same and _version(former[layer.id]) != _version(layer):
                versions = Term(_version(former[layer.id]), _version(layer))
                self._policy("version", versions, former[layer.id], layer)
        above, others = (", ".join(layer.id for layer in one.layers[:-1]) or None for one in (self.old, self.new))
        if above != others:
            self._policy("extends", Term(above, others), last, other)

    def _policy(self, key: str, what: What, old: LayerRef, new: LayerRef) -> None:
        self.found.append(Change(Section.POLICY, new.id, new.title, key, what, _start(old), _start(new)))

    def renamed(self, section: Section, old: str, new: str) -> None:
        former, item = _of(section, self.old)[new], _of(section, self.new)[new]
        self._add(section, new, _label(item, self.new), Told("name", Renamed(old, new)), (former.origin, item.origin))

    def sections(self) -> None:
        old, new = self.old, self.new
        self._both(Section.PARAMETERS, named(old.parameters.values()), named(new.parameters.values()), items.parameter)
        self._both(Section.PUBLISHED, items.printed(old), items.printed(new), items.published)
        self._both(Section.DEADLINES, old.deadlines, new.deadlines, lambda one, two: items.deadline(one, two, old, new))
        self._both(Section.CRITERIA, old.criteria, new.criteria, items.criterion)
        self._both(Section.ADMISSIBILITY, _admissibility(old), _admissibility(new), items.admissibility)
        self._both(Section.FUNDERS, old.funders, new.funders, items.funder)
        self._both(Section.GRANTS, old.grants, new.grants, items.grant)
        self._both(Section.ORIENTATIONS, old.orientations, new.orientations, items.orientation)
        self._both(Section.ENTITIES, old.entities, new.entities, items.entity)
        self._both(Section.FACTS, old.facts, new.facts, items.fact)
        self._both(Section.TEXTS, old.texts, new.texts, items.text)
        self._both(Section.DOCUMENTS, old.documents, new.documents, items.document)

    def _both(
        self,
        section: Section,
        old: Mapping[str, T],
        new: Mapping[str, T],
        told: Callable[[T, T], Iterator[Told]],
    ) -> None:
        for name, item in new.items():
            label = _label(item, self.new)
            if name not in old:
                self._add(section, name, label, Told("", ItemAdded()), (None, item.origin))
                continue
            former = old[name]
            for one in told(former, item):
                self._add(section, name, label, one, (former.origin, item.origin))
            for before, after in _origins(former, item):
                self._cite(name, before, after)
        for name, item in old.items():
            if name not in new:
                self._add(section, name, _label(item, self.old), Told("", ItemRemoved()), (item.origin, None))

    def _add(self, section: Section, name: str, label: str, told: Told, places: _Places) -> None:
        old, new = places
        reach = self._after if new is not None else self._before
        evaluated = not isinstance(told.what, Wording | Renamed)
        self.found.append(
            Change(
                section,
                name,
                label,
                told.key,
                told.what,
                told.old or old,
                told.new or new,
                reach.readers(section, name) if evaluated else (),
                reach.reached(section, name) if evaluated else (),
            )
        )

    def _cite(self, name: str, old: Origin, new: Origin) -> None:
        if old.source != new.source:
            self._sources.setdefault((old.source, new.source, new.layer), {}).setdefault(name, (old, new))
        if old.checked_on != new.checked_on:
            self._reviews.setdefault((old.checked_on, new.checked_on, new.layer), {}).setdefault(name, (old, new))

    def origins(self) -> None:
        """Another source, another day of review: told once for all the items of a layer that have it."""
        for (before, after, _layer), cited in self._sources.items():
            self._together("source", Cited(before, after, tuple(cited)), cited)
        for (day, other, _layer), reviewed in self._reviews.items():
            self._together("checked_on", Reviewed(day, other, tuple(reviewed)), reviewed)

    def _together(self, key: str, what: What, found: Mapping[str, tuple[Origin, Origin]]) -> None:
        old, new = next(iter(found.values()))
        self.found.append(Change(Section.POLICY, self.new.id, self.new.title, key, what, old, new))


def _version(layer: LayerRef) -> str:
    since = f" ({layer.effective_from.isoformat()})" if layer.effective_from else ""
    return f"{layer.version}{since}"


def _start(layer: LayerRef) -> Origin:
    return Origin(layer.id, None, None, Span(layer.file, 1, 1, 1, 2) if layer.file else None)


def _admissibility(policy: Policy) -> dict[str, AdmissibilityItem]:
    """The criteria that admissibility asks for; of deadlines all is said where they are."""
    return {item.name: item for item in policy.admissibility if not item.is_deadline}


def _of(section: Section, policy: Policy) -> Mapping[str, Any]:
    """The named items of a section."""
    found: Mapping[str, Any] = getattr(policy, section.value)
    return found


def _label(item: object, policy: Policy) -> str:
    match item:
        case AdmissibilityItem(name=name):
            return policy.criteria[name].label if name in policy.criteria else name
        case items.Printed(grant=name):
            return policy.grants[name].label if name in policy.grants else name
        case _:
            return str(getattr(item, "label", ""))


def _origins(old: _Item, new: _Item) -> Iterator[tuple[Origin, Origin]]:
    """The places of two items whose sources are compared: their own, then those of what other layers say of them."""
    match old, new:
        case Parameter(), Parameter():
            yield old.value_origin, new.value_origin
            if old.origin != old.value_origin or new.origin != new.value_origin:
                yield old.origin, new.origin
        case Criterion(), Criterion():
            yield old.origin, new.origin
            if old.chosen is not None and new.chosen is not None:
                yield old.chosen.origin, new.chosen.origin
        case Fact(), Fact():
            yield old.origin, new.origin
            if old.derivation is not None and new.derivation is not None:
                yield old.derivation.origin, new.derivation.origin
        case _:
            yield old.origin, new.origin
