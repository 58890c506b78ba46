"""Random policies as authors write them: three layers of YAML text that `check` accepts.

``layers()`` are trees of keys and values (`yaml_writing` writes them in any style) that use the whole language: every
type, condition, amount and section. ``local_layers(policy, …)`` are what a department may write below a policy that
exists. Nothing here is wrong: what is refused is a fault of the reader or of this module.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from tests.yaml_expressions import Expressions
from tests.yaml_names import FIRST_DAY, NUMBERS, Known, Name, figure, known_of, values_of
from tests.yaml_writing import Line, Tree, Words, written

from clas_policy.model.fact import Type
from clas_policy.model.policy import Policy

REFERENTIEL, ANNUAL, LOCAL = "essai/referentiel-2020", "essai/2024-2025", "departements/98/2024-2025"
LEVELS = ("referentiel", "annual", "local")
OPTIONS = {"rouge": "Rouge", "vert": "Vert (ou presque)", "bleu": "Bleu : l'autre"}
EFFECTS = ("inadmissible", "not_examined", "next_year")
SOURCED = ("parameters", "criteria", "grants", "deadlines", "orientations", "set", "choose", "replace")
LABELS = (
    "Une règle simple",
    "L'aide aux « groupes », s'il y en a",
    "Attention : deux points, et un # dièse",
    'Un "mot" entre guillemets',
    "8 à 12 enfants",
    "- tiret en tête",
    "À partir de {cinq} [enfants]",
)


@dataclass
class Author(Expressions):
    """Writes one layer, rule after rule; a rule names only what is already there."""

    id: str = ""
    level: str = ""
    stem: str = ""
    """How the names that the layer adds begin."""
    extends: str | None = None
    tree: dict[str, Any] = field(default_factory=dict)
    funders: list[str] = field(default_factory=list)

    def label(self) -> Words:
        return Words(self.pick(LABELS))

    def put(self, section: str, name: str, item: Tree) -> None:
        self.tree.setdefault(section, {})[name] = item

    def scope(self) -> str | None:
        return self.pick((None, *self.known.entities))

    def each(self, scope: str | None) -> dict[str, Tree]:
        return {"label": self.label(), **({"for_each": scope} if scope else {})}

    def open_to(self, one_in: int) -> dict[str, Tree]:
        later = LEVELS[LEVELS.index(self.level) + 1 :]
        return {"open_to": self.pick(later)} if later and self.chance(one_in) else {}

    # -- vocabulary

    def vocabulary(self) -> None:
        is_first = self.level == "referentiel"
        if is_first or self.chance(3):
            name = f"{self.stem}groupe"
            self.known.entities.append(name)
            self.put("entities", name, {"list": f"{name}s", "label": self.label()})
        for scope in (None, *self.known.entities):
            kinds = [Type.BOOLEAN, *Type] if is_first else self.draw(st.lists(st.sampled_from(list(Type)), max_size=2))
            for number, kind in enumerate(kinds):
                head = f"{scope}.{self.stem}" if scope else f"{self.stem}base."
                self.declare(f"{head}{self.pick(('', '', 'x_suite.'))}{kind.value}_{number}", kind, scope)
        for number in range(self.draw(st.integers(1, 2))):
            self.funders.append(f"{self.stem}caisse_{number}")
            self.put("funders", self.funders[-1], {"label": self.label()})

    def declare(self, name: str, kind: Type, scope: str | None) -> None:
        item: dict[str, Tree] = {"type": kind.value, "label": self.label(), **self.open_to(8)}
        if kind in (Type.INTEGER, Type.MONEY, Type.RATE):
            if self.chance(2):
                item["min"] = figure(kind, self.pick((0, 0, -300)) if kind is not Type.RATE else 0)
            if self.chance(3):
                item["max"] = figure(kind, 12 if kind is Type.INTEGER else self.pick((12, 20_000)))
        options = OPTIONS if kind in (Type.CHOICE, Type.CHOICES) else {}
        if options:
            item["of"] = {value: Words(label) for value, label in options.items()}
        if kind is Type.CHOICES and self.chance(3):
            item["min_items"] = self.pick(("0", "1"))
        if self.chance(6):
            item |= {"question": self.label(), "help": self.label()}
        self.put("facts", name, item)
        open_to = str(item["open_to"]) if "open_to" in item else None
        self.known.names.append(Name(name, "facts", scope, kind, options=tuple(options), open_to=open_to))

    def derivations(self) -> None:
        """Facts that code works out, of this layer or open to it; what they read stays given."""
        for fact in list(self.known.names):
            own = fact.name in self.tree.get("facts", {})
            if fact.section != "facts" or fact.name in self.known.derived or not (own or fact.open_to == self.level):
                continue
            given = [
                name.name
                for name in self.known.of("facts", fact.scope)
                if name.open_to is None and name.name not in self.known.derived and name != fact
            ]
            if given and self.chance(3 if fact.open_to == self.level else 10):
                reads = self.subset(given, 2)
                self.put("derive", fact.name, {"by": "essai/calcul-1", "reads": reads})
                self.known.derived |= {fact.name, *map(str, reads)}

    def parameters(self) -> None:
        for kind in NUMBERS:
            for number in range(self.draw(st.integers(0, 1))):
                name = f"{self.stem}chiffre_{kind.value}_{number}"
                item: dict[str, Tree] = {"type": kind.value, "label": self.label(), **self.open_to(2)}
                is_open = "open_to" in item
                planned = self.draw(values_of(kind)) if is_open else None
                values: tuple[Any, ...] = () if planned is None else (planned,)
                if not is_open or self.chance(2):
                    item["value"], *found = self.new_value(kind)
                    values = (*values, *found)
                self.put("parameters", name, item)
                open_to = str(item["open_to"]) if is_open else None
                self.known.names.append(Name(name, "parameters", None, kind, values, planned, open_to=open_to))

    def settings(self) -> None:
        for name in self.known.of("parameters", None):
            if name.open_to != self.level or (len(name.values) > 1 and self.chance(2)):
                continue
            text = "to_confirm" if self.is_draft and self.chance(4) else figure(name.type or Type.DATE, name.planned)
            self.put("set", name.name, {"value": text, "checked_on": "2024-09-15"} if self.chance(3) else text)

    # -- rules

    def criterion(self, name: str, *, grants: bool) -> None:
        scope = self.scope()
        item = self.each(scope)
        readings: tuple[str, ...] = ()
        if self.chance(4):
            readings = ("lecture_a", "lecture_b", "lecture_c")[: self.pick((1, 2, 3))]
            item["readings"] = {
                one: {"label": self.label(), "requires": self.condition(scope, 1, grants=grants)} for one in readings
            }
            item |= self.open_to(2)
        else:
            item["requires"] = self.condition(scope, 2, grants=grants)
        if self.chance(3):
            item["only_if"] = self.condition(scope, 1, grants=grants)
        self.put("criteria", name, item)
        open_to = str(item["open_to"]) if "open_to" in item else None
        self.known.names.append(Name(name, "criteria", scope, late=grants, readings=readings, open_to=open_to))

    def deadline(self, name: str) -> None:
        scope = self.scope()
        item = self.each(scope)
        if self.chance(4):
            entry: Tree = Words("à partir de juin 2024")
            self.put("deadlines", name, item | self.pick(({"when_text": entry}, {"last_day": "2024-06-30"})))
            return
        item["fact"] = self.fact(scope, Type.DATE)
        days = sorted(self.draw(st.sets(st.integers(0, 9), min_size=3, max_size=3)))
        opens, last, later = (str(FIRST_DAY + timedelta(day)) for day in days)
        closing = self.pick(("last_day", "last_day", "before"))
        item[closing] = last
        if self.chance(2):
            item["opens_on"] = opens
        if self.chance(2):
            when = self.condition(scope, 1, grants=False)
            item["extensions"] = [{"last_day": later, "when": when, "label": self.label()}]
        if not item.keys() & {"opens_on", "extensions"} and self.chance(2):
            item[closing] = self.operand(Type.DATE, scope)[0]
        if self.chance(2):
            item["late"] = self.pick(EFFECTS)
        self.put("deadlines", name, item)
        self.known.names.append(Name(name, "deadlines", scope))

    def grant_body(self, scope: str | None, funder: str, *, grants: bool) -> dict[str, Tree]:
        item: dict[str, Tree] = {**self.each(scope), "funder": funder, "amount": self.amount(scope, 2, grants=grants)}
        if self.chance(2):
            item["requires"] = self.condition(scope, 2, grants=grants)
        if self.chance(3):
            item["at_most"] = self.amount(scope, 1, grants=grants)
        if self.chance(3):
            item["round_to"] = self.pick(("0.01 EUR", "0.10 EUR", "1 EUR", "100 EUR"))
        if self.chance(3):
            item["accord"] = self.fact(scope, Type.BOOLEAN)
        return item

    def grant(self, name: str) -> None:
        scope, funder = self.scope(), self.pick(self.funders)
        item = self.grant_body(scope, funder, grants=True) | self.open_to(4)
        self.put("grants", name, item)
        open_to = str(item["open_to"]) if "open_to" in item else None
        self.known.names.append(Name(name, "grants", scope, late=True, funder=funder, open_to=open_to))

    def orientation(self, name: str) -> None:
        scope = self.scope()
        item = {**self.each(scope), "weight": self.pick(("mandatory", "priority", "advisory"))}
        if not self.chance(4):
            item["requires"] = self.condition(scope, 2)
        self.put("orientations", name, item)

    def opened(self) -> None:
        """What parents left open, chosen and replaced."""
        for name in list(self.known.names):
            if name.open_to != self.level or self.chance(3):
                continue
            if name.section == "criteria":
                self.put("choose", name.name, {"reading": self.pick(name.readings), "because": self.label()})
            elif name.section == "grants":
                # Nothing in it that may stand behind the grant itself.
                self.put("replace", name.name, self.grant_body(name.scope, name.funder, grants=False))

    def admissibility(self) -> None:
        for name in self.known.names:
            is_free = not name.late and name.name not in self.known.listed
            if name.section in ("criteria", "deadlines") and is_free and self.chance(4):
                self.known.listed.add(name.name)
                item: Tree = name.name
                if name.section == "criteria" and self.chance(2):
                    item = {"criterion": name.name, **({"otherwise": self.pick(EFFECTS)} if self.chance(2) else {})}
                self.tree.setdefault("admissibility", []).append(item)

    # -- the whole

    def header(self) -> None:
        self.is_draft = self.chance(4)
        self.tree |= {"policy": self.id, "version": "1", "status": "draft" if self.is_draft else "in_force"}
        self.tree |= {"title": self.label(), **({"extends": self.extends} if self.extends else {})}
        if self.level == "local":
            self.tree["prefix"] = self.stem.removesuffix("_")
        if not self.known.documents or self.chance(3):
            document = f"{self.stem.replace('_', '-')}note"
            self.known.documents.append(document)
            self.tree["documents"] = {document: {"title": self.label(), "published_on": "2024-07-01"}}

    def rules(self) -> None:
        most = 3 if self.level == "referentiel" else 2
        for number in range(self.draw(st.integers(0, most))):
            if self.chance(3):
                self.deadline(f"{self.stem}echeance_{number}")
            else:
                self.criterion(f"{self.stem}condition_{number}", grants=False)
        self.opened()
        self.admissibility()
        for number in range(self.draw(st.integers(1, most))):
            if self.chance(3):
                self.criterion(f"{self.stem}critere_{number}", grants=True)
            else:
                self.grant(f"{self.stem}aide_{number}")
        if self.chance(2):
            self.orientation(f"{self.stem}orientation")
        if self.chance(4):
            self.put("texts", f"{self.stem}texte", {"label": self.label(), "text": self.label()})

    def citations(self) -> None:
        """A source for everything: on the layer, on the sections or on the items."""
        where = self.pick(("layer", "section", "item"))
        if where == "layer":
            self.tree["source"] = self.citation()
        for section in SOURCED:
            items = self.tree.get(section)
            if items is not None and (where == "section" or self.chance(8)):
                self.tree[section] = {"source": self.citation(), **items}
            elif items is not None and where == "item":
                for name, item in items.items():
                    items[name] = (item if isinstance(item, dict) else {"value": item}) | {"source": self.citation()}

    def citation(self) -> Line:
        return Line(f"{self.pick(self.known.documents)}, §{self.draw(st.integers(1, 9))}")

    def layer(self) -> dict[str, Tree]:
        self.header()
        self.vocabulary()
        self.derivations()
        self.parameters()
        if self.extends:
            self.settings()
        self.rules()
        self.citations()
        return self.tree


@dataclass(frozen=True)
class Layers:
    """Layers as trees, by id, from the référentiel down."""

    trees: dict[str, dict[str, Tree]]

    def texts(self, seed: int = 0) -> dict[str, str]:
        """What the files hold, in the way of writing that `seed` stands for."""
        return {name: written(tree, seed) for name, tree in self.trees.items()}

    def with_tree(self, name: str, tree: dict[str, Tree]) -> Layers:
        return replace(self, trees=self.trees | {name: tree})


@st.composite
def layers(draw: st.DrawFn) -> Layers:
    """A référentiel, the figures of a year and a department's layer."""
    known = Known()
    trees = {}
    for name, level, stem, extends in (
        (REFERENTIEL, "referentiel", "", None),
        (ANNUAL, "annual", "annee_", REFERENTIEL),
        (LOCAL, "local", "loc_", ANNUAL),
    ):
        trees[name] = Author(draw, known, id=name, level=level, stem=stem, extends=extends).layer()
    return Layers(trees)


@st.composite
def local_layers(draw: st.DrawFn, policy: Policy, opened: Iterable[str]) -> dict[str, Tree]:
    """What a department may write below a composed annual policy; `opened` are the names that are open to it."""
    known = known_of(policy, opened)
    return Author(draw, known, id=LOCAL, level="local", stem="loc_", extends=policy.id).layer()
