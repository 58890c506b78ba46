"""Grants in words: what they come to, in which state they are, why they are refused, which accords are awaited."""

from __future__ import annotations

from collections.abc import Iterator

from clas_policy.batch.report import figures as f
from clas_policy.batch.report.document import (
    Bar,
    Block,
    Chart,
    Column,
    Group,
    Heading,
    Kind,
    Ratio,
    Row,
    Section,
    Table,
    Tone,
)
from clas_policy.batch.report.rows import add_amounts
from clas_policy.batch.report.telling import Telling, amount_cells, amount_columns


def grants(telling: Telling) -> Section:
    """What the grants come to, by funder; then how many are in which state."""
    _ = telling.voice
    blocks: tuple[Block, ...] = (_("There is no aid in these rules."),)
    if telling.report.grants:
        blocks = (_chart(telling), _amounts(telling), _states(telling))
    return Section("grants", _("The aids"), blocks)


def _chart(telling: Telling) -> Chart:
    _ = telling.voice
    before = {grant.grant: grant.amounts for grant in telling.before.grants} if telling.before is not None else {}
    groups = []
    for grant in telling.report.grants:
        earlier = before.get(grant.grant)
        tones = (
            (_("Due"), "due", Tone.DUE),
            (_("Eligible"), "eligible", Tone.ELIGIBLE),
            (_("Undetermined, at most"), "undetermined", Tone.UNDETERMINED),
        )
        bars = []
        for label, name, tone in tones:
            if tone is Tone.ELIGIBLE and not grant.needs_accord:
                continue  # never eligible: no accord is waited for
            value: int = getattr(grant.amounts, name)
            text = _.money(value)
            if name == "undetermined" and grant.amounts.unbounded:
                text = _("{bound} + {count} without a bound", bound=text, count=_.count(grant.amounts.unbounded))
            then = telling.count_before(getattr(earlier, name), money=True) if earlier is not None else None
            bars.append(Bar(label, value, text, tone, then))
        groups.append(Group(grant.label, tuple(bars)))
    return Chart("grants-chart", _("What the aids come to"), tuple(groups), "grants-amounts")


def _amounts(telling: Telling) -> Table:
    _, report = telling.voice, telling.report
    rows = []
    for funder in report.funders:
        rows += [
            Row((grant.label, funder.label, *amount_cells(grant.amounts)))
            for grant in report.grants
            if grant.funder == funder.funder
        ]
        rows.append(Row((_("All aids of this funder"), funder.label, *amount_cells(funder.amounts)), is_total=True))
    if len(report.funders) > 1:
        rows.append(Row((_("All aids"), _("All funders"), *amount_cells(report.amounts)), is_total=True))
    columns = (Column(_("Aid"), Kind.TEXT), Column(_("Funder"), Kind.TEXT), *amount_columns(_))
    notes = []
    if report.amounts.unbounded:
        notes.append(_("“Without a bound”: nothing says how much such an aid can come to; it is in no sum."))
    return Table("grants-amounts", _("What the aids come to"), columns, tuple(rows), tuple(notes))


def _states(telling: Telling) -> Table:
    _ = telling.voice
    rows = tuple(
        Row(
            (
                grant.label,
                telling.rows_of(grant.entity).many,
                grant.count,
                grant.due,
                grant.eligible,
                grant.undetermined,
                grant.refused,
                Ratio(grant.refused, grant.count),
            )
        )
        for grant in telling.report.grants
    )
    columns = (
        Column(_("Aid"), Kind.TEXT),
        Column(_("Counted in"), Kind.TEXT),
        Column(_("All"), Kind.COUNT),
        Column(_("Due"), Kind.COUNT),
        Column(_("Eligible"), Kind.COUNT),
        Column(_("Undetermined"), Kind.COUNT),
        Column(_("Refused"), Kind.COUNT),
        Column(_("% refused"), Kind.SHARE),
    )
    return Table("grants-states", _("How many aids are in which state"), columns, rows)


def refusals(telling: Telling) -> Section:
    """Why each grant is refused."""
    _ = telling.voice
    blocks: list[Block] = []
    for number, grant in enumerate(telling.report.grants, 1):
        if grant.refused:
            blocks += _refused(telling, grant, f"refusals-{number}")
    if blocks:
        blocks.insert(0, _("One refusal may have several reasons: the lines of a table do not add up to the refusals."))
    return Section("refusals", _("Refusals, by reason"), tuple(blocks) or (_("No aid is refused."),))


def _refused(telling: Telling, grant: f.GrantFigures, anchor: str) -> Iterator[Block]:
    _ = telling.voice
    many = telling.rows_of(grant.entity)
    yield Heading(
        anchor,
        _(
            "{grant}: {refused} of {all} refused",
            grant=grant.label,
            refused=_.count(grant.refused),
            all=_.counted(grant.count, many.one, many.many),
        ),
    )
    title = _("{grant}: reasons of the refusals (conditions not met)", grant=grant.label)
    labels = [_reason(telling, reason) for reason in grant.reasons]
    if len(labels) > 1:
        bars = tuple(
            Bar(label, reason.refused, f"{_.count(reason.refused)} ({_.share(reason.refused, grant.refused)})")
            for label, reason in zip(labels, grant.reasons, strict=True)
        )
        yield Chart(f"{anchor}-chart", title, (Group(None, bars),), f"{anchor}-table")
    columns = (
        Column(_("Reason"), Kind.TEXT),
        Column(_("Refusals"), Kind.COUNT),
        Column(_("% of these refusals"), Kind.SHARE),
        Column(_("Only reason"), Kind.COUNT),
    )
    rows = tuple(
        Row((label, reason.refused, Ratio(reason.refused, grant.refused), reason.alone))
        for label, reason in zip(labels, grant.reasons, strict=True)
    )
    yield Table(f"{anchor}-table", title, columns, rows)


def _reason(telling: Telling, reason: f.Reason) -> str:
    _ = telling.voice
    match reason.kind:
        case "dossier":
            return _("The dossier is not admissible")
        case "grant":
            return _("Refused too: {grant}", grant=reason.label)
        case "accord":
            return _("The accord is refused")
        case "other":
            return _("Other conditions of the aid")
        case _:
            return reason.label


def accords(telling: Telling) -> Section:
    """The accords that eligible grants wait for."""
    _, report = telling.voice, telling.report
    funders = {funder.funder: funder.label for funder in report.funders}
    waiting = [grant for grant in report.grants if grant.needs_accord]
    rows = [
        Row(
            (
                grant.label,
                funders[grant.funder],
                telling.rows_of(grant.entity).many,
                grant.eligible,
                grant.amounts.eligible,
            )
        )
        for grant in waiting
    ]
    title = _("Accords awaited")
    if not rows:
        return Section("accords", title, (_("No aid of these rules needs an accord."),))
    if not any(grant.eligible for grant in waiting):
        return Section("accords", title, (_("No accord is awaited."),))
    total = add_amounts(grant.amounts for grant in waiting).eligible
    rows.append(Row((_("All aids"), "", "", sum(grant.eligible for grant in waiting), total), is_total=True))
    columns = (
        Column(_("Aid"), Kind.TEXT),
        Column(_("Funder"), Kind.TEXT),
        Column(_("Counted in"), Kind.TEXT),
        Column(_("Accords awaited"), Kind.COUNT),
        Column(_("Amount if they are given"), Kind.MONEY),
    )
    lead = _("Every condition of these aids is met; only the funder's accord is missing.")
    return Section("accords", title, (lead, Table("accords-table", title, columns, tuple(rows))))
