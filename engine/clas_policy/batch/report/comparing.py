"""This year beside last year: key figures, outcomes, grants, breakdowns; what only one of them has is shown too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from clas_policy.batch.report import figures as f
from clas_policy.batch.report.document import AtMost, Block, Cell, Column, Kind, Own, Ratio, Row, Section, Table
from clas_policy.batch.report.telling import Telling, capital, line_label, outcome_labels
from clas_policy.batch.report.voice import Voice
from clas_policy.frozen import dataclass
from clas_policy.model.fact import Type


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One of the figures that everybody looks for."""

    label: str
    value: int
    money: bool
    note: str = ""
    unbounded: int = 0

    @property
    def figure(self) -> Own:
        if self.money:
            return Own(AtMost(self.value, self.unbounded), Kind.AT_MOST)
        return Own(self.value, Kind.COUNT)


def key_figures(report: f.Report, _: Voice) -> Mapping[str, KeyFigure]:
    """The key figures of a report, by names that stay the same from year to year."""
    outcomes, amounts = report.outcomes, report.amounts
    found = {
        "dossiers": KeyFigure(
            _("Dossiers"),
            outcomes.dossiers,
            False,
            _(
                "{admissible} admissible, {incomplete} to be completed, {inadmissible} not admissible",
                admissible=_.count(outcomes.admissible),
                incomplete=_.count(outcomes.incomplete),
                inadmissible=_.count(outcomes.inadmissible),
            ),
        )
    }
    for rows in report.entities:
        found[f"entity {rows.entity}"] = KeyFigure(capital(rows.many), rows.count, False)
        for sum_ in rows.sums:
            note = ""
            if sum_.known < rows.count:
                note = _(
                    "{known} of {all} answer", known=_.count(sum_.known), all=_.counted(rows.count, rows.one, rows.many)
                )
            found[f"sum {sum_.fact}"] = KeyFigure(sum_.label, sum_.total, sum_.type is Type.MONEY, note)
    found["due"] = KeyFigure(_("Aids due"), amounts.due, True)
    awaited = _("the accord is awaited") if amounts.eligible else ""
    found["eligible"] = KeyFigure(_("Eligible aids"), amounts.eligible, True, awaited)
    missing = _("answers are missing") if amounts.undetermined or amounts.unbounded else ""
    found["undetermined"] = KeyFigure(
        _("Undetermined aids, at most"), amounts.undetermined, True, missing, amounts.unbounded
    )
    return found


def section(telling: Telling, before: f.Report) -> Section:
    """The comparison with last year's report."""
    _ = telling.voice
    blocks: list[Block] = [_("The two years are counted by their own rules.")]
    blocks += [_key_figures(telling, before), _outcomes(telling, before), _grants(telling, before)]
    blocks += _breakdowns(telling, before)
    return Section("comparison", _("Compared with {year}", year=telling.year_before), tuple(blocks))


def _columns(telling: Telling, first: str, kind: Kind, change: Kind) -> tuple[Column, ...]:
    """The two years and the change."""
    _ = telling.voice
    return (
        Column(first, Kind.TEXT),
        Column(telling.year_before, kind),
        Column(telling.year, kind),
        Column(_("Change"), change),
        Column(_("% of {year}", year=telling.year_before), Kind.CHANGE_SHARE),
    )


def _cells(now: int | None, then: int | None) -> tuple[int | None, int | None, int | None, Ratio | None]:
    if now is None or then is None:
        return then, now, None, None
    return then, now, now - then, Ratio(now - then, then)


def _key_figures(telling: Telling, before: f.Report) -> Table:
    _ = telling.voice
    now, then = key_figures(telling.report, _), key_figures(before, _)
    rows = []
    for key in {**now, **then}:
        figure, earlier = now.get(key), then.get(key)
        labelled = now.get(key) or then[key]
        *_values, change, share = _cells(figure.value if figure else None, earlier.value if earlier else None)
        changed = None if change is None else Own(change, Kind.CHANGE_MONEY if labelled.money else Kind.CHANGE)
        rows.append(Row((labelled.label, _cell(earlier), _cell(figure), changed, share)))
    columns = _columns(telling, _("Figure"), Kind.COUNT, Kind.CHANGE)
    return Table("comparison-key", _("Key figures"), columns, tuple(rows))


def _cell(figure: KeyFigure | None) -> Cell:
    return None if figure is None else figure.figure


def _outcomes(telling: Telling, before: f.Report) -> Table:
    _ = telling.voice
    rows = tuple(
        Row((label, *_cells(getattr(telling.report.outcomes, name), getattr(before.outcomes, name))))
        for name, label in outcome_labels(_).items()
    )
    return Table(
        "comparison-outcomes",
        _("The dossiers by outcome"),
        _columns(telling, _("Outcome"), Kind.COUNT, Kind.CHANGE),
        rows,
    )


def _grants(telling: Telling, before: f.Report) -> Table:
    _ = telling.voice
    now = {grant.grant: grant for grant in telling.report.grants}
    then = {grant.grant: grant for grant in before.grants}
    rows = []
    for name in {**now, **then}:
        label = (now.get(name) or then[name]).label
        for part, text in (
            ("due", _("{grant}: due", grant=label)),
            ("eligible", _("{grant}: eligible", grant=label)),
            ("undetermined", _("{grant}: undetermined, at most", grant=label)),
        ):
            pair = [getattr(found[name].amounts, part) if name in found else None for found in (now, then)]
            rows.append(Row((text, *_cells(*pair))))
    return Table(
        "comparison-grants",
        _("What the aids come to"),
        _columns(telling, _("Aid"), Kind.MONEY, Kind.CHANGE_MONEY),
        tuple(rows),
    )


def _breakdowns(telling: Telling, before: f.Report) -> Iterator[Block]:
    """The breakdowns that both years have: how many rows in each line."""
    _ = telling.voice
    earlier = {
        (rows.entity, found.fact): found for rows in (before.dossiers, *before.entities) for found in rows.breakdowns
    }
    number = 0
    for rows in (telling.report.dossiers, *telling.report.entities):
        for breakdown in rows.breakdowns:
            other = earlier.get((rows.entity, breakdown.fact))
            if other is None:
                continue
            number += 1
            now = {line.key: line for line in breakdown.each or breakdown.lines}
            then = {line.key: line for line in other.each or other.lines}
            lines = tuple(
                Row(
                    (
                        line_label(now.get(key) or then[key], _),
                        *_cells(*(found[key].rows if key in found else 0 for found in (now, then))),
                    )
                )
                for key in {**now, **then}
            )
            caption = _("{label}: number of {many}", label=breakdown.label, many=rows.many)
            columns = _columns(telling, breakdown.label, Kind.COUNT, Kind.CHANGE)
            yield Table(f"comparison-by-{number}", caption, columns, lines)
