"""What a change of one item touches: the rules that read it, and the grants that depend on it through them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from clas_policy.compare.changes import Section
from clas_policy.model.policy import Policy
from clas_policy.model.references import Reference, of_amount, of_condition, of_operand

ADMISSIBILITY: Final = "admissibility"
"""What stands for the outcome of a dossier among the things that are reached."""

SECTIONS: Final = {
    "fact": Section.FACTS,
    "parameter": Section.PARAMETERS,
    "criterion": Section.CRITERIA,
    "deadline": Section.DEADLINES,
    "grant": Section.GRANTS,
    "entity": Section.ENTITIES,
    "funder": Section.FUNDERS,
}
"""The section of each kind of name."""

_Item = tuple[Section, str]


class Reach:
    """Who reads what in one policy."""

    def __init__(self, policy: Policy) -> None:
        self._readers: dict[_Item, dict[_Item, None]] = {}
        for rule, references in _reading(policy):
            for reference in references:
                read = (SECTIONS[reference.kind], reference.name)
                self._readers.setdefault(read, {})[rule] = None
        for item in policy.admissibility:
            section = Section.DEADLINES if item.is_deadline else Section.CRITERIA
            self._readers.setdefault((section, item.name), {})[Section.ADMISSIBILITY, ADMISSIBILITY] = None

    def readers(self, section: Section, name: str) -> tuple[str, ...]:
        """The rules that read an item themselves, in the policy's order."""
        return tuple(dict.fromkeys(name for _section, name in self._readers.get((section, name), ())))

    def reached(self, section: Section, name: str) -> tuple[str, ...]:
        """The grants, and ``admissibility``, that depend on an item through others only."""
        direct = self._readers.get((section, name), {})
        seen: dict[_Item, None] = {}
        pending: list[_Item] = list(direct)
        while pending:
            item = pending.pop(0)
            if item in seen or item == (section, name):
                continue
            seen[item] = None
            pending += self._readers.get(item, ())
        through = (item for item in seen if item not in direct)
        told = (name for section, name in through if section in (Section.GRANTS, Section.ADMISSIBILITY))
        return tuple(dict.fromkeys(told))


def _reading(policy: Policy) -> Iterator[tuple[_Item, Iterable[Reference]]]:
    for name, fact in policy.facts.items():
        if fact.derivation is not None:
            yield (Section.FACTS, name), [Reference("fact", read) for read in fact.derivation.reads]
    for name, criterion in policy.criteria.items():
        yield (Section.CRITERIA, name), [*of_condition(criterion.only_if), *of_condition(criterion.requires)]
    for name, deadline in policy.deadlines.items():
        days = (deadline.opens_on, deadline.last_day, deadline.before)
        read = [*of_condition(deadline.condition), *(found for day in days for found in of_operand(day))]
        yield (Section.DEADLINES, name), read
    for name, grant in policy.grants.items():
        found = [*of_condition(grant.requires), *of_amount(grant.amount), *of_amount(grant.at_most)]
        found += [Reference("fact", grant.accord)] if grant.accord else []
        yield (Section.GRANTS, name), [*found, Reference("funder", grant.funder)]
    for name, orientation in policy.orientations.items():
        yield (Section.ORIENTATIONS, name), [*of_condition(orientation.requires)]
