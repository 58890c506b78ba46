"""Lines of JSON taken in bulk: what is taken is what the strict reader reads, and nothing that it refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.bad.test_bad_dossiers import CASES as BAD
from tests.batch import loading
from tests.batch.conftest import CASES
from tests.document_generation import some_answers
from tests.generation import policies
from tests.reading.dossier_policies import ORIGIN, fact, policy, small
from tests.text_mutation import NASTY

from clas_policy.batch import engine
from clas_policy.batch.quoting import quoted
from clas_policy.batch.reading.line_columns import SEPARATOR, LineColumns
from clas_policy.batch.reading.line_form import LineForm, is_plain, selected
from clas_policy.batch.tables import input_tables
from clas_policy.model.dossier import Dossier
from clas_policy.model.fact import Entity, Type
from clas_policy.model.policy import Policy
from clas_policy.problem import DossierError
from clas_policy.reading import json_text
from clas_policy.reading.dossier import DossierReader


def taken(policy: Policy, lines: Sequence[bytes]) -> tuple[set[int], Mapping[str, list[Any]]]:
    """The numbers of the lines that are taken, and the rows of their tables."""
    form, columns = LineForm(policy), LineColumns(policy)
    selects = [(number, line, form.selects(line)) for number, line in enumerate(lines)]
    sure = [(number, line) for number, line, found in selects if found is not None and is_plain(found)]
    with TemporaryDirectory() as folder, engine.connect(threads=1) as connection:
        place = Path(folder) / "lines.txt"
        place.write_bytes(b"".join(b"%d%b%b\n" % (number, SEPARATOR, line) for number, line in sure))
        left = dict(columns.make(connection, "made", place)) if sure else {}
        assert all(line.encode() == lines[number] for number, line in left.items())
        rows = {
            table.name: connection.execute(f"SELECT * FROM made.{quoted(table.name)} ORDER BY ALL").fetchall()
            for table in input_tables(policy)
            if sure
        }
    return {number for number, _ in sure} - set(left), rows


def strict(policy: Policy, line: bytes) -> Dossier | None:
    try:
        return DossierReader(policy).read(json_text.parse(line, "d.ndjson"))
    except DossierError:
        return None


def check(policy: Policy, lines: Sequence[bytes]) -> set[int]:
    """The numbers of the lines that are taken, after comparing them to what the strict reader reads."""
    numbers, rows = taken(policy, lines)
    read = {number: strict(policy, lines[number]) for number in numbers}
    refused = [lines[number] for number, dossier in read.items() if dossier is None]
    assert refused == []
    expected: dict[str, list[Any]] = {name: [] for name in rows}
    for number, dossier in sorted(read.items()):
        assert dossier is not None
        for name, found in loading.rows(policy, [dossier], number).items():
            expected[name] += found
    assert rows == expected
    return numbers


def written(document: Any, **how: Any) -> bytes:
    return json.dumps(document, **{"ensure_ascii": False, **how}).encode()


DOCUMENTS = [json.loads(line)["dossier"] for line in CASES]


@pytest.mark.parametrize(
    "how", [{}, {"separators": (",", ":")}, {"separators": (" , ", " : ")}, {"ensure_ascii": True}, {"sort_keys": True}]
)
def test_every_reference_case_is_taken_however_it_is_spaced(gers: Policy, how: Any) -> None:
    lines = [written(document, **how) for document in DOCUMENTS]

    assert check(gers, lines) == set(range(len(lines)))


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.stem)
def test_no_bad_dossier_is_taken(case: Path) -> None:
    line = b" ".join(case.read_bytes().splitlines())

    assert strict(small(), line) is not None or check(small(), [line]) == set()


def changed(change: Callable[[Any], object]) -> bytes:
    document = json.loads(json.dumps(DOCUMENTS[1]))
    change(document)
    return written(document)


GROUP: Any = DOCUMENTS[1]["collectifs"][0]
DOUBTFUL: dict[str, bytes] = {
    "a key twice": written(DOCUMENTS[1])[:-1] + b', "dossier": "32-other"}',
    "a fact twice": written(DOCUMENTS[1]).replace(b'"rural": ', b'"rural": true, "rural": ', 1),
    "a comma too many": written(DOCUMENTS[1])[:-1] + b", }",
    "a key of another place": changed(lambda one: one.update(accord=None)),
    "an unknown key without a value": changed(lambda one: one["depot"].update(couleur=None)),
    "a text for a truth": changed(lambda one: one["axes"].update(ecole="true")),
    "a text for a number": changed(lambda one: one["collectifs"][0].update(effectif="10")),
    "a number with a fraction": changed(lambda one: one["collectifs"][0].update(effectif=10.0)),
    "a number with an exponent": written(DOCUMENTS[1]).replace(b'"intervenants": 2', b'"intervenants": 2e0', 1),
    "minus zero": written(DOCUMENTS[1]).replace(b'"intervenants": 2', b'"intervenants": -0', 1),
    "too many children": changed(lambda one: one["collectifs"][0].update(effectif=501)),
    "an amount of three decimals": changed(lambda one: one["collectifs"][0].update(depenses="1.001")),
    "an amount below zero": changed(lambda one: one["collectifs"][0].update(depenses="-1.00")),
    "an amount with a comma": changed(lambda one: one["collectifs"][0].update(depenses="12,50")),
    "an amount of twenty digits": changed(lambda one: one["collectifs"][0].update(depenses="1" * 20)),
    "an amount in another writing": changed(lambda one: one["collectifs"][0].update(depenses="1e3")),
    "an unknown choice": changed(lambda one: one["depot"].update(plateforme="Elan")),
    "a choice twice": changed(lambda one: one["collectifs"][0].update(niveaux=["lycee", "lycee"])),
    "no choice": changed(lambda one: one["collectifs"][0].update(niveaux=[])),
    "a day that is none": changed(lambda one: one["depot"].update(date="2024-02-30")),
    "a French day": changed(lambda one: one["depot"].update(date="30/10/2024")),
    "an hour without its place": changed(lambda one: one["depot"].update(date="2024-10-30T10:00:00")),
    "the second after the last": changed(lambda one: one["depot"].update(date="2024-10-30T23:59:60Z")),
    "a text of spaces": changed(lambda one: one["porteur"].update(nom="  ")),
    "a text without end": changed(lambda one: one["porteur"].update(nom="a\u202eb")),
    "a text with a control": changed(lambda one: one["porteur"].update(nom="a\x01b")),
    "no id": changed(lambda one: one.update(dossier="")),
    "an id without value": changed(lambda one: one.update(dossier=None)),
    "a long id": changed(lambda one: one.update(dossier="d" * 201)),
    "a member without id": changed(lambda one: one["collectifs"][0].pop("collectif")),
    "a member twice": changed(lambda one: one["collectifs"].append(GROUP)),
    "a member that is none": changed(lambda one: one["collectifs"].append(None)),
    "a list that is none": changed(lambda one: one.update(collectifs={})),
    "an object that is none": changed(lambda one: one.update(depot=[])),
    "no year": changed(lambda one: one.pop("annee_scolaire")),
    "a year that is none": changed(lambda one: one.update(annee_scolaire=None)),
    "not a number": changed(lambda one: one["collectifs"][0].update(effectif=float("nan"))),
    "not UTF-8": written(DOCUMENTS[1]).replace(b"Porteur", b"Porteur \xe9", 1),
    "a mark before": b"\xef\xbb\xbf" + written(DOCUMENTS[1]),
    "something after": written(DOCUMENTS[1]) + b"]",
    "nothing": b"{}",
    "a list": b"[]",
    "brackets": b"[" * 100_000,
}


@pytest.mark.parametrize("line", DOUBTFUL.values(), ids=list(DOUBTFUL))
def test_what_is_doubtful_is_left_to_the_strict_reader(gers: Policy, line: bytes) -> None:
    lines = [written(DOCUMENTS[0]), line, written(DOCUMENTS[2])]

    assert check(gers, lines) == {0, 2}


PLAIN: dict[str, bytes] = {
    "lists and objects that are not known": changed(lambda one: one.update(collectifs=None, depot=None, axes={})),
    "an amount that is a whole number": changed(lambda one: one["collectifs"][0].update(depenses=8000)),
    "an amount without cents": changed(lambda one: one["collectifs"][0].update(depenses="8000")),
    "an amount of one decimal": changed(lambda one: one["collectifs"][0].update(depenses="8000.5")),
    "the greatest amount": changed(lambda one: one["collectifs"][0].update(depenses="9" * 15 + ".99")),
    "an hour in Paris, the day after": changed(lambda one: one["depot"].update(date="2024-10-30T23:30:00Z")),
    "an hour elsewhere, the day before": changed(lambda one: one["depot"].update(date="2024-10-31T00:15:00+02:00")),
    "the hour that comes twice": changed(lambda one: one["depot"].update(date="2024-10-27T02:30:00.123456+01:00")),
    "no group": changed(lambda one: one.update(collectifs=[])),
    "an accent": changed(lambda one: one["porteur"].update(nom="Les Élèves d'Œuvre")),
    "an escape": written(DOCUMENTS[1]).replace(b"Porteur", b"\\u0050orteur", 1),
}


@pytest.mark.parametrize("line", PLAIN.values(), ids=list(PLAIN))
def test_what_is_plain_is_taken(gers: Policy, line: bytes) -> None:
    assert line != written(DOCUMENTS[1])
    escaped = b"\\u" in line

    assert check(gers, [line]) == (set() if escaped else {0})


@pytest.mark.parametrize("more", range(-1, 3))
def test_a_line_larger_than_a_dossier_may_be_is_left(more: int) -> None:
    """Also one that was cut just above the limit, where what is left of it happens to be whole."""
    document = {"dossier": "d-1", "annee_scolaire": "2024-2025", "a": {"b": ""}}
    document["a"] = {"b": "x" * (json_text.MAX_BYTES + more - len(written(document)))}
    line = written(document)
    assert len(line) == json_text.MAX_BYTES + more

    assert check(policy([fact("a.b", Type.TEXT)]), [line]) == ({0} if more <= 0 else set())


@pytest.mark.parametrize("name", ["read", "doubted", "n", "d", "lines1", "select"])
def test_a_list_may_be_called_as_it_likes(name: str) -> None:
    facts = [fact("un.deux", Type.INTEGER, entity="un"), fact("t.d", Type.TEXT), fact("order.n")]
    document = {"dossier": "d-1", "annee_scolaire": "2024-2025", "t": {"d": "x"}, "order": {"n": True}}
    lines = [written({**document, name: [{"un": "a", "deux": 2}, {"un": "b"}]}), written(document)]

    assert check(policy(facts, [Entity("un", name, "Un", ORIGIN)]), lines) == {0, 1}


def test_a_line_says_what_selects_its_policy() -> None:
    assert selected(b'{"departement": "32", "x": [1], "annee_scolaire": "2024-2025"}') == ("2024-2025", "32")
    assert selected(b'{"annee_scolaire": "2024-2025", "departement": null}') == ("2024-2025", None)
    assert [selected(line) for line in (b"", b"[]", b"{}", b'{"annee_scolaire": 2024}', b"\xff")] == [None] * 5


PIECES = ("null", "true", "1", '"1"', "[]", "{}", ",", ":", '"', "\\", " ", "0", "-", ".5", "e1", '"a": 1, ', *NASTY)


@st.composite
def spoilt(draw: st.DrawFn, lines: Iterable[bytes]) -> list[bytes]:
    """Lines with something put in, taken out or exchanged; no line end is put in."""
    found = []
    for line in lines:
        text = line.decode()
        at, count = draw(st.integers(0, len(text))), draw(st.sampled_from([0, 0, 1, 1, 2, 5, 12]))
        piece = draw(st.sampled_from(["", *PIECES, *re.findall(r'"[^"]*": (?:true|false|null|\d+)', text)]))
        found.append(re.sub(r"[\r\n]", " ", text[:at] + piece + text[at + count :]).encode(errors="replace"))
    return found


@st.composite
def policies_and_lines(draw: st.DrawFn) -> tuple[Policy, list[bytes]]:
    policy = draw(policies())
    lines = [one.text() for one in draw(st.lists(some_answers(policy), min_size=1, max_size=12))]
    return policy, [*lines, *draw(spoilt(lines)), *draw(spoilt(lines))]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(policies_and_lines())
def test_of_any_lines_what_is_taken_is_what_the_strict_reader_reads(drawn: tuple[Policy, list[bytes]]) -> None:
    check(*drawn)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_of_spoilt_reference_cases_too(gers: Policy, data: st.DataObject) -> None:
    check(gers, data.draw(spoilt([written(document) for document in DOCUMENTS[:20]])))
