"""Made-up dossiers: valid for every policy, the same everywhere for the same seed, by assumptions that can be read."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.generation import policies
from tests.policy_texts import policy_of, shipped
from tests.reading.small_layers import LOCAL, texts

from clas_policy.batch.population.assumptions import (
    Assumptions,
    Chance,
    Chances,
    Distribution,
    FactAssumption,
    ListAssumption,
    LogNormal,
    Normal,
    Triangular,
    Uniform,
    Weights,
)
from clas_policy.batch.population.defaults import defaults
from clas_policy.batch.population.document import Documents
from clas_policy.batch.population.drawing import NothingToDrawError, draw_of
from clas_policy.batch.population.marks import marks
from clas_policy.batch.population.population import Population
from clas_policy.batch.population.reading import read_assumptions
from clas_policy.batch.population.sheet import Sheet
from clas_policy.batch.population.writing import yaml
from clas_policy.model.dossier import Dossier
from clas_policy.model.fact import Fact, Option, Origin, Type
from clas_policy.model.policy import Policy
from clas_policy.problem import PolicyError
from clas_policy.reading import json_text
from clas_policy.reading.dossier import DossierReader

SMALL = policy_of(
    texts(
        referentiel="""\
parameters: {seuil: {type: integer, value: 8, label: S}, plafond: {type: money, value: 1000 EUR, label: P}}
criteria:
  taille: {for_each: groupe, label: T, requires: {fact: groupe.nombre, from: seuil, to: 12}}
  nouveau: {label: N, only_if: base.ouvert, requires: base.oui}
grants:
  aide:
    for_each: groupe
    label: A
    funder: caisse
    requires: [taille, {not: base.non}]
    amount: {rate: 50 %, of: groupe.somme, counted_up_to: plafond}
    accord: groupe.oui
admissibility: [nouveau]
""",
        local="deadlines: {loc_depot: {label: D, fact: base.date, last_day: 2024-10-30, late: inadmissible}}\n",
    )
)
ONE_IN_A_MILLION = 1_000_000


def drawn(policy: Policy, count: int, seed: int = 1, assumptions: Assumptions | None = None) -> list[Dossier]:
    return list(Population(policy, assumptions or defaults(policy), seed).dossiers(count))


def lines(policy: Policy, count: int, seed: int = 1, assumptions: Assumptions | None = None) -> list[str]:
    documents = Documents(policy)
    return [documents.line(dossier) for dossier in drawn(policy, count, seed, assumptions)]


def values(policy: Policy, name: str, assumption: FactAssumption, count: int = 400) -> list[Any]:
    """The answers to one fact by an assumption."""
    assumed = defaults(policy)
    assumed = replace(assumed, facts={**assumed.facts, name: assumption})
    found = drawn(policy, count, assumptions=assumed)
    if policy.facts[name].entity is None:
        return [dossier.facts.get(name) for dossier in found]
    return [member.facts.get(name) for dossier in found for member in dossier.members["groupe"]]


@given(policies(), st.integers(0, 2**70))
@settings(max_examples=60, deadline=None)
def test_every_dossier_of_any_policy_is_valid_for_its_reader_and_reads_back_as_drawn(policy: Policy, seed: int) -> None:
    reader, documents = DossierReader(policy), Documents(policy)
    for dossier in drawn(policy, 5, seed):
        read = reader.read(json_text.parse(documents.line(dossier).encode(), "d.json"))
        assert (read.id, read.period, read.department) == (dossier.id, dossier.period, dossier.department)
        assert read.facts == dossier.facts
        assert read.members == dossier.members


@pytest.mark.parametrize("name", ["departements/32/2024-2025", "national/2024-2025"])
def test_the_dossiers_of_shipped_policies_are_valid(name: str) -> None:
    layers = shipped()
    policy = policy_of(dict(islice(layers.items(), list(layers).index(name) + 1)))
    reader = DossierReader(policy)
    for line in lines(policy, 300):
        reader.read(json_text.parse(line.encode(), "d.json"))


def test_the_same_seed_gives_the_same_bytes_on_every_machine() -> None:
    text = "\n".join(lines(SMALL, 200, 7))
    assert hashlib.sha256(text.encode()).hexdigest() == (
        "441297402e1410485ccc8052f48f5fe05292addfa9900017868d8f081dc06818"
    )


def test_another_seed_gives_other_dossiers() -> None:
    assert lines(SMALL, 20, 1) != lines(SMALL, 20, 2)


def test_the_order_of_facts_and_lists_does_not_matter() -> None:
    turned = replace(
        SMALL, facts=dict(reversed([*SMALL.facts.items()])), entities=dict(reversed([*SMALL.entities.items()]))
    )
    one, other = ([json.loads(line) for line in lines(policy, 30)] for policy in (SMALL, turned))
    assert one == other


def test_a_short_run_is_the_start_of_a_long_one() -> None:
    assert lines(SMALL, 10) == lines(SMALL, 100)[:10]


def test_an_assumption_about_one_fact_leaves_the_others_as_they_are() -> None:
    assumed = defaults(SMALL)
    other = replace(assumed, facts={**assumed.facts, "base.date": FactAssumption(500_000, Uniform(738_000, 739_000))})
    without = [
        [{**dossier.facts, "base.date": None} for dossier in drawn(SMALL, 50, assumptions=one)]
        for one in (assumed, other)
    ]
    assert without[0] == without[1]


def test_dossiers_come_one_at_a_time() -> None:
    found = Population(SMALL, defaults(SMALL), 1).dossiers(10**12)
    assert next(found).id == "simule-000001"
    assert next(found).id == "simule-000002"


def test_every_id_and_every_text_says_that_it_is_made_up() -> None:
    policy = policy_of(texts(referentiel="parameters: {x: {type: integer, value: 1, label: X}}\n"))
    with_text = replace(policy, facts={**policy.facts, "base.nom": _fact("base.nom", Type.TEXT)})
    for dossier in drawn(with_text, 40):
        assert dossier.id.startswith("simule-")
        assert str(dossier.facts.get("base.nom", "Simulé ")).startswith("Simulé ")
        for member in dossier.members["groupe"]:
            assert member.id.startswith("simule-")


# What a policy compares


def test_marks_are_where_rules_begin_to_say_something_else() -> None:
    found = marks(SMALL)
    assert found.cuts["groupe.nombre"] == (8, 13)
    assert found.cuts["groupe.somme"] == (1000_01,)
    assert found.cuts["base.date"] == (date(2024, 10, 31).toordinal(),)


def test_senses_say_what_rules_want() -> None:
    found = marks(SMALL)
    assert found.senses["base.oui"] == 1, "asked for by admissibility"
    assert found.senses["base.ouvert"] == 0, "when it is asked for is nothing that is wanted"
    assert found.senses["base.non"] == -1


def test_the_defaults_reach_both_sides_of_every_boundary() -> None:
    found = drawn(SMALL, 400)
    sizes = [member.facts.get("groupe.nombre", 0) for dossier in found for member in dossier.members["groupe"]]
    assert {7, 8, 12, 13} <= set(sizes)
    amounts: list[Any] = [
        member.facts.get("groupe.somme", 0) for dossier in found for member in dossier.members["groupe"]
    ]
    assert min(amounts) < 1000_00 < max(amounts)
    days: list[Any] = [dossier.facts["base.date"] for dossier in found if "base.date" in dossier.facts]
    assert min(days) <= date(2024, 10, 30) < max(days)


def test_an_accord_is_often_awaited() -> None:
    assert defaults(SMALL).facts["groupe.oui"] == FactAssumption(500_000, Chance(800_000))


# Distributions


def _fact(name: str, kind: Type, **more: Any) -> Fact:
    return Fact(name, kind, name, Origin("essai"), **more)


def test_a_chance_is_as_often_as_it_says() -> None:
    assert set(values(SMALL, "base.oui", FactAssumption(0, Chance(0)))) == {False}
    assert set(values(SMALL, "base.oui", FactAssumption(0, Chance(ONE_IN_A_MILLION)))) == {True}
    assert 90 < sum(values(SMALL, "base.oui", FactAssumption(0, Chance(300_000)))) < 150


def test_answers_are_missing_as_often_as_they_should() -> None:
    assert set(values(SMALL, "base.oui", FactAssumption(ONE_IN_A_MILLION, Chance(1)))) == {None}
    missing = values(SMALL, "base.oui", FactAssumption(250_000, Chance(500_000))).count(None)
    assert 70 < missing < 130


def test_a_uniform_number_has_both_ends_and_nothing_beyond() -> None:
    found = Counter(values(SMALL, "groupe.nombre", FactAssumption(0, Uniform(3, 6))))
    assert set(found) == {3, 4, 5, 6}
    assert max(found.values()) < 1.5 * min(found.values())


def test_a_triangular_number_is_most_often_around_its_mode() -> None:
    found = Counter(values(SMALL, "groupe.nombre", FactAssumption(0, Triangular(2, 5, 8))))
    assert set(found) == set(range(2, 9))
    assert found.most_common(1)[0][0] == 5
    assert found[2] < found[4] > 0
    assert found[8] < found[6]


def test_a_normal_number_lies_around_its_mean_within_the_bounds_of_the_fact() -> None:
    found = values(SMALL, "groupe.nombre", FactAssumption(0, Normal(10, 3)))
    assert 9 < sum(found) / len(found) < 11
    assert 0.6 < sum(7 <= one <= 13 for one in found) / len(found) < 0.85
    assert min(values(SMALL, "groupe.nombre", FactAssumption(0, Normal(0, 3)))) == 0


def test_half_of_log_normal_amounts_are_below_the_median() -> None:
    found = values(SMALL, "groupe.somme", FactAssumption(0, LogNormal(7000_00, 1_500_000), step=10_00))
    assert 0.42 < sum(one < 7000_00 for one in found) / len(found) < 0.58
    assert 0.6 < sum(7000_00 / 1.5 <= one <= 7000_00 * 1.5 for one in found) / len(found) < 0.76
    assert all(one % 10_00 == 0 for one in found)


def test_a_set_of_choices_keeps_its_least_number_of_items() -> None:
    options = tuple(Option(name, name) for name in ("a", "b", "c"))
    fact = _fact("base.choix", Type.CHOICES, options=options, min_items=2)
    policy = replace(SMALL, facts={**SMALL.facts, fact.name: fact})
    rare = Chances((("a", 1), ("b", 1), ("c", 0)))
    assert set(values(policy, fact.name, FactAssumption(0, rare))) == {frozenset("ab")}


def test_members_that_are_alike_answer_the_same() -> None:
    assumed = defaults(SMALL)
    alike = FactAssumption(0, Chance(500_000), alike=ONE_IN_A_MILLION)
    found = drawn(SMALL, 100, assumptions=replace(assumed, facts={**assumed.facts, "groupe.oui": alike}))
    answers = [{member.facts["groupe.oui"] for member in dossier.members["groupe"]} for dossier in found]
    assert all(len(one) == 1 for one in answers)
    assert len(set(map(frozenset, answers))) == 2


def test_lists_are_as_long_and_as_often_absent_as_they_should() -> None:
    assumed = defaults(SMALL)
    lists = {**assumed.lists, "groupe": ListAssumption(250_000, Weights(((0, 1), (4, 1))))}
    found = drawn(SMALL, 200, assumptions=replace(assumed, lists=lists))
    sizes = Counter(len(one.members["groupe"]) if "groupe" in one.members else None for one in found)
    assert set(sizes) == {None, 0, 4}
    assert 30 < sizes[None] < 70


@pytest.mark.parametrize(
    "distribution",
    [
        Uniform(13, 20),
        Uniform(6, 3),
        Triangular(5, 4, 8),
        Triangular(3, 9, 8),
        Normal(900, 1),
        Weights(()),
        Weights(((3, 0),)),
    ],
    ids=str,
)
def test_nothing_can_be_drawn_outside_of_the_bounds(distribution: Distribution) -> None:
    with pytest.raises(NothingToDrawError):
        draw_of(_fact("base.n", Type.INTEGER, minimum=0, maximum=12), FactAssumption(0, distribution))


def test_departments_are_drawn_for_a_policy_of_none() -> None:
    policy = replace(SMALL, department=None)
    assumed = replace(defaults(policy), departments=(("32", 3), ("2A", 1)))
    found = Counter(dossier.department for dossier in drawn(policy, 200, assumptions=assumed))
    assert set(found) == {"32", "2A"}
    assert found["32"] > 2 * found["2A"]


# Assumptions as text


@given(policies())
@settings(max_examples=60, deadline=None)
def test_assumptions_read_back_as_they_are_printed(policy: Policy) -> None:
    assumed = defaults(policy)
    read = read_assumptions(yaml(assumed, policy).encode(), "h.yaml", policy)
    assert (read.title, read.facts, read.lists) == (assumed.title, assumed.facts, assumed.lists)


def test_every_distribution_reads_back_as_it_is_printed() -> None:
    assumed = defaults(SMALL)
    spread: dict[str, Distribution] = {
        "groupe.nombre": Weights(((3, 1), (12, 2))),
        "groupe.somme": LogNormal(1, 1_000_001),
        "base.somme": Normal(7000_05, 20_00),
        "base.date": Normal(739_000, 10),
        "lieu.somme": Uniform(0, 3),
    }
    for name, distribution in spread.items():
        facts = {**assumed.facts, name: FactAssumption(123_400, distribution, step=1)}
        one = replace(assumed, facts=facts, title="Un « titre »: oui", is_default=False)
        read = read_assumptions(yaml(one, SMALL).encode(), "h.yaml", SMALL)
        assert (read.title, read.facts) == (one.title, one.facts), name


def test_what_a_file_leaves_out_keeps_its_default() -> None:
    read = read_assumptions(b"unanswered: 7 %\nfacts: {base.oui: {chance: 12 %}}\n", "h.yaml", SMALL)
    assumed = defaults(SMALL)
    assert read.facts["base.oui"] == FactAssumption(70_000, Chance(120_000))
    assert read.facts["base.non"] == replace(assumed.facts["base.non"], unanswered=70_000)
    assert read.facts["groupe.oui"] == assumed.facts["groupe.oui"], "an accord keeps how often it is awaited"
    assert read.lists == assumed.lists
    assert not read.is_default


WRONG = {
    "facts: {base.ouii: {chance: 1 %}}": "1:9 B420 unknown fact `base.ouii` | did you mean `base.oui`?",
    "lists: {groupes: {absent: 1 %}}": "1:9 B420 no list of `groupes` | did you mean `groupe`?",
    "facts: {base.oui: {weights: {oui: 1}}}": "1:20 B421 no `weights` for `base.oui` | it takes `chance`",
    "facts: {base.date: {uniform: {from: 2024-01-01, to: 2024-02-01}, normal: {mean: 2024-01-01, deviation: 3}}}": (
        "1:66 B421 both `uniform` and `normal`: say one of them"
    ),
    "facts: {base.oui: {alike: 5 %}}": "1:27 B421 `base.oui` is asked once a dossier | leave `alike` out",
    "facts: {groupe.oui: {step: 2}}": "1:28 B421 `groupe.oui` is no number | leave `step` out",
    "facts: {groupe.nombre: {uniform: {from: -9, to: -3}}}": "1:25 B422 nothing can be drawn by this",
    "facts: {groupe.nombre: {triangular: {from: 9, mode: 3, to: 12}}}": "1:25 B422 nothing can be drawn by this",
    'facts: {groupe.nombre: {weights: {"3": 0}}}': "1:25 B422 nothing can be drawn by this",
    "facts: {base.somme: {log_normal: {median: 3 EUR, factor: 0.5}}}": "1:58 B422 `0.5` is no factor",
    "facts: {base.somme: {uniform: {from: 3, to: 4 EUR}}}": "1:38 P130 `3` is not an amount of money",
    "facts: {base.oui: {chance: 0.3}}": "1:28 P131 `0.3` is not a rate",
    "facts: {base.oui: {chance: 130 %}}": "1:28 P134 `130 %` is more than 100 %",
    'departments: {"32": 1}': f"1:1 B424 `{LOCAL}` is of one department already",
    "unanswerd: 3 %": "1:1 S001 unknown key `unanswerd`",
    "facts: {base.oui: {chanse: 3 %}}": "1:20 S001 unknown key `chanse`",
    "facts: {base.somme: {uniform: {from: 3 EUR}}}": "1:22 S",
    "facts: [a": "Y",
}


@pytest.mark.parametrize(("text", "said"), WRONG.items(), ids=WRONG)
def test_what_is_wrong_with_a_file_is_said_at_its_place(text: str, said: str) -> None:
    with pytest.raises(PolicyError) as raised:
        read_assumptions(text.encode(), "h.yaml", SMALL)
    told = list(_told(raised.value))
    assert len(told) == 1
    assert said in told[0]


def _told(error: PolicyError) -> Iterator[str]:
    for problem in error.problems:
        span = problem.span
        assert span is not None
        assert span.file == "h.yaml"
        hint = f" | {problem.hint}" if problem.hint else ""
        yield f"{span.line}:{span.column} {problem.code.removeprefix('CLAS-')} {problem.message}{hint}"


# Tables


def test_one_table_cannot_hold_several_lists() -> None:
    with pytest.raises(PolicyError) as raised:
        Sheet(SMALL, typed=False)
    assert [problem.code for problem in raised.value.problems] == ["CLAS-B425"]
