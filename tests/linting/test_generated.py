"""Lint on generated policies: it never fails, and every finding can be silenced where it stands."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.yaml_generation import Layers, layers

from clas_policy.catalogue import Catalogue, user_shelf
from clas_policy.linting import RULES, lint
from clas_policy.problem import Problem


@given(layers(), st.integers(0, 2**16))
@settings(max_examples=12, deadline=None)
def test_any_policy_is_looked_at(policy: Layers, seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, text in policy.texts(seed).items():
            file = Path(folder) / f"{name}.yaml"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        catalogue = Catalogue([user_shelf(Path(folder))])
        report = lint(catalogue, catalogue.files())
        assert report.errors == ()
        for problem in report.findings:
            assert problem.severity == RULES[problem.code]
            assert problem.span is not None
            assert problem.excerpt is not None
        # Every finding is silenced by a comment above its line, and then nothing is left to say.
        silenced = _silenced(catalogue, report.findings)
        for place, text in silenced.items():
            Path(place).write_text(text, "utf-8")
        again = Catalogue([user_shelf(Path(folder))])
        assert lint(again, again.files()).findings == ()


def _silenced(catalogue: Catalogue, findings: Iterable[Problem]) -> dict[str, str]:
    codes: dict[str, dict[int, set[str]]] = {}
    for problem in findings:
        assert problem.span is not None
        codes.setdefault(problem.span.file, {}).setdefault(problem.span.line, set()).add(problem.code)
    texts = {}
    for file in catalogue.files():
        if file.display in codes:
            out = []
            for number, line in enumerate(catalogue.read(file).lines, 1):
                if number in codes[file.display]:
                    names = ", ".join(sorted(codes[file.display][number]))
                    out.append(f"{line[: len(line) - len(line.lstrip(' '))]}# lint: {names} parce que")
                out.append(line)
            texts[str(file.path)] = "\n".join(out)
    return texts
