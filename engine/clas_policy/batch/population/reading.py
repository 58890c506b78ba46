"""Assumptions from a file: strict, with the place of everything that is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Final, TypeVar

from clas_policy.batch.population import drawing
from clas_policy.batch.population.assumptions import (
    Assumptions,
    Chance,
    Chances,
    Distribution,
    FactAssumption,
    ListAssumption,
    LogNormal,
    Normal,
    Triangular,
    Uniform,
    Weights,
)
from clas_policy.batch.population.defaults import defaults
from clas_policy.model.fact import Fact, Type
from clas_policy.model.money import RATE_SCALE
from clas_policy.model.policy import Policy
from clas_policy.problem import Message, PolicyError
from clas_policy.reading import values, yaml_nodes
from clas_policy.reading.nodes import Mapping, Node, Scalar
from clas_policy.reading.report import Report, meant, with_excerpts
from clas_policy.reading.schema import shape_problems
from clas_policy.source import Span

SCHEMA: Final = "simulation"

_NUMBERS: Final = ("uniform", "triangular", "normal")
_OF_TYPE: Final = {
    Type.BOOLEAN: ("chance",),
    Type.INTEGER: (*_NUMBERS, "weights"),
    Type.MONEY: (*_NUMBERS, "log_normal"),
    Type.RATE: _NUMBERS,
    Type.DATE: _NUMBERS,
    Type.CHOICE: ("weights",),
    Type.CHOICES: ("chances",),
    Type.TEXT: ("weights",),
}
"""The distributions that a type can have."""
_HEADS: Final = (*_NUMBERS, "log_normal", "chance", "weights", "chances")
_FACTOR: Final = re.compile(r"[1-9][0-9]{0,3}(?:\.[0-9]{1,6})?")

T = TypeVar("T")


def read_assumptions(data: bytes, file: str, policy: Policy) -> Assumptions:
    """What a file says, displayed as `file`, over the defaults of the policy; raises PolicyError with every problem."""
    parsed = yaml_nodes.parse(data, file)
    report = Report(list(parsed.problems))
    root = parsed.root
    if root is not None and not report.has_errors:
        report.problems.extend(shape_problems(root, SCHEMA))
    found = defaults(policy)
    if root is not None and not report.has_errors:
        found = _File(policy, report).read(root, found)
    if root is None or report.has_errors:
        errors = [problem for problem in report.problems if problem.severity == "error"]
        raise PolicyError(with_excerpts(errors, {file: parsed.lines}))
    return found


class _File:
    """One file whose shape is right, against the policy whose dossiers it is about."""

    def __init__(self, policy: Policy, report: Report) -> None:
        self._policy = policy
        self._report = report

    def read(self, root: Mapping, assumed: Assumptions) -> Assumptions:
        policy = self._policy
        facts = dict(assumed.facts)
        lists = dict(assumed.lists)
        title = root.get("title")
        unanswered = root.get("unanswered")
        if isinstance(unanswered, Scalar):
            rate = self._rate(unanswered)
            accords = {grant.accord for grant in policy.grants.values()}
            facts = {name: fact if name in accords else replace(fact, unanswered=rate) for name, fact in facts.items()}
        for key, node in self._section(root, "lists"):
            if key.text not in lists:
                self._unknown(Message("no list of `{name}`", {"name": key.text}), key, lists)
            elif isinstance(node, Mapping):
                lists[key.text] = self._list(lists[key.text], node)
        for key, node in self._section(root, "facts"):
            fact = policy.facts.get(key.text)
            if fact is None:
                self._unknown(Message("unknown fact `{name}`", {"name": key.text}), key, policy.facts)
            elif fact.derivation is not None:
                by = {"fact": fact.name, "by": fact.derivation.by}
                message = Message("`{fact}` is worked out by `{by}`, so it is not drawn", by)
                hint = Message(
                    "say how these spread: {facts}", {"facts": ", ".join(f"`{name}`" for name in fact.derivation.reads)}
                )
                self._report.add("CLAS-B423", message, key.span, hint=hint)
            elif isinstance(node, Mapping):
                facts[fact.name] = self._fact(fact, facts[fact.name], node, key)
        departments = self._departments(root)
        told = title.text if isinstance(title, Scalar) else assumed.title
        return Assumptions(told, facts, lists, departments)

    def _section(self, root: Mapping, name: str) -> Iterable[tuple[Scalar, Node]]:
        node = root.get(name)
        return node if isinstance(node, Mapping) else ()

    def _unknown(self, message: Message, key: Scalar, known: Iterable[str]) -> None:
        self._report.add("CLAS-B420", message, key.span, hint=meant(key.text, known))

    def _departments(self, root: Mapping) -> tuple[tuple[str, int], ...]:
        key = root.key("departments")
        node = root.get("departments")
        if key is None or not isinstance(node, Mapping):
            return ()
        if self._policy.department is not None:
            message = Message("`{id}` is of one department already", {"id": self._policy.id})
            self._report.add("CLAS-B424", message, key.span, hint=Message("leave the key out"))
            return ()
        weights = tuple((code.text, self._whole(weight)) for code, weight in node if isinstance(weight, Scalar))
        if not sum(weight for _, weight in weights):
            self._nothing(key.span)
        return weights

    def _list(self, assumed: ListAssumption, node: Mapping) -> ListAssumption:
        absent = node.get("absent")
        if isinstance(absent, Scalar):
            assumed = replace(assumed, absent=self._rate(absent))
        head = self._head(node, (*_NUMBERS, "weights"), Message("of how many members there are"))
        if head is not None:
            count = self._distribution(head, node, None)
            if isinstance(count, Uniform | Triangular | Normal | Weights):
                assumed = replace(assumed, count=count)
                self._tried(lambda: drawing.count_of(assumed), head.span)
        return assumed

    def _fact(self, fact: Fact, assumed: FactAssumption, node: Mapping, key: Scalar) -> FactAssumption:
        unanswered, alike, step = (node.get(name) for name in ("unanswered", "alike", "step"))
        if isinstance(unanswered, Scalar):
            assumed = replace(assumed, unanswered=self._rate(unanswered))
        if isinstance(alike, Scalar):
            assumed = replace(assumed, alike=self._rate(alike))
            if fact.entity is None:
                message = Message("`{fact}` is asked once a dossier", {"fact": fact.name})
                self._report.add("CLAS-B421", message, alike.span, hint=Message("leave `alike` out"))
        head = self._head(node, _OF_TYPE[fact.type], Message("for `{fact}`", {"fact": fact.name}))
        if head is not None:
            distribution = self._distribution(head, node, fact)
            if distribution is not None:
                assumed = replace(assumed, distribution=distribution, step=1)
        if isinstance(step, Scalar):
            if not fact.type.is_number:
                message = Message("`{fact}` is no number", {"fact": fact.name})
                self._report.add("CLAS-B421", message, step.span, hint=Message("leave `step` out"))
            elif (value := self._number(step, fact.type)) is not None:
                assumed = replace(assumed, step=max(value, 1))
        self._tried(lambda: drawing.draw_of(fact, assumed), head.span if head is not None else key.span)
        return assumed

    def _tried(self, make: Callable[[], object], at: Span) -> None:
        """Reports what leaves nothing to draw; what is wrong otherwise has been reported."""
        if self._report.has_errors:
            return
        try:
            make()
        except drawing.NothingToDrawError:
            self._nothing(at)

    def _nothing(self, at: Span) -> None:
        message = Message("nothing can be drawn by this")
        hint = Message("the ends are in order and within the bounds of the fact, and some weight is above 0")
        self._report.add("CLAS-B422", message, at, hint=hint)

    def _head(self, node: Mapping, allowed: tuple[str, ...], where: Message) -> Scalar | None:
        """The key that says the distribution; None where there is none, or after a problem is reported."""
        heads = [key for key, _ in node if key.text in _HEADS]
        for key in heads[1:]:
            values_ = {"one": heads[0].text, "two": key.text}
            self._report.add("CLAS-B421", Message("both `{one}` and `{two}`: say one of them", values_), key.span)
        if not heads:
            return None
        if heads[0].text not in allowed:
            known = ", ".join(f"`{name}`" for name in allowed)
            message = Message("no `{name}` {where}", {"name": heads[0].text, "where": where})
            self._report.add("CLAS-B421", message, heads[0].span, hint=Message("it takes {names}", {"names": known}))
            return None
        return heads[0]

    def _distribution(self, head: Scalar, node: Mapping, fact: Fact | None) -> Distribution | None:
        kind = Type.INTEGER if fact is None else fact.type
        body = node.get(head.text)
        if head.text == "chance" and isinstance(body, Scalar):
            return Chance(self._rate(body))
        if not isinstance(body, Mapping):
            return None
        if head.text == "weights":
            return self._weights(body, fact)
        if head.text == "chances" and fact is not None:
            self._options(body, fact)
            return Chances(tuple((key.text, self._rate(value)) for key, value in body if isinstance(value, Scalar)))
        if head.text == "log_normal":
            median, factor = self._number(body.get("median"), kind), self._factor(body.get("factor"))
            return None if median is None or factor is None else LogNormal(median, factor)
        if head.text == "normal":
            mean = self._number(body.get("mean"), kind)
            deviation = self._number(body.get("deviation"), Type.INTEGER if kind is Type.DATE else kind)
            return None if mean is None or deviation is None else Normal(mean, deviation)
        low, high = self._number(body.get("from"), kind), self._number(body.get("to"), kind)
        if low is None or high is None:
            return None
        if head.text == "uniform":
            return Uniform(low, high)
        mode = self._number(body.get("mode"), kind)
        return None if mode is None else Triangular(low, mode, high)

    def _weights(self, body: Mapping, fact: Fact | None) -> Distribution:
        found: list[tuple[str | int, int]] = []
        if fact is not None and fact.type is Type.CHOICE:
            self._options(body, fact)
        for key, weight in body:
            value: str | int | None = key.text
            if fact is None or fact.type is Type.INTEGER:
                value = self._number(Scalar(key.text, True, key.span), Type.INTEGER)
                if fact is not None and value is not None and not _is_within(value, fact):
                    self._nothing(key.span)
            if value is not None and isinstance(weight, Scalar):
                found.append((value, self._whole(weight)))
        return Weights(tuple(found))

    def _options(self, body: Mapping, fact: Fact) -> None:
        known = [option.value for option in fact.options]
        for key, _ in body:
            if key.text not in known:
                message = Message("`{value}` is no value of `{fact}`", {"value": key.text, "fact": fact.name})
                self._unknown(message, key, known)

    def _rate(self, node: Scalar) -> int:
        value = values.literal(node, Type.RATE, self._report)
        return value if isinstance(value, int) else 0

    def _whole(self, node: Scalar) -> int:
        value = values.literal(node, Type.INTEGER, self._report)
        return value if isinstance(value, int) else 0

    def _number(self, node: Node | None, kind: Type) -> int | None:
        if not isinstance(node, Scalar):
            return None
        value = values.literal(node, kind, self._report, signed=True)
        return value if value is None or isinstance(value, int) else value.toordinal()

    def _factor(self, node: Node | None) -> int | None:
        if not isinstance(node, Scalar):
            return None
        if _FACTOR.fullmatch(node.text) is None:
            message = Message("`{text}` is no factor", {"text": node.text})
            self._report.add("CLAS-B422", message, node.span, hint=Message("write a number from 1 on, like `1.5`"))
            return None
        return int(Decimal(node.text) * RATE_SCALE)


def _is_within(value: int, fact: Fact) -> bool:
    return (fact.minimum is None or value >= fact.minimum) and (fact.maximum is None or value <= fact.maximum)
