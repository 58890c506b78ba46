"""An impact as JSON: amounts in euros as texts with two decimals, ids and statuses in the words of decisions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from clas_policy.batch.impact.classing import By, Class, Interval
from clas_policy.batch.impact.frame import Frame
from clas_policy.batch.impact.result import Bin, Breakdown, Changed, Effects, Impact, Money
from clas_policy.batch.impact.verdict import Line
from clas_policy.model.fact import Type
from clas_policy.model.money import format_amount, format_rate
from clas_policy.model.policy import Policy
from clas_policy.model.truth import STATUS

FORMAT: Final = "clas-policy/impact/1"


def as_json(impact: Impact, frame: Frame) -> dict[str, Any]:
    """The whole impact; of the dossiers that change, the first ones."""
    return {
        "format": FORMAT,
        "as_of": frame.as_of.isoformat() if frame.as_of is not None else None,
        "simulation": _simulation(frame),
        "made_up": impact.made_up,
        "policies": [{"before": _policy(before), "after": _policy(after)} for before, after in impact.policies],
        "changed": [
            {"name": one.name, "label": one.label, "before": one.before, "after": one.after, "at": one.place}
            for one in frame.others
        ],
        "dossiers": _effects(impact.dossiers),
        "members": {entity: _effects(found) for entity, found in impact.members.items()},
        "not_compared": {
            "before": impact.not_compared.before,
            "after": impact.not_compared.after,
            "both": impact.not_compared.both,
        },
        "asked_by_one_only": dict(impact.ignored),
        "funders": {funder: _pair(*money) for funder, money in impact.funders.items()},
        "total": _pair(*impact.money),
        "outcomes": [
            {"before": before, "after": after, "dossiers": count} for (before, after), count in impact.outcomes.items()
        ],
        "grants": {
            grant: [{"before": before, "after": after, "count": count} for (before, after), count in found.items()]
            for grant, found in impact.statuses.items()
        },
        "rules": {
            rule: [
                {"before": STATUS[before], "after": STATUS[after], "count": count}
                for (before, after), count in found.items()
            ]
            for rule, found in impact.rules.items()
        },
        "distribution": [_bin(one) for one in impact.bins],
        "breakdowns": [_breakdown(one) for one in impact.breakdowns],
        "changing": len(impact.changed),
        "first": [changed(one) for one in impact.changed[: frame.top]],
    }


def _simulation(frame: Frame) -> dict[str, Any] | None:
    made_up = frame.simulated
    if made_up is None:
        return None
    return {
        "dossiers": made_up.count,
        "seed": made_up.seed,
        "assumptions": made_up.assumptions,
        "arbitrary": made_up.by_default,
        "notice": "made-up dossiers: no figure here is about real ones",
    }


def _policy(policy: Policy) -> dict[str, Any]:
    return {
        "id": policy.id,
        "status": policy.status,
        "layers": [{"id": one.id, "version": one.version, "sha256": one.sha256} for one in policy.layers],
    }


def _pair(before: Money, after: Money) -> dict[str, Any]:
    bounded = not before.unbounded and not after.unbounded
    return {
        "before": _money(before),
        "after": _money(after),
        "difference": {
            "due": format_amount(after.due - before.due),
            "eligible": format_amount(after.eligible - before.eligible),
            "due_or_eligible": format_amount(after.settled - before.settled),
            "undetermined_at_most": format_amount(after.undetermined - before.undetermined) if bounded else None,
        },
    }


def _money(money: Money) -> dict[str, Any]:
    at_most = money.undetermined_at_most
    return {
        "due": format_amount(money.due),
        "eligible": format_amount(money.eligible),
        "due_or_eligible": format_amount(money.settled),
        "undetermined_at_most": None if at_most is None else format_amount(at_most),
        "dossiers_without_a_bound": money.unbounded,
    }


def _effects(found: Effects) -> dict[str, Any]:
    return {
        "count": found.units,
        "before": format_amount(found.before),
        "after": format_amount(found.after),
        "difference": format_amount(found.difference),
        "gain": {"count": found.gain, "amount": format_amount(found.gained)},
        "lose": {"count": found.loss, "amount": format_amount(found.lost)},
        "status": {"count": found.status},
        "undetermined": {"count": found.open, "amount": format_amount(found.opened)},
        "same": {"count": found.same},
    }


def _bin(one: Bin) -> dict[str, Any]:
    """A class of changes: more than the end nearer to 0, at most the other one."""
    low, high = (None if end is None else format_amount(end) for end in (one.low, one.high))
    return {"from": low, "to": high, "dossiers": one.count, "amount": format_amount(one.amount)}


def _breakdown(one: Breakdown) -> dict[str, Any]:
    return {
        "by": one.by.name,
        "counts": one.by.entity or "dossier",
        "overlaps": one.by.overlaps,
        "spread": round(one.spread, 6),
        "classes": [{"of": _class(row.of, one.by), **_effects(row.effects)} for row in one.rows],
    }


def _class(of: Class, by: By) -> Any:
    """An answer as decisions write it; an interval by its ends, both included."""
    if not isinstance(of, Interval):
        return of
    kind = Type.INTEGER if by.fact is None else by.fact.type
    return {"from": _number(of.low, kind), "to": _number(of.high, kind)}


def _number(number: int | None, kind: Type) -> Any:
    if number is None:
        return None
    match kind:
        case Type.MONEY:
            return format_amount(number)
        case Type.RATE:
            return format_rate(number)
        case Type.DATE:
            return date.fromordinal(number).isoformat()
        case _:
            return number


def changed(one: Changed) -> dict[str, Any]:
    """One dossier that changes."""
    return {
        "dossier": one.dossier,
        "departement": one.department,
        "what": one.kind.value,
        "outcome": {"before": one.outcomes[0], "after": one.outcomes[1]},
        "before": format_amount(one.before),
        "after": format_amount(one.after),
        "difference": format_amount(one.difference),
        "grants": [
            {
                "grant": line.grant,
                "entity": line.entity,
                "member": member,
                "before": _line(line.before),
                "after": _line(line.after),
            }
            for line, member in one.grants
        ],
    }


def _line(line: Line) -> Mapping[str, Any]:
    status, low, high = line
    return {
        "status": status,
        "at_least": format_amount(low),
        "at_most": None if high is None else format_amount(high),
    }
