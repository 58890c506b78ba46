"""The report of policy tests in each format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, TextIO

import click

from clas_policy import figures
from clas_policy.cli import json_text, problems, streams
from clas_policy.cli.safe_text import safe_text
from clas_policy.problem import Message, Problem
from clas_policy.reading.report import with_excerpts
from clas_policy.speech import Speech

if TYPE_CHECKING:
    from clas_policy.cli.settings import Settings
    from clas_policy.cli.test_findings import Findings
    from clas_policy.rehearse.coverage import Ratio, Report
    from clas_policy.rehearse.mutation import Mutant, Score
    from clas_policy.rehearse.running import CaseResult, SuiteResult
    from clas_policy.source import Span


def view(found: Findings, form: str, settings: Settings, stream: TextIO | None) -> str:
    """The report in a format; coloured as `stream` is (None: a file, without colours)."""
    match form:
        case "json":
            return json_text.indented(_json(found, settings)) + "\n"
        case "junit":
            from clas_policy.cli.junit import junit

            return junit(found.rehearsal.results, found.rehearsal.problems, settings)
        case "text":
            colour = stream is not None and streams.has_colour(stream, settings.color)
            return "".join(f"{line}\n" for line in Text(found, settings, colour=colour).lines())
        case _:
            return problems.render(all_problems(found), form, settings, {})


def all_problems(found: Findings) -> list[Problem]:
    """Everything that is wrong, as problems with their places."""
    every = [*found.rehearsal.problems]
    for result in found.rehearsal.results:
        every += result.figures
        for done in result.cases:
            if done.fails:
                every += case_problems(done)
    every += found.problems
    lines = {result.suite.file: result.suite.lines for result in found.rehearsal.results}
    return [*with_excerpts(every, lines)]


def case_problems(done: CaseResult) -> Iterator[Problem]:
    """What a case fails on, each with the name of the case."""
    yield from done.troubles
    for failure in done.failures:
        problem = failure.problem
        told = Message("{case}: {said}", {"case": done.case.name, "said": problem.message})
        yield Problem(problem.code, told, problem.span, hint=problem.hint)


class Text:
    """The report for people: what fails with its place, what was looked for, and the counts."""

    def __init__(self, found: Findings, settings: Settings, *, colour: bool) -> None:
        self._found = found
        self._settings = settings
        self._colour = colour
        self.say = Speech(settings.lang)

    def lines(self) -> Iterator[str]:
        rehearsal = self._found.rehearsal
        for problem in rehearsal.problems:
            yield problems.as_text(problem, self._settings, {}, colour=self._colour)
        for result in rehearsal.results:
            yield from self._suite(result)
        yield from self._unasserted()
        yield from self._coverage()
        yield from self._mutants()
        yield from self._unreached()
        for problem in self._found.problems:
            yield problems.as_text(problem, self._settings, {}, colour=self._colour)
        yield self._summary()

    def _suite(self, result: SuiteResult) -> Iterator[str]:
        lines = {result.suite.file: result.suite.lines}
        counted = self.say.plural("{count} case", "{count} cases", len(result.cases))
        file = self._paint(safe_text(result.suite.file), bold=True)
        yield f"{file} ({result.suite.policy.id}){self.say.colon}{counted}"
        for problem in with_excerpts(result.figures, lines):
            yield problems.as_text(problem, self._settings, lines, colour=self._colour)
        for done in result.cases:
            yield from self._case(done, lines)
        done_already = sum(done.verdict == "done" for done in result.cases)
        if done_already and not self._settings.verbose:
            yield "  " + self.say.plural(
                "{count} case marked `todo` holds already: read it again, and remove the mark  (`-v` names it)",
                "{count} cases marked `todo` hold already: read them again, and remove the mark  (`-v` names them)",
                done_already,
            )

    def _case(self, done: CaseResult, lines: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
        name = safe_text(done.case.name)
        match done.verdict:
            case "passed":
                if self._settings.verbose:
                    yield f"  {self._paint('✓', 'green')} {name}"
            case "done" if not self._settings.verbose:
                return
            case "done":
                yield f"  {self._paint('✓', 'yellow')} {name}"
                yield f"    {self.say('it holds: `todo` can go')} ({safe_text(done.case.todo or '')})"
            case "todo":
                yield f"  {self._paint('…', 'yellow')} {name}"
                yield f"    {self.say('to do')}{self.say.colon}{safe_text(done.case.todo or '')}"
                for failure in done.failures:
                    place = f"{safe_text(failure.at.file)}:{failure.at.line}"
                    yield f"    {place}{self.say.colon}{safe_text(self._settings.say(failure.problem.message))}"
            case _:
                yield f"  {self._paint('✗', 'red')} {self._paint(name, bold=True)}"
                for problem in with_excerpts(done.problems, lines):
                    yield problems.as_text(problem, self._settings, lines, colour=self._colour)

    def _unasserted(self) -> Iterator[str]:
        if not self._found.wanted.unasserted:
            return
        rules = self._found.unasserted
        if not rules:
            yield self.say("every rule is asserted by a case")
            return
        yield self._paint(self.say("no case says anything of:"), bold=True)
        for rule in rules:
            place = f" ({rule.at.file}:{rule.at.line})" if rule.at is not None else ""
            yield f"  {rule.kind} {rule.name}{self.say.colon}{safe_text(rule.label)}{place}"

    def _coverage(self) -> Iterator[str]:
        """What is covered in all, by kind and by file, and what no case has met."""
        report = self._found.coverage
        if report is None:
            return
        ratio = report.ratio
        covered = self.say("{covered} of {total} covered", covered=str(ratio.covered), total=str(ratio.total))
        yield self._paint(f"{self.say('coverage')}{self.say.colon}{self._percent(ratio)} ({covered})", bold=True)
        kinds = [f"{self._kind(kind)} {own.covered}/{own.total}" for kind, own in report.by_kind.items()]
        yield f"  {', '.join(kinds)}"
        from clas_policy.rehearse.coverage.point import together

        for file, own in self._found.by_file().items():
            yield f"  {safe_text(file)}{self.say.colon}{self._percent(own)}"
            missing = [point for point in report.uncovered if file in {at.file for at in (point.at, *point.also)}]
            for told, points in together(missing):
                # A point is also about the line of the figure that it is a boundary of, perhaps in another file.
                line = next(at.line for at in (points[0].at, *points[0].also) if at.file == file)
                yield f"    {line}{self.say.colon}{safe_text(self._settings.say(told))}"

    def _mutants(self) -> Iterator[str]:
        """How many slips are noticed; those that provably change nothing, with the proof."""
        score = self._found.mutants
        if score is None:
            return
        say = self.say
        parts = [
            say("{count} noticed", count=str(len(score.killed))),
            say("{count} not noticed", count=str(len(score.survived))),
            say.plural("{count} changes nothing", "{count} change nothing", len(score.equivalent)),
        ]
        total = say.plural("{count} slip tried", "{count} slips tried", score.total)
        yield self._paint(f"{total}{say.colon}{', '.join(parts)}", bold=True)
        for each in score.equivalent:
            at = each.mutant.at
            change = safe_text(self._settings.say(each.mutant.change))
            yield f"  {safe_text(at.file)}:{at.line}{say.colon}{change}"
            yield f"    {say('it changes nothing')}{say.colon}{safe_text(self._settings.say(each.because))}"

    def _unreached(self) -> Iterator[str]:
        if self._found.unreached:
            yield self._paint(self.say("no case was found for:"), bold=True)
            for point in self._found.unreached:
                said = safe_text(self._settings.say(point.message))
                yield f"  {safe_text(point.at.file)}:{point.at.line}{self.say.colon}{said}"

    def _kind(self, kind: str) -> str:
        return {
            "branch": self.say("branches"),
            "boundary": self.say("boundaries"),
            "case": self.say("amounts chosen"),
            "reading": self.say("readings"),
            "admissibility": self.say("admissibility"),
            "grant": self.say("statuses of grants"),
            "outcome": self.say("outcomes"),
        }[kind]

    def _percent(self, ratio: Ratio) -> str:
        return figures.rate(f"{ratio.percent:g} %", self._settings.lang)

    def _summary(self) -> str:
        counts, say = self._found.rehearsal.count(), self.say
        parts = [say.plural("{count} case holds", "{count} cases hold", counts["passed"] + counts["done"])]
        if counts["failed"]:
            parts.append(say.plural("{count} fails", "{count} fail", counts["failed"]))
        if counts["todo"]:
            parts.append(say("{count} to do", count=str(counts["todo"])))
        mistyped = sum(len(result.figures) for result in self._found.rehearsal.results)
        if mistyped:
            parts.append(say.plural("{count} figure differs", "{count} figures differ", mistyped))
        total = say.plural("{count} case", "{count} cases", sum(counts.values()))
        return self._paint(f"{total}{say.colon}{', '.join(parts)}", bold=True)

    def _paint(self, text: str, fg: str | None = None, *, bold: bool = False) -> str:
        return click.style(text, fg=fg, bold=bold or None) if self._colour else text


def _json(found: Findings, settings: Settings) -> dict[str, Any]:
    counts = found.rehearsal.count()
    answer: dict[str, Any] = {
        "format": "clas-policy/test/1",
        "passed": counts["passed"] + counts["done"],
        "failed": counts["failed"],
        "todo": counts["todo"],
        "files": [_suite_json(result, settings) for result in found.rehearsal.results],
        "problems": [problems.as_json(problem, settings) for problem in found.rehearsal.problems],
    }
    if found.wanted.unasserted:
        answer["unasserted"] = [{"kind": rule.kind, "name": rule.name, **_place(rule.at)} for rule in found.unasserted]
    if found.coverage is not None:
        answer["coverage"] = _coverage_json(found.coverage, found.by_file(), settings)
    if found.mutants is not None:
        answer["mutants"] = _mutants_json(found.mutants, settings)
    return answer


def _mutants_json(score: Score, settings: Settings) -> dict[str, Any]:
    def of(mutant: Mutant) -> dict[str, Any]:
        return {"change": settings.say(mutant.change), "kind": mutant.kind, "item": mutant.item, **_place(mutant.at)}

    return {
        "noticed": len(score.killed),
        "survived": [of(mutant) for mutant in score.survived],
        "equivalent": [{**of(each.mutant), "because": settings.say(each.because)} for each in score.equivalent],
    }


def _coverage_json(report: Report, by_file: Mapping[str, Ratio], settings: Settings) -> dict[str, Any]:
    def ratio(of: Ratio) -> dict[str, Any]:
        return {"covered": of.covered, "total": of.total, "percent": of.percent}

    return {
        **ratio(report.ratio),
        "by_kind": {kind.value: ratio(of) for kind, of in report.by_kind.items()},
        "by_file": {file: ratio(of) for file, of in by_file.items()},
        "missing": [
            {"kind": point.kind.value, "message": settings.say(point.message), **_place(point.at)}
            for point in report.uncovered
        ],
    }


def _suite_json(result: SuiteResult, settings: Settings) -> dict[str, Any]:
    return {
        "file": result.suite.file,
        "policy": result.suite.policy.id,
        "figures": [problems.as_json(problem, settings) for problem in result.figures],
        "cases": [_case_json(done, settings) for done in result.cases],
    }


def _case_json(done: CaseResult, settings: Settings) -> dict[str, Any]:
    return {
        "name": done.case.name,
        "result": "passed" if done.verdict == "done" else done.verdict,
        "todo": done.case.todo,
        **_place(done.case.at),
        "failures": [
            {
                "subject": failure.subject,
                "expected": failure.expected,
                "found": failure.found,
                **_place(failure.at),
            }
            for failure in done.failures
        ],
        "problems": [problems.as_json(problem, settings) for problem in done.troubles],
    }


def _place(at: Span | None) -> dict[str, Any]:
    return {"file": at.file if at else None, "line": at.line if at else None, "column": at.column if at else None}
