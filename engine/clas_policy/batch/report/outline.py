"""The whole report in words: what everybody looks for first, the parts in the layout's order, the method last."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from clas_policy.batch.report import comparing, telling_gaps, telling_grants, telling_rows
from clas_policy.batch.report.document import Block, Column, Document, Kind, Row, Section, Table, Terms, Tile, shown
from clas_policy.batch.report.figures import Report
from clas_policy.batch.report.layout import Part
from clas_policy.batch.report.telling import Telling
from clas_policy.batch.report.voice import Voice

_PARTS: Final[Mapping[Part, Callable[[Telling], Iterator[Section]]]] = {
    Part.DOSSIERS: lambda telling: iter([telling_rows.dossiers(telling)]),
    Part.ENTITIES: telling_rows.entities,
    Part.GRANTS: lambda telling: iter([telling_grants.grants(telling)]),
    Part.REFUSALS: lambda telling: iter([telling_grants.refusals(telling)]),
    Part.MISSING: lambda telling: iter([telling_gaps.missing(telling)]),
    Part.ACCORDS: lambda telling: iter([telling_grants.accords(telling)]),
    Part.ORIENTATIONS: lambda telling: iter([telling_gaps.orientations(telling)]),
    Part.APPLICANTS: lambda telling: (section for section in [telling_gaps.applicants(telling)] if section is not None),
}


def document(report: Report, before: Report | None, lang: str) -> Document:
    """The report as a document; with last year's `before`, compared with it."""
    _ = Voice(lang)
    telling = Telling(report, before, _)
    sections: list[Section] = []
    for part in report.parts:
        sections += _PARTS[Part(part)](telling)
    if before is not None:
        sections.append(comparing.section(telling, before))
    sections.append(_method(telling))
    return Document(
        lang,
        report.title,
        _subtitle(telling),
        tuple(_notices(telling)),
        tuple(report.introduction.items()),
        tuple(_tiles(telling)),
        tuple(sections),
        _("Made by clas-policy {version}.", version=report.origin.engine),
    )


def _subtitle(telling: Telling) -> str:
    _, origin = telling.voice, telling.report.origin
    parts = []
    if origin.department is not None:
        parts.append(_("Department {code}", code=origin.department))
    if origin.period is not None:
        parts.append(origin.period)
    return " · ".join((*parts, origin.title))


def _notices(telling: Telling) -> Iterator[str]:
    _, origin = telling.voice, telling.report.origin
    if origin.made_up:
        yield _.plural(
            "SIMULATION: {number} of these dossiers is made up.",
            "SIMULATION: {number} of these dossiers are made up.",
            origin.made_up,
        )
    if origin.status == "draft":
        yield _("DRAFT: these rules are not in force; no figure here is a decision.")
    if not origin.complete:
        yield _("National rules only: the local conditions are not known, so no dossier is admissible yet.")
    if origin.unread:
        yield _.plural(
            "{number} dossier could not be read, or was read twice: it is in no figure of this report.",
            "{number} dossiers could not be read, or were read twice: they are in no figure of this report.",
            origin.unread,
        )
    if origin.broken:
        yield _.plural(
            "{number} table could not be read: nothing of it is in this report.",
            "{number} tables could not be read: nothing of them is in this report.",
            origin.broken,
        )


def _tiles(telling: Telling) -> Iterator[Tile]:
    _, report = telling.voice, telling.report
    then = comparing.key_figures(telling.before, _) if telling.before is not None else {}
    for key, figure in comparing.key_figures(report, _).items():
        before = ""
        if key in then:
            before = f"{telling.year_before}{_.colon}{shown(then[key].figure, Kind.COUNT, _)}"
        yield Tile(figure.label, figure.figure, figure.note, before)


def _method(telling: Telling) -> Section:
    _, origin = telling.voice, telling.report.origin
    counted = [
        _("Every dossier that could be read is counted, once; no figure is rounded or left out because it is small."),
        _(
            "Percentages and means are rounded, to one decimal, means of amounts to the cent: "
            "the percentages of a table may not add up to exactly 100 %."
        ),
    ]
    if origin.others:
        counted.append(
            _.plural(
                "{number} dossier of another year or department was left out.",
                "{number} dossiers of other years or departments were left out.",
                origin.others,
            )
        )
    terms = Terms(
        (
            (_("Admissible"), _("every condition of admissibility is met.")),
            (_("To be completed"), _("a condition of admissibility cannot be told yet, because an answer is missing.")),
            (_("Not admissible"), _("a condition of admissibility is not met.")),
            (_("Aid due"), _("every condition is met, and the accord is given where one is needed.")),
            (_("Eligible aid"), _("every condition is met, but the accord of the funder is not known yet.")),
            (
                _("Undetermined aid"),
                _("an answer is missing: the aid comes to between nothing and the figure given as “at most”."),
            ),
            (_("Refused aid"), _("a condition is not met, or the accord is refused.")),
        )
    )
    columns = (
        Column(_("Rules"), Kind.TEXT),
        Column(_("Title"), Kind.TEXT),
        Column(_("Version"), Kind.COUNT),
        Column(_("Fingerprint (SHA-256)"), Kind.TEXT),
    )
    rows = tuple(Row((layer.id, layer.title, layer.version, layer.sha256[:16])) for layer in origin.layers)
    caption = _("The rules, in their versions of {day}", day=_.day(origin.as_of))
    blocks: list[Block] = [*counted, terms, Table("method-rules", caption, columns, rows)]
    return Section("method", _("How it was counted"), tuple(blocks))
