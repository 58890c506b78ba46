"""An impact in words: one document for every form, in which figures are still figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from clas_policy.batch.impact.frame import Frame, Side
from clas_policy.batch.impact.result import Effects, Impact, Money
from clas_policy.batch.impact.telling_classes import breakdowns, distribution
from clas_policy.batch.impact.telling_states import dossiers, states
from clas_policy.batch.report.document import (
    AtMost,
    Bar,
    Before,
    Block,
    Chart,
    Column,
    Document,
    Group,
    Heading,
    Kind,
    Own,
    Ratio,
    Row,
    Section,
    Table,
    Terms,
    Tile,
    Tone,
)
from clas_policy.batch.report.voice import Voice
from clas_policy.model.dates import parse_day
from clas_policy.model.money import parse_euros
from clas_policy.model.policy import Named

_MANY: Final = 2
_RATE: Final = re.compile(r"[0-9]+(?:\.[0-9]+)? %")


def document(impact: Impact, frame: Frame, voice: Voice) -> Document:
    """The whole of it; sections in which there is nothing to say are left out."""
    _ = voice
    sections = [cost(impact, voice), effects(impact, voice)]
    if impact.changes_nothing:
        sections = sections[:1]
    else:
        sections += [
            section
            for section in (
                distribution(impact, voice),
                breakdowns(impact, frame, voice),
                states(impact, voice),
                dossiers(impact, frame, voice),
            )
            if section is not None
        ]
    return Document(
        voice.lang,
        _("What a change would come to"),
        _subtitle(frame, voice),
        tuple(_notices(impact, frame, voice)),
        tuple(_introduction(impact, voice)),
        tuple(_tiles(impact, voice)),
        (_compared(impact, frame, voice), *sections, _reading(voice)),
        _foot(frame, voice),
    )


def _subtitle(frame: Frame, _: Voice) -> str:
    if frame.others:
        told = _.join(
            [f"{other.label}{_.colon}{figure(other.before, _)} → {figure(other.after, _)}" for other in frame.others]
        )
        return f"{_side(frame.before, _)}, {told}"
    return f"{_side(frame.before, _)} → {_side(frame.after, _)}"


def figure(text: str, _: Voice) -> str:
    """A value as policy files write it, as people read it; another text as it is."""
    try:
        return _.money(parse_euros(text))
    except ValueError:
        pass
    try:
        return _.day(parse_day(text))
    except ValueError:
        return text.replace(".", ",") if _.lang == "fr" and _RATE.fullmatch(text) else text


def _side(side: Side, _: Voice) -> str:
    if side.name is None:
        return _("the policy of each dossier")
    return f"{side.title} ({side.name})" if side.title else side.name


def _notices(impact: Impact, frame: Frame, _: Voice) -> Iterator[str]:
    """What must not be overlooked."""
    if (made_up := frame.simulated) is not None:
        yield _(
            "SIMULATION: these {count} dossiers are made up (seed {seed}). No figure here is about real dossiers.",
            count=_.count(made_up.count),
            seed=str(made_up.seed),
        )
        if made_up.by_default:
            yield _("The assumptions are arbitrary: nobody has chosen them, and no figure of theirs was observed.")
        else:
            yield _("Assumptions: {title}", title=made_up.assumptions)
    for draft in frame.drafts:
        yield _("DRAFT: {id} is not in force; what it says may still change.", id=draft)
    left = impact.not_compared
    if left.all:
        yield _.plural(
            "{number} dossier could not be compared; nothing below counts it.",
            "{number} dossiers could not be compared; nothing below counts them.",
            left.all,
        )


def _introduction(impact: Impact, _: Voice) -> Iterator[tuple[str, str]]:
    """The answer in a sentence or two."""
    found = impact.dossiers
    if not found.units:
        yield "answer", _("No dossier could be compared.")
        return
    if impact.changes_nothing:
        yield "answer", _("Nothing changes for any of these dossiers.")
        return
    money = impact.money
    difference = money[1].settled - money[0].settled
    told = _.signed(_.money(difference), difference)
    if difference:
        share = _.signed(_.share(difference, money[0].settled), difference) if money[0].settled else "–"
        yield "answer", _("What is due or eligible changes by {amount} ({share}).", amount=told, share=share)
    else:
        yield "answer", _("What is due or eligible stays the same in all.")
    yield (
        "who",
        _(
            "Of {all} dossiers, {gain} gain, {loss} lose, {same} stay as they are.",
            all=_.count(found.units),
            gain=_.count(found.gain),
            loss=_.count(found.loss),
            same=_.count(found.same),
        ),
    )
    if found.status:
        yield (
            "status",
            _.plural(
                "{number} gets the same amount, but another outcome or status.",
                "{number} get the same amount, but another outcome or status.",
                found.status,
            ),
        )
    if found.open:
        yield (
            "open",
            _.plural(
                "For {number}, something undetermined changes: nobody can say by how much yet.",
                "For {number}, something undetermined changes: nobody can say by how much yet.",
                found.open,
            ),
        )


def _tiles(impact: Impact, _: Voice) -> Iterator[Tile]:
    before, after = impact.money
    difference = after.settled - before.settled
    yield Tile(_("Due or eligible, before"), Own(before.settled, Kind.MONEY))
    yield Tile(_("Due or eligible, after"), Own(after.settled, Kind.MONEY))
    share = _.signed(_.share(difference, before.settled), difference) if before.settled else ""
    yield Tile(_("Difference"), Own(difference, Kind.CHANGE_MONEY), share)
    found = impact.dossiers
    gained = _.signed(_.money(found.gained), found.gained) if found.gain else ""
    lost = _.signed(_.money(found.lost), found.lost) if found.loss else ""
    yield Tile(_("Dossiers that gain"), Own(found.gain, Kind.COUNT), gained)
    yield Tile(_("Dossiers that lose"), Own(found.loss, Kind.COUNT), lost)


def _compared(impact: Impact, frame: Frame, voice: Voice) -> Section:
    """What was compared."""
    _ = voice
    blocks: list[Block] = []
    if frame.others:
        columns = [Column(label, Kind.TEXT) for label in (_("Changed"), _("Before"), _("After"), _("Written at"))]
        rows = [
            Row((f"{other.label} ({other.name})", figure(other.before, _), figure(other.after, _), other.place))
            for other in frame.others
        ]
        blocks.append(Table("changed", _("What is changed, in thought only"), tuple(columns), tuple(rows)))
    items = [(_("before"), _side(frame.before, voice)), (_("after"), _side(frame.after, voice))]
    if frame.others:
        items = [(_("policy"), _side(frame.before, voice))]
    items.append((_("dossiers"), _sizes(impact, voice)))
    left = impact.not_compared
    if left.all:
        told = [
            _("by the policy before only: {count}", count=_.count(left.before)) if left.before else "",
            _("by the policy after only: {count}", count=_.count(left.after)) if left.after else "",
            _("by neither: {count}", count=_.count(left.both)) if left.both else "",
        ]
        items.append((_("could not be evaluated"), _.semicolon.join(filter(None, told))))
    if impact.ignored:
        told = [f"{name} ({_.count(count)})" for name, count in impact.ignored.items()]
        items.append((_("asked by one of the two only"), ", ".join(told)))
    if (made_up := frame.simulated) is not None:
        items.append((_("assumptions"), made_up.assumptions))
    blocks.append(Terms(tuple(items)))
    return Section("compared", _("What is compared"), tuple(blocks))


def _sizes(impact: Impact, _: Voice) -> str:
    lists = lists_of(impact)
    told = [_.count(impact.dossiers.units)]
    told += [f"{_.count(found.units)} {lists[entity]}" for entity, found in impact.members.items()]
    return ", ".join(told)


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
            name = lists_of(impact)[entity]
            blocks.append(_effects(f"effects-{entity}", name[:1].upper() + name[1:], found, voice))
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
        Column(_("On average"), Kind.MEAN_MONEY),
    )
    kept = [one for one in rows if one.cells[1] or one.is_total]
    return Table(anchor, what, columns, tuple(kept))


def _reading(voice: Voice) -> Section:
    """What the words mean."""
    _ = voice
    items = (
        (_("due"), _("entitled, and the accord that may be needed is given")),
        (_("eligible"), _("entitled, but the funder's accord is not known yet")),
        (
            _("due or eligible"),
            _("what is paid once the accords that are awaited are given; gains and losses are of this"),
        ),
        (_("undetermined"), _("answers, readings or figures are missing: between nothing and the amount at most")),
        (_("gain, loss"), _("what is due or eligible changes, and nothing that is still unknown can turn that around")),
        (_("cannot be told"), _("something undetermined changes, so that it may be a gain, a loss or nothing")),
    )
    return Section("words", _("How to read this"), (Terms(items),))


def _foot(frame: Frame, _: Voice) -> str:
    if frame.simulated is not None:
        return _("Made by clas-policy on made-up dossiers: nothing here has been observed.")
    return _("Made by clas-policy: the same dossiers, evaluated by two policies.")
