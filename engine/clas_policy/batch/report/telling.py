"""What the parts of a report have in common: whose figures they tell, in which words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clas_policy.batch.report import figures as f
from clas_policy.batch.report.document import AtMost, Before, Cell, Column, Kind
from clas_policy.batch.report.voice import Voice
from clas_policy.frozen import dataclass
from clas_policy.model.fact import Type


@dataclass(frozen=True, slots=True)
class Telling:
    """The report to tell, last year's if there is one, and the language."""

    report: f.Report
    before: f.Report | None
    voice: Voice

    @property
    def year(self) -> str:
        _ = self.voice
        return self.report.origin.period or _("this year")

    @property
    def year_before(self) -> str:
        _ = self.voice
        period = self.before.origin.period if self.before is not None else None
        return period or _("the year before")

    def rows_of(self, entity: str | None) -> f.Rows:
        """The dossiers, or the members of an entity."""
        if entity is None:
            return self.report.dossiers
        return next(rows for rows in self.report.entities if rows.entity == entity)

    def count_before(self, value: int, *, money: bool = False) -> Before:
        return Before(value, self.voice.money(value) if money else self.voice.count(value))


def outcome_labels(_: Voice) -> Mapping[str, str]:
    """What dossiers of each outcome are called."""
    return {
        "admissible": _("Admissible"),
        "incomplete": _("To be completed"),
        "inadmissible": _("Not admissible"),
    }


def amount_columns(_: Voice) -> tuple[Column, ...]:
    """The columns of amounts."""
    return (
        Column(_("Aids due"), Kind.MONEY),
        Column(_("Eligible aids"), Kind.MONEY),
        Column(_("Undetermined aids, at most"), Kind.AT_MOST),
    )


def amount_cells(amounts: f.Amounts) -> tuple[Cell, ...]:
    return amounts.due, amounts.eligible, AtMost(amounts.undetermined, amounts.unbounded)


def sum_columns(sums: Iterable[f.Sum]) -> tuple[Column, ...]:
    return tuple(Column(sum_.label, number_kind(sum_.type)) for sum_ in sums)


def number_kind(kind: Type) -> Kind:
    return Kind.MONEY if kind is Type.MONEY else Kind.COUNT


def number_text(value: int, kind: Type, voice: Voice) -> str:
    return voice.money(value) if kind is Type.MONEY else voice.count(value)


def capital(text: str) -> str:
    """With a capital at the start."""
    return text[:1].upper() + text[1:]


def lowered(label: str) -> str:
    """Without its capital, where it is no name in capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def line_label(line: f.Line, _: Voice) -> str:
    """What a line of a breakdown is called."""
    if line.key == f.UNKNOWN:
        return _("No answer")
    return _("None of them") if line.key == f.NONE else line.label
