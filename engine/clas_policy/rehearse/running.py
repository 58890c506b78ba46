"""Policy tests, run: what came out against what is expected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, assert_never

from clas_policy.explain import Evaluation, Evaluator, findings
from clas_policy.frozen import dataclass
from clas_policy.model.decision import GrantResult, MemberRef
from clas_policy.model.dossier import Dossier
from clas_policy.model.money import format_euros
from clas_policy.model.policy import Policy
from clas_policy.model.truth import STATUS
from clas_policy.problem import Message, Problem
from clas_policy.rehearse import reasons
from clas_policy.rehearse.suite import (
    Case,
    EffectIs,
    Expectation,
    Figure,
    GrantIs,
    MissingAre,
    OutcomeIs,
    StatusIs,
    Suite,
    TotalIs,
    WarningsAre,
)
from clas_policy.source import Span
from clas_policy.wording import value_text

NOTHING: Final = "[]"
NONE: Final = "none"
"""How a test file says that an admissibility item has no effect."""
UNBOUNDED: Final = "unbounded"
DERIVATION_FAILED: Final = "CLAS-W408"

Prepare = Callable[[Policy, Dossier], tuple[Dossier, tuple[Problem, ...]]]
"""Adds the facts that plugins derive, and says which derivations failed."""


def as_it_is(_policy: Policy, dossier: Dossier) -> tuple[Dossier, tuple[Problem, ...]]:
    """For policies of which no fact is derived."""
    return dossier, ()


@dataclass(frozen=True, slots=True)
class Failure:
    """One expectation that does not hold, in the words of test files."""

    subject: str
    expected: str
    found: str
    at: Span
    why: Message | None = None

    @property
    def problem(self) -> Problem:
        message = Message(
            "`{subject}` is `{found}`, where `{expected}` is expected",
            {"subject": self.subject, "found": self.found, "expected": self.expected},
        )
        if self.subject in ("missing", "warnings"):
            message = Message("`{subject}` is not the list that is expected", {"subject": self.subject})
        return Problem("CLAS-T201", message, self.at, hint=self.why)


def _of_names(subject: str, expected: frozenset[str], found: frozenset[str], at: Span) -> Failure:
    """The failure of a list: what it has besides what is expected, and what it lacks."""
    more, less = sorted(found - expected), sorted(expected - found)
    parts: list[Message] = []
    if more:
        parts.append(Message("not expected: {names}", {"names": ", ".join(more)}))
    if less:
        parts.append(Message("expected and not there: {names}", {"names": ", ".join(less)}))
    why = parts[0] if len(parts) == 1 else Message("{first}; {second}", {"first": parts[0], "second": parts[1]})
    return Failure(subject, _list(expected), _list(found), at, why)


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What came of one case; `troubles` are the derivations that failed, which fail the case."""

    case: Case
    evaluation: Evaluation
    failures: tuple[Failure, ...]
    troubles: tuple[Problem, ...] = ()
    warned: frozenset[str] = frozenset()
    """Codes of warnings that come from outside the evaluation."""

    @property
    def holds(self) -> bool:
        return not self.failures and not self.troubles

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What it fails on: derivations, then expectations."""
        return (*self.troubles, *(failure.problem for failure in self.failures))

    @property
    def fails(self) -> bool:
        """Whether the run fails for it: a case still to do is only told."""
        return not self.holds and self.case.todo is None

    @property
    def verdict(self) -> str:
        """``passed``, ``failed``, ``todo`` (does not hold yet), or ``done`` (marked as to do, and holds)."""
        if self.case.todo is not None:
            return "done" if self.holds else "todo"
        return "passed" if self.holds else "failed"


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """What came of one test file."""

    suite: Suite
    figures: tuple[Problem, ...]
    """The figures typed twice that are not the same."""
    cases: tuple[CaseResult, ...]

    @property
    def fails(self) -> bool:
        return bool(self.figures) or any(result.fails for result in self.cases)


class Bench:
    """Evaluators made once for each policy, and dossiers made ready."""

    def __init__(self, prepare: Prepare = as_it_is) -> None:
        self._prepare = prepare
        self._evaluators: dict[int, tuple[Policy, Evaluator]] = {}

    def run(self, suite: Suite) -> SuiteResult:
        """Runs every case of a file."""
        figures = tuple(figure_problems(suite))
        return SuiteResult(suite, figures, tuple(self.run_case(case) for case in suite.cases))

    def run_case(self, case: Case) -> CaseResult:
        evaluator = self.evaluator(case.policy)
        dossier, troubles = self._prepare(case.policy, case.dossier)
        evaluation = evaluator.evaluate(dossier)
        failed = frozenset({DERIVATION_FAILED}) if troubles else frozenset()
        failures = tuple(failures_of(case.expectations, evaluation, failed))
        expected = any(DERIVATION_FAILED in e.codes for e in case.expectations if isinstance(e, WarningsAre))
        return CaseResult(case, evaluation, failures, () if expected else troubles, failed)

    def evaluator(self, policy: Policy) -> Evaluator:
        """The evaluator of a policy, compiled once."""
        kept = self._evaluators.get(id(policy))
        if kept is None:
            kept = self._evaluators[id(policy)] = policy, Evaluator(policy)
        return kept[1]


def figure_problems(suite: Suite, policy: Policy | None = None) -> Iterator[Problem]:
    """The figures that the policy has otherwise than they were typed the second time."""
    parameters = (policy or suite.policy).parameters
    for figure in suite.figures:
        parameter = parameters[figure.parameter]
        if parameter.value != figure.value:
            values = {
                "subject": figure.parameter,
                "found": value_text(parameter.value, figure.type),
                "expected": value_text(figure.value, figure.type),
            }
            message = Message("`{subject}` is `{found}`, where `{expected}` is expected", values)
            yield Problem("CLAS-T202", message, figure.at, hint=_written_at(figure, parameter.value_origin.at))


def _written_at(figure: Figure, at: Span | None) -> Message | None:
    if at is None:
        return None
    values = {"place": f"{at.file}:{at.line}", "name": figure.parameter}
    return Message("look at the source again: `{name}` is written at {place}", values)


def failures_of(
    expectations: Iterable[Expectation], evaluation: Evaluation, warned: frozenset[str] = frozenset()
) -> Iterator[Failure]:
    """The expectations that an evaluation does not meet; `warned` are codes of warnings from outside of it."""
    for expectation in expectations:
        match expectation:
            case OutcomeIs(outcome=outcome, at=at):
                if evaluation.outcome != outcome:
                    yield Failure("outcome", outcome, evaluation.outcome, at)
            case StatusIs():
                yield from _statuses(expectation, evaluation)
            case GrantIs():
                yield from _grants(expectation, evaluation)
            case TotalIs():
                yield from _totals(expectation, evaluation)
            case EffectIs(item=item, effect=effect, at=at):
                effects = {unmet.effect for unmet in findings.unmet(evaluation) if unmet.name == item}
                if effects != ({effect} if effect is not None else set()):
                    found_effect = ", ".join(sorted(effects)) or NONE
                    yield Failure(f"effects.{item}", effect or NONE, found_effect, at)
            case MissingAre(names=names, at=at):
                found = frozenset(item.fact or _entity_of(item.list, evaluation) for item in evaluation.missing)
                if found != names:
                    yield _of_names("missing", names, found, at)
            case WarningsAre(codes=codes, at=at):
                found = frozenset(warning.code for warning in findings.warnings(evaluation)) | warned
                if found != codes:
                    yield _of_names("warnings", codes, found, at)
            case _:
                assert_never(expectation)


def _list(names: Iterable[str]) -> str:
    return f"[{', '.join(sorted(names))}]"


def _entity_of(list_key: str | None, evaluation: Evaluation) -> str:
    entities = evaluation.policy.entities.values()
    return next((entity.id for entity in entities if entity.list_key == list_key), list_key or "")


def _of(name: str, member: MemberRef | None) -> str:
    return name if member is None else f"{name} ({member.id})"


def _statuses(expected: StatusIs, evaluation: Evaluation) -> Iterator[Failure]:
    seen = False
    for member, truth in evaluation.truth(expected.name):
        if expected.member is None or (member is not None and member.id == expected.member):
            seen = True
            if truth is not expected.truth:
                why = reasons.of_rule(expected.name, member, evaluation)
                yield Failure(_of(expected.name, member), STATUS[expected.truth], STATUS[truth], expected.at, why)
    if not seen:
        yield Failure(expected.name, STATUS[expected.truth], NOTHING, expected.at)


def _grants(expected: GrantIs, evaluation: Evaluation) -> Iterator[Failure]:
    seen = False
    for result in evaluation.grants:
        member = result.member
        if result.grant.name != expected.grant:
            continue
        if expected.member is None or (member is not None and member.id == expected.member):
            seen = True
            amount = (result.at_least, result.at_most)
            if result.status != expected.status or (expected.amount is not None and amount != expected.amount):
                found = grant_text(result, plain=expected.amount is None)
                why = reasons.of_grant(result, evaluation)
                yield Failure(_of(expected.grant, member), _expected_text(expected), found, expected.at, why)
    if not seen:
        yield Failure(expected.grant, _expected_text(expected), NOTHING, expected.at)


def _expected_text(expected: GrantIs) -> str:
    if expected.amount is None:
        return expected.status
    return f"{expected.status}: {range_text(*expected.amount)}"


def grant_text(result: GrantResult, *, plain: bool = False) -> str:
    """``due: 2758.28 EUR``; the status alone where it is asked for, or where there is no amount to speak of."""
    if plain or result.status == "refused":
        return result.status
    return f"{result.status}: {range_text(result.at_least, result.at_most)}"


def range_text(low: int, high: int | None) -> str:
    """An amount as test files write it."""
    if low == high:
        return format_euros(low)
    return f"{{from: {format_euros(low)}, to: {UNBOUNDED if high is None else format_euros(high)}}}"


def _totals(expected: TotalIs, evaluation: Evaluation) -> Iterator[Failure]:
    totals = evaluation.totals if expected.funder is None else evaluation.by_funder.get(expected.funder)
    found = 0 if totals is None else getattr(totals, expected.total)
    if found != expected.cents:
        subject = "totals" if expected.funder is None else f"totals.{expected.funder}"
        yield Failure(f"{subject}.{expected.total}", _cents(expected.cents), _cents(found), expected.at)


def _cents(value: int | None) -> str:
    return UNBOUNDED if value is None else format_euros(value)


def notices(results: Iterable[SuiteResult], policy_of: Callable[[Policy], Policy | None]) -> bool:
    """Whether the tests notice a change: of each case, the evaluation under `policy_of` its policy, until one fails.

    `policy_of` gives the changed policy, or None where the change does not touch it.
    """
    evaluators: dict[int, Evaluator | None] = {}
    for result in results:
        changed = policy_of(result.suite.policy)
        if changed is not None and any(figure_problems(result.suite, changed)):
            return True
        for done in result.cases:
            if not done.holds:
                continue
            key = id(done.case.policy)
            if key not in evaluators:
                other = policy_of(done.case.policy)
                evaluators[key] = None if other is None else Evaluator(other)
            evaluator = evaluators[key]
            if evaluator is None:
                continue
            evaluation = evaluator.evaluate(done.evaluation.dossier)
            if next(failures_of(done.case.expectations, evaluation, done.warned), None) is not None:
                return True
    return False
