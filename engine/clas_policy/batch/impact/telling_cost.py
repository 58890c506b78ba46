"""What a change costs by funder, and who gains and who loses by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from clas_policy.batch.impact.result import Effects, Impact, Money
from clas_policy.batch.report.document import (
    AtMost,
    Bar,
    Before,
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
from clas_policy.batch.report.telling import capital
from clas_policy.batch.report.voice import Voice
from clas_policy.model.policy import Named

_MANY: Final = 2


def lists_of(impact: Impact) -> Mapping[str, str]:
    """What the members of each entity are called together: the key of their list."""
    return {
        entity.id: entity.list_key for pair in impact.policies for policy in pair for entity in policy.entities.values()
    }


def funders_of(impact: Impact) -> Mapping[str, Named]:
    return {name: funder for pair in impact.policies for policy in pair for name, funder in policy.funders.items()}


def cost(impact: Impact, voice: Voice) -> Section:
    """What it comes to, funder by funder."""
    _ = voice
    named = funders_of(impact)
    title = _("What it costs, by funder")
    if not impact.funders:
        return Section("cost", title, (_("There is no aid in these rules."),))
    blocks: list[Block] = []
    parts = [(named[funder].label, money) for funder, money in impact.funders.items()]
    if len(parts) >= _MANY:
        parts.append((_("All funders"), impact.money))
    for number, (label, (before, after)) in enumerate(parts, 1):
        if len(parts) > 1:
            blocks.append(Heading(f"cost-{number}", label))
        bars = tuple(_bars(before, after, voice))
        if bars:
            caption = _("{funder}: aids before and after", funder=label)
            blocks.append(Chart(f"cost-{number}-chart", caption, (Group(None, bars),), f"cost-{number}-table"))
        blocks.append(_money_table(f"cost-{number}-table", label, before, after, voice))
    return Section("cost", title, tuple(blocks))


def _money_table(anchor: str, label: str, before: Money, after: Money, voice: Voice) -> Table:
    _ = voice
    bounded = not before.unbounded and not after.unbounded
    difference = after.undetermined - before.undetermined
    rows = (
        _money_row(_("Aids due"), before.due, after.due),
        _money_row(_("Eligible aids, accord awaited"), before.eligible, after.eligible),
        _money_row(_("Aids due or eligible"), before.settled, after.settled, is_total=True),
        Row(
            (
                _("Undetermined aids, at most"),
                AtMost(before.undetermined, before.unbounded),
                AtMost(after.undetermined, after.unbounded),
                difference if bounded else None,
                Ratio(difference, before.undetermined) if bounded else None,
            )
        ),
    )
    columns = (
        Column(_("Aids"), Kind.TEXT),
        Column(_("Before"), Kind.AT_MOST),
        Column(_("After"), Kind.AT_MOST),
        Column(_("Difference"), Kind.CHANGE_MONEY),
        Column(_("Difference, %"), Kind.CHANGE_SHARE),
    )
    notes: tuple[str, ...] = ()
    if not bounded:
        notes = (_("“Without a bound”: nothing says how much such an aid can come to; it is in no sum."),)
    return Table(anchor, label, columns, rows, notes)


def _money_row(what: str, before: int, after: int, *, is_total: bool = False) -> Row:
    cells = (what, AtMost(before, 0), AtMost(after, 0), after - before, Ratio(after - before, before))
    return Row(cells, is_total=is_total)


def _bars(before: Money, after: Money, _: Voice) -> Iterator[Bar]:
    for label, one, other, tone in (
        (_("Due"), before.due, after.due, Tone.DUE),
        (_("Eligible"), before.eligible, after.eligible, Tone.ELIGIBLE),
        (_("Undetermined, at most"), before.undetermined, after.undetermined, Tone.UNDETERMINED),
    ):
        if one or other:
            yield Bar(label, other, _.money(other), tone, Before(one, _.money(one)))


def effects(impact: Impact, voice: Voice) -> Section:
    """Who gains and who loses: dossiers, then the members of each list."""
    _ = voice
    blocks: list[Block] = [_effects("effects-dossiers", _("Dossiers"), impact.dossiers, voice)]
    for entity, found in impact.members.items():
        if found.units:
            blocks.append(_effects(f"effects-{entity}", capital(lists_of(impact)[entity]), found, voice))
    return Section("effects", _("Who gains, who loses"), tuple(blocks))


def _effects(anchor: str, what: str, found: Effects, _: Voice) -> Table:
    def row(label: str, count: int, amount: int | None, *, is_total: bool = False) -> Row:
        mean = Ratio(amount, count) if amount is not None else None
        return Row((label, count, Ratio(count, found.units), amount, mean), is_total=is_total)

    rows = [
        row(_("gain"), found.gain, found.gained),
        row(_("lose"), found.loss, found.lost),
        row(_("same amount, another outcome or status"), found.status, None),
        row(_("undetermined: cannot be told"), found.open, found.opened),
        row(_("as before"), found.same, None),
        row(_("all"), found.units, found.difference, is_total=True),
    ]
    columns = (
        Column(what, Kind.TEXT),
        Column(_("Number"), Kind.COUNT),
        Column(_("Share"), Kind.SHARE),
        Column(_("Due or eligible, difference"), Kind.CHANGE_MONEY),
        Column(_("On average"), Kind.MEAN_CHANGE),
    )
    kept = [one for one in rows if one.cells[1] or one.is_total]
    return Table(anchor, what, columns, tuple(kept))
