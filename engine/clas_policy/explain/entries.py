"""The entries of a record, one for each rule and member; what no dossier changes is encoded once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from clas_policy.explain import findings, reasons, workings
from clas_policy.explain.citing import Citations
from clas_policy.explain.compiled import Test
from clas_policy.explain.logic import read
from clas_policy.explain.program import CompiledCriterion, CompiledDeadline, CompiledGrant, CompiledOrientation, Program
from clas_policy.explain.slots import HELD, RANGE, STATUS, Row
from clas_policy.explain.writing import Tell, always, amount_text, by_status, more, opened, quoted, text
from clas_policy.model import condition as c
from clas_policy.model.fact import Origin
from clas_policy.model.policy import Choice
from clas_policy.model.truth import Truth

Write: TypeAlias = Callable[[Row, Row, str], str]
"""An entry as JSON, from the rows and the text of the member that it is of."""
Entries: TypeAlias = tuple[tuple[str | None, Write], ...]
"""How each rule is written, with the entity whose members it has entries for."""


def criteria(program: Program, cite: Citations, *, brief: bool) -> Entries:
    """The criteria, then the deadlines that have a fact."""
    policy = program.policy
    dated = (rule for rule in policy.deadlines.values() if rule.name in program.deadlines)
    return (
        *(
            (rule.entity, _criterion(program.criteria[name], cite, brief=brief))
            for name, rule in policy.criteria.items()
        ),
        *((rule.entity, _deadline(program.deadlines[rule.name], cite, brief=brief)) for rule in dated),
    )


def orientations(program: Program, cite: Citations, *, brief: bool) -> Entries:
    return tuple(
        (orientation.rule.entity, _orientation(orientation, cite, brief=brief))
        for orientation in program.orientations.values()
    )


def grants(program: Program, cite: Citations, *, brief: bool) -> Entries:
    return tuple((grant.rule.entity, _grant(grant, program, cite, brief=brief)) for grant in program.grants.values())


def _origin(origin: Origin) -> str:
    return more(source=origin.source, at=origin.place)


def _head(name: str) -> str:
    return opened(id=name) + ',"entity":'


def _criterion(criterion: CompiledCriterion, cite: Citations, *, brief: bool) -> Write:
    rule, index, only_if = criterion.rule, criterion.cell.index, criterion.only_if
    head, tail = _head(rule.name), more(label=rule.label) + _origin(rule.origin) + _chosen(rule.chosen)
    why = None if brief else _requirement(criterion, cite)
    end, rest = _end(why), _rest(why)
    statuses = by_status("", tail + end)
    if only_if is None:
        return _plain(head, statuses, index, why)
    applies = only_if.run
    inapplicable = f',"status":"met"{tail},"not_applicable":true{end}'

    def write(d: Row, e: Row, member: str) -> str:
        status = inapplicable if applies(d, e) is False else statuses[e[index]]
        return f"{head}{member}{status}{rest(d, e)}"

    return write


def _plain(head: str, statuses: dict[Truth, str], index: int, why: Tell | None) -> Write:
    """An entry that is but its status, and its reasons if they are told."""
    if why is None:
        return lambda _, e, member: f"{head}{member}{statuses[e[index]]}"
    return lambda d, e, member: f"{head}{member}{statuses[e[index]]}{why(d, e)}}}"


def _chosen(choice: Choice | None) -> str:
    if choice is None:
        return ""
    head = opened(reading=choice.reading, label=choice.label, because=choice.because)
    return f',"chosen":{head}{_origin(choice.origin)}}}'


def _requirement(criterion: CompiledCriterion, cite: Citations) -> Tell:
    if criterion.only_if is None:
        return reasons.why(criterion.requires, cite)
    return reasons.only_if(criterion.only_if, criterion.requires, read(criterion.cell), cite)


def _end(why: Tell | None) -> str:
    """What ends an entry: the brace, or its reasons, which a brace then follows."""
    return "}" if why is None else ',"why":'


def _rest(why: Tell | None) -> Tell:
    return always("") if why is None else lambda d, e: why(d, e) + "}"


def _deadline(deadline: CompiledDeadline, cite: Citations, *, brief: bool) -> Write:
    rule, index = deadline.rule, deadline.cell.index
    head, tail = _head(rule.name), more(label=rule.label, kind="deadline") + _origin(rule.origin)
    why = None if brief else reasons.why(deadline.condition, cite)
    end, rest = _end(why), _rest(why)
    statuses = by_status("", tail)

    def write(d: Row, e: Row, member: str) -> str:
        reason = findings.lateness(deadline, d, e)
        late = "" if reason is None else f',"reason":"{reason}"'
        return f"{head}{member}{statuses[e[index]]}{late}{end}{rest(d, e)}"

    return write


def _orientation(orientation: CompiledOrientation, cite: Citations, *, brief: bool) -> Write:
    rule, index, requires = orientation.rule, orientation.cell.index, orientation.requires
    head = _head(rule.name)
    tail = more(weight=rule.weight.value, label=rule.label) + _origin(rule.origin)
    if requires is None:
        tail += more(judged_by="committee")
    why = None if brief or requires is None else reasons.why(requires, cite)
    end = _end(why)
    return _plain(head, by_status("", tail + end), index, why)


def _grant(grant: CompiledGrant, program: Program, cite: Citations, *, brief: bool) -> Write:
    rule, status_at, range_at = grant.rule, grant.cell.index + STATUS, grant.cell.index + RANGE
    head = opened(id=rule.name, label=rule.label, funder=rule.funder) + ',"entity":'
    origin, because = _origin(rule.origin), _because(grant, program)
    how = always("") if brief else workings.of_grant(grant, cite)
    lead = "" if brief else ',"how":'
    told = None if brief or grant.requires is None or _is_named(grant.requires) else reasons.why(grant.requires, cite)
    end, rest = _end(told), _rest(told)
    refused = f',"status":"refused","amount":"0.00","at_most":"0.00"{origin},"because":['
    everything = text(list(rule.because))

    def write(d: Row, e: Row, member: str) -> str:
        status = e[status_at]
        if status == "refused":
            return f"{head}{member}{refused}{because(d, e, False)}]{end}{rest(d, e)}"
        low, high = e[range_at]
        amount, most = amount_text(low), "null" if isinstance(high, float) else amount_text(high)
        paid = f'"amount":{amount if low == high else "null"},"at_most":{most}{origin}{lead}{how(d, e)}'
        names = f"[{because(d, e, None)}]" if status == "undetermined" else everything
        return f'{head}{member},"status":"{status}",{paid},"because":{names}{end}{rest(d, e)}'

    return write


def _is_named(requires: Test) -> bool:
    """Whether a requirement is but a list of names."""
    parts = requires.parts if isinstance(requires.node, c.All) else (requires,)
    return all(part.cell is not None for part in parts)


def _because(grant: CompiledGrant, program: Program) -> Callable[[Row, Row, Truth], str]:
    """The names that decide a grant: those that are not met where it is refused, unknown where it is undetermined."""
    rule, layout = grant.rule, program.layout
    asked = {item.name: layout.cell(item.name) for item in (*program.dossier_items, *grant.admission)}
    for name in rule.because:
        asked[name] = layout.cell(name).beside(HELD) if name in program.grants else layout.cell(name)
    known = {**asked} if rule.accord is None or grant.accord is None else {**asked, rule.accord: grant.accord}
    undecided, failing = (
        tuple((quoted(name), cell.of_member, cell.index) for name, cell in cells.items()) for cells in (asked, known)
    )

    def because(d: Row, e: Row, truth: Truth) -> str:
        names = undecided if truth is None else failing
        return ",".join([name for name, of_member, index in names if (e if of_member else d)[index] is truth])

    return because
