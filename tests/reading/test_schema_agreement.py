"""Whatever is done to a document, the schema refuses its structure just when a problem is said of it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.reading.schemas import DATES, SCHEMAS, keys, layer

from clas_policy.reading.nodes import Entry, Mapping, Node, Scalar, Sequence
from clas_policy.reading.schema import SAID_ELSEWHERE, instance, shape_problems
from clas_policy.source import Span

SCHEMA = SCHEMAS["policy"]
EVERYTHING = """\
documents: {note-32: {title: Note, url: "https://www.exemple.fr", published_on: 2024-06-15, publisher: Caf}}
source: note-32, §2
checked_on: 2024-09-15
funders: {source: note-32, ville: {label: Ville}}
entities: {atelier: {list: ateliers, label: Atelier}}
facts:
  gers.zone: {type: choices, min_items: 1, of: {est: Est, ouest: Ouest}, label: Zone, question: Où, help: Ici}
  gers.nombre: {type: integer, min: 0, max: 9, label: Nombre, open_to: local}
parameters: {gers_prix: {type: money, value: 10 EUR, label: Prix, checked_on: 2024-09-15}}
criteria:
  gers_a:
    label: A
    for_each: atelier
    only_if: {not: a.b}
    requires:
      - {any: [a.b, {at_least: 1, of: [a.b]}]}
      - {all: [{fact: c.d, from: 1, below: 2}, {fact: c.d, is: x}, {fact: c.d, one_of: [x]}]}
      - {every: atelier, requires: {fact: c.d, includes: x}}
      - {count: atelier, requires: {fact: c.d, only: [x]}, from: 1}
      - {sum: atelier.n, above: 1}
      - {fact: c.d, on_or_after: 2024-01-01, before: fin}
      - {amount: {minus: [g, {total: g}]}, to: {if_granted: g}}
  gers_b: {label: B, open_to: local, readings: {une: {label: Une, requires: a.b}}}
grants:
  gers_c:
    label: C
    funder: ville
    requires: [gers_a]
    amount: {first_match: [{when: a.b, then: {add: [g, 1 EUR]}}], otherwise: {smallest_of: [g]}}
    at_most: {rate: 50 %, of: {largest_of: [g]}, counted_up_to: 9 EUR}
    round_to: 1 EUR
    accord: gers.accord
deadlines:
  gers_d: {label: D, fact: a.c, opens_on: 2024-06-01, last_day: 2024-10-30, late: next_year,
    extensions: [{last_day: 2024-11-30, when: a.b, label: Plus}]}
  gers_e: {label: E, when_text: en juin}
orientations: {gers_f: {label: F, weight: priority, requires: a.b}}
admissibility: [gers_a, {criterion: gers_b, otherwise: not_examined, source: note-32}]
set: {prix: 8487 EUR, taux: {value: 30 %, source: note-32, checked_on: 2024-01-01}}
choose: {lu: {reading: une, because: Oui}}
derive: {gers.rural: {by: gers/rural, reads: [gers.zone]}}
replace: {ps: {label: P, funder: caf, amount: 1 EUR}}
published: [{grant: ps, at_most: 9.50 EUR, rounded_to: 1 EUR}]
texts: {gers_t: {label: T, text: Texte}}
"""
NOWHERE = Span("x.yaml", 1, 1, 1, 1)
NULL, WORD, NUMBER = (Scalar(text, plain=True, span=NOWHERE) for text in ("", "mot", "3"))
OTHERS: tuple[Node, ...] = (
    NULL,
    WORD,
    NUMBER,
    Sequence((), NOWHERE),
    Mapping((), NOWHERE),
    Sequence((WORD,), NOWHERE),
    Mapping((Entry(WORD, WORD),), NOWHERE),
    Mapping((Entry(Scalar("not", plain=True, span=NOWHERE), WORD),), NOWHERE),
)


def structural(schema: Any) -> Any:
    """The schema without what it says for editors only: where the semantic reader speaks, any scalar will do."""
    if isinstance(schema, list):
        return [structural(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    left: tuple[str, ...] = ("examples",)
    if schema.get("$comment") == SAID_ELSEWHERE:
        if "type" not in schema:
            return {}
        left = ("examples", "pattern", "format")
        types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
        schema = {**schema, "type": [*{*types, "string", "number", "boolean"}]}
    return {key: structural(value) for key, value in schema.items() if key not in left}


STRUCTURE = Draft202012Validator(structural(copy.deepcopy(SCHEMA)), format_checker=DATES)


def agrees(root: Mapping) -> bool:
    """Whether the schema refuses the structure just when something is said of it."""
    return bool(shape_problems(root)) != STRUCTURE.is_valid(instance(root))


def mutants(node: Node) -> Iterator[Node]:
    """The node with one thing changed: an entry dropped or renamed, a value replaced by another kind."""
    match node:
        case Mapping(entries=entries):
            for index, entry in enumerate(entries):
                others = (entries[:index], entries[index + 1 :])
                yield Mapping((*others[0], *others[1]), node.span)
                renamed = Entry(Scalar(entry.key.text + "_x", plain=True, span=entry.key.span), entry.value)
                yield Mapping((*others[0], renamed, *others[1]), node.span)
                for changed in (*OTHERS, *mutants(entry.value)):
                    yield Mapping((*others[0], Entry(entry.key, changed), *others[1]), node.span)
        case Sequence(items=items):
            for index, item in enumerate(items):
                yield Sequence((*items[:index], *items[index + 1 :]), node.span)
                for changed in (*OTHERS, *mutants(item)):
                    yield Sequence((*items[:index], changed, *items[index + 1 :]), node.span)
        case Scalar():
            return


def test_the_document_that_holds_everything_is_well_formed() -> None:
    assert shape_problems(layer(EVERYTHING)) == []
    assert Draft202012Validator(SCHEMA, format_checker=DATES).is_valid(instance(layer(EVERYTHING)))


@pytest.mark.parametrize("section", [entry.key.text for entry in layer(EVERYTHING).entries])
def test_for_every_change_of_structure_the_schema_refuses_just_when_a_problem_is_said(section: str) -> None:
    whole = layer(EVERYTHING)
    header = tuple(entry for entry in whole.entries if entry.key.text in ("policy", "extends", "version", "status"))
    one = tuple(entry for entry in whole.entries if entry.key.text == section and entry not in header)
    count = 0
    for mutant in mutants(Mapping(one or header, whole.span)):
        assert isinstance(mutant, Mapping)
        changed = Mapping((*header, *mutant.entries), whole.span) if one else mutant
        assert agrees(changed), instance(changed)
        count += 1
    assert count > 5


WORDS = sorted({*SCHEMA["properties"], *(key.rsplit("/", 1)[-1] for key in keys(SCHEMA)), "a", "a.b", "listed_in", "é"})
SCALARS = st.builds(
    lambda text, plain: Scalar(text, plain=plain, span=NOWHERE),
    st.sampled_from(["", "a", "a.b", "8", "2.5", "true", "8487 EUR", "32.5 %", "2024-10-30", "money", "choice", "É"]),
    st.booleans(),
)
NODES: st.SearchStrategy[Node] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: Sequence(tuple(items), NOWHERE)),
        st.dictionaries(st.sampled_from(WORDS), inner, max_size=4).map(
            lambda found: Mapping(
                tuple(Entry(Scalar(key, plain=True, span=NOWHERE), value) for key, value in found.items()), NOWHERE
            )
        ),
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(SCHEMA["properties"])),
    NODES,
)
def test_for_any_content_of_a_section_the_schema_refuses_just_when_a_problem_is_said(section: str, node: Node) -> None:
    header = tuple(entry for entry in layer("").entries if entry.key.text != section)
    assert agrees(Mapping((*header, Entry(Scalar(section, plain=True, span=NOWHERE), node)), NOWHERE))
