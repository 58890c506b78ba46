"""The typed dossier that a document gives."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

import pytest
from tests.reading.dossier_policies import COLLECTIF, fact, options, policy, small

from clas_policy.model.dossier import Dossier
from clas_policy.model.fact import Type
from clas_policy.problem import DossierError, Problem
from clas_policy.reading import json_text
from clas_policy.reading.dossier import DossierReader, Selection, selection

READER = DossierReader(small())


def raw(text: str) -> json_text.RawJson:
    return json_text.parse(text.encode(), "d.json")


def document(**more: Any) -> str:
    return json.dumps({"dossier": "d", "annee_scolaire": "2024-2025", **more}, ensure_ascii=False)


def read(**more: Any) -> Dossier:
    return READER.read(raw(document(**more)))


def refused(text: str, reader: DossierReader = READER) -> list[Problem]:
    with pytest.raises(DossierError) as caught:
        reader.read(raw(text))
    return list(caught.value.problems)


def test_each_type_is_stored_in_its_unit() -> None:
    dossier = READER.read(
        raw(
            """{
            "dossier": "32-2024-0017", "annee_scolaire": "2024-2025", "departement": "32",
            "porteur": {"nom": "Les Lucioles", "renouvellement": false},
            "depot": {"date": "2024-10-12", "plateforme": "elan"},
            "projet": {"taux": "32.5 %", "budget": 9120.50, "solde": "-0.05"},
            "partenariat": {"autres_dispositifs": ["pedt", "pre"]},
            "collectifs": [
                {"collectif": "cm1-cm2", "effectif": 9, "depenses": "9120", "bonus_parents": {"accord": true}},
                {"collectif": "college", "depenses": 8487}
            ]
            }"""
        )
    )
    assert (dossier.id, dossier.period, dossier.department) == ("32-2024-0017", "2024-2025", "32")
    assert dossier.facts == {
        "porteur.nom": "Les Lucioles",
        "porteur.renouvellement": False,
        "depot.date": date(2024, 10, 12),
        "depot.plateforme": "elan",
        "projet.taux": 325_000,
        "projet.budget": 912_050,
        "projet.solde": -5,
        "partenariat.autres_dispositifs": frozenset({"pre", "pedt"}),
    }
    first, second = dossier.members["collectif"]
    assert (first.id, second.id) == ("cm1-cm2", "college")
    assert first.facts == {
        "collectif.effectif": 9,
        "collectif.depenses": 912_000,
        "collectif.bonus_parents.accord": True,
    }
    assert second.facts == {"collectif.depenses": 848_700}


def test_absent_and_null_are_unknown_at_every_depth() -> None:
    assert read(departement=None, porteur=None, depot={"date": None}, collectifs=None) == read()
    assert dict(read().facts) == {}


def test_an_absent_list_is_unknown_and_an_empty_one_is_not() -> None:
    assert "collectif" not in read().members
    assert read(collectifs=[]).members["collectif"] == ()


def test_an_empty_list_of_choices_is_known() -> None:
    assert read(partenariat={"autres_dispositifs": []}).facts == {"partenariat.autres_dispositifs": frozenset()}


def test_a_null_for_a_derived_fact_is_the_same_as_leaving_it_out() -> None:
    assert read(collectifs=[{"collectif": "a", "rural": None}]) == read(collectifs=[{"collectif": "a"}])


@pytest.mark.parametrize("text", ["Amis\u00a0: l’école", "Ça «\u202fva\u202f»", "e\u0301", "👩\u200d👧", "Ж"])
def test_ordinary_texts_of_people_are_accepted(text: str) -> None:
    assert read(porteur={"nom": text}).facts == {"porteur.nom": text}


@pytest.mark.parametrize("text", ["", " ", "\u00a0", " \u3000\u2009"])
def test_a_text_that_says_nothing_is_no_answer(text: str) -> None:
    (problem,) = refused(document(porteur={"nom": text}))
    assert problem.code == "CLAS-D121"


@pytest.mark.parametrize(
    "sign",
    [
        *"\x00\n\x1f\x7f\x85\x9f\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202e\u2060\u2066\u2069\ufeff\uffff\ud800\udfff"
    ],
    ids=lambda sign: f"U+{ord(sign):04X}",
)
def test_no_text_has_a_character_that_cannot_be_seen(sign: str) -> None:
    escaped = json.dumps({"dossier": "d", "annee_scolaire": "2024-2025", "porteur": {"nom": f"a{sign}b"}})
    (problem,) = refused(escaped)
    assert (problem.code, problem.message.values["number"]) == ("CLAS-D122", f"U+{ord(sign):04X}")


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        ("0", 0),
        ('"0.5"', 50),
        ("0.1", 10),
        ("8487.00", 848_700),
        ('"999999999999999.99"', 99_999_999_999_999_999),
        ("999999999999999.99", 99_999_999_999_999_999),
    ],
)
def test_amounts_are_read_from_their_text(written: str, cents: int) -> None:
    text = f'{{"dossier": "d", "annee_scolaire": "2024", "projet": {{"budget": {written}}}}}'
    assert READER.read(raw(text)).facts == {"projet.budget": cents}


@pytest.mark.parametrize(("low", "high"), [(0, 500), (-3, 3)])
def test_bounds_are_included(low: int, high: int) -> None:
    kind = small().facts["collectif.effectif"].type
    reader = DossierReader(policy([fact("a.b", kind, minimum=low, maximum=high)]))
    for value, accepted in ((low - 1, False), (low, True), (high, True), (high + 1, False)):
        text = document(a={"b": value})
        if accepted:
            assert reader.read(raw(text)).facts == {"a.b": value}
        else:
            assert [problem.code for problem in refused(text, reader)] == ["CLAS-D109"]


# --- dates: the day it is in Paris -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2024-10-30", (2024, 10, 30)),
        ("2024-10-30T23:59:59+01:00", (2024, 10, 30)),  # the last second in Paris
        ("2024-10-31T00:00:00+01:00", (2024, 10, 31)),
        ("2024-10-30T22:30:00Z", (2024, 10, 30)),
        ("2024-10-30T23:30:00Z", (2024, 10, 31)),  # half past midnight in Paris
        ("2024-10-30t22:59:59.999999z", (2024, 10, 30)),
        ("2024-10-31T02:59:59+04:00", (2024, 10, 30)),  # La Réunion
        ("2024-10-31T03:00:00+04:00", (2024, 10, 31)),
        ("2024-10-30T18:59:59-04:00", (2024, 10, 30)),  # Martinique
        ("2024-10-30T19:00:00-04:00", (2024, 10, 31)),
        ("2024-10-15T23:59:59+02:00", (2024, 10, 15)),  # summer time
        ("2024-10-16T01:59:59+04:00", (2024, 10, 15)),
        ("2024-10-15T17:59:59-04:00", (2024, 10, 15)),
        ("2024-10-27T02:30:00+02:00", (2024, 10, 27)),  # the hour that comes twice
        ("2024-10-27T02:30:00+01:00", (2024, 10, 27)),
        ("2024-10-26T22:00:00Z", (2024, 10, 27)),  # midnight, before the change
        ("2024-10-27T23:00:00Z", (2024, 10, 28)),  # midnight, after it
        ("2025-03-30T02:30:00+01:00", (2025, 3, 30)),  # the hour that never comes, named by its offset
        ("2024-12-31T23:30:00Z", (2025, 1, 1)),
    ],
)
def test_an_instant_is_the_day_it_is_in_paris(instant: str, day: tuple[int, int, int]) -> None:
    assert read(depot={"date": instant}).facts == {"depot.date": date(*day)}


@pytest.mark.parametrize(
    "instant",
    [
        "2024-10-30T24:00:00Z",
        "2024-10-30T23:60:00Z",
        "2024-10-30T23:59:60Z",
        "2024-10-30T12:00:00+24:00",
        "2024-10-30T12:00:00+00:60",
        "9999-12-31T23:59:59Z",  # in Paris, a year that no calendar has
        "0001-01-01T00:00:00+01:00",
    ],
)
def test_an_instant_that_no_clock_shows_is_refused(instant: str) -> None:
    (problem,) = refused(document(depot={"date": instant}))
    assert (problem.code, problem.path) == ("CLAS-D116", "$.depot.date")


def test_the_zone_of_the_machine_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    assert read(depot={"date": "2024-10-30T22:30:00Z"}).facts == {"depot.date": date(2024, 10, 30)}


# --- all problems at once, each at its place -------------------------------------------------------------------------


def test_every_problem_is_told_at_once_in_the_order_of_the_file() -> None:
    problems = refused(
        """{
  "dossier": "d",
  "depot": {"date": "30/10/2024"},
  "collectifs": [
    {"effectif": -1},
    {"collectif": "b", "efectif": 9}
  ]
}"""
    )
    assert [(str(problem.span), problem.path, problem.code) for problem in problems] == [
        ("d.json:1:1", "$", "CLAS-D103"),
        ("d.json:3:21", "$.depot.date", "CLAS-D115"),
        ("d.json:5:5", "$.collectifs[0]", "CLAS-D103"),
        ("d.json:5:18", "$.collectifs[0].effectif", "CLAS-D109"),
        ("d.json:6:24", "$.collectifs[1].efectif", "CLAS-D102"),
    ]
    assert problems[1].excerpt == '  "depot": {"date": "30/10/2024"},'


def test_the_lines_of_a_longer_file_are_counted_from_its_beginning() -> None:
    line = json_text.parse(document(x=1).encode(), "d.ndjson", first_line=42)
    with pytest.raises(DossierError) as caught:
        READER.read(line)
    assert str(caught.value.problems[0].span).startswith("d.ndjson:42:")


def test_an_id_written_twice_is_refused_with_both_places() -> None:
    (problem,) = refused(document(collectifs=[{"collectif": "é"}, {"collectif": "x"}, {"collectif": "e\u0301"}]))
    assert (problem.code, problem.path) == ("CLAS-D124", "$.collectifs[2].collectif")
    assert str(problem.related[0].span) == "d.json:1:78"


def test_hints_name_no_key_that_is_already_there() -> None:
    (problem,) = refused(document(porteur={"nom": "a", "nomm": "b"}))
    assert str(problem.hint) == "known here: `renouvellement`"


def test_messages_show_what_cannot_be_seen() -> None:
    (problem,) = refused(document(**{"a\u001b[31m\u202e": 1}))
    assert str(problem.message) == "unknown key `a\\x1b[31m\\u202e`"
    assert problem.path == '$["a\\x1b[31m\\u202e"]'


# --- keep_unknown ----------------------------------------------------------------------------------------------------


def test_unknown_keys_are_put_aside_on_request_and_named_once() -> None:
    reader = DossierReader(small(), keep_unknown=True)
    members = [{"collectif": "a", "gers_qpv": True}, {"collectif": "b", "gers_qpv": None, "bonus_parents": {"x": 1}}]
    dossier = reader.read(raw(document(gers={"commune": "32013"}, collectifs=members)))
    assert dossier.ignored == ("$.collectifs.bonus_parents.x", "$.collectifs.gers_qpv", "$.gers")
    assert dossier.sha256 == read(collectifs=[{"collectif": "a"}, {"collectif": "b"}]).sha256


def test_what_is_known_is_still_checked_where_unknown_keys_are_put_aside() -> None:
    reader = DossierReader(small(), keep_unknown=True)
    problems = refused(document(gers=1, porteur={"renouvellement": "oui"}), reader)
    assert [problem.code for problem in problems] == ["CLAS-D105"]


# --- the digest ------------------------------------------------------------------------------------------------------


def test_the_digest_is_that_of_the_canonical_json_of_typed_facts() -> None:
    many = options(**{letter: letter.upper() for letter in "abcdefgh"})
    reader = DossierReader(
        policy(
            [
                fact("x.plusieurs", Type.CHOICES, options=many),
                fact("x.jour", Type.DATE),
                fact("x.nom", Type.TEXT),
                fact("collectif.depenses", Type.MONEY, entity="collectif"),
            ],
            [COLLECTIF],
        )
    )
    inside = {"plusieurs": list("hbdfaceg"), "jour": "2024-10-12", "nom": "É"}
    members = [{"collectif": "a", "depenses": "9120.5"}]
    dossier = reader.read(raw(document(departement="32", x=inside, collectifs=members)))
    canonical = (
        '{"department":"32","facts":{"x.jour":"2024-10-12","x.nom":"É","x.plusieurs":["a","b","c","d","e","f","g","h"]},'
        '"id":"d","members":{"collectif":[{"facts":{"collectif.depenses":912050},"id":"a"}]},"period":"2024-2025"}'
    )
    assert dossier.sha256 == hashlib.sha256(canonical.encode()).hexdigest()


def test_the_way_a_dossier_is_written_does_not_change_its_digest() -> None:
    one = read(porteur={"nom": "a"}, projet={"budget": "9120.00"}, partenariat={"autres_dispositifs": ["pre", "pel"]})
    other = READER.read(
        raw(
            '{"partenariat":{"autres_dispositifs":["pel","pre"]},"projet":{"budget":9120},"departement":null,'
            '"porteur":{"renouvellement":null,"nom":"\\u0061"},"annee_scolaire":"2024-2025","dossier":"d"}'
        )
    )
    assert one.sha256 == other.sha256


@pytest.mark.parametrize(
    "more",
    [
        {"departement": "32"},
        {"porteur": {"renouvellement": False}},
        {"collectifs": []},
        {"collectifs": [{"collectif": "a"}]},
        {"annee_scolaire": "2025-2026"},
        {"dossier": "e"},
    ],
)
def test_whatever_a_dossier_says_more_changes_its_digest(more: dict[str, Any]) -> None:
    assert read(**more).sha256 != read().sha256


def test_the_order_of_members_changes_the_digest() -> None:
    one, other = [{"collectif": "a"}, {"collectif": "b"}], [{"collectif": "b"}, {"collectif": "a"}]
    assert read(collectifs=one).sha256 != read(collectifs=other).sha256


# --- the envelope ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("period", ["2024-2025", "2026"])
@pytest.mark.parametrize("department", ["01", "32", "2A", "2B", "971"])
def test_a_dossier_selects_its_policy_before_any_policy_is_known(period: str, department: str) -> None:
    text = document(annee_scolaire=period, departement=department, anything=[1])
    assert selection(raw(text)) == Selection(period, department, "d")


def test_a_dossier_may_leave_its_department_out() -> None:
    assert selection(raw(document())).department is None
    assert selection(raw(document(departement=None))).department is None


def test_the_problems_of_the_envelope_are_told_at_once() -> None:
    with pytest.raises(DossierError) as caught:
        selection(raw('{"dossier": 17, "departement": 32, "x": 1}'))
    assert [(problem.code, str(problem.hint)) for problem in caught.value.problems] == [
        ("CLAS-D103", 'write `"annee_scolaire": "…"`'),
        ("CLAS-D123", 'write `"17"`'),
        ("CLAS-D128", 'write `"32"`'),
    ]


def test_a_document_that_is_no_object_selects_nothing() -> None:
    with pytest.raises(DossierError) as caught:
        selection(raw("[]"))
    assert [problem.code for problem in caught.value.problems] == ["CLAS-D101"]


def test_two_entities_are_read_side_by_side() -> None:
    other = type(COLLECTIF)("action", "actions", "Action", COLLECTIF.origin)
    reader = DossierReader(
        policy([fact("action.a", entity="action"), fact("collectif.a", entity="collectif")], [COLLECTIF, other])
    )
    dossier = reader.read(raw(document(actions=[{"action": "x", "a": True}], collectifs=[{"collectif": "x"}])))
    assert dossier.members["action"][0].facts == {"action.a": True}
    assert dossier.members["collectif"][0].facts == {}


@pytest.mark.parametrize("name", ["collectif.collectif", "collectif.collectif.x", "dossier.x", "collectifs.x"])
def test_no_fact_takes_the_place_of_an_id_or_a_list(name: str) -> None:
    entity = "collectif" if name.startswith("collectif.") else None
    with pytest.raises(AssertionError):
        DossierReader(policy([fact(name, entity=entity)], [COLLECTIF]))


@pytest.mark.parametrize("list_key", ["dossier", "annee_scolaire", "departement"])
def test_no_list_takes_the_place_of_the_envelope(list_key: str) -> None:
    with pytest.raises(AssertionError):
        DossierReader(policy([], [type(COLLECTIF)("collectif", list_key, "Collectif", COLLECTIF.origin)]))
