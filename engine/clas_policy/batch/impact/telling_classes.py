"""How changes spread: their distribution, and the classes of dossiers and members that they fall on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from clas_policy.batch.impact.classing import DEPARTMENT, By, Class, Interval
from clas_policy.batch.impact.frame import Frame
from clas_policy.batch.impact.result import Bin, Breakdown, Impact
from clas_policy.batch.impact.telling_cost import lists_of
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
from clas_policy.batch.report.telling import capital
from clas_policy.batch.report.voice import Voice
from clas_policy.model.fact import Type
from clas_policy.model.money import format_rate

MOST: Final = 6
"""So many breakdowns are shown where nobody asks for others."""
_TELLING: Final = 0.001
"""A breakdown that tells apart less than this part of the differences is not shown by itself."""
_BY_CHANCE: Final = 6
"""Nor one that tells apart little more than as many classes drawn by lot would, about one part in all units."""


def distribution(impact: Impact, voice: Voice) -> Section | None:
    """By how much dossiers gain or lose; None where none does."""
    _ = voice
    if not impact.bins:
        return None
    losses = [one for one in impact.bins if _is_loss(one)]
    gains = [one for one in impact.bins if not _is_loss(one)]
    groups = [
        Group(label, tuple(Bar(_bin(one, _), one.count, _.count(one.count), tone) for one in side))
        for label, side, tone in (
            (_("Dossiers that lose"), losses, Tone.ELIGIBLE),
            (_("Dossiers that gain"), gains, Tone.MAIN),
        )
        if side
    ]
    whole = impact.dossiers.gain + impact.dossiers.loss
    rows = tuple(Row((_signed_bin(one, _), one.count, Ratio(one.count, whole), one.amount)) for one in impact.bins)
    columns = (
        Column(_("Change of a dossier"), Kind.TEXT),
        Column(_("Dossiers"), Kind.COUNT),
        Column(_("Share"), Kind.SHARE),
        Column(_("In all"), Kind.CHANGE_MONEY),
    )
    title = _("How much dossiers gain or lose")
    chart = Chart(
        "distribution-chart", _("How many dossiers gain or lose how much"), tuple(groups), "distribution-table"
    )
    return Section("distribution", title, (chart, Table("distribution-table", title, columns, rows)))


def _is_loss(one: Bin) -> bool:
    return one.low is None or one.low < 0


def _ends(one: Bin) -> tuple[int, int | None]:
    """The ends of a class by their sizes: more than the first, at most the second."""
    if _is_loss(one):
        return -(one.high or 0), None if one.low is None else -one.low
    return one.low or 0, one.high


def _bin(one: Bin, _: Voice) -> str:
    low, high = _ends(one)
    if high is None:
        return _("more than {low}", low=_.money(low))
    if low == 0:
        return _("up to {high}", high=_.money(high))
    return _("more than {low}, up to {high}", low=_.money(low), high=_.money(high))


def _signed_bin(one: Bin, _: Voice) -> str:
    told = _bin(one, _)
    return _("loses {how_much}", how_much=told) if _is_loss(one) else _("gains {how_much}", how_much=told)


def shown(impact: Impact, frame: Frame) -> list[Breakdown]:
    """The breakdowns to show: those that were asked for, else those whose classes differ most."""
    if frame.by is not None:
        named = {one.by.name: one for one in impact.breakdowns}
        return [named[name] for name in frame.by if name in named]
    telling = [one for one in impact.breakdowns if _tells(one)]
    best = sorted(telling, key=lambda one: -one.spread)[:MOST]
    departments = [one for one in impact.breakdowns if one.by.name == DEPARTMENT and len(one.rows) > 1]
    return [*departments, *(one for one in best if one not in departments)]


def _tells(one: Breakdown) -> bool:
    """Whether the classes differ by more than chance alone would make them."""
    units = sum(row.effects.units for row in one.rows)
    return len(one.rows) > 1 and one.spread >= max(_TELLING, _BY_CHANCE * (len(one.rows) - 1) / units)


def breakdowns(impact: Impact, frame: Frame, voice: Voice) -> Section | None:
    """Whom the changes fall on; None where no class differs from another."""
    _ = voice
    found = shown(impact, frame)
    if not found:
        return None
    blocks: list[Block] = []
    if frame.by is None:
        blocks.append(_("The answers by which changes differ most; the amounts are those due or eligible."))
    for number, one in enumerate(found, 1):
        blocks += _breakdown(one, f"by-{number}", impact, voice)
    return Section("breakdowns", _("Whom it falls on"), tuple(blocks))


def _breakdown(one: Breakdown, anchor: str, impact: Impact, voice: Voice) -> Iterator[Block]:
    _ = voice
    title = label(one.by, voice)
    yield Heading(anchor, title)
    groups = []
    alone = {"lost": _("{label}: lost", label=title), "gained": _("{label}: gained", label=title)}
    for told, tone, name in ((_("They lose"), Tone.ELIGIBLE, "lost"), (_("They gain"), Tone.MAIN, "gained")):
        bars = [
            Bar(class_label(row.of, one.by, voice), abs(amount), _.money(abs(amount)), tone)
            for row in one.rows
            if (amount := getattr(row.effects, name))
        ]
        if bars:
            groups.append((name, Group(told, tuple(bars))))
    if sum(len(group.bars) for _name, group in groups) > 1:
        caption, drawn = _("{label}: gained and lost", label=title), tuple(group for _name, group in groups)
        if len(groups) == 1:
            caption, drawn = alone[groups[0][0]], (Group(None, drawn[0].bars),)
        yield Chart(f"{anchor}-chart", caption, drawn, f"{anchor}-table")
    yield _table(one, anchor, title, counted(one.by, impact, voice), voice)


def _table(one: Breakdown, anchor: str, title: str, what: str, voice: Voice) -> Table:
    """The classes; who gains, loses or cannot be told is left out where nobody does."""
    _ = voice
    kinds = [
        (head, [getattr(row.effects, name) for row in one.rows])
        for head, name in ((_("gain"), "gain"), (_("lose"), "loss"), (_("cannot be told"), "open"))
    ]
    told = [(head, counts) for head, counts in kinds if any(counts)]
    rows = tuple(
        Row(
            (
                class_label(row.of, one.by, voice),
                row.effects.units,
                *(counts[number] for _head, counts in told),
                row.effects.before,
                row.effects.difference,
                Ratio(row.effects.difference, row.effects.before),
            )
        )
        for number, row in enumerate(one.rows)
    )
    columns = (
        Column(_("Class"), Kind.TEXT),
        Column(what, Kind.COUNT),
        *(Column(head, Kind.COUNT) for head, _counts in told),
        Column(_("Before"), Kind.MONEY),
        Column(_("Difference"), Kind.CHANGE_MONEY),
        Column(_("%"), Kind.CHANGE_SHARE),
    )
    notes = [_("One may be in several lines: they do not add up to the whole.")] if one.by.overlaps else []
    if not one.by.overlaps and (opened := sum(row.effects.opened for row in one.rows)):
        amount = _.signed(_.money(opened), opened)
        notes.append(_("In the difference, {amount} are of those of which it cannot be told.", amount=amount))
    return Table(f"{anchor}-table", title, columns, rows, tuple(notes))


def label(by: By, _: Voice) -> str:
    """What a breakdown is by."""
    if by.fact is not None:
        return by.fact.label
    if by.list_of is not None:
        return _("How many in {list}", list=by.name)
    return _("Department")


def counted(by: By, impact: Impact, _: Voice) -> str:
    """What a breakdown counts."""
    if by.entity is None:
        return _("Dossiers")
    return capital(lists_of(impact)[by.entity])


def class_label(of: Class, by: By, _: Voice) -> str:
    """What a class is called."""
    match of:
        case None:
            return _("No answer") if by.name != DEPARTMENT else _("not said")
        case bool():
            return _("yes") if of else _("no")
        case Interval():
            return _interval(of, by, _)
        case "":
            return _("None of them")
        case str():
            options = {option.value: option.label for option in by.fact.options} if by.fact is not None else {}
            return options.get(of, of)


def _interval(of: Interval, by: By, _: Voice) -> str:
    kind = Type.INTEGER if by.fact is None else by.fact.type
    low, high = (None if end is None else _number(end, kind, _) for end in of)
    if of.low == of.high and low is not None:
        return low
    if low is None or (of.low == 0 and kind is not Type.DATE and of.high is not None):
        if kind is Type.DATE:
            return _("until {day}", day=high or "")
        return _("up to {high}", high=high or "")
    if kind is Type.DATE:
        return _("from {day} on", day=low) if high is None else _("from {first} to {last}", first=low, last=high)
    if high is None:
        return _("{low} and more", low=low)
    return _("{low} to {high}", low=low, high=high)


def _number(number: int, kind: Type, _: Voice) -> str:
    match kind:
        case Type.MONEY:
            return _.money(number)
        case Type.DATE:
            return _.day(date.fromordinal(number))
        case Type.RATE:
            return _.rate(format_rate(number))
        case _:
            return _.count(number)
