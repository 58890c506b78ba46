"""The fast reader of JSON, and its agreement with the slow one that keeps places."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from clas_policy.problem import DossierError
from clas_policy.reading import json_text
from clas_policy.reading.json_lines import MAX_DEPTH, Lines, Path, path_text, shown
from clas_policy.reading.json_scan import Scan
from clas_policy.reading.json_text import Number


def codes(data: bytes) -> list[str]:
    with pytest.raises(DossierError) as caught:
        json_text.parse(data, "d.json")
    return [problem.code for problem in caught.value.problems]


def test_numbers_that_are_not_plain_keep_their_text() -> None:
    raw = json_text.parse(b"[12, -3, 9120.00, 1e400, -0, 1234567890123456]", "d.json")
    assert raw.value == [12, -3, "9120.00", "1e400", "-0", "1234567890123456"]
    assert [type(item) for item in raw.value] == [int, int, Number, Number, Number, Number]


def test_the_longest_whole_number_has_15_digits() -> None:
    raw = json_text.parse(b"[999999999999999, -999999999999999]", "d.json")
    assert raw.value == [10**15 - 1, 1 - 10**15]


def test_an_integer_of_five_thousand_digits_is_read_as_text_in_no_time() -> None:
    raw = json_text.parse(b"[" + b"9" * 5000 + b"]", "d.json")
    assert raw.value == ["9" * 5000]


def test_a_byte_order_mark_is_read_over_and_counts_for_no_column() -> None:
    raw = json_text.parse(b'\xef\xbb\xbf{"a": 1}', "d.json")
    assert str(raw.span(("a",))) == "d.json:1:7"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_whatever_ends_them(end: str) -> None:
    text = end.join(["{", '  "a": 1,', '  "é": [true, {"b": null}]', "}"])
    raw = json_text.parse(text.encode(), "d.json")
    assert str(raw.span(("é", 1, "b"))) == "d.json:3:21"
    assert str(raw.span(("é", 1, "b"), key=True)) == "d.json:3:16"
    assert raw.lines.line(3) == '  "é": [true, {"b": null}]'


def test_a_line_of_a_longer_file_keeps_its_number() -> None:
    raw = json_text.parse(b'{"a": 1}', "d.ndjson", first_line=712)
    assert str(raw.span(("a",))) == "d.ndjson:712:7"
    with pytest.raises(DossierError) as caught:
        json_text.parse(b'{"a": }', "d.ndjson", first_line=712)
    assert str(caught.value.problems[0].span) == "d.ndjson:712:2"


@pytest.mark.parametrize(("depth", "accepted"), [(MAX_DEPTH, True), (MAX_DEPTH + 1, False), (100_000, False)])
@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_nesting_is_limited(depth: int, accepted: bool, opening: str) -> None:
    closing = "]" if opening == "[" else "}"
    data = (opening * depth + "1" + closing * depth).encode()
    if accepted:
        json_text.parse(data, "d.json")
    else:
        assert codes(data) == ["CLAS-J020"]


def test_brackets_in_texts_do_not_nest() -> None:
    json_text.parse(json.dumps({"a": "[{" * 500 + '"\\', "b": ["]" * 90]}).encode(), "d.json")


def test_brackets_in_texts_do_not_hide_what_nests() -> None:
    document: Any = 1
    for _ in range(MAX_DEPTH + 1):
        document = ["]\\", document]
    assert codes(json.dumps(document).encode()) == ["CLAS-J020"]


def test_many_lists_side_by_side_are_not_deep() -> None:
    json_text.parse(json.dumps([[{}]] * 1000).encode(), "d.json")


def test_a_document_above_the_limit_is_refused_by_its_size_alone() -> None:
    limit = json_text.MAX_BYTES
    json_text.parse(b'"' + b"a" * (limit - 2) + b'"', "d.json")
    assert codes(b'"' + b"a" * (limit - 1) + b'"') == ["CLAS-J021"]


def test_all_faults_are_told_at_once() -> None:
    data = b'{\'a\': 1, // no\n  b: 012,\n  "c": True\n  "c": NaN,}'
    assert codes(data) == [
        "CLAS-J007",
        "CLAS-J006",
        "CLAS-J010",
        "CLAS-J012",
        "CLAS-J014",
        "CLAS-J008",
        "CLAS-J004",
        "CLAS-J011",
        "CLAS-J005",
    ]


def test_a_file_of_nothing_but_faults_ends_after_a_hundred() -> None:
    assert len(codes(b"[" + b"NaN," * 5000 + b"1]")) == 100


def test_a_duplicate_key_is_refused_with_both_places() -> None:
    with pytest.raises(DossierError) as caught:
        json_text.parse(b'{"a": 1,\n "\\u0061": 2}', "d.json")
    (problem,) = caught.value.problems
    assert (problem.code, str(problem.span), problem.path) == ("CLAS-J004", "d.json:2:2", "$.a")
    assert str(problem.related[0].span) == "d.json:1:2"


def test_a_key_that_stands_three_times_is_compared_with_the_first() -> None:
    with pytest.raises(DossierError) as caught:
        json_text.parse(b'{"a": 1, "a": 2, "a": 3}', "d.json")
    assert [str(problem.related[0].span) for problem in caught.value.problems] == ["d.json:1:2"] * 2


def test_the_excerpt_is_the_line_of_the_problem() -> None:
    with pytest.raises(DossierError) as caught:
        json_text.parse(b'{"a": 1,\r\n  "b": 012\r\n}', "d.json")
    assert caught.value.problems[0].excerpt == '  "b": 012'


def test_what_cannot_be_seen_is_shown_as_an_escape() -> None:
    assert shown("a\x1b[31m\u202eb\ud800") == "a\\x1b[31m\\u202eb\\ud800"
    assert shown("é" * 61) == "é" * 59 + "…"


def test_paths_are_written_as_json_paths() -> None:
    assert path_text(("collectifs", 0, "bonus.x", "é")) == '$.collectifs[0]["bonus.x"]["é"]'


# --- NDJSON -----------------------------------------------------------------------------------------------------------


def test_blank_lines_are_skipped_and_counted() -> None:
    stream = io.BytesIO(b'{"a": 1}\n\n  \r\n{"b": 2}\r\n{"c": 3}')
    assert list(json_text.iter_ndjson(stream)) == [(1, b'{"a": 1}'), (4, b'{"b": 2}'), (5, b'{"c": 3}')]


def test_a_line_too_long_is_cut_refused_and_followed_by_the_next() -> None:
    limit = json_text.MAX_BYTES
    stream = io.BytesIO(b'"' + b"a" * (3 * limit) + b'"\n{"b": 2}\n')
    lines = list(json_text.iter_ndjson(stream))
    assert [number for number, _ in lines] == [1, 2]
    assert len(lines[0][1]) == limit + 1
    assert codes(lines[0][1]) == ["CLAS-J021"]
    assert lines[1][1] == b'{"b": 2}'


# --- the two readers agree -------------------------------------------------------------------------------------------

documents = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=6)
    | st.sampled_from(["\ud800", '"', "\\", "\x00", "/* */"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text('ab\u00e9"\\ {', max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)
SIGNS = "{}[]:,\"\\'/*#+-.0123456789eEnulltruefalsNaInfty \t\n\r\u00a0\u2028\ufeff\x00\x1b«»“”‘’;=é"


def as_text(document: Any, spaces: int | None, *, ascii_only: bool) -> str:
    return json.dumps(document, indent=spaces, ensure_ascii=ascii_only).encode("utf-8", "backslashreplace").decode()


@st.composite
def spoilt(draw: st.DrawFn) -> str:
    """A document of which a few characters were changed."""
    text = as_text(draw(documents), draw(st.sampled_from([None, 1])), ascii_only=draw(st.booleans()))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text)))
        cut = draw(st.integers(0, 2))
        text = text[:at] + draw(st.text(SIGNS, max_size=2)) + text[at + cut :]
    return text


def agree(text: str) -> None:
    data = text.encode()
    scan = Scan(text.removeprefix("\ufeff"), Lines(text, "d.json", 1))
    faults = faults_of(data)
    if faults is None:
        raw = json_text.parse(data, "d.json")
        assert not scan.problems
        every_place_holds_its_value(raw, (), raw.value)
    else:
        assert scan.problems or faults == ["CLAS-J002"]


def faults_of(data: bytes) -> list[str] | None:
    """The codes of what is wrong, None where nothing is."""
    try:
        json_text.parse(data, "d.json")
    except DossierError as error:
        return [problem.code for problem in error.problems]
    return None


def every_place_holds_its_value(raw: json_text.RawJson, path: Path, value: Any) -> None:
    start, end = raw.where(path)
    assert json_text.parse(raw.text[start:end].encode(), "d.json").value == value
    if isinstance(value, dict):
        for key, inner in value.items():
            start, end = raw.where((*path, key), key=True)
            assert json.loads(raw.text[start:end]) == key
            every_place_holds_its_value(raw, (*path, key), inner)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            every_place_holds_its_value(raw, (*path, index), inner)


UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no failure."""


@UNTIMED
@given(spoilt())
@example("-0")
@example("[1,50\n]")
@example('[1,000,"1 000"]')
@example("{'a':1}")
@example('{"a":1 000}')
@example("[1 000]")
@example('["a\x7f\x80"]')
@example("[1.]")
@example("[1é]")
@example("[-]")
@example("[-a]")
@example('{"a":truefalse}')
@example("nulla")
@example("[01]")
@example('"\\u00zz"')
@example('"\\u 123"')
@example("[1e5,1E+5,1e-05,1.0e0]")
@example("\ufeff[]")
@example("\ufeff\ufeff[]")
@example("\x1c[]")
@example('"“a”"')
@example('"a”')
def test_what_the_fast_reader_accepts_the_slow_one_accepts_and_the_reverse(text: str) -> None:
    agree(text)


@UNTIMED
@given(st.text(SIGNS, max_size=12))
def test_the_readers_agree_on_noise(text: str) -> None:
    agree(text)


@UNTIMED
@given(st.binary(max_size=24))
def test_no_bytes_at_all_raise_anything_else(data: bytes) -> None:
    assert faults_of(data) != []
