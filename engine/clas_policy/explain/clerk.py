"""Writes an evaluation down as the decision record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from clas_policy.explain import entries, findings
from clas_policy.explain.citing import Citations
from clas_policy.explain.entries import Entries
from clas_policy.explain.program import Program
from clas_policy.explain.slots import Row
from clas_policy.explain.writing import amount_text, member_text, more, opened, quoted
from clas_policy.model.decision import FORMAT, Context, Missing, Totals

if TYPE_CHECKING:
    from clas_policy.explain.evaluation import Evaluation

Rows: TypeAlias = dict[str | None, list[tuple[Row, str]]]
"""The rows that entries are written for, with the text of the member, by entity (None: the dossier)."""

_FORMAT: Final = opened(format=FORMAT)


class Clerk:
    """Writes the records of evaluations under one policy, brief or with their reasons."""

    def __init__(self, program: Program, *, brief: bool) -> None:
        self._program = program
        cite = Citations(program.names)
        self._grants = entries.grants(program, cite, brief=brief)
        self._criteria = entries.criteria(program, cite, brief=brief)
        self._orientations = entries.orientations(program, cite, brief=brief)
        policy = program.policy
        layers = [
            {"id": layer.id, "version": layer.version, "sha256": layer.sha256, "from": layer.shipped_by}
            for layer in policy.layers
        ]
        self._policy = more(policy={"id": policy.id, "status": policy.status, "layers": layers})
        self._asked: dict[tuple[str | None, str | None], tuple[str, str]] = {}
        self._context: tuple[Context, str] | None = None

    def write(self, evaluation: Evaluation, context: Context) -> str:
        """The record as JSON on one line."""
        d = evaluation.d
        rows: Rows = {None: [(d, "null")]}
        for entity in self._program.policy.entities:
            rows[entity] = [(row, member_text(member)) for row, member in evaluation.members(entity)]
        dossier, outcome = evaluation.dossier, evaluation.outcome
        department = "null" if dossier.department is None else quoted(dossier.department)
        who = f'"id":{quoted(dossier.id)},"period":{quoted(dossier.period)},"department":{department}'
        lacks = more(incomplete_because=evaluation.incomplete_because) if outcome == "incomplete" else ""
        effects = [
            f'{{"id":{quoted(name)},"entity":{member_text(member)}{more(effect=effect.value, reason=reason)}}}'
            for name, member, effect, reason in findings.unmet(evaluation)
        ]
        totals, sums = evaluation.totals, evaluation.by_funder
        in_all = _totals(totals)
        by_funder = [f"{quoted(name)}:{{{in_all if one is totals else _totals(one)}}}" for name, one in sums.items()]
        readings = [
            f'{{"criterion":{quoted(name)},"entity":{member_text(member)}{more(readings=dict(statuses))}}}'
            for name, member, statuses in findings.open_readings(evaluation)
        ]
        awaiting = [
            f'{{"fact":{quoted(fact)},"entity":{member_text(member)},"grant":{quoted(grant)}}}'
            for fact, member, grant in findings.awaited(evaluation)
        ]
        warnings = [
            f'{{"code":"{code}","ids":[{",".join(map(quoted, ids))}],"entity":{member_text(member)}}}'
            for code, ids, member in (*findings.warnings(evaluation), *context.warnings)
        ]
        return (
            f'{_FORMAT},"dossier":{{{who},"sha256":"{dossier.sha256}"}}{self._policy}{self._of(context)},"outcome":"{outcome}"{lacks}'
            f',"effects":[{",".join(effects)}]'
            f',"grants":[{_all(self._grants, d, rows)}]'
            f',"totals":{{{in_all},"by_funder":{{{",".join(by_funder)}}}}}'
            f',"criteria":[{_all(self._criteria, d, rows)}]'
            f',"orientations":[{_all(self._orientations, d, rows)}]'
            f',"missing":[{",".join(map(self._missing, evaluation.missing))}]'
            f',"open_readings":[{",".join(readings)}]'
            f',"awaiting":[{",".join(awaiting)}]'
            f"{self._unconfirmed(evaluation)}"
            f',"warnings":[{",".join(warnings)}]}}'
        )

    def _of(self, context: Context) -> str:
        """The entries for what a decision rests on beside its dossier and policy; mostly that of the last one."""
        if self._context is None or self._context[0] is not context:
            plugins = [plugin._asdict() for plugin in context.plugins]
            engine = {"version": context.engine_version, "plugins": plugins}
            self._context = context, more(engine=engine, as_of=context.as_of.isoformat())
        return self._context[1]

    def _missing(self, item: Missing) -> str:
        key = item.fact if item.list is None else item.list
        piece = self._asked.get((key, item.derived_by))
        if piece is None:
            derived = more(derived_by=item.derived_by)
            head = opened(fact=item.fact, list=item.list) + ',"entity":'
            rest = more(label=item.label, question=item.question) + derived
            piece = self._asked[key, item.derived_by] = (head, rest + ',"could_change":[')
        ids = ",".join(map(quoted, item.could_change))
        return f"{piece[0]}{member_text(item.member)}{piece[1]}{ids}]}}"

    def _unconfirmed(self, evaluation: Evaluation) -> str:
        if self._program.policy.status != "draft":
            return ""
        return more(unconfirmed=[item._asdict() for item in evaluation.unconfirmed])


def _all(writes: Entries, d: Row, rows: Rows) -> str:
    return ",".join([write(d, row, member) for entity, write in writes for row, member in rows[entity]])


def _totals(totals: Totals) -> str:
    due, eligible = amount_text(totals.due), amount_text(totals.eligible)
    return f'"due":{due},"eligible":{eligible},"undetermined_at_most":{amount_text(totals.undetermined_at_most)}'
