"""Policies from the texts of their layers, in memory or as files."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from clas_policy.model.policy import Policy
from clas_policy.problem import Problem
from clas_policy.reading.compose import compose
from clas_policy.reading.layer import Layer, ReadLayer, read_layer
from clas_policy.source import Span

ROOT: Final = Path(__file__).parents[1]
NATIONAL: Final = ROOT / "policies"
GERS: Final = ROOT / "plugins" / "clas-policy-gers" / "src" / "clas_policy_gers" / "policies"
SHIPPED: Final = (
    (NATIONAL, "national/referentiel-2019"),
    (NATIONAL, "national/2024-2025"),
    (GERS, "departements/32/2024-2025"),
)
CODES: Final = frozenset(
    code
    for page in (ROOT / "engine" / "clas_policy" / "help").glob("*.toml")
    for code in tomllib.loads(page.read_text(encoding="utf-8"))
)
_LINE_END: Final = re.compile(r"\r\n|\r|\n")


def shipped() -> dict[str, str]:
    """The texts of the shipped layers, by id, from the référentiel down."""
    return {name: (folder / f"{name}.yaml").read_text(encoding="utf-8") for folder, name in SHIPPED}


def read(name: str, data: str | bytes) -> ReadLayer:
    data = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
    return read_layer(data, f"{name}.yaml", "local files", expected_id=name, expected_version=1)


def composed(texts: Mapping[str, str]) -> tuple[Policy | None, tuple[Problem, ...]]:
    """What the layers come to, from the référentiel down, with every problem of reading and composing them."""
    found = [read(name, text) for name, text in texts.items()]
    problems = [problem for one in found for problem in one.problems]
    layers: list[Layer] = [one.layer for one in found if one.layer is not None]
    if len(layers) < len(found) or any(problem.severity == "error" for problem in problems):
        return None, tuple(problems)
    composition = compose(tuple(layers))
    return composition.policy, (*problems, *composition.problems)


def policy_of(texts: Mapping[str, str]) -> Policy:
    """The policy of layers in which nothing is wrong."""
    policy, problems = composed(texts)
    assert policy is not None, [f"{problem.span}: {problem.message} | {problem.excerpt}" for problem in problems]
    return policy


def lay_out(texts: Mapping[str, str | bytes], folder: Path) -> Path:
    """Writes the files of the layers below a folder."""
    for name, text in texts.items():
        place = folder / f"{name}.yaml"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    return folder


def lines_of(text: str) -> list[str]:
    return _LINE_END.split(text)


def spans_of(problem: Problem) -> Iterator[Span]:
    if problem.span is not None:
        yield problem.span
    yield from (related.span for related in problem.related)


def assert_told_well(problems: Iterable[Problem], texts: Mapping[str, str], *, with_excerpts: bool) -> None:
    """Each problem has a page, a sentence, and a place inside its text of which the excerpt is the line.

    `texts` are by file, decoded; a file that is not there is not held to anything.
    """
    for problem in problems:
        assert problem.code in CODES
        for message in (problem.message, problem.hint, *(related.message for related in problem.related)):
            assert message is None or str(message)
        for span in spans_of(problem):
            if span.file in texts:
                assert_inside(span, lines_of(texts[span.file]))
        if with_excerpts and problem.span is not None and problem.span.file in texts:
            assert problem.excerpt == lines_of(texts[problem.span.file])[problem.span.line - 1], problem


def assert_inside(span: Span, lines: list[str]) -> None:
    assert 1 <= span.line <= span.end_line <= len(lines), span
    assert 1 <= span.column <= len(lines[span.line - 1]) + 1, span
    assert 1 <= span.end_column <= len(lines[span.end_line - 1]) + 1, span
    assert (span.line, span.column) <= (span.end_line, span.end_column), span
