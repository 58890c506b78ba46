"""A small scheme of its own, and test files of it, for the tests of rehearsals."""

from __future__ import annotations

from pathlib import Path

from clas_policy.catalogue import Catalogue, user_shelf
from clas_policy.rehearse.binding import ReadySuite, load
from clas_policy.rehearse.running import Bench, SuiteResult

ANNUAL = "national/2001-2002"
LOCAL = "departements/09/2001-2002"
RULES = Path(__file__).resolve().parents[1] / "cli" / "regles"

HEAD = f"""\
tests: {LOCAL}
dossier:
  depot.date: 2001-10-01
  charte.signee: true
  groupe:
    petits: {{groupe.effectif: 10, groupe.depenses: 1000 EUR}}
"""


def catalogue(folder: Path = RULES) -> Catalogue:
    return Catalogue([user_shelf(folder)])


def ready(folder: Path, text: str, rules: Path = RULES) -> ReadySuite:
    """A test file of the small scheme, read."""
    path = folder / "essai.test.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path, path.name, catalogue(rules))


def rehearsed(folder: Path, cases: str, head: str = HEAD) -> SuiteResult:
    """What came of the cases of a file of the small scheme."""
    found = ready(folder, f"{head}cases:\n{cases}")
    assert found.suite is not None, found.problems
    return Bench().run(found.suite)


def said(result: SuiteResult) -> list[str]:
    """What fails, in a line each."""
    lines = [f"{problem.span.line if problem.span else 0}: {problem.message}" for problem in result.figures]
    for done in result.cases:
        for failure in done.failures:
            problem = failure.problem
            lines.append(f"{failure.at.line}: {problem.message}" + (f" ({problem.hint})" if problem.hint else ""))
    return lines
