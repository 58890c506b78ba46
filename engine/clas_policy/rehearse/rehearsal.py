"""One run over many test files: what came of each, and what no test looks at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from clas_policy.catalogue import Catalogue
from clas_policy.frozen import dataclass
from clas_policy.model.policy import Policy
from clas_policy.problem import Problem
from clas_policy.rehearse.binding import Compose, load
from clas_policy.rehearse.files import TestFile
from clas_policy.rehearse.running import Bench, SuiteResult
from clas_policy.rehearse.suite import Expectation, GrantIs, StatusIs
from clas_policy.source import Span


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What came of some test files; `problems` are those of files (or policies) that could not be run."""

    results: tuple[SuiteResult, ...]
    problems: tuple[Problem, ...]

    @property
    def fails(self) -> bool:
        return any(result.fails for result in self.results)

    def count(self) -> Counter[str]:
        """How many cases are ``passed``, ``failed``, ``todo`` (and fail) or ``done`` (to do, and hold already)."""
        return Counter(done.verdict for result in self.results for done in result.cases)

    def policies(self) -> tuple[Policy, ...]:
        """The policies that were tested, each once."""
        found: dict[int, Policy] = {}
        for result in self.results:
            found[id(result.suite.policy)] = result.suite.policy
            found.update((id(done.case.policy), done.case.policy) for done in result.cases)
        return tuple(found.values())


def rehearse(
    files: Iterable[TestFile], catalogue: Catalogue, bench: Bench, compose: Compose, named: str | None = None
) -> Rehearsal:
    """Runs the cases of test files, those whose name holds `named` where it is given."""
    results: list[SuiteResult] = []
    problems: list[Problem] = []
    for file in files:
        ready = load(file.path, file.display, catalogue, compose)
        problems.extend(ready.problems)
        suite = ready.suite
        if suite is None:
            continue
        if named is not None:
            kept = tuple(case for case in suite.cases if named.casefold() in case.name.casefold())
            suite = replace(suite, cases=kept)
            if not kept:
                continue
        results.append(bench.run(suite))
    return Rehearsal(tuple(results), tuple(dict.fromkeys(problems)))


@dataclass(frozen=True, slots=True)
class Unasserted:
    """A rule that no case says anything of; `kind` is the section it stands in."""

    kind: str
    name: str
    label: str
    at: Span | None


def unasserted(rehearsal: Rehearsal) -> Iterator[Unasserted]:
    """The rules of the tested policies whose status no case asserts, layer by layer."""
    asserted = {
        name
        for result in rehearsal.results
        for done in result.cases
        for expectation in done.case.expectations
        for name in _names(expectation)
    }
    seen: set[str] = set()
    for policy in rehearsal.policies():
        measurable = {name: rule for name, rule in policy.orientations.items() if rule.requires is not None}
        dated = {name: rule for name, rule in policy.deadlines.items() if rule.fact is not None}
        for kind, rules in (
            ("criteria", policy.criteria),
            ("deadlines", dated),
            ("grants", policy.grants),
            ("orientations", measurable),
        ):
            for name, rule in rules.items():
                if name not in asserted and name not in seen:
                    seen.add(name)
                    yield Unasserted(kind, name, rule.label, rule.origin.at)


def _names(expectation: Expectation) -> Iterator[str]:
    match expectation:
        case StatusIs(name=name) | GrantIs(grant=name):
            yield name
        case _:
            return
