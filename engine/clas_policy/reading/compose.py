"""Layers → Policy: one composition, every name resolved, every bound typed, or every problem."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import Final

from clas_policy.frozen import dataclass
from clas_policy.model import condition as c
from clas_policy.model.policy import Level, Named, Parameter, Policy
from clas_policy.model.references import Rule, intervals_of
from clas_policy.problem import Message, Problem, Related
from clas_policy.reading import admissibility, criteria, deadlines, grants, vocabulary
from clas_policy.reading.graph import Rules, evaluation_order
from clas_policy.reading.layer import Layer
from clas_policy.reading.places import to_confirm
from clas_policy.reading.report import Report, with_excerpts
from clas_policy.reading.scope import Lowering
from clas_policy.reading.symbols import declare

_SOURCED: Final = ("parameters", "criteria", "grants", "deadlines", "orientations")


@dataclass(frozen=True, slots=True)
class Composition:
    """What composing gave: the policy where nothing is wrong, and the problems."""

    policy: Policy | None
    problems: tuple[Problem, ...]


def compose(layers: tuple[Layer, ...]) -> Composition:
    """The policy of a chain of layers, from the référentiel down, one per level.

    The last layer gives the policy its id, level, period and department. No exception is raised for what a file says.
    """
    report = Report()
    low = Lowering(declare(layers, report), report)
    bottom = layers[-1]
    level = bottom.identity.level
    documents = vocabulary.documents(layers, report)
    vocabulary.sources_are_given(list(low.symbols.of(*_SOURCED)), report)
    entities = vocabulary.entities(low)
    facts = vocabulary.facts(low)
    vocabulary.derive(low, facts, layers)
    parameters = vocabulary.parameters(low, level, layers)
    graph = Rules(
        criteria.criteria(low, layers),
        (windows := deadlines.deadlines(low, parameters)),
        grants.grants(low, layers, facts),
        admissibility.admissibility(low, layers, windows),
    )
    orientations = criteria.orientations(low)
    published = grants.published(low, layers)
    texts = vocabulary.texts(low)
    parameters |= low.to_confirm
    rules: list[Rule] = [
        *graph.criteria.values(),
        *graph.deadlines.values(),
        *graph.grants.values(),
        *orientations.values(),
    ]
    for rule in rules:
        _bounds_are_ordered(rule, parameters, report)
    order = evaluation_order(graph, report)
    _nothing_is_left(layers, low)
    problems = with_excerpts(report.problems, {layer.file: layer.lines for layer in layers})
    if report.has_errors:
        return Composition(None, problems)
    identity = bottom.identity
    policy = Policy(
        identity.id,
        bottom.title,
        layers[0].identity.root,
        level,
        identity.period,
        identity.department,
        "draft" if any(layer.is_draft for layer in layers) else "in_force",
        level is Level.LOCAL,
        tuple(layer.ref for layer in layers),
        MappingProxyType(documents),
        MappingProxyType(
            {
                symbol.name: Named(symbol.name, symbol.item.text("label") or symbol.name, symbol.item.origin)
                for symbol in low.symbols.of("funders")
            }
        ),
        MappingProxyType(entities),
        MappingProxyType(facts),
        MappingProxyType(parameters),
        MappingProxyType(graph.criteria),
        MappingProxyType(graph.deadlines),
        graph.admissibility,
        MappingProxyType(graph.grants),
        MappingProxyType(orientations),
        published,
        MappingProxyType(texts),
        order,
        tuple(name for name, parameter in parameters.items() if parameter.value is None),
    )
    return Composition(policy, problems)


def _nothing_is_left(layers: tuple[Layer, ...], low: Lowering) -> None:
    """A layer in force holds nothing to confirm anywhere: no source, no reason, no text either."""
    said = {problem.span for problem in low.report.problems if problem.code == "CLAS-P181"}
    for layer in layers:
        for place in () if layer.is_draft else to_confirm(layer.root):
            if place.node.span not in said:
                low.may_be_unconfirmed(place.node, layer)


def _bounds_are_ordered(written: Rule, parameters: dict[str, Parameter], report: Report) -> None:
    """No interval that nothing can be in, once the parameters have their values."""
    for bounds in intervals_of(written):
        lower, upper = _value(bounds.lower, parameters), _value(bounds.upper, parameters)
        if lower is None or upper is None:
            continue
        strict = bounds.lower_strict or bounds.upper_strict
        if lower > upper or (strict and lower == upper):
            at = getattr(bounds.lower, "at", None) or written.origin.at
            second = getattr(bounds.upper, "at", None)
            report.add(
                "CLAS-P150",
                Message("nothing lies in this interval: its lower bound is above its upper bound"),
                at,
                related=(Related(Message("the upper bound"), second),) if second else (),
            )


def _value(operand: object, parameters: dict[str, Parameter]) -> int | None:
    """The number or the day (as its ordinal) that a bound is, where the policy alone says it."""
    value: object = None
    match operand:
        case c.Literal(value=value):
            pass
        case c.ParameterValue(parameter=name):
            value = parameters[name].value if name in parameters else None
        case _:
            return None
    return value.toordinal() if isinstance(value, date) else value if isinstance(value, int) else None
