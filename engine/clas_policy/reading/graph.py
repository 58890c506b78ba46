"""In which order the rules can be evaluated; a rule that depends on itself is a problem that prints the chain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from clas_policy.frozen import dataclass
from clas_policy.model.fact import Origin
from clas_policy.model.policy import AdmissibilityItem, Criterion, Deadline, Grant, StepKind
from clas_policy.model.references import Reference, of_amount, of_condition
from clas_policy.problem import Message, Related
from clas_policy.reading.report import Report


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that depend on each other."""

    criteria: Mapping[str, Criterion]
    deadlines: Mapping[str, Deadline]
    grants: Mapping[str, Grant]
    admissibility: tuple[AdmissibilityItem, ...]

    def needs(self) -> Iterator[tuple[StepKind, str, tuple[str, ...]]]:
        """Each rule with the names of the rules that it needs, itself after all of them."""
        for name, criterion in self.criteria.items():
            yield "criterion", name, self._rules((*of_condition(criterion.only_if), *of_condition(criterion.requires)))
        for name, deadline in self.deadlines.items():
            if deadline.condition is not None:
                yield "deadline", name, self._rules(of_condition(deadline.condition))
        for name, grant in self.grants.items():
            read = (*of_condition(grant.requires), *of_amount(grant.amount), *of_amount(grant.at_most))
            admitted = [item.name for item in self.admissibility if item.entity is None or item.entity == grant.entity]
            yield "grant", name, (*admitted, *self._rules(read))

    def _rules(self, references: Iterable[Reference]) -> tuple[str, ...]:
        names = (ref.name for ref in references if ref.kind in ("criterion", "deadline", "grant"))
        return tuple(dict.fromkeys(names))

    def origin(self, name: str) -> Origin | None:
        rule = self.criteria.get(name) or self.deadlines.get(name) or self.grants.get(name)
        return rule.origin if rule else None


def evaluation_order(rules: Rules, report: Report) -> tuple[tuple[StepKind, str], ...]:
    """The rules, each after what it needs; empty after a cycle is reported."""
    needs = list(rules.needs())
    kinds: dict[str, StepKind] = {name: kind for kind, name, _ in needs}
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for _, name, before in needs:
        sorter.add(name, *(other for other in before if other in kinds))
    try:
        return tuple((kinds[name], name) for name in sorter.static_order())
    except CycleError as cycle:
        chain: list[str] = cycle.args[1]
        _report_cycle([*reversed(chain)], rules, report)
        return ()


def _report_cycle(chain: list[str], rules: Rules, report: Report) -> None:
    ring = chain[:-1]
    start = ring.index(min(ring))
    ordered = [*ring[start:], *ring[:start], ring[start]]
    places = [(name, rules.origin(name)) for name in ordered[:-1]]
    first = places[0][1]
    report.add(
        "CLAS-P160",
        Message("a rule depends on itself: {chain}", {"chain": " → ".join(f"`{name}`" for name in ordered)}),
        first.at if first else None,
        related=tuple(
            Related(Message("`{name}` stands here", {"name": name}), origin.at)
            for name, origin in places[1:]
            if origin and origin.at
        ),
        hint=Message("every grant also depends on all that makes a dossier admissible"),
    )
