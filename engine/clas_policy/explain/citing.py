"""What the reasons of a decision cite: labels, sources, places and values as a record writes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, assert_never

from clas_policy.explain.names import Names
from clas_policy.explain.slots import Row
from clas_policy.explain.writing import Tell, always, more, text
from clas_policy.model import condition as c
from clas_policy.model.ends import ends
from clas_policy.model.fact import Fact, Type
from clas_policy.model.money import format_amount, format_rate
from clas_policy.model.policy import Policy
from clas_policy.source import Span


class Citations:
    """Looks up how things are cited; a place is a layer and a line, free of the machine's paths."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.policy: Policy = names.policy
        self._layers = {layer.file: layer.id for layer in self.policy.layers}

    def place(self, at: Span | None) -> str | None:
        layer = self._layers.get(at.file) if at is not None else None
        return f"{layer}:{at.line}" if layer is not None and at is not None else None

    def at(self, at: Span | None) -> str:
        """The entry for the place of a node."""
        return more(at=self.place(at))

    def rule(self, name: str) -> dict[str, str | None]:
        """A criterion, deadline or grant."""
        rule = self.policy.criteria.get(name) or self.policy.deadlines.get(name) or self.policy.grants[name]
        return {"name": name, "label": rule.label, "source": rule.origin.source}

    def fact(self, name: str) -> dict[str, str | None]:
        return {"name": name, "label": self.policy.facts[name].label}

    def parameter(self, name: str) -> dict[str, str | None]:
        """A figure, where its value is written."""
        parameter = self.policy.parameters[name]
        origin = parameter.value_origin
        return {"name": name, "label": parameter.label, "source": origin.source, "at": self.place(origin.at)}

    def value_of(self, fact: Fact) -> Tell:
        """Writes what the dossier says of a fact."""
        cell, written = self.names.layout.cell(fact.name), writer(fact)
        index, of_member = cell.index, cell.of_member

        def value(d: Row, e: Row) -> str:
            found = (e if of_member else d)[index]
            return "null" if found is None else written(found)

        return value

    def operand(self, operand: c.Operand, kind: Type) -> Tell:
        """Writes further entries for a bound or a rate: its value, and what is known of where it comes from."""
        match operand:
            case c.FactValue(fact=name):
                value = self.value_of(self.policy.facts[name])
                cited = more(**self.fact(name)) + self.at(operand.at)
                return lambda d, e: f',"value":{value(d, e)}{cited}'
            case c.ParameterValue(parameter=name):
                return always(_constant(self.policy.parameters[name].value, kind) + more(**self.parameter(name)))
            case c.Literal(value=literal):
                return always(_constant(literal, kind) + self.at(operand.at))
            case _:
                assert_never(operand)

    def bounds(self, bounds: c.Bounds[c.Operand], kind: Type) -> Tell:
        """Writes the limits of an interval, each by the word that a policy writes for it."""
        limits = tuple((f'{{"bound":"{word}"', self.operand(operand, kind)) for word, operand in ends(bounds, kind))
        return lambda d, e: ",".join([f"{word}{operand(d, e)}}}" for word, operand in limits])


def _constant(value: Any, kind: Type) -> str:
    return ',"value":null' if value is None else f',"value":{number_text(value, kind)}'


def amount_words(bounds: c.Bounds[Any]) -> tuple[str, ...]:
    """The words for the limits of an amount that are given."""
    return tuple(word for word, _ in ends(bounds, Type.MONEY))


def writer(fact: Fact) -> Callable[[Any], str]:
    """How a record writes a known value of this fact."""
    match fact.type:
        case Type.CHOICES:
            order = {option.value: rank for rank, option in enumerate(fact.options)}
            return lambda values: text(sorted(values, key=lambda value: (order.get(value, len(order)), value)))
        case Type.BOOLEAN | Type.CHOICE | Type.TEXT:
            return text
        case Type.INTEGER | Type.MONEY | Type.RATE | Type.DATE:
            kind = fact.type
            return lambda value: number_text(value, kind)
        case _:
            assert_never(fact.type)


def number_text(value: Any, kind: Type) -> str:
    """A number, a decimal string, a rate or a date, by its type."""
    match kind:
        case Type.MONEY:
            return f'"{format_amount(value)}"'
        case Type.RATE:
            return f'"{format_rate(value)}"'
        case Type.DATE:
            return f'"{value.isoformat()}"'
        case _:
            return str(value)


def options(fact: Fact, values: tuple[str, ...]) -> list[dict[str, str]]:
    """The values of a choice that a condition names, with their labels."""
    labels = {option.value: option.label for option in fact.options}
    return [{"value": value, "label": labels.get(value, value)} for value in values]
