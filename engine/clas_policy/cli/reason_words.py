"""The reasons of a decision record in sentences: only the parts that decide."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from clas_policy import figures
from clas_policy.cli.blocks import Item
from clas_policy.frozen import dataclass
from clas_policy.speech import Speech

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReasonWords:
    """Puts why-trees and how-trees of a record into words of one language."""

    say: Speech
    label_of: Callable[[str, str], str]
    """The label of one value of a choice, by fact and value; the value itself where nobody knows."""

    def decisive(self, node: Node) -> Iterator[Item]:
        """What makes a condition not met, or leaves it unknown, as entries; nothing for one that is met."""
        status = node["status"]
        match node["form"]:
            case _ if status == "met":
                return
            case "all":
                for item in node["items"]:
                    if item["status"] == status:
                        yield from self.decisive(item)
            case "only_if":
                yield from self.decisive(node["items"][-1])
            case "any":
                parts = tuple(entry for item in node["items"] for entry in self._whole(item, status))
                if len(parts) == 1:
                    yield parts[0]
                elif parts:
                    _ = self.say
                    yield Item(_("at least one of these is needed:"), parts)
            case "at_least":
                parts = tuple(entry for item in node["items"] for entry in self._whole(item, status))
                yield Item(self.say("at least {count} of these are needed:", count=str(node["count"])), parts)
            case "not":
                yield Item(self.say("it is required that this is not so:"), tuple(self._all_parts(node["items"][0])))
            case "readings":
                statuses = {reading["status"] for reading in node["items"]}
                if {"met", "not_met"} <= statuses:
                    yield Item(self.say("the text can be read in several ways, which differ here"))
                else:
                    yield Item(self.say("answers are missing (see below)"))
            case "every" | "some" | "count":
                yield from self._members(node)
            case _:
                yield Item(self.leaf(node))

    def _whole(self, node: Node, status: str) -> Iterator[Item]:
        """What a branch lacks, where one branch among several would be enough."""
        if node["status"] == "met":
            return
        if node["form"] == "all":
            parts = [entry for item in node["items"] if item["status"] == status for entry in self.decisive(item)]
            yield from parts
        else:
            yield from self.decisive(node)

    def _all_parts(self, node: Node) -> Iterator[Item]:
        if "items" in node and node["form"] in ("all", "any", "at_least", "not", "only_if"):
            for item in node["items"]:
                yield from self._all_parts(item)
        else:
            yield Item(self.leaf(node))

    def _members(self, node: Node) -> Iterator[Item]:
        names = [
            next(iter(item["entity"].values())) for item in node.get("items", ()) if item["status"] == node["status"]
        ]
        who = ", ".join(names)
        match node["form"]:
            case "count":
                yield Item(f"{node['label']}{self.say.colon}{self._measure(node)}{self._wanted(node)}")
            case _ if not names:
                yield Item(f"{node['label']}{self.say.colon}{self.status(node['status'])}")
            case _:
                yield Item(f"{node['label']} ({who}){self.say.colon}{self.status(node['status'])}")

    def leaf(self, node: Node) -> str:
        """One sentence: the question, the answer given, what is needed."""
        _ = self.say
        if node["form"] == "amount":
            return f"{self.amount(node['amount'])}{self._wanted(node)}"
        label = str(node.get("label", node.get("name", "")))
        if "value" not in node:
            return f"{label}{_.colon}{self.status(node['status'])}"
        return f"{label}{_.colon}{self._measure(node)}{self._wanted(node)}"

    def _measure(self, node: Node) -> str:
        if node.get("low") is not None or node.get("high") is not None:
            low, high = (self.value(node, node.get(end)) for end in ("low", "high"))
            return self.say("between {low} and {high}", low=low, high=high)
        return self.value(node, node.get("value"))

    def value(self, node: Node, value: Any) -> str:
        """A recorded value as people read it."""
        _ = self.say
        match value:
            case None:
                return _("no answer")
            case True:
                return _("yes")
            case False:
                return _("no")
            case int():
                return str(value)
            case str():
                shown = figures.figure(value, _.lang)
                return self.label_of(str(node.get("name", "")), value) if shown == value else shown
            case list():
                labels = [self.label_of(str(node.get("name", "")), item) for item in value]
                return ", ".join(labels) if labels else _("none")
            case _:
                return str(value)

    def _wanted(self, node: Node) -> str:
        """What is needed, after a dash."""
        if node.get("expected"):
            labels = ", ".join(str(option["label"]) for option in node["expected"])
            if node["form"] == "only":
                return f" — {self.say('allowed only: {labels}', labels=labels)}"
            return f" — {self.say('needed: {labels}', labels=labels)}"
        bounds: Sequence[Node] = node.get("bounds", ())
        words = [self._bound(node, bound) for bound in bounds]
        if [bound["bound"] for bound in bounds] == ["from", "to"]:
            first, last = (self._bound_value(node, bound) for bound in bounds)
            return f" — {self.say('needed: from {first} to {last}', first=first, last=last)}"
        return f" — {self.say.join(words)}" if words else ""

    def _bound(self, node: Node, bound: Node) -> str:
        _ = self.say
        value = self._bound_value(node, bound)
        match bound["bound"]:
            case "from":
                return _("needed: at least {value}", value=value)
            case "above":
                return _("needed: more than {value}", value=value)
            case "to":
                return _("needed: at most {value}", value=value)
            case "below":
                return _("needed: less than {value}", value=value)
            case "on_or_before":
                return _("needed: no later than {value}", value=value)
            case "before":
                return _("needed: before {value}", value=value)
            case "on_or_after":
                return _("needed: no earlier than {value}", value=value)
            case _:
                return _("needed: after {value}", value=value)

    def _bound_value(self, node: Node, bound: Node) -> str:
        if "amount" in bound:
            return self.amount(bound["amount"])
        if bound.get("value") is None:
            return self.say("a figure that is not known yet")
        return self.value(node, bound["value"])

    def status(self, status: str) -> str:
        _ = self.say
        return {"met": _("yes"), "not_met": _("no"), "unknown": _("not known yet")}[status]

    def amount(self, node: Node) -> str:
        """What an amount comes to, or its range."""
        if node.get("value") is not None:
            return figures.money(str(node["value"]), self.say.lang)
        low, high = node.get("low"), node.get("high")
        if high is not None:
            most = figures.money(str(high), self.say.lang)
            if low in (None, "0.00"):
                return self.say("at most {amount}", amount=most)
            return self.say("between {low} and {high}", low=figures.money(str(low), self.say.lang), high=most)
        return self.say("an amount that is not known yet")

    def working(self, node: Node) -> str:
        """How an amount comes about: ``32,5 % × 8 487,00 €``."""
        _ = self.say
        operands: Sequence[Node] = node.get("operands", ())
        match node["operation"]:
            case "rate":
                return self._share(operands)
            case "add":
                return " + ".join(map(self._part, operands))
            case "minus":
                return " − ".join(map(self._part, operands))
            case "smallest_of":
                return _("the smallest of: {parts}", parts=_.semicolon.join(map(self.working, operands)))
            case "largest_of":
                return _("the largest of: {parts}", parts=_.semicolon.join(map(self.working, operands)))
            case "at_most":
                first, cap = map(self.working, operands)
                return _("{amount}, at most {cap}", amount=first, cap=cap)
            case "first_match":
                taken = next((case for case in operands if case.get("status") in ("met", "unknown")), operands[-1])
                return self.working(taken["operands"][0] if taken.get("operation") == "case" else taken)
            case _ if "label" in node:
                return f"{self.amount(node)} ({node['label']})"
            case _:
                return self.amount(node)

    def _part(self, node: Node) -> str:
        inner = self.working(node)
        compound = node["operation"] in ("add", "minus", "smallest_of", "largest_of") or inner.startswith(figures.MINUS)
        return f"({inner})" if compound else inner

    def _share(self, operands: Sequence[Node]) -> str:
        _ = self.say
        parts = {str(part.get("role", "rate")): part for part in operands}
        rate = parts["rate"].get("value")
        factor = figures.rate(str(rate), _.lang) if rate else _("a rate that is not known yet")
        base, ceiling = parts["of"], parts.get("counted_up_to")
        value, limit = base.get("value"), ceiling.get("value") if ceiling else None
        if ceiling is not None and value is not None and limit is not None and _number(value) > _number(limit):
            counted = _(
                "{ceiling} ({label}: {value}, counted up to this ceiling)",
                ceiling=self.amount(ceiling),
                label=str(base.get("label", "")),
                value=self.amount(base),
            )
            return f"{factor} × {counted}"
        return f"{factor} × {self._part(base)}"


def _number(text: object) -> int:
    """A recorded amount as a whole number, for comparing it with another: all have far fewer decimals than this."""
    whole, _, decimals = str(text).partition(".")
    return int(f"{whole}{decimals:0<30}")
