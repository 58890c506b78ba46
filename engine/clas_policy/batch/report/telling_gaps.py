"""What is open, and who applies, in words: questions without an answer, orientations, applicants."""

from __future__ import annotations

from clas_policy.batch.report import figures as f
from clas_policy.batch.report.document import Block, Cell, Column, Kind, Row, Section, Table
from clas_policy.batch.report.rows import add_amounts
from clas_policy.batch.report.telling import Telling, amount_cells, amount_columns, capital, sum_columns


def missing(telling: Telling) -> Section:
    """The questions without an answer: those that leave outcomes or aids open, those of orientations, the others."""
    _, report = telling.voice, telling.report
    deciding = [question for question in report.unanswered if _decides(question)]
    looked_at = [question for question in report.unanswered if question.blocks and not _decides(question)]
    harmless = [question for question in report.unanswered if not question.blocks]
    blocks: list[Block] = []
    if deciding:
        blocks.append(_blocking(telling, deciding))
    else:
        blocks.append(_("No missing answer leaves an admissibility or an aid open."))
    if report.ambiguous:
        blocks.append(_ambiguous(telling))
    if report.unconfirmed:
        blocks.append(_unconfirmed(telling))
    columns = (Column(_("Question"), Kind.TEXT), Column(_("Dossiers without an answer"), Kind.COUNT))
    for id_, caption, questions in (
        ("missing-orientations", _("Without an answer, and only orientations wait for it"), looked_at),
        ("missing-harmless", _("Without an answer, and nothing waits for it"), harmless),
    ):
        if questions:
            rows = tuple(Row((_question(telling, question), question.dossiers)) for question in questions)
            blocks.append(Table(id_, caption, columns, rows))
    return Section("missing", _("Missing answers"), tuple(blocks))


def _decides(question: f.Unanswered) -> bool:
    return any(blocked.kind != "orientation" for blocked in question.blocks)


def _question(telling: Telling, question: f.Unanswered) -> str:
    _ = telling.voice
    return _("Which are there: {label}", label=question.label) if question.is_list else question.label


def _blocking(telling: Telling, questions: list[f.Unanswered]) -> Table:
    _ = telling.voice
    columns = (
        Column(_("Question"), Kind.TEXT),
        Column(_("Dossiers without an answer"), Kind.COUNT),
        Column(_("Dossiers it leaves open"), Kind.COUNT),
        Column(_("What waits for it"), Kind.TEXT),
    )
    rows = tuple(
        Row((_question(telling, question), question.dossiers, question.blocking, _waiting(telling, question)))
        for question in questions
    )
    notes = (_("In brackets: the number of dossiers. A dossier may wait for several answers."),)
    return Table("missing-blocking", _("Answers that something waits for"), columns, rows, notes)


def _waiting(telling: Telling, question: f.Unanswered) -> str:
    _ = telling.voice
    told = [
        f"{blocked.label or _('the admissibility')} ({_.count(blocked.dossiers)})"
        for blocked in question.blocks
        if blocked.kind != "orientation"
    ]
    return _.semicolon.join(told)


def _ambiguous(telling: Telling) -> Table:
    _ = telling.voice
    columns = (
        Column(_("Criterion"), Kind.TEXT),
        Column(_("Counted in"), Kind.TEXT),
        Column(_("Left open"), Kind.COUNT),
    )
    rows = tuple(
        Row((found.label, telling.rows_of(found.entity).many, found.rows)) for found in telling.report.ambiguous
    )
    caption = _("Where the text can be read in two ways")
    notes = (_("The readings of the text differ for them, and nobody has chosen one."),)
    return Table("missing-readings", caption, columns, rows, notes)


def _unconfirmed(telling: Telling) -> Table:
    _ = telling.voice
    columns = (Column(_("Figure to confirm"), Kind.TEXT), Column(_("Dossiers it leaves open"), Kind.COUNT))
    rows = tuple(Row((found.label, found.dossiers)) for found in telling.report.unconfirmed)
    return Table("missing-figures", _("Figures that the draft has to confirm"), columns, rows)


def orientations(telling: Telling) -> Section:
    """What the committee looks at, the mandatory first."""
    _ = telling.voice
    weights = {"mandatory": _("mandatory"), "priority": _("priority"), "advisory": _("advisory")}
    found = sorted(telling.report.orientations, key=lambda orientation: list(weights).index(orientation.weight))
    rows = []
    for orientation in found:
        about = telling.rows_of(orientation.entity).many
        cells: tuple[Cell, ...] = (orientation.met, orientation.not_met, orientation.unknown)
        rows.append(Row((orientation.label, weights[orientation.weight], about, *cells)))
    title = _("Orientations")
    if not rows:
        return Section("orientations", title, (_("There is no orientation in these rules."),))
    columns = (
        Column(_("Orientation"), Kind.TEXT),
        Column(_("Weight"), Kind.TEXT),
        Column(_("Counted in"), Kind.TEXT),
        Column(_("Followed"), Kind.COUNT),
        Column(_("Not followed"), Kind.COUNT),
        Column(_("Cannot be told"), Kind.COUNT),
    )
    lead = _("They change neither the admissibility nor the amounts.")
    notes: tuple[str, ...] = ()
    if any(orientation.met is None for orientation in found):
        notes = (_("Without figures: the text gives no test, the committee judges."),)
    return Section("orientations", title, (lead, Table("orientations-table", title, columns, tuple(rows), notes)))


def applicants(telling: Telling) -> Section | None:
    """One line for each applicant; None where the layout names no fact for them."""
    _, report = telling.voice, telling.report
    table = report.applicants
    if table is None:
        return None
    columns = [Column(capital(table.one), Kind.TEXT), Column(_("Dossiers"), Kind.COUNT)]
    columns.append(Column(_("Admissible ones"), Kind.COUNT))
    for rows in report.entities:
        columns += [Column(capital(rows.many), Kind.COUNT), *sum_columns(rows.sums)]
    columns += amount_columns(_)
    found = []
    for line in table.lines:
        cells: list[Cell] = [line.name or _("No name"), line.outcomes.dossiers, line.outcomes.admissible]
        for count, sums in zip(line.members, line.sums, strict=True):
            cells += [count, *sums]
        found.append(Row((*cells, *amount_cells(line.amounts))))
    cells = [_("All {many}", many=table.many), report.outcomes.dossiers, report.outcomes.admissible]
    for rows in report.entities:
        cells += [rows.count, *(sum_.total for sum_ in rows.sums)]
    total = add_amounts(line.amounts for line in table.lines)
    found.append(Row((*cells, *amount_cells(total)), is_total=True))
    named = sum(1 for line in table.lines if line.name)
    lead = _("{applicants}, in alphabetical order.", applicants=_.counted(named, table.one, table.many))
    caption = _("The {many}, one by one", many=table.many)
    return Section(
        "applicants", capital(table.many), (lead, Table("applicants-table", caption, tuple(columns), tuple(found)))
    )
