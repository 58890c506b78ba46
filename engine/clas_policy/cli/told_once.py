"""The problems of a long run as they come: each is shown once, and no more of them than can be read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from clas_policy.cli import streams
from clas_policy.cli.batch_progress import Progress
from clas_policy.cli.problems import show
from clas_policy.cli.settings import Settings
from clas_policy.problem import Message, Problem, Related
from clas_policy.source import Span
from clas_policy.speech import Speech

_MOST: Final = 200
"""So many problems are shown one by one."""


class ToldOnce:
    """What a run has said so far of what is wrong."""

    def __init__(self, settings: Settings, progress: Progress) -> None:
        self._settings = settings
        self._progress = progress
        self._shown: set[Problem] = set()
        self._others = 0

    def say(self, problems: Iterable[Problem], at: Span | None = None) -> None:
        """Shows those that have not been shown, over the progress of the run.

        `at` is the dossier that they were met at: where a problem has no place of its own, that is where to begin.
        """
        for problem in problems:
            if problem in self._shown:
                continue
            if len(self._shown) >= _MOST:
                self._others += 1
                continue
            self._shown.add(problem)
            self._progress.clear()
            told = problem
            if at is not None and problem.span is None:
                first = Related(Message("the first of these dossiers"), at)
                told = replace(problem, related=(*problem.related, first))
            show([told], self._settings, summary=False)

    def end(self, *, with_rejects: bool = False) -> None:
        """Says how many were not shown; `with_rejects`, how to keep them all."""
        if not self._others:
            return
        _ = Speech(self._settings.lang)
        told = _.plural("{count} more problem is not shown", "{count} more problems are not shown", self._others)
        kept = _("`--rejects FILE` keeps them all")
        streams.tell(f"{told}{_.semicolon}{kept}" if with_rejects else told)
