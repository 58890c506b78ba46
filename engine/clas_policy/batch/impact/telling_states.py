"""What changes besides amounts: outcomes, statuses, rules; and the dossiers that change, one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from clas_policy.batch.impact.difference import Kind as Change
from clas_policy.batch.impact.difference import settled
from clas_policy.batch.impact.frame import Frame
from clas_policy.batch.impact.result import Changed, Impact
from clas_policy.batch.impact.verdict import Line
from clas_policy.batch.report.document import Block, Cell, Column, Kind, Row, Section, Table
from clas_policy.batch.report.voice import Voice
from clas_policy.model.truth import Truth

_OUTCOMES: Final = ("admissible", "incomplete", "inadmissible")
_STATUSES: Final = ("due", "eligible", "undetermined", "refused", "absent")


def states(impact: Impact, voice: Voice) -> Section | None:
    """Outcomes, statuses and rules before and after; None where none changes."""
    _ = voice
    blocks: list[Block] = []
    if any(one != other for one, other in impact.outcomes):
        blocks.append(_matrix("outcomes", _("Outcomes of dossiers"), _OUTCOMES, dict(impact.outcomes), voice))
    for grant, found in impact.statuses.items():
        if any(one != other for one, other in found):
            blocks.append(_matrix(f"grant-{grant}", label(impact, grant), _STATUSES, found, voice))
    if impact.rules:
        rows = tuple(
            Row((f"{label(impact, rule)} ({rule})", truth(one, voice), truth(other, voice), count))
            for rule, found in impact.rules.items()
            for (one, other), count in sorted(found.items(), key=lambda item: -item[1])
        )
        columns = (
            Column(_("Rule"), Kind.TEXT),
            Column(_("Before"), Kind.TEXT),
            Column(_("After"), Kind.TEXT),
            Column(_("How often"), Kind.COUNT),
        )
        blocks.append(Table("rules", _("Criteria, deadlines and orientations that change"), columns, rows))
    return Section("states", _("What becomes of outcomes and statuses"), tuple(blocks)) if blocks else None


def _matrix(anchor: str, title: str, order: tuple[str, ...], found: Mapping[Any, int], voice: Voice) -> Table:
    """From which state (rows) to which (columns)."""
    _ = voice
    befores = [name for name in order if any(one == name for one, _other in found)]
    afters = [name for name in order if any(other == name for _one, other in found)]
    columns = [Column(_("before ↓, after →"), Kind.TEXT)]
    columns += [Column(state(name, voice), Kind.COUNT) for name in afters]
    rows = [
        Row(
            (
                state(one, voice),
                *(found.get((one, other), 0) for other in afters),
                sum(count for (first, _second), count in found.items() if first == one),
            )
        )
        for one in befores
    ]
    totals = [sum(count for (_first, second), count in found.items() if second == other) for other in afters]
    rows.append(Row((_("all"), *totals, sum(found.values())), is_total=True))
    return Table(anchor, title, (*columns, Column(_("all"), Kind.COUNT)), tuple(rows))


def state(name: str, _: Voice) -> str:
    """An outcome or a status as people call it."""
    return {
        "admissible": _("admissible"),
        "incomplete": _("to be completed"),
        "inadmissible": _("not admissible"),
        "due": _("due"),
        "eligible": _("eligible"),
        "undetermined": _("undetermined"),
        "refused": _("refused"),
        "absent": _("not in these rules"),
    }[name]


def truth(value: Truth, _: Voice) -> str:
    return _("unknown") if value is None else _("met") if value else _("not met")


def label(impact: Impact, name: str) -> str:
    """What a grant or a rule is called."""
    for pair in impact.policies:
        for policy in reversed(pair):
            for items in (policy.grants, policy.criteria, policy.deadlines, policy.orientations):
                if name in items:
                    return str(items[name].label)
    return name


def dossiers(impact: Impact, frame: Frame, voice: Voice) -> Section | None:
    """The dossiers that change, those by most first."""
    _ = voice
    found = impact.changed[: frame.top]
    if not found:
        return None
    departments = len({one.department for one in found}) > 1
    kinds = len({one.kind for one in found}) > 1
    heads: list[tuple[Column, Callable[[Changed], Cell]]] = [(Column(_("Dossier"), Kind.TEXT), lambda one: one.dossier)]
    if departments:
        heads.append((Column(_("Department"), Kind.TEXT), lambda one: one.department or "–"))
    if kinds:
        heads.append((Column(_("Effect"), Kind.TEXT), lambda one: kind(one.kind, voice)))
    heads += [
        (Column(_("Difference"), Kind.CHANGE_MONEY), lambda one: one.difference),
        (Column(_("What changes"), Kind.TEXT), lambda one: voice.semicolon.join(_changes(one, impact, voice))),
    ]
    rows = tuple(Row(tuple(cell(one) for _column, cell in heads)) for one in found)
    columns = tuple(column for column, _cell in heads)
    title = _("Dossiers that change")
    blocks: list[Block] = []
    if len(impact.changed) > len(found):
        values = {"shown": _.count(len(found)), "all": _.count(len(impact.changed))}
        blocks.append(_("The first {shown} of {all}, those by most first.", **values))
    return Section("dossiers", title, (*blocks, Table("dossiers-table", title, columns, rows)))


def kind(change: Change, _: Voice) -> str:
    match change:
        case Change.GAIN:
            return _("gains")
        case Change.LOSS:
            return _("loses")
        case Change.STATUS:
            return _("another status")
        case Change.OPEN:
            return _("cannot be told")
        case Change.SAME:
            return _("as before")


def _changes(one: Changed, impact: Impact, _: Voice) -> Iterator[str]:
    """What changes for a dossier: its outcome, then each grant over all members."""
    before, after = one.outcomes
    if before != after:
        yield f"{state(before, _)} → {state(after, _)}"
    by_grant: dict[str, list[tuple[Line, Line]]] = {}
    for line, _member in one.grants:
        by_grant.setdefault(line.grant, []).append((line.before, line.after))
    for grant, lines in by_grant.items():
        yield f"{label(impact, grant)}{_.colon}{_change(lines, _)}"


def _change(lines: Sequence[tuple[Line, Line]], _: Voice) -> str:
    """The amounts before and after; the statuses where the amounts are the same."""
    sums = [sum(settled(pair[side]) for pair in lines) for side in (0, 1)]
    told = [f"{_.money(sums[0])} → {_.money(sums[1])}"] if sums[0] != sums[1] else []
    most = [_at_most([pair[side] for pair in lines], _) for side in (0, 1)]
    if most[0] != most[1]:
        told.append(_("undetermined, at most {before} → {after}", before=most[0], after=most[1]))
    if not told:
        statuses = dict.fromkeys(f"{state(one[0], _)} → {state(other[0], _)}" for one, other in lines)
        told += statuses
    return ", ".join(told)


def _at_most(lines: Sequence[Line], _: Voice) -> str:
    """The upper bound of what is undetermined."""
    found = [high for status, _low, high in lines if status == "undetermined"]
    bounds = [high for high in found if high is not None]
    return _.money(sum(bounds)) if len(bounds) == len(found) else "∞"
