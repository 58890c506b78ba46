"""Why dossiers are not admissible and grants are refused: each named condition that does not hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clas_policy.batch.report.figures import Admissibility, GrantFigures, Reason
from clas_policy.batch.report.source import Source, amounts, award_of, totals
from clas_policy.frozen import dataclass
from clas_policy.model import condition as c
from clas_policy.model.policy import Grant, Policy


def admissibility(source: Source) -> Iterator[Admissibility]:
    """The admissibility items, each with those that it stops."""
    policy = source.policy
    for entity in (None, *policy.entities):
        items = [item for item in policy.admissibility if item.entity == entity]
        if not items:
            continue
        columns = [source.result(item.name, entity) for item in items]
        unmet = " + ".join(f"CAST({column} IS FALSE AS INTEGER)" for column in columns)
        told = ", ".join(
            f"count(*) FILTER (NOT {column}), count(*) FILTER (NOT {column} AND unmet = 1), "
            f"count(*) FILTER ({column} IS NULL)"
            for column in columns
        )
        counted = f"(SELECT R.*, {unmet} AS unmet FROM {source.joined(entity)}) R"  # noqa: S608
        found = source.one(told, counted)
        for index, item in enumerate(items):
            rule = policy.criteria.get(item.name) or policy.deadlines[item.name]
            counts = found[3 * index : 3 * index + 3]
            yield Admissibility(item.name, rule.label, entity, item.otherwise.value, *counts)


def grants(source: Source) -> Iterator[GrantFigures]:
    """The grants: how many in each state, what they come to, and why they are refused."""
    for grant in source.policy.grants.values():
        status = source.result(grant.name, grant.entity)
        states = ", ".join(
            f"count(*) FILTER ({status} = '{state}')" for state in ("due", "eligible", "undetermined", "refused")
        )
        due, eligible, undetermined, refused, *added = source.one(
            f"{states}, {totals(award_of(grant.name))}", source.joined(grant.entity)
        )
        yield GrantFigures(
            grant.name,
            grant.label,
            grant.funder,
            grant.entity,
            due,
            eligible,
            undetermined,
            refused,
            amounts(added),
            tuple(_reasons(source, grant)),
            grant.accord is not None,
        )


@dataclass(frozen=True, slots=True)
class _Cause:
    """A condition that refuses a grant where `holds` (SQL) is true."""

    kind: str
    name: str
    label: str
    holds: str


def _reasons(source: Source, grant: Grant) -> Iterator[Reason]:
    causes = list({(cause.kind, cause.name): cause for cause in _causes(source, grant)}.values())
    named_all = all(_is_named(condition) for condition in _conjuncts(grant.requires))
    flags = [f"coalesce({cause.holds}, FALSE)" for cause in causes]
    how_many = " + ".join(f"CAST(f{index} AS INTEGER)" for index in range(len(flags))) or "0"
    told = "".join(f", count(*) FILTER (f{index}), count(*) FILTER (f{index} AND n = 1)" for index in range(len(flags)))
    status = source.result(grant.name, grant.entity)
    picked = ", ".join(["1 AS one", *(f"{flag} AS f{index}" for index, flag in enumerate(flags))])
    other, *found = source.one(
        f"count(*) FILTER (n = 0){told}",
        f"(SELECT *, {how_many} AS n FROM "  # noqa: S608
        f"(SELECT {picked} FROM {source.joined(grant.entity)} WHERE {status} = 'refused'))",
    )
    for index, cause in enumerate(causes):
        count, alone = found[2 * index : 2 * index + 2]
        if count:
            yield Reason(cause.kind, cause.name, cause.label, count, alone if named_all else None)
    if other:
        yield Reason("other", "", "", other, None)


def _causes(source: Source, grant: Grant) -> Iterator[_Cause]:
    """What may refuse a grant, as far as it has a name: admissibility, its requirements, the funder's answer."""
    policy, scope = source.policy, grant.entity
    outcome = "D.outcome" if scope is not None else "R.outcome"
    yield _Cause("dossier", "", "", f"{outcome} = 'inadmissible'")
    for item in policy.admissibility:
        if item.entity is not None and item.entity == scope:
            yield _Cause("condition", item.name, _label(policy, item.name), _is_false(source, item.name, scope))
    for condition in _conjuncts(grant.requires):
        match condition:
            case c.CriterionMet(criterion=name) | c.DeadlineMet(deadline=name):
                yield _Cause("condition", name, _label(policy, name), _is_false(source, name, scope))
            case c.FactIsTrue(fact=name):
                yield _Cause("condition", name, policy.facts[name].label, f"{source.fact(name, scope)} IS FALSE")
            case c.GrantEntitled(grant=name):
                status = source.result(name, scope)
                yield _Cause("grant", name, policy.grants[name].label, f"{status} = 'refused'")
            case _:
                pass  # it has no name: what only it refuses is told as such
    if grant.accord is not None:
        yield _Cause("accord", grant.accord, grant.label, f"{source.fact(grant.accord, scope)} IS FALSE")


def _is_false(source: Source, name: str, scope: str | None) -> str:
    return f"{source.result(name, scope)} IS FALSE"


def _label(policy: Policy, name: str) -> str:
    rule = policy.criteria.get(name) or policy.deadlines[name]
    return rule.label


def _conjuncts(condition: c.Condition | None) -> Sequence[c.Condition]:
    """What must hold altogether."""
    match condition:
        case None:
            return ()
        case c.All(items=items):
            return [part for item in items for part in _conjuncts(item)]
        case _:
            return [condition]


def _is_named(condition: c.Condition) -> bool:
    return isinstance(condition, c.CriterionMet | c.DeadlineMet | c.FactIsTrue | c.GrantEntitled)
