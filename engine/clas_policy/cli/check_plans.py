"""The plans of reports, as ``check`` looks at them: each by the policies whose reports would follow it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from clas_policy.catalogue import Catalogue
from clas_policy.cli.report_layout import beside
from clas_policy.compositions import selected
from clas_policy.frozen import dataclass
from clas_policy.model.policy import Policy
from clas_policy.problem import Message, PolicyError, Problem
from clas_policy.reading.report import meant
from clas_policy.shelves import PLAN, Shelf
from clas_policy.source import Span


@dataclass(frozen=True, slots=True)
class CheckedPlans:
    """The plans that were read, and what is wrong with them."""

    files: tuple[Path, ...]
    problems: tuple[Problem, ...]


def check(catalogue: Catalogue, ids: Iterable[str]) -> CheckedPlans:
    """Checks the plans that reports of some layers would follow; what is wrong with a layer is not said here."""
    from clas_policy.batch.report.layout_reading import load

    used = _used(catalogue, ids)
    known: dict[tuple[str, Span | None], Problem] = {}
    everywhere: dict[tuple[Path, str], list[Policy]] | None = None
    for place, policies in used.items():
        of_years = [policy for policy in policies if policy.period is not None]
        if not of_years:
            # A référentiel has no year to report on: its plan may name what the layers below it add.
            everywhere = _used(catalogue, catalogue.ids()) if everywhere is None else everywhere
            of_years = [policy for policy in everywhere.get(place, []) if policy.period is not None]
        for policy in of_years or policies:
            try:
                load(*place, policy)
            except PolicyError as error:
                for problem in error.problems:
                    known.setdefault((problem.code, problem.span), problem)
    return CheckedPlans(tuple(path for path, _display in used), tuple(known.values()))


def _used(catalogue: Catalogue, ids: Iterable[str]) -> dict[tuple[Path, str], list[Policy]]:
    """The plans that stand beside layers, with the policies whose reports would follow each."""
    found: dict[tuple[Path, str], list[Policy]] = {}
    for name in ids:
        for chain in selected(catalogue, name).chains:
            place = beside(catalogue, [file.id for file in chain])
            if place is None:
                continue
            found.setdefault(place, [])
            try:
                found[place].append(catalogue.compose_layers(chain, draft=True))
            except PolicyError:
                continue  # said of the layers
    return found


def strays(catalogue: Catalogue, shelves: Iterable[Shelf]) -> Iterator[Problem]:
    """The plans that stand beside no layer: no report would follow them."""
    ids = catalogue.ids()
    for shelf in shelves:
        for path in sorted(shelf.folder.rglob(f"*{PLAN}")):
            relative = path.relative_to(shelf.folder).as_posix()
            name = relative.removesuffix(PLAN)
            if "/." in f"/{relative}" or name in ids:
                continue
            message = Message("no layer `{id}` beside this plan: no report follows it", {"id": name})
            at = Span(f"{shelf.label}/{relative}", 1, 1, 1, 2)
            yield Problem("CLAS-B408", message, at, hint=meant(name, ids), severity="warning")
