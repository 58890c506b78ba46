"""The laws of the scheme and of the language, held from the text of policies and dossiers to their decisions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.document_generation import Answers, forgetting, known_answers, refinements
from tests.findings import Findings, everything, found
from tests.policy_texts import CODES, assert_told_well, lay_out, policy_of, shipped
from tests.text_mutation import STEPS, changed
from tests.yaml_generation import LOCAL, Layers, layers, local_layers
from tests.yaml_writing import Tree, Words, shuffled, written

from clas_policy.catalogue import Catalogue, Shelf, user_shelf
from clas_policy.checking import check
from clas_policy.explain import Evaluator
from clas_policy.model.dossier import Dossier, Member
from clas_policy.model.policy import Policy
from clas_policy.problem import DossierError
from clas_policy.publish.dossier_schema import dossier_schema
from clas_policy.reading import json_text
from clas_policy.reading.dossier import DossierReader

SEEDS = st.integers(0, 10_000)
NATIONAL = "national/2024-2025"
GERS = "departements/32/2024-2025"
OPENED = ("collectif.rural", "criteres_bonus_parents")
"""What the shipped référentiel opens to departments."""


def some(policy: Policy) -> st.SearchStrategy[Answers]:
    """Answers to all that a policy asks, or to less."""
    return known_answers(policy).flatmap(lambda known: st.just(known) | forgetting(known))


# --- what check accepts ---------------------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(layers(), SEEDS)
def test_check_accepts_what_the_language_allows(
    tmp_path_factory: pytest.TempPathFactory, made: Layers, seed: int
) -> None:
    folder = lay_out(made.texts(seed), tmp_path_factory.mktemp("policies"))

    report = check(Catalogue([user_shelf(folder)]))

    assert [problem.message for problem in report.problems if problem.severity == "error"] == []
    assert report.compositions == 3
    assert_told_well(report.problems, displayed(made.texts(seed), folder), with_excerpts=True)


def displayed(texts: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The texts by the file names that problems say; a text that is not UTF-8 has no lines to hold to."""
    found = {}
    for name, text in texts.items():
        try:
            decoded = text.encode("utf-8", "surrogatepass").decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
        found[f"{folder.as_posix()}/{name}.yaml"] = decoded
    return found


def assert_checked(texts: Mapping[str, str], folder: Path) -> None:
    """Check says what is wrong, at places that are there, and never raises."""
    lay_out(texts, folder)

    report = check(Catalogue([user_shelf(folder)]))

    assert_told_well(report.problems, displayed(texts, folder), with_excerpts=True)


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(sorted(shipped())), STEPS)
def test_check_never_raises_on_a_spoiled_policy(
    tmp_path_factory: pytest.TempPathFactory, name: str, steps: Any
) -> None:
    texts = shipped()
    assert_checked(texts | {name: changed(texts[name], steps)}, tmp_path_factory.mktemp("policies"))


@settings(max_examples=30, deadline=None)
@given(layers(), SEEDS, st.integers(0, 2), STEPS)
def test_check_never_raises_on_a_spoiled_generated_policy(
    tmp_path_factory: pytest.TempPathFactory, made: Layers, seed: int, which: int, steps: Any
) -> None:
    texts = made.texts(seed)
    name = list(texts)[which]
    assert_checked(texts | {name: changed(texts[name], steps)}, tmp_path_factory.mktemp("policies"))


def same(one: object, other: object) -> bool:
    """Equality, without the comparison of thousands of lines that an assertion would print."""
    return one == other


# --- order ----------------------------------------------------------------------------------------------------------


def rewritten(made: Layers, seed: int) -> dict[str, str]:
    """The same layers with their keys, sections and lists in another order, and in another way of writing."""
    random = Random(seed)  # noqa: S311
    trees: dict[str, Tree] = {name: shuffled(tree, random) for name, tree in made.trees.items()}
    return {name: written(tree, seed) for name, tree in trees.items() if isinstance(tree, dict)}


def order_changes_nothing(made: Layers, seed: int, data: st.DataObject) -> None:
    first, second = policy_of(made.texts()), policy_of(rewritten(made, seed))
    dossier = data.draw(some(first)).dossier()

    assert found(second, dossier) == found(first, dossier)


@settings(max_examples=25, deadline=None)
@given(layers(), SEEDS, st.data())
def test_the_order_of_keys_sections_and_lists_changes_no_status_and_no_amount(
    made: Layers, seed: int, data: st.DataObject
) -> None:
    order_changes_nothing(made, seed, data)


@settings(max_examples=8, deadline=None)
@given(layers(), st.permutations(range(3)), st.data())
def test_the_order_of_shelves_and_files_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, made: Layers, order: list[int], data: st.DataObject
) -> None:
    texts = made.texts()
    folder = tmp_path_factory.mktemp("shelves")
    shelves = []
    for position in order:
        name = list(texts)[position]
        owns = None if name != LOCAL else ("departements/98",)
        shelves.append(Shelf(lay_out({name: texts[name]}, folder / str(position)), "essai 1", f"s{position}", owns))
    together = policy_of(texts)
    catalogue = Catalogue(shelves)
    apart = catalogue.compose_layers(catalogue.chain(LOCAL, data.draw(st.dates())), draft=True)

    assert same(replace(apart, layers=()), replace(together, layers=()))
    assert [layer.sha256 for layer in apart.layers] == [layer.sha256 for layer in together.layers]


@settings(max_examples=15, deadline=None)
@given(layers(), SEEDS, st.integers(0, 2), STEPS)
def test_composing_is_repeatable_and_a_digest_changes_with_its_text(
    made: Layers, seed: int, which: int, steps: Any
) -> None:
    texts = made.texts(seed)
    name = list(texts)[which]
    policy = policy_of(texts)

    # Their text tells places too, which take no part in equality.
    assert same(repr(policy_of(texts)), repr(policy))
    with_remark = policy_of(texts | {name: "# remarque\n" + texts[name]})
    changes = [one.sha256 != other.sha256 for one, other in zip(policy.layers, with_remark.layers, strict=True)]
    assert changes == [position == which for position in range(3)]
    assert same(replace(with_remark, layers=()), replace(policy, layers=()))


# --- whatever the dossier -------------------------------------------------------------------------------------------

ODD: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 12, 13, 500, 10**15 - 1, 10**15, 0.5, 12.25, 1e300, -0.0),
    *("", " ", "é", "0", "12.50", "-3.00", "32.5 %", "100 %", "2024-10-30", "2024-02-30", "2024-10-30T23:30:00Z"),
    *([], ["rouge"], ["rouge", "rouge"], ["vert", "bleu"], "rouge", {}, [{}], "\u202e", "a\nb", "x" * 300),
)


def spoil(document: Any, random: Random) -> None:
    """Puts something odd somewhere in a document, or takes something away."""
    place = document
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return
        key = random.choice(keys)
        inner = place[key]
        if isinstance(inner, (dict, list)) and inner and random.random() < 0.8:
            place = inner
            continue
        if random.random() < 0.2:
            del place[key]
        else:
            place[key] = random.choice(ODD)
        return


def nothing_raises(policy: Policy, answers: Answers, seed: int) -> None:
    """What the schema accepts is evaluated, or refused by the reader with codes that have pages."""
    schema = dossier_schema(policy)
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker(["date"]))
    evaluator, reader = Evaluator(policy), DossierReader(policy)
    document = answers.document()
    assert [error.message for error in validator.iter_errors(document)] == []
    dossier = reader.read(json_text.parse(answers.text(), "d.json"))
    told, full, brief = everything(evaluator, dossier)
    assert (told, full, brief) == everything(Evaluator(policy), dossier)
    assert set(json.loads(brief)) == set(json.loads(full))
    random, document = Random(seed), json.loads(answers.text())  # noqa: S311
    for _ in range(4):
        spoil(document, random)
        raw = json_text.parse(json.dumps(document).encode(), "d.json")
        accepted = validator.is_valid(document)
        odd = read_or_refused(reader, raw)
        if odd is not None:
            assert accepted, document
            everything(evaluator, odd)


def read_or_refused(reader: DossierReader, raw: json_text.RawJson) -> Dossier | None:
    try:
        return reader.read(raw)
    except DossierError as error:
        refusal = error
    assert {problem.code for problem in refusal.problems} <= CODES
    assert all(str(problem.message) and problem.span for problem in refusal.problems)
    return None


@settings(max_examples=25, deadline=None)
@given(layers(), SEEDS, st.data())
def test_what_check_accepts_evaluates_any_dossier_that_its_schema_accepts(
    made: Layers, seed: int, data: st.DataObject
) -> None:
    policy = policy_of(made.texts())
    nothing_raises(policy, data.draw(some(policy)), seed)


def refining_contradicts_nothing(policy: Policy, less: Answers, more: Answers) -> None:
    evaluator = Evaluator(policy)
    before, after = everything(evaluator, less.dossier())[0], everything(evaluator, more.dossier())[0]

    assert before.outcome in ("incomplete", after.outcome)
    for key, truth in before.truths.items():
        assert truth in (None, after.truths[key]), key
    for key, (status, low, high) in before.grants.items():
        now, least, most = after.grants[key]
        assert now in FOLLOWING[status], (key, status, now)
        if now != "refused":
            assert low <= least, key
            assert high is None or (most is not None and most <= high), key
    assert ceiling(after) <= ceiling(before)
    assert after.totals.due >= before.totals.due


FOLLOWING = {
    "refused": {"refused"},
    "due": {"due"},
    "eligible": {"eligible", "due", "refused"},
    "undetermined": {"undetermined", "eligible", "due", "refused"},
}
"""What a status may become when more is known: an accord may still be refused."""


def ceiling(findings: Findings) -> float:
    """The most that can come out."""
    totals = findings.totals
    if totals.undetermined_at_most is None:
        return float("inf")
    return totals.due + totals.eligible + totals.undetermined_at_most


@settings(max_examples=40, deadline=None)
@given(layers(), st.data())
def test_an_unknown_that_becomes_known_contradicts_nothing(made: Layers, data: st.DataObject) -> None:
    policy = policy_of(made.texts())
    refining_contradicts_nothing(policy, *data.draw(refinements(policy)))


def with_ceilings(made: Layers) -> Layers:
    """The layers with an orientation for each cap, which says that the grant does not pass it.

    A grant that has a cap requires nothing more, so that the cap is met more often.
    """
    for name, tree in made.trees.items():
        stem = {LOCAL: "loc_"}.get(name, "")
        sections: dict[str, dict[str, Tree]] = {
            section: dict(_entries(tree.get(section))) for section in ("orientations", "grants", "replace")
        }
        for section in ("grants", "replace"):
            for grant, body in sections[section].items():
                if isinstance(body, dict) and "at_most" in body and not _replaced(made, grant, section):
                    sections[section][grant] = {
                        key: value for key, value in body.items() if key not in ("requires", "accord")
                    }
                    floor: Tree = {"largest_of": [body["at_most"], "0 EUR"]}
                    each = {"for_each": body["for_each"]} if "for_each" in body else {}
                    condition: Tree = {"amount": grant, "to": floor}
                    item: dict[str, Tree] = {"label": Words("Plafond"), "weight": "advisory", "requires": condition}
                    note = tree.get("source") or _source(tree, section, body)
                    sections["orientations"][f"{stem}plafond_{grant}"] = {**item, **each, "source": note}
        made = made.with_tree(name, tree | {section: items for section, items in sections.items() if items})
    return made


def _entries(section: Tree | None) -> dict[str, Tree]:
    return section if isinstance(section, dict) else {}


def _replaced(made: Layers, grant: str, section: str) -> bool:
    return section == "grants" and any(grant in _entries(tree.get("replace")) for tree in made.trees.values())


def _source(tree: Mapping[str, Tree], section: str, body: Mapping[str, Tree]) -> Tree:
    return body.get("source") or _entries(tree[section])["source"]


def amounts_keep_to_their_bounds(policy: Policy, findings: Findings) -> None:
    for (name, _), (status, low, high) in findings.grants.items():
        step = policy.grants[name].round_to
        assert low >= 0, name
        assert low % step == 0, name
        if high is not None:
            assert low <= high, name
            assert high % step == 0, name
        if status in ("due", "eligible"):
            assert low == high, name
    for (name, _), truth in findings.truths.items():
        if "plafond_" in name:
            assert truth is not False, name


@settings(max_examples=40, deadline=None)
@given(layers().map(with_ceilings), st.data())
def test_amounts_are_never_negative_nor_above_their_ceiling(made: Layers, data: st.DataObject) -> None:
    policy = policy_of(made.texts())
    for _ in range(2):
        amounts_keep_to_their_bounds(policy, found(policy, data.draw(some(policy)).dossier()))


@pytest.mark.slow
@settings(max_examples=3000, deadline=None)
@given(layers().map(with_ceilings), SEEDS, st.data())
def test_all_laws_at_length(made: Layers, seed: int, data: st.DataObject) -> None:
    order_changes_nothing(made, seed, data)
    policy = policy_of(made.texts(seed))
    less, more = data.draw(refinements(policy))
    nothing_raises(policy, less, seed)
    refining_contradicts_nothing(policy, less, more)
    for answers in (less, more):
        amounts_keep_to_their_bounds(policy, found(policy, answers.dossier()))


# --- the shipped policies -------------------------------------------------------------------------------------------


@cache
def gers() -> Policy:
    return policy_of(shipped())


@cache
def national() -> Policy:
    return policy_of({name: text for name, text in shipped().items() if name != GERS})


def prestation(expenses: int) -> int:
    """32.5 % of the expenses, counted up to 8,487 €, to the cent."""
    exact = Fraction(325, 1000) * min(expenses, 848_700)
    return int(exact + Fraction(1, 2))


ENTITLING = {
    **dict.fromkeys(("axes.enfants", "axes.parents", "axes.ecole", "axes.territoire"), True),
    **dict.fromkeys(("projet.hors_temps_scolaire", "charte.respectee"), True),
    "depot.date": "2024-10-30",
    "porteur.renouvellement": False,
    "collectif.niveaux": ["elementaire", "lycee"],
    "collectif.effectif": 9,
    "collectif.bonus_enfants.projet_structure": True,
    "collectif.bonus_enfants.sorties": True,
    "collectif.bonus_parents.projet_specifique": True,
    "collectif.bonus_parents.public_cible": True,
}
"""What entitles every group to everything national."""


@st.composite
def mostly_entitled(draw: st.DrawFn, policy: Policy) -> Answers:
    """Answers of which most groups are entitled to the national grants."""
    answers = draw(some(policy))
    keep = st.integers(0, 6).map(lambda number: number == 3)

    def entitling(facts: Mapping[str, Any], entity: str | None) -> dict[str, Any]:
        own = {name: value for name, value in ENTITLING.items() if policy.facts[name].entity == entity}
        return {**facts, **({} if draw(keep) else own)}

    members = {
        entity: tuple((name, entitling(facts, entity)) for name, facts in given)
        for entity, given in answers.members.items()
    }
    return replace(answers, facts=entitling(answers.facts, None), members=members)


def with_expenses(answers: Answers, expenses: Mapping[str, int | None]) -> Answers:
    """The same answers, with other expenses for some groups."""
    groups = []
    for name, facts in answers.members.get("collectif", ()):
        other = dict(facts)
        cents = expenses.get(name)
        if cents is not None:
            other["collectif.depenses"] = f"{cents // 100}.{cents % 100:02d}"
        groups.append((name, other))
    return replace(answers, members={**answers.members, **({"collectif": tuple(groups)} if groups else {})})


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_more_expenses_never_pay_less(data: st.DataObject) -> None:
    answers = data.draw(mostly_entitled(gers()))
    names = [name for name, _ in answers.members.get("collectif", ())]
    amounts = st.integers(0, 1_000_000) | st.sampled_from((0, 1, 848_699, 848_700, 848_701))
    less = {name: data.draw(amounts) for name in names}
    more = {name: cents + data.draw(st.sampled_from((1, 2, 3, 100)) | amounts) for name, cents in less.items()}

    before = found(gers(), with_expenses(answers, less).dossier()).grants
    after = found(gers(), with_expenses(answers, more).dossier()).grants

    for key, (status, low, high) in before.items():
        now, least, most = after[key]
        assert now == status
        assert least >= low
        assert most is not None
        assert high is not None
        assert most >= high
        if key[0] == "ps" and key[1] is not None and status != "refused":
            assert (low, least) == (prestation(less[key[1].id]), prestation(more[key[1].id]))


def only_national(dossier: Dossier) -> Dossier:
    """What a dossier says of national facts."""
    known = national()

    def kept(facts: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in facts.items() if name in known.facts}

    members = {
        entity: tuple(Member(member.id, kept(member.facts)) for member in given)
        for entity, given in dossier.members.items()
        if entity in known.entities
    }
    return replace(dossier, facts=kept(dossier.facts), members=members)


def a_child_changes_no_national_amount(tree: dict[str, Tree], data: st.DataObject) -> None:
    texts = shipped()
    del texts[GERS]
    policy = policy_of(texts | {LOCAL: written(tree)})
    dossier = data.draw(mostly_entitled(policy)).dossier()
    evaluation = Evaluator(policy).evaluate(dossier)
    here, there = found(policy, dossier), found(national(), only_national(dossier))

    assert here.grants.keys() >= there.grants.keys()
    for key, (status, low, high) in there.grants.items():
        now, least, most = here.grants[key]
        if status == "refused":
            assert now == "refused", key
        elif now != "refused":
            assert (least, most) == (low, high), key
        elif key[0] == "ps":
            # Nothing but admissibility can refuse what the nation grants.
            items = [item for item in policy.admissibility if item.entity == "collectif"]
            own = [dict(evaluation.truth(item.name))[key[1]] for item in items]
            assert evaluation.outcome == "inadmissible" or False in own
        if key[0] == "ps" and now == "due":
            member = next(one for one in dossier.members["collectif"] if key[1] and one.id == key[1].id)
            expenses = member.facts["collectif.depenses"]
            assert isinstance(expenses, int)
            assert (least, most) == (prestation(expenses), prestation(expenses))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_child_never_changes_a_national_amount(data: st.DataObject) -> None:
    a_child_changes_no_national_amount(data.draw(local_layers(national(), OPENED)), data)


@pytest.mark.slow
@settings(max_examples=3000, deadline=None)
@given(st.data())
def test_a_child_never_changes_a_national_amount_at_length(data: st.DataObject) -> None:
    a_child_changes_no_national_amount(data.draw(local_layers(national(), OPENED)), data)
