"""The results of policy tests as JUnit XML, for the dashboards of continuous integration."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from clas_policy.cli.safe_text import safe_text

if TYPE_CHECKING:
    from clas_policy.cli.settings import Settings
    from clas_policy.problem import Problem
    from clas_policy.rehearse.running import CaseResult, SuiteResult

_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(results: Iterable[SuiteResult], unread: Iterable[Problem], settings: Settings) -> str:
    """A ``testsuites`` document: a suite per file, a case per case, an error per file that could not be run."""
    root = Element("testsuites", name="clas-policy")
    for result in results:
        _suite(root, result, settings)
    problems = [problem for problem in unread if problem.severity == "error"]
    for file in dict.fromkeys(problem.span.file if problem.span else "" for problem in problems):
        found = [problem for problem in problems if (problem.span.file if problem.span else "") == file]
        suite = SubElement(root, "testsuite", name=_text(file or "clas-policy"), tests="1", failures="0", errors="1")
        case = SubElement(suite, "testcase", name=_text(file or "clas-policy"), classname="clas-policy", time="0")
        _trouble(case, "error", found, settings)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, result: SuiteResult, settings: Settings) -> None:
    failed = sum(done.fails for done in result.cases) + bool(result.figures)
    skipped = sum(done.verdict == "todo" for done in result.cases)
    suite = SubElement(
        root,
        "testsuite",
        name=_text(result.suite.file),
        tests=str(len(result.cases) + bool(result.suite.figures)),
        failures=str(failed),
        errors="0",
        skipped=str(skipped),
    )
    policy = result.suite.policy.id
    if result.suite.figures:
        case = SubElement(suite, "testcase", name="figures", classname=_text(policy), time="0")
        if result.figures:
            _trouble(case, "failure", result.figures, settings)
    for done in result.cases:
        _case(suite, done, policy, settings)


def _case(suite: Element, done: CaseResult, policy: str, settings: Settings) -> None:
    case = SubElement(
        suite,
        "testcase",
        name=_text(done.case.name),
        classname=_text(policy),
        file=_text(done.case.at.file),
        line=str(done.case.at.line),
        time="0",
    )
    if done.verdict == "todo":
        SubElement(case, "skipped", message=_text(done.case.todo or ""))
    elif done.fails:
        _trouble(case, "failure", done.problems, settings)


def _trouble(case: Element, kind: str, problems: Sequence[Problem], settings: Settings) -> None:
    """The first problem as the message, all of them with their places as the text."""
    element = SubElement(case, kind, message=_said(problems[0], settings), type=problems[0].code)
    element.text = "\n".join(f"{_text(str(problem.span))}: {_said(problem, settings)}" for problem in problems)


def _said(problem: Problem, settings: Settings) -> str:
    return _text(settings.say(problem.message))


def _text(text: str) -> str:
    """Without what XML cannot hold, shown as people see it elsewhere."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", safe_text(text))
