"""A test file as it is written: its shape checked, its names not yet looked up."""

from __future__ import annotations

from datetime import date
from typing import Final

from clas_policy.frozen import dataclass
from clas_policy.problem import Message, Problem
from clas_policy.reading import values, yaml_nodes
from clas_policy.reading.identity import Identity
from clas_policy.reading.nodes import Mapping, Scalar
from clas_policy.reading.report import Report, with_excerpts
from clas_policy.reading.schema import shape_problems

SCHEMA: Final = "policy-test"


@dataclass(frozen=True, slots=True)
class CaseText:
    """One case of a file; its shape is right, so `body` has an ``expect`` that is a mapping."""

    key: Scalar
    body: Mapping
    as_of: date | None

    @property
    def expect(self) -> Mapping:
        node = self.body.get("expect")
        return node if isinstance(node, Mapping) else Mapping((), self.body.span)


@dataclass(frozen=True, slots=True)
class SuiteText:
    """A test file whose text and shape are right."""

    file: str
    tests: Scalar
    as_of: date | None
    root: Mapping
    cases: tuple[CaseText, ...]
    lines: tuple[str, ...]

    @property
    def source(self) -> str | None:
        node = self.root.get("source")
        return node.text if isinstance(node, Scalar) else None


@dataclass(frozen=True, slots=True)
class ReadSuite:
    """What reading a test file gave: the file where there is enough of one, and every problem of its text and shape."""

    text: SuiteText | None
    problems: tuple[Problem, ...]
    lines: tuple[str, ...] = ()


def read_suite(data: bytes, file: str) -> ReadSuite:
    """Reads the bytes of a test file, displayed as `file`; nothing that they hold raises."""
    parsed = yaml_nodes.parse(data, file)
    report = Report(list(parsed.problems))
    root = parsed.root
    if root is not None and not report.has_errors:
        report.problems.extend(shape_problems(root, SCHEMA))
    text = None
    if root is not None and not report.has_errors:
        text = _suite(root, file, parsed.lines, report)
    problems = with_excerpts(report.problems, {file: parsed.lines})
    return ReadSuite(None if report.has_errors else text, problems, parsed.lines)


def _suite(root: Mapping, file: str, lines: tuple[str, ...], report: Report) -> SuiteText | None:
    tests, cases = root.get("tests"), root.get("cases")
    if not isinstance(tests, Scalar) or not isinstance(cases, Mapping):
        return None  # the schema has refused it
    identity = Identity.parse(tests.text)
    if identity is None or identity.period is None:
        report.add(
            "CLAS-T101",
            Message("`{id}` is not the id of a layer of a year", {"id": tests.text}),
            tests.span,
            hint=Message("write the `policy:` of the layer that is tested, like `national/2024-2025`"),
        )
        return None
    found = tuple(
        CaseText(key, body, _day(body, report))
        for key, body in cases
        if isinstance(body, Mapping)  # so says the schema
    )
    return SuiteText(file, tests, _day(root, report), root, found, lines)


def _day(node: Mapping, report: Report) -> date | None:
    written = node.get("as_of")
    return values.day(written, report) if isinstance(written, Scalar) else None
