"""What could not be decided, kept in a file with the reasons: to be corrected, and given to another run."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from clas_policy.batch.formulas import as_text
from clas_policy.cli import csv_text
from clas_policy.cli.problems import as_json
from clas_policy.cli.settings import Settings
from clas_policy.frozen import dataclass
from clas_policy.problem import Problem
from clas_policy.reading.files import NewFile

FORMATS: Final = (".ndjson", ".csv")
_COLUMNS: Final = ("fichier", "ligne", "endroit", "code", "motif", "aide")


@dataclass(frozen=True, slots=True)
class Set:
    """One dossier that was set apart: where it stands, as it is written, and why."""

    file: str
    line: int
    given: Any
    problems: tuple[Problem, ...]


class Rejects:
    """A file of what was set apart, that appears whole when the run ends."""

    def __init__(self, path: Path, inputs: Iterable[Path], settings: Settings) -> None:
        self._settings = settings
        self._as_csv = path.suffix.lower() == ".csv"
        self._file = NewFile(path, inputs)
        if self._as_csv:
            self._row(_COLUMNS)

    def add(self, one: Set) -> None:
        if self._as_csv:
            for problem in one.problems:
                span = problem.span
                reason = self._settings.say(problem.message)
                hint = self._settings.say(problem.hint) if problem.hint else ""
                at = (span.file, span.line) if span else (one.file, one.line)
                self._row((*at, problem.path or "", problem.code, reason, hint))
            return
        kept = {
            "file": one.file,
            "line": one.line,
            "given": one.given,
            "problems": [as_json(problem, self._settings) for problem in one.problems],
        }
        self._file.write(f"{json.dumps(kept, ensure_ascii=False)}\n".encode("utf-8", "backslashreplace"))

    def settle(self) -> None:
        """Brings everything to the disk; raises OutputError where that cannot be."""
        self._file.settle()

    def keep(self) -> None:
        self._file.keep()

    def discard(self) -> None:
        self._file.discard()

    def _row(self, cells: Iterable[str | int]) -> None:
        """A row that a French spreadsheet opens as it is; what looks like a formula is a text."""
        safe = (as_text(cell) if isinstance(cell, str) else cell for cell in cells)
        self._file.write(csv_text.line(safe, separator=";").encode("utf-8", "backslashreplace"))
