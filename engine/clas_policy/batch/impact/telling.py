"""An impact in words: one document for every form, in which figures are still figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from clas_policy.batch.impact.frame import Frame, Side
from clas_policy.batch.impact.result import Impact
from clas_policy.batch.impact.telling_classes import breakdowns, distribution
from clas_policy.batch.impact.telling_cost import cost, effects, lists_of
from clas_policy.batch.impact.telling_states import dossiers, states
from clas_policy.batch.report.document import (
    Block,
    Column,
    Document,
    Kind,
    Own,
    Row,
    Section,
    Table,
    Terms,
    Tile,
)
from clas_policy.batch.report.voice import Voice
from clas_policy.model.dates import parse_day
from clas_policy.model.money import parse_euros
from clas_policy.version import __version__

_RATE: Final = re.compile(r"[0-9]+(?:\.[0-9]+)? %")


def document(impact: Impact, frame: Frame, voice: Voice) -> Document:
    """The whole of it; sections in which there is nothing to say are left out."""
    _ = voice
    sections = [_compared(impact, frame, voice), cost(impact, voice)]
    if not impact.changes_nothing:
        found = (
            effects(impact, voice),
            distribution(impact, voice),
            breakdowns(impact, frame, voice),
            states(impact, voice),
            dossiers(impact, frame, voice),
        )
        sections += [section for section in found if section is not None]
    return Document(
        voice.lang,
        _("What a change would come to"),
        _subtitle(frame, voice),
        tuple(_notices(impact, frame, voice)),
        tuple(_introduction(impact, voice)),
        tuple(_tiles(impact, voice)),
        (*sections, _reading(voice), *_rules(impact, frame, voice)),
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
        return _.rate(text) if _RATE.fullmatch(text) else text


def _side(side: Side, _: Voice) -> str:
    if side.name is None:
        return _("the policy of each dossier")
    return f"{side.title} ({side.name})" if side.title else side.name


def _notices(impact: Impact, frame: Frame, _: Voice) -> Iterator[str]:
    """What must not be overlooked."""
    if (made_up := frame.simulated) is not None:
        yield _.plural(
            "SIMULATION: {number} dossier, made up (seed {seed}). No figure here is about real dossiers.",
            "SIMULATION: these {number} dossiers are made up (seed {seed}). No figure here is about real dossiers.",
            made_up.count,
            seed=str(made_up.seed),
        )
        if made_up.by_default:
            yield _("The assumptions are arbitrary: nobody has chosen them, and no figure of theirs was observed.")
        else:
            yield _("Assumptions: {title}", title=made_up.assumptions)
    elif impact.made_up:
        yield _.plural(
            "SIMULATION: {number} of these dossiers is made up.",
            "SIMULATION: {number} of these dossiers are made up.",
            impact.made_up,
        )
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
            "Of {dossiers}, {gain}, {loss}, {same}.",
            dossiers=_.plural("{number} dossier", "{number} dossiers", found.units),
            gain=_.plural("{number} gains", "{number} gain", found.gain) if found.gain else _("none gains"),
            loss=_.plural("{number} loses", "{number} lose", found.loss) if found.loss else _("none loses"),
            same=_.plural("{number} stays as it is", "{number} stay as they are", found.same)
            if found.same
            else _("none stays as it is"),
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
                "For {number} dossier, something undetermined changes: nobody can say by how much yet.",
                "For {number} dossiers, something undetermined changes: nobody can say by how much yet.",
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
    if found.open:
        opened = _.signed(_.money(found.opened), found.opened)
        yield Tile(_("Dossiers of which it cannot be told"), Own(found.open, Kind.COUNT), opened)


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
    items.append((_("counted"), _sizes(impact, voice)))
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
        told_by = _("`clas-policy simulate --show-assumptions` prints them all")
        items.append((_("assumptions"), f"{made_up.assumptions}{_.semicolon}{told_by}"))
    blocks.append(Terms(tuple(items)))
    return Section("compared", _("What is compared"), tuple(blocks))


def _sizes(impact: Impact, _: Voice) -> str:
    lists = lists_of(impact)
    told = [_.plural("{number} dossier", "{number} dossiers", impact.dossiers.units)]
    told += [
        _.counted(found.units, entity.replace("_", " "), lists[entity].replace("_", " "))
        for entity, found in impact.members.items()
    ]
    return ", ".join(told)


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
        (_("percentages, means"), _("rounded to one decimal, and to the cent; all other amounts are exact")),
    )
    return Section("words", _("How to read this"), (Terms(items),))


def _rules(impact: Impact, frame: Frame, voice: Voice) -> Iterator[Section]:
    """The layers that were compared, so that the same comparison can be made again."""
    _ = voice
    sides: dict[tuple[str, str, int, str], list[int]] = {}
    for pair in impact.policies:
        for side, policy in enumerate(pair[:1] if frame.others else pair):
            for layer in policy.layers:
                met = sides.setdefault((layer.id, layer.title, layer.version, layer.sha256[:16]), [])
                if side not in met:
                    met.append(side)
    if not sides:
        return
    words = (_("before"), _("after"))
    columns = [Column(_("Rules"), Kind.TEXT), Column(_("Title"), Kind.TEXT), Column(_("Version"), Kind.COUNT)]
    columns += [] if frame.others else [Column(_("Compared as"), Kind.TEXT)]
    columns.append(Column(_("Fingerprint (SHA-256)"), Kind.TEXT))
    rows = [
        Row((name, title, version, *([] if frame.others else [_.join([words[side] for side in met])]), digest))
        for (name, title, version, digest), met in sides.items()
    ]
    title = caption = _("The rules that were compared")
    if frame.as_of is not None:
        caption = _("The rules, in their versions of {day}", day=_.day(frame.as_of))
    yield Section("rules-compared", title, (Table("rules-compared-table", caption, tuple(columns), tuple(rows)),))


def _foot(frame: Frame, _: Voice) -> str:
    if frame.simulated is not None:
        return _(
            "Made by clas-policy {version} on made-up dossiers: nothing here has been observed.", version=__version__
        )
    return _("Made by clas-policy {version}: the same dossiers, evaluated by two policies.", version=__version__)
