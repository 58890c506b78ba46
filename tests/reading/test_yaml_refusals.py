"""What a policy's text is told: second places, what is read nevertheless, and where reading stops."""

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from ruamel.yaml import YAML

from clas_policy.problem import Problem
from clas_policy.reading.nodes import Mapping, Scalar, Sequence
from clas_policy.reading.yaml_nodes import MAX_DEPTH, MAX_NODES, MAX_PROBLEMS, parse


def problems(text: str) -> tuple[Problem, ...]:
    return parse(text.encode("utf-8", "surrogatepass"), "essai.yaml").problems


def told(text: str) -> list[tuple[str, str]]:
    return [(str(problem.span).removeprefix("essai.yaml:"), problem.code) for problem in problems(text)]


def values(text: str) -> list[tuple[str, str]]:
    """The scalar entries of a text that has no problem."""
    parsed = parse(text.encode(), "essai.yaml")
    assert not parsed.problems
    assert parsed.root is not None
    return [(key.text, value.text) for key, value in parsed.root if isinstance(value, Scalar)]


# --- the second place -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_duplicate_key_is_refused_with_both_places_and_both_values(end: str) -> None:
    (problem,) = problems(end.join(["# note", "taux: 32.5 %", "", "taux: 30 %", ""]))

    assert str(problem.span) == "essai.yaml:4:1"
    assert [str(related.span) for related in problem.related] == ["essai.yaml:2:1"]
    assert str(problem.message) == "the key `taux` stands twice: `32.5 %`, then `30 %`"


def test_every_repetition_names_the_first_place() -> None:
    found = problems("a: 1\na: 2\na: 3\n")

    assert [str(problem.span) for problem in found] == ["essai.yaml:2:1", "essai.yaml:3:1"]
    assert {str(related.span) for problem in found for related in problem.related} == {"essai.yaml:1:1"}


def test_keys_that_differ_by_the_way_an_accent_is_written_are_duplicates() -> None:
    (problem,) = problems("é: {a: b}\ne\u0301: [c]\n")

    assert (problem.code, str(problem.message)) == ("CLAS-Y007", "the key `é` stands twice")


def test_a_repeated_key_keeps_its_first_value() -> None:
    parsed = parse(b"a: 1\na: 2\n", "essai.yaml")

    assert parsed.root is not None
    assert [(key.text, value.text) for key, value in parsed.root if isinstance(value, Scalar)] == [("a", "1")]


def test_a_brace_closed_too_late_is_told_with_the_place_where_it_opens() -> None:
    (problem,) = problems("a: {b: c\nd: e\n")

    assert (str(problem.span), str(problem.related[0].span)) == ("essai.yaml:2:2", "essai.yaml:1:4")


def test_a_quote_closed_by_the_next_one_is_told_with_the_place_where_it_opens() -> None:
    (problem,) = problems('a: "b\nc: "d"\n')

    assert str(problem.message) == "the text goes on after its closing quote"
    assert (str(problem.span), str(problem.related[0].span)) == ("essai.yaml:2:5", "essai.yaml:1:4")


# --- one pass, one message for a cause ------------------------------------------------------------------------------


def test_all_the_problems_of_a_text_are_found_in_one_pass() -> None:
    text = "%YAML 1.1\n---\na: 010\na: &x 1e5\n1: b\nc: !t d\ne: {f, g: h}\ni: [12,50]\nj: “k”\n---\nl: m\n"

    assert told(text) == [
        ("1:1", "CLAS-Y014"),
        ("3:4", "CLAS-Y020"),
        ("4:1", "CLAS-Y007"),
        ("4:4", "CLAS-Y008"),
        ("4:4", "CLAS-Y020"),
        ("5:1", "CLAS-Y010"),
        ("6:4", "CLAS-Y015"),
        ("7:5", "CLAS-Y011"),
        ("8:5", "CLAS-Y023"),
        ("9:4", "CLAS-Y022"),
        ("10:1", "CLAS-Y013"),
    ]


def test_problems_before_a_broken_line_are_told_with_it() -> None:
    assert told("a: 010\nb: c: d\n") == [("1:4", "CLAS-Y020"), ("2:5", "CLAS-Y016")]


@pytest.mark.parametrize("key", ["010", "1e5", "0x1F", ".nan", "1_0", "+5", "-0", "1.5", "true", "False", "~", "NULL"])
def test_a_key_that_is_no_text_is_one_problem(key: str) -> None:
    (problem,) = problems(f"{key}: a\n")

    assert (problem.code, str(problem.hint)) == ("CLAS-Y010", f'put it in quotes: `"{key}":`')


@pytest.mark.parametrize("key", ["no", "yes", "on", "off", "NO", "2024-10-30", "2A", "1er", "national/2024-2025"])
def test_a_word_that_only_looks_like_something_else_is_a_key(key: str) -> None:
    assert values(f"{key}: a\n") == [(key, "a")]


def test_an_empty_text_under_other_problems_is_not_told_as_empty() -> None:
    assert told("%YAML 1.2\n---\n") == [("1:1", "CLAS-Y014")]


def test_a_warning_does_not_take_the_root_away() -> None:
    parsed = parse(b"a: [12,50]\n", "essai.yaml")

    assert [problem.severity for problem in parsed.problems] == ["warning"]
    assert parsed.root is not None
    assert isinstance(parsed.root.get("a"), Sequence)


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ("12, 50", []),
        ('"12","50"', []),
        ("a,50", []),
        ("12,500", []),
        ("12,50,7", ["1:5"]),
        ("-12,50 EUR", ["1:5"]),
        ("1, 12,5", ["1:8"]),
    ],
)
def test_two_numbers_with_nothing_but_a_comma_between_are_probably_one(items: str, expected: list[str]) -> None:
    assert told(f"a: [{items}]\n") == [(place, "CLAS-Y023") for place in expected]


def test_an_entry_without_a_value_is_not_a_cut_sentence() -> None:
    parsed = parse(b"a: {reading: , because: x}\n", "essai.yaml")

    assert not parsed.problems
    assert parsed.root is not None
    inner = parsed.root.get("a")
    assert isinstance(inner, Mapping)
    assert [key.text for key, _ in inner] == ["reading", "because"]


# --- what is read ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    ["2025-09-01", "19.99", "0.5", "0", "-1", "12:30", "no", "8487 EUR", "32.5 %", "l'eau", "a – b", "1²", "n° 5"],
)
def test_the_raw_text_of_a_value_is_kept(value: str) -> None:
    assert values(f"a: {value}\n") == [("a", value)]


@pytest.mark.parametrize("value", ["010", "1e5", "0x1F", "+5", "1_000", ".inf", "٣٠", "9" * 5000, "a\u00a0b", "“b”"])
def test_quotes_make_any_form_a_text(value: str) -> None:
    assert values(f'a: "{value}"\n') == [("a", value)]
    assert values(f"a: '{value}'\n") == [("a", value)]


def test_accents_are_composed() -> None:
    assert values("cle\u0301: e\u0301te\u0301\n") == [("clé", "été")]


@pytest.mark.parametrize("text", ["---\na: b\n", "a: b\n...\n", "---\na: b\n...\n# fin\n", "a: b\n...\n...\n"])
def test_the_marks_around_one_document_are_read(text: str) -> None:
    assert values(text) == [("a", "b")]


def test_pasted_spaces_in_comments_and_block_texts_are_read() -> None:
    assert values("# «\u00a0note\u00a0»\na: |\n  «\u00a0b\u00a0»\n") == [("a", "«\u00a0b\u00a0»\n")]


def test_the_digest_is_of_the_text_with_line_feeds_and_without_a_mark() -> None:
    expected = hashlib.sha256("clé: é\nb: c\n".encode()).hexdigest()

    for written in (
        "clé: é\nb: c\n",
        "clé: é\r\nb: c\r\n",
        "clé: é\rb: c\r",
        "clé: é\r\nb: c\n",
        "\ufeffclé: é\nb: c\n",
    ):
        assert parse(written.encode(), "essai.yaml").sha256 == expected
    assert parse("clé: é\nb: d\n".encode(), "essai.yaml").sha256 != expected


# --- places after what changes lengths ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: b\u00a0c\n", "1:5"),
        ("a: e\u0301\u00a0c\n", "1:6"),
        ("a: \U0001f600\u00a0c\n", "1:5"),
        ("a: b\n\n    c\u00a0d\n", "3:6"),
        ("a: b\r\n    c\u00a0d\r\n", "2:6"),
        ("a:\u00a0b\nc: d\n", "1:3"),
        ("a:\n\u00a0\u00a0b: c\n", "2:1"),
        ("a:\n  - b\n\u3000 - c\n", "3:1"),
    ],
)
def test_a_pasted_space_is_shown_where_it_stands(text: str, place: str) -> None:
    assert told(text)[0] == (place, "CLAS-Y004")


# --- where reading stops --------------------------------------------------------------------------------------------


def test_the_deepest_nesting_is_read_and_one_more_is_not() -> None:
    deepest = MAX_DEPTH - 1

    assert not problems("a: " + "[" * deepest + "]" * deepest + "\n")
    assert told("a: " + "[" * (deepest + 1) + "]" * (deepest + 1) + "\n") == [(f"1:{4 + deepest}", "CLAS-Y012")]


def test_more_values_than_any_policy_holds_are_not_read() -> None:
    assert not problems("a: [" + "b, " * (MAX_NODES - 100) + "]\n")
    assert [problem.code for problem in problems("a: [" + "b, " * MAX_NODES + "]\n")] == ["CLAS-Y012"]


def test_a_file_that_is_nothing_but_problems_is_not_read_to_its_end() -> None:
    parsed = parse(b"a: 010\n" * 1000, "essai.yaml")

    assert len(parsed.problems) == MAX_PROBLEMS
    assert parsed.root is None


@pytest.mark.parametrize("failure", [AttributeError(), IndexError(), RecursionError(), ValueError(), OverflowError()])
def test_what_the_library_did_not_mean_to_raise_is_not_swallowed(
    failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def parsing(_self: YAML, _stream: Any) -> Iterator[Any]:
        raise failure

    monkeypatch.setattr(YAML, "parse", parsing)

    with pytest.raises(type(failure)):
        parse(b"a: b\n", "essai.yaml")
