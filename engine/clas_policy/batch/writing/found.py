"""What is found of dossiers, as tables: one row per dossier, and one per member for each entity."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from clas_policy.batch.tables import DOSSIERS, NUMBER, POSITION, Column, Kind, Table
from clas_policy.explain.evaluation import Evaluation
from clas_policy.model.decision import GrantResult, Totals
from clas_policy.model.money import format_amount
from clas_policy.model.policy import Policy
from clas_policy.model.truth import Truth

OUTCOME: Final = "outcome"
DUE: Final = "due"
ELIGIBLE: Final = "eligible"
AT_MOST: Final = "undetermined_at_most"
STATUS: Final = "status"
LOW: Final = "low"
HIGH: Final = "high"

_DIGITS: Final = 24
"""Enough for the sum of two thousand of the largest amounts that a dossier can hold."""


def rules(policy: Policy, entity: str | None) -> tuple[str, ...]:
    """The criteria, deadlines and orientations that have a status, of the dossier or of an entity."""
    return (
        *(one.name for one in policy.criteria.values() if one.entity == entity),
        *(one.name for one in policy.deadlines.values() if one.entity == entity and one.fact is not None),
        *(one.name for one in policy.orientations.values() if one.entity == entity and one.requires is not None),
    )


def grants(policy: Policy, entity: str | None) -> tuple[str, ...]:
    return tuple(grant.name for grant in policy.grants.values() if grant.entity == entity)


def funders(policy: Policy) -> tuple[str, ...]:
    """The funders that pay a grant, in the order of their grants."""
    return tuple(dict.fromkeys(grant.funder for grant in policy.grants.values()))


def found_tables(policy: Policy) -> tuple[Table, ...]:
    """The table of what is found of dossiers, then those of what is found of members."""
    own = (
        Column(NUMBER, Kind.BIGINT, required=True),
        Column(OUTCOME, Kind.TEXT),
        *_columns(policy, None),
        *(_amount(name) for name in (DUE, ELIGIBLE, AT_MOST)),
        *(_amount(f"{funder}.{name}") for funder in funders(policy) for name in (DUE, ELIGIBLE, AT_MOST)),
    )
    members = (
        Table(
            entity.list_key,
            (
                Column(NUMBER, Kind.BIGINT, required=True),
                Column(POSITION, Kind.INTEGER, required=True),
                *_columns(policy, entity.id),
            ),
            entity.id,
        )
        for entity in policy.entities.values()
    )
    return (Table(DOSSIERS, own), *members)


def _amount(name: str) -> Column:
    return Column(name, Kind.DECIMAL, _DIGITS, 2)


def _columns(policy: Policy, entity: str | None) -> Iterator[Column]:
    for name in rules(policy, entity):
        yield Column(name, Kind.BOOLEAN)
    for grant in grants(policy, entity):
        yield Column(f"{grant}.{STATUS}", Kind.TEXT)
        yield _amount(f"{grant}.{LOW}")
        yield _amount(f"{grant}.{HIGH}")


Written = bool | int | str | None
"""A cell as a database reads it from a text file: an amount as a text."""


class FoundRows:
    """Writes evaluations under one policy as rows of `found_tables`."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._rules = {entity: rules(policy, entity) for entity in (None, *policy.entities)}
        self._grants = {entity: grants(policy, entity) for entity in (None, *policy.entities)}
        self._funders = funders(policy)

    def add(self, number: int, evaluation: Evaluation, put: Callable[[str, tuple[Written, ...]], None]) -> None:
        """Gives the rows of one evaluation to `put`, with the name of the table of each."""
        results: dict[str | None, list[GrantResult]] = {}
        for result in evaluation.grants:
            results.setdefault(result.member.entity if result.member else None, []).append(result)
        truths = {entity: [self._truths(evaluation, name) for name in names] for entity, names in self._rules.items()}
        own: list[Written] = [number, evaluation.outcome, *(truth[0] for truth in truths[None])]
        for result in results.get(None, ()):
            own += _awarded(result)
        own += _totals(evaluation.totals)
        by_funder = evaluation.by_funder
        for funder in self._funders:
            own += _totals(by_funder[funder])
        put(DOSSIERS, tuple(own))
        for entity in self._policy.entities.values():
            count = len(evaluation.members(entity.id))
            awarded = results.get(entity.id, [])
            for position in range(count):
                row: list[Written] = [number, position, *(truth[position] for truth in truths[entity.id])]
                for index in range(len(self._grants[entity.id])):
                    row += _awarded(awarded[index * count + position])
                put(entity.list_key, tuple(row))

    @staticmethod
    def _truths(evaluation: Evaluation, name: str) -> list[Truth]:
        return [truth for _member, truth in evaluation.truth(name)]


def _awarded(result: GrantResult) -> tuple[Written, Written, Written]:
    high = None if result.at_most is None else format_amount(result.at_most)
    return result.status, format_amount(result.at_least), high


def _totals(totals: Totals) -> tuple[Written, Written, Written]:
    most = totals.undetermined_at_most
    return format_amount(totals.due), format_amount(totals.eligible), None if most is None else format_amount(most)
