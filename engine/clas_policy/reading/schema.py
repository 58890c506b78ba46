"""The shape of a file, by its JSON Schema: the one module that knows jsonschema.

jsonschema is imported when a file is checked, not before: a command that reads no policy does not pay for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Map
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from clas_policy.model.dates import parse_day
from clas_policy.problem import Problem, in_order
from clas_policy.reading.heads import Path, expression_findings
from clas_policy.reading.nodes import Mapping, Node, Scalar, Sequence
from clas_policy.reading.shape import FALSE, Branch, Fault, worded
from clas_policy.resources import folder

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator
    from referencing import Registry

Json: TypeAlias = "Map[str, Json] | list[Json] | str | int | Decimal | bool | None"

SAID_ELSEWHERE: Final = "said by the semantic reader"
"""The ``$comment`` of what the schema tells editors and a later reader tells better: forms of values, levels."""

_INTEGER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,39})")
_DECIMAL: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,39})\.[0-9]{1,40}")


def instance(root: Node) -> Json:
    """The JSON value of a node: plain numbers, ``true``, ``false`` and nothing are read, all else is text."""
    match root:
        case Mapping():
            return {key.text: instance(value) for key, value in root}
        case Sequence(items=items):
            return [instance(item) for item in items]
        case Scalar(text=text):
            if not root.plain:
                return text
            if root.is_null:
                return None
            if text in ("true", "false"):
                return text == "true"
            if _INTEGER.fullmatch(text):
                return int(text)
            return Decimal(text) if _DECIMAL.fullmatch(text) else text


def shape_problems(root: Mapping, schema: str = "policy") -> list[Problem]:
    """What is wrong with the shape of a file: one problem per root cause, at its place.

    `schema` names the file ``<schema>.schema.json``. The expressions of a policy are read by their heads first, and
    what the schema says of an expression that is wrong there is left out.
    """
    findings = list(expression_findings(root)) if schema == "policy" else []
    said = {finding.path for finding in findings}
    faults = [
        fault
        for fault in _faults(schema, root)
        if not any(fault.path[:length] in said for length in range(len(fault.path) + 1))
    ]
    return list(in_order([*(finding.problem for finding in findings), *worded(faults)]))


def _faults(schema: str, root: Mapping) -> Iterator[Fault]:
    validator, registry = _validator(schema)
    value: Any = instance(root)
    for error in validator.iter_errors(value):
        fault = _fault(error, root, list(_entered(validator.schema, registry, error.absolute_schema_path)))
        if fault is not None:
            yield fault


def _fault(error: ValidationError, root: Mapping, entered: list[tuple[str | int, Any]]) -> Fault | None:
    """The error at its place in the file; None where a later reader says it better.

    A key whose schema is ``false`` is refused where its mapping stands, by the mapping's ``properties``: jsonschema
    leaves the key itself out of the path.
    """
    path: Path = tuple(error.absolute_path)
    node: Node = root
    key: Scalar | None = None
    for step in path:
        if isinstance(node, Mapping):
            key = node.key(str(step))
            node = next(value for written, value in node if written.text == step)
        elif isinstance(node, Sequence):
            node = node.items[int(step)]
    keyword = error.validator if isinstance(error.validator, str) else FALSE
    rule = entered[-1 if keyword == FALSE else -2][1]
    marked = entered[-2][1].get("$comment") == SAID_ELSEWHERE
    if marked and not (keyword == "type" and (not isinstance(node, Scalar) or node.is_null)):
        return None
    rules = [outer for _, outer in entered if isinstance(outer, dict)]
    of_name = any(step == "propertyNames" for step, _ in entered)
    return Fault(
        keyword=keyword,
        value=error.validator_value,
        rule=rule,
        path=path,
        node=node,
        key=key,
        name=str(error.instance) if of_name else None,
        on=_branch(entered),
        examples=tuple(example for rule in reversed(rules) for example in rule.get("examples", ())),
    )


def _entered(schema: Any, registry: Registry[Any], steps: Iterable[str | int]) -> Iterator[tuple[str | int, Any]]:
    """The subschemas that lead to an error, from the root, each with the step into it; a reference is no step."""
    resolver = registry.resolver(schema.get("$id", ""))
    current = schema
    yield "", current
    for step in steps:
        while isinstance(current, dict) and step not in current and "$ref" in current:
            resolved = resolver.lookup(current["$ref"])
            current, resolver = resolved.contents, resolved.resolver
            yield "$ref", current
        current = current[step]
        yield step, current


def _branch(entered: list[tuple[str | int, Any]]) -> Branch | None:
    """The last branch taken on the way to an error."""
    taken: Branch | None = None
    for (_, outer), (step, _) in pairwise(entered):
        if step in ("then", "else") and "if" in outer:
            values, keys = list(outer["if"].get("properties", ())), outer["if"].get("required", ())
            looked_at = next(iter((*values, *keys)), None)
            taken = Branch(step == "then", looked_at, looked_at in values) if looked_at else None
    return taken


@cache
def _schemas() -> dict[str, dict[str, Any]]:
    """The shipped schemas, by name."""
    return {
        file.name.removesuffix(".schema.json"): json.loads(file.read_text("utf-8"))
        for file in sorted(folder("schemas").glob("*.schema.json"))
    }


@cache
def _validator(name: str) -> tuple[Validator, Registry[Any]]:
    """The validator of one schema; references are looked up among the shipped schemas and nowhere else."""
    from jsonschema import Draft202012Validator, FormatChecker, ValidationError, validators
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT202012

    def pattern(_: Validator, wanted: str, text: object, __: object) -> Iterator[ValidationError]:
        # In JSON Schema `$` is the end of the text; in Python it also stands before a last line break.
        if isinstance(text, str) and not _compiled(wanted).search(text):
            yield ValidationError("pattern")

    formats = FormatChecker(formats=())
    formats.checks("date", raises=ValueError)(lambda text: not isinstance(text, str) or bool(parse_day(text)))
    registry: Registry[Any] = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema, default_specification=DRAFT202012))
        for schema in _schemas().values()
    )
    strict = validators.extend(Draft202012Validator, {"pattern": pattern})  # type: ignore[no-untyped-call]
    return strict(_schemas()[name], registry=registry, format_checker=formats), registry


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern[:-1] + r"\Z" if pattern.endswith("$") else pattern)
