"""The evaluator and a database on the same policy and dossiers: every status and every cent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import strategies as st
from tests.batch.engines.engine import Engine
from tests.batch.loading import rows
from tests.generation import dossiers as some_dossiers
from tests.generation import policies

from clas_policy.batch.sql import compile_policy
from clas_policy.batch.tables import input_tables
from clas_policy.explain import Evaluation, Evaluator
from clas_policy.model.decision import Totals
from clas_policy.model.dossier import Dossier, Member
from clas_policy.model.fact import Value
from clas_policy.model.policy import Criterion, Deadline, Orientation, Policy

Found = dict[str, Any]


def found(engine: Engine, policy: Policy, given: Sequence[Dossier]) -> list[tuple[Found, dict[str, list[Found]]]]:
    """What the database finds of each dossier: its own row, and those of its members by entity."""
    compiled = compile_policy(policy, engine.dialect)
    engine.load(input_tables(policy), rows(policy, given))
    results: list[tuple[Found, dict[str, list[Found]]]] = [
        ({}, {entity: [] for entity in policy.entities}) for _ in given
    ]
    for output in compiled.outputs:
        names = [column.name for column in output.columns]
        for row in engine.query(output.sql):
            assert len(row) == len(names)
            one = dict(zip(names, row, strict=True))
            for column in output.columns:
                assert not (column.required and one[column.name] is None), column.name
            own, members = results[one["dossier_no"]]
            if output.entity is None:
                assert not own, "a dossier has one row"
                own.update(one)
            else:
                members[output.entity].append(one)
    for _, members in results:
        for group in members.values():
            group.sort(key=lambda row: row["position"])
            assert [row["position"] for row in group] == list(range(len(group)))
    return results


def cents(amount: Decimal | None) -> int | None:
    if amount is None:
        return None
    whole = amount * 100
    assert whole == int(whole), amount
    return int(whole)


def differences(engine: Engine, policy: Policy, given: Sequence[Dossier]) -> Iterator[str]:
    """Where the database says something else than the evaluator."""
    evaluator = Evaluator(policy)
    for number, (dossier, (own, members)) in enumerate(zip(given, found(engine, policy, given), strict=True)):
        evaluation = evaluator.evaluate(dossier)
        for what, expected, got in _compared(policy, evaluation, own, members):
            if expected != got:
                yield f"dossier {number}, {what}: {expected!r} expected, {engine.dialect} found {got!r}: {dossier}"


def agree(engine: Engine, policy: Policy, dossiers: Iterable[Dossier]) -> None:
    given = list(dossiers)
    assert given
    assert list(differences(engine, policy, given)) == []


def _compared(
    policy: Policy, evaluation: Evaluation, own: Found, members: dict[str, list[Found]]
) -> Iterator[tuple[str, object, object]]:
    yield "outcome", evaluation.outcome, own["outcome"]
    deadlines = {name: rule for name, rule in policy.deadlines.items() if rule.fact is not None}
    orientations = {name: rule for name, rule in policy.orientations.items() if rule.requires is not None}
    rules: dict[str, Criterion | Deadline | Orientation] = {**policy.criteria, **deadlines, **orientations}
    for name, rule in rules.items():
        group = [own] if rule.entity is None else members[rule.entity]
        yield name, [truth for _, truth in evaluation.truth(name)], [row[name] for row in group]
    for name, grant in policy.grants.items():
        group = [own] if grant.entity is None else members[grant.entity]
        expected = [(one.status, one.at_least, one.at_most) for one in evaluation.grants if one.grant.name == name]
        got = [(row[f"{name}.status"], cents(row[f"{name}.low"]), cents(row[f"{name}.high"])) for row in group]
        yield name, expected, got
    yield "totals", evaluation.totals, _totals(own, "")
    for funder, totals in evaluation.by_funder.items():
        yield f"totals of {funder}", totals, _totals(own, f"{funder}.")


def _totals(row: Found, prefix: str) -> tuple[int | None, ...]:
    return tuple(cents(row[f"{prefix}{name}"]) for name in Totals._fields)


def mixed(given: Sequence[Dossier], count: int, seed: int) -> list[Dossier]:
    """Dossiers of which each answer is one of those given, or unknown; each list is long, short, empty or absent."""
    random = Random(seed)  # noqa: S311
    pool = {entity: [member for one in given for member in one.members.get(entity, ())] for entity in _entities(given)}

    def some(answers: Sequence[dict[str, Value]], left: float) -> dict[str, Value]:
        names = dict.fromkeys(name for each in answers for name in each)
        chosen = {name: random.choice(answers).get(name) for name in names}
        return {name: value for name, value in chosen.items() if value is not None and random.random() < left}

    made: list[Dossier] = []
    for number in range(count):
        left = random.choice((0.5, 0.8, 0.95, 1.0))
        members: dict[str, tuple[Member, ...]] = {}
        for entity, all_members in pool.items():
            if random.random() < 0.88:
                size = random.choice((0, 1, 1, 2, 3, 5)) if all_members else 0
                theirs = [dict(member.facts) for member in all_members]
                members[entity] = tuple(Member(f"{entity}-{n}", some(theirs, left)) for n in range(size))
        own = some([dict(one.facts) for one in given], left)
        made.append(Dossier(f"d{number}", "2024-2025", None, own, members))
    return made


def _entities(given: Sequence[Dossier]) -> list[str]:
    return list(dict.fromkeys(entity for one in given for entity in one.members))


@dataclass(frozen=True)
class Made:
    """A policy and dossiers; a failure shows where they differ, not all that they are."""

    policy: Policy = field(repr=False)
    dossiers: list[Dossier] = field(repr=False)


@st.composite
def policies_and_many(draw: st.DrawFn, count: int = 20) -> Made:
    """A policy, and dossiers of which some are drawn and the others mixed from them."""
    policy = draw(policies())
    drawn = [draw(some_dossiers(policy)) for _ in range(4)]
    return Made(policy, [*drawn, *mixed(drawn, max(0, count - 4), draw(st.integers(0, 2**32)))])
