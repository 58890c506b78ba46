"""Why a result came out as it did, in one line: enough to see which answer or which rule to look at."""

from __future__ import annotations

from collections.abc import Iterator

from clas_policy.explain import Evaluation
from clas_policy.model import references
from clas_policy.model.condition import Condition
from clas_policy.model.decision import GrantResult, MemberRef
from clas_policy.model.fact import Value
from clas_policy.model.truth import STATUS, Truth
from clas_policy.problem import Message
from clas_policy.rehearse import answers


def of_grant(result: GrantResult, evaluation: Evaluation) -> Message | None:
    """The rules that a grant is refused for, or that leave it undetermined."""
    if result.status not in ("refused", "undetermined"):
        return None
    wanted: Truth = False if result.status == "refused" else None
    policy, member = evaluation.policy, result.member
    items = [item.name for item in policy.admissibility if item.entity in (None, result.grant.entity)]
    names = [*items, *references_of(result.grant.requires, ("criterion", "deadline", "grant", "fact"))]
    if result.grant.accord is not None:
        names.append(result.grant.accord)
    found = [name for name in dict.fromkeys(names) if truth_of(name, member, evaluation) is wanted]
    if not found:
        return None
    told = ", ".join(f"`{name}` {STATUS[wanted]}" for name in found)
    return Message("because of {names}", {"names": told})


def of_rule(name: str, member: MemberRef | None, evaluation: Evaluation) -> Message | None:
    """What a criterion, deadline or orientation reads, and what the dossier says of it."""
    policy = evaluation.policy
    criterion, deadline, orientation = (
        policy.criteria.get(name),
        policy.deadlines.get(name),
        policy.orientations.get(name),
    )
    conditions: list[Condition | None] = []
    if criterion is not None:
        conditions = [criterion.only_if, criterion.requires]
    elif deadline is not None:
        conditions = [deadline.condition]
    elif orientation is not None:
        conditions = [orientation.requires]
    read = list(dict.fromkeys(word for node in conditions for word in _read(node, member, evaluation)))
    return Message("the rule reads {names}", {"names": ", ".join(read)}) if read else None


def references_of(node: Condition | None, kinds: tuple[str, ...]) -> Iterator[str]:
    for reference in references.of_condition(node):
        if reference.kind in kinds:
            yield reference.name


def truth_of(name: str, member: MemberRef | None, evaluation: Evaluation) -> Truth | str:
    """The truth of a name for a member (or of the dossier); a text where the name has none."""
    fact = evaluation.policy.facts.get(name)
    if fact is not None and fact.type != "boolean":
        return ""
    for of, truth in evaluation.truth(name):
        if of is None or of == member:
            return truth
    return ""


def _read(node: Condition | None, member: MemberRef | None, evaluation: Evaluation) -> Iterator[str]:
    for reference in references.of_condition(node):
        if reference.kind == "fact":
            fact = evaluation.policy.facts[reference.name]
            if fact.entity is None or member is not None:
                yield f"`{fact.name}` {answers.written(fact, _value(fact.name, member, evaluation))}"
        elif reference.kind in ("criterion", "deadline"):
            truth = truth_of(reference.name, member, evaluation)
            if not isinstance(truth, str):
                yield f"`{reference.name}` {STATUS[truth]}"
        elif reference.kind == "grant":
            for result in evaluation.grants:
                if result.grant.name == reference.name and result.member in (None, member):
                    yield f"`{reference.name}` {result.status}"


def _value(name: str, member: MemberRef | None, evaluation: Evaluation) -> Value | None:
    dossier = evaluation.dossier
    if evaluation.policy.facts[name].entity is None:
        return dossier.facts.get(name)
    group = dossier.members.get(member.entity, ()) if member is not None else ()
    return next((one.facts.get(name) for one in group if member is not None and one.id == member.id), None)
