"""The published schema says what the reader of dossiers says, as far as JSON Schema can."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.reading.dossier_policies import ORIGIN, fact, options, policy, small, whole

from clas_policy import resources
from clas_policy.model.fact import Derivation, Entity, Fact, Type
from clas_policy.model.policy import Policy
from clas_policy.problem import DossierError, Problem
from clas_policy.publish.dossier_schema import dossier_schema
from clas_policy.reading import json_text
from clas_policy.reading.dossier import DossierReader
from clas_policy.reading.json_lines import path_text


def validator(one: Policy) -> jsonschema.Draft202012Validator:
    schema = dossier_schema(one)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker(["date"]))


def accepts(one: Policy, document: Any) -> bool:
    return bool(validator(one).is_valid(document))


def dossier(**more: Any) -> dict[str, Any]:
    return {"dossier": "d", "annee_scolaire": "2024-2025", **more}


def test_objects_are_closed_at_every_depth() -> None:
    assert accepts(small(), dossier(porteur={}, collectifs=[{"collectif": "a", "bonus_parents": {}}]))
    assert not accepts(small(), dossier(x=1))
    assert not accepts(small(), dossier(porteur={"x": 1}))
    assert not accepts(small(), dossier(collectifs=[{"collectif": "a", "x": 1}]))
    assert not accepts(small(), dossier(collectifs=[{"collectif": "a", "bonus_parents": {"x": 1}}]))


def test_every_fact_and_every_object_may_be_null() -> None:
    inside = {"collectif": "a", "effectif": None, "niveaux": None, "depenses": None, "bonus_parents": None}
    document = dossier(
        departement=None,
        depot={"date": None, "plateforme": None},
        porteur={"nom": None, "renouvellement": None},
        projet=None,
        collectifs=[inside],
    )
    assert accepts(small(), document)
    assert accepts(small(), dossier(collectifs=None))


def test_the_id_of_a_member_is_required() -> None:
    assert not accepts(small(), dossier(collectifs=[{}]))
    assert not accepts(small(), dossier(collectifs=[{"collectif": None}]))


def test_a_choice_is_one_of_the_values_and_a_list_names_each_once() -> None:
    def choices(*values: str | None) -> bool:
        return accepts(small(), dossier(partenariat={"autres_dispositifs": list(values)}))

    assert choices()
    assert choices("pre", "pel")
    assert not choices("pre", "pre")
    assert not choices("pre", None)
    assert not choices("PRE")
    assert not accepts(small(), dossier(depot={"plateforme": "minitel"}))
    assert not accepts(small(), dossier(collectifs=[{"collectif": "a", "niveaux": []}]))


def test_a_derived_fact_is_not_asked() -> None:
    assert not accepts(small(), dossier(collectifs=[{"collectif": "a", "rural": True}]))
    description = dossier_schema(small())["properties"]["collectifs"]["items"]["properties"]["rural"]["description"]
    assert "gers/commune_rurale" in description


@pytest.mark.parametrize("day", ["2025-02-29", "2025-02-30", "2025-13-01", "0000-01-01", "2024-10-30\n", "20241030"])
def test_a_bad_day_is_refused_where_formats_are_checked(day: str) -> None:
    assert not accepts(small(), dossier(depot={"date": day}))
    assert accepts(small(), dossier(depot={"date": "2024-02-29"}))


def test_the_envelope_is_the_one_in_the_schemas_folder() -> None:
    path = resources.folder("schemas") / "dossier.schema.json"
    envelope = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(envelope)
    published = dossier_schema(small())
    assert {key: published["properties"][key] for key in envelope["properties"]} == envelope["properties"]
    assert published["required"] == envelope["required"]


def test_people_read_the_label_the_question_and_what_to_write() -> None:
    date = dossier_schema(small())["properties"]["depot"]["properties"]["date"]
    assert date["title"] == "Date de dépôt"
    assert date["description"].startswith("Quel jour le dossier a-t-il été déposé ? À écrire : une date")


def test_one_policy_does_not_write_into_the_schema_of_another() -> None:
    assert "porteur" in dossier_schema(small())["properties"]
    assert "porteur" not in dossier_schema(policy([]))["properties"]


def test_the_sample_dossier_is_valid(sample: dict[str, Any]) -> None:
    assert list(validator(whole()).iter_errors(sample)) == []


@pytest.fixture
def sample() -> dict[str, Any]:
    return dossier(
        departement="32",
        porteur={"nom": "Association Les Lucioles", "renouvellement": True},
        depot={"date": "2024-10-12", "plateforme": "elan", "pluriannualite": True},
        partenariat={"autres_dispositifs": ["pedt"]},
        collectifs=[
            {"collectif": "cm1-cm2", "effectif": 9, "niveaux": ["elementaire"], "depenses": "9120.00"},
            {"collectif": "college", "depenses": 6000.5, "bonus_parents": {"accord": None}},
        ],
    )


# --- the reader and the schema agree, on generated policies and documents --------------------------------------------

MEMBRE = Entity("membre", "membres", "Membre", ORIGIN)
NAMES = ("a.b", "a.c", "d.e.f", "d.e.g", "h.i_j", "membre.x", "membre.y.z", "membre.y.w")
VALUES = options(pre="PRE", pedt="PEDT", pel="PEL")


@st.composite
def facts(draw: st.DrawFn, name: str) -> Fact:
    kind = draw(st.sampled_from(Type))
    more: dict[str, Any] = {}
    if kind.is_number:
        low, high = sorted(draw(st.tuples(st.integers(0, 10_000), st.integers(0, 10_000))))
        if kind is not Type.RATE and draw(st.booleans()):
            low -= 5_000
            high = max(high, low)
        more["minimum"] = draw(st.sampled_from([None, low]))
        more["maximum"] = draw(st.sampled_from([None, max(high, 0)]))
    if kind in (Type.CHOICE, Type.CHOICES):
        more["options"] = VALUES
    if kind is Type.CHOICES:
        more["min_items"] = draw(st.integers(0, 2))
    if draw(st.integers(0, 9)) == 9:
        more["derivation"] = Derivation("gers/x", ("a.b",), ORIGIN)
    return fact(name, kind, entity="membre" if name.startswith("membre") else None, **more)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    names = draw(st.lists(st.sampled_from(NAMES), unique=True))
    return policy([draw(facts(name)) for name in names], [MEMBRE])


decimals = st.builds(
    "{}{}{}".format, st.sampled_from(["", "-"]), st.integers(0, 20_000), st.sampled_from(["", ".5", ".05", ".005"])
)
days = st.builds("{:04d}-{:02d}-{:02d}".format, st.integers(0, 2030), st.integers(0, 13), st.integers(0, 32))
offsets = st.builds("{}{:02d}:{:02d}".format, st.sampled_from("+-"), st.integers(0, 25), st.integers(0, 61))
times = st.builds("{:02d}:{:02d}:{:02d}".format, st.integers(0, 25), st.integers(0, 61), st.integers(0, 61))
instants = st.builds(
    "{}{}{}{}{}".format,
    days,
    st.sampled_from("Tt "),
    times,
    st.sampled_from(["", ".5", ".123456", ".1234567", "."]),
    st.sampled_from(["Z", "z", ""]) | offsets,
)
rates = st.builds("{}{}".format, decimals, st.sampled_from([" %", "%", "", " %\n"]))
choices = st.sampled_from(["pre", "pedt", "pel", "PRE", "x", "", None, 5])
texts = st.text(max_size=5) | st.sampled_from(
    [" ", "\u00a0", "a\u00a0b", "a\n", "\u202ea", "\ud800", "é", "\u200b", "a" * 201]
)
ids = st.sampled_from(["d", "é", "17", "a b", "a" * 200]) | st.text("abé'-/", min_size=1, max_size=3)
numbers = decimals.map(json_text.Number)
"""Numbers are generated by their text and written without quotes."""

VALID: dict[Type, st.SearchStrategy[Any]] = {
    Type.BOOLEAN: st.booleans(),
    Type.INTEGER: st.integers(-20_000, 20_000),
    Type.MONEY: decimals | numbers,
    Type.RATE: rates,
    Type.DATE: days | instants,
    Type.CHOICE: choices,
    Type.CHOICES: st.lists(choices, max_size=4),
    Type.TEXT: texts,
}
anything = (
    st.one_of(*VALID.values())
    | st.none()
    | st.sampled_from(
        [[], {}, [None], {"b": 1}, 10**14, 10**15, 10**16, json_text.Number("5.0"), json_text.Number("1E2")]
    )
    | st.sampled_from(["12\n", "१२", "2024-10-30\n", "-0", "-0.00", "01", "100.0 %", "999999999999999.99"])
).map(copy.deepcopy)


def mostly(usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 7).flatmap(lambda number: anything if number == 7 else usual)


@st.composite
def answers(draw: st.DrawFn, asked: Iterable[Fact]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in asked:
        if draw(st.integers(0, 3)) == 0:
            continue
        inside: Any = found
        *above, last = one.path
        for key in above:
            inside = inside.setdefault(key, draw(mostly(st.builds(dict)))) if isinstance(inside, dict) else None
        if isinstance(inside, dict):
            inside[last] = draw(mostly(VALID[one.type]))
    if draw(st.integers(0, 9)) == 9:
        found[draw(st.sampled_from(["a", "z", "dossier", "b"]))] = draw(anything)
    return found


@st.composite
def documents(draw: st.DrawFn, one: Policy) -> Any:
    own = [asked for asked in one.facts.values() if asked.entity is None]
    of_members = [asked for asked in one.facts.values() if asked.entity]
    found = draw(answers(own))
    found |= {
        "dossier": draw(mostly(ids)),
        "annee_scolaire": draw(mostly(st.sampled_from(["2024-2025", "2024", "2024-2026"]))),
        "departement": draw(mostly(st.sampled_from(["32", "2A", "971", None]))),
    }
    members = [{"membre": draw(mostly(ids)), **draw(answers(of_members))} for _ in range(draw(st.integers(0, 2)))]
    found["membres"] = draw(mostly(st.just(members)))
    if draw(st.integers(0, 9)) == 9:
        del found[draw(st.sampled_from(["dossier", "annee_scolaire", "departement", "membres"]))]
    return draw(mostly(st.just(found)))


class _Encoder(json.JSONEncoder):
    """Writes a Number as the number that its text is."""

    def encode(self, o: Any) -> str:
        match o:
            case json_text.Number():
                return str(o)
            case dict():
                return f"{{{','.join(f'{json.dumps(key)}:{self.encode(value)}' for key, value in o.items())}}}"
            case list():
                return f"[{','.join(map(self.encode, o))}]"
            case _:
                return json.dumps(o)


def beyond_json_schema(code: str, path: str, value: Any) -> bool:
    """Whether a refusal of the reader is among those that the schema's description names."""
    match code:
        case "CLAS-D124" | "CLAS-D116":
            return True
        case "CLAS-D127":
            return bool(value == "2024-2026")
        case "CLAS-D106" | "CLAS-D110" | "CLAS-D111":
            return type(value) is json_text.Number
        case "CLAS-D109":
            return type(value) is str
        case "CLAS-D122":
            return path in ("$.dossier", "$.membres[0].membre", "$.membres[1].membre")
        case _:
            return False


def value_at(document: Any, path: str) -> Any:
    """The value of which `path_text` gives `path`, None where there is none."""
    found: dict[str, Any] = {}

    def walk(value: Any, above: tuple[str | int, ...]) -> None:
        found[path_text(above)] = value
        inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, one in inner:
            walk(one, (*above, key))

    walk(document, ())
    return found.get(path)


def problems_of(one: Policy, raw: json_text.RawJson) -> tuple[Problem, ...]:
    try:
        DossierReader(one).read(raw)
    except DossierError as error:
        return error.problems
    return ()


def is_at_or_below(path: str, above: str) -> bool:
    return path == above or path.startswith((f"{above}.", f"{above}["))


def agree(one: Policy, document: Any) -> None:
    """What one of the two refuses the other refuses too, at that place."""
    text = _Encoder().encode(document)
    raw = json_text.parse(text.encode(), "d.json")
    errors = [path_text(tuple(error.absolute_path)) for error in validator(one).iter_errors(json.loads(text))]
    problems = [(problem.code, problem.path or "") for problem in problems_of(one, raw)]
    for code, path in problems:
        if not beyond_json_schema(code, path, value_at(raw.value, path)):
            assert any(is_at_or_below(path, error) for error in errors), (code, path, text)
    for error in errors:
        assert any(is_at_or_below(path, error) for _, path in problems), (error, text)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no failure
@given(st.data())
def test_the_reader_and_the_schema_agree(data: st.DataObject) -> None:
    one = data.draw(policies())
    agree(one, data.draw(documents(one)))
