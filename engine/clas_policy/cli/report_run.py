"""The dossiers of one year and department, read and decided for a report; the others are counted and left aside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clas_policy.batch.reading.names import Names
from clas_policy.batch.report.counting import Input, report
from clas_policy.batch.report.figures import Report
from clas_policy.batch.report.layout import Layout
from clas_policy.batch.report.stored import stored
from clas_policy.batch.writing.store import Store
from clas_policy.cli.batch_inputs import Inputs, Item
from clas_policy.cli.batch_run import BatchRun
from clas_policy.cli.session import Bench, Choice, Session
from clas_policy.cli.settings import Settings
from clas_policy.model.policy import Policy
from clas_policy.problem import Problem
from clas_policy.reading.dossier import Selection

if TYPE_CHECKING:
    from clas_policy.catalogue import Catalogue
    from clas_policy.plugins import Host


class PassedOver(Exception):  # noqa: N818 - nothing is wrong
    """A dossier that the report is not about."""


class OneYear(Session):
    """A session that meets the dossiers of one year and department only (None: those that any policy is for)."""

    def __init__(
        self, catalogue: Catalogue, host: Host, choice: Choice, only: tuple[str, str | None] | None = None
    ) -> None:
        super().__init__(catalogue, host, choice)
        self._only = only

    def bench(self, chosen: Selection) -> Bench:
        """As any session's; raises PassedOver for what is not meant."""
        if self._only is not None:
            period, department = self._only
            if chosen.period != period or (department is not None and chosen.department != department):
                raise PassedOver
        return super().bench(chosen)


class ReportRun(BatchRun):
    """A run that passes dossiers over: `others` are those; `broken` are tables of which nothing could be read."""

    others = 0
    broken = 0
    offers_rejects = False

    def names_of(self, period: str, department: str | None) -> Names | None:
        """The columns of the policy that a period and a department select; None where there is none, or none meant."""
        try:
            return super().names_of(period, department)
        except PassedOver:
            return None

    def _one(self, item: Item) -> None:
        if isinstance(item, Problem) and item.severity == "error":
            self.broken += 1
        try:
            super()._one(item)
        except PassedOver:
            self.others += 1


def read(
    settings: Settings, given: Sequence[str], store: Store, choice: Choice, only: tuple[str, str | None] | None = None
) -> ReportRun:
    """Reads and decides everything that is named; what is bad is said, and the run goes on."""
    host, catalogue = settings.host(), settings.catalogue()
    run = ReportRun(settings, OneYear(catalogue, host, choice, only), store)
    run.over(Inputs(given, host.readers))
    return run


def counted(settings: Settings, run: ReportRun, policy: Policy, layout: Layout) -> Report:
    """The figures of the dossiers of a run that meet a policy."""
    given = Input(settings.as_of, run.rejected, run.others, run.broken)
    return report(stored(run.store, policy), layout, given)
