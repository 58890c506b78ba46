"""What a run of policy tests found: results, coverage, mutants, suggestions; nothing of how it is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clas_policy.problem import Message, Problem
from clas_policy.rehearse.binding import LATEST
from clas_policy.rehearse.own import is_own, own_files
from clas_policy.rehearse.rehearsal import Rehearsal, Unasserted, rehearse, unasserted
from clas_policy.rehearse.running import Bench

if TYPE_CHECKING:
    from clas_policy.catalogue import Catalogue
    from clas_policy.model.policy import Policy
    from clas_policy.rehearse.coverage import Point, Ratio, Report
    from clas_policy.rehearse.files import TestFile
    from clas_policy.rehearse.mutation import Score
    from clas_policy.stage import Stage


@dataclass(frozen=True)
class Wanted:
    """What a run is asked for besides the results."""

    coverage: bool = False
    least: float | None = None
    page: bool = False
    mutants: bool = False
    unasserted: bool = False
    suggest: bool = False
    untested: tuple[str, ...] = ()


@dataclass
class Findings:
    """What a run found; `problems` are the findings besides failed cases: too little coverage, surviving mutants."""

    rehearsal: Rehearsal
    wanted: Wanted
    files: tuple[str, ...] = ()
    """The files of layers that the tests answer for."""
    coverage: Report | None = None
    mutants: Score | None = None
    unreached: tuple[Point, ...] = ()
    """What no suggested case covers."""
    unasserted: tuple[Unasserted, ...] = ()
    page: str = ""
    suggestions: str = ""
    problems: list[Problem] = field(default_factory=list)

    def by_file(self) -> dict[str, Ratio]:
        """What is covered of each file that the tests answer for."""
        ratios = self.coverage.by_file if self.coverage is not None else {}
        return {file: ratio for file, ratio in ratios.items() if file in self.files}


class Run:
    """One run: the layers at hand, and what makes policies and dossiers ready."""

    def __init__(self, catalogue: Catalogue, stage: Stage) -> None:
        self.catalogue = catalogue
        self.stage = stage
        self.bench = Bench(stage.prepare)

    def look(self, files: Sequence[TestFile], wanted: Wanted, named: str | None) -> Findings:
        """Runs test files, and looks further as far as it is asked."""
        found = Findings(rehearse(files, self.catalogue, self.bench, self.stage.compose, named), wanted)
        if wanted.unasserted:
            found.unasserted = tuple(unasserted(found.rehearsal))
        if wanted.coverage or wanted.suggest or wanted.mutants:
            found.files = self._own_files(found.rehearsal)
        if wanted.coverage or wanted.suggest:
            self._cover(found)
        if wanted.mutants:
            self._mutate(found)
        if wanted.suggest:
            self._suggest(found)
        return found

    def _own_files(self, rehearsal: Rehearsal) -> tuple[str, ...]:
        tested = [
            (result.suite.path, policy)
            for result in rehearsal.results
            for policy in (result.suite.policy, *(done.case.policy for done in result.cases))
        ]
        return own_files(tested, self.catalogue)

    def _cover(self, found: Findings) -> None:
        """What the cases show of the policies, of the lines that the tests answer for."""
        from clas_policy.rehearse.coverage import Report, cover

        rehearsal, wanted = found.rehearsal, found.wanted
        evaluations = [done.evaluation for result in rehearsal.results for done in result.cases]
        whole = cover(rehearsal.policies(), evaluations)
        found.coverage = Report((point for point in whole.points if is_own(point, found.files)), whole.covered)
        ratio = found.coverage.ratio
        if wanted.least is not None and ratio.percent < wanted.least:
            values = {"percent": f"{ratio.percent:g}", "least": f"{wanted.least:g}"}
            message = Message("{percent} % is covered, and {least} % is asked for", values)
            found.problems.append(Problem("CLAS-T210", message))
        if wanted.page:
            from clas_policy.rehearse.coverage_page import page

            title = ", ".join(dict.fromkeys(policy.id for policy in rehearsal.policies()))
            found.page = page(found.coverage, self._sources(found.files), title)

    def _mutate(self, found: Findings) -> None:
        """Which slips in the lines that the tests answer for no test notices."""
        from clas_policy.rehearse.mutation import Score, score, together
        from clas_policy.rehearse.running import notices

        results = found.rehearsal.results

        def noticing(policy: Policy) -> Callable[[Policy], bool]:
            return lambda mutant: notices(results, lambda one: mutant if one is policy else None)

        whole = together([score(policy, noticing(policy), effects=True) for policy in found.rehearsal.policies()])
        own = frozenset(found.files)
        found.mutants = Score(
            tuple(mutant for mutant in whole.killed if mutant.at.file in own),
            tuple(mutant for mutant in whole.survived if mutant.at.file in own),
            tuple(each for each in whole.equivalent if each.mutant.at.file in own),
        )
        for mutant in found.mutants.survived:
            message = Message("no test notices this change: {change}", {"change": mutant.change})
            found.problems.append(Problem("CLAS-T220", message, mutant.at))

    def _suggest(self, found: Findings) -> None:
        """The cases that are missing, for the tests there are and for layers that have none."""
        from clas_policy.rehearse.suggesting import cases_text, file_text, starting, suggest

        uncovered = found.coverage.uncovered if found.coverage is not None else ()
        texts: list[str] = []
        tested = {result.suite.policy.id for result in found.rehearsal.results}
        for result in found.rehearsal.results:
            suite = result.suite
            suggested = suggest(suite.policy, [suite.base], uncovered, prepare=self.stage.prepare)
            covered = {point for case in suggested.cases for point in case.covers}
            uncovered = tuple(point for point in uncovered if point not in covered)
            found.unreached += suggested.unreached
            if suggested.cases:
                taken = [case.name for case in suite.cases]
                texts.append(f"# {suite.file}\n{cases_text(suggested.cases, suite.policy, taken)}")
        for layer_id in found.wanted.untested:
            if layer_id not in tested:
                policy = self.stage.compose(layer_id, LATEST)
                base = starting(policy, prepare=self.stage.prepare)
                points = self._points_of(policy)
                suggested = suggest(policy, [base], points, prepare=self.stage.prepare)
                found.unreached += suggested.unreached
                texts.append(file_text(suggested.cases, policy, base))
        found.suggestions = "\n".join(texts)

    def _points_of(self, policy: Policy) -> tuple[Point, ...]:
        """What there is to cover of a layer that has no tests, in the files that its own tests would answer for."""
        from clas_policy.explain import Evaluator
        from clas_policy.rehearse.coverage import Points

        last = policy.layers[-1].file
        path = next(file.path for file in self.catalogue.files() if file.display == last)
        own = own_files([(path, policy)], self.catalogue)
        return tuple(point for point in Points(Evaluator(policy)).all if is_own(point, own))

    def _sources(self, files: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The lines of layers, by the names that they are displayed by."""
        layers = {file.display: file for file in self.catalogue.files()}
        return {name: self.catalogue.read(layers[name]).lines for name in files if name in layers}
