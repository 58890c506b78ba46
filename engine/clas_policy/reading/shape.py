"""What a schema refuses, in our own words: one problem per root cause."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, Final

from clas_policy.frozen import dataclass
from clas_policy.problem import Message, Problem, Related
from clas_policy.reading.heads import Path
from clas_policy.reading.nodes import Mapping, Node, Scalar, Sequence
from clas_policy.reading.report import Report, nearest
from clas_policy.reading.unknown_key import meant_by, other_letter, plain, shortened, unknown_key
from clas_policy.reading.values import day

FALSE: Final = "false"
"""The keyword of a fault by which a key is refused outright."""

_SPOKEN: Final = {
    "yes": "true",
    "on": "true",
    "oui": "true",
    "vrai": "true",
    "no": "false",
    "off": "false",
    "non": "false",
    "faux": "false",
}


@dataclass(frozen=True, slots=True)
class Branch:
    """The side of an ``if`` that a refusal stands on, and the key that it looks at: its value, or that it is there."""

    holds: bool
    key: str
    by_value: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """One refusal of a schema, at its place.

    `node` is what is refused, `key` the nearest key above it; `name` is the key refused
    where a rule on keys refuses. `rule` is the subschema, `keyword` and `value` the part of it that refuses; where the
    keyword is FALSE, `rule` is the table of properties of which some are ``false``.
    """

    keyword: str
    value: Any
    rule: dict[str, Any]
    path: Path
    node: Node
    key: Scalar | None
    name: str | None
    on: Branch | None
    examples: tuple[Any, ...]

    @property
    def place(self) -> Scalar | Node:
        """Where a problem of the whole node is shown: its key, or its first character in a list or a file."""
        return self.key if self.key is not None and isinstance(self.path[-1], str) else self.node

    @property
    def title(self) -> str:
        return self.key.text if self.key is not None else "policy"

    @property
    def text(self) -> str:
        return shortened(self.node.text) if isinstance(self.node, Scalar) else ""


def worded(faults: Iterable[Fault]) -> Iterator[Problem]:
    """The problems; of several refusals of one value, only the first that counts."""
    by_path: dict[Path, list[Fault]] = {}
    for fault in faults:
        by_path.setdefault(fault.path, []).append(fault)
    for group in by_path.values():
        wrong_kind = [fault for fault in group if fault.keyword == "type"]
        names = {fault.name: fault for fault in group if fault.name is not None}
        keys = [fault for fault in group if fault.keyword in _OF_KEYS and fault.name is None]
        others = [fault for fault in group if fault.keyword not in _OF_KEYS and fault.name is None]
        if wrong_kind:
            yield _kind(wrong_kind[0])
            continue
        yield from map(_name, names.values())
        yield from _of_keys(keys)
        yield from map(_value, others[:1])


_OF_KEYS: Final = ("additionalProperties", "required", "not", FALSE)


def _of_keys(faults: list[Fault]) -> Iterator[Problem]:
    """Unknown and missing keys of one mapping; a key written wrong is not missing too."""
    meant: set[str] = set()
    for fault in faults:
        if fault.keyword == "additionalProperties" and isinstance(fault.node, Mapping):
            known = fault.rule.get("properties", {})
            absent = [name for name in known if name not in fault.node]
            patterns = fault.rule.get("patternProperties", ())
            for key, _ in fault.node:
                if key.text not in known and not any(re.search(pattern, key.text) for pattern in patterns):
                    meant.update(meant_by(key, absent))
                    yield unknown_key(key, absent)
    for fault in faults:
        if fault.keyword == "required" and isinstance(fault.node, Mapping):
            yield from (_missing(fault, name) for name in fault.value if name not in fault.node and name not in meant)
        elif fault.keyword == "not":
            yield _together(fault)
        elif fault.keyword == FALSE and isinstance(fault.node, Mapping):
            yield from (
                _out_of_place(fault, fault.node, key) for key, _ in fault.node if fault.rule.get(key.text) is False
            )


def _missing(fault: Fault, name: str) -> Problem:
    span = fault.node.span.start if fault.place is fault.node else fault.place.span
    known = fault.rule.get("properties", {}).get(name, {})
    example = next((example for example in known.get("examples", ()) if isinstance(example, str | int)), None)
    hint = Message("add `{key}: {example}`", {"key": name, "example": str(example)}) if example is not None else None
    if fault.key is None:
        return Problem("CLAS-S002", Message("the file needs `{key}`", {"key": name}), span, hint=hint)
    message = Message("`{head}` needs `{key}`", {"head": fault.title, "key": name})
    return Problem("CLAS-S002", message, span, hint=hint)


def _together(fault: Fault) -> Problem:
    """Two keys that exclude each other."""
    required = fault.value.get("required", ()) if isinstance(fault.value, dict) else ()
    keys = [key for key, _ in fault.node if key.text in required] if isinstance(fault.node, Mapping) else []
    if len(keys) < 2:
        return _value(fault)
    names = ", ".join(f"`{key.text}`" for key in keys)
    related = (Related(Message("the other one"), keys[0].span),)
    message = Message("{keys} do not go together", {"keys": names})
    return Problem("CLAS-S009", message, keys[1].span, related, Message("keep one of them"))


def _kind(fault: Fault) -> Problem:
    """A list, a mapping or a single value where another is due."""
    expected = list(fault.value) if isinstance(fault.value, list) else [fault.value]
    values = {"key": fault.title, "text": fault.text}
    node = fault.node
    if isinstance(node, Scalar) and node.is_null:
        return Problem("CLAS-S004", Message("`{key}` has no value", values), fault.place.span, hint=_nothing(fault))
    if "object" in expected:
        message = Message("`{key}` takes keys with their values, one `key: value` a line", values)
        if isinstance(node, Sequence):
            message = Message("`{key}` takes keys with their values, not a list", values)
        return Problem("CLAS-S003", message, node.span)
    if "array" in expected:
        hint = Message("write `[{text}]`", values) if isinstance(node, Scalar) else None
        return Problem("CLAS-S003", Message("`{key}` takes a list", values), node.span, hint=hint)
    if isinstance(node, Sequence):
        return Problem("CLAS-S003", Message("`{key}` takes a single value, not a list", values), node.span)
    if isinstance(node, Mapping):
        return Problem("CLAS-S003", Message("`{key}` takes a single value", values), node.span)
    if "boolean" in expected:
        spoken = _SPOKEN.get(node.text.lower(), node.text.lower())
        hint = Message("write `{value}`", {"value": spoken}) if spoken in ("true", "false") else None
        return Problem("CLAS-S003", Message("`{key}` takes `true` or `false`", values), node.span, hint=hint)
    if "string" in expected:
        message = Message("`{key}` takes a text, and without quotes `{text}` is a number", values)
        if node.text in ("true", "false"):
            message = Message("`{key}` takes a text, and without quotes `{text}` is a truth value", values)
        return Problem("CLAS-S015", message, node.span, hint=Message('write `"{text}"`', values))
    hint = Message("write `{text}` without quotes", values) if not node.plain and node.text.isdigit() else None
    return Problem("CLAS-S003", Message("`{key}` takes a whole number", values), node.span, hint=hint)


def _nothing(fault: Fault) -> Message:
    """What to write where nothing stands."""
    if fault.value == "array" and "minItems" not in fault.rule:
        return Message("write `[]` if there is none, or remove the key")
    if fault.value == "object" and "minProperties" not in fault.rule and "required" not in fault.rule:
        return Message("write `{{}}` if there is none, or remove the key")
    return Message("write a value, or remove the key")


def _name(fault: Fault) -> Problem:
    """A key that is no name."""
    name = fault.name or ""
    key = fault.node.key(name) if isinstance(fault.node, Mapping) else None
    example = next((example for example in fault.examples if isinstance(example, str)), "")
    separators = "." if "." in example else "-" if "-" in example else ""
    folded = unicodedata.normalize("NFC", plain(name)).lower().strip()
    slug = "".join(c if c.isascii() and (c.isalnum() or c in separators) else "_" for c in folded).strip("_.-")
    hint = other_letter(name)
    if hint is None and "." in separators and "." not in name:
        hint = Message("a fact has at least one dot, like `{example}`", {"example": example})
    elif hint is None and slug and slug[0].isalpha() and slug != name:
        hint = Message("small letters without accents, digits and `_`: write `{name}`", {"name": shortened(slug)})
    elif hint is None:
        hint = Message("write it like `{example}`", {"example": example})
    message = Message("`{name}` cannot be a name here", {"name": shortened(name)})
    return Problem("CLAS-S006", message, (key or fault.node).span, hint=hint)


def _value(fault: Fault) -> Problem:
    """A value, or a key, that its place does not admit."""
    values = {"key": fault.title, "text": fault.text}
    node = fault.node
    match fault.keyword:
        case "minItems" | "minProperties":
            return Problem("CLAS-S005", Message("`{key}` is empty", values), node.span)
        case "minimum":
            hint = Message("at least {number}", {"number": str(fault.value)})
            return Problem("CLAS-S016", Message("`{text}` is too small for `{key}`", values), node.span, hint=hint)
        case "enum" | "const" if not isinstance(node, Scalar) or node.is_null:
            return _kind(fault)
        case "enum" | "const" if isinstance(node, Scalar):
            allowed = [str(value) for value in (fault.value if fault.keyword == "enum" else (fault.value,))]
            near = nearest(plain(node.text).lower(), allowed)
            hint = Message("one of {values}", {"values": ", ".join(f"`{value}`" for value in allowed)})
            if near:
                hint = Message("did you mean `{name}`?", {"name": near})
            return Problem("CLAS-S008", Message("`{text}` is not a value of `{key}`", values), node.span, hint=hint)
        case "pattern" | "format" if isinstance(node, Scalar):
            return _form(fault, node)
        case _:
            return Problem("CLAS-S003", Message("`{key}` is not written as it must be", values), node.span)


def _form(fault: Fault, node: Scalar) -> Problem:
    values = {"key": fault.title, "text": fault.text}
    if not node.text.strip():
        return Problem("CLAS-S004", Message("`{key}` has no value", values), fault.place.span, hint=_nothing(fault))
    if fault.rule.get("format") == "date":
        report = Report()
        day(node, report)
        if report.problems:
            return report.problems[0]
    example = next((example for example in fault.examples if isinstance(example, str)), "")
    hint = Message("write it like `{example}`", {"example": example}) if example else None
    return Problem("CLAS-S007", Message("`{text}` does not have the form of `{key}`", values), node.span, hint=hint)


def _out_of_place(fault: Fault, node: Mapping, key: Scalar) -> Problem:
    """A key that another one excludes or calls for."""
    values = {"key": key.text, "other": fault.on.key if fault.on else ""}
    if fault.on is None:
        return Problem("CLAS-S009", Message("`{key}` has no place here", values), key.span)
    if not fault.on.holds:
        return Problem("CLAS-S009", Message("`{key}` goes with `{other}` only", values), key.span)
    other, value = node.key(fault.on.key), node.get(fault.on.key)
    if fault.on.by_value and isinstance(value, Scalar):
        values["other"] = f"{fault.on.key}: {value.text}"
    related = (Related(Message("the other one"), other.span),) if other else ()
    message = Message("`{key}` does not go with `{other}`", values)
    return Problem("CLAS-S009", message, key.span, related, Message("remove `{key}`", values))
