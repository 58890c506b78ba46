"""Tables that are doubtful: each file, or folder of files, beside what must be said of it; found from disk.

Each line is ``file:line:column place CODE message``, then what helps, and the other place. At the end stand the
dossiers that are read all the same.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.batch.laid_out import read
from tests.reading.dossier_policies import small

from clas_policy.cli import help_pages
from clas_policy.problem import Problem

HERE = Path(__file__).parent / "tables"
CASES = sorted(path for path in HERE.iterdir() if path.suffix != ".expected")


def told(case: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(case if case.is_dir() else HERE)
    files = sorted(path.name for path in case.iterdir()) if case.is_dir() else [case.name]
    found, said = read(small(), *files)
    lines = [line for problem in said for line in _lines(problem)]
    return [*lines, f"read: {', '.join(one.id for one in found) or 'none'}"]


def _lines(problem: Problem) -> list[str]:
    assert problem.span is not None
    kind = "" if problem.severity == "error" else f"{problem.severity}: "
    lines = [f"{problem.span} {problem.path} {problem.code} {kind}{problem.message}"]
    lines += [f"    {one.message}: {one.span}" for one in problem.related]
    if problem.hint is not None:
        lines.append(f"    help: {problem.hint}")
    return lines


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_each_doubtful_table_gets_what_must_be_said_of_it(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = (HERE / f"{case.stem}.expected").read_text(encoding="utf-8").splitlines()

    assert told(case, monkeypatch) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_whatever_is_said_has_a_page_and_shows_what_it_is_about(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(case if case.is_dir() else HERE)
    files = sorted(path.name for path in case.iterdir()) if case.is_dir() else [case.name]
    for problem in read(small(), *files)[1]:
        assert help_pages.page(problem.code) is not None
        assert problem.span is not None
        if problem.excerpt is not None and problem.severity == "error":
            shown = problem.excerpt[problem.span.column - 1 : problem.span.end_column - 1]
            is_empty = problem.code == "CLAS-B112"
            is_row = problem.path is not None and ":" in problem.path
            assert bool(shown.strip()) is not (is_empty or is_row)
