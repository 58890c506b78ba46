"""The facts of a test's dossier, written in the words of policy files: one way to write each, typed by the policy."""

from __future__ import annotations

from typing import Final, assert_never

from clas_policy.model.fact import Fact, Type, Value
from clas_policy.problem import Message
from clas_policy.reading import values
from clas_policy.reading.dossier_values import limits
from clas_policy.reading.nodes import Node, Scalar, Sequence
from clas_policy.reading.report import Report, nearest
from clas_policy.wording import value_text

UNKNOWN: Final = "unknown"


def is_unknown(node: Node) -> bool:
    """Whether a fact is said to be unknown, which is what an absent or null answer of a dossier is."""
    return isinstance(node, Scalar) and node.plain and node.text == UNKNOWN


def answer(fact: Fact, node: Node, report: Report) -> Value | None:
    """The value of `fact` that a node writes; None after a problem is reported, and for ``unknown``."""
    if is_unknown(node):
        return None
    if fact.type is Type.CHOICES:
        return _choices(fact, node, report)
    if not isinstance(node, Scalar):
        report.add("CLAS-T106", Message("a list or a mapping, where one value is due"), node.span, hint=_due(fact))
        return None
    match fact.type:
        case Type.BOOLEAN:
            return _boolean(fact, node, report)
        case Type.CHOICE:
            return _choice(fact, node, report)
        case Type.TEXT:
            return node.text
        case Type.DATE:
            return values.day(node, report)
        case Type.INTEGER | Type.MONEY | Type.RATE:
            return _number(fact, node, report)
        case _:
            assert_never(fact.type)


def _boolean(fact: Fact, node: Scalar, report: Report) -> bool | None:
    if node.plain and node.text in ("true", "false"):
        return node.text == "true"
    message = Message("`{text}` is no answer to `{fact}`", {"text": node.text, "fact": fact.name})
    report.add("CLAS-T106", message, node.span, hint=_due(fact))
    return None


def _choice(fact: Fact, node: Scalar, report: Report) -> str | None:
    known = [option.value for option in fact.options]
    if node.text in known:
        return node.text
    message = Message("`{text}` is not a value of `{fact}`", {"text": node.text, "fact": fact.name})
    near = nearest(node.text, known)
    hint = Message("did you mean `{name}`?", {"name": near}) if near else _due(fact)
    report.add("CLAS-T106", message, node.span, hint=hint)
    return None


def _choices(fact: Fact, node: Node, report: Report) -> frozenset[str] | None:
    if not isinstance(node, Sequence):
        report.add("CLAS-T106", Message("one value, where a list is due"), node.span, hint=_due(fact))
        return None
    chosen: list[str] = []
    for item in node.items:
        if not isinstance(item, Scalar):
            report.add("CLAS-T106", Message("a list or a mapping, where one value is due"), item.span, hint=_due(fact))
            continue
        value = _choice(fact, item, report)
        if value in chosen:
            report.add("CLAS-T106", Message("`{text}` stands twice in the list", {"text": item.text}), item.span)
        elif value is not None:
            chosen.append(value)
    if len(node.items) < fact.min_items:
        message = Message(
            "too few values: `{fact}` has at least {count}", {"fact": fact.name, "count": str(fact.min_items)}
        )
        report.add("CLAS-T107", message, node.span)
    return frozenset(chosen)


def _number(fact: Fact, node: Scalar, report: Report) -> int | None:
    value = values.literal(node, fact.type, report, signed=True)
    if not isinstance(value, int):
        return None
    lowest, highest = limits(fact)
    if lowest <= value <= highest:
        return value
    bound = lowest if value < lowest else highest
    message = Message("`{text}` is below the least value of `{fact}`", {"text": node.text, "fact": fact.name})
    if value > highest:
        message = Message("`{text}` is above the greatest value of `{fact}`", {"text": node.text, "fact": fact.name})
    hint = Message("a dossier may have `{value}`, and nothing beyond", {"value": value_text(bound, fact.type)})
    report.add("CLAS-T107", message, node.span, hint=hint)
    return None


def written(fact: Fact, value: Value | None) -> str:
    """A value as test files write it; a text as it is."""
    match value:
        case None:
            return UNKNOWN
        case bool():
            return "true" if value else "false"
        case frozenset():
            return f"[{', '.join(option.value for option in fact.options if option.value in value)}]"
        case str():
            return value
        case _:
            return value_text(value, fact.type)


def _due(fact: Fact) -> Message:
    match fact.type:
        case Type.BOOLEAN:
            return Message("write `true`, `false` or `unknown`")
        case Type.CHOICE:
            return Message("one of {names}", {"names": _names(fact)})
        case Type.CHOICES:
            return Message("write a list, like `[]`, of {names}", {"names": _names(fact)})
        case Type.INTEGER:
            return Message("write digits only, like `12`")
        case Type.MONEY:
            return Message("an amount is written like `8487 EUR` or `2758.28 EUR`")
        case Type.RATE:
            return Message("a rate carries its unit, like `32.5 %`, with at most four decimals")
        case Type.DATE:
            return Message("a date is written `AAAA-MM-JJ`, like `2024-10-30`")
        case Type.TEXT:
            return Message("write a text")
        case _:
            assert_never(fact.type)


def _names(fact: Fact) -> str:
    return ", ".join(f"`{option.value}`" for option in fact.options)
