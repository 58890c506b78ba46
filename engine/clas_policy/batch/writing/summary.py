"""What a run comes to in all: dossiers by outcome, amounts by funder."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple, get_args

from clas_policy.batch.quoting import literal, quoted
from clas_policy.batch.tables import DOSSIERS, NUMBER
from clas_policy.batch.writing.found import AT_MOST, DUE, ELIGIBLE, OUTCOME, funders
from clas_policy.batch.writing.shelf import IDS
from clas_policy.batch.writing.store import Store
from clas_policy.model.decision import Outcome


class Amounts(NamedTuple):
    """Euros due, eligible, and at the most for what is undetermined (None: without an upper bound)."""

    due: Decimal
    eligible: Decimal
    undetermined_at_most: Decimal | None


class Summary(NamedTuple):
    """Labels with their numbers; policies by id and title."""

    policies: tuple[tuple[str, str, int], ...]
    outcomes: tuple[tuple[str, int], ...]
    members: tuple[tuple[str, int], ...]
    funders: tuple[tuple[str, Amounts], ...]
    totals: Amounts


def summary(store: Store) -> Summary:
    """Adds up what is found."""
    policies, sums = [], []
    for shelf in store.shelves.values():
        policy = shelf.policy
        ((count,),) = store.rows(f"SELECT count(*) FROM {IDS}.{DOSSIERS} WHERE policy = {literal(policy.id)}")  # noqa: S608
        policies.append((policy.id, policy.title, count))
        source = f"{shelf.found_schema}.{DOSSIERS} F SEMI JOIN {IDS}.{DOSSIERS} I ON I.{NUMBER} = F.{NUMBER}"
        sums += [(policy.funders[name].label, _added(store, source, f"{name}.")) for name in funders(policy)]
    outcomes = dict.fromkeys(get_args(Outcome), 0)
    if store.shelves:
        counted = f"SELECT {OUTCOME}, count(*) FROM ({store.query(DOSSIERS)}) GROUP BY 1"  # noqa: S608
        outcomes.update(dict(store.rows(counted)))
    by_label: dict[str, list[Amounts]] = {}
    for label, amounts in sums:
        by_label.setdefault(label, []).append(amounts)
    together = tuple((label, _together(amounts)) for label, amounts in by_label.items())
    members = tuple((name, _count(store, store.query(name))) for name, _entity in store.lists())
    return Summary(
        tuple(policies), tuple(outcomes.items()), members, together, _together([amounts for _, amounts in sums])
    )


def _count(store: Store, query: str) -> int:
    ((count,),) = store.rows(f"SELECT count(*) FROM ({query})")  # noqa: S608
    return int(count)


def _added(store: Store, source: str, prefix: str) -> Amounts:
    due, eligible, most = (quoted(f"{prefix}{name}") for name in (DUE, ELIGIBLE, AT_MOST))
    ((all_due, all_eligible, all_most, count, bounded),) = store.rows(
        f"SELECT coalesce(sum({due}), 0), coalesce(sum({eligible}), 0), coalesce(sum({most}), 0), count(*), "  # noqa: S608
        f"count({most}) FROM {source}"
    )
    return Amounts(Decimal(all_due), Decimal(all_eligible), Decimal(all_most) if count == bounded else None)


def _together(amounts: list[Amounts]) -> Amounts:
    mosts = [one.undetermined_at_most for one in amounts]
    return Amounts(
        sum((one.due for one in amounts), Decimal(0)),
        sum((one.eligible for one in amounts), Decimal(0)),
        None if None in mosts else sum((most for most in mosts if most is not None), Decimal(0)),
    )
