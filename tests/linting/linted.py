"""A small scheme, changed here and there, and what lint finds in it."""

from __future__ import annotations

from pathlib import Path

from clas_policy.catalogue import Catalogue, user_shelf
from clas_policy.linting import LintReport, lint

RULES = Path(__file__).resolve().parents[1] / "cli" / "regles"
REFERENTIEL, ANNUAL, LOCAL = "national/referentiel-2000", "national/2001-2002", "departements/09/2001-2002"

Finding = tuple[str, str, str]


class Scheme:
    """The layers of ``tests/cli/regles`` in a folder of their own, with changes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for path in RULES.rglob("*.yaml"):
            copy = folder / path.relative_to(RULES)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())

    def file(self, layer: str) -> Path:
        return self.folder / f"{layer}.yaml"

    def change(self, layer: str, old: str, new: str) -> Scheme:
        text = self.file(layer).read_text(encoding="utf-8")
        assert text.count(old) >= 1, old
        self.file(layer).write_text(text.replace(old, new, 1), encoding="utf-8")
        return self

    def add(self, layer: str, section: str, lines: str) -> Scheme:
        """Entries at the head of a section, which is made where it is not there."""
        text = self.file(layer).read_text(encoding="utf-8")
        block = "".join(f"  {line}\n" for line in lines.strip("\n").splitlines())
        if f"\n{section}:\n" in text:
            text = text.replace(f"\n{section}:\n", f"\n{section}:\n{block}", 1)
        else:
            text += f"{section}:\n{block}"
        self.file(layer).write_text(text, encoding="utf-8")
        return self

    def catalogue(self) -> Catalogue:
        return Catalogue([user_shelf(self.folder)])

    def report(self, *layers: str) -> LintReport:
        catalogue = self.catalogue()
        return lint(catalogue, [file for name in layers or catalogue.ids() for file in catalogue.files(name)])

    def findings(self, *layers: str) -> list[Finding]:
        """The code, the line without its spaces, and what stands there, of each finding."""
        report = self.report(*layers)
        assert report.errors == (), [f"{error.span}: {error.message}" for error in report.errors]
        found = []
        for problem in report.findings:
            assert problem.span is not None
            assert problem.excerpt is not None
            span = problem.span
            end = span.end_column - 1 if span.end_line == span.line else len(problem.excerpt)
            found.append((problem.code, problem.excerpt.strip(), problem.excerpt[span.column - 1 : end]))
        return found

    def marked(self, *layers: str) -> list[tuple[str, str]]:
        """The code of each finding, and what it points at."""
        return [(code, part) for code, _line, part in self.findings(*layers)]
