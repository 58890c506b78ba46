"""Suggested cases as the text of a test file, each to be confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from clas_policy.explain import Evaluation
from clas_policy.i18n import translate
from clas_policy.model.decision import GrantResult
from clas_policy.model.dossier import Dossier
from clas_policy.model.fact import Fact, Type, Value
from clas_policy.model.money import format_euros
from clas_policy.model.policy import Policy
from clas_policy.model.truth import STATUS
from clas_policy.rehearse.answers import written
from clas_policy.rehearse.coverage.point import Point
from clas_policy.rehearse.expecting import STATUSES
from clas_policy.rehearse.suggesting import naming
from clas_policy.rehearse.suggesting.changes import Changes
from clas_policy.rehearse.suggesting.finding import Suggestion
from clas_policy.rehearse.suggesting.yaml_text import Tree, comments, lines, text

TO_CONFIRM: Final = "à confirmer"
_TOLD: Final = 6
"""So many lines say what a case covers."""
_RULES: Final = ("criteria", "deadlines", "orientations")


def cases_text(suggestions: Iterable[Suggestion], policy: Policy, taken: Iterable[str] = ()) -> str:
    """Cases to put under ``cases:`` of a test file, none with a name that is `taken`."""
    names = set(taken)
    written_lines: list[str] = []
    for suggestion in suggestions:
        name = _free(naming.name(suggestion, policy), names)
        names.add(name)
        written_lines += [*_case(suggestion, policy, name), ""]
    return "\n".join(written_lines)


def file_text(suggestions: Sequence[Suggestion], policy: Policy, dossier: Dossier) -> str:
    """A whole test file: the dossier that the cases start from, and the cases."""
    head = [
        f"tests: {policy.id}",
        "dossier:",
        *lines(_answers(dossier, policy), 2, deep=2),
        "cases:",
    ]
    return "\n".join(head) + "\n" + cases_text(suggestions, policy)


def _free(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    number = 2
    while f"{name} ({number})" in taken:
        number += 1
    return f"{name} ({number})"


def _case(suggestion: Suggestion, policy: Policy, name: str) -> Iterator[str]:
    yield from comments(_covered(suggestion.covers), 2)
    yield f"  {text(name)}:"
    yield f"    todo: {TO_CONFIRM}"
    for key, tree in _changes(suggestion.changes, policy):
        yield f"    {key}:"
        yield from lines(tree, 6, deep=1)
    yield "    expect:"
    yield from lines(_expected(suggestion, policy), 6, deep=1)


def _covered(points: Sequence[Point]) -> list[str]:
    told: dict[str, list[str]] = {}
    for point in points:
        subject, sight = (translate(message, naming.LANGUAGE) for message in (point.subject, point.sight))
        told.setdefault(f"{point.at.file}:{point.at.line}, {subject}", []).append(sight)
    sentences = [f"couvre {subject} : {', '.join(sights)}" for subject, sights in told.items()]
    if len(sentences) > _TOLD:
        rest = len(sentences) - _TOLD + 1
        sentences = [*sentences[: _TOLD - 1], f"couvre encore {rest} autres endroits"]
    return sentences


def _changes(changes: Changes, policy: Policy) -> Iterator[tuple[str, Mapping[str, Tree]]]:
    if changes.removed:
        yield "remove", {entity: f"[{', '.join(map(text, names))}]" for entity, names in changes.removed.items()}
    changed: dict[str, Tree] = dict(_facts(changes.facts, policy))
    changed |= {entity: _group(group, policy) for entity, group in changes.members.items()}
    changed |= {entity: "[]" if is_empty else "unknown" for entity, is_empty in changes.lists.items()}
    if changed:
        yield "change", changed
    if changes.added:
        yield "add", {entity: _group(group, policy) for entity, group in changes.added.items()}


def _group(group: Mapping[str, Mapping[str, Value | None]], policy: Policy) -> Tree:
    return {member: _facts(facts, policy) for member, facts in group.items()}


def _facts(facts: Mapping[str, Value | None], policy: Policy) -> Mapping[str, str]:
    return {name: value_text(policy.facts[name], value) for name, value in facts.items()}


def _answers(dossier: Dossier, policy: Policy) -> Mapping[str, Tree]:
    found: dict[str, Tree] = dict(_facts(dossier.facts, policy))
    for entity, group in dossier.members.items():
        found[entity] = _group({member.id: member.facts for member in group}, policy) if group else "[]"
    return found


def value_text(fact: Fact, value: Value | None) -> str:
    """A value as test files write it, a text as YAML writes it."""
    told = written(fact, value)
    return text(told) if isinstance(value, str) and fact.type is Type.TEXT else told


def _expected(suggestion: Suggestion, policy: Policy) -> Mapping[str, Tree]:
    """What the policy says today, of what the case is about."""
    evaluation, touched = suggestion.evaluation, suggestion.changes.touched
    found: dict[str, Tree] = {"outcome": evaluation.outcome}
    for section in _RULES:
        names = [point.rule.name for point in suggestion.covers if point.rule.section == section]
        statuses = {
            name: tree for name in dict.fromkeys(names) if (tree := _statuses(evaluation, name, touched)) is not None
        }
        if statuses:
            found[section] = statuses
    grants: dict[str, dict[str, Tree]] = {}
    of_dossier: dict[str, Tree] = {}
    for result in evaluation.grants:
        if result.member is None:
            of_dossier[result.grant.name] = _grant(result)
        elif touched is None or result.member in touched:
            grants.setdefault(result.grant.name, {})[result.member.id] = _grant(result)
    members = {name: group for name, group in grants.items() if len(group) > 1 or group.keys().isdisjoint(STATUSES)}
    told = {name: tree for name in policy.grants if (tree := of_dossier.get(name) or members.get(name)) is not None}
    if told:
        found["grants"] = told
    return found


def _statuses(evaluation: Evaluation, name: str, touched: frozenset[tuple[str, str]] | None) -> Tree | None:
    members: dict[str, Tree] = {}
    for member, truth in evaluation.truth(name):
        if member is None:
            return STATUS[truth]
        if touched is None or member in touched:
            members[member.id] = STATUS[truth]
    return members or None


def _grant(result: GrantResult) -> Tree:
    if result.status == "refused":
        return "refused"
    if result.amount is not None:
        return {result.status: format_euros(result.amount)}
    most = "unbounded" if result.at_most is None else format_euros(result.at_most)
    return {result.status: {"from": format_euros(result.at_least), "to": most}}
