"""The dossier of each test: a base, and what differs from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from clas_policy.model.dossier import Dossier, Member, digest
from clas_policy.model.fact import Fact, Value
from clas_policy.model.policy import Policy
from clas_policy.problem import Message, Related
from clas_policy.reading.nodes import Mapping, Node, Scalar, Sequence
from clas_policy.reading.report import Report, meant
from clas_policy.rehearse.answers import answer, is_unknown

_Facts = dict[str, Value]


@dataclass(slots=True)
class Draft:
    """A dossier in the making; an entity that has no entry in `members` has no list."""

    policy: Policy
    facts: _Facts = field(default_factory=dict)
    members: dict[str, dict[str, _Facts]] = field(default_factory=dict)

    @classmethod
    def of(cls, policy: Policy, dossier: Dossier) -> Draft:
        """A copy of a dossier, to change."""
        members = {
            entity: {member.id: dict(member.facts) for member in group} for entity, group in dossier.members.items()
        }
        return cls(policy, dict(dossier.facts), members)

    def copy(self) -> Draft:
        members = {
            entity: {name: dict(facts) for name, facts in group.items()} for entity, group in self.members.items()
        }
        return Draft(self.policy, dict(self.facts), members)

    def dossier(self, name: str) -> Dossier:
        """The typed dossier, of the policy's own period and department, with `name` as its id."""
        policy = self.policy
        period = str(policy.period)
        members = {
            entity: tuple(Member(member, facts) for member, facts in group.items())
            for entity, group in self.members.items()
        }
        sha256 = digest(name, period, policy.department, self.facts, members)
        return Dossier(name, period, policy.department, self.facts, members, sha256)

    def change(self, node: Mapping, report: Report, *, new: bool = False) -> None:
        """Answers facts; where `new`, members are written for the first time."""
        for key, value in node:
            if key.text not in self.policy.entities:
                self._fact(key, value, self.facts, None, report)
            elif is_unknown(value):
                self.members.pop(key.text, None)
            elif isinstance(value, Sequence):
                self.members[key.text] = {}  # the schema lets no other list pass than `[]`
            elif isinstance(value, Mapping):
                self._members(key, value, report, new=new)

    def add(self, node: Mapping, report: Report) -> None:
        """Adds members."""
        for key, value in node:
            if self._entity(key, report) and isinstance(value, Mapping):
                self._members(key, value, report, new=True)

    def remove(self, node: Mapping, report: Report) -> None:
        """Takes members away."""
        for key, value in node:
            if not self._entity(key, report):
                continue
            names = value.items if isinstance(value, Sequence) else (value,)
            for name in names:
                if isinstance(name, Scalar) and self._has(key.text, name, report):
                    del self.members[key.text][name.text]

    def _entity(self, key: Scalar, report: Report) -> bool:
        if key.text in self.policy.entities:
            return True
        message = Message("`{name}` is no entity of this policy", {"name": key.text})
        report.add("CLAS-T103", message, key.span, hint=meant(key.text, self.policy.entities))
        return False

    def _members(self, key: Scalar, group: Mapping, report: Report, *, new: bool) -> None:
        entity = key.text
        for name, body in group:
            if new:
                if name.text in self.members.get(entity, {}):
                    message = Message("`{name}` is already a member of this dossier", {"name": name.text})
                    hint = Message("write it under `change`, or give the new one another name")
                    report.add("CLAS-T104", message, name.span, hint=hint)
                    continue
                facts = self.members.setdefault(entity, {}).setdefault(name.text, {})
            elif self._has(entity, name, report):
                facts = self.members[entity][name.text]
            else:
                continue
            if isinstance(body, Mapping):
                for fact, value in body:
                    self._fact(fact, value, facts, entity, report)

    def _has(self, entity: str, name: Scalar, report: Report) -> bool:
        present = self.members.get(entity, {})
        if name.text in present:
            return True
        message = Message("`{name}` is no member of this dossier", {"name": name.text})
        hint = Message("`add` adds members; there are: {names}", {"names": _listed(present)})
        if not present:
            hint = Message("`add` adds members; there are none")
        report.add("CLAS-T104", message, name.span, hint=hint)
        return False

    def _fact(self, key: Scalar, value: Node, facts: _Facts, scope: str | None, report: Report) -> None:
        fact = self.policy.facts.get(key.text)
        if fact is None or fact.entity != scope:
            self._misplaced(key, fact, scope, report)
            return
        if fact.derivation is not None:
            message = Message("`{fact}` is derived from other facts", {"fact": fact.name})
            reads = ", ".join(f"`{name}`" for name in fact.derivation.reads)
            hint = Message("give what it is derived from: {names}", {"names": reads})
            at = fact.derivation.origin.at
            related = [Related(Message("derived here"), at)] if at is not None else []
            report.add("CLAS-T108", message, key.span, hint=hint, related=related)
            return
        found = answer(fact, value, report)
        if found is None:
            facts.pop(fact.name, None)
        else:
            facts[fact.name] = found

    def _misplaced(self, key: Scalar, fact: Fact | None, scope: str | None, report: Report) -> None:
        if fact is None:
            known = [name for name, other in self.policy.facts.items() if other.entity == scope]
            if scope is None:
                known += self.policy.entities
            message = Message("unknown fact `{name}`", {"name": key.text})
            report.add("CLAS-T102", message, key.span, hint=meant(key.text, known))
        elif fact.entity is None:
            message = Message("`{name}` is a fact of the dossier", {"name": key.text})
            report.add("CLAS-T102", message, key.span, hint=Message("write it beside the entity, not in a member"))
        else:
            message = Message(
                "`{name}` is a fact of each member of `{entity}`", {"name": key.text, "entity": fact.entity}
            )
            hint = Message("write it under `{entity}`, then the name of the member", {"entity": fact.entity})
            report.add("CLAS-T102", message, key.span, hint=hint)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def base(policy: Policy, node: Node | None, given: Dossier | None, report: Report) -> Draft:
    """The dossier that the cases of a file start from: none, one read from a file beside, or one written in place."""
    if given is not None:
        return Draft.of(policy, given)
    draft = Draft(policy)
    if isinstance(node, Mapping):
        draft.change(node, report, new=True)
    return draft


def case(draft: Draft, body: Mapping, report: Report) -> Draft:
    """A copy of the base with what a case removes, changes and adds."""
    own = draft.copy()
    for key, act in (("remove", own.remove), ("change", own.change), ("add", own.add)):
        node = body.get(key)
        if isinstance(node, Mapping):
            act(node, report)
    return own
