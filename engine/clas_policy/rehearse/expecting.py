"""What a case expects, from its words to values whose names the policy has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from clas_policy.model.decision import GrantStatus
from clas_policy.model.fact import Type
from clas_policy.model.policy import Effect, Grant, Policy
from clas_policy.model.truth import STATUS, Truth
from clas_policy.problem import Message
from clas_policy.reading import values
from clas_policy.reading.nodes import Mapping, Node, Scalar, Sequence
from clas_policy.reading.report import Report, meant
from clas_policy.rehearse.dossiers import Draft
from clas_policy.rehearse.suite import (
    EffectIs,
    Expectation,
    Figure,
    GrantIs,
    MissingAre,
    OutcomeIs,
    StatusIs,
    TotalIs,
    WarningsAre,
)

TRUTHS: Final[dict[str, Truth]] = {text: truth for truth, text in STATUS.items()}
STATUSES: Final[tuple[GrantStatus, ...]] = ("due", "eligible", "refused", "undetermined")
TOTALS: Final = ("due", "eligible", "undetermined_at_most")
NO_BOUND: Final = "unbounded"
WARNINGS: Final = tuple(f"CLAS-W40{number}" for number in range(1, 9))


class Reader:
    """Reads the expectations of one case: `draft` says which members its dossier has."""

    def __init__(self, policy: Policy, draft: Draft, report: Report) -> None:
        self._policy = policy
        self._draft = draft
        self._report = report

    def expectations(self, expect: Mapping) -> Iterator[Expectation]:
        for key, node in expect:
            match key.text:
                case "outcome" if isinstance(node, Scalar):
                    yield OutcomeIs(node.text, node.span)  # type: ignore[arg-type]  # the schema lists them
                case "criteria" | "deadlines" | "orientations" if isinstance(node, Mapping):
                    yield from self._statuses(key.text, node)
                case "grants" if isinstance(node, Mapping):
                    yield from self._grants(node)
                case "effects" if isinstance(node, Mapping):
                    yield from self._effects(node)
                case "totals" if isinstance(node, Mapping):
                    yield from self._totals(node, None)
                case "missing" if isinstance(node, Sequence):
                    yield MissingAre(frozenset(self._missing(node)), key.span)
                case "warnings" if isinstance(node, Sequence):
                    yield WarningsAre(frozenset(self._warnings(node)), key.span)

    def _statuses(self, section: str, node: Mapping) -> Iterator[StatusIs]:
        rules: Any = getattr(self._policy, section)
        for key, value in node:
            rule = rules.get(key.text)
            if rule is None:
                self._unknown(key, section, rules)
                continue
            if section == "deadlines" and rule.fact is None:
                message = Message("`{name}` is an entry of the calendar: nothing to be met", {"name": key.text})
                self._report.add("CLAS-T109", message, key.span)
                continue
            if section == "orientations" and rule.requires is None:
                message = Message("`{name}` is for the committee to judge: it has no status", {"name": key.text})
                self._report.add("CLAS-T109", message, key.span)
                continue
            for member, written in self._members(rule.entity, value, ()):
                if isinstance(written, Scalar):
                    yield StatusIs(key.text, member, TRUTHS[written.text], written.span)

    def _effects(self, node: Mapping) -> Iterator[EffectIs]:
        items = [item.name for item in self._policy.admissibility]
        for key, value in node:
            if key.text not in items:
                message = Message("`{name}` is no admissibility item of this policy", {"name": key.text})
                self._report.add("CLAS-T109", message, key.span, hint=meant(key.text, items))
            elif isinstance(value, Scalar):
                yield EffectIs(key.text, values.member(Effect, value.text), value.span)

    def _grants(self, node: Mapping) -> Iterator[GrantIs]:
        for key, value in node:
            grant = self._policy.grants.get(key.text)
            if grant is None:
                self._unknown(key, "grants", self._policy.grants)
                continue
            for member, written in self._members(grant.entity, value, STATUSES):
                found = self._grant(grant, member, written)
                if found is not None:
                    yield found

    def _members(self, entity: str | None, node: Node, words: Iterable[str]) -> Iterator[tuple[str | None, Node]]:
        """Each member's expectation; `words` are the keys that are no names of members."""
        if not isinstance(node, Mapping) or (len(node.entries) == 1 and node.entries[0].key.text in words):
            yield None, node
            return
        if entity is None:
            message = Message("this is of the dossier, which has one status")
            self._report.add("CLAS-T111", message, node.span, hint=Message("write the status itself"))
            return
        present = self._draft.members.get(entity, {})
        for key, value in node:
            if key.text in present:
                yield key.text, value
                continue
            message = Message("`{name}` is no member of this dossier", {"name": key.text})
            names = ", ".join(f"`{name}`" for name in present)
            hint = Message("there are: {names}", {"names": names}) if present else Message("there are none")
            self._report.add("CLAS-T104", message, key.span, hint=hint)

    def _grant(self, grant: Grant, member: str | None, node: Node) -> GrantIs | None:
        if isinstance(node, Scalar):
            status = _status(node.text)
            return GrantIs(grant.name, member, status, None, node.span) if status else None
        if not isinstance(node, Mapping) or not node.entries:
            return None
        word, amount = node.entries[0].key, node.entries[0].value
        status = _status(word.text)
        if status is None:
            return None
        at = word.span
        if isinstance(amount, Scalar):
            cents = self._money(amount)
            return None if cents is None else GrantIs(grant.name, member, status, (cents, cents), at)
        if not isinstance(amount, Mapping):
            return None
        low, high = amount.get("from"), amount.get("to")
        least = self._money(low) if isinstance(low, Scalar) else 0
        most = self._money_or_none(high)
        if least is None or most is ...:
            return None
        return GrantIs(grant.name, member, status, (least, most), at)

    def _money(self, node: Scalar) -> int | None:
        found = values.literal(node, Type.MONEY, self._report, signed=True)
        return found if isinstance(found, int) else None

    def _money_or_none(self, node: Node | None) -> Any:
        """Cents; None for ``unbounded`` and where nothing stands; an ellipsis after a problem."""
        if not isinstance(node, Scalar) or node.text == NO_BOUND:
            return None
        cents = self._money(node)
        return ... if cents is None else cents

    def _totals(self, node: Mapping, funder: str | None) -> Iterator[TotalIs]:
        for key, value in node:
            if key.text in TOTALS and isinstance(value, Scalar):
                cents = self._money_or_none(value)
                if cents is not ...:
                    yield TotalIs(key.text, funder, cents, value.span)
            elif funder is None and key.text in self._policy.funders and isinstance(value, Mapping):
                yield from self._totals(value, key.text)
            else:
                known = TOTALS if funder is not None else (*TOTALS, *self._policy.funders)
                self._unknown(key, "totals", known)

    def _missing(self, node: Sequence) -> Iterator[str]:
        known = (*self._policy.facts, *self._policy.entities)
        yield from self._names(node, known, lambda item: Message("unknown fact `{name}`", {"name": item.text}))

    def _warnings(self, node: Sequence) -> Iterator[str]:
        yield from self._names(node, WARNINGS, lambda item: Message("unknown warning `{name}`", {"name": item.text}))

    def _names(self, node: Sequence, known: Iterable[str], say: Callable[[Scalar], Message]) -> Iterator[str]:
        known = tuple(known)
        for item in node.items:
            if not isinstance(item, Scalar):
                continue
            if item.text in known:
                yield item.text
            else:
                self._report.add("CLAS-T109", say(item), item.span, hint=meant(item.text, known))

    def _unknown(self, key: Scalar, section: str, known: Iterable[str]) -> None:
        policy = self._policy
        homes = {
            "criteria": policy.criteria,
            "deadlines": policy.deadlines,
            "orientations": policy.orientations,
            "grants": policy.grants,
        }
        home = next((other for other, rules in homes.items() if other != section and key.text in rules), None)
        message = Message("no `{name}` under `{section}` of this policy", {"name": key.text, "section": section})
        hint = Message("write it under `{section}`", {"section": home}) if home else meant(key.text, known)
        self._report.add("CLAS-T109", message, key.span, hint=hint)


def _status(text: str) -> GrantStatus | None:
    return next((status for status in STATUSES if status == text), None)


def figures(policy: Policy, node: Node | None, report: Report) -> Iterator[Figure]:
    """The figures of the policy as the author typed them a second time."""
    if not isinstance(node, Mapping):
        return
    for key, written in node:
        parameter = policy.parameters.get(key.text)
        if parameter is None:
            message = Message("unknown parameter `{name}`", {"name": key.text})
            report.add("CLAS-T109", message, key.span, hint=meant(key.text, policy.parameters))
        elif isinstance(written, Scalar):
            value = values.literal(written, parameter.type, report)
            if value is not None:
                yield Figure(key.text, parameter.type, value, written.span)
