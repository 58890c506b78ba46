"""What a rule may see: its layer, its entity, the names below and above; and the values written in it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from clas_policy.model.condition import FactValue, Literal, Operand, ParameterValue
from clas_policy.model.fact import Fact, Type
from clas_policy.model.policy import Parameter
from clas_policy.problem import Message, Related
from clas_policy.reading import values
from clas_policy.reading.layer import Item, Layer
from clas_policy.reading.nodes import Node, Scalar
from clas_policy.reading.report import Report
from clas_policy.reading.symbols import Symbol, Symbols, below

RULES: Final = ("criteria", "deadlines", "grants")


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a condition or an amount stands.

    `entity` is the entity whose names it may use (None: the dossier's only), `in_aggregate` says that it stands inside
    ``every``, ``some`` or ``count``.
    """

    layer: Layer
    depth: int
    item: Item
    entity: str | None = None
    in_aggregate: bool = False

    @classmethod
    def of(cls, symbol: Symbol) -> Scope:
        """The scope of the rule that declares `symbol`."""
        return cls(symbol.layer, symbol.depth, symbol.item, symbol.entity)

    def inside(self, entity: str) -> Scope:
        return replace(self, entity=entity, in_aggregate=True)


@dataclass(slots=True)
class Lowering:
    """Turns written expressions into nodes of the model; a problem gives None and is reported once."""

    symbols: Symbols
    report: Report
    to_confirm: dict[str, Parameter] = field(default_factory=dict)
    """The values that drafts have to confirm in place, each as a parameter without a value."""

    def fact(self, node: Node, scope: Scope) -> Fact | None:
        """The fact that a scalar names, if the scope may use it."""
        symbol = self.named(node, scope, ("facts",), "CLAS-P101", Message("unknown fact `{name}`"))
        if symbol is None or not self.in_scope(symbol, node, scope):
            return None
        return symbol.fact

    def named(self, node: Node, scope: Scope, sections: tuple[str, ...], code: str, unknown: Message) -> Symbol | None:
        """The symbol of some sections that a scalar names; None (reported, or broken) otherwise."""
        if not isinstance(node, Scalar):
            return None
        symbol = self.symbols.visible(node.text, scope.depth)
        if symbol is not None and symbol.section in sections:
            return None if symbol.broken else symbol
        hint, related = self.symbols.like(node.text, scope.depth, sections)
        unseen = self.symbols.names.get(node.text)
        if symbol is not None:
            hint = Message("it is {kind}", {"kind": symbol.kind})
            related = (Related(Message("declared here"), symbol.at),)
        elif unseen is not None:
            hint, related = below(unseen)
        self.report.add(code, replace(unknown, values={"name": node.text}), node.span, hint=hint, related=related)
        return None

    def in_scope(self, symbol: Symbol, node: Node, scope: Scope) -> bool:
        """Whether the scope may use the symbol; reported otherwise."""
        if symbol.entity is None or symbol.entity == scope.entity:
            return True
        values = {"name": symbol.name, "entity": symbol.entity}
        if scope.entity is None:
            self.report.add(
                "CLAS-P140",
                Message("`{name}` is different for each `{entity}`, and this rule is about the whole dossier", values),
                node.span,
                related=(Related(Message("declared here"), symbol.at),),
                hint=Message(
                    "write `for_each: {entity}`, or say of which ones: `every: {entity}`, `some: {entity}`, "
                    "`count: {entity}`",
                    values,
                ),
            )
        else:
            self.report.add(
                "CLAS-P141",
                Message("`{name}` belongs to another entity, `{entity}`", values),
                node.span,
                related=(Related(Message("declared here"), symbol.at),),
            )
        return False

    def operand(self, node: Node, due: Type, scope: Scope, key: str) -> Operand | None:
        """A bound, a rate or a day: a value in the form of the type, else the name of a parameter or of a fact."""
        if not isinstance(node, Scalar):
            return None
        if values.is_to_confirm(node):
            return self.unconfirmed(node, due, scope, key)
        if not (node.plain and values.is_name(node.text)):
            value = values.literal(node, due, self.report, signed=True)
            return None if value is None else Literal(value, node.span)
        unknown = Message("unknown fact `{name}`") if "." in node.text else Message("unknown parameter `{name}`")
        code = "CLAS-P101" if "." in node.text else "CLAS-P104"
        symbol = self.named(node, scope, ("parameters", "facts"), code, unknown)
        if symbol is None or not self.in_scope(symbol, node, scope):
            return None
        if symbol.type is not due:
            self.wrong_type(node, symbol, due)
            return None
        return (
            ParameterValue(symbol.name, node.span)
            if symbol.section == "parameters"
            else FactValue(symbol.name, node.span)
        )

    def wrong_type(self, node: Node, symbol: Symbol, due: Type) -> None:
        if symbol.type is None:
            return
        self.report.add(
            "CLAS-P121",
            Message(
                "`{name}` is of type {type}, and {due} is due here",
                {"name": symbol.name, "type": symbol.type.value, "due": due.value},
            ),
            node.span,
            related=(Related(Message("declared here"), symbol.at),),
        )

    def unconfirmed(self, node: Scalar, due: Type, scope: Scope, key: str) -> ParameterValue | None:
        """A value to confirm: a parameter without a value, named after its place; a problem in a layer in force."""
        if not self.may_be_unconfirmed(node, scope.layer):
            return None
        stem = f"{scope.item.name}.{key}"
        name, number = stem, 2
        while name in self.to_confirm:
            name, number = f"{stem}_{number}", number + 1
        label = scope.item.text("label") or scope.item.name
        origin = scope.item.origin
        self.to_confirm[name] = Parameter(name, due, label, None, origin, replace(origin, at=node.span))
        return ParameterValue(name, node.span)

    def may_be_unconfirmed(self, node: Scalar, layer: Layer) -> bool:
        if layer.is_draft:
            return True
        self.report.add(
            "CLAS-P181",
            Message("a value is still to confirm in a layer in force"),
            node.span,
            related=(Related(Message("the status"), layer.span("status")),),
            hint=Message("write the value, or `status: draft` until it is known"),
        )
        return False
