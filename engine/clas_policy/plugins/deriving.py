"""Facts that plugins derive from others: computed before anything reads the dossier, and nothing but facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from clas_policy.model.decision import MemberRef, RecordWarning
from clas_policy.model.dossier import Dossier, Member
from clas_policy.model.fact import Derivation, Fact, Value
from clas_policy.model.policy import Policy
from clas_policy.plugins.containment import TroubleError
from clas_policy.plugins.fact_values import due, typed
from clas_policy.plugins.hooks import place
from clas_policy.problem import Message, Problem

if TYPE_CHECKING:
    from clas_policy.plugins.claims import Claim
    from clas_policy.plugins.host import Host

WARNING: Final = "CLAS-W408"


def derive(policy: Policy, dossier: Dossier, host: Host) -> tuple[Dossier, tuple[Problem, ...]]:
    """The dossier with the facts that plugins derive, and a problem for each that failed: its fact is unknown.

    Its digest stays that of what was given. Raises PluginError where a plugin is absent or has failed. Without plugins,
    derived facts are unknown.
    """
    derived = [(fact, fact.derivation) for fact in policy.facts.values() if fact.derivation is not None]
    if not derived or host.without_plugins:
        return dossier, ()
    host.watch(policy)
    claims = [(fact, derivation, host.derivation(derivation.by, derivation.origin.at)) for fact, derivation in derived]
    caller = host.caller
    work = _Deriving(policy, dossier, caller.call_unwatched)
    for owner, owned in groupby(claims, key=lambda claimed: claimed[2].owner):
        for fact, derivation, claim in owned:
            work.derive(fact, derivation, claim)
        caller.unchanged(owner)
    return work.result(), tuple(work.problems)


def record_warnings(problems: Iterable[Problem]) -> tuple[RecordWarning, ...]:
    """What a decision records of the problems that `derive` gave: the fact and the derivation, and the member."""
    found = []
    for problem in problems:
        values = {name: str(value) for name, value in problem.message.values.items()}
        member = MemberRef(values["entity"], values["member"]) if "entity" in values else None
        found.append(RecordWarning(WARNING, (values["fact"], values["by"]), member))
    return tuple(found)


class _Deriving:
    """The derivations of one dossier."""

    def __init__(self, policy: Policy, dossier: Dossier, call: Callable[..., Any]) -> None:
        self._policy = policy
        self._dossier = dossier
        self._call = call
        self._facts: dict[str, Value] = dict(dossier.facts)
        self._members = {
            entity: [(member, dict(member.facts)) for member in members] for entity, members in dossier.members.items()
        }
        self.problems: list[Problem] = []

    def derive(self, fact: Fact, derivation: Derivation, claim: Claim) -> None:
        """Adds one derived fact, for the dossier or for each member of its entity."""
        if fact.entity is None:
            self._one(fact, derivation, claim, self._facts, None)
            return
        for index, (member, facts) in enumerate(self._members.get(fact.entity, ())):
            self._one(fact, derivation, claim, facts, (index, member))

    def result(self) -> Dossier:
        members = {
            entity: tuple(Member(member.id, facts) for member, facts in group)
            for entity, group in self._members.items()
        }
        return replace(self._dossier, facts=self._facts, members=members)

    def _one(
        self,
        fact: Fact,
        derivation: Derivation,
        claim: Claim,
        facts: dict[str, Value],
        member: tuple[int, Member] | None,
    ) -> None:
        view = MappingProxyType({name: facts.get(name, self._facts.get(name)) for name in derivation.reads})
        values: dict[str, str | Message] = {
            "fact": fact.name,
            "by": derivation.by,
            "who": claim.owner.shipped_by,
            "dossier": self._dossier.id,
        }
        path = ".".join(("$", *fact.path))
        if member is not None and fact.entity is not None:
            values |= {"entity": fact.entity, "member": member[1].id}
            path = ".".join((f"$.{self._policy.entities[fact.entity].list_key}[{member[0]}]", *fact.path))
        try:
            value = self._call(claim.owner, claim.name, lambda: claim.function(view))
        except TroubleError as trouble:
            values["said"] = trouble.said
            message = Message("{who}: `{by}` failed on dossier `{dossier}`, so `{fact}` is unknown: {said}", values)
            hint = _unread(self._policy, derivation, trouble)
            self.problems.append(Problem("CLAS-X309", message, trouble.at, hint=hint, path=path))
            return
        if value is None:
            return
        try:
            facts[fact.name] = typed(fact, value)
        except ValueError:
            message = Message(
                "{who}: `{by}` gives what `{fact}` cannot be, on dossier `{dossier}`, so it is unknown", values
            )
            self.problems.append(Problem("CLAS-X310", message, place(claim.function), hint=due(fact), path=path))


def _unread(policy: Policy, derivation: Derivation, trouble: TroubleError) -> Message | None:
    """A fact that the function asked its view for, although the policy does not say that it is read."""
    cause = trouble.__cause__
    asked = cause.args[0] if isinstance(cause, KeyError) and cause.args else None
    if type(asked) is str and asked in policy.facts and asked not in derivation.reads:
        return Message("`{fact}` is not under `reads:` of the policy", {"fact": asked})
    return None
