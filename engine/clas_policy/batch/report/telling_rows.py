"""Dossiers and members in words: outcomes, admissibility, totals, breakdowns, answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from clas_policy.batch.report import figures as f
from clas_policy.batch.report.document import (
    Bar,
    Block,
    Chart,
    Column,
    Group,
    Heading,
    Kind,
    Own,
    Ratio,
    Row,
    Section,
    Table,
)
from clas_policy.batch.report.telling import (
    Telling,
    amount_cells,
    amount_columns,
    capital,
    line_label,
    lowered,
    number_kind,
    number_text,
    outcome_labels,
    sum_columns,
)
from clas_policy.model.fact import Type


def dossiers(telling: Telling) -> Section:
    """The dossiers: by outcome and why, then as the layout breaks them down."""
    _ = telling.voice
    blocks = [*_outcomes(telling), *_admissibility(telling), *_told(telling, telling.report.dossiers, "dossiers")]
    return Section("dossiers", _("The dossiers"), tuple(blocks))


def entities(telling: Telling) -> Iterator[Section]:
    """A section for each entity."""
    _ = telling.voice
    for number, rows in enumerate(telling.report.entities, 1):
        anchor = f"entity-{number}"
        blocks: list[Block] = [_how_many(telling, rows)]
        if rows.sums:
            blocks.append(_sums(telling, rows, anchor))
        yield Section(anchor, capital(rows.many), (*blocks, *_told(telling, rows, anchor)))


def _outcomes(telling: Telling) -> Iterator[Block]:
    _, outcomes = telling.voice, telling.report.outcomes
    before = telling.before.outcomes if telling.before is not None else None
    bars, rows = [], []
    for name, label in outcome_labels(_).items():
        count: int = getattr(outcomes, name)
        text = f"{_.count(count)} ({_.share(count, outcomes.dossiers)})" if outcomes.dossiers else _.count(count)
        earlier = telling.count_before(getattr(before, name)) if before is not None else None
        bars.append(Bar(label, count, text, before=earlier))
        rows.append(Row((label, count, Ratio(count, outcomes.dossiers))))
    rows.append(Row((_("All dossiers"), outcomes.dossiers, Ratio(outcomes.dossiers, outcomes.dossiers)), is_total=True))
    yield Chart("chart-outcomes", _("The dossiers by outcome"), (Group(None, tuple(bars)),), "outcomes")
    columns = (
        Column(_("Outcome"), Kind.TEXT),
        Column(_("Dossiers"), Kind.COUNT),
        Column(_("% of the dossiers"), Kind.SHARE),
    )
    yield Table("outcomes", _("The dossiers by outcome"), columns, tuple(rows))


def _admissibility(telling: Telling) -> Iterator[Block]:
    _, items = telling.voice, telling.report.admissibility
    if not items:
        return
    effects = {
        "inadmissible": _("not admissible"),
        "not_examined": _("not examined"),
        "next_year": _("put off to next year"),
    }
    rows = []
    for item in items:
        about = telling.rows_of(item.entity)
        effect = effects[item.effect] if item.entity is None else _("no aid for it")
        rows.append(Row((item.label, about.many, item.unmet, item.alone, item.unknown, effect)))
    columns = (
        Column(_("Condition of admissibility"), Kind.TEXT),
        Column(_("Counted in"), Kind.TEXT),
        Column(_("Not met"), Kind.COUNT),
        Column(_("Only reason"), Kind.COUNT),
        Column(_("Cannot be told"), Kind.COUNT),
        Column(_("Otherwise"), Kind.TEXT),
    )
    notes = (
        _("Several conditions may be unmet in one dossier: the lines do not add up to the dossiers that are stopped."),
        _("“Only reason”: every other condition of admissibility is met, or cannot be told."),
    )
    yield Table("admissibility", _("What stops dossiers"), columns, tuple(rows), notes)


def _how_many(telling: Telling, rows: f.Rows) -> str:
    _ = telling.voice
    dossiers = telling.report.dossiers.count - rows.without_list - rows.empty
    told = _(
        "{members} in {dossiers}.",
        members=_.counted(rows.count, rows.one, rows.many),
        dossiers=_.counted(dossiers, telling.report.dossiers.one, telling.report.dossiers.many),
    )
    if rows.empty:
        told += " " + _.plural("{number} dossier has none.", "{number} dossiers have none.", rows.empty)
    if rows.without_list:
        told += " " + _.plural(
            "{number} dossier does not say which it has: they are in no figure.",
            "{number} dossiers do not say which they have: they are in no figure.",
            rows.without_list,
        )
    return told


def _sums(telling: Telling, rows: f.Rows, anchor: str) -> Table:
    _ = telling.voice
    found = []
    for sum_ in rows.sums:
        mean = Kind.MEAN_MONEY if sum_.type is Type.MONEY else Kind.MEAN
        total = Own(sum_.total, number_kind(sum_.type))
        found.append(
            Row((sum_.label, total, Own(Ratio(sum_.total, sum_.known), mean), sum_.known, rows.count - sum_.known))
        )
    columns = (
        Column(_("Figure"), Kind.TEXT),
        Column(_("Total"), Kind.COUNT),
        Column(_("Mean"), Kind.COUNT),
        Column(_("Answered"), Kind.COUNT),
        Column(_("No answer"), Kind.COUNT),
    )
    notes = (_("Totals and means are those of the {many} that answer.", many=rows.many),)
    return Table(f"{anchor}-sums", _("Totals of the {many}", many=rows.many), columns, tuple(found), notes)


def _told(telling: Telling, rows: f.Rows, anchor: str) -> Iterator[Block]:
    for number, breakdown in enumerate(rows.breakdowns, 1):
        yield from _breakdown(telling, rows, breakdown, f"{anchor}-by-{number}")
    if rows.answers:
        yield _answers(telling, rows, anchor)


def _breakdown(telling: Telling, rows: f.Rows, breakdown: f.Breakdown, anchor: str) -> Iterator[Block]:
    _ = telling.voice
    yield Heading(anchor, breakdown.label)
    charted = breakdown.each or breakdown.lines
    yield _chart(telling, rows, breakdown, charted, anchor)
    shares = Column(_("% of the {many}", many=rows.many), Kind.SHARE)
    columns = (
        Column(breakdown.label, Kind.TEXT),
        Column(capital(rows.many), Kind.COUNT),
        shares,
        *sum_columns(rows.sums),
        *amount_columns(_),
    )

    def told(line: f.Line) -> Row:
        return Row(
            (
                line_label(line, _),
                line.rows,
                Ratio(line.rows, rows.count),
                *line.sums,
                *amount_cells(line.amounts),
            )
        )

    total = Row(
        (
            _("All {many}", many=rows.many),
            rows.count,
            Ratio(rows.count, rows.count),
            *(sum_.total for sum_ in rows.sums),
            *amount_cells(rows.amounts),
        ),
        is_total=True,
    )
    if breakdown.each:
        note = _(
            "A {one} with several values counts in each of them: these lines overlap and do not add up.", one=rows.one
        )
        yield Table(
            f"{anchor}-each",
            _("{label}: each value", label=breakdown.label),
            columns,
            tuple(map(told, breakdown.each)),
            (note,),
        )
    caption = _("{label}: by combination", label=breakdown.label) if breakdown.each else breakdown.label
    notes = (_("Each {one} counts once.", one=rows.one),) if breakdown.each else ()
    yield Table(f"{anchor}-table", caption, columns, (*map(told, breakdown.lines), total), notes)


def _chart(telling: Telling, rows: f.Rows, breakdown: f.Breakdown, lines: tuple[f.Line, ...], anchor: str) -> Chart:
    """Bars of the scope's first total, or of the rows where it has none."""
    _ = telling.voice
    earlier = _lines_before(telling, rows, breakdown)
    first = rows.sums[0] if rows.sums else None
    what = first.label if first is not None else capital(rows.many)
    bars = []
    for line in lines:
        value = line.sums[0] if first is not None else line.rows
        text = number_text(value, first.type, _) if first is not None else _.count(value)
        before = None
        if line.key in earlier:
            before = telling.count_before(earlier[line.key], money=first is not None and first.type is Type.MONEY)
        bars.append(Bar(line_label(line, _), value, text, before=before))
    beside = f"{anchor}-each" if breakdown.each else f"{anchor}-table"
    title = f"{what} – {lowered(breakdown.label)}"
    return Chart(f"{anchor}-chart", title, (Group(None, tuple(bars)),), beside)


def _lines_before(telling: Telling, rows: f.Rows, breakdown: f.Breakdown) -> Mapping[str, int]:
    """Last year's figures for the chart of a breakdown, by the keys of its lines."""
    if telling.before is None:
        return {}
    scopes = (telling.before.dossiers, *telling.before.entities)
    scope = next((scope for scope in scopes if scope.entity == rows.entity), None)
    if scope is None or bool(scope.sums) != bool(rows.sums) or (rows.sums and scope.sums[0].fact != rows.sums[0].fact):
        return {}
    same = next((found for found in scope.breakdowns if found.fact == breakdown.fact), None)
    if same is None:
        return {}
    return {line.key: line.sums[0] if rows.sums else line.rows for line in same.each or same.lines}


def _answers(telling: Telling, rows: f.Rows, anchor: str) -> Table:
    _ = telling.voice
    columns = (
        Column(_("Question"), Kind.TEXT),
        Column(_("Yes"), Kind.COUNT),
        Column(_("% of the {many}", many=rows.many), Kind.SHARE),
        Column(_("No"), Kind.COUNT),
        Column(_("No answer"), Kind.COUNT),
    )
    found = tuple(
        Row((answers.label, answers.yes, Ratio(answers.yes, rows.count), answers.no, answers.unknown))
        for answers in rows.answers
    )
    return Table(f"{anchor}-answers", _("Answers of the {many}", many=rows.many), columns, found)
