"""pytest collects policy tests: each case of a ``*.test.yaml`` is an item, its failure says what came out and why.

Installed with the program. A file is taken for a policy test only when it says which policy it ``tests:``; switch the
plugin off with ``-p no:clas_policy``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from clas_policy.catalogue import Catalogue
    from clas_policy.problem import Problem
    from clas_policy.rehearse.running import Bench
    from clas_policy.rehearse.suite import Case, Suite
    from clas_policy.stage import Stage

_ENDING = ".test.yaml"


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> PolicyTests | None:
    """A collector for a file of policy tests."""
    if not file_path.name.endswith(_ENDING):
        return None
    from clas_policy.rehearse.files import policy_named_in

    if policy_named_in(file_path) is None:
        return None
    return PolicyTests.from_parent(parent, path=file_path)


class PolicyTests(pytest.File):
    """One file of policy tests."""

    def collect(self) -> Iterator[pytest.Item]:
        from clas_policy.problem import ClasPolicyError
        from clas_policy.rehearse.binding import load

        try:
            catalogue, stage, bench = _house(self.config).ready_for(self.path)
            ready = load(self.path, _display(self.path), catalogue, stage.compose)
        except ClasPolicyError as error:
            raise self.CollectError(_told(error.problems)) from None
        suite = ready.suite
        if suite is None:
            raise self.CollectError(_told(ready.problems))
        if suite.figures:
            yield Figures.from_parent(self, name="figures", suite=suite, line=suite.figures[0].at.line)
        for case in suite.cases:
            yield CaseItem.from_parent(self, name=case.name, suite=suite, case=case, bench=bench)


class _FailedError(Exception):
    """What a policy test fails on."""

    def __init__(self, problems: Iterable[Problem], suite: Suite) -> None:
        from clas_policy.reading.report import with_excerpts

        super().__init__(_told(with_excerpts(problems, {suite.file: suite.lines})))


class _PolicyItem(pytest.Item):
    """An item at a line of a test file."""

    def __init__(self, *, suite: Suite, line: int, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.suite = suite
        self.line = line

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        if isinstance(excinfo.value, _FailedError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.line - 1, self.name


class Figures(_PolicyItem):
    """The figures of a policy, typed a second time."""

    def runtest(self) -> None:
        from clas_policy.rehearse.running import figure_problems

        found = tuple(figure_problems(self.suite))
        if found:
            raise _FailedError(found, self.suite)


class CaseItem(_PolicyItem):
    """One case; one that is still to do is expected to fail."""

    def __init__(self, *, case: Case, bench: Bench, **attributes: Any) -> None:
        super().__init__(line=case.at.line, **attributes)
        self.case = case
        self.bench = bench

    def runtest(self) -> None:
        done = self.bench.run_case(self.case)
        if done.holds:
            return
        if self.case.todo is not None:
            pytest.xfail(self.case.todo)
        raise _FailedError(done.problems, self.suite)


class _House:
    """What the policy tests of one run share: what is installed, and a stage for each folder of layers."""

    def __init__(self) -> None:
        from clas_policy import plugins

        self._host = plugins.host()
        self._ready: dict[Path | None, tuple[Catalogue, Stage, Bench]] = {}

    def ready_for(self, path: Path) -> tuple[Catalogue, Stage, Bench]:
        """The layers that a test file may test: what is installed, and before it the folder that the file stands in."""
        from clas_policy.catalogue import Catalogue, engine_shelf
        from clas_policy.rehearse.files import home
        from clas_policy.rehearse.running import Bench
        from clas_policy.stage import Stage

        shelves = [*self._host.shelves(), engine_shelf()]
        own = home(path, shelves)
        key = own.folder.resolve() if own is not None else None
        if key not in self._ready:
            catalogue = Catalogue([*([own] if own is not None else []), *shelves])
            stage = Stage(catalogue, self._host)
            self._ready[key] = catalogue, stage, Bench(stage.prepare)
        return self._ready[key]


_HOUSE: pytest.StashKey[_House] = pytest.StashKey()


def _house(config: pytest.Config) -> _House:
    if _HOUSE not in config.stash:
        config.stash[_HOUSE] = _House()
    return config.stash[_HOUSE]


def _display(path: Path) -> str:
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def _told(problems: Iterable[Problem]) -> str:
    """Problems as a failed test shows them, in the reader's language."""
    from clas_policy import i18n

    lang = i18n.language(None, os.environ)
    lines: list[str] = []
    for problem in problems:
        place = f"{problem.span}: " if problem.span is not None else ""
        lines.append(f"{place}{i18n.translate(problem.message, lang)} [{problem.code}]")
        if problem.excerpt:
            lines.append(f"    {problem.excerpt.strip()}")
        if problem.hint is not None:
            lines.append(f"  {i18n.translate(problem.hint, lang)}")
    return "\n".join(lines)
