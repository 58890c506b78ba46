"""The names of a composition: who declares them, of what kind, in which scope, and that none clashes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from clas_policy.model.fact import Fact, Type
from clas_policy.model.policy import Level
from clas_policy.problem import Message, Related
from clas_policy.reading.layer import DECLARING, Item, Layer
from clas_policy.reading.report import Report, nearest
from clas_policy.source import Span

RESERVED: Final = ("dossier", "annee_scolaire", "departement")
"""The keys of a dossier's envelope, which no fact may start with."""


@dataclass(slots=True)
class Symbol:
    """One name: its section (``facts``, ``criteria``, …), the depth of its layer (0 is the référentiel), its scope."""

    section: str
    name: str
    depth: int
    item: Item
    layer: Layer
    entity: str | None = None
    type: Type | None = None
    fact: Fact | None = None
    broken: bool = False

    @property
    def at(self) -> Span:
        return self.item.at

    @property
    def kind(self) -> Message:
        return _KINDS[self.section]

    @property
    def open_to(self) -> str | None:
        return self.item.text("open_to")


_KINDS: Final = {
    "facts": Message("a fact"),
    "parameters": Message("a parameter"),
    "criteria": Message("a criterion"),
    "grants": Message("a grant"),
    "deadlines": Message("a deadline"),
    "orientations": Message("an orientation"),
    "entities": Message("an entity"),
    "funders": Message("a funder"),
    "texts": Message("a text"),
}


@dataclass(slots=True)
class Symbols:
    """Every name of the layers of one composition."""

    names: dict[str, Symbol] = field(default_factory=dict)

    def visible(self, name: str, depth: int) -> Symbol | None:
        """The symbol, unless a layer further down than `depth` declares it."""
        symbol = self.names.get(name)
        return symbol if symbol is not None and symbol.depth <= depth else None

    def of(self, *sections: str, depth: int | None = None) -> Iterator[Symbol]:
        """The symbols of some sections, in declaration order, those of layers down to `depth`."""
        for symbol in self.names.values():
            if symbol.section in sections and (depth is None or symbol.depth <= depth):
                yield symbol

    def like(self, name: str, depth: int, sections: Iterable[str]) -> tuple[Message | None, tuple[Related, ...]]:
        """The hint for an unknown name: the nearest one of the right kind, and where it is declared."""
        candidates = {symbol.name: symbol for symbol in self.of(*sections, depth=depth)}
        close = nearest(name, candidates)
        if close is None:
            return None, ()
        at = candidates[close].at
        return Message("did you mean `{name}`, declared at {place}?", {"name": close, "place": str(at)}), ()


def below(symbol: Symbol) -> tuple[Message, tuple[Related, ...]]:
    """The hint for a name that a layer further down declares, and where it does."""
    hint = Message("`{layer}` declares it, and a layer cannot read what is below it", {"layer": symbol.layer.id})
    return hint, (Related(Message("declared here"), symbol.at),)


def declare(layers: tuple[Layer, ...], report: Report) -> Symbols:
    """The names that the layers add, from the référentiel down; clashes and ill-formed names are reported."""
    symbols = Symbols()
    for depth, layer in enumerate(layers):
        for item in layer.items("entities"):
            _declare(symbols, Symbol("entities", item.name, depth, item, layer, broken=item.broken), report)
    for depth, layer in enumerate(layers):
        for section in DECLARING:
            if section == "entities":
                continue
            for item in layer.items(section):
                symbol = Symbol(section, item.name, depth, item, layer, broken=item.broken)
                symbol.entity = _scope(symbols, symbol, report)
                _declare(symbols, symbol, report)
    for symbol in symbols.of("entities"):
        _keys_are_free(symbols, symbol, report)
    _no_fact_inside_another(symbols, report)
    return symbols


def _declare(symbols: Symbols, symbol: Symbol, report: Report) -> None:
    if not _well_named(symbols, symbol, report):
        symbol.broken = True
    first = symbols.names.get(symbol.name)
    if first is None:
        symbols.names[symbol.name] = symbol
        return
    related = (Related(Message("declared here first"), first.at),)
    if first.depth < symbol.depth:
        report.add(
            "CLAS-L205",
            Message(
                "`{name}` is declared by `{layer}`, and what a parent declares is sealed",
                {"name": symbol.name, "layer": first.layer.id},
            ),
            symbol.at,
            related=related,
            hint=_how_to_change(first, symbol.layer.identity.level),
        )
    else:
        report.add(
            "CLAS-P170",
            Message("`{name}` already is the name of {kind}", {"name": symbol.name, "kind": first.kind}),
            symbol.at,
            related=related,
            hint=Message("facts, criteria, grants, parameters and the rest share their names: choose another one"),
        )


def _how_to_change(first: Symbol, level: Level) -> Message:
    if first.open_to == level.value:
        match first.section:
            case "parameters":
                return Message("it is open to you: give its value under `set:`")
            case "grants":
                return Message("it is open to you: write it under `replace:`")
            case "criteria":
                return Message("its readings are open to you: choose one under `choose:`")
            case "facts":
                return Message("its derivation is open to you: write it under `derive:`")
            case _:
                pass
    return Message("add a rule of your own under another name, or ask for it to be opened with `open_to`")


def _scope(symbols: Symbols, symbol: Symbol, report: Report) -> str | None:
    """The entity whose members the item is about, None for the dossier."""
    if symbol.section == "facts":
        first = symbol.name.split(".")[0]
        owner = symbols.visible(first, symbol.depth)
        return first if owner is not None and owner.section == "entities" else None
    name = symbol.item.text("for_each")
    if name is None:
        return None
    owner = symbols.names.get(name)
    node = symbol.item.get("for_each")
    hint, related = symbols.like(name, symbol.depth, ("entities",))
    if owner is not None and owner.section == "entities":
        if owner.depth <= symbol.depth:
            return name
        hint, related = below(owner)
    report.add(
        "CLAS-P105",
        Message("unknown entity `{name}`", {"name": name}),
        node.span if node else symbol.at,
        hint=hint,
        related=related,
    )
    symbol.broken = True
    return None


def _well_named(symbols: Symbols, symbol: Symbol, report: Report) -> bool:
    if symbol.broken and "." not in symbol.name and not symbol.name.isidentifier():
        return False
    segments = symbol.name.split(".")
    if symbol.section == "facts":
        lists = {entity.item.text("list") for entity in symbols.of("entities", depth=symbol.depth)}
        if segments[0] in RESERVED or segments[0] in lists:
            report.add(
                "CLAS-P172",
                Message("a fact cannot start with `{segment}`", {"segment": segments[0]}),
                symbol.at,
                hint=Message("`{segment}` is a key of the dossier itself", {"segment": segments[0]}),
            )
            return False
        if len(segments) > 1 and segments[1] == segments[0] and segments[0] in symbols.names:
            report.add(
                "CLAS-P172",
                Message("a fact of `{segment}` cannot be named like it", {"segment": segments[0]}),
                symbol.at,
                hint=Message("`{segment}` is the key of each one's id", {"segment": segments[0]}),
            )
            return False
    list_key = symbol.item.text("list") if symbol.section == "entities" else None
    reserved = next((name for name in (list_key, symbol.name) if name in RESERVED), None)
    if reserved is not None:
        report.add(
            "CLAS-P172",
            Message("`{segment}` is a key of the dossier itself", {"segment": reserved}),
            symbol.item.place_of("list") if reserved == list_key else symbol.at,
        )
        return False
    prefix = symbol.layer.prefix
    known = symbols.names.get(symbol.name)
    if prefix is None or (known is not None and known.depth < symbol.depth):
        return True  # a parent's name is sealed, whatever it starts with
    if symbol.section == "facts":
        own = segments[1] if segments[0] in symbols.names and len(segments) > 1 else segments[0]
        example = f"{segments[0]}.{prefix}_{segments[-1]}" if own != segments[0] else f"{prefix}.{segments[-1]}"
        ok = own == prefix or own.startswith(f"{prefix}_")
    else:
        ok = symbol.name.startswith(f"{prefix}_")
        example = f"{prefix}_{symbol.name}"
    if not ok:
        report.add(
            "CLAS-P174",
            Message("`{name}` does not start with the layer's prefix", {"name": symbol.name}),
            symbol.at,
            hint=Message("write `{example}`, so that no national name can ever clash with it", {"example": example}),
        )
    return True


def _keys_are_free(symbols: Symbols, entity: Symbol, report: Report) -> None:
    """The keys that an entity takes in a dossier begin no fact of a parent, and never will."""
    listed, node = entity.item.text("list"), entity.item.get("list")
    if entity.broken or listed is None or node is None:
        return
    taken: dict[str, Symbol] = {}
    for fact in symbols.of("facts", depth=entity.depth - 1):
        taken.setdefault(fact.name.split(".")[0], fact)
    for name, place in ((entity.name, entity.at), (listed, node.span)):
        if name in taken:
            report.add(
                "CLAS-P170",
                Message("`{name}` already begins the name of a fact", {"name": name}),
                place,
                related=(Related(Message("declared here first"), taken[name].at),),
            )
    prefix = entity.layer.prefix
    if prefix is not None and not listed.startswith(f"{prefix}_"):
        report.add(
            "CLAS-P174",
            Message("`{name}` does not start with the layer's prefix", {"name": listed}),
            node.span,
            hint=Message(
                "write `{example}`, so that no national name can ever clash with it", {"example": f"{prefix}_{listed}"}
            ),
        )


def _no_fact_inside_another(symbols: Symbols, report: Report) -> None:
    facts = {symbol.name: symbol for symbol in symbols.of("facts")}
    for name, symbol in facts.items():
        segments = name.split(".")
        for length in range(1, len(segments)):
            outer = facts.get(".".join(segments[:length]))
            if outer is not None:
                report.add(
                    "CLAS-P171",
                    Message("the fact `{name}` lies inside the fact `{outer}`", {"name": name, "outer": outer.name}),
                    symbol.at,
                    related=(Related(Message("the other fact"), outer.at),),
                    hint=Message("in a dossier, `{outer}` cannot be both a value and a group", {"outer": outer.name}),
                )
